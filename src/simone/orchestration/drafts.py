"""Drafts as text with sentence spans: made from text, and put together again after a repair.

Not for deciding what to change: the Revisor does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simone.kernels import kernels
from simone.records import Draft, DraftSentence


def make_draft(text: str, revision: int = 0, sentences: Sequence[str] = ()) -> Draft:
    """A draft of `text`, trimmed, with the sentences given where they are the text's, else with those found in it."""
    text = text.strip()
    spans = _placed(text, sentences) or [(int(a), int(b)) for a, b in kernels.split_sentences_batch([text])[0]]
    return Draft(
        text=text,
        sentences=tuple(DraftSentence(text=text[start:end], start=start, end=end) for start, end in spans),
        revision=revision,
    )


def repaired(draft: Draft, replacements: Mapping[int, str]) -> Draft:
    """The draft with sentence i replaced by replacements[i] (removed when empty); all else stays to the character.

    The gap before a removed sentence goes with it; `revision` rises by one.
    """
    pieces: list[str] = []
    sentences: list[str] = []
    cursor = 0
    for index, sentence in enumerate(draft.sentences):
        gap = draft.text[cursor : sentence.start]
        cursor = sentence.end
        text = replacements.get(index, sentence.text)
        if text:
            pieces.append((gap if pieces else "") + text)
            sentences += [sentence.text] if index not in replacements else [s.text for s in make_draft(text).sentences]
    pieces.append(draft.text[cursor:] if pieces else "")
    return make_draft("".join(pieces), draft.revision + 1, sentences)


def _placed(text: str, sentences: Sequence[str]) -> list[tuple[int, int]]:
    """Spans of the sentences in the text, in order; none where they are not the whole of it but white space."""
    spans: list[tuple[int, int]] = []
    cursor = 0
    for sentence in sentences:
        start = text.find(sentence, cursor)
        if start < 0 or not sentence or text[cursor:start].strip():
            return []
        cursor = start + len(sentence)
        spans.append((start, cursor))
    return [] if text[cursor:].strip() else spans
