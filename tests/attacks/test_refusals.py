"""What another value or an opposite excludes, and what may be so beside it: other places, times, groups and occasions.

Not for claims that come out supported: see test_scopes_and_quotes.py and its neighbours.
"""

from __future__ import annotations

import pytest

from simone import judge

DROPPED_LIMITS = [
    ("The museum has 12 rooms in the west wing.", "The museum has 40 rooms."),
    ("In 2019 the club had 80 members.", "The club has 90 members."),
    ("Visitors with a card pay 4 euros.", "Visitors pay 7 euros."),
    ("The pump delivers 30 litres per minute at full power.", "The pump delivers 10 litres per minute."),
    ("The library closes at 6 in winter.", "The library closes at 8."),
    ("Among nurses, the share was 12 percent.", "The share was 20 percent."),
    ("During the strike, 40 trains ran.", "60 trains ran."),
    ("Ida scored three goals in the first half.", "Ida scored five goals."),
    ("Turnover fell in Sweden.", "Turnover rose."),
    ("Turnover fell in the third quarter.", "Turnover rose."),
    ("The guards did not open the gate at night.", "The guards opened the gate."),
    ("The guards did not fully open the gate.", "The guards opened the gate."),
    ("Otto did not sing at the wedding.", "Otto sang."),
    ("Ida does not drink coffee in the evening.", "Ida drinks coffee."),
    ("No ship under ten metres sank.", "A ship sank."),
    ("The long tunnel is closed.", "The tunnel is not closed."),
    ("The tower is 45 metres high at its tallest point.", "The tower is 60 metres high."),
    ("The firm spent 20 million dollars a year.", "The firm spent 20 million dollars."),
]
BOTH_CAN_BE = [
    ("The firm sold the mine.", "The firm bought the mine."),
    ("Ida borrowed the boat.", "Ida lent the boat."),
    ("The company was founded in 1950.", "The company was dissolved in 1950."),
    ("The army attacked the fort.", "The army defended the fort."),
    ("The king built the tower.", "The king destroyed the tower."),
    ("The lever opens the valve.", "The lever closes the valve."),
    ("The ship arrived in March.", "The ship left in March."),
    ("Bo hired Ida.", "Bo fired Ida."),
    ("The women painted the boat.", "The men painted the boat."),
    ("The mill stored copper.", "The mill stored silver."),
    ("Ida drives a fast car.", "Ida drives a slow car."),
    ("The green line goes to Hamn.", "The red line goes to Hamn."),
    ("The northern road is closed.", "The southern road is closed."),
    ("Bo lost a case.", "Bo won a case."),
    ("Some trains were late.", "Some trains were not late."),
    ("Several members left.", "Several members did not leave."),
    ("A dog barked.", "A dog did not bark."),
    ("Half of the lamps work.", "Half of the lamps do not work."),
    ("All but three pupils passed.", "Three pupils did not pass."),
    ("Few pupils passed the exam.", "Pupils passed the exam."),
    ("Otto did not win every race.", "Otto won a race."),
    ("Wash your hands before touching the dough.", "Do not touch the dough."),
    ("Is the sauna heated?", "The sauna is not heated."),
    ("The fair was on 5/6/2021.", "The fair was on 5 June 2021."),
    ("The map costs £7.", "The map costs 7 pounds."),
    ("The mill opened around 1870.", "The mill opened in 1872."),
    ("Berg edited a diary by Lund.", "Lund edited a diary by Berg."),
]
EXCLUDED = [
    ("The bridge was opened in 1990.", "The bridge was opened in 1991."),
    ("Prices rose in May.", "Prices fell in May."),
    ("The plant employs 500 people.", "The plant employs 600 people."),
    ("The plant employs 500 people in Oslo.", "The plant employs 600 people in Oslo."),
    ("In 2019 the club had 80 members.", "In 2019 the club had 90 members."),
    ("The dose is 5 mg for adults.", "The dose is 10 mg for adults."),
    ("The river is 45 km long and flows into a lake.", "The river is 54 km long."),
    ("The council rejected the plan.", "The council approved the plan."),
    ("The council did not approve the plan.", "The council approved the plan."),
    ("Kolvik won the match 3-1 on Sunday.", "Kolvik lost the match on Sunday."),
    ("The lamp is red.", "The lamp is green."),
    ("The soup is hot.", "The soup is cold."),
    ("Exports increased last year.", "Exports decreased last year."),
    ("The new mayor supports the tunnel.", "The new mayor opposes the tunnel."),
    ("Entry is free for children.", "Entry is not free for children."),
    ("No ship sank.", "A ship sank."),
    ("The committee includes two doctors.", "The committee includes three doctors."),
    ("The lake is north of the town.", "The lake is south of the town."),
    ("The treaty was signed by Ida in Rome in 1957.", "The treaty was signed in 1958."),
    ("Ida was born in Oslo on 3 May 1950.", "Ida was born on 4 May 1950."),
    ("Wages rose 3 percent.", "Wages did not rise."),
    ("Because of snow, the flights were not cancelled.", "The flights were cancelled."),
    ("The mayor, a former nurse, is 54 years old.", "The mayor is 45 years old."),
    ("Smoking is allowed on the terrace.", "Smoking is banned on the terrace."),
    ("The hotel accepts dogs.", "The hotel does not accept dogs."),
    ("The test is mandatory.", "The test is optional."),
    ("The patient was alive.", "The patient was dead."),
    ("The system is enabled by default.", "The system is disabled by default."),
    ("The drug is effective against malaria.", "The drug is ineffective against malaria."),
    ("Most voters supported the law.", "Most voters opposed the law."),
    ("Every pupil passed.", "Every pupil failed."),
    ("The film is longer than the book.", "The film is shorter than the book."),
    ("Mayor Ida Lund refused to sign.", "Ida Lund signed."),
    ("The town paid 12 tons of gold.", "The town paid 12 tons of silver."),
    ("Ida refused a gift from the guild of Halm.", "Ida accepted a gift."),
    ("Otto did not sell the farm and bought a ship.", "Otto sold the farm."),
]


@pytest.mark.parametrize(("evidence", "claim"), DROPPED_LIMITS)
def test_a_claim_without_the_limit_is_not_refuted(evidence: str, claim: str) -> None:
    assert judge([claim], evidence)[0].status == "unverifiable"


@pytest.mark.parametrize(("evidence", "claim"), BOTH_CAN_BE)
def test_what_may_be_so_as_well_is_not_refuted(evidence: str, claim: str) -> None:
    assert judge([claim], evidence)[0].status == "unverifiable"


@pytest.mark.parametrize(("evidence", "claim"), EXCLUDED)
def test_what_cannot_be_so_as_well_is_refuted(evidence: str, claim: str) -> None:
    assert judge([claim], evidence)[0].status == "refuted"
