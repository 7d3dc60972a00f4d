"""Quantities in English prose: values, units, bounds, ranges, counted nouns, and what is no quantity."""

from __future__ import annotations

import math

import pytest

from simone.kernels.reference.validation.mentions import Quantity
from simone.kernels.reference.validation.quantities import find_durations, find_quantities

INF = math.inf


def only(text: str) -> Quantity:
    found = find_quantities(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200 soldiers", 1200),
        ("1 200 soldiers", 1200),
        ("1.2 or so", 1.2),
        ("12,34,567 voters", 1234567),
        ("12, 000 voters", 12000),
        ("12, 000, 000 voters", 12e6),
        ("-5 points", -5),
        ("minus five points", -5),
        ("6.02e23 atoms", 6.02e23),
        ("6 × 10^23 atoms", 6e23),
        ("forty-two ships", 42),
        ("two and a half million people", 2.5e6),
        ("3 million and a half", 3.5e6),
        ("a dozen eggs", 12),
        ("half of the members", 0.5),
        ("a third of voters", 1 / 3),
        ("two thirds voted", 2 / 3),
        ("one eighth", 0.125),
        ("3/4 of them", 0.75),
        ("2 1/2 of them", 2.5),
        ("2½ of them", 2.5),
        ("half a million", 5e5),
        ("three hundred and forty-five thousand two hundred and six", 345206),
        ("one hundred and three quarters", 100.75),
        ("two point five percent", 2.5),
        ("40k users", 4e4),
        ("3.2m people", 3.2e6),
        ("2bn people", 2e9),
    ],
)
def test_numbers_are_read_in_every_spelling(text: str, value: float) -> None:
    found = only(text)
    assert found.low == found.high == pytest.approx(value)


def test_a_part_of_a_stated_amount_is_no_amount_of_its_own() -> None:
    assert [(q.low, q.unit) for q in find_quantities("two thirds of €150 million")] == [(2 / 3, ""), (150e6, "EUR")]
    assert [(q.low, q.unit) for q in find_quantities("within half an hour 30 people")] == [(1800.0, "s"), (30.0, "")]


def test_digits_behind_a_comma_and_a_blank_are_a_list_unless_they_are_zeros() -> None:
    assert [quantity.low for quantity in find_quantities("of 12, 345 voters")] == [12, 345]


@pytest.mark.parametrize(
    ("text", "value", "unit", "kind"),
    [
        ("12 %", 12, "%", "percent"),
        ("12 per cent", 12, "%", "percent"),
        ("3 percentage points", 3, "pp", "percent"),
        ("$3.2m", 3.2e6, "USD", "money"),
        ("€40", 40, "EUR", "money"),
        ("US$40", 40, "USD", "money"),
        ("A$40", 40, "AUD", "money"),
        ("USD 12", 12, "USD", "money"),
        ("40 dollars", 40, "USD", "money"),
        ("13 dollars and 45 cents", 13.45, "USD", "money"),
        ("5 km", 5000, "m", "unit"),
        ("48m long", 48, "m", "unit"),
        ("7.62mm barrel", 0.00762, "m", "unit"),
        ("5 ft 10 in", 1.778, "m", "unit"),
        ("20 °C", 293.15, "K", "unit"),
        ("98.6 degrees Fahrenheit", 310.15, "K", "unit"),
        ("60 km/h", 60 / 3.6, "m/s", "unit"),
        ("30 miles per hour", 13.4112, "m/s", "unit"),
        ("3 square kilometres", 3e6, "m²", "unit"),
        ("16 GB", 16e9, "B", "unit"),
        ("2 hours and 30 minutes", 9000, "s", "unit"),
        ("half an hour", 1800, "s", "unit"),
        ("2 years and 3 months", 27, "month", "unit"),
        ("a 40-year-old man", 40, "year", "unit"),
        ("the 21st street", 21, "", "ordinal"),
        ("the twenty-first street", 21, "", "ordinal"),
    ],
)
def test_units_and_money_become_canonical(text: str, value: float, unit: str, kind: str) -> None:
    found = only(text)
    assert (found.unit, found.kind) == (unit, kind)
    assert found.low == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "low", "high", "strict"),
    [
        ("at least 40 deputies", 40, INF, False),
        ("more than 40 deputies", 40, INF, True),
        ("40 or more", 40, INF, False),
        ("40+ people", 40, INF, False),
        ("up to 9", -INF, 9, False),
        ("fewer than 6 men", -INF, 6, True),
        ("no more than 6 men", -INF, 6, False),
        ("less than or equal to 100", -INF, 100, False),
        ("10–12 people", 10, 12, False),
        ("10-12 people", 10, 12, False),
        ("between 5 and 7 people", 5, 7, False),
        ("from 3 to 5 million", 3e6, 5e6, False),
        ("$5 to $7 million", 5e6, 7e6, False),
        ("more than 20 and less than 35", 20, 35, True),
        ("5 to 7 km", 5000, 7000, False),
    ],
)
def test_bounds_and_ranges_have_two_ends(text: str, low: float, high: float, strict: bool) -> None:
    found = only(text)
    assert (found.low, found.high, found.strict) == (low, high, strict)


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("40 deputies voted against it", "deputy"),
        ("40 old silver talents", "talent"),
        ("two women", "woman"),
        ("half of the members", "member"),
        ("12 % of the deputies", "deputy"),
        ("a 12-member council", "member"),
        ("40 sheep", "sheep"),
        ("the total was 40.", ""),
        ("40 were lost", ""),
    ],
)
def test_the_counted_noun_is_found_in_the_singular(text: str, noun: str) -> None:
    assert only(text).noun == noun


@pytest.mark.parametrize(
    "text", ["about 40 men", "roughly 40 men", "~40 men", "nearly 40 men", "40 or so", "approx. 40"]
)
def test_approximations_are_marked(text: str) -> None:
    assert only(text).approximate


@pytest.mark.parametrize(
    "text",
    [
        "Python 3.11.2",
        "EIP-1559",
        "PEP 8",
        "192.168.1.2",
        "at 12:30",
        "in section 3.2",
        "in chapter 5",
        "They used Windows 10.",
        "an F-16 and COVID-19",
        "ISBN 978-3-16-148410-0",
        "call 555-1234",
        "in 1931",
        "on 5 March 1931",
        "2019-12-31",
        "one of the men",
        "no one came",
        "this one",
        "https://example.org/12/34",
        "see [12]",
        "1. First things",
        "a1b2c3",
        "the 1930s",
        "",
    ],
)
def test_numbers_that_only_name_something_are_no_quantities(text: str) -> None:
    found = [quantity for quantity in find_quantities(text) if quantity.kind != "ordinal"]
    assert found == []


def test_a_year_shaped_count_is_a_quantity() -> None:
    found = only("1931 soldiers marched")
    assert (found.low, found.noun) == (1931, "soldier")


def test_a_change_is_two_quantities_and_not_a_range() -> None:
    assert [found.low for found in find_quantities("Prices rose from 10 to 15 in a week.")] == [10, 15]


def test_the_last_stated_digit_tells_the_precision() -> None:
    assert only("3.2 million people").step == pytest.approx(1e5)
    assert only("1,200 people").step == 1


def test_spans_cover_number_unit_and_bound() -> None:
    text = "They walked at least 40 km that day."
    found = only(text)
    assert text[found.start : found.end] == "at least 40 km"


def test_durations_keep_months_and_years_apart_from_seconds() -> None:
    found = find_durations("2 weeks, 3 months, 5 km and 4 years")
    assert [(one.low, one.unit) for one in found] == [(1209600, "s"), (3, "month"), (4, "year")]
