"""JSON output: taking it out of its wrapping, and making sure that a repair invented nothing.

Not for schemas themselves: `protocols.schemas` reads those.
"""

from __future__ import annotations

import re

from simone.protocols.schemas import JsonValue, parse_json, violation

_FENCE = re.compile(r"\s*(`{3,}|~{3,})[^\n`]*\n(?P<body>.*?)\n?\s*\1\s*", re.DOTALL)
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")


def unwrap(text: str) -> str:
    """The text inside one code fence that wraps all of it, or the text itself, trimmed."""
    found = _FENCE.fullmatch(text)
    return (found["body"] if found else text).strip()


def meet_schema(text: str, schema: str, checked: str) -> tuple[str, str | None]:
    """The text and what is wrong with it: it breaks the schema, or says what the `checked` text does not say."""
    return text, violation(text, schema) or invented(text, schema, checked)


def invented(text: str, schema: str, checked: str) -> str | None:
    """The first string or number of the JSON `text` that neither the checked text nor the schema contains.

    Strings are compared without case, white space and outer punctuation; true, false and null say nothing alone.
    """
    fixed = {_plain(value) for _, value in _leaves(_constants(parse_json(schema)))}
    said = f" {_plain(checked)} "
    numbers = {_number(found.group()) for found in _NUMBER.finditer(checked)}
    for path, value in _leaves(parse_json(text)):
        if isinstance(value, str):
            plain = _plain(value)
            ok = not plain or plain in fixed or re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", said) is not None
        else:
            ok = float(value) in numbers or _plain(value) in fixed
        if not ok:
            return f"{path}: {value!r} is not in the checked text"
    return None


def _plain(value: str | float) -> str:
    return " ".join(str(value).split()).strip(" .,;:!?\"'“”‘’").casefold()


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _leaves(value: JsonValue, path: str = "$") -> list[tuple[str, str | int | float]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in _leaves(item, f"{path}.{key}")]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in _leaves(item, f"{path}[{index}]")]
    return [] if value is None or isinstance(value, bool) else [(path, value)]


def _constants(schema: JsonValue) -> JsonValue:
    """Values that the schema itself fixes: const, enum and default, anywhere in it."""
    if isinstance(schema, dict):
        own: list[JsonValue] = [item for key, item in schema.items() if key in ("const", "enum", "default")]
        return own + [_constants(item) for item in schema.values()]
    return [_constants(item) for item in schema] if isinstance(schema, list) else None
