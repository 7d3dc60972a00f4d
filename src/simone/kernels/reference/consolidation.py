"""The reference of `contract.consolidation`: which memories belong together, and which merges would lose something.

Not for storing or merging them.
"""

from __future__ import annotations


class ConsolidationReference:
    """Implements `contract.consolidation.Consolidation`."""
