"""Judges claims against passages: supported, refuted or unverifiable, with the evidence and the check that decided.

Not for finding passages (retrieval) or for what to do about a verdict (governance).

Order of the checks, first that speaks decides:
1. form and language: what is no claim, or not English, is unverifiable;
2. quote: the claim's sentences stand word for word in a passage (no encoder is called for these);
3. exact comparison with the best sentences (`exact`): as they stand, then in their place (`context`, `asides`), then
   with words bridged by token vectors where there is an encoder;
4. the entailment model, if there is one, reads what the comparison left open or is not sure enough of, with the best
   sentences of each document and what their numbers make (`workings`); `fusion` weighs both. Where `max_error` lets no
   verdict pass that reading could give, nothing is read.
Where one sentence supports and another refutes, both are shown. In one document the stronger decides, support in a tie;
between documents nothing is decided.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.clock import digest
from simone.records import Claim, Evidence, Measured, Passage, Status, Unmeasured, Verdict
from simone.retrieval.contract import TextEncoder
from simone.truth import asking, calibration, evidence, explaining, reasons, risk
from simone.truth.bridging import THRESHOLD, bridge
from simone.truth.claims import MAX_CHARACTERS, as_claim, split_predicates, take_apart
from simone.truth.comparing import MOST_BRIDGED, Held, compare_in_rounds, comparisons, take_back, why_taken_back
from simone.truth.contraries import against
from simone.truth.entailment import Entailment, read_each
from simone.truth.exact import Comparison, compare_all
from simone.truth.fusion import Fusion, shipped
from simone.truth.language import is_english
from simone.truth.reading import read
from simone.truth.set_apart import bears_sign
from simone.truth.signals import agrees
from simone.truth.talk import is_talk, speaks_of_itself, stated, tells_of_speaker
from simone.truth.weighing import STANCE, Seen, foremost, fused, look, opened_again, says

NEAR_A_QUOTE = 0.5
"""Share of a quoted claim's word rarity from which another sentence is held against it, 0..1."""
_ORDER = {"supported": 0, "refuted": 1, "unverifiable": 2}
_FINAL = frozenset(("form", "language", "contradiction"))
_NOTHING = read("")
_REMARKS = "part of it is a remark, about its speaker or what was said, of which the sources do not speak"
_BEHIND = (
    r"(?:in|on|at|by|for|from|to|of|before|after|during|since|until|between|because(?: of)?|despite|with|without)"
    r"(?: (?:the|an?|its|his|her|their|this|that))?(?: [^\s,;:]+){1,2}"
)
_CIRCUMSTANCE = re.compile(rf"{_BEHIND}(?: {_BEHIND}){{0,2}}", re.IGNORECASE)
"""Up to three phrases of a preposition and a word or two."""
EXACT = "exact"
"""The name of the judge that has no entailment model."""
MAX_ERROR = "+max_error:"
"""What stands in a judge's name before its limit."""
_Decided = tuple[int, Seen, NDArray[np.float32]]
"""The place of a claim, the window by which reading decided, and what was read of it, logits (3,)."""
SURE = 0.95
"""Measured share of right verdicts from which the exact checks alone decide, 0..1."""


