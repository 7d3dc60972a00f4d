"""The exact checks of claims against evidence, and of statements against one another.

Not for verdicts: codes and spans leave here, and the truth floor decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from simone.kernels.contract.types import Bools, Ints

Doubles = NDArray[np.float64]

MENTIONS = ("number", "percent", "money", "unit", "ordinal", "fraction", "range", "date", "time", "name")
"""Kinds of mention by code; the first seven are kinds of quantity."""
PRECISIONS = ("day", "month", "year", "decade", "century")
"""How fine a date is, by code."""


class Mentions(NamedTuple):
    """What texts mention, one mention per row: by text, then quantities, dates, times, names, each in text order."""

    text: Ints
    kind: Ints
    """Code in MENTIONS."""
    start: Ints
    end: Ints
    """Code points [start, end)."""
    low: Doubles
    high: Doubles
    """Ends of a quantity in its canonical unit, ±inf where open; 0 elsewhere."""
    step: Doubles
    """Of a quantity the place value of its last digit, 0 where unknown; of a date the code in PRECISIONS."""
    approximate: Bools
    """Said with "about"."""
    strict: Bools
    """Finite ends of a quantity are excluded; a date is impossible."""
    said: list[tuple[str, str]]
    """Of a quantity canonical unit and counted noun, of a date first and last ISO day, of a time "17:00" and "",
    of a name its normal form and ""."""


class Validation(Protocol):
    """The exact checks of claims against evidence, and of statements against one another."""

    def find_mentions_batch(self, texts: Sequence[str]) -> Mentions:
        """Quantities, dates, clock times and proper names of English texts; what only names something is no quantity.

        Quantities are converted to canonical units (m, kg, s, month, year, currencies by code …), dates to intervals of
        ISO days, all-digit dates month first unless impossible. Linear in the lengths.
        """
