"""Principles of honest and humane text: named, versioned rules, each with examples that must and must not fire.

Not for verdicts: a principle reads what was judged and never changes it.
"""

from __future__ import annotations

from simone.truth.principles.finding import find_principles, severity_of
from simone.truth.principles.shipped import Example, Principle, principles

__all__ = ["Example", "Principle", "find_principles", "principles", "severity_of"]
