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
            "from $78.2 million to $84.6 million it is $6.4 million more",
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
            "from nine years to six it is three years less",
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
        ("Two teams of nine players meet.", "It is played by two teams of eleven players."),
        ("The pier is 640 metres long.", "The pier is 640 metres long."),
        ("The wall held.", "The wall held during the storm."),
        ("", ""),
    ],
)
def test_nothing_is_worked_out_that_is_wrong_not_asked_for_or_stated_already(claim: str, evidence: str) -> None:
    assert reckoned(claim, evidence) == Reckoned()


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("More than 60,000 live there.", "More than 60,000 live there, up from 52,300 who live there."),
        ("The bridge is over 2 km long.", "The bridge is over 2 km long and 30 m wide."),
        ("She won more than half of the vote.", "She beat him, who got 40 percent of the vote."),
        ("The war lasted more than two years.", "The war lasted more than two years. He died one year later."),
        ("At least 57 percent voted.", "57 percent voted."),
        ("50 percent of the members voted.", "Half of the 50 members voted."),
        ("A quarter of the members left.", "25 percent of the members left."),
        ("The index closed at 1,340.", "The index fell by 2 percent, to 1,340."),
        ("The house cost £200,000.", "The house cost 200,000 pounds."),
        ("He was jailed for 12 months.", "He was jailed for one year after a trial of 12 days."),
        ("The change was -5 percent.", "The change was -5 percent, or 5 million dollars."),
        ("It was 20 degrees.", "It was 20 °C."),
        ("He has 3 children.", "He has two sons and a daughter, children all, and owns 30 percent."),
        ("It was built 100 years ago.", "It was built a century ago for 10 million dollars."),
        ("The show lasts 60 minutes.", "The show lasts an hour and draws 60 percent of viewers."),
        ("The road is 30 km long in total.", "The road runs 10 km north and 20 km east, 3 km from the sea."),
        ("He died at 80.", "Born in 1900, he died in 1980, having scored 800."),
        ("She was 5 years old.", "At 5 she was there; 5 percent stayed."),
        ("The pier is 20 km long.", f"It lists {', '.join(f'{n} m' for n in range(1, 17))}. The pier is 20 km long."),
    ],
)
def test_what_may_be_the_same_or_about_something_else_does_not_clash(claim: str, evidence: str) -> None:
    assert reckoned(claim, evidence).clash == ""


@pytest.mark.parametrize(
    ("claim", "evidence", "said_so"),
    [
        ("The pier is 1 km long.", "The pier is 600 metres long.", []),
        ("Sales rose by $1 million.", "Sales rose from $84.6 million to $86.2 million.", []),
        ("The loss was $84.6 million.", "The loss was 84.4 million dollars.", []),
        ("The mean is 21 °C.", "The mean is 20 degrees Celsius.", []),
        ("The road is about 100 km long.", "The road is 96 kilometres long.", ["96 kilometres is about 100 km"]),
        ("He led for one year.", "He led from December 2019 to January 2020.", []),
        ("He lived for 50 years.", "He was born on 10 December 1950 and died on 2 March 2000.", []),
        ("It took one month.", "It ran from 31 March 2019 to 1 April 2019.", []),
        ("It lasted 22 hours.", "It ran from 23:00 to 01:00.", []),
        ("It lasted two hours.", "It ran from 23:00 to 01:00.", ["from 23:00 to 01:00 it is two hours"]),
        ("It took 28 minutes.", "It ended at 09:40, having begun at 09:12.", ["from 09:12 to 09:40 it is 28 minutes"]),
        ("It took 6 years.", "He fought from 1914 to 1918 and died in 1920.", []),
        (
            "He came in April 2011.",
            "They met in January 2011. He came three months later.",
            ["three months after January 2011 is April 2011"],
        ),
        ("He left in 1988.", "He was born in 1950. Two years before 1990 he left.", ["Two years before 1990 is 1988"]),
        ("He left in 1948.", "He was born in 1950. Two years before 1990 he left.", []),
        ("He died in 2009.", "He was 20 years old in 1989.", []),
        ("He came on 7 May 2017.", "It was won in 2013. He came four years later.", []),
        ("The loan runs for 30 years.", "The 30-year loan carries 3 percent.", []),
        ("It weighs 9 kg.", "It cost 20 pounds.", []),
        ("1e999 people came.", "1e999 people came and 5 people.", []),
        ("In total 5 people came.", "1e308 people, 1e308 people and 1e308 people came.", []),
        ("He came in 1995.", "It took 1e999 years from 1990.", []),
    ],
)
def test_only_what_is_true_is_said(claim: str, evidence: str, said_so: list[str]) -> None:
    assert said(claim, evidence) == said_so


