"""What is worth keeping, with the span it came from.

Not for caching: a memory has provenance and is never recomputed.
"""
