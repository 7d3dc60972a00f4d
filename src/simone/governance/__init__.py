"""Decisions under a policy, and the ledger that lets anyone replay them.

Not for finding errors: it decides on what protocols found.
"""
