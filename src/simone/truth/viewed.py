"""What holds only as somebody sees it, though no verb says so: "in Lund's view", "as the story goes".

Not for verbs of saying (`voiced`), nor for what is so in part (`adverbs`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simone.truth.deferred import pattern
from simone.truth.reading import Reading
from simone.truth.stretches import Doubt

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
_FRONT = pattern(rf"\W*(?:but |and )?(?:{_SEEN}),", re.IGNORECASE)
_HAS_IT = pattern(rf"\W*(?:the )?(?:{_STORY}) has it(?: that)?\b", re.IGNORECASE)
_BEHIND = pattern(
    rf"(?:,|\s[-–—]|—|\()\s*(?:{_SEEN}|at least (?:that is|that['’]s|this is|so|according|in theory|on paper"
    rf"|officially"
    r"|to|for|if|as far as)\b[^.]{0,60})\W*$",
    re.IGNORECASE,
)


def _seen_so(claim: Reading, evidence: Reading) -> Doubt | None:
    """Somebody sees it so, and the claim does not say who."""
    text = evidence.text
    for found in (_FRONT().match(text), _HAS_IT().match(text), _BEHIND().search(text)):
        if found is not None and (said := found.group().strip(" ,-–—(.*_")).lower() not in claim.text.lower():
            return Doubt("modality", said)
    return None


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_seen_so,)
"""Each of a claim that is decided and the evidence."""
