"""Any text at all: spans lie inside it, in order, and adversarial input ends soon."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simone.kernels.reference.validation.dates import find_dates, find_times
from simone.kernels.reference.validation.names import find_names
from simone.kernels.reference.validation.quantities import find_quantities
from simone.truth.arithmetic import check_arithmetic

WORDS = (
    "1 12 1931 3.5 1,200 12:30 05/03/1931 -5 ½ 3/4 one two twenty hundred million dozen half third a an and of the to "
    "from between at least more than % percent $ € km km/h °C ft in hours year March May 5th Monday century 1930s BC "
    "about AD pm noon past Belmar Tessin UN U.S. Mr. van O'Neill - – , . ( ) = + × / | : total in all"
).split()
texts = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join),
                  st.lists(st.sampled_from(WORDS), max_size=25).map("".join))  # fmt: skip
FLOODS = [
    "1", ",", "1,", ",111", " 111", "about ", "one ", "one hundred and ", "1.1", "1-", "1 + ", "1+1=", "half of a ",
    "1 hour ", "1 year and ", "9 ft 1 in, ", "1 % of 1 ", "rose from 1 to 2 ", "1 to ", "|1", "|a|1|\n", "a://", "a@",
    "1)\n", "1931 ", "1931-", "March ", "fifth of ", "12:30:", " ", "$1", "1/", "km/", "between ", "A ", "A of ", "A.",
    "a'", "1e", "more than ", "www.", "- a: 1\n", "Monday, ", "twenty-",
    "1/2,", "1%", "1/1/2020/", "in all ", "3 a and 4 b, 8 in all ", "\n",
]  # fmt: skip


@given(texts)
@settings(max_examples=150, deadline=None)
@example("at least")
@example("1 to")
@example("from 5 to")
@example("²³½")
@example("İstanbul 5 İ")
def test_spans_lie_in_the_text_in_order_without_overlap(text: str) -> None:
    for found in (find_quantities(text), find_dates(text, "2024-05-06"), find_times(text), find_names(text)):
        end = 0
        for one in found:
            assert end <= one.start < one.end <= len(text)
            end = one.end
    for quantity in find_quantities(text):
        assert quantity.low <= quantity.high
    for date in find_dates(text):
        assert date.first <= date.last or date.first[0] == "-"
        assert re.fullmatch(r"(?:-?\d{4}|\?{4})-\d\d-\d\d", date.first)
    for name in find_names(text):
        assert text[name.start : name.end] == name.text
    for finding in check_arithmetic(text):
        assert 0 <= finding.start < finding.end <= len(text)


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_of_one_pattern_is_read_to_its_end(flood: str) -> None:
    text = flood * (6_000 // len(flood))
    for finder in (find_quantities, find_dates, find_times, find_names, check_arithmetic):
        for one in finder(text):
            assert one.end <= len(text)


def test_a_million_digits_are_a_key_and_no_number() -> None:
    assert find_quantities("1" * 1_000_000) == ()
    assert find_dates("1" * 1_000_000) == ()


def test_the_same_text_gives_the_same_mentions() -> None:
    text = "In 1931 Belmar paid 40 talents, about 12 % of $3.2m, at 5 pm."
    assert find_quantities(text) == find_quantities(text[:])
    assert find_names(text) == find_names(text[:])
