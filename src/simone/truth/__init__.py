"""Claims, evidence and verdicts: what the evidence carries and what it does not.

Not for release decisions: governance makes those.
"""
