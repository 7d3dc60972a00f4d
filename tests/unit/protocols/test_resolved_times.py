"""Words of time become days, told from the day on which they were said; what is unclear stays unresolved."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.memory.contract import Candidate
from simone.protocols.memory_tagging.candidates import Said, candidates
from simone.protocols.memory_tagging.times import find_intervals

MONDAY = "2023-05-08"


def read(text: str, at: str = MONDAY) -> Candidate:
    return candidates([Said(text, "t1", "r1", "Ann", 1.0, at)])[0]


def times(text: str, at: str = MONDAY) -> list[tuple[str, str, str]]:
    candidate = read(text, at)
    return [(candidate.text[one.start : one.end], one.first, one.last) for one in candidate.times]


@pytest.mark.parametrize(
    ("text", "span", "first", "last"),
    [
        ("I went there yesterday.", "yesterday", "2023-05-07", "2023-05-07"),
        ("I left last night.", "last night", "2023-05-07", "2023-05-07"),
        ("We talked this morning.", "this morning", "2023-05-08", "2023-05-08"),
        ("See you tomorrow evening.", "tomorrow evening", "2023-05-09", "2023-05-09"),
        ("The launch is tomorrow.", "tomorrow", "2023-05-09", "2023-05-09"),
        ("The game is on Saturday.", "Saturday", "2023-05-13", "2023-05-13"),
        ("The deadline is in two weeks.", "in two weeks", "2023-05-22", "2023-05-28"),
        ("The game was on Saturday.", "Saturday", "2023-05-06", "2023-05-06"),
        ("It rained the day before yesterday.", "the day before yesterday", "2023-05-06", "2023-05-06"),
        ("We met last week.", "last week", "2023-05-01", "2023-05-07"),
        ("We met the week before last.", "the week before last", "2023-04-24", "2023-04-30"),
        ("We met last weekend.", "last weekend", "2023-05-06", "2023-05-07"),
        ("We met over the weekend.", "over the weekend", "2023-05-06", "2023-05-07"),
        ("We will meet on the weekend.", "on the weekend", "2023-05-13", "2023-05-14"),
        ("We camp next month.", "next month", "2023-06-01", "2023-06-30"),
        ("I painted it last year.", "last year", "2022-01-01", "2022-12-31"),
        ("I ran last Saturday.", "last Saturday", "2023-05-06", "2023-05-06"),
        ("I ran last Monday.", "last Monday", "2023-05-01", "2023-05-01"),
        ("I run this Friday.", "this Friday", "2023-05-12", "2023-05-12"),
        ("I run next Friday.", "next Friday", "2023-05-19", "2023-05-19"),
        ("I ran on Friday.", "Friday", "2023-05-05", "2023-05-05"),
        ("I will run on Friday.", "Friday", "2023-05-12", "2023-05-12"),
        ("I moved two years ago.", "two years ago", "2021-01-01", "2021-12-31"),
        ("I moved 3 months ago.", "3 months ago", "2023-02-01", "2023-02-28"),
        ("I moved a couple of weeks ago.", "a couple of weeks ago", "2023-04-24", "2023-04-30"),
        ("I moved ten days ago.", "ten days ago", "2023-04-28", "2023-04-28"),
        ("We leave two weeks from now.", "two weeks from now", "2023-05-22", "2023-05-28"),
        ("We will leave in 3 days.", "in 3 days", "2023-05-11", "2023-05-11"),
        ("I was there in May.", "May", "2023-05-01", "2023-05-31"),
        ("I was there in June.", "June", "2022-06-01", "2022-06-30"),
        ("I plan to be there in June.", "June", "2023-06-01", "2023-06-30"),
        ("It happened on 5 March.", "5 March", "2023-03-05", "2023-03-05"),
        ("It will happen on 5 March.", "5 March", "2024-03-05", "2024-03-05"),
        ("It happened last May.", "last May", "2022-05-01", "2022-05-31"),
        ("It was warm last summer.", "last summer", "2022-06-01", "2022-08-31"),
        ("It was cold last winter.", "last winter", "2022-12-01", "2023-02-28"),
        ("We met at Christmas.", "Christmas", "2022-12-25", "2022-12-25"),
        ("It was signed on 5 March 1931.", "5 March 1931", "1931-03-05", "1931-03-05"),
        ("Over the past two years I read a lot.", "past two years", "2021-05-08", "2023-05-08"),
        ("I have painted since 2016.", "since 2016", "2016-01-01", ""),
        ("The lease runs until last week.", "last week", "", "2023-05-07"),
        ("I was born on 29 February.", "29 February", "2020-02-29", "2020-02-29"),
    ],
)
def test_a_time_is_told_from_the_day_of_the_text(text: str, span: str, first: str, last: str) -> None:
    found = times(text)
    assert [(begin, end) for _, begin, end in found] == [(first, last)]
    assert found[0][0] in span or span in found[0][0]


@pytest.mark.parametrize(
    "text",
    [
        "I moved a few years ago.",
        "I saw him the other day.",
        "I run every Monday.",
        "He finished it in two days.",
        "The march was long, and he may come.",
        "I like Mondays.",
    ],
)
def test_what_is_unclear_stays_unresolved(text: str) -> None:
    assert times(text) == []


def test_without_a_date_of_its_own_a_text_has_only_full_dates() -> None:
    assert times("I went yesterday, on Friday, in May, and on 5 March 1931.", "") == [
        ("5 March 1931", "1931-03-05", "1931-03-05")
    ]


def test_days_at_the_ends_of_the_calendar_give_no_interval() -> None:
    assert times("I left 900 years ago and come 12 decades from now.", "0003-01-01")[0][1] == "0123-01-01"
    assert times("I was there yesterday.", "0001-01-01") == []


def test_an_event_holds_from_its_day_and_a_plan_from_when_it_was_told() -> None:
    assert read("I ran a race last Saturday.").valid_from == "2023-05-06"
    assert read("I will run a race next Saturday.").valid_from == MONDAY
    assert read("I have lived in Orsk since 2016.").valid_from == "2016-01-01"
    until = read("The shop in Orsk is closed until 20 May 2023.")
    assert (until.valid_from, until.valid_to) == (MONDAY, "2023-05-20")


WORDS = (
    "yesterday last next this Friday Monday May June 5 March 2016 two years ago weeks days in since until by before "
    "the week weekend month year will on a couple of from now Christmas Eve summer 29 February . , before last"
).split()


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), st.dates())
@settings(max_examples=150, deadline=None)
def test_intervals_are_days_in_order_and_never_overlap(text: str, said: date) -> None:
    candidate = read(text or "x", said.isoformat())
    for one in candidate.times:
        assert 0 <= one.start < one.end <= len(candidate.text)
        if one.first and one.last and one.first[0] != "-":
            assert date.fromisoformat(one.first) <= date.fromisoformat(one.last)
    for left, right in zip(candidate.times, candidate.times[1:], strict=False):
        assert left.end <= right.start
    if candidate.valid_from and candidate.valid_to:
        assert candidate.valid_from <= candidate.valid_to


@given(st.text(max_size=60), st.dates())
@settings(max_examples=50, deadline=None)
def test_any_text_at_all_is_read(text: str, said: date) -> None:
    assert find_intervals(text, [], said) == find_intervals(text, [], said)
