"""Values to bytes and back, for tiers that keep bytes.

Not for compression or checks: the tier that writes the bytes does both.
"""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value")


class Codec(Protocol[Value]):
    """Two functions that undo one another exactly, to the last bit of a float."""

    def encode(self, value: Value) -> bytes | None:
        """The value as bytes; None where it cannot be written down (half a character, say)."""

    def decode(self, data: bytes) -> Value | None:
        """The value of such bytes; None where they are not what `encode` gives."""


class Octets:
    """Bytes as they are."""

    def encode(self, value: bytes) -> bytes:
        """The same bytes."""
        return value

    def decode(self, data: bytes) -> bytes:
        """The same bytes."""
        return data


class Packed(Generic[Value]):
    """Records of one type as MessagePack."""

    def __init__(self, kind: type[Value]) -> None:
        """`kind`: what msgspec can decode, such as a Struct or `tuple[Passage, ...]`."""
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder: msgspec.msgpack.Decoder[Value] = msgspec.msgpack.Decoder(kind)

    def encode(self, value: Value) -> bytes | None:
        """The record; None where it holds half a character or what MessagePack cannot hold."""
        try:
            return self._encoder.encode(value)
        except (UnicodeEncodeError, TypeError, OverflowError):
            return None

    def decode(self, data: bytes) -> Value | None:
        """The record; None where the bytes are not one of this type."""
        try:
            return self._decoder.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None


class Rows(msgspec.Struct, frozen=True, array_like=True):
    """An array as it is written: NumPy's name of the type, the shape, the bytes in C order."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes


class Arrays:
    """NumPy arrays of numbers; what is decoded is read-only, as it may be shared."""

    def __init__(self) -> None:
        self._rows = Packed(Rows)

    def encode(self, value: NDArray[Any]) -> bytes | None:
        """Type, shape and bytes; None where the array holds objects."""
        return None if value.dtype.hasobject else self._rows.encode(written(value))

    def decode(self, data: bytes) -> NDArray[Any] | None:
        """The array; None where the bytes are not one."""
        rows = self._rows.decode(data)
        return None if rows is None else restored(rows)


def written(value: NDArray[Any]) -> Rows:
    """The array as a record."""
    return Rows(value.dtype.str, value.shape, value.tobytes())


def restored(rows: Rows) -> NDArray[Any] | None:
    """The read-only array of a record; None where type, shape and bytes do not fit."""
    try:
        return np.frombuffer(rows.data, np.dtype(rows.dtype)).reshape(rows.shape)
    except (TypeError, ValueError):
        return None
