"""That the JSON Schema library does what the output contract promises, for the drafts and formats named in the docs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from simone.protocols.schemas import parse_json, schema_problem, violation

DRAFTS = ("http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema")
FORMATS = {
    "date": ("2024-02-29", "2023-02-29"),
    "date-time": ("2024-02-29T10:00:00Z", "2024-02-29 10:00"),
    "time": ("10:00:00Z", "25:00:00Z"),
    "email": ("a@b.org", "a@@b"),
    "uri": ("https://a.org/x", "not a uri"),
    "ipv4": ("127.0.0.1", "256.0.0.1"),
    "regex": ("a+", "("),
}


@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_formats_are_enforced_in_both_drafts(draft: str, name: str) -> None:
    schema = json.dumps({"$schema": draft, "type": "string", "format": name})
    good, bad = FORMATS[name]
    assert schema_problem(schema) is None
    assert violation(json.dumps(good), schema) is None
    assert "$: " in (violation(json.dumps(bad), schema) or "")


def test_the_first_violation_by_path_is_named() -> None:
    schema = '{"properties": {"b": {"items": {"type": "integer"}}, "a": {"maxLength": 1}}}'
    assert violation('{"b": [1, "x"], "a": "long"}', schema) == '$.a: "long" is longer than 1 character'
    assert violation('{"b": [1, "x"]}', schema) == '$.b[1]: "x" is not of type "integer"'


@pytest.mark.parametrize("text", ["{'a': 1}", "NaN", '{"a": 1, "a": 2}', "[" * 100_000, "", "{} {}"])
def test_what_is_not_strict_json_is_a_violation(text: str) -> None:
    assert (violation(text, "true") or "").startswith("$: not JSON")


def test_repeated_keys_are_named() -> None:
    with pytest.raises(ValueError, match="'a' is repeated"):
        parse_json('{"a": 1, "a": 2}')


@pytest.mark.data
@pytest.mark.parametrize("folder", ["draft7", "draft2020-12"])
def test_the_required_cases_of_the_official_suite_come_out_right(folder: str) -> None:
    root = Path(os.environ.get("SIMONE_DATA", "../shared/data")) / "structured" / "json_schema"
    files = sorted(path for path in root.rglob("*.json") if folder in path.parts and "optional" not in path.parts)
    if not files:
        pytest.skip(f"no data under {root}")
    wrong, total = [], 0
    draft = DRAFTS[0] if folder == "draft7" else DRAFTS[1]
    for path in files:
        for group in json.loads(path.read_text("utf-8")):
            schema = group["schema"]
            if isinstance(schema, dict):
                schema = {"$schema": draft, **schema}
            text = json.dumps(schema)
            if schema_problem(text):  # remote references and foreign vocabularies are refused up front
                continue
            for case in group["tests"]:
                total += 1
                valid = violation(json.dumps(case["data"]), text) is None
                if valid != case["valid"] and path.stem != "format":  # there formats are not asserted; here they are
                    wrong.append((path.name, group["description"], case["description"]))
    assert total > 800
    assert wrong == []
