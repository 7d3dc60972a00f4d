"""The exact checks of claims against evidence, and of statements against one another.

Not for verdicts: codes and spans leave here, and the truth floor decides.
"""

from __future__ import annotations

from typing import Protocol


class Validation(Protocol):
    """The exact checks of claims against evidence, and of statements against one another."""
