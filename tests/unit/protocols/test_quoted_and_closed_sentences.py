"""What a finding quotes, and which pictures end a sentence."""

from __future__ import annotations

import pytest

from simone.orchestration.drafts import make_draft
from simone.protocols.error_evaluation import find_errors


def rules(text: str) -> list[str]:
    return [finding.rule for finding in find_errors(make_draft(text))]


@pytest.mark.parametrize(
    "text",
    [
        "The lamp of the tower shines for nine miles. 🎉",
        "The lamp of the tower shines for nine miles.\n\n✅",
        "The lamp of the tower shines for nine miles 👩‍🚀",
        "The lamp of the tower shines for nine miles. ❤️",
        "The lamp of the tower shines for nine miles. 👍🏽 🎉)",
    ],
)
def test_a_picture_ends_a_sentence(text: str) -> None:
    assert "unfinished sentence" not in rules(text)


@pytest.mark.parametrize(
    "text", ["The lamp of the tower shines for the 🎉", "The lamp of the old tower shines for nine miles at 20 °"]
)
def test_a_picture_does_not_finish_what_is_broken_off(text: str) -> None:
    assert "unfinished sentence" in rules(text)


def test_a_finding_quotes_the_sentence_that_it_speaks_of() -> None:
    again = "The lamp shines for nine miles. It is old. The lamp shines for nine miles."
    (repeated,) = [f for f in find_errors(make_draft(again)) if f.rule == "repeated sentence"]
    assert repeated.message == "says again word for word: 'The lamp shines for nine miles.'"
    against = "The tower was built in 1911. The tower was built in 1912."
    (found,) = [f for f in find_errors(make_draft(against)) if f.rule == "self-contradiction"]
    assert found.message.startswith("contradicts 'The tower was built in 1911.' (")
