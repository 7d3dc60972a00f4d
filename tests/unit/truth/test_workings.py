"""Numbers that follow from those of the evidence are worked out for the entailment model; clashes are told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.kernels import kernels
from simone.truth.workings import Reckoned, reckon, with_workings


def reckoned(claim: str, evidence: str) -> Reckoned:
    return reckon(claim, evidence, [end for _, end in kernels.split_sentences_batch([evidence])[0].tolist()])


def said(claim: str, evidence: str) -> list[str]:
    return [working.said for working in reckoned(claim, evidence).workings]


@pytest.mark.parametrize(
    ("claim", "evidence", "working"),
    [
        (
            "The turbines have a combined capacity of 432 megawatts.",
            "The farm has 54 turbines of 8 megawatts each.",
            "54 times 8 megawatts is 432 megawatts",
        ),
        (
            "Sales grew by $6.4 million.",
            "It reported sales of $84.6 million, up from $78.2 million a year before.",
            "$84.6 million less $78.2 million is $6.4 million",
        ),
        (
            "The Gaun Pass lies at 1,540 metres.",
            "The Sarn Pass is 1,840 metres high. The Gaun Pass is 300 metres lower.",
            "1,840 metres less 300 metres is 1,540 metres",
        ),
        (
            "The firm had 105 shops.",
            "The firm closed nine of its 112 shops and opened two.",
            "112 less nine and two more make 105 shops",
        ),
        (
            "In all, 57 members voted.",
            "The council passed it by 31 votes to 22, with four abstentions.",
            "31, 22 and four make 57 members",
        ),
        (
            "They ordered 2.8 times as much.",
            "They got €150 million of the €420 million.",
            "€420 million is 2.8 times €150 million",
        ),
        ("Hives fell by a third.", "Hives fell from 9,600 to 6,400.", "from 9,600 to 6,400 it is a third less"),
        ("Hives grew by 50 percent.", "Hives grew from 6,400 to 9,600.", "from 6,400 to 9,600 it is 50 percent more"),
        (
            "It needs four fifths of the memory.",
            "It needs 20 percent less memory.",
            "20 percent less leaves four fifths",
        ),
        (
            "It will spend €100 million.",
            "It will spend two thirds of €150 million.",
            "two thirds of €150 million is €100 million",
        ),
        (
            "The court took three years off.",
            "The court cut it from nine years to six.",
            "nine years less six is three years",
        ),
        ("It lasted 28 minutes.", "It began at 09:12 and ended at 09:40.", "from 09:12 to 09:40 it is 28 minutes"),
        ("She led it until 2009.", "She led it for 31 years from 1978.", "31 years after 1978 is 2009"),
        (
            "He died on 7 May 2011.",
            "He wrote it on 4 May 2011, three days before he died.",
            "three days after 4 May 2011 is 7 May 2011",
        ),
        (
            "He came on 1 May 2011.",
            "He came three days before 4 May 2011.",
            "three days before 4 May 2011 is 1 May 2011",
        ),
        (
            "He sold it in 2017.",
            "It was won in 2011 and lost in 2013. He sold it four years later.",
            "four years after 2013 is 2017",
        ),
        (
            "It took five months.",
            "It ran from March 2019 to August 2019.",
            "from March 2019 to August 2019 it is five months",
        ),
        ("The pier is 0.64 kilometres long.", "The pier is 640 metres long.", "640 metres is 0.64 kilometres"),
        ("It took 49 days.", "It took seven weeks.", "seven weeks is 49 days"),
        ("It has more than 50,000 inhabitants.", "It has 52,300 inhabitants.", "52,300 is more than 50,000"),
        ("More than half of them came.", "Of them 62 percent came.", "62 percent is more than half"),
    ],
)
def test_what_follows_from_the_numbers_is_worked_out(claim: str, evidence: str, working: str) -> None:
    assert said(claim, evidence) == [working]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Sales grew by $8.4 million.", "It reported sales of $84.6 million, up from $78.2 million a year before."),
        ("The firm had 101 shops.", "The firm closed nine of its 112 shops and opened two."),
        ("Hives fell by a half.", "Hives fell from 9,600 to 6,400."),
        ("In all, 53 members voted.", "The council passed it by 31 votes to 22, with four abstentions."),
        ("He died on 1 May 2011.", "He wrote it on 4 May 2011, three days before he died."),
        ("He sold it in 2015.", "It was won in 2011 and lost in 2013. He sold it four years later."),
        ("It has 12 rooms.", "It has 5 doors and 7 windows."),
        ("The pier is 640 metres long.", "The pier is 640 metres long."),
        ("The wall held.", "The wall held during the storm."),
        ("", ""),
    ],
)
def test_nothing_is_worked_out_that_is_wrong_not_asked_for_or_stated_already(claim: str, evidence: str) -> None:
    assert reckoned(claim, evidence) == Reckoned()


@pytest.mark.parametrize(
    ("claim", "evidence", "clash"),
    [
        ("The pier is 640 feet long.", "The pier is 640 metres long.", "640 metres is not 640 feet"),
        ("It cost 4.2 million euros.", "It cost 4.2 million dollars.", "4.2 million dollars is not 4.2 million euros"),
        ("It lent 80 books.", "It lent 80,000 books.", "80,000 is not 80 books"),
        ("It helped 62 patients.", "It helped 62 percent of the patients.", "62 percent is not 62 patients"),
        ("Fewer than half of them came.", "Of them 62 percent came.", "62 percent is not fewer than half"),
        ("Most of the sales were online.", "Online, 35 percent was sold.", "35 percent is not most"),
        ("It has more than 60,000 inhabitants.", "It has 52,300 inhabitants.", "52,300 is not more than 60,000"),
    ],
)
def test_a_value_with_another_unit_or_magnitude_clashes(claim: str, evidence: str, clash: str) -> None:
    assert reckoned(claim, evidence) == Reckoned((), clash)


def test_a_working_is_read_behind_its_sentence_and_an_equal_value_in_its_place() -> None:
    evidence = "It has 54 turbines of 8 megawatts each. The pier is 640 metres long."
    made = reckoned("They have 432 megawatts together.", evidence)
    assert with_workings(evidence, made.workings) == (
        "It has 54 turbines of 8 megawatts each. 54 times 8 megawatts is 432 megawatts. The pier is 640 metres long."
    )
    assert [one.is_made for one in made.workings] == [True]
    equal = reckoned("The pier is 0.64 kilometres long.", evidence)
    assert with_workings(evidence, equal.workings).endswith("The pier is 0.64 kilometres long.")
    assert [one.is_made for one in equal.workings] == [False]


PIECES = st.sampled_from(
    "12 3.5 4,200 ½ a third 40 % percent million metres feet km years weeks in 1990 on 4 May 2011 09:12 later before "
    "after more than less total each from to and of the $ € -7 0 31 February 2020 99999 between . ,".split(" ")
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=14), st.lists(PIECES, max_size=30))
def test_any_numbers_give_workings_inside_the_evidence(claim: list[str], evidence: list[str]) -> None:
    text = " ".join(evidence)
    found = reckoned(" ".join(claim), text)
    before = 0
    for working in found.workings:
        assert before <= working.start <= working.end <= len(text)
        before = working.end
    assert len(with_workings(text, found.workings)) >= len(text) - sum(w.end - w.start for w in found.workings)
