"""Bytes as they leave this process: compressed where that gains, with a checksum over all that decides what is served.

Not for telling forged bytes: whoever can write them can compute the checksum.
"""

from __future__ import annotations

import struct
import threading

import zstandard

from simone.kernels import kernels

LEAST_COMPRESSED_BYTES = 128
"""Smaller values stay as they are."""
LEAST_GAIN = 0.9
"""Share of its size that a compressed value may have at most; otherwise it stays as it is."""
_ENDS = struct.Struct("<qB")


class Compression:
    """zstd at its fastest level. Thread-safe: each thread has contexts of its own."""

    def __init__(self) -> None:
        self._local = threading.local()

    def packed(self, value: bytes) -> bytes:
        """The value compressed, or the very same object where that gains too little."""
        if len(value) < LEAST_COMPRESSED_BYTES:
            return value
        if not hasattr(self._local, "compressor"):
            self._local.compressor = zstandard.ZstdCompressor(level=1)
        smaller: bytes = self._local.compressor.compress(value)
        return smaller if len(smaller) <= LEAST_GAIN * len(value) else value

    def unpacked(self, value: bytes) -> bytes | None:
        """What was compressed; None where the bytes cannot be."""
        if not hasattr(self._local, "decompressor"):
            self._local.decompressor = zstandard.ZstdDecompressor()
        try:
            plain: bytes = self._local.decompressor.decompress(value)
        except zstandard.ZstdError:
            return None
        return plain


def as_octets(key: str | bytes) -> bytes:
    """A key or tag as bytes; text and bytes never fall on the same."""
    return b"t" + key.encode("utf-8", "surrogatepass") if isinstance(key, str) else b"b" + key


def checksum(name: bytes, value: bytes, packed: int, ends_ms: int) -> bytes:
    """128 bits over key, bytes, how they are packed and when they end; b"" where these cannot be right."""
    try:
        head = _ENDS.pack(ends_ms, packed)
    except struct.error:  # damaged columns hold other types or sizes
        return b""
    covered = b"".join((head, len(name).to_bytes(4, "little"), name, value))
    return bytes.fromhex(kernels.hash_content_hex_batch([covered])[0])
