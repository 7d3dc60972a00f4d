"""What was computed once and may be served again, under keys that miss when anything they stand for changes.

Not for anything that must not be lost.
"""
