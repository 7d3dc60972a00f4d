"""Pieces of texts as bytes, and where they stand in files and records.

Not for texts that are compressed or encrypted: nothing of them stands there in clear.

A text is cut into pieces of 32 bytes that begin every 16: whatever remains of it at one place, if it is 47 bytes long,
holds a whole piece. Texts are looked for as UTF-8, and as JSON writes them, once and inside another text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

import msgspec
import numpy as np

_LENGTH, _STEP = 32, 16
_KEY = 8
_CHARACTERS_AT_ONCE = 4_000_000
_LEAST_NAME, _LONG_NAME = 3, 6


class Pieces:
    """The pieces of what is forgotten, without those that also stand in what is `kept`.

    `names` are looked for whole and whatever the case of their ASCII letters, those of fewer than 6 bytes as words of
    their own only ("Ann" is not in "annual"). `shared` counts pieces left out because they are kept elsewhere,
    `too_short` texts of fewer than LEAST bytes.
    """

    LEAST: ClassVar[int] = 12

    def __init__(self, texts: Iterable[str], names: Iterable[str], kept: Iterable[str]) -> None:
        bodies = [text.strip() for text in dict.fromkeys(texts)]
        self.too_short = sum(len(_utf8(body)) < self.LEAST for body in bodies)
        cut = dict.fromkeys(piece for body in bodies for form in _forms(body) for piece in _cut(form))
        whole = dict.fromkeys(_utf8(name.strip()).lower() for name in names if len(name.strip()) >= _LEAST_NAME)
        self._index(cut, whole)
        shared = {piece for stays in _joined(kept) for form in _forms(stays) for _, piece in self.found(form)}
        self.shared = len(shared)
        self._index([piece for piece in cut if piece not in shared], [name for name in whole if name not in shared])

    def __len__(self) -> int:
        return sum(map(len, self._by_key.values())) + len(self._names)

    def _index(self, pieces: Iterable[bytes], names: Iterable[bytes]) -> None:
        self._names = tuple(names)
        self._by_key: dict[int, list[bytes]] = {}
        for piece in pieces:
            self._by_key.setdefault(int.from_bytes(piece[:_KEY], "little"), []).append(piece)
        self._keys = np.array(sorted(self._by_key), np.uint64)
        self._begins = np.zeros(1 << 16, np.bool_)
        self._begins[(self._keys & np.uint64(0xFFFF)).astype(np.int64)] = True

    @property
    def longest(self) -> int:
        """Bytes of the longest piece, 0 where there is none."""
        pieces = [piece for found in self._by_key.values() for piece in found]
        return max(map(len, [*pieces, *self._names]), default=0)

    def stand_in(self, content: bytes) -> bool:
        """Whether any piece does."""
        return next(self.found(content), None) is not None

    def found(self, content: bytes) -> Iterator[tuple[int, bytes]]:
        """Every piece with the offset at which it stands, in no particular order."""
        lower = content.lower() if self._names else b""
        for name in self._names:
            at = lower.find(name)
            while at >= 0:
                if len(name) >= _LONG_NAME or _stands_apart(lower, at, at + len(name)):
                    yield at, name
                at = lower.find(name, at + 1)
        for shift in range(_KEY):
            count = (len(content) - shift) // _KEY
            if count <= 0 or not len(self._keys):
                return
            words = np.frombuffer(content, "<u8", count, shift)
            hits = np.flatnonzero(self._begins[(words & np.uint64(0xFFFF)).astype(np.int64)])
            hits = hits[np.isin(words[hits], self._keys)]
            for hit in hits.tolist():
                at = hit * _KEY + shift
                for piece in self._by_key[int(words[hit])]:
                    if content.startswith(piece, at):
                        yield at, piece


def _joined(texts: Iterable[str]) -> Iterator[str]:
    """The texts with a NUL between them, a few million characters at once."""
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= _CHARACTERS_AT_ONCE:
            yield "\0".join(batch)
            batch, size = [], 0
    yield "\0".join(batch)


def _stands_apart(content: bytes, start: int, end: int) -> bool:
    """Whether no letter or digit touches it; the letter of an escape such as that of a line break is none."""
    before, after = content[max(0, start - 2) : start], content[end : end + 1]
    is_escape = len(before) == 2 and before[:1] == b"\\"
    return not (_is_of_a_word(after) or (_is_of_a_word(before[-1:]) and not is_escape))


def _is_of_a_word(byte: bytes) -> bool:
    return byte.isalnum() or byte >= b"\x80"


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _forms(text: str) -> list[bytes]:
    """UTF-8, and what JSON makes of it where that differs."""
    plain = _utf8(text)
    forms = [plain]
    for _ in range(2):
        try:
            forms.append(msgspec.json.encode(forms[-1].decode())[1:-1])
        except UnicodeDecodeError:  # half a character; JSON refuses it too
            break
    return list(dict.fromkeys(forms))


def _cut(body: bytes) -> Iterator[bytes]:
    if len(body) < Pieces.LEAST:
        return
    if len(body) <= _LENGTH:
        yield body
        return
    for start in range(0, len(body) - _LENGTH, _STEP):
        yield body[start : start + _LENGTH]
    yield body[-_LENGTH:]
