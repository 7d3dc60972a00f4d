"""One module per file format: from bytes or text to blocks of prose, headings, rows, fields and code.

Not for choosing the format or opening files: `readers` does that.
"""
