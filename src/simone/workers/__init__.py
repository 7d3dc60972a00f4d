"""Threads that run independent work and give results in the order it was asked.

Not for deciding what is independent: workflow does that.
"""
