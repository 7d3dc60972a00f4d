"""Comparisons of claims with sentences of evidence as columns of codes and spans.

Not for the comparison itself (`exact`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from simone.kernels import arrays
from simone.kernels.contract import Ints
from simone.kernels.contract.validation import CHECKS, STATUSES, WHYS, TruthChecks
from simone.kernels.reference.validation.exact import Comparison, compare
from simone.kernels.reference.validation.reading import Reading, read

_STATUS = {name: code for code, name in enumerate(STATUSES)}
_CHECK = {name: code for code, name in enumerate(CHECKS)}
_WHY = {name: code for code, name in enumerate(WHYS)}


def check_claims(
    claims: Sequence[str],
    evidences: Sequence[str],
    pairs: Ints | None = None,
    close: Sequence[Mapping[int, int]] | None = None,
) -> TruthChecks:
    """As `contract.validation.Validation.validate_truth_claims_batch`."""
    places = arrays.text_pairs(pairs, len(claims), len(evidences))
    near = arrays.near_words(close, len(places))
    ours, theirs = ([arrays.as_text(text) for text in texts] for texts in (claims, evidences))
    readings = {text: read(text) for text in dict.fromkeys((*ours, *theirs))}
    sides = [(readings[ours[i]], readings[theirs[j]]) for i, j in places.tolist()]
    for n, words in enumerate(near):
        _check_near(n, words, *sides[n])
    found = [compare(*side, dict(near[n]) if near else None) for n, side in enumerate(sides)]
    missing = [
        (n, i, claim.words[i].start, claim.words[i].end)
        for n, ((claim, _), comparison) in enumerate(zip(sides, found, strict=True))
        for i in sorted(comparison.missing)
    ]
    opposed = [row for n, side in enumerate(sides) for row in _opposed(n, *side, found[n])]
    noticed = [(n, _CHECK[c], _STATUS[s]) for n, comparison in enumerate(found) for c, s in comparison.noticed]
    decided = [comparison.difference for comparison in found]
    return TruthChecks(
        claim=np.ascontiguousarray(places[:, 0]),
        evidence=np.ascontiguousarray(places[:, 1]),
        status=np.array([_STATUS[d.status] for d in decided], np.int64),
        check=np.array([_CHECK[d.check] for d in decided], np.int64),
        why=np.array([_WHY[d.why] for d in decided], np.int64),
        strength=np.array([comparison.strength for comparison in found], np.float64),
        spans=np.array([(*d.ours[:2], *d.theirs[:2]) for d in decided], np.int64).reshape(-1, 4),
        said=[(d.ours.said, d.theirs.said) for d in decided],
        missing=np.array(missing, np.int64).reshape(-1, 4),
        opposed=np.array(opposed, np.int64).reshape(-1, 5),
        noticed=np.array(noticed, np.int64).reshape(-1, 3),
    )


def _check_near(pair: int, near: Sequence[tuple[int, int]], claim: Reading, evidence: Reading) -> None:
    counts = len(claim.words), len(evidence.words)
    outside = [words for words in near if words[0] >= counts[0] or words[1] >= counts[1]]
    if outside:
        raise arrays.no_such_word(pair, min(outside), counts)


def _opposed(pair: int, claim: Reading, evidence: Reading, found: Comparison) -> list[tuple[int, ...]]:
    words = [(claim.words[i], evidence.words[j]) for i, j in found.opposed]
    return [(pair, ours.start, ours.end, theirs.start, theirs.end) for ours, theirs in words]
