"""What a reason names is the difference; what cannot be judged at all is refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from simone import judge
from simone.errors import BadRequest

REASONS = [
    ("Ida handed Bo the key.", "Ida handed the key to Bo.", "hang together otherwise"),
    ("Ida sold Bo the old mill in Lund.", "Ida sold the mill to Bo.", "“old” among these words"),
    ("The rule holds from 1 May 2020.", "The rule has held since 1 May 2020.", "only “from 1 May 2020”"),
    ("The Zefir is quiet. The motor of the pump is loud.", "The motor of the Zefir is loud.", "“Zefir” elsewhere"),
    ("The pump is loud.", "The pump is green.", "the sources say nothing about “green”"),
    ("Boys teach girls.", "Girls teach boys.", "with the parts exchanged"),
]
REFUSED: list[tuple[Any, Any, str]] = [
    ("The wall held.", "The wall held.", "give it in a list"),
    (b"The wall held.", "The wall held.", "of type bytes"),
    (None, "The wall held.", "nothing (None)"),
    (["The wall held.", 4], "The wall held.", "claim 2 is a value of type int"),
    (["The wall held."], b"The wall held.", "of type bytes"),
    (["The wall held."], None, "nothing (None)"),
    (["The wall held."], ["The wall held.", None], "evidence 2 is nothing"),
]


@pytest.mark.parametrize(("evidence", "claim", "said"), REASONS)
def test_a_reason_names_the_difference(evidence: str, claim: str, said: str) -> None:
    reason = judge([claim], evidence)[0].reason
    assert said in reason
    assert "in other places" not in reason


@pytest.mark.parametrize(("claims", "evidence", "said"), REFUSED)
def test_what_is_no_list_of_texts_is_refused_with_what_to_give(claims: Any, evidence: Any, said: str) -> None:
    with pytest.raises(BadRequest) as refused:
        judge(claims, evidence)
    assert said in str(refused.value)
    assert "give" in str(refused.value)


def test_any_iterable_of_texts_will_do() -> None:
    assert judge(("The wall held.",), ("The wall held.",))[0].status == "supported"
