"""An entailment model whose logits are kept on disk, so that calibrating again does not read every pair again.

Not for timing and not for use: a fresh model reads everything itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.clock import digest
from simone.truth.cross_encoder import CrossEncoder
from simone.truth.entailment import LARGE, SMALL, Entailment
from simone.truth.readers import TwoReaders

KEPT = Path("bench") / "truth"
"""Where the logits lie, in the home."""
PORTION = 64
"""Pairs between two writes, count: what an interruption loses."""


def kept_model(weight: str, home: Path, tell: Callable[[str], None]) -> Remembering:
    """The model of that name, which keeps what it has read.

    Raises:
        WeightsMissing: its weights are not in the cache.
    """
    return Remembering(CrossEncoder(home, weight), home / KEPT, tell)


def open_remembering(reader: Literal["small", "large"], home: Path, tell: Callable[[str], None]) -> Entailment:
    """The small model, or both joined, each of which keeps what it has read.

    Raises:
        WeightsMissing: the weights of one of them are not in the cache.
    """
    small = kept_model(SMALL, home, tell)
    return small if reader == "small" else TwoReaders(small, kept_model(LARGE, home, tell))


class _Line(msgspec.Struct, frozen=True):
    key: str
    logits: tuple[float, float, float]


class Remembering:
    """Implements `entailment.Entailment`: the logits of another one, from a file of that one's name where they are."""

    def __init__(self, entailment: Entailment, folder: Path, tell: Callable[[str], None] = lambda _: None) -> None:
        """Read what is known. A line that an interruption cut short is passed over."""
        self._entailment = entailment
        self._tell = tell
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{digest(entailment.name.encode())[:16]}.jsonl"
        self._known: dict[str, tuple[float, float, float]] = {}
        kept = self._path.read_bytes() if self._path.exists() else b""
        if kept and not kept.endswith(b"\n"):
            with self._path.open("ab") as file:
                file.write(b"\n")
        for line in kept.splitlines():
            try:
                read = msgspec.json.decode(line, type=_Line)
            except msgspec.DecodeError:
                continue
            self._known[read.key] = read.logits

    @property
    def name(self) -> str:
        """The other one's name: the logits are the same."""
        return self._entailment.name

    @property
    def first(self) -> Entailment:
        """Itself: it stands for a model that reads alone."""
        return self

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """As the port says."""
        keys = [
            digest(one.encode("utf-8", "surrogatepass"), two.encode("utf-8", "surrogatepass")) for one, two in pairs
        ]
        new = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in self._known}
        for first in range(0, len(new), PORTION):
            portion = list(new.items())[first : first + PORTION]
            self._tell(f"read {first} of {len(new)} pairs")
            rows = self._entailment.score([pair for _, pair in portion])
            with self._path.open("ab") as file:
                for (key, _), row in zip(portion, rows.tolist(), strict=True):
                    self._known[key] = row[0], row[1], row[2]
                    file.write(msgspec.json.encode(_Line(key, self._known[key])) + b"\n")
        return np.array([self._known[key] for key in keys], np.float32).reshape(-1, 3)
