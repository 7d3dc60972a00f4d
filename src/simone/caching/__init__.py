"""What was computed once and may be served again.

Not for answers yet: only values that cannot go stale (keyed by content).
"""
