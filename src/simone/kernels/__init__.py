"""Chooses the backend once and offers it as `kernels`; callers never branch.

Not for algorithms: see contract.py for what is promised and reference.py for the specification.
"""
