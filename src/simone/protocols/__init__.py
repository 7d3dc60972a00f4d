"""The nine governance protocols and SEP, each a stage on the case.

Not for order or budgets: orchestration has those.
"""
