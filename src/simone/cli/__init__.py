"""The command line: parse, call, print.

Not for logic of any kind.
"""
