"""What answers labelled pairs: guesses, word overlap, a hypothesis-only reader, our tiers, and installed peers.

Not for counting how right they are: see figures.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import msgspec

from simone.benchmarks.truth.pairs import TRAINING, Pair, read_pairs
from simone.kernels.reference.validation.words import stems_of
from simone.records import Measured, Status
from simone.truth import evidence
from simone.truth.claims import as_claim
from simone.truth.entailment import Entailment, read_each
from simone.truth.fusion import STATUSES
from simone.truth.judge import Judge, as_passage
from simone.truth.windows import windows

OVERLAP_THRESHOLD = 1.0
"""Share of the claim's content words at which plain overlap says "supported"; best of --fit's grid, 0..1."""


class Answer(msgspec.Struct, frozen=True):
    """A verdict; `confidence`, 0..1, is the chance that it is right, where the contestant gives one."""

    status: Status
    decided_by: str
    confidence: float | None = None


Contestant = Callable[[Pair], Answer]


def ours(judge: Judge) -> Contestant:
    """The judge, one pair at a time."""

    def answer(pair: Pair) -> Answer:
        verdict = judge.judge([as_claim(pair.hypothesis, 0)], [as_passage(pair.premise, 1)])[0]
        sure = verdict.confidence
        return Answer(verdict.status, verdict.decided_by, sure.value if isinstance(sure, Measured) else None)

    return answer


def alone(entailment: Entailment) -> Contestant:
    """The entailment model by itself, on the sentences that the judge would give it: its likeliest status."""

    def answer(pair: Pair) -> Answer:
        found = windows(pair.hypothesis, evidence.collect([as_passage(pair.premise, 1)]))
        if not found:
            return Answer("unverifiable", "entailment")
        texts = [one.text for one in (found[0], found[0].core) if one is not None]
        return likeliest(read_each(entailment, [(texts, pair.hypothesis)]).logits[0].tolist())

    return answer


def likeliest(logits: Sequence[float]) -> Answer:
    """The status of the largest of three logits, and its share."""
    best = max(range(len(STATUSES)), key=lambda n: (logits[n], -n))
    return Answer(STATUSES[best], "entailment", 1 / math.fsum(math.exp(one - logits[best]) for one in logits))


def overlap(threshold: float = OVERLAP_THRESHOLD) -> Contestant:
    """Supported where enough of the claim's content words occur in the evidence."""

    def answer(pair: Pair) -> Answer:
        wanted = stems_of(pair.hypothesis)
        share = len(wanted & stems_of(pair.premise)) / max(1, len(wanted))
        return Answer("supported" if share >= threshold else "unverifiable", "overlap")

    return answer


def majority(pairs: Sequence[Pair]) -> Contestant:
    """The most frequent label of the set, always."""
    label = sorted(Counter(p.label for p in pairs).items(), key=lambda item: (-item[1], item[0]))[0][0]
    status: Status = "supported" if label == "supported" else "refuted" if label == "refuted" else "unverifiable"
    return lambda _pair: Answer(status, "majority")


class HypothesisOnly:
    """Naive Bayes over the stems of the claim, learned from the training pairs: what a claim gives away by itself.

    Source: Poliak et al., Hypothesis Only Baselines in Natural Language Inference, 2018.
    """

    def __init__(self, data: Path) -> None:
        """Learn.

        Raises:
            MissingSource: there are no training pairs.
        """
        counts: dict[Status, Counter[str]] = {"supported": Counter(), "refuted": Counter(), "unverifiable": Counter()}
        seen: Counter[Status] = Counter()
        for pair in read_pairs(data / TRAINING):
            status: Status = "unverifiable"
            if pair.label == "supported":
                status = "supported"
            elif pair.label == "refuted":
                status = "refuted"
            seen[status] += 1
            counts[status].update(stems_of(pair.hypothesis))
        words = len(set().union(*counts.values()))
        self._prior = {status: math.log(seen[status] / seen.total()) for status in counts}
        self._weights = {
            status: {word: math.log((n + 1) / (seen[status] + words)) for word, n in found.items()}
            for status, found in counts.items()
        }
        self._unseen = {status: math.log(1 / (seen[status] + words)) for status in counts}

    def __call__(self, pair: Pair) -> Answer:
        """The likeliest status of the claim, whatever the evidence."""
        stems = sorted(stems_of(pair.hypothesis))
        scores = {
            status: prior + math.fsum(self._weights[status].get(word, self._unseen[status]) for word in stems)
            for status, prior in self._prior.items()
        }
        return Answer(max(scores, key=lambda status: scores[status]), "hypothesis")


def sourced() -> Contestant | None:
    """The package sourced-evidence, where it is installed: its worst verdict on the claim's sentences."""
    if find_spec("sourced") is None:
        return None
    peer = import_module("sourced")
    meanings: dict[str, Status] = {"grounded": "supported", "contradicted": "refuted", "unverified": "unverifiable"}
    order = ("contradicted", "unverified", "grounded")

    def answer(pair: Pair) -> Answer:
        found = {claim["status"] for claim in peer.check(pair.hypothesis, pair.premise)["claims"]}
        worst = next((status for status in order if status in found), "unverified")
        return Answer(meanings[worst], "sourced-evidence")

    return answer