@pytest.mark.parametrize(
    ("claim", "evidence", "read"),
    [
        (
            "It rose by 13 percentage points.",
            "Online orders made up 35 percent of sales, compared with 22 percent in May.",
            "That is 13 percentage points more.",
        ),
        ("Hives fell by 3,200.", "Hives fell from 9,600 to 6,400.", "That is 3,200 less."),
        ("The class is 40 fewer.", "The class fell from 100 to 60.", "That is 40 less."),
        ("Debt rose by €130 million.", "Debt rose to €610 million from €480 million.", "That is €130 million more."),
        (
            "The pass is 300 metres lower.",
            "One is 1,840 metres high, the other 1,540 metres.",
            "1,840 metres less 1,540 metres is 300 metres.",
        ),
        # a pair of values that is no change, or not the only one
        (
            "Sales fell by $10 million.",
            "Sales rose $5 million from $15 million.",
            "$15 million less $5 million is $10 million.",
        ),
        ("Prices fell by $30.", "Tickets cost from $50 to $20.", "$50 less $20 is $30."),
        ("It lost 500 soldiers.", "Napoleon had 1,500 soldiers against 2,000.", "2,000 less 1,500 is 500 soldiers."),
        (
            "In Tarn the rate rose by 8 percentage points.",
            "The rate rose from 20% to 28% and in Tarn from 30% to 50%.",
            "From 20% to 28% it is 8 percentage points more.",
        ),
        ("The rate fell by 3 percentage points.", "Prices rose 5% in May, compared with 8% in April.", ""),
        ("The price rose by 25%.", "The price fell from $25 to $20.", ""),
    ],
)
def test_a_change_is_read_in_plain_words_where_it_is_one(claim: str, evidence: str, read: str) -> None:
    assert "".join(working.text for working in reckoned(claim, evidence).workings).strip() == read


def test_two_workings_may_stand_behind_one_sentence() -> None:
    evidence = "Sales were $84.6 million, up from $78.2 million, and costs $10.3 million, down from $11.5 million."
    found = reckoned("Sales grew by $6.4 million and costs fell by $1.2 million.", evidence).workings
    assert [one.said for one in found] == [
        "from $78.2 million to $84.6 million it is $6.4 million more",
        "from $11.5 million to $10.3 million it is $1.2 million less",
    ]
    told = (f" {one.said[:1].upper()}{one.said[1:]}." for one in found)
    assert with_workings(evidence, found) == "".join([evidence, *told])


@pytest.mark.parametrize(
    ("claim", "evidence", "clash"),
    [
        ("The pier is 640 feet long.", "The pier is 640 metres long.", "640 metres is not 640 feet"),
        ("It cost 4.2 million euros.", "It cost 4.2 million dollars.", "4.2 million dollars is not 4.2 million euros"),
        ("It lent 80 books.", "It lent 80,000 books.", "80,000 is not 80 books"),
        ("It helped 62 patients.", "It helped 62 percent of the patients.", "62 percent is not 62 patients"),
        ("Fewer than half of them came.", "Of them 62 percent came.", "62 percent is not fewer than half"),
        ("Most of the sales were online.", "Online sales made up 35 percent.", "35 percent is not most"),
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
