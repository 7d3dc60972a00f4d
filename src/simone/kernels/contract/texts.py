"""Sentences and what can be counted in them.

Not for judging texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from simone.kernels.contract.types import Ints


class Texts(Protocol):
    """Sentences and what can be counted in them."""

    def split_sentences_batch(self, texts: Sequence[str]) -> list[Ints]:
        """Sentence spans of each text -> (n, 2) int64 [start, end), trimmed of white space, in order.

        Abbreviations, initials, decimal numbers, quotes, brackets, ellipses, list items and blank lines are handled;
        every non-blank character lies in exactly one sentence.
        """
