"""Pieces of texts as bytes, and where they stand in files and records.

Not for texts that are compressed or encrypted: nothing of them stands there in clear.

A text is cut into pieces of 32 bytes that begin every 16: whatever remains of it at one place, if it is 47 bytes long,
holds a whole piece. Texts are looked for as UTF-8, composed and decomposed (NFC, NFD), and as JSON writes them, once
and inside another text; whatever the case of ASCII letters, and without the punctuation at their ends.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

import msgspec
import numpy as np

_LENGTH, _STEP = 32, 16
_KEY = 8
_CHARACTERS_AT_ONCE = 4_000_000
_LEAST_CHARACTERS, _LONG_NAME = 3, 6
_GAP, _LONGEST_GAP = rb"(?:\s|\\{1,2}[nrt]){1,6}", 18
"""What may stand where a name has a space: white space, also as JSON writes it once or twice; and its bytes."""
_ENDS = " \t\n\r\v\f\0.,;:!?…\"'“”„‘’‚«»()[]{}·。、！？"
"""What a sentence may lose at its ends where it is quoted or becomes a claim."""


class Pieces:
    """The pieces of what is forgotten.

    `names` are looked for whole; those of fewer than 6 bytes, and texts of fewer than LEAST bytes, as words of their
    own only ("Ann" is not in "annual"). `too_short` counts texts and names of fewer than 3 characters and 6 bytes,
    which stand anywhere and are not looked for. `shared` counts pieces that also stand in what is `kept`.
    """

    LEAST: ClassVar[int] = 12
    BESIDE: ClassVar[int] = 4
    """Bytes on each side of a piece that tell whether it is a word of its own."""

    def __init__(self, texts: Iterable[str], names: Iterable[str], kept: Iterable[str]) -> None:
        cut: dict[bytes, None] = {}
        whole: dict[bytes, bool] = {}
        self.too_short = 0
        for body in dict.fromkeys(_bare(text) for text in texts if text.strip()):
            self.too_short += not _is_told_apart(body)
            for form in _forms(body) if _is_told_apart(body) else ():
                if len(form) < self.LEAST:
                    whole[form] = True
                else:
                    cut.update(dict.fromkeys(_cut(form)))
        for name in dict.fromkeys(" ".join(name.split()) for name in names if name.strip()):
            self.too_short += not _is_told_apart(name)
            for cased in (name, name.lower(), name.upper(), name.title()) if _is_told_apart(name) else ():
                whole |= {form: len(form) < _LONG_NAME for form in _forms(cased)}
        self._all = _Sought(cut, whole)
        shared = {piece for stays in _joined(kept) for form in _forms(stays) for _, piece in self._all.found(form)}
        self.shared = len(shared)
        self._unshared = self._all
        if shared:
            self._unshared = _Sought(
                [piece for piece in cut if piece not in shared],
                {form: apart for form, apart in whole.items() if form not in shared},
            )

    def __len__(self) -> int:
        return len(self._all)

    @property
    def longest(self) -> int:
        """Bytes of the longest piece, 0 where there is none."""
        return self._all.longest

    def stand_in(self, content: bytes) -> bool:
        """Whether any piece does, one that is kept elsewhere too included."""
        return next(self.found(content), None) is not None

    def found(self, content: bytes, *, with_shared: bool = True) -> Iterator[tuple[int, bytes]]:
        """Every piece with the offset at which it stands, in no particular order."""
        return (self._all if with_shared else self._unshared).found(content)


class _Sought:
    """Pieces in an index. All are in lower case."""

    def __init__(self, cut: Iterable[bytes], whole: Mapping[bytes, bool]) -> None:
        """`whole` says which must be words of their own."""
        self._whole = whole
        self._by_key: dict[int, list[bytes]] = {}
        for piece in cut:
            self._by_key.setdefault(int.from_bytes(piece[:_KEY], "little"), []).append(piece)
        self._keys = np.array(sorted(self._by_key), np.uint64)
        self._begins = np.zeros(1 << 16, np.bool_)
        self._begins[(self._keys & np.uint64(0xFFFF)).astype(np.int64)] = True
        self._patterns = {one: re.compile(_GAP.join(map(re.escape, one.split(b" ")))) for one in whole}
        pieces = [len(piece) for found in self._by_key.values() for piece in found]
        self.longest = max([*pieces, *(len(one) + _LONGEST_GAP * one.count(b" ") for one in whole)], default=0)

    def __len__(self) -> int:
        return sum(map(len, self._by_key.values())) + len(self._whole)

    def found(self, content: bytes) -> Iterator[tuple[int, bytes]]:
        """As `Pieces.found`; what is looked for whole may be broken into lines."""
        lower = content.lower()
        for one, is_apart in self._whole.items():
            for match in self._patterns[one].finditer(lower):
                if not is_apart or _stands_apart(lower, *match.span()):
                    yield match.start(), one
        for shift in range(_KEY):
            count = (len(lower) - shift) // _KEY
            if count <= 0 or not len(self._keys):
                return
            words = np.frombuffer(lower, "<u8", count, shift)
            hits = np.flatnonzero(self._begins[(words & np.uint64(0xFFFF)).astype(np.int64)])
            hits = hits[np.isin(words[hits], self._keys)]
            for hit in hits.tolist():
                at = hit * _KEY + shift
                for piece in self._by_key[int(words[hit])]:
                    if lower.startswith(piece, at):
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
    before = content[max(0, start - Pieces.BESIDE) : start].decode("utf-8", "replace")[-2:]
    after = content[end : end + Pieces.BESIDE].decode("utf-8", "replace")[:1]
    is_escape = len(before) == 2 and before[0] == "\\"
    return not (_is_of_a_word(after) or (_is_of_a_word(before[-1:]) and not is_escape))


def _is_of_a_word(character: str) -> bool:
    return character.isalnum() or any(map(unicodedata.combining, character))


def _bare(text: str) -> str:
    return text.strip(_ENDS) or text.strip()


def _is_told_apart(text: str) -> bool:
    return len(text) >= _LEAST_CHARACTERS or len(_utf8(text)) >= _LONG_NAME


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _forms(text: str) -> list[bytes]:
    """UTF-8 as it is, composed and decomposed, and what JSON makes of each where that differs; in lower case."""
    forms: dict[bytes, None] = {}
    for same in dict.fromkeys((text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text))):
        form = _utf8(same)
        forms[form.lower()] = None
        for _ in range(2):
            try:
                form = msgspec.json.encode(form.decode())[1:-1]
            except UnicodeDecodeError:  # half a character; JSON refuses it too
                break
            forms[form.lower()] = None
    return list(forms)


def _cut(body: bytes) -> Iterator[bytes]:
    if len(body) <= _LENGTH:
        yield body
        return
    for start in range(0, len(body) - _LENGTH, _STEP):
        yield body[start : start + _LENGTH]
    yield body[-_LENGTH:]
