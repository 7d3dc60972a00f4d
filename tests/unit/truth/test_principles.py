"""Each principle on the examples that ship with it: those that must fire, and those that must not."""

from __future__ import annotations

from typing import get_args

import pytest

from simone.benchmarks.principles import found_in
from simone.clock import FrozenClock
from simone.records import PrincipleName
from simone.truth.judge import Judge
from simone.truth.principles import Example, principles

NAMES = get_args(PrincipleName)
CASES = [
    pytest.param(one.name, example, must, id=f"{one.name}-{'fires' if must else 'spares'}-{number}")
    for one in principles()
    for must, examples in ((True, one.fires), (False, one.spares))
    for number, example in enumerate(examples)
]


@pytest.mark.parametrize(("name", "example", "must"), CASES)
def test_a_principle_fires_on_its_examples_and_on_no_counterexample(name: str, example: Example, must: bool) -> None:
    found = found_in(example.text, example.sources(), Judge(None), FrozenClock())
    assert (name in {one for one, _ in found}) == must


def test_every_principle_is_versioned_and_brings_eight_examples_of_each_side() -> None:
    assert tuple(one.name for one in principles()) == NAMES
    for one in principles():
        assert one.version >= 1
        assert min(len(one.fires), len(one.spares)) >= 8, one.name
        assert len({example.text for example in one.fires}) == len(one.fires)


def test_words_that_another_is_quoted_with_are_not_the_texts_own() -> None:
    said = "“Immigrants are lazy,” said councillor Rolf Bahn."
    assert not found_in(said, (), Judge(None), FrozenClock())


def test_a_hedged_claim_is_not_stated_flatly() -> None:
    hedged = found_in(
        "The town may have flooded in 1342.", ("The town was possibly flooded in 1342.",), Judge(None), FrozenClock()
    )
    assert hedged == ()


def test_what_could_not_be_proved_is_not_called_certain() -> None:
    assert found_in("The court could not prove that the will was forged.", (), Judge(None), FrozenClock()) == ()
