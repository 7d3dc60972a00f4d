"""Code read by pinned grammars: bounds, trees, fenced blocks, outlines and queries.

Not for JSON: see json_text.
"""
