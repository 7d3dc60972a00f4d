"""What is left of talk when what its speaker says of themselves is taken away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simone.truth.judge import judge
from simone.truth.talk import speaks_of_itself, stated


@pytest.mark.parametrize(
    ("said", "left", "deeds"),
    [
        ("Yes, they do! Their last record came out in 2015.", ("Their last record came out in 2015.",), ()),
        ("I know they opened in 1931, I don't think they still run.", ("They opened in 1931.",), ()),
        ("Accounting is keeping books. It seems like serious stuff!", ("Accounting is keeping books.",), ()),
        ("Do you eat there? the inn serves fish every day.", ("The inn serves fish every day.",), ()),
        ("I drink only water. Rowers in Orlow ate meat.", ("Rowers in Orlow ate meat.",), ("I drink only water.",)),
        ("Well, I think that the mine closed in 1801. How about you?", ("The mine closed in 1801.",), ()),
        ("Did you know that Orlow has a mine?", ("Orlow has a mine.",), ()),
        ("Indeed. The wall is one of the oldest.", ("The wall is one of the oldest.",), ()),
        ("I love the sea.", (), ()),
        ("yes i have been to Orlow. do you have a favourite?", (), ("I have been to Orlow.",)),
        ("That's interesting! Orlow has a mine. I would like to see it.", ("Orlow has a mine.",), ()),
        ("It's great for sharing pictures!", ("It's great for sharing pictures!",), ()),
        (
            "I like how it is now a law to read. Orlow has a mine.",
            ("Orlow has a mine.",),
            ("I like how it is now a law to read.",),
        ),
        ("You can add filters to your pictures!", ("You can add filters to your pictures!",), ()),
    ],
)
def test_what_talk_states(said: str, left: tuple[str, ...], deeds: tuple[str, ...]) -> None:
    found = stated(said)
    assert (found if found is not None else ((said,), ())) == (left, deeds)


@pytest.mark.parametrize(
    "text",
    [
        "The mine closed in 1801.",
        "Belmar paid forty talents. It was late.",
        "No trees stand there.",
        "Is it open?!"[:0],
    ],
)
def test_plain_statements_are_no_talk(text: str) -> None:
    assert stated(text) is None


def test_talk_is_judged_by_what_it_states() -> None:
    evidence = "The mine at Orlow closed in 1801. Rowers ate meat and bread."
    for said, status in (
        ("Yes! I read that the mine at Orlow closed in 1801. Have you been there?", "supported"),
        ("Well, I think the mine at Orlow closed in 1803.", "refuted"),
        ("I have been to Orlow once.", "unverifiable"),
        ("I was there twice. The mine at Orlow closed in 1801.", "unverifiable"),
        ("I was there twice. The mine at Orlow closed in 1803.", "refuted"),
    ):
        assert judge([said], evidence)[0].status == status
    assert judge(["I have been to Orlow."], evidence)[0].decided_by == "form"


def test_evidence_of_somebody_who_says_i_may_bear_on_what_is_said_of_me() -> None:
    assert speaks_of_itself(["Last year I moved to Bergen."])
    assert not speaks_of_itself(["Henry I ruled.", "World War II ended."][1:])
    verdict = judge(["I moved to Bergen."], "In 2019 I moved to Bergen.")[0]
    assert verdict.decided_by != "form"


@given(st.text(max_size=200))
def test_any_text_can_be_taken_for_talk(text: str) -> None:
    found = stated(text)
    assert found is None or all(sentence.strip() for sentence in (*found.statements, *found.deeds))
