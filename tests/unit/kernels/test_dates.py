"""Dates and clock times in English prose."""

from __future__ import annotations

import pytest

from simone.kernels.reference.validation.dates import find_dates, find_times


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("1931-03-05", "1931-03-05", "1931-03-05", "day"),
        ("5 March 1931", "1931-03-05", "1931-03-05", "day"),
        ("March 5, 1931", "1931-03-05", "1931-03-05", "day"),
        ("the fifth of March, 1931", "1931-03-05", "1931-03-05", "day"),
        ("March the 5th", "????-03-05", "????-03-05", "day"),
        ("May twenty-first", "????-05-21", "????-05-21", "day"),
        ("March 1931", "1931-03-01", "1931-03-31", "month"),
        ("1931 March", "1931-03-01", "1931-03-31", "month"),
        ("February 2020", "2020-02-01", "2020-02-29", "month"),
        ("11/2016", "2016-11-01", "2016-11-30", "month"),
        ("in 1931", "1931-01-01", "1931-12-31", "year"),
        ("early 1931", "1931-01-01", "1931-12-31", "year"),
        ("the 1930s", "1930-01-01", "1939-12-31", "decade"),
        ("the 19th century", "1800-01-01", "1899-12-31", "century"),
        ("the twenty-first century", "2000-01-01", "2099-12-31", "century"),
        ("spring 1931", "1931-03-01", "1931-05-31", "month"),
        ("winter 1931", "1931-12-01", "1932-02-29", "month"),
        ("05/03/1931", "1931-05-03", "1931-05-03", "day"),
        ("25/03/1931", "1931-03-25", "1931-03-25", "day"),
        ("05.03.1931", "1931-03-05", "1931-03-05", "day"),
        ("1931–1934", "1931-01-01", "1934-12-31", "year"),
        ("1931–34", "1931-01-01", "1934-12-31", "year"),
        ("from 1931 to 1934", "1931-01-01", "1934-12-31", "year"),
        ("between March and May 1931", "1931-03-01", "1931-05-31", "month"),
        ("5–7 March 1931", "1931-03-05", "1931-03-07", "day"),
        ("from 5 March to 7 April 1931", "1931-03-05", "1931-04-07", "day"),
        ("from May 2015 to 2018", "2015-05-01", "2018-12-31", "year"),
        ("1931-03-05 to 1931-04-02", "1931-03-05", "1931-04-02", "day"),
        ("44 BC", "-0043-01-01", "-0043-12-31", "year"),
        ("Thursday, 5 March 1931", "1931-03-05", "1931-03-05", "day"),
    ],
)
def test_calendar_times_become_intervals_of_days(text: str, first: str, last: str, precision: str) -> None:
    found = find_dates(text)
    assert [(one.first, one.last, one.precision, one.valid) for one in found] == [(first, last, precision, True)]


@pytest.mark.parametrize("text", ["31 February 2020", "2019-13-40", "February 29, 2023", "Friday, 5 March 1931"])
def test_an_impossible_date_is_reported_as_invalid(text: str) -> None:
    found = find_dates(text)
    assert [one.valid for one in found] == [False]


@pytest.mark.parametrize(
    "text",
    [
        "on Monday",
        "1931 soldiers marched",
        "May I go?",
        "You may march 5 times.",
        "Version 2.0.2019",
        "1,931 men",
        "2026 km",
        "more than 1931",
        "room 2026",
        "ISO 2026",
        "yesterday and last year",
    ],
)
def test_what_is_no_calendar_time_is_left_alone(text: str) -> None:
    assert find_dates(text) == ()


def test_relative_words_need_to_know_what_day_it_is() -> None:
    text = "yesterday, 3 days ago, last year"
    assert [one.first for one in find_dates(text, today="2024-03-01")] == ["2024-02-29", "2024-02-27", "2023-01-01"]


def test_a_day_that_is_no_iso_day_is_refused() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        find_dates("today", today="1 March")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("at 12:30", ["12:30"]),
        ("5 pm", ["17:00"]),
        ("5:30 p.m.", ["17:30"]),
        ("12 am", ["00:00"]),
        ("17:00:30", ["17:00:30"]),
        ("7 o'clock", ["07:00"]),
        ("half past 8", ["08:30"]),
        ("a quarter to 8", ["07:45"]),
        ("8 in the evening", ["20:00"]),
        ("at noon", ["12:00"]),
        ("a ratio of 1:2, chapter 3 and 25:70", []),
    ],
)
def test_clock_times_are_read_on_the_24_hour_clock(text: str, values: list[str]) -> None:
    assert [one.value for one in find_times(text)] == values
