"""VVP, verification and validation: every claim of the draft held against the passages.

Not for deciding what happens to a claim that fails; governance does that.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simone.clock import Deadline
from simone.errors import ContractBroken
from simone.records import Case, Claim, Draft, Passage
from simone.truth.claims import find_claims
from simone.truth.judge import Judge
from simone.truth.quotes import find_quote


class Verification:
    """The VVP stage."""

    code = "VVP"
    purpose = "holds every claim of the draft against the evidence and says what carries it"
    reads = frozenset({"draft", "passages"})
    writes = frozenset({"verdicts"})

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with one verdict per claim, ordered by where the claim starts.

        Raises:
            ContractBroken: there is no draft to verify.
        """
        if case.draft is None:
            raise ContractBroken("VVP was asked to verify a case without a draft; run a stage that writes one first")
        deadline.check("VVP")
        claims = sorted(claims_of(case.draft, case.passages), key=lambda claim: (claim.start, claim.end))
        return msgspec.structs.replace(case, verdicts=self._judge.judge(claims, case.passages))


def claims_of(draft: Draft, passages: Sequence[Passage]) -> tuple[Claim, ...]:
    """Claims of a draft; `sentence` is the index of the draft sentence in which the claim starts.

    A sentence that stands word for word in a passage is one claim as it stands: its pronouns mean what they mean there,
    not what a neighbour in the draft would make of them.
    """
    quoted = {
        index
        for index, sentence in enumerate(draft.sentences)
        if any(find_quote(sentence.text, passage.text) for passage in passages)
    }
    found: dict[tuple[int, int], Claim] = {}
    for claim in find_claims(draft.text):
        index = next((n for n, s in enumerate(draft.sentences) if s.start <= claim.start < s.end), claim.sentence)
        claim = msgspec.structs.replace(claim, sentence=index)
        if index in quoted:
            sentence = draft.sentences[index]
            claim = Claim(sentence.text, sentence.start, sentence.end, index)
        found.setdefault((claim.start, claim.end), claim)
    return tuple(found.values())
