"""What the arguments of a bounded cache must be; the compiled backend asks here about whatever it cannot take as it is.

Not for caching.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence

from simone.errors import BadArray, KernelError

MOST_BYTES = 1 << 53


def limit(limit_bytes: int) -> int:
    """The bytes that a cache may hold.

    Raises:
        KernelError: they are not from 1 to 2**53.
    """
    return _whole(limit_bytes, "limit_bytes")


def size(size_bytes: int) -> int:
    """The bytes that an entry counts for.

    Raises:
        KernelError: they are not from 1 to 2**53.
    """
    return _whole(size_bytes, "size_bytes")


def key(given: str | bytes) -> tuple[bool, bytes]:
    """Whether a key is text, and its bytes: UTF-8, lone surrogates as WTF-8.

    Raises:
        BadArray: it is neither str nor bytes.
    """
    if isinstance(given, str):
        return True, given.encode("utf-8", "surrogatepass")
    if isinstance(given, bytes):
        return False, bytes(given)
    raise BadArray(f"a key must be str or bytes, found {type(given).__name__} {given!r}; use a digest of its parts")


def tag(given: str) -> bytes:
    """The bytes of a tag, as those of a key.

    Raises:
        BadArray: it is no str.
    """
    if isinstance(given, str):
        return given.encode("utf-8", "surrogatepass")
    raise BadArray(f"a tag must be str, found {type(given).__name__} {given!r}")


def tags(given: Sequence[str]) -> list[bytes]:
    """The bytes of tags, each once, in order.

    Raises:
        BadArray: they are one str, or one of them is no str.
    """
    if isinstance(given, str):
        raise BadArray(f"tags must be a sequence of str, found the str {given!r}; put it into a tuple")
    return sorted({tag(one) for one in given})


def ttl(ttl_s: float) -> float:
    """How long an entry may be served, in seconds.

    Raises:
        KernelError: it is no number above 0.
    """
    try:
        seconds = float(ttl_s)
    except (TypeError, ValueError):
        raise KernelError(f"ttl_s must be a number of seconds above 0, or None for ever; found {ttl_s!r}") from None
    if not seconds > 0.0:
        raise KernelError(f"ttl_s is {ttl_s!r}; it must be above 0 seconds, or None for ever")
    return seconds


def salience(given: float) -> float:
    """How dear an entry is.

    Raises:
        KernelError: it is no number from 0 to 1.
    """
    try:
        dear = float(given)
    except (TypeError, ValueError):
        raise KernelError(f"salience must be a number from 0 to 1, found {given!r}") from None
    if not 0.0 <= dear <= 1.0:
        raise KernelError(f"salience is {given!r}; it must be from 0 to 1")
    return dear


def _whole(value: int, name: str) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise KernelError(f"{name} must be a whole number of bytes, found {value!r}") from None
    if not 1 <= number <= MOST_BYTES:
        raise KernelError(f"{name} is {number}; it must be from 1 to {MOST_BYTES} bytes")
    return number
