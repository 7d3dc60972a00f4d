"""What texts, numbers and vectors must be for a store to keep them, the same for every store.

Not for keeping them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from simone.errors import BadRequest, StoreError
from simone.kernels.contract import Floats
from simone.memory.contract import Memory, Vectors

_MOST_LISTED = 20


def checked(vectors: Vectors) -> Floats:
    """The rows, contiguous float32, one for each id.

    Raises:
        BadRequest: there is not one row for each id, a row is empty, or a value is not finite.
    """
    rows = np.ascontiguousarray(vectors.rows, np.float32)
    if rows.ndim != 2 or len(rows) != len(vectors.ids) or (len(rows) and not rows.shape[1]):
        raise BadRequest(f"{len(vectors.ids)} memories came with vectors of shape {rows.shape}; needed: a row each")
    if not np.isfinite(rows).all():
        place = vectors.ids[int(np.argmin(np.isfinite(rows).all(axis=1)))]
        raise BadRequest(f"the vector of memory {place!r} holds what is not finite; encode its text anew")
    return rows


def damaged(memory: str, why: str) -> StoreError:
    """What to raise where the row of a memory is not what was written."""
    return StoreError(
        f"memory {memory!r} is not what was written: {why}; run `simone memory check --repair`, which sets it aside"
    )


def told_aside(memories: Sequence[str], current: Sequence[str]) -> list[str]:
    """Sentences on memories that were set aside, and on those that nothing hides any more."""
    told = [
        f"memory {memory} was set aside: its row is damaged; it is kept in the table set_aside until something of its"
        " tenant, or of any where its tenant has no other memory, is forgotten; to have it back, import a file that"
        " holds it"
        for memory in memories
    ]
    if current:
        more = f" and {len(current) - _MOST_LISTED} more" if len(current) > _MOST_LISTED else ""
        named = ", ".join(current[:_MOST_LISTED])
        told.append(f"{len(current)} memories that these closed or stood for are current again: {named}{more}")
    return told


def is_whole(text: str) -> bool:
    """Whether the text has no half of a surrogate pair, which no file and no line of JSON can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def finite(memory: Memory) -> None:
    """Refuse numbers that no store can keep.

    Raises:
        BadRequest: trust, salience, valence or arousal of the memory, or the trust of an origin, is not finite.
    """
    numbers = (memory.trust, memory.salience, memory.valence, memory.arousal, *(one.trust for one in memory.origins))
    if not all(map(math.isfinite, numbers)):
        raise BadRequest(
            f"memory {memory.id!r} holds a number that is not finite among {numbers!r}; say how much it is"
        )


def whole(*texts: str) -> None:
    """Refuse texts that no store can keep.

    Raises:
        BadRequest: one of them holds half a surrogate pair.
    """
    for text in texts:
        if not is_whole(text):
            raise BadRequest(f"{text!r} holds a lone surrogate, which no store can keep; decode its source anew")


def tenant_named(tenant: str) -> str:
    """The name of one tenant.

    Raises:
        BadRequest: it is blank, which would mean every tenant, or holds what cannot be printed.
    """
    if not tenant.strip() or not tenant.isprintable():
        raise BadRequest(f"the tenant is called {tenant!r}; give a name of printable characters that is not blank")
    return tenant
