"""Events a person or a program can watch while a case is worked on.

Not for storing them: the ledger records, this only tells.
"""
