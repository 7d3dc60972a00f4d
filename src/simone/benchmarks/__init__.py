"""Measurements anyone can repeat: real runs only, answers checked before times are printed.

Not for tests: nothing here is asserted on time.
"""
