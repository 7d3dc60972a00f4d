"""How an output is shown to a person or a program: text, Markdown, JSON, HTML.

Not for printing: these functions give strings; the edge decides where they go.
"""
