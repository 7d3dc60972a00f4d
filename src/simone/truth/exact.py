"""Claims held against sentences of evidence by the exact check of the kernels, and what it found in words.

Not for the check itself (`validate_truth_claims_batch`), choosing evidence (`evidence`) or weighing it (`judge`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from simone.kernels import kernels
from simone.kernels.contract.validation import CHECKS, STATUSES, WHYS, TruthChecks
from simone.records import Status

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
    "absent": "the sources give no value to hold against “{ours}”",
    "elsewhere": "the evidence says “{theirs}” of something else",
    "unnamed": "the claim does not say who or what “{ours}” is",
    "negated twice": _SAYS + ", and both negate differently",
    "intended": _SAYS + ", which need not have happened",
    "uncertain": _SAYS + ", only as a possibility or as somebody's word",
    "misplaced": _SAYS + ", with the parts in other places",
    "misplaced or open": _SAYS + ", with the parts in other places, and one of them leaves it open",
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
    return in_words(kernels.validate_truth_claims_batch(list(claims), list(sentences), places, close), pairs)


def in_words(found: TruthChecks, pairs: Sequence[tuple[str, str]]) -> list[Comparison]:
    """What the checks of (claim, sentence) pairs found, with the reason in words."""
    missing: list[list[tuple[int, str]]] = [[] for _ in pairs]
    for pair, word, start, end in found.missing.tolist():
        missing[pair].append((word, pairs[pair][0][start:end]))
    noticed: list[list[tuple[str, Status]]] = [[] for _ in pairs]
    for pair, check, status in found.noticed.tolist():
        noticed[pair].append((CHECKS[check], _STATUSES[status]))
    columns = (found.status, found.check, found.why, found.strength)
    rows = zip(*(column.tolist() for column in columns), found.said, missing, noticed, pairs, strict=True)
    return [
        Comparison(
            _STATUSES[status],
            CHECKS[check],
            _REASONS[WHYS[why]].format(
                ours=ours,
                theirs=theirs,
                quote=_shortened(pair[1]),
                missing=", ".join(f"“{text}”" for _, text in lost),
            ),
            strength,
            tuple(word for word, _ in lost),
            tuple(seen),
        )
        for status, check, why, strength, (ours, theirs), lost, seen, pair in rows
    ]


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "…"
