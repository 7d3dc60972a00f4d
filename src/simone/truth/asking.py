"""What is asked of the judge, looked at before anything is judged: a list of claims, and texts or passages.

Not for what stands in them: a text that is no claim is judged, and comes out as none.
"""

from __future__ import annotations

from collections.abc import Iterable

from simone.errors import BadRequest
from simone.records import Passage


def claims_of(given: object) -> list[str]:
    """The claims as a list; BadRequest where they are one text, or are no texts."""
    if isinstance(given, str):
        raise BadRequest("a list of claims was asked for, and one text was given; give it in a list: judge([claim], …)")
    if isinstance(given, (bytes, bytearray)) or not isinstance(given, Iterable):
        raise BadRequest(f"a list of claims was asked for, and {_kind(given)} was given; give a list of texts")
    texts: list[str] = []
    for number, text in enumerate(given, 1):
        if not isinstance(text, str):
            raise BadRequest(f"claim {number} is {_kind(text)} and no text; give texts, decoded where they are bytes")
        texts.append(text)
    return texts


def sources_of(given: object) -> list[str | Passage]:
    """The evidence as a list; BadRequest where it is neither a text nor texts and passages."""
    if isinstance(given, str):
        return [given]
    if isinstance(given, (bytes, bytearray)) or not isinstance(given, Iterable):
        found = f"evidence was asked for, and {_kind(given)} was given"
        raise BadRequest(f"{found}; give a text, decoded where it is bytes, or a list of texts or passages")
    sources: list[str | Passage] = []
    for number, source in enumerate(given, 1):
        if not isinstance(source, (str, Passage)):
            raise BadRequest(
                f"evidence {number} is {_kind(source)}; give a text, decoded where it is bytes, or a passage"
            )
        sources.append(source)
    return sources


def _kind(given: object) -> str:
    return "nothing (None)" if given is None else f"a value of type {type(given).__name__}"
