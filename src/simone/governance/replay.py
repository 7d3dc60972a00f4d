"""Compares a fresh execution with its record and names the first difference.

Not for executing: the runtime does, with the recorded model outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import msgspec

from simone.governance.ledger import Entry

_LONGEST = 120


class Divergence(msgspec.Struct, frozen=True):
    """The first difference. `path` is a JSON path into the payload; "kind", "name" or "" where there is none.

    `recorded` and `fresh` are the two values as JSON, shortened; "" for an entry or key that one side lacks.
    """

    seq: int
    kind: str
    name: str
    path: str
    recorded: str
    fresh: str


def first_divergence(recorded: Sequence[Entry], fresh: Sequence[Entry]) -> Divergence | None:
    """The first entry whose kind, name or payload differs, or None where the two runs are equal to the byte."""
    for seq, (old, new) in enumerate(zip_longest(recorded, fresh)):
        if old is None:
            return Divergence(seq, new.kind, new.name, "", "", _shortened(new.payload.decode("utf-8", "replace")))
        if new is None:
            return Divergence(seq, old.kind, old.name, "", _shortened(old.payload.decode("utf-8", "replace")), "")
        if old.kind != new.kind:
            return Divergence(seq, old.kind, old.name, "kind", old.kind, new.kind)
        if old.name != new.name:
            return Divergence(seq, old.kind, old.name, "name", old.name, new.name)
        if old.payload != new.payload:
            path, before, after = _difference(old.payload, new.payload)
            return Divergence(seq, old.kind, old.name, path, before, after)
    return None


_ABSENT = object()


def _difference(old: bytes, new: bytes) -> tuple[str, str, str]:
    try:
        found = _first("$", msgspec.json.decode(old), msgspec.json.decode(new))
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = None
    if found is None:  # not JSON, or equal values written in different bytes
        return "$", _shortened(old.decode("utf-8", "replace")), _shortened(new.decode("utf-8", "replace"))
    path, before, after = found
    return path, _written(before), _written(after)


def _first(path: str, old: object, new: object) -> tuple[str, object, object] | None:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            if found := _first(f"{path}.{key}", old.get(key, _ABSENT), new.get(key, _ABSENT)):
                return found
        return None
    if isinstance(old, list) and isinstance(new, list):
        for index, (before, after) in enumerate(zip_longest(old, new, fillvalue=_ABSENT)):
            if found := _first(f"{path}[{index}]", before, after):
                return found
        return None
    return None if type(old) is type(new) and old == new else (path, old, new)


def _written(value: object) -> str:
    return "" if value is _ABSENT else _shortened(msgspec.json.encode(value).decode())


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
