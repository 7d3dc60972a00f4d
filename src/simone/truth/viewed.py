"""What holds only as somebody sees it, though no verb says so, and what is so only in part.

"In Lund's view", "by her account", "per the ministry", "at first glance", "as the story goes"; "90 percent finished",
"yet to open", "being finished", "safe enough for adults". Not for verbs of saying (`voiced`), nor for adverbs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from simone.truth.reading import Reading
from simone.truth.scopes import counterparts, lower_of
from simone.truth.stretches import Doubt, words_from

_WHOSE = r"(?:[\w.’'-]+ ){0,5}?"
_VIEW = r"views?|opinion|eyes|mind|judge?ment|estimation|telling|version|reading|interpretation|words|logic|book"
_ACCOUNTS = r"accounts?|reckoning|estimates?|admission|version|telling|lights|calculations?|count"
_PEOPLE = (
    r"critics|opponents|supporters|advocates|proponents|believers|fans|sceptics|skeptics|detractors|admirers"
    r"|observers"
    r"|commentators|analysts|experts|historians|scholars|(?:the )?(?:ministry|government|authorities|opposition|party"
    r"|company|prosecution|defen[cs]e|mayor|minister|church|union|army|press|public|residents|locals|villagers)"
)
_STORY = r"story|legend|tale|saying|rumou?r|myth|joke|argument|theory|tradition|word|song|old saying"
_SEEN = (
    rf"in (?!(?:full|plain|clear|view)\b){_WHOSE}(?:{_VIEW})(?: of [^,]{{1,40}})?"
    rf"|by {_WHOSE}(?:{_ACCOUNTS})(?: of [^,]{{1,40}})?|(?:to|for) (?:{_PEOPLE}|(?:many|some|most) [a-z]+s)"
    r"|(?:to|for) (?-i:[A-Z][\w’'-]+)(?: (?-i:[A-Z][\w’'-]+)){0,2}"
    r"|per (?:the |(?-i:[A-Z]))[^,]{1,40}|(?:at|on) (?:first|a first|a quick|closer) (?:glance|sight|blush|look"
    r"|inspection)"
    rf"|on the (?:face of (?:it|things)|surface)|(?:as|so) (?:the |an? |one )?(?:\w+ )?(?:{_STORY}) (?:goes"
    rf"|has it|tells)"
    rf"|(?:{_STORY}) has it(?: that)?|(?:officially|nominally|ostensibly|seemingly|on paper|in principle)"
)
_FRONT = re.compile(rf"\W*(?:but |and )?(?:{_SEEN}),", re.IGNORECASE)
_HAS_IT = re.compile(rf"\W*(?:the )?(?:{_STORY}) has it(?: that)?\b", re.IGNORECASE)
_BEHIND = re.compile(
    rf"(?:,|\s[-–—]|—|\()\s*(?:{_SEEN}|at least (?:that is|that['’]s|this is|so|according|in theory|on paper"
    rf"|officially"
    r"|to|for|if|as far as)\b[^.]{0,60})\W*$",
    re.IGNORECASE,
)
_SHARES = frozenset("percent % half two-thirds third thirds quarter quarters three-quarters part".split())
_WAITS = ("yet to", "still to", "about to", "due to", "set to", "supposed to", "meant to", "going to")
_COPULAS = frozenset(("be", "remain", "stand", "stay"))


def _seen_so(claim: Reading, evidence: Reading) -> Doubt | None:
    """Somebody sees it so, and the claim does not say who."""
    text = evidence.text
    for found in (_FRONT.match(text), _HAS_IT.match(text), _BEHIND.search(text)):
        if found is not None and (said := found.group().strip(" ,-–—(.*_")).lower() not in claim.text.lower():
            return Doubt("modality", said)
    return None


def _not_quite(claim: Reading, evidence: Reading) -> Doubt | None:
    """It is so in part, or not yet: "is 90 percent finished", "is yet to open", "is being built", "is safe enough"."""
    lower, used = lower_of(evidence), counterparts(claim, evidence)
    for verb in evidence.verbs:
        start = next((i for i in range(verb.first, verb.head + 1) if lower[i] in _BE), -1)
        if start < 0 and verb.stem not in _COPULAS:
            continue
        start = max(start, verb.first)
        end = next((j for j in range(start + 1, min(start + 6, len(lower))) if j in used and lower[j] not in _BE), 0)
        if not end:
            continue
        between = lower[start + 1 : end]
        waits = any(f"{a} {b}" in _WAITS for a, b in pairwise(between))
        lost = (waits or bool(_SHARES & set(between) - claim.operators)) and not _SHARES & claim.operators
        if lost or ("being" in between and "being" not in claim.operators and not _goes_on(claim)):
            return Doubt("modality", words_from(evidence, start, end))
        if lower[end + 1 : end + 2] == ["enough"] and "enough" not in claim.operators:
            return Doubt("quantifier", words_from(evidence, start, end + 1))
    return None


_BE = frozenset("be is are was were been being am 's remains remained stands stood".split()) - {"being"}


def _goes_on(claim: Reading) -> bool:
    return any(word.lower.endswith("ing") for word in claim.words)


OF_SUPPORT: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_seen_so, _not_quite)
OF_REFUSAL: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_seen_so,)
"""Each of a claim that is supported, or refuted, and the evidence."""
