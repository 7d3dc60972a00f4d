"""Drafts as text with sentence spans: made from text, and put together again after a repair.

Not for deciding what to change: the Revisor does.
"""

from __future__ import annotations

from collections.abc import Mapping

from simone.kernels import kernels
from simone.records import Draft, DraftSentence


def make_draft(text: str, revision: int = 0) -> Draft:
    """A draft of `text`, trimmed, with its sentences."""
    text = text.strip()
    spans = kernels.split_sentences_batch([text])[0]
    sentences = tuple(
        DraftSentence(text=text[start:end], start=start, end=end) for start, end in ((int(a), int(b)) for a, b in spans)
    )
    return Draft(text=text, sentences=sentences, revision=revision)


def repaired(draft: Draft, replacements: Mapping[int, str]) -> Draft:
    """The draft with sentence i replaced by replacements[i] (removed when empty); all else stays to the character.

    The gap before a removed sentence goes with it; `revision` rises by one.
    """
    pieces: list[str] = []
    cursor = 0
    for index, sentence in enumerate(draft.sentences):
        gap = draft.text[cursor : sentence.start]
        cursor = sentence.end
        text = replacements.get(index, sentence.text)
        if text:
            pieces.append((gap if pieces else "") + text)
    pieces.append(draft.text[cursor:] if pieces else "")
    return make_draft("".join(pieces), draft.revision + 1)
