"""What a claim would say with one thing turned, and when that keeps it open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simone.truth.claims import as_claim
from simone.truth.contraries import (
    LEAD_OF_NAME,
    LEAD_OF_WORD,
    MOST_NAMED,
    MOST_WORDS,
    contraries,
    gainsaid,
)
from simone.truth.cross_encoder import CrossEncoder
from simone.truth.judge import Judge, as_passage


@pytest.mark.parametrize(
    ("claim", "window", "contrary"),
    [
        ("The stream runs from Lake Orrin.", "The stream runs into Lake Orrin.", "The stream runs into Lake Orrin."),
        ("Rents rose after the war.", "Rents went up.", "Rents rose before the war."),
        ("Rents rose after the war.", "Rents went up.", "Rents fell after the war."),
        ("The museum lent two maps.", "The museum borrowed two maps.", "The museum borrowed two maps."),
        ("It lasted longer than planned.", "It took weeks.", "It lasted shorter than planned."),
        ("Anna Brandt taught Piet Vos.", "Piet Vos learned from Anna Brandt.", "Piet Vos taught Anna Brandt."),
        ("The author is Jun Abara.", "Mirela Coste wrote it; Jun Abara read it.", "The author is Mirela Coste."),
        ("Abara's book is long.", "Coste's book is here.", "Coste's book is long."),
        ("It rained at the beginning.", "It rained later.", "It rained at the ending."),
        ("Anna Brandt and Piet Vos taught Jun Abara.", "Both did.", "Anna Brandt and Jun Abara taught Piet Vos."),
    ],
)
def test_one_thing_is_turned(claim: str, window: str, contrary: str) -> None:
    assert contrary in [text for text, _ in contraries(claim, window)]


@pytest.mark.parametrize(
    ("claim", "window", "kept"),
    [
        ("Anna Brandt met Piet Vos.", "Anna Brandt met Piet Vos.", "Piet Vos met Anna Brandt."),
        ("Anna Brandt and Piet Vos left.", "Both left.", "Piet Vos and Anna Brandt left."),
        ("It closes during the day.", "It is 12 years old.", "It closes during the years."),
        ("They won't come before noon.", "They come.", "They lostn't come before noon."),
        ("Ms Berg spoke.", "Berg spoke at noon.", "Berg spoke."),
        ("The World Health Organization began in 1948.", "The WHO began in 1948.", "The WHO began in 1948."),
        ("Anna Brandt, Piet Vos and Jun Abara left.", "All left.", "Jun Abara, Piet Vos and Anna Brandt left."),
        ("Émile taught in Orsk.", "Émile Zola taught in Orsk.", "Émile Zola taught in Orsk."),
    ],
)
def test_what_says_the_same_or_nothing_is_no_contrary(claim: str, window: str, kept: str) -> None:
    assert kept not in [text for text, _ in contraries(claim, window)]


def test_a_claim_is_no_contrary_of_itself_and_none_is_named_twice() -> None:
    found = [text for text, _ in contraries("The shop is cold and warm.", "It is cold. It is warm.")]
    assert len(found) == len(set(found))
    assert "The shop is cold and warm." not in found


def test_there_are_few_however_many_names_there_are() -> None:
    names = [f"{one}{two}" for one in ("Al", "Be", "Co", "Du") for two in ("ford", "gate", "holm", "kirk")]
    claim = f"{names[0]} wrote to {names[1]}, to {names[2]} about {names[3]}."
    found = contraries(claim, " ".join(f"Later {name} replied." for name in names[4:]))
    assert len([text for text, lead in found if lead == LEAD_OF_NAME]) == MOST_NAMED
    assert contraries(" ".join(["before", *["word"] * MOST_WORDS]), "") == []


def test_only_a_contrary_that_is_ahead_by_its_lead_counts() -> None:
    (said,) = contraries("Rents were higher.", "Rents changed.")
    assert said == ("Rents were lower.", LEAD_OF_WORD)
    own = np.array([1.0, 0.0, 0.0], np.float32)
    ahead, behind = np.array([1.4, 0.0, 0.0], np.float32), np.array([1.2, 0.0, 0.0], np.float32)
    assert gainsaid(own, ahead[None], [said]) == "Rents were lower."
    assert gainsaid(own, behind[None], [said]) is None
    assert gainsaid(own, np.zeros((0, 3), np.float32), []) is None


SOURCE = (
    "The Ostrander Choir gave its first concert in 1978 under Klara Beck, who led it for 31 years. Emil Tran followed."
)


@pytest.mark.parametrize(
    ("claim", "source", "contrary"),
    [
        ("The river flows from Lake Sorrel west of the town.", "The river flows into Lake Sorrel west of the town.",
         "flows into Lake Sorrel"),
        ("The library borrowed 80,000 books in 2019.", "The library lent 80,000 books in 2019.", "library lent"),
    ],
)  # fmt: skip
def test_what_the_evidence_carries_less_than_a_contrary_stays_open(
    home: Path, claim: str, source: str, contrary: str
) -> None:
    (verdict,) = Judge(None, CrossEncoder(home)).judge([as_claim(claim, 0)], [as_passage(source, 1)])
    assert verdict.status == "unverifiable"
    assert contrary in verdict.reason


def test_what_the_evidence_carries_stays_supported(home: Path) -> None:
    claim = "The choir first sang in public in 1978."
    (verdict,) = Judge(None, CrossEncoder(home)).judge([as_claim(claim, 0)], [as_passage(SOURCE, 1)])
    assert verdict.status == "supported"
