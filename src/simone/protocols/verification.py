"""VVP, verification and validation: every claim of the draft held against the passages.

Not for deciding what happens to a claim that fails; governance does that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from simone.clock import Deadline
from simone.errors import ContractBroken
from simone.records import Case, Claim, Draft, Passage, PrincipleLevel, PrincipleName, Status, Verdict
from simone.truth.calibration import shipped
from simone.truth.claims import WITHOUT_STATEMENT, as_claim, find_claims
from simone.truth.judging import Judging
from simone.truth.markup import lead_of
from simone.truth.misplaced import misplaced
from simone.truth.principles.finding import Settle, find_principles
from simone.truth.quotes import QuoteIndex

PORTION = 256
"""Claims between two looks at the time that is left, count."""


class Verification:
    """The VVP stage."""

    code = "VVP"
    purpose = "holds every claim of the draft against the evidence and its sentences against the principles"
    reads = frozenset({"draft", "passages"})
    writes = frozenset({"verdicts", "principles"})

    def __init__(self, judge: Judging, levels: Mapping[PrincipleName, PrincipleLevel] | None = None) -> None:
        """`levels`: what the policy asks of each principle; those it does not name are warned of."""
        self._judge = judge
        self._levels = levels or {}

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with one verdict per claim, ordered by where the claim starts, and what the principles find.

        Raises:
            ContractBroken: there is no draft to verify.
        """
        if case.draft is None:
            raise ContractBroken("VVP was asked to verify a case without a draft; run a stage that writes one first")
        deadline.check("VVP")
        question = "" if case.request.text else case.request.question
        claims = sorted(claims_of(case.draft, case.passages, question, deadline), key=lambda one: (one.start, one.end))
        verdicts = self._judged(claims, case.passages, case.request.explain, deadline)
        verdicts = _in_context(verdicts, dict(misplaced(case.draft, case.passages, question)))
        found = find_principles(case.draft.sentences, verdicts, self._levels, self._settler(case.passages))
        return msgspec.structs.replace(case, verdicts=verdicts, principles=found)

    def _judged(
        self, claims: Sequence[Claim], passages: Sequence[Passage], explain: bool, deadline: Deadline
    ) -> tuple[Verdict, ...]:
        """One verdict per claim; what a text says twice is judged once, and between portions time is looked at."""
        placeless = [msgspec.structs.replace(claim, start=0, end=0, sentence=0) for claim in claims]
        distinct = list(dict.fromkeys(placeless))
        found: dict[Claim, Verdict] = {}
        for first in range(0, len(distinct), PORTION):
            deadline.check("VVP")
            some = distinct[first : first + PORTION]
            found.update(zip(some, self._judge.judge(some, passages, explain), strict=True))
        pairs = zip(claims, placeless, strict=True)
        return tuple(msgspec.structs.replace(found[bare], claim=claim) for claim, bare in pairs)

    def _settler(self, passages: Sequence[Passage]) -> Settle:
        """What principles ask is settled by the first judge: the budget of a bigger one is for claims."""
        documents: dict[str, list[Passage]] = {}
        for passage in passages:
            documents.setdefault(passage.document_id, []).append(passage)

        def settle(statements: Sequence[str]) -> tuple[Status, ...]:
            claims = [as_claim(text, 0) for text in statements]
            by_document = [self._judge.first.judge(claims, those) for those in documents.values()]
            return tuple(_agreed({verdicts[n].status for verdicts in by_document}) for n in range(len(claims)))

        return settle


def _in_context(verdicts: tuple[Verdict, ...], leaning: Mapping[int, str]) -> tuple[Verdict, ...]:
    """The verdicts, without support by a place whose context the draft does not give; `leaning` is of `misplaced`."""
    return tuple(
        msgspec.structs.replace(
            verdict,
            status="unverifiable",
            decided_by="context",
            confidence=shipped().confidence("context", "unverifiable"),
            reason=f"the evidence says it word for word, but “{leaning[verdict.claim.sentence]}” counts on what stands"
            " before it there, and the text does not say that",
        )
        if verdict.status == "supported" and verdict.claim.sentence in leaning
        else verdict
        for verdict in verdicts
    )


def _agreed(statuses: set[Status]) -> Status:
    """What all documents say that say something; unverifiable where they disagree or are silent."""
    saying = statuses - {"unverifiable"}
    return saying.pop() if len(saying) == 1 else "unverifiable"


def claims_of(
    draft: Draft, passages: Sequence[Passage], question: str = "", deadline: Deadline | None = None
) -> tuple[Claim, ...]:
    """Claims of a draft that answers `question`; `sentence` is the index of the draft sentence where the claim starts.

    A sentence that stands word for word in a passage is one claim as it stands: its pronouns mean what they mean there,
    not what a neighbour in the draft would make of them. Marks and labels before it are no part of it.
    """
    claims: list[Claim] = []
    taken: set[int] = set()
    quotes = QuoteIndex(passages)
    found = find_claims(draft.text, question, deadline)
    without_words = {(claim.start, claim.end) for claim in found if claim.why_not in WITHOUT_STATEMENT}
    for index, sentence in enumerate(draft.sentences):
        if (sentence.start, sentence.end) in without_words:
            continue
        for text in dict.fromkeys((sentence.text, sentence.text[lead_of(sentence.text) :])):
            if index not in taken and quotes.find(text) is not None:
                claims.append(Claim(text, sentence.start, sentence.end, index))
                taken.add(index)
    starts = [sentence.start for sentence in draft.sentences]
    for claim in found:
        index = max(0, bisect_right(starts, claim.start) - 1)
        if not draft.sentences[index].start <= claim.start < draft.sentences[index].end:
            index = claim.sentence
        if index not in taken and claim.end <= draft.sentences[index].end:
            claims.append(msgspec.structs.replace(claim, sentence=index))
    return (*claims, *_unclaimed(draft, {claim.sentence for claim in claims}))


def _unclaimed(draft: Draft, claimed: set[int]) -> Iterator[Claim]:
    """Claims of the sentences that the text as a whole does not show as such, for want of a full stop before them."""
    for index, sentence in enumerate(draft.sentences):
        if index not in claimed:
            for claim in find_claims(sentence.text):
                start, end = claim.start + sentence.start, claim.end + sentence.start
                yield msgspec.structs.replace(claim, start=start, end=end, sentence=index)
