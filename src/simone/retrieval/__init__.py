"""From files to passages: ingest, encode, index, search.

Not for judging what is found: truth does that.
"""
