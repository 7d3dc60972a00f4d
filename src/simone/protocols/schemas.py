"""JSON Schema at the protocols' edge: whether a schema can be used, and what in a text breaks it.

Not for generation: engines constrain decoding themselves.

Drafts 7 and 2020-12 are promised; a schema without `$schema` is read as 2020-12. References are resolved inside the
schema only: nothing is ever fetched.
"""

from __future__ import annotations

import json
from typing import NoReturn

MAX_SCHEMA_CHARACTERS = 100_000

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
"""Whatever `json.loads` gives."""


def parse_json(text: str) -> JsonValue:
    """Strict JSON (RFC 8259): NaN, Infinity and repeated keys are refused.

    Raises:
        ValueError: the text is not JSON, or is nested too deeply to read; the message says where.
    """
    try:
        value: JsonValue = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def schema_problem(schema: str) -> str | None:
    """Why this JSON Schema text cannot be used, or None when it can."""
    import jsonschema_rs  # compiled, 10 ms and more: only requests for JSON pay for it

    if len(schema) > MAX_SCHEMA_CHARACTERS:
        return f"it has {len(schema):,} characters; the limit is {MAX_SCHEMA_CHARACTERS:,}"
    try:
        parsed = parse_json(schema)
    except ValueError as error:
        return f"it is not JSON: {error}"
    if not isinstance(parsed, dict | bool):
        return f"a schema is an object or a boolean, not {type(parsed).__name__}"
    for reference in _references(parsed):
        if not reference.startswith("#"):
            return f"it refers to {reference!r}, and schemas are never fetched; put the part under $defs"
    try:
        jsonschema_rs.validator_for(parsed, validate_formats=True)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        return f"it is not a valid schema: {_first_line(error)}"
    return "it allows nothing: no text can meet it" if parsed is False else None


def violation(text: str, schema: str) -> str | None:
    """The first way in which `text` breaks the usable `schema`, with its path, or None when it is valid.

    "First" is by path, then message, so that it is always the same one.
    """
    import jsonschema_rs

    try:
        value = parse_json(text)
    except ValueError as error:
        return f"$: not JSON: {error}"
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    found = sorted((_path(error.instance_path), _first_line(error)) for error in validator.iter_errors(value))
    return f"{found[0][0]}: {found[0][1]}" if found else None


def _path(parts: list[str | int]) -> str:
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _first_line(error: Exception) -> str:
    message = getattr(error, "message", "") or str(error)
    return str(message).splitlines()[0] if message else type(error).__name__


def _references(value: JsonValue) -> list[str]:
    if isinstance(value, dict):
        own = [item for key, item in value.items() if key in ("$ref", "$dynamicRef") and isinstance(item, str)]
        return own + [each for item in value.values() for each in _references(item)]
    if isinstance(value, list):
        return [each for item in value for each in _references(item)]
    return []


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _unique_keys(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    tree = dict(pairs)
    if len(tree) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} is repeated")
    return tree
