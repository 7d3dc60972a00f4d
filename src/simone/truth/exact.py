"""Claims held against sentences of evidence by the exact check of the kernels, and what it found in words.

Not for the check itself (`validate_truth_claims_batch`), choosing evidence (`evidence`) or weighing it (`judge`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from simone.kernels import kernels
from simone.kernels.contract.validation import CHECKS, STATUSES, WHYS, TruthChecks
from simone.kernels.reference.validation import lexicon as lex
from simone.records import Status
from simone.truth.doubts import doubt
from simone.truth.reading import read

LONGEST_QUOTE = 160
"""Characters of a sentence that a reason quotes, count."""
_STATUS: dict[str, Status] = {"supported": "supported", "refuted": "refuted", "silent": "unverifiable"}
_STATUSES = tuple(_STATUS[name] for name in STATUSES)
_SAYS = "the claim says “{ours}”, the evidence says “{theirs}”"
_REASONS = {
    "same": "the evidence says the same: “{quote}”",
    "missing": "the sources say nothing about {missing}",
    "says": _SAYS,
    "vague": _SAYS + ", which does not settle it",
    "vague alike": "the claim says “{ours}”, the evidence only “{theirs}”, which does not settle it",
    "absent": "the sources give no value to hold against “{ours}”",
    "elsewhere": "the evidence says “{theirs}” of something else",
    "unnamed": "the claim does not say who or what “{ours}” is",
    "negated twice": _SAYS + ", and both negate differently",
    "intended": _SAYS + ", which need not have happened",
    "uncertain": _SAYS + ", only as a possibility or as somebody's word",
    "misplaced": _SAYS + ", with the parts exchanged",
    "with more": "the evidence has “{theirs}” among these words and may say them of something else: “{quote}”",
    "rearranged": "the evidence has these words, which hang together otherwise: “{quote}”",
    "misplaced or open": _SAYS + ", with the parts exchanged, and one of them leaves it open",
    "either": _SAYS + ", and one of them leaves it open",
    "reordered": _SAYS + ", in another order",
    "less": _SAYS + ", which is less",
    "unsaid": "the claim says “{ours}”, the evidence does not",
    "respective": "the evidence pairs its parts in order: “{quote}”",
    "limited": "the evidence says “{ours}” only with “{theirs}”",
    "open": "the evidence leaves it open: “{quote}”",
    "privative": "the evidence says “{theirs}”",
    "narrower": "the evidence speaks only of “{theirs}”",
}
_LINKS = lex.FUNCTION | lex.EXCLUSIVE | lex.AMOUNTS
"""Words that say nothing alone."""
LONGEST_BESIDES = 60
"""Characters of what the evidence has besides that a reason quotes, count."""
_DOUBTED = "the evidence says “{said}”, which may be meant otherwise"
_UNLINKED = "the sources do not say “{ours}”"


class Comparison(msgspec.Struct, frozen=True):
    """What one sentence says about one claim. `strength` 0..1 is the share of the claim that found its counterpart.

    `noticed`: (check, status) of every kind of difference, also of those that did not decide.
    """

    status: Status
    check: str
    reason: str
    strength: float
    missing: tuple[int, ...] = ()
    noticed: tuple[tuple[str, Status], ...] = ()


def compare_all(pairs: Sequence[tuple[str, str]], close: Sequence[Mapping[int, int]] | None = None) -> list[Comparison]:
    """Hold claims against sentences, (claim, sentence) each, in one call; `close` as in the contract."""
    if not pairs:
        return []
    claims = {text: n for n, text in enumerate(dict.fromkeys(claim for claim, _ in pairs))}
    sentences = {text: n for n, text in enumerate(dict.fromkeys(sentence for _, sentence in pairs))}
    places = np.array([(claims[claim], sentences[sentence]) for claim, sentence in pairs], np.int64)
    found = in_words(kernels.validate_truth_claims_batch(list(claims), list(sentences), places, close), pairs)
    return [doubted(one, *pair) for one, pair in zip(found, pairs, strict=True)]


def doubted(found: Comparison, claim: str, sentence: str) -> Comparison:
    """What was found, or that it is open where something speaks against it (`doubts`)."""
    if found.status == "unverifiable":
        return found
    against = doubt(claim, sentence, found.status, found.check)
    if against is None:
        return found
    said = shortened(against.said)
    reason = _REASONS["unsaid"].format(ours=said) if against.ours else _DOUBTED.format(said=said)
    noticed = tuple(sorted({*found.noticed, (against.check, _STATUS["silent"])}))
    return msgspec.structs.replace(found, status="unverifiable", check=against.check, reason=reason, noticed=noticed)


def in_words(found: TruthChecks, pairs: Sequence[tuple[str, str]]) -> list[Comparison]:
    """What the checks of (claim, sentence) pairs found, with the reason in words."""
    missing: list[list[tuple[int, int, int]]] = [[] for _ in pairs]
    for pair, word, start, end in found.missing.tolist():
        missing[pair].append((word, start, end))
    noticed: list[list[tuple[str, Status]]] = [[] for _ in pairs]
    for pair, check, status in found.noticed.tolist():
        noticed[pair].append((CHECKS[check], _STATUSES[status]))
    columns = (found.status, found.check, found.why, found.strength)
    places = found.spans.tolist()
    rows = zip(*(column.tolist() for column in columns), found.said, places, missing, noticed, pairs, strict=True)
    return [
        Comparison(
            _STATUSES[status],
            CHECKS[check],
            _reason(WHYS[why], (ours, theirs), pair, place, lost, is_open=_STATUSES[status] == "unverifiable"),
            strength,
            tuple(word for word, _, _ in lost),
            tuple(seen),
        )
        for status, check, why, strength, (ours, theirs), place, lost, seen, pair in rows
    ]


def _reason(
    why: str,
    said: tuple[str, str],
    pair: tuple[str, str],
    places: Sequence[int],
    lost: Sequence[tuple[int, int, int]],
    is_open: bool,
) -> str:
    """What decided, in words. A word that only links others is never named alone: what it links is."""
    (claim, sentence), (ours, theirs) = pair, said
    named = [claim[start:end] for _, start, end in lost if claim[start:end].lower() not in _LINKS]
    if lost and not named:
        _, start, end = lost[0]
        return _UNLINKED.format(ours=_linked(claim, start, before=claim[start:end].lower() in lex.FUNCTION))
    if why == "unsaid":
        ours = _linked(claim, places[0], before=False)
    if why == "vague" and ours == theirs and min(places) >= 0:
        why = "vague alike"
        ours, theirs = _with_lead(claim, *places[:2]), _with_lead(sentence, *places[2:])
    if why == "misplaced" and is_open:
        besides = _besides(claim, sentence)
        why = "with more" if besides else "rearranged"
        theirs = besides
    ours, theirs = _uncut(ours, claim), _uncut(theirs, sentence)
    missing = ", ".join(f"“{text}”" for text in named)
    return _REASONS[why].format(ours=ours, theirs=theirs, quote=shortened(sentence), missing=missing)


def _uncut(said: str, whole: str) -> str:
    """What is quoted of a sentence; the sentence where the quote ends at an abbreviation or within a span of code."""
    end = whole.find(said) + len(said)
    is_cut = whole[end : end + 1] == "." and any(map(str.isalnum, whole[end:])) and said in whole
    return shortened(whole) if is_cut or (said.count("`") % 2 and whole.count("`") % 2 == 0) else said


def _with_lead(text: str, start: int, end: int) -> str:
    """A stretch of a text with the word before it: "since 1990"."""
    before = text[:start].rstrip()
    return text[len(before) - len(before.split()[-1]) : end] if before else text[start:end]


def _besides(claim: str, sentence: str) -> str:
    """The first words that a sentence has among those of a claim, and the claim has not; "" where there are none."""
    said = {word.stem for word in read(claim).words}
    words = [word for word in read(sentence).words if word.is_word]
    shared = [i for i, word in enumerate(words) if word.stem in said]
    if not shared:
        return ""
    first = next((i for i in range(shared[0], shared[-1]) if words[i].stem not in said), None)
    if first is None:
        return ""
    last = next(i for i in range(first, shared[-1] + 1) if words[i].stem in said) - 1
    return shortened(sentence[words[first].start : words[last].end], LONGEST_BESIDES)


def _linked(claim: str, place: int, before: bool) -> str:
    """The text from a word that links others, or from what it links before it, to what it links after it."""
    words = read(claim).words
    at = next(i for i, word in enumerate(words) if word.start == place)
    means = [i for i, word in enumerate(words) if word.is_word and word.lower not in _LINKS]
    first = max((i for i in means if i < at), default=at) if before else at
    last = min((i for i in means if i > at), default=at)
    if first == last:
        first = max((i for i in means if i < at), default=0)
    return claim[words[first].start : words[last].end]


def shortened(text: str, longest: int = LONGEST_QUOTE) -> str:
    """The text, cut to what a reason quotes."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
