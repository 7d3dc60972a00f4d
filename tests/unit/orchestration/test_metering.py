"""The meter: counts everything, allows nothing beyond the tokens, and holds the model to the case's own time."""

from __future__ import annotations

import pytest

from simone.clock import Deadline, FrozenClock
from simone.errors import BudgetExceeded, Cancelled, ModelTimeout
from simone.mvlm.scripted import Scripted
from simone.orchestration.metering import Metered
from simone.records import Cost, Instruction

TEN_WORDS = "one two three four five six seven eight nine ten"


def instruction(tokens: int = 192) -> Instruction:
    return Instruction("DRAFT", task="Say it.", max_tokens=tokens)


def test_every_execution_is_counted() -> None:
    clock = FrozenClock()
    deadline = Deadline(clock, 60)
    metered = Metered(Scripted(["Salt sold well.", "Vey refused."]), 100, deadline)
    assert metered.spent() == Cost(model="scripted")
    first = metered.execute(instruction(), deadline)
    second = metered.execute(instruction(), deadline)
    assert metered.spent() == Cost(
        "scripted", 2, first.tokens_in + second.tokens_in, first.tokens_out + second.tokens_out
    )


def test_the_last_execution_gets_only_the_tokens_that_are_left() -> None:
    deadline = Deadline(FrozenClock(), 60)
    metered = Metered(Scripted({"DRAFT": TEN_WORDS}), 14, deadline)
    assert metered.execute(instruction(), deadline).tokens_out == 10
    cut = metered.execute(instruction(), deadline)
    assert (cut.tokens_out, cut.finish) == (4, "length")
    with pytest.raises(BudgetExceeded, match="the budget of 14 tokens is spent; raise --budget-tokens"):
        metered.execute(instruction(), deadline)


def test_a_stage_with_more_time_cannot_lend_it_to_the_model() -> None:
    clock = FrozenClock()
    deadline = Deadline(clock, 5)
    metered = Metered(Scripted({"DRAFT": TEN_WORDS}), 100, deadline)
    clock.advance(6)
    with pytest.raises(ModelTimeout):
        metered.execute(instruction(), deadline.extended(60))


def test_a_withdrawn_request_stops_a_stage_that_was_given_more_time() -> None:
    deadline = Deadline(FrozenClock(), 5)
    longer = deadline.extended(60)
    deadline.cancel()
    with pytest.raises(Cancelled):
        Metered(Scripted({"DRAFT": TEN_WORDS}), 100, deadline).execute(instruction(), longer)
