"""Sums that a text does itself: what is wrong is found, what rounding or doubt explains is left alone."""

from __future__ import annotations

import pytest

from simone.truth.arithmetic import check_arithmetic

TABLE = "| part | count |\n|---|---:|\n| north | 3 |\n| south | 4 |\n| Total | {} |\n"


@pytest.mark.parametrize(
    ("text", "computed"),
    [
        ("12 + 30 = 45", 42),
        ("The bill: $12 + $30 = $45.", 42),
        ("2 + 3 * 4 = 20", 14),
        ("5 - 3 = 3", 2),
        ("40 % of 200 is 90.", 80),
        ("Sales rose from 10 to 15, an increase of 30 %.", 50),
        ("Sales fell from 20 to 15, a drop of 40 percent.", 25),
        ("Sales rose from 10 to 15, an increase of 6.", 5),
        ("It has 3 apples and 4 pears, 8 in all.", 7),
        ("It has three apples, two figs and four pears, eight in total.", 9),
        (TABLE.format(8), 7),
        ("- apples: 3\n- pears: 4\n- Total: 8\n", 7),
    ],
)
def test_a_sum_that_does_not_come_out_is_found(text: str, computed: float) -> None:
    found = check_arithmetic(text)
    assert [one.computed for one in found] == [pytest.approx(computed)]
    assert 0 <= found[0].start < found[0].end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "12 + 30 = 42",
        "10 / 3 = 3.33 and 7 / 2 = 3",
        "x = 12 + 30 = 45",
        "1/2 + 1/4 = 3/4",
        "1 + 1 = 2 + 0",
        "a2 + 3 = 4",
        "0.1 + 0.2 = 0.3",
        "40 % of 200 is 80.",
        "33 % of 1,000 is 333.",
        "40 % of 200 is 90 million",
        "Sales rose from 10 to 15, an increase of 50 %.",
        "Rates rose from 10 % to 15 %, an increase of 5 percentage points.",
        "Sales rose from 10 to 15, a decrease of 3 elsewhere.",
        "It has three apples and four pears, seven in all.",
        "Besides plums, another 3 apples and 4 pears, 9 in all.",
        "It has 3 of the apples and about 4 pears, 9 in all.",
        TABLE.format(7),
        TABLE.format("3.5"),
        "| share | % |\n|---|---|\n| a | 33.3 % |\n| b | 33.3 % |\n| c | 33.3 % |\n| Total | 100 % |\n",
        "",
    ],
)
def test_what_rounding_or_doubt_explains_raises_no_alarm(text: str) -> None:
    assert check_arithmetic(text) == ()