class Judge:
    """Judges in batches; the verdict on a claim never depends on the other claims."""

    def __init__(
        self,
        encoder: TextEncoder | None,
        entailment: Entailment | None = None,
        threshold: float = THRESHOLD,
        weights: Fusion | None = None,
        max_error: float = 1.0,
        limits: risk.Limits | None = None,
    ) -> None:
        """`max_error`: share of wrong ones among the verdicts of the entailment model (docs/verification.md), 0..1."""
        self._encoder = encoder
        self._entailment = entailment
        self._fusion = weights
        self._threshold = threshold
        self._max_error = max_error
        self._limits = limits

    @property
    def name(self) -> str:
        """What decides, for the bundle: the entailment model, the weights that fuse it with the checks, the limit."""
        if self._entailment is None:
            return EXACT
        weights = digest(*(msgspec.json.encode(part) for part in self._fitted(self._entailment)))
        return f"{self._entailment.name}+fusion:{weights[:12]}{MAX_ERROR}{self._max_error!r}"

    def _fitted(self, entailment: Entailment) -> tuple[Fusion, risk.Limits]:
        return self._fusion or shipped(entailment.name), self._limits or risk.shipped(entailment.name)

    @property
    def first(self) -> Judge:
        """Itself: it asks no other."""
        return self

    def judge(self, claims: Sequence[Claim], passages: Sequence[Passage], explain: bool = False) -> tuple[Verdict, ...]:
        """One verdict per claim, in order; with `explain` also how far the evidence carries each word of it.

        A claim of several sentences or full clauses is judged part by part: all must be supported, one refuted refutes.
        What stays open and joins two predicates is judged predicate by predicate, by the same rule, where there is no
        entailment model to read the whole.
        """
        pool = evidence.collect(passages)
        by_nobody = not any(is_talk(claim.text) for claim in claims) or not speaks_of_itself(pool.texts)
        parts: list[tuple[int, Claim]] = []
        for number, claim in enumerate(claims):
            parts.extend((number, part) for part in _parts(claim, pool, by_nobody))
        verdicts = self._judge([part for _, part in parts], pool)
        halves = {
            place: [msgspec.structs.replace(verdict.claim, text=text) for text in split_predicates(verdict.claim.text)]
            for place, verdict in enumerate(verdicts)
            if verdict.status == "unverifiable" and verdict.decided_by not in _FINAL and self._entailment is None
        }
        judged = iter(self._judge([half for place in halves for half in halves[place]], pool) if halves else ())
        for place, texts in halves.items():
            verdicts[place] = _reunited(verdicts[place], [next(judged) for _ in texts])
        grouped: list[list[Verdict]] = [[] for _ in claims]
        for (number, _), verdict in zip(parts, verdicts, strict=True):
            grouped[number].append(_of_whoever_speaks(verdict))
        whole = tuple(_joined(claim, group) for claim, group in zip(claims, grouped, strict=True))
        if not explain:
            return whole
        found = explaining.explain([claim.text for claim in claims], pool, self._encoder, self._entailment)
        return tuple(msgspec.structs.replace(v, words=words) for v, words in zip(whole, found, strict=True))

    def _judge(self, claims: Sequence[Claim], pool: evidence.Pool) -> list[Verdict]:
        held: list[Held | Verdict] = [self._open(claim, pool) for claim in claims]
        compare_in_rounds([step for h in held if isinstance(h, Held) for step in comparisons(h, pool)])
        self._bridge([h for h in held if isinstance(h, Held) and h.quote is None], pool)
        verdicts = [h if isinstance(h, Verdict) else self._close(h, pool) for h in held]
        if self._entailment is not None:
            self._weigh(self._entailment, held, verdicts, pool)
        return verdicts

    def _weigh(
        self, entailment: Entailment, held: Sequence[Held | Verdict], verdicts: list[Verdict], pool: evidence.Pool
    ) -> None:
        """Read what the exact checks are not sure of, and put what both say in the place of their verdicts."""
        fusion, fitted = self._fitted(entailment)
        limits = fitted.at(self._max_error)
        asked: list[tuple[int, list[Seen]]] = []
        for n, h in enumerate(held):
            if isinstance(h, Verdict) or h.quote is not None or is_sure(verdicts[n]):
                continue
            found = look(h.claim, h.reading, h.found, pool)
            if any(risk.may_accept(seen.given, limits) for seen in found):
                asked.append((n, found))
            elif found:
                verdicts[n] = _left_open(verdicts[n])
        pairs = [(seen.texts, verdicts[n].claim.text) for n, found in asked for seen in found]
        read_of = zip(*read_each(entailment, pairs), strict=True)
        decided: list[_Decided] = []
        for n, found in asked:
            rows, wholly = zip(*islice(read_of, len(found)), strict=True)
            shares = [fusion.shares(row, seen.given) for row, seen in zip(rows, found, strict=True)]
            verdicts[n] = fused(verdicts[n], found, shares, wholly, pool, limits, fusion.samples)
            first = foremost(shares)
            if verdicts[n].status != "unverifiable" and not agrees(found[first].given, verdicts[n].status):
                decided.append((n, found[first], rows[first]))
        _look_again(entailment, decided, verdicts, pool)

    def features(
        self, claims: Sequence[Claim], passages: Sequence[Passage]
    ) -> list[tuple[tuple[str, ...], dict[str, float]]]:
        """For each claim what is read of its best window, "" without any, and what was noticed: to fit `fusion`."""
        pool = evidence.collect(passages)
        result: list[tuple[tuple[str, ...], dict[str, float]]] = []
        opened = [self._open(claim, pool) for claim in claims]
        compare_in_rounds([step for h in opened if isinstance(h, Held) for step in comparisons(h, pool)])
        for claim, held in zip(claims, opened, strict=True):
            seen = look(claim, held.reading, held.found, pool) if isinstance(held, Held) else []
            result.append((seen[0].texts, seen[0].given) if seen else (("",), {}))
        return result

    def _open(self, claim: Claim, pool: evidence.Pool) -> Held | Verdict:
        if not claim.checkable:
            return _verdict(claim, "unverifiable", "form", claim.why_not or "it is not a statement that can be checked")
        if not any(c.isalnum() for c in claim.text):
            return _verdict(claim, "unverifiable", "form", "it holds no words")
        quote = _quoted(claim, pool)
        if len(claim.text) > MAX_CHARACTERS:
            if quote is not None:
                return _verdict(claim, "supported", "quote", "it stands word for word in the sources", (quote,))
            reason = f"it is longer than {MAX_CHARACTERS} characters and stands nowhere word for word"
            return _verdict(claim, "unverifiable", "form", reason)
        if quote is None and not is_english(claim.text):
            return _verdict(claim, "unverifiable", "language", "it is not written in English")
        if quote is None and _is_circumstance(claim.text):
            return _verdict(claim, "unverifiable", "form", "it says when, where or why, but not what")
        if not pool.sentences:
            return _verdict(claim, "unverifiable", "alignment", "there is no evidence to hold it against")
        near = pool.rank(claim.text) if quote is None else pool.rank(claim.text, NEAR_A_QUOTE)
        places = [n for n in near if len(pool.sentences[n].text) <= MAX_CHARACTERS]
        if quote is not None:
            places = [n for n in places if not _holds(quote, pool, n)]
        return Held(claim, read(claim.text) if places else _NOTHING, tuple(places), {}, {}, quote)

    def _bridge(self, waiting: Sequence[Held], pool: evidence.Pool) -> None:
        if self._encoder is None:
            return
        jobs = [
            (held, index, found.missing)
            for held in waiting
            if not any(f.status == "supported" for f in held.found.values())
            for index, found in _worth_bridging(held)
        ]
        if not jobs:
            return
        pairs = [(held.reading, held.sides[index], missing) for held, index, missing in jobs]
        closes = bridge(pairs, self._encoder, self._threshold)
        near = [(held, index, close) for (held, index, _), close in zip(jobs, closes, strict=True) if close]
        texts = [(held.reading.text, held.sides[index].text) for held, index, _ in near]
        bridged = compare_all(texts, [close for _, _, close in near])
        for (held, index, _), found in zip(near, bridged, strict=True):
            held.found[index] = found
            take_back(held, pool, index)

    def _close(self, held: Held, pool: evidence.Pool) -> Verdict:
        shown: list[tuple[Comparison, Evidence]] = []
        for index, found in sorted(held.found.items(), key=lambda item: (_ORDER[item[1].status], -item[1].strength)):
            sentence = pool.sentences[index]
            place = pool.passages[sentence.passage], sentence.start, sentence.end
            shown.append(
                (_explained(found, held, pool, index), evidence.cite(*place, STANCE[found.status], found.strength))
            )
        shown = evidence.each_once(shown)
        supports = [s for s in shown if s[0].status == "supported"]
        refutes = [s for s in shown if s[0].status == "refuted"]
        others = [s for s in shown if s[0].status == "unverifiable"]
        if held.quote is not None:
            quoted = Comparison("supported", "quote", "it stands word for word in the sources", 1.0)
            others_than_it = [s for s in supports if not evidence.overlap(s[1], held.quote)]
            supports = [(quoted, held.quote), *others_than_it]
        if not supports and not refutes:
            return self._silent(held, others, pool)
        supported = bool(supports) and (not refutes or supports[0][0].strength >= refutes[0][0].strength)
        winners, losers = (supports, refutes) if supported else (refutes, supports)
        best = winners[0][0]
        pieces = (winners[0][1], *(e for _, e in losers[:1]), *(e for _, e in winners[1:3]))
        if not losers:
            return _verdict(held.claim, best.status, best.check, best.reason, pieces)
        if held.quote is None and not {e.document_id for _, e in supports} & {e.document_id for _, e in refutes}:
            reason = f"the sources disagree: {says(supports[0][1])} supports it, {says(refutes[0][1])} refutes it"
            return _verdict(held.claim, "unverifiable", "contradiction", reason, pieces)
        other = "refutes" if supported else "supports"
        reason = f"{best.reason}; but the sources contradict each other: {says(losers[0][1])} {other} it"
        return _verdict(held.claim, best.status, best.check, reason, pieces)

    @staticmethod
    def _silent(held: Held, others: Sequence[tuple[Comparison, Evidence]], pool: evidence.Pool) -> Verdict:
        if not others:
            return _verdict(held.claim, "unverifiable", "alignment", "the sources say nothing about it")
        found, best = others[0]
        reason = reasons.of_missing(found, held.reading, best.quote, pool)
        return _verdict(held.claim, "unverifiable", found.check, reason, tuple(e for _, e in others[:2]))


