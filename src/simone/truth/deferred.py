"""Regular expressions that are compiled when they are first used: all of them together would slow every start-up.

Not for those that every text meets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial

Deferred = Callable[[], re.Pattern[str]]
"""A pattern, once it is called for."""


def pattern(source: str, flags: int = 0) -> Deferred:
    """The pattern of that source, compiled at the first call."""
    return cache(partial(re.compile, source, flags))
