"""Which sentences are understood only behind the one before them, and what that one is.

Not for resolving references (`truth.context` does, for claims): whoever quotes such a sentence quotes more, or not it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from simone.kernels import kernels
from simone.records import Passage

_GAP = 1
"""White space between two sentences of which one ends a passage, characters at most."""
_VERB = (
    r"(?:is|was|are|were|has|had|have|will|would|can|could|may|might|must|did|does|do|\w{2,}ed|also|then|later|soon)"
)
_ORDER = r"(?:new|same|latter|former|other|two|three|four|first|second|third|last|next|previous|resulting|whole)"
# "runs a", "lies in": a verb where nothing but one can stand.
_DOES = r"[a-z]{2,}s (?:an?|the|its|their|some|many|several|in|on|at|to|for|from|by)\b"
# Words that, at the beginning of a sentence, stand for something said before.
_STANDING_FOR = re.compile(
    r"(?:It|Its|They|Their|Them|He|His|She|Her|Then|Both|Neither|"
    r"(?:This|That|These|Those|Such)(?: (?!is\b|was\b|are\b|were\b|has\b|have\b|had\b|can\b|will\b|may\b)[a-z]+)?|"
    r"(?:[A-Z][a-z]+ )(?:[a-z]+ )?(?:its|their|them|his|her|they|it|he|she))\b"
)
# Times and places that are counted from one said before.
_COUNTED = re.compile(
    r"(?:At (?:the|this|that) (?:time|point|moment)|By (?:then|this time|that time)|Since then|Meanwhile|Afterwards?|"
    r"(?:In|During|On) (?:the|that|this) (?:same )?(?:year|month|week|day|period|time)(?! of\b| \d)|"
    r"(?:The|In the|On the) (?:following|next|previous|same) (?:year|month|week|day|morning|evening|night)|"
    r"(?:\w+ )?(?:[Yy]ears?|[Mm]onths?|[Ww]eeks?|[Dd]ays?|[Hh]ours?) (?:later|earlier|before|after)\b|"
    r"(?:Later|Earlier) (?:that|in the same) \w+|Shortly (?:after|before|thereafter)\w*|Soon after\w*|Nearby)\b"
)
_FROM_THEN = re.compile(
    r"then|subsequently|eventually|next|the same [a-z]+"
    r"|(?:after|at|before|by|during|from|since|to|until) (?:that|this|those|these)",
    re.IGNORECASE,
)
# "In both plays, he …": a circumstance in which nobody does anything, then somebody.
_BEHIND = re.compile(
    r"(?:In|At|On|During|By|From|For)\b"
    r"(?:(?!\b(?:is|was|are|were|has|had|have|\w{2,}ed|\w{2,}ing)\b)[^.;])*?, (?:he|she|they|it|his|her|their|its)\b"
)
# What follows from something before, or is set beside it.
_LINKED = re.compile(
    r"(?:For (?:example|instance)|(?:In|By) (?:contrast|comparison)|On the (?:other hand|contrary)|Conversely|Instead|"
    r"Otherwise|Similarly|Likewise|So|Thus|Therefore|Hence|Consequently|Accordingly|As (?:a result|such)|"
    r"Here|An? (?:\w+ )?example(?! of\b)|Because of this|Nevertheless|Nonetheless|Another|Others?|"
    r"(?:Some|One) of (?:them|these|those)|"
    r"While (?:there|en route)|In (?:response|return|turn|fact)|Indeed|Finally|Eventually|Subsequently|Next)\b"
)
# "prior to this", "of these writers", "at that point": something before is meant, wherever in the sentence it is said.
_MEANT = re.compile(
    r"\bthis (?!is\b|was\b|has\b)[a-z]\w*|"
    r"\b(?:an?|the) (?:second|third|further|additional|same|latter|former) [a-z]\w*|"
    r"\b(?:these|those) (?!who\b|that\b|which\b|of\b|in\b|with\b|from\b|on\b)[a-z]\w*|"
    r"\b(?:of|at|to|from|on|in|by|for|with|after|before|during|until|since|under|than|like) (?:this|that|these|those)\b"
    r"(?! (?:of|in|who|which|that|were|was|are|is)\b)"
)
# "The network was …": which one, something before says.
_DEFINITE = re.compile(rf"The (?:{_ORDER} )?(?P<noun>[a-z]+)(?= {_VERB}\b| {_DOES})")
# "… built the fort in May": a fort, where the text spoke of one before.
_AGAIN = re.compile(
    r"\b[Tt]he (?:[a-z]+ )??(?P<noun>[a-z]{3,})(?=[.,;:)]|$| (?:is|was|are|were|has|had|have|will|would|can|could|"
    r"may|might|must|did|does|do|and|or|but|as|by|when|while|after|before|until|from|with|into|during|because|since|\w{2,}ed)\b"
    rf"| {_DOES})"
)

_PRONOUN = re.compile(r"\b(?:it|its|they|their|them|he|his|him|she|her)$", re.IGNORECASE)
_THIS_ONE = re.compile(r"\b(?:this|that|these|those)\b", re.IGNORECASE)
_POINTING = re.compile(
    r"(?:.* )?(?:this|these|those|that)\b|(?:the|an?) (?:second|third|further|additional|same|latter|former|next)\b|"
    r"an? (?:\w+ )?example\b|"
    r"(?:in|by|on|for|similarly|likewise|conversely|instead|otherwise|meanwhile|another|others?|so|thus|such|both)\b",
    re.IGNORECASE,
)


def leaning(sentence: str, known: frozenset[str] = frozenset(), told: frozenset[str] = frozenset()) -> str:
    """The words of it that count on something said before it, "" where it has none.

    `known` are case-folded words that need no telling, `told` those of what stands before it.
    """
    for rule in (_COUNTED, _STANDING_FOR, _BEHIND, _LINKED):
        if found := rule.match(sentence):
            return found.group()
    if found := _MEANT.search(sentence):
        return found.group()
    definite = _DEFINITE.match(sentence)
    if definite is not None and not _is_among(definite["noun"], known):
        return definite.group()
    again = (
        found
        for found in _AGAIN.finditer(sentence)
        if _is_among(found["noun"], told) and not _is_among(found["noun"], known)
    )
    return next((found.group() for found in again), "")


def _is_among(noun: str, words: frozenset[str]) -> bool:
    """Whether the noun is one of the case-folded words, as one thing or as several."""
    noun = noun.casefold()
    return not words.isdisjoint((noun, f"{noun}s", f"{noun}es", noun.removesuffix("s")))


def is_counted(words: str) -> bool:
    """Whether what leans is a time or place counted from one said before ("weeks later", "at that point", "nearby")."""
    return _COUNTED.fullmatch(words) is not None or _FROM_THEN.fullmatch(words) is not None


def is_pronoun(words: str) -> bool:
    """Whether what leans is a pronoun or ends in one, whose meaning a question may give; not so "In that year, he"."""
    return _PRONOUN.search(words) is not None and _THIS_ONE.search(words) is None


def points_back(words: str) -> bool:
    """Whether what leans means what was said last ("this type", "similarly"); a pronoun may reach further back."""
    return _POINTING.match(words) is not None


class Surroundings:
    """What some passages hold of what stands before places of their documents. Thread-safe."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._held: dict[str, list[Passage]] = {}
        for passage in sorted(passages, key=lambda one: (one.start, -one.end)):
            self._held.setdefault(passage.document_id, []).append(passage)

    def told(self, document: str, start: int) -> str:
        """The document's paragraph before offset `start`, as far as it is held; it may have gaps."""
        parts, end = list[str](), 0
        for passage in self._held.get(document, ()):
            if passage.start < start and passage.end > end:
                parts.append(passage.text[max(0, end - passage.start) : start - passage.start])
                end = passage.end
        return "\n".join(parts).rpartition("\n\n")[2]

    def before(self, document: str, start: int) -> tuple[int, int, str] | None:
        """The sentence before offset `start` in the same paragraph: its span in the document and its text.

        None where no passage holds it, or the paragraph begins there.
        """
        for passage in self._held.get(document, ()):
            if passage.start < start <= passage.end + _GAP:
                own = start - passage.start
                spans = [(a, b) for a, b in kernels.split_sentences_batch([passage.text])[0].tolist() if b <= own]
                if spans and "\n\n" not in passage.text[spans[-1][1] : own]:
                    first, last = spans[-1]
                    return passage.start + first, passage.start + last, passage.text[first:last]
        return None