def _look_again(
    entailment: Entailment, decided: Sequence[_Decided], verdicts: list[Verdict], pool: evidence.Pool
) -> None:
    """Open again what reading alone decided by a sentence that is taken back, or carries a contrary better."""
    carried: list[_Decided] = []
    for n, seen, row in decided:
        if because := why_taken_back(pool, seen.window.best, verdicts[n].claim.text):
            verdicts[n] = opened_again(verdicts[n], because)
        elif verdicts[n].status == "supported":
            carried.append((n, seen, row))
    found = against(entailment, [(verdicts[n].claim.text, seen.texts, row) for n, seen, row in carried])
    for (n, _, _), contrary in zip(carried, found, strict=True):
        if contrary is not None:
            verdicts[n] = opened_again(verdicts[n], f"“{contrary}” follows from it rather")


def _left_open(verdict: Verdict) -> Verdict:
    """The verdict where nothing that reading could say would be sure enough."""
    if verdict.status == "unverifiable":
        return verdict
    reason = f"{verdict.reason}; but verdicts of this kind are not shown to be as safe as `max_error` asks"
    sure = Unmeasured("nobody counted how often what such a limit leaves open is rightly left")
    return Verdict(verdict.claim, "unverifiable", "entailment", reason, sure, verdict.evidence)


