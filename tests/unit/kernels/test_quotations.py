"""Quotations are found word for word, or where the fewest words differ, and the words that differ are named."""

from __future__ import annotations

import numpy as np
import pytest

from simone.kernels import kernels
from simone.kernels.contract.validation import QUOTATIONS

SOURCE = 'The minister said: "We may close some of the older plants,  if the price of coal falls." She left.'


def found(quotation: str, text: str) -> tuple[str, str, str, str] | None:
    """Kind, the place in the text, and the words that differ in both."""
    rows = kernels.find_quotations_batch([quotation], [text])
    if not len(rows.kind):
        return None
    a, b, c, d = rows.differing[0].tolist()
    place = text[int(rows.start[0]) : int(rows.end[0])]
    return QUOTATIONS[int(rows.kind[0])], place, quotation[a:b] if a >= 0 else "", text[c:d] if c >= 0 else ""


@pytest.mark.parametrize(
    ("quotation", "expected"),
    [
        ("we may close some of the older plants", ("verbatim", "We may close some of the older plants", "", "")),
        ("“we may close\nsome of the older plants…”", ("verbatim", "We may close some of the older plants", "", "")),
        ("we will close some of the older plants", ("near", "We may close some of the older plants", "will", "may")),
        ("we may close the older plants", ("near", "We may close some of the older plants", "", "some of")),
        ("they may close some of the", ("near", "We may close some of the", "they", "We")),
        ("if the price of coal rises", ("near", "if the price of coal falls", "rises", "falls")),
        ("may close all or some of the older", ("near", "may close some of the older", "all or", "")),
        ("we will close all plants", None),
        ("may sell", None),
        ("", None),
        ("…", None),
    ],
)
def test_the_words_that_differ_are_named(quotation: str, expected: tuple[str, str, str, str] | None) -> None:
    assert found(quotation, SOURCE) == expected


def test_the_place_where_the_fewest_words_differ_is_chosen() -> None:
    text = "The old red house fell down today. The old blue house fell down today."
    assert found("the old blue mill fell down today", text) == (
        "near",
        "The old blue house fell down today",
        "mill",
        "house",
    )


def test_only_named_pairs_are_looked_at() -> None:
    rows = kernels.find_quotations_batch(["coal", "older plants"], ["no", SOURCE], np.array([[1, 1], [0, 0], [0, 1]]))
    assert rows.quotation.tolist() == [1, 0] and rows.text.tolist() == [1, 1]
    assert rows.differing.tolist() == [[-1] * 4] * 2
