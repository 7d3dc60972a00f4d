"""The words of a sentence without the marks that Markdown and HTML put around them.

Not for reading documents: `retrieval` has readers for those.
"""

from __future__ import annotations

import re

_LINK = re.compile(r"!?\[([^\[\]]{1,500})\](?:\([^()\s]{0,2000}(?:\s\"[^\"]{0,500}\")?\)|\[[^\[\]]{0,200}\])")
_CITATION = re.compile(r"\s*\[\^?\d+(?:\s*[,–-]\s*\d+)*\]")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]{0,2000})?/?>")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{2,3})(?=\S)([^*_]{1,1000}?)(?<=\S)\1(?![\w*])")


def without_markup(text: str) -> str:
    """The text without link targets, numbers of citations, tags and marks of emphasis."""
    if not any(mark in text for mark in "[<*_"):
        return text
    return _EMPHASIS.sub(r"\2", _TAG.sub("", _CITATION.sub("", _LINK.sub(r"\1", text))))
