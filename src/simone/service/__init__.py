"""The HTTP edge: the only asynchronous code.

Not for logic: it parses, calls the runtime and answers.
"""
