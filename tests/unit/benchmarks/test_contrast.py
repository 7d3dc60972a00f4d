from __future__ import annotations

import json
from pathlib import Path

import pytest

from simone.benchmarks.contrast import read_suite, render, run
from simone.errors import BadRequest, MissingSource
from simone.truth.judge import Judge

HEAD = {"documents": {"pier": "The pier is 640 metres long."}, "domains": {"pier": "engineering"}}


def case(name: str, claim: str, expected: str, kind: str = "number", split: str = "test") -> dict[str, object]:
    return {
        "id": name,
        "split": split,
        "kind": kind,
        "document": "pier",
        "claim": claim,
        "supported": expected == "supported",
        "expected": expected,
    }


def suite(folder: Path, *cases: dict[str, object]) -> Path:
    path = folder / "contrast.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in (HEAD, *cases)), "utf-8")
    return path


def test_changed_and_true_claims_are_counted_apart(tmp_path: Path) -> None:
    path = suite(
        tmp_path,
        case("a", "The pier is 640 metres long.", "supported"),
        case("b", "The pier is 460 metres long.", "refuted"),
        case("c", "The pier is 640 metres long.", "refuted"),  # labelled wrongly, to be counted as let through
        case("d", "The pier was painted white.", "supported"),
        case("e", "The pier is 640 metres long.", "supported", split="dev"),
    )
    row = run(path, Judge(None), "test").rows[0]
    assert (row.changed, row.false_supported, row.true, row.kept, row.refuted, row.right) == (2, 1, 2, 1, 0, 2)
    assert len(run(path, Judge(None), "all").judged) == 5


def test_the_table_has_a_row_for_the_kind_and_shows_losses(tmp_path: Path) -> None:
    path = suite(tmp_path, case("a", "The pier was painted white.", "supported", "paraphrase"))
    text = render(run(path, Judge(None), "test"), losses=1)
    assert "paraphrase" in text
    assert "not supported, a: The pier was painted white." in text


def test_a_missing_suite_says_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(MissingSource, match="run from a checkout"):
        read_suite(tmp_path / "contrast.jsonl")


@pytest.mark.parametrize("text", ["", "{}", '{"documents": 3}', '{"documents": {}, "domains": {}}\n{"id": "a"}'])
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "contrast.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(BadRequest, match="no contrast suite"):
        read_suite(path)


def test_a_case_about_an_unknown_document_is_refused(tmp_path: Path) -> None:
    path = suite(tmp_path, {**case("a", "It is long.", "supported"), "document": "tower"})
    with pytest.raises(BadRequest, match="tower"):
        read_suite(path)


def test_an_unknown_half_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="dev, test, all"):
        run(suite(tmp_path), Judge(None), "train")
