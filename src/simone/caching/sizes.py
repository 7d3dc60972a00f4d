"""How many bytes a value takes in memory, with everything it holds.

Not for how many it takes when written down: the tier that writes knows.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import msgspec
import numpy as np


def held_bytes(value: object) -> int:
    """Bytes of a value and of what it holds, each object counted once; what CPython shares is counted too."""
    seen: set[int] = set()
    pending = [value]
    total = 0
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        if isinstance(one, msgspec.Struct):
            pending += [getattr(one, name) for name in one.__struct_fields__]
        elif isinstance(one, Mapping):
            pending += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | AbstractSet):
            pending += one
        elif isinstance(one, np.ndarray) and one.base is not None:
            total += one.nbytes  # a view keeps as much alive, at least
    return total
