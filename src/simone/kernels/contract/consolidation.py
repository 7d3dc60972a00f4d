"""Which memories belong together, and which merges would lose something.

Not for storing or merging them.
"""

from __future__ import annotations

from typing import Protocol


class Consolidation(Protocol):
    """Which memories belong together, and which merges would lose something."""
