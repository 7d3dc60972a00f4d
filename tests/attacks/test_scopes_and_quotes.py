"""Sentences whose words stand in the claim too, under a denial, a condition, a quotation or in another's place.

Not for the large suites of claims: see test_clauses_suite.py and its neighbours.
"""

from __future__ import annotations

import pytest

from simone import judge

NOT = {"refuted", "unverifiable"}
YES = {"supported"}
OPEN = {"unverifiable"}
ANY = {"supported", "refuted", "unverifiable"}

EXISTENCE = [
    ("There is no link between the vaccine and autism.", "There is a link between the vaccine and autism.", NOT),
    ("There was no evidence of fraud.", "There was evidence of fraud.", NOT),
    ("There were no survivors.", "There were survivors.", NOT),
    (
        "There was no significant difference in the rate of stroke.",
        "There was a significant difference in the rate of stroke.",
        NOT,
    ),
    ("There was no increase in crime in 2020.", "There was an increase in crime in 2020.", NOT),
    ("There was never a delay.", "There was a delay.", NOT),
    ("There were not any injuries.", "There were injuries.", NOT),
    ("There are hardly any risks.", "There are risks.", NOT),
    ("There is not enough money.", "There is enough money.", NOT),
    ("There is not enough money.", "There is money.", NOT),
    ("There is little difference between the groups.", "There is a difference between the groups.", NOT),
    ("There is a link between the drug and cancer.", "There is no link between the drug and cancer.", NOT),
    ("There isn't a bridge in Halden.", "There is a bridge in Halden.", NOT),
    ("The study found no link between the drug and cancer.", "There is a link between the drug and cancer.", NOT),
    ("There is a link between smoking and cancer.", "There is a link between smoking and cancer in smokers.", NOT),
    ("There is a link between smoking and lung cancer.", "There is a link between smoking and cancer.", ANY),
    ("There is a bridge in Halden.", "There is a bridge in Halden", YES),
    ("There were several survivors in the boat.", "There were survivors in the boat.", YES),
    ("There is no link between the vaccine and autism.", "There is no link between the vaccine and autism", YES),
    ("In 2020, there was no increase in crime.", "In 2020, there was no increase in crime", YES),
    ("There was a little snow on the road.", "There was snow on the road.", YES),
    ("There is a school in the village.", "A school is in the village.", ANY),
    ("There was not only rain but also hail.", "There was rain.", ANY),
]
QUOTATIONS = [
    ('"The plant is safe," said the mayor.', "The plant is safe.", NOT),
    ("“The plant is safe,” said the mayor.", "The plant is safe.", NOT),
    ('Mayor Kim said: "The plant is safe."', "The plant is safe.", NOT),
    ("Mayor Kim said: The plant is safe.", "The plant is safe.", NOT),
    ('The mayor: "The plant is safe."', "The plant is safe.", NOT),
    ('Ivo Lang: "I never took money from the firm."', "Ivo Lang never took money from the firm.", OPEN),
    ('Ivo Lang: "I never took money from the firm."', "Ivo Lang took money from the firm.", OPEN),
    ("Ivo Lang: I never took money from the firm.", "Ivo Lang never took money from the firm.", OPEN),
    ('The headline "The plant is safe" was wrong.', "The plant is safe.", NOT),
    ("False: The plant is safe.", "The plant is safe.", NOT),
    ("Claim: The plant is safe. Verdict: false.", "The plant is safe.", NOT),
    ("Claim: The plant is safe.\nVerdict: false.", "The plant is safe.", NOT),
    ("Claim:\nThe plant is safe.\nVerdict: false.", "The plant is safe.", NOT),
    ("The plant is safe. That is false.", "The plant is safe.", NOT),
    ("~~The plant is safe.~~", "The plant is safe.", NOT),
    ("The plant is safe ... or so they say.", "The plant is safe.", NOT),
    ("The plant is safe, or so the mayor says.", "The plant is safe.", NOT),
    ("The plant is safe, which is false.", "The plant is safe.", NOT),
    ('"We checked it. The plant is safe. Nobody was hurt," the mayor said.', "The plant is safe.", NOT),
    ("“We checked it. The plant is safe. Nobody was hurt,” the mayor said.", "The plant is safe.", NOT),
    ("Myth: Vaccines cause autism.", "Vaccines cause autism.", NOT),
    ("'The plant is safe,' said the mayor.", "The plant is safe.", NOT),
    ("A poster read: “Wages rose in May.”", "Wages rose in May.", NOT),
    ("The mayor said that the plant is safe.", "The mayor said that the plant is safe", YES),
    ("According to the council, the wall held.", "According to the council, the wall held.", YES),
    ("According to the council, the wall held.", "The wall held.", NOT),
    ('"The plant is safe," said the mayor.', '"The plant is safe," said the mayor.', YES),
    ('He said it twice. "The plant is safe." Then he left.', '"The plant is safe."', YES),
    ("The ferry “Morning Star of the North” sank in 1902.", "The ferry “Morning Star of the North” sank.", YES),
    ("The ship “Morning Star” sank in 1902.", "The ship “Morning Star” sank in 1902", YES),
    ("The ship “Morning Star” sank in 1902.", "The ship sank in 1902.", YES),
    ("The mayor, who was called “the iron lady”, resigned in May.", "The mayor resigned in May.", YES),
    ("Results: The wall held.", "The wall held.", YES),
    ('The mayor said: "We need help." The wall held.', "The wall held.", YES),
    ("The plant is safe. The claim that it leaks is false.", "The plant is safe.", YES),
]
BEHIND = [
    ("Smoking is allowed nowhere in the building.", "Smoking is allowed in the building.", NOT),
    ("Smoking is allowed nowhere in the building.", "Smoking is allowed.", NOT),
    ("Refunds are given under no circumstances.", "Refunds are given.", NOT),
    ("Refunds are given in no case.", "Refunds are given.", NOT),
    ("The gate was open at no time.", "The gate was open.", NOT),
    ("The archive is open to nobody.", "The archive is open.", NOT),
    ("The plant is less safe than before.", "The plant is safe.", NOT),
    ("The plant is safer than coal.", "The plant is safe.", NOT),
    ("The plant is more stable than before.", "The plant is stable.", NOT),
    ("The plant is least safe in winter.", "The plant is safe in winter.", NOT),
    ("The plant is as safe as a bomb.", "The plant is safe.", NOT),
    ("The plant is far from safe.", "The plant is safe.", NOT),
    ("The plant is nowhere near safe.", "The plant is safe.", NOT),
    ("Sales rose less than inflation.", "Sales rose more than inflation.", NOT),
    ("The plant is safe only in summer.", "The plant is safe.", NOT),
    ("The plant is safe only in summer.", "The plant is safe in summer.", YES),
    ("The plant is safe as long as the pumps run.", "The plant is safe.", NOT),
    ("The plant is safe when the pumps run.", "The plant is safe.", NOT),
    ("The drug is effective only in mice.", "The drug is effective.", NOT),
    ("The vaccine is safe for adults but not for children.", "The vaccine is safe.", NOT),
    ("The vaccine is safe for adults but not for children.", "The vaccine is safe for children.", NOT),
    ("The vaccine is safe for adults but not for children.", "The vaccine is safe for adults.", YES),
    ("The data is encrypted in transit but not at rest.", "The data is encrypted.", NOT),
    ("The ferry runs daily except on Sundays.", "The ferry runs daily.", NOT),
    ("The bridge exploded in the film.", "The bridge exploded.", NOT),
    ("The patient died in the simulation.", "The patient died.", NOT),
    ("The merger is final subject to approval.", "The merger is final.", NOT),
    ("Camping is allowed with a permit.", "Camping is allowed.", NOT),
    ("He starred in the film.", "He starred in the film", YES),
    ("The wall was built with no help.", "The wall was built.", YES),
    ("The wall fell in no time.", "The wall fell.", YES),
    ("Entry is possible at no extra cost.", "Entry is possible.", ANY),
    ("The wall held when the storm came.", "The wall held.", YES),
    ("She died in the hospital in 1990.", "She died in 1990.", YES),
    ("Only Kim passed the test.", "Kim passed the test.", YES),
    ("The town has only one school.", "The town has one school.", YES),
    ("The bridge is famous for its arches.", "The bridge is famous.", YES),
    ("The town is in the north, where it rains.", "The town is in the north.", YES),
    ("The only bridge in town burned in 1902.", "The bridge burned in 1902.", YES),
    ("The wall held at least ten hours.", "The wall held.", YES),
]
BESIDE = [
    ("The prize went to Kim, not to Lee.", "The prize went to Lee.", NOT),
    ("The prize went to Kim, not to Lee.", "The prize went to Lee, not to Kim.", NOT),
    ("The prize went to Kim, not Lee.", "The prize went to Lee, not Kim.", NOT),
    ("Fish is allowed, meat is not.", "Meat is allowed, fish is not.", NOT),
    ("Fish is allowed, meat is not.", "Meat is allowed.", NOT),
    ("Kim rather than Lee won the prize.", "Lee won the prize.", NOT),
    ("Kim rather than Lee won the prize.", "Lee rather than Kim won the prize.", NOT),
    ("Unlike Lund, Kim lives in Oslo.", "Lund lives in Oslo.", NOT),
    ("The prize went not to Lee but to Kim.", "The prize went to Lee.", NOT),
    ("The prize went to Kim, not to Lee.", "The prize went to Kim.", YES),
    ("The prize went to Kim, not to Lee.", "The prize went to Kim, not to Lee", YES),
    ("The deputy, not the mayor, came.", "The deputy came.", YES),
]
NARROWER = [
    ("Diesel cars are banned.", "Cars are banned.", NOT),
    ("Children over 12 can take the drug.", "Children can take the drug.", NOT),
    ("Guide dogs are allowed.", "Dogs are allowed.", NOT),
    ("Raw eggs are dangerous.", "Eggs are dangerous.", NOT),
    ("Shipping is free for orders over 50 euros.", "Shipping is free.", NOT),
    ("Kim is the likely winner.", "Kim is the winner.", NOT),
    ("The bill passed the first reading.", "The bill passed.", NOT),
    ("Equatorial Guinea joined.", "Guinea joined.", NOT),
    ("New York burned.", "York burned.", NOT),
    ("Most young voters stayed home.", "Most voters stayed home.", NOT),
    ("Cars made before 1990 are banned.", "Cars are banned.", NOT),
    ("Patients who smoke should not take the drug.", "Patients should not take the drug.", NOT),
    ("Members with a card may vote.", "Members may vote.", NOT),
    ("Raw milk is banned in Norland.", "Milk is banned in Norland.", NOT),
    ("Foreign students pay a fee.", "Students pay a fee.", NOT),
    ("The failed coup ended in May.", "The coup ended in May.", ANY),
    ("The red car stopped.", "The car stopped.", YES),
    ("The old bridge over the river is closed.", "The bridge is closed.", YES),
    ("Two wooden ships sank in the storm.", "Two ships sank in the storm.", YES),
    ("Otto Lund left in May.", "Lund left in May.", YES),
    ("Diesel cars are banned.", "Diesel cars are banned", YES),
    ("Cars are banned in Oslo.", "Cars are banned in Oslo", YES),
    ("A young nurse won the prize.", "A nurse won the prize.", YES),
    ("Young children died in the fire.", "Children died in the fire.", YES),
    ("The mayor opened the old bridge.", "The mayor opened the bridge.", YES),
]
PARTICLES = [
    ("The flag is off by default.", "The flag is on by default.", NOT),
    ("The flag is on by default.", "The flag is off by default.", NOT),
    ("The pump was turned off at noon.", "The pump was turned on at noon.", NOT),
    ("The user logged out at noon.", "The user logged in at noon.", NOT),
    ("The tenants moved out in May.", "The tenants moved in in May.", NOT),
    ("The index was down by two points.", "The index was up by two points.", NOT),
    ("The letter was sent back.", "The letter was sent.", NOT),
    ("The strike was called off.", "The strike was called.", NOT),
    ("The strike was called.", "The strike was called off.", NOT),
    ("Lund resigned himself to defeat.", "Lund resigned.", NOT),
    ("Lund shot himself.", "Lund shot.", NOT),
    ("The alarm was switched off by Kim.", "The alarm was switched on by Kim.", NOT),
    ("Kim turned the alarm off.", "Kim turned the alarm on.", NOT),
    ("The pump was turned off at noon.", "The pump was turned off at noon", YES),
    ("The tower fell down in 1902.", "The tower fell in 1902.", YES),
    ("Kim lived on the island.", "Kim lived on the island", YES),
    ("Lund grew up in Oslo.", "Lund grew up in Oslo", YES),
    ("Kim went back to Oslo in May.", "Kim went to Oslo in May.", YES),
    ("Lund was born in Oslo in 1902.", "Lund was born in Oslo.", YES),
]
SWAPPED = [
    (
        "Bleeding was more common with veloxin than with placebo.",
        "Bleeding was more common with placebo than with veloxin.",
        NOT,
    ),
    ("Exports to China exceeded exports to Japan.", "Exports to Japan exceeded exports to China.", NOT),
    ("Rainfall was higher in May than in June.", "Rainfall was higher in June than in May.", NOT),
    ("Wages rose because crime fell.", "Crime fell because wages rose.", NOT),
    ("Wages rose after crime fell.", "Crime fell after wages rose.", NOT),
    ("Gold is heavier than tin.", "Tin is heavier than gold.", NOT),
    ("Sales in Oslo outpaced sales in Bergen.", "Sales in Bergen outpaced sales in Oslo.", NOT),
    (
        "Bleeding was more common with veloxin than with placebo.",
        "Bleeding was more common with veloxin than with placebo",
        YES,
    ),
    ("After crime fell, wages rose.", "Wages rose after crime fell.", ANY),
    ("Lund met Kim in Oslo.", "Kim met Lund in Oslo.", YES),
    ("The wall held after the storm.", "The wall held after the storm", YES),
]
ANTECEDENTS = [
    ("Stratus was sued in 2020. It won in 2022.", "Nimbus sued Stratus in 2020. It won in 2022.", NOT),
    ("Stratus was sued in 2020. It won in 2022.", "Stratus was sued in 2020. It won in 2022.", YES),
    ("Lund was a botanist. He died in 1902.", "Lund was a botanist. He died in 1902.", YES),
    ("Kim left Oslo in 1990. She returned in 2001.", "Lund left Oslo in 1990. She returned in 2001.", NOT),
]
ROWS = [*EXISTENCE, *QUOTATIONS, *BEHIND, *BESIDE, *NARROWER, *PARTICLES, *SWAPPED, *ANTECEDENTS]


@pytest.mark.parametrize(("evidence", "claim", "allowed"), ROWS)
def test_a_claim_says_no_more_than_its_evidence(evidence: str, claim: str, allowed: set[str]) -> None:
    (verdict,) = judge([claim], evidence)
    assert verdict.status in allowed, verdict.reason


def test_there_are_rows_in_both_directions() -> None:
    assert sum(allowed == YES for _, _, allowed in ROWS) >= 50
    assert sum("supported" not in allowed for _, _, allowed in ROWS) >= 100
    assert len({row[:2] for row in ROWS}) == len(ROWS)
