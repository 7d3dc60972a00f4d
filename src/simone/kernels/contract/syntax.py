"""Code in eight languages: trees, errors with places, structural queries, outlines, paths.

Not for running code.
"""

from __future__ import annotations

from typing import Protocol


class Syntax(Protocol):
    """Code in eight languages: trees, errors with places, structural queries, outlines, paths."""
