"""The reference of `contract.syntax`: trees, errors, queries, outlines and paths of code.

Not for running code.
"""

from __future__ import annotations


class SyntaxReference:
    """Implements `contract.syntax.Syntax`."""
