"""SIM-ONE: governed cognition around a language model that is never trusted.

Not for implementation: names are loaded on first use, so that importing costs next to nothing.
"""
