"""Stages that go through a long text look at the time that is left on the way, not only when they begin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from simone.clock import Deadline
from simone.errors import BudgetExceeded
from simone.mvlm.scripted import Scripted
from simone.orchestration.drafts import make_draft
from simone.protocols.contract import Stage
from simone.protocols.error_evaluation import ErrorEvaluation
from simone.protocols.hyperlinks import Hyperlinks
from simone.protocols.memory_tagging import MemoryTagging
from simone.protocols.summarizing import Summarizing
from simone.protocols.verification import Verification
from simone.records import Case, Request
from simone.retrieval.contract import Floats, TokenVectors
from simone.truth.judge import Judge

TEXT = " ".join(
    f"Orsk {number} paid [the fee](https://example.org/{number}) of {number} crowns in {1700 + number}."
    for number in range(400)
)


class Counting:
    """A clock on which a second passes whenever somebody looks at it."""

    def __init__(self) -> None:
        self.looks = 0

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def monotonic_s(self) -> float:
        self.looks += 1
        return float(self.looks)


class Lengths:
    """An encoder that knows of a text how long it is."""

    name = "lengths"

    def encode(self, texts: Sequence[str]) -> Floats:
        return np.array([[1.0, len(text) / 100.0] for text in texts], np.float32)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        raise NotImplementedError


STAGES: tuple[tuple[Stage, int], ...] = (
    (ErrorEvaluation(), 100),
    (Hyperlinks(), 100),
    (Verification(Judge(None)), 100),
    (MemoryTagging(), 100),
    (Summarizing(Lengths(), Scripted(()), Judge(None)), 4),
)
"""Each with the seconds in which it cannot be done."""


def case() -> Case:
    return Case(request=Request("What was paid?"), draft=make_draft(TEXT))


@pytest.mark.parametrize(("stage", "seconds"), STAGES, ids=[stage.code for stage, _ in STAGES])
def test_a_stage_ends_on_the_way_when_its_time_does(stage: Stage, seconds: int) -> None:
    assert stage.apply(case(), Deadline(Counting(), 100_000)) != case()
    with pytest.raises(BudgetExceeded):
        stage.apply(case(), Deadline(Counting(), seconds))
