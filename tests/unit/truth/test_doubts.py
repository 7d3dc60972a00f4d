"""What stands over a clause from outside it, and what keeps a comparison word by word from deciding."""

from __future__ import annotations

import pytest

from simone import judge

OPEN = "unverifiable"


@pytest.mark.parametrize(
    ("claim", "source", "status"),
    [
        ("Critics raised the price.", "Critics claim the firm cut jobs and raised the price.", OPEN),
        ("The firm raised the price.", "Critics claim the firm cut jobs and raised the price.", OPEN),
        ("The firm cut jobs.", "The minister said the firm cut jobs.", OPEN),
        ("The minister said that the firm cut jobs.", "The minister said the firm cut jobs.", "supported"),
        ("The firm cut jobs.", "The mayor warned the firm cut jobs.", OPEN),
        ("The firm cut jobs.", "The firm cut jobs, prosecutors allege.", OPEN),
        ("The firm cut jobs.", "The firm sold its mill and cut jobs.", "supported"),
        ("Otto robbed the bank.", "Otto may have driven to Lund and robbed the bank.", OPEN),
        ("Otto robbed the bank.", "Otto did not drive to Lund and rob the bank.", OPEN),
        ("Otto left the team.", "Otto did not win the race and left the team.", "supported"),
        ("Otto opened the bridge.", "Reportedly, Otto opened the bridge.", OPEN),
        ("The mayor did not order a car.", "The mayor ordered a car.", "refuted"),
        ("The mayor proposed a tax.", "The mayor may have proposed a tax.", OPEN),
        ("The firm paid a fine.", "The council ordered the firm to pay a fine.", OPEN),
        ("Visitors can enter the tower.", "Visitors can't enter the tower.", "refuted"),
        ("Visitors cannot enter the tower.", "Visitors can't enter the tower.", "supported"),
        ("The museum will open on Monday.", "The museum won't open on Monday.", "refuted"),
        ("The bridge is not open.", "The bridge is no longer open.", "supported"),
        (
            "The minister said that the bridge was closed.",
            "The minister said that it was false that the bridge was closed.",
            "refuted",
        ),
        ("The mayor opened the fair.", "The deputy, not the mayor, opened the fair.", OPEN),
        ("The deputy opened the fair.", "The deputy, not the mayor, opened the fair.", "supported"),
        ("The fair was held in Paris.", "The fair was held in Lund, not in Paris.", OPEN),
        ("The deputy opened the fair.", "The deputy but not the mayor opened the fair.", "supported"),
    ],
)
def test_what_stands_over_a_clause_from_outside_counts(claim: str, source: str, status: str) -> None:
    assert judge([claim], source)[0].status == status


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (
            "Mortality was 20 percent with the drug.",
            "Mortality was 12 percent with the drug and 20 percent with placebo.",
        ),
        ("The firm sold its ship in 1990.", "The firm sold its mill in 1990 and its ship in 1995."),
        ("The lake is 10 km long.", "The lake is 40 km long, 10 km wide and 90 m deep."),
        ("The north grew by 2 percent.", "The north grew by 5 percent and the south by 2 percent."),
        (
            "The drug lowers the risk of bleeding.",
            "The drug lowers the risk of stroke but raises the risk of bleeding.",
        ),
        ("The firm makes cars in Poland.", "The firm makes cars in Spain and trucks in Poland."),
        ("Copper is cheaper than tin.", "Copper is cheaper than gold but heavier than tin."),
        ("All of the bridges were destroyed.", "All but one of the bridges were destroyed."),
        ("Anna wrote a letter.", "Everyone but Anna wrote a letter."),
        ("The museum is open on Mondays.", "The museum is open daily except on Mondays."),
        ("The shop sells cake.", "The shop sells bread but no cake."),
        ("Cats are allowed.", "Dogs are allowed, cats are not."),
        ("The party won seats in the south.", "The party won seats in the north, though not in the south."),
        ("The office is open from 5 to 9.", "The office is open from 9 to 5."),
        ("Revenue was 20 million euros.", "Revenue was 20 million euros lower than in 2019."),
        ("The fleet has 4 ships.", "The fleet has 12 ships, 4 of which are tankers."),
        ("The museum opened in 1950.", "The museum opened around 1950."),
        ("Halden was founded in 1890.", "The University of Halden was founded in 1890."),
        ("Ford funded the clinic.", "The Ford Foundation funded the clinic."),
        ("The oil fell in May.", "The oil price fell in May."),
        ("Poland's invasion of Germany began in 1939.", "Germany's invasion of Poland began in 1939."),
        ("Keller founded the museum.", "The lawyer who represented Keller founded the museum."),
        ("The president visited Kenya.", "The vice-president visited Kenya."),
        ("Anna wrote the letter.", "Anna, Ben or Carl wrote the letter."),
        ("The team has not lost a final.", "The team has not lost a final since 1990."),
        ("The factory never produced engines.", "The factory no longer produces engines."),
        ("The king murders his brother.", "In the novel, the king murders his brother."),
        ("The painting is a forgery.", "The painting, critics argue, is a forgery."),
        ("Lund wrote the play.", "Lund wrote the play? Nobody knows."),
        ("Karl sold the mill.", "It is possible Karl sold the mill."),
        ("Bulls hate red.", "Myth: bulls hate red."),
        ("In the fall, Nora kills the banker.", "In the film, Nora kills the banker in the fall."),
    ],
)
def test_what_may_be_meant_otherwise_does_not_support(claim: str, source: str) -> None:
    assert judge([claim], source)[0].status == OPEN


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The motion passed.", "The motion barely passed."),
        ("Lund visited Riga.", "Lund rarely visited Riga."),
        ("Lund died.", "Lund did not die in Paris."),
        ("The drug causes headaches.", "The drug does not cause severe headaches every day."),
        (
            "The bridge was closed because of repairs.",
            "The bridge was closed not because of rain but because of repairs.",
        ),
        ("The diet contains plenty of salt.", "The diet contains no sugar but plenty of salt."),
        ("The factory produced engines.", "The factory no longer produces engines."),
    ],
)
def test_a_denial_of_less_does_not_refute(claim: str, source: str) -> None:
    assert judge([claim], source)[0].status != "refuted"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The team won the cup in 1994.", "The team won the cup in 1990, 1994 and 1998."),
        ("The south grew by 2 percent.", "The north grew by 5 percent and the south grew by 2 percent."),
        ("The tower is 120 metres tall and 30 metres wide.", "The old tower is 120 metres tall and 30 metres wide."),
        ("Keller lived in Lund and Malmo.", "Keller lived in Lund and in Malmo."),
        ("The firm chose Lund rather than Malmo.", "In May, the firm chose Lund rather than Malmo."),
        ("The bridge has no toll.", "The bridge, built in 1990, has no toll."),
        ("The dam built by the firm failed.", "The dam built by the firm in 1960 failed."),
        ("A toy gun was found.", "A toy gun was found in the car."),
        ("Keller won the Nobel prize.", "In 1990, Keller won the Nobel Prize."),
        ("The bridge was built around 1990.", "The bridge was built about 1990."),
        ("Anna's brother won.", "The brother of Anna won the race in Otto's car."),
        ("The firm cut jobs.", "The firm claimed the prize and cut jobs."),
        ("Anna invited Otto.", "Should anyone ask, Anna invited Otto, who would not come."),
        ("The University of Halden was founded in 1890.", "The University of Halden was founded in 1890 by monks."),
        ("The oil price fell in May.", "The oil price fell in May and June."),
        ("The museum opened around 1950.", "The museum opened around 1950 in Riga."),
        ("The lighthouse on the cape was built in 1851.", "The lighthouse was built in 1851 on the cape."),
        ("Anna or Ben wrote the letter.", "Anna or Ben wrote the letter to Carl."),
    ],
)
def test_what_is_said_of_it_alone_still_supports(claim: str, source: str) -> None:
    assert judge([claim], source)[0].status == "supported"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The bridge is open.", "The bridge is no longer open."),
        ("The ships were longer than the quay.", "The ships were not longer than the quay."),
        ("The diet contains sugar.", "The diet contains no sugar but plenty of salt."),
        ("The drug reduced pain.", "The drug did not reduce pain but shortened stays."),
    ],
)
def test_a_denial_of_what_is_claimed_refutes(claim: str, source: str) -> None:
    assert judge([claim], source)[0].status == "refuted"


@pytest.mark.parametrize(
    ("claim", "source", "status"),
    [
        ("The fortress is 3,800 km from Orlow.", "The fortress is 3, 800 km from Orlow.", "unverifiable"),
        ("The fortress is 3,900 km from Orlow.", "The fortress is 3, 800 km from Orlow.", "refuted"),
        ("The pier is 1.5 km long.", "The pier is 1. 5 km long.", "unverifiable"),
        ("The fortress is 1234 km from Orlow.", "The fortress is 1, 234 km from Orlow.", "unverifiable"),
        (
            "The mine employs 3,800 men in 5 towns.",
            "The mine employs 3,800 men in 7 towns, in rooms 3, 800 and 9.",
            "refuted",
        ),
    ],
)
def test_a_number_with_a_gap_does_not_refute_itself(claim: str, source: str, status: str) -> None:
    assert judge([claim], source)[0].status == status
