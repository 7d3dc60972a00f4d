"""Which sentences are understood only behind the one before them, and what that one is.

Not for resolving references (`truth.context` does, for claims): whoever quotes such a sentence quotes more, or not it.
"""

from __future__ import annotations

import re

from simone.kernels import kernels
from simone.records import Passage

_VERB = (
    r"(?:is|was|are|were|has|had|have|will|would|can|could|may|might|must|did|does|do|\w{2,}ed|also|then|later|soon)"
)
_ORDER = r"(?:new|same|latter|former|other|two|three|four|first|second|third|last|next|previous|resulting|whole)"
# Words that, at the beginning of a sentence, stand for something said before.
_STANDING_FOR = re.compile(r"(?:It|Its|They|Their|Them|He|His|She|Her|This|That|These|Those|Such|Then|Both|Neither)\b")
# Times that are counted from one said before.
_COUNTED = re.compile(
    r"(?:At (?:the|this|that) (?:time|point|moment)|By (?:then|this time|that time)|Since then|Meanwhile|Afterwards?|"
    r"(?:In|During|On) (?:the|that|this) (?:same )?(?:year|month|week|day|period|time)|"
    r"(?:The|In the|On the) (?:following|next|previous|same) (?:year|month|week|day|morning|evening|night)|"
    r"(?:\w+ )?(?:[Yy]ears?|[Mm]onths?|[Ww]eeks?|[Dd]ays?|[Hh]ours?) (?:later|earlier|before|after)\b|"
    r"(?:Later|Earlier) (?:that|in the same) \w+|Shortly (?:after|before|thereafter)\w*|Soon after\w*)\b"
)
# "The network was …": which one, something before says.
_DEFINITE = re.compile(rf"The (?:{_ORDER} )?(?P<noun>[a-z]+) {_VERB}\b")


def leans(sentence: str, known: frozenset[str] = frozenset()) -> bool:
    """Whether its opening stands for something said before it; `known` are case-folded words that need no telling."""
    if _STANDING_FOR.match(sentence) or _COUNTED.match(sentence):
        return True
    definite = _DEFINITE.match(sentence)
    return definite is not None and definite["noun"].casefold() not in known


def before(passage: Passage, start: int) -> tuple[int, int] | None:
    """The sentence before offset `start` of the document, in the same paragraph of the passage, as document offsets.

    None where the passage begins there or the paragraph does.
    """
    own = start - passage.start
    spans = [(a, b) for a, b in kernels.split_sentences_batch([passage.text])[0].tolist() if b <= own]
    if not spans or "\n\n" in passage.text[spans[-1][1] : own]:
        return None
    return passage.start + spans[-1][0], passage.start + spans[-1][1]
