"""What the ledger's file holds of an attempt: request, bundle and payloads, each compressed against those before it.

Not for digests: those are taken of what is packed, never of how.

A run says the same words many times: what was found stands in the verdicts, in the output and in the end. Each piece
can still be written alone, at once. A frame tells how far back it reads, so pieces that come first may be missing where
no frame reads them: whoever removes one packs those behind it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import zstandard

BEFORE_BYTES = 1 << 20
"""A piece is compressed against so much of what stands before it, at most; part of the form of the file."""
_LEVEL = 3


def packed(content: bytes, before: bytes) -> bytes:
    """The content compressed against `before`, or as it is where that is not longer."""
    frame = zstandard.ZstdCompressor(level=_LEVEL, dict_data=_read_first(before)).compress(content)
    return frame if len(frame) < len(content) or content.startswith(zstandard.FRAME_HEADER) else content


def unpacked(stored: bytes, before: bytes) -> bytes | None:
    """What was packed against `before`, or against an end of it; None where the bytes are damaged."""
    if not stored.startswith(zstandard.FRAME_HEADER):
        return stored
    try:
        return zstandard.ZstdDecompressor(dict_data=_read_first(before)).decompress(stored)
    except (zstandard.ZstdError, MemoryError):  # a damaged frame may claim any size
        return None


def grown(before: bytes, content: bytes) -> bytes:
    """What the piece behind `content` is packed against."""
    return (before + content)[-BEFORE_BYTES:]


def pack_all(contents: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of one attempt, in order, as the file holds them."""
    before = b""
    for content in contents:
        yield packed(content, before)
        before = grown(before, content)


def unpack_all(stored: Iterable[bytes]) -> Iterator[bytes | None]:
    """The pieces of one attempt, in order; None for one that is damaged, and then mostly for those behind it."""
    before = b""
    for one in stored:
        content = unpacked(one, before)
        yield content
        before = grown(before, content or b"")


def _read_first(before: bytes) -> zstandard.ZstdCompressionDict | None:
    return zstandard.ZstdCompressionDict(before, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if before else None