def is_sure(verdict: Verdict) -> bool:
    """Whether the exact checks settle it: their own verdicts of this kind were nearly always right."""
    sure = verdict.confidence
    if verdict.decided_by in _FINAL:
        return True
    return verdict.status != "unverifiable" and isinstance(sure, Measured) and sure.value >= SURE


def recorded_limit(name: str) -> float:
    """The `max_error` in the recorded name of a judge; 1.0 where it holds none."""
    _, mark, value = name.rpartition(MAX_ERROR)
    return float(value) if mark and re.fullmatch(r"[01](?:\.\d+)?(?:e-\d+)?|[1-9](?:\.\d+)?e-\d+", value) else 1.0


def judge(
    claims: Sequence[str],
    evidence: str | Sequence[str] | Sequence[Passage],
    encoder: TextEncoder | None = None,
    entailment: Entailment | None = None,
    explain: bool = False,
    max_error: float = 1.0,
) -> tuple[Verdict, ...]:
    """Judge plain claims against plain texts or passages, one verdict per claim, its words explained or not.

    `max_error` as in `Judge`: it limits what is decided with the entailment model.

    Texts become passages of documents "evidence:1", "evidence:2" …; offsets are into each text.
    """
    texts = asking.claims_of(claims)
    passages = [p if isinstance(p, Passage) else as_passage(p, n) for n, p in enumerate(asking.sources_of(evidence), 1)]
    judging = Judge(encoder, entailment, max_error=max_error)
    return judging.judge([as_claim(text, n) for n, text in enumerate(texts)], passages, explain)


def as_passage(text: str, number: int) -> Passage:
    """A text that comes from nowhere as a passage of its own document."""
    return Passage(
        document=f"evidence:{number}",
        document_id=digest(text.encode("utf-8", "surrogatepass"))[:16],
        version=1,
        start=0,
        end=len(text),
        text=text,
        focus=(0, len(text)),
    )


def _worth_bridging(held: Held) -> list[tuple[int, Comparison]]:
    near = [
        (-found.strength, order, index)
        for order, (index, found) in enumerate(held.found.items())
        if 0 < len(found.missing) <= MOST_BRIDGED and found.status == "unverifiable" and found.strength >= 0.5
    ]
    return [(index, held.found[index]) for _, _, index in sorted(near)[:MOST_BRIDGED]]


