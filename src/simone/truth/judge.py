"""Judges claims against passages: supported, refuted or unverifiable, with the evidence and the check that decided.

Not for finding passages (retrieval) or for what to do about a verdict (governance).

Order of the checks, first that speaks decides:
1. form and language: what is no claim, or not English, is unverifiable;
2. quote: the claim's sentences stand word for word in a passage (no encoder is called for these);
3. exact comparison with the best sentences (`exact`), then again with words bridged by token vectors where there is an
   encoder;
4. the entailment model, if there is one, and only where the comparison is silent: neither supported nor refuted, with
   no number, date or polarity in the way.
Where one sentence supports and another refutes, the stronger decides, support in a tie, and both are shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simone.clock import digest
from simone.records import Claim, Evidence, Passage, Status, Verdict
from simone.retrieval.contract import TextEncoder
from simone.truth import calibration, evidence
from simone.truth.bridging import THRESHOLD, bridge
from simone.truth.claims import MAX_CHARACTERS, as_claim, find_claims
from simone.truth.entailment import Entailment
from simone.truth.exact import Comparison, compare
from simone.truth.language import is_english
from simone.truth.quotes import find_quote
from simone.truth.reading import Reading, read

MOST_BRIDGED = 2
"""Missing words beyond which a sentence is not worth an encoder call, and sentences tried per claim, count."""
_ORDER = {"supported": 0, "refuted": 1, "unverifiable": 2}


class _Held(msgspec.Struct):
    """A claim while it is judged: its comparisons by sentence index."""

    claim: Claim
    reading: Reading
    found: dict[int, Comparison]
    quote: Evidence | None = None


class Judge:
    """Judges in batches; the verdict on a claim never depends on the other claims."""

    def __init__(
        self, encoder: TextEncoder | None, entailment: Entailment | None = None, threshold: float = THRESHOLD
    ) -> None:
        self._encoder = encoder
        self._entailment = entailment
        self._threshold = threshold

    def judge(self, claims: Sequence[Claim], passages: Sequence[Passage]) -> tuple[Verdict, ...]:
        """One verdict per claim, in order.

        A claim of several sentences or full clauses is judged part by part: all must be supported, one refuted refutes.
        """
        sentences = evidence.collect(passages)
        parts: list[tuple[int, Claim]] = []
        for number, claim in enumerate(claims):
            parts.extend((number, part) for part in _parts(claim))
        held: list[_Held | Verdict] = [self._open(part, passages, sentences) for _, part in parts]
        waiting = [h for h in held if isinstance(h, _Held)]
        self._bridge([h for h in waiting if h.quote is None], sentences)
        verdicts = [h if isinstance(h, Verdict) else self._close(h, passages, sentences) for h in held]
        grouped: list[list[Verdict]] = [[] for _ in claims]
        for (number, _), verdict in zip(parts, verdicts, strict=True):
            grouped[number].append(verdict)
        return tuple(_joined(claim, group) for claim, group in zip(claims, grouped, strict=True))

    def _open(
        self, claim: Claim, passages: Sequence[Passage], sentences: Sequence[evidence.Sentence]
    ) -> _Held | Verdict:
        if not claim.checkable:
            return _verdict(claim, "unverifiable", "form", claim.why_not or "it is not a statement that can be checked")
        if not any(c.isalnum() for c in claim.text):
            return _verdict(claim, "unverifiable", "form", "it holds no words")
        quote = _quoted(claim, passages)
        if len(claim.text) > MAX_CHARACTERS:
            if quote is not None:
                return _verdict(claim, "supported", "quote", "it stands word for word in the sources", (quote,))
            reason = f"it is longer than {MAX_CHARACTERS} characters and stands nowhere word for word"
            return _verdict(claim, "unverifiable", "form", reason)
        if quote is None and not is_english(claim.text):
            return _verdict(claim, "unverifiable", "language", "it is not written in English")
        if not sentences:
            return _verdict(claim, "unverifiable", "alignment", "there is no evidence to hold it against")
        held = _Held(claim, read(claim.text), {}, quote)
        for index in evidence.rank(claim.text, sentences):
            if len(sentences[index].text) <= MAX_CHARACTERS:
                held.found[index] = compare(held.reading, *_sides(sentences, index))
        return held

    def _bridge(self, waiting: Sequence[_Held], sentences: Sequence[evidence.Sentence]) -> None:
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
        pairs = [(held.reading, read(sentences[index].text), missing) for held, index, missing in jobs]
        for (held, index, _), close in zip(jobs, bridge(pairs, self._encoder, self._threshold), strict=True):
            if close:
                held.found[index] = compare(held.reading, *_sides(sentences, index), close)

    def _close(self, held: _Held, passages: Sequence[Passage], sentences: Sequence[evidence.Sentence]) -> Verdict:
        shown: list[tuple[Comparison, Evidence]] = []
        for index, found in sorted(held.found.items(), key=lambda item: (_ORDER[item[1].status], -item[1].strength)):
            sentence = sentences[index]
            stance = {"supported": "supports", "refuted": "refutes", "unverifiable": "mentions"}[found.status]
            place = passages[sentence.passage], sentence.start, sentence.end
            shown.append((found, evidence.cite(*place, stance, found.strength)))  # type: ignore[arg-type]  # dict of literals
        supports = [s for s in shown if s[0].status == "supported"]
        refutes = [s for s in shown if s[0].status == "refuted"]
        others = [s for s in shown if s[0].status == "unverifiable"]
        if held.quote is not None:
            quoted = Comparison("supported", "quote", "it stands word for word in the sources", 1.0)
            supports = [
                (quoted, held.quote),
                *(s for s in supports if s[1] != held.quote and not _within(s[1], held.quote)),
            ]
        if not supports and not refutes:
            return self._silent(held, others)
        supported = bool(supports) and (not refutes or supports[0][0].strength >= refutes[0][0].strength)
        winners, losers = (supports, refutes) if supported else (refutes, supports)
        best = winners[0][0]
        reason = best.reason
        if losers:
            other = "refutes" if supported else "supports"
            reason += f"; but the sources contradict each other: “{losers[0][1].quote}” {other} it"
        pieces = (winners[0][1], *(e for _, e in losers[:1]), *(e for _, e in winners[1:3]))
        return _verdict(held.claim, best.status, best.check, reason, pieces)

    def _silent(self, held: _Held, others: Sequence[tuple[Comparison, Evidence]]) -> Verdict:
        if not others:
            return _verdict(held.claim, "unverifiable", "alignment", "the sources say nothing about it")
        open_pairs = [(f, e) for f, e in others if f.check == "alignment"]
        if self._entailment is not None and open_pairs:
            scores = self._entailment.score([(e.quote, held.claim.text) for _, e in open_pairs])
            best = max(range(len(open_pairs)), key=lambda n: (float(scores[n, :2].max()), -n))
            if float(scores[best, :2].max()) >= self._entailment.least:
                status: Status = "supported" if scores[best, 0] >= scores[best, 1] else "refuted"
                piece = msgspec.structs.replace(
                    open_pairs[best][1],
                    stance="supports" if status == "supported" else "refutes",
                    strength=round(float(scores[best, :2].max()), 4),
                )
                reason = f"the entailment model reads “{piece.quote}” that way"
                return _verdict(held.claim, status, self._entailment.name, reason, (piece,))
        found = others[0][0]
        return _verdict(held.claim, "unverifiable", found.check, found.reason, tuple(e for _, e in others[:2]))


def judge(
    claims: Sequence[str], evidence: str | Sequence[str] | Sequence[Passage], encoder: TextEncoder | None = None
) -> tuple[Verdict, ...]:
    """Judge plain claims against plain texts or passages, one verdict per claim.

    Texts become passages of documents "evidence:1", "evidence:2" …; offsets are into each text.
    """
    given: list[str | Passage] = [evidence] if isinstance(evidence, str) else list(evidence)
    passages = [p if isinstance(p, Passage) else as_passage(p, n) for n, p in enumerate(given, 1)]
    return Judge(encoder).judge([as_claim(text, n) for n, text in enumerate(claims)], passages)


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


def _worth_bridging(held: _Held) -> list[tuple[int, Comparison]]:
    near = [
        (-found.strength, order, index)
        for order, (index, found) in enumerate(held.found.items())
        if 0 < len(found.missing) <= MOST_BRIDGED and found.status == "unverifiable" and found.strength >= 0.5
    ]
    return [(index, held.found[index]) for _, _, index in sorted(near)[:MOST_BRIDGED]]


def _parts(claim: Claim) -> list[Claim]:
    if not claim.checkable or len(claim.text) > MAX_CHARACTERS:
        return [claim]
    parts = [part for part in find_claims(claim.text) if part.checkable]
    if len(parts) < 2:
        return [claim]
    return [msgspec.structs.replace(claim, text=part.text) for part in parts]


def _joined(claim: Claim, parts: Sequence[Verdict]) -> Verdict:
    if len(parts) == 1:
        return msgspec.structs.replace(parts[0], claim=claim)
    order = {"refuted": 0, "unverifiable": 1, "supported": 2}
    worst = min(parts, key=lambda v: order[v.status])
    pieces = list(worst.evidence)
    pieces += [e for v in parts for e in v.evidence[:1] if e not in pieces]
    reason = worst.reason if worst.status == "supported" else f"of “{worst.claim.text}”: {worst.reason}"
    return msgspec.structs.replace(worst, claim=claim, evidence=tuple(pieces), reason=reason)


def _sides(sentences: Sequence[evidence.Sentence], index: int) -> tuple[Reading, Reading | None]:
    before = sentences[index].before
    usable = before >= 0 and len(sentences[before].text) <= MAX_CHARACTERS
    return read(sentences[index].text), read(sentences[before].text) if usable else None


def _quoted(claim: Claim, passages: Sequence[Passage]) -> Evidence | None:
    for passage in passages:
        span = find_quote(claim.text, passage.text)
        if span is not None:
            return evidence.cite(passage, passage.start + span[0], passage.start + span[1], "supports", 1.0)
    return None


def _within(a: Evidence, b: Evidence) -> bool:
    return a.document_id == b.document_id and b.start <= a.start and a.end <= b.end


def _verdict(claim: Claim, status: Status, check: str, reason: str, pieces: tuple[Evidence, ...] = ()) -> Verdict:
    return Verdict(claim, status, check, reason, calibration.shipped().confidence(check, status), pieces)
