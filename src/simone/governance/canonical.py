"""Canonical JSON: one sequence of bytes for one value, so that digests of records can be compared.

Not for reading by people.
"""

from __future__ import annotations

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical(value: object) -> bytes:
    """UTF-8 JSON of a record or builtin: keys sorted, no spaces, floats in their shortest form, bytes as base64.

    Raises:
        TypeError: the value holds something that JSON cannot.
    """
    return _ENCODER.encode(value)