def _parts(claim: Claim, pool: evidence.Pool, by_nobody: bool) -> list[Claim]:
    """The claims to judge for one; `by_nobody`: no source is told by somebody who says "I"."""
    if not claim.checkable or len(claim.text) > MAX_CHARACTERS or _quoted(claim, pool) is not None:
        return [claim]
    talk = stated(claim.text, by_nobody)
    text = " ".join(talk.statements) if talk else claim.text
    remarks = [msgspec.structs.replace(claim, checkable=False, why_not=_REMARKS)] if talk and talk.remarks else []
    if not text:
        return remarks or [msgspec.structs.replace(claim, checkable=False, why_not="it states nothing")]
    found = [part.claim for part in take_apart(text, predicates=False)]
    parts = [part for part in found if part.checkable]
    if len(parts) < 2 or any(bears_sign(part.text) for part in found if not part.checkable):
        parts = [msgspec.structs.replace(claim, text=text)]
    return [*(msgspec.structs.replace(claim, text=part.text) for part in parts), *remarks]


def _joined(claim: Claim, parts: Sequence[Verdict]) -> Verdict:
    if len(parts) == 1:
        return msgspec.structs.replace(parts[0], claim=claim)
    order = {"refuted": 0, "unverifiable": 1, "supported": 2}
    worst = min(parts, key=lambda v: order[v.status])
    pieces = list(worst.evidence)
    pieces += [e for v in parts for e in v.evidence[:1] if not any(evidence.overlap(e, p) for p in pieces)]
    reason = worst.reason if worst.status == "supported" else f"of “{worst.claim.text}”: {worst.reason}"
    return msgspec.structs.replace(worst, claim=claim, evidence=tuple(pieces), reason=reason)


def _reunited(whole: Verdict, halves: Sequence[Verdict]) -> Verdict:
    """The verdict on a claim of two predicates from those on each; the first one where they settle nothing.

    Where no name says of what both speak, one document must carry both.
    """
    if not halves:
        return whole
    worst = _joined(whole.claim, halves)
    if worst.status == "unverifiable" and worst.decided_by != "contradiction":
        return whole
    documents = [{e.document_id for e in half.evidence if e.stance == "supports"} for half in halves]
    if worst.status == "supported" and not read(halves[-1].claim.text).names and not set.intersection(*documents):
        return whole
    return worst


def _of_whoever_speaks(verdict: Verdict) -> Verdict:
    """The verdict, without what a sentence about somebody else decided of "me"."""
    text, pieces = verdict.claim.text, verdict.evidence
    if verdict.status == "unverifiable" or not tells_of_speaker(text) or speaks_of_itself(e.quote for e in pieces[:1]):
        return verdict
    return _verdict(verdict.claim, "unverifiable", "form", _REMARKS, pieces)


def _is_circumstance(text: str) -> bool:
    """Whether it is but a short phrase of time, place or cause without a verb: "Before the flood of 1802."."""
    return _CIRCUMSTANCE.fullmatch(text) is not None and not read(text).verbs


def _explained(found: Comparison, held: Held, pool: evidence.Pool, index: int) -> Comparison:
    """The comparison with how the sentence was read, and what was filled into it, named in its reason."""
    if note := held.notes.get(index):
        found = msgspec.structs.replace(found, reason=f"{found.reason} ({note})")
    side = held.sides[index].text
    filled = pool.filled(index) if side != pool.sentences[index].text else None
    if filled is None or not any(meant in side for _, meant in filled.references):
        return found
    read_as = ", ".join(f"“{written}” read as “{meant}”" for written, meant in filled.references)
    return msgspec.structs.replace(found, reason=f"{found.reason} ({read_as})")


def _quoted(claim: Claim, pool: evidence.Pool) -> Evidence | None:
    found = pool.quotes.find(claim.text)
    return evidence.cite(pool.passages[found[0]], *found[1:], "supports", 1.0) if found else None


def _holds(quote: Evidence, pool: evidence.Pool, index: int) -> bool:
    """Whether a sentence is part of the quote."""
    sentence = pool.sentences[index]
    passage = pool.passages[sentence.passage]
    return (
        (passage.document_id, passage.version) == (quote.document_id, quote.version)
        and quote.start <= sentence.start
        and sentence.end <= quote.end
    )


def _verdict(claim: Claim, status: Status, check: str, reason: str, pieces: tuple[Evidence, ...] = ()) -> Verdict:
    return Verdict(claim, status, check, reason, calibration.shipped().confidence(check, status), pieces)
