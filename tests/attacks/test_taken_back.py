"""Sentences that stand in the evidence and that what stands around them takes back: headings, lead-ins, stories, boxes.

Not for what a sentence says of itself: see test_scopes_and_quotes.py.
"""

from __future__ import annotations

import pytest

from simone import judge
from simone.records import Passage

NOT = {"refuted", "unverifiable"}
YES = {"supported"}
OPEN = {"unverifiable"}
NOT_REFUTED = {"supported", "unverifiable"}

HEADINGS = [
    ("# Five myths about bees\n\nBees sleep in winter.", "Bees sleep in winter.", OPEN),
    ("## Common misconceptions\n\n- Owls are blind by day.\n- Bats are birds.", "Bats are birds.", OPEN),
    ("Dental myths\n============\n\nGum cleans the teeth.", "Gum cleans the teeth.", OPEN),
    ("## Withdrawn claims\n\nThe tower leans by two metres.", "The tower leans by two metres.", OPEN),
    ("<h2>Rejected ideas</h2>\n\nThe tram turns at the market.", "The tram turns at the market.", OPEN),
    ("**Planned features**\n\nThe editor opens large files.", "The editor opens large files.", OPEN),
    ("### Expected result\n\nThe form keeps the address.", "The form keeps the address.", OPEN),
    ("Proposal B (rejected)\n\nThe pool opens at six.", "The pool opens at six.", OPEN),
    ("Old rules (until 2018)\n\nGuests pay 40 euros.", "Guests pay 40 euros.", OPEN),
    ("Fees (until 2015)\n\nMembers pay 12 euros.", "Members pay 12 euros.", OPEN),
    ("DRAFT\n\n# Statutes\n\nThe board has nine members.", "The board has nine members.", OPEN),
    ("[Draft for discussion]\n\nThe board has nine members.", "The board has nine members.", OPEN),
    ("Proposed budget\n\nThe school receives 5 million euros.", "The school receives 5 million euros.", OPEN),
    ("# The plot against the king\n\nThe guards arrested Kim.", "The guards arrested Kim.", YES),
    ("# Opinion polls\n\nThe party won 40 percent.", "The party won 40 percent.", YES),
    ("## Hypotheses\n\nNoise harms sleep.", "Noise harms sleep.", OPEN),
    ("## To do\n\nThe index stores the dates.", "The index stores the dates.", OPEN),
    ("## Roadmap\n\nThe index stores the dates.", "The index stores the dates.", OPEN),
    ("## What not to do\n\nPour oil into the sink.", "Pour oil into the sink.", OPEN),
    ("# Rumours\n\n## Sport\n\nThe club sells its keeper.", "The club sells its keeper.", OPEN),
    ("# Myths\n\n## Fact\n\nBees sleep in winter.", "Bees sleep in winter.", YES),
    ("# Myths\n\nBats are birds.\n\n# Winter\n\nBees sleep in winter.", "Bees sleep in winter.", YES),
    ("### Expected result\n\nIt works.\n\n### Actual result\n\nThe form loses the address.",
     "The form loses the address.", YES),
    ("# Mythology of the Greeks\n\nThe temple stands in Delphi.", "The temple stands in Delphi.", YES),
    ("# History\n\nThe mill burned in 1902.", "The mill burned in 1902.", YES),
    ("# Old Town\n\nThe mill stands by the river.", "The mill stands by the river.", YES),
    ("## Former members\n\nKim Lund plays the drums.", "Kim Lund plays the drums.", YES),
    ("## Example\n\nThe function returns a list.", "The function returns a list.", YES),
    ("## Examples of use\n\nThe flag `--all` prints every row.", "The flag `--all` prints every row.", YES),
    ("## New features\n\nThe editor opens large files.", "The editor opens large files.", YES),
    ("## Expected value\n\nThe mean is the centre of mass.", "The mean is the centre of mass.", YES),
    ("# Draft horses\n\nThe breed comes from Belgium.", "The breed comes from Belgium.", YES),
    ("Results\n\nThe wall held.", "The wall held.", YES),
    ("# False teeth\n\nThe teeth are made of resin.", "The teeth are made of resin.", YES),
    ("Old rules (until 2018)\n\nThe council wrote the rules in 1950.", "The council wrote the rules in 1950.", YES),
]  # fmt: skip
LEADS = [
    ("None of the following is true:\n- The tower leans.\n- The bell is cracked.", "The bell is cracked.", OPEN),
    ("The following claims are mistaken:\n\n1. The tower leans.", "The tower leans.", OPEN),
    ("You must not do this:\n- Mix acid with bleach.", "Mix acid with bleach.", OPEN),
    ("If you are a student:\n- The ticket costs 5 euros.", "The ticket costs 5 euros.", OPEN),
    ("Our neighbours said:\n- The tower leans.", "The tower leans.", OPEN),
    ("The proposal reads as follows:\n\nThe tram turns at the market.", "The tram turns at the market.", OPEN),
    ("Imagine this:\n\nThe tram turns at the market.", "The tram turns at the market.", OPEN),
    ("Expected: the form keeps the address.\nActual: the form is empty.", "The form keeps the address.", OPEN),
    ("Hypothesis: Noise harms sleep.", "Noise harms sleep.", OPEN),
    ("Todo: The index stores the dates.", "The index stores the dates.", OPEN),
    ("Example: Kim Lund rents two rooms from Berg.", "Kim Lund rents two rooms from Berg.", OPEN),
    ("The accused's statement: It was late. The lamp was off.", "The lamp was off.", OPEN),
    ("Motion 4: The club sells the hut. (Rejected 9-3.)", "The club sells the hut.", OPEN),
    ("Scenario: The dyke breaks.", "The dyke breaks.", OPEN),
    ("Expected: the form keeps the address.\nActual: the form is empty.", "The form is empty.", YES),
    ("The town has two sights:\n- The tower leans.\n- The bell is cracked.", "The bell is cracked.", YES),
    ("The following holds:\n\nThe tower leans.", "The tower leans.", YES),
    ("None of these is true:\n- Pigs fly.\n\nThe tower leans.", "The tower leans.", YES),
    ("Features include but are not limited to:\n- The editor opens large files.", "The editor opens large files.", YES),
    ("Note: The tower leans.", "The tower leans.", YES),
    ("Example: The call `f(x)` returns a list.", "The call `f(x)` returns a list.", YES),
    ("Address: 5 Mill Road. The tower leans.", "The tower leans.", YES),
]
PARAGRAPHS = [
    ("Suppose this. The bank closes in May. Kim sells the hut.", "Kim sells the hut.", OPEN),
    ("Let us imagine a city. The trams are free.", "The trams are free.", OPEN),
    ("What if the sea rose? The harbour is empty.", "The harbour is empty.", OPEN),
    ("In Berg's first novel, a nurse moves to Oslo. The nurse marries a thief.", "The nurse marries a thief.", OPEN),
    ("Once upon a time there was a king. The king was rich.", "The king was rich.", OPEN),
    ("She dreamed about the school. The doors were locked. The teacher was a wolf.", "The teacher was a wolf.", OPEN),
    ("If she wins, Berg will act. She will sell the hut.", "She will sell the hut.", OPEN),
    ("Kim's theory is wrong. The moon is hollow.", "The moon is hollow.", OPEN),
    ("The driver told another story. The road was dry.", "The road was dry.", OPEN),
    ("April Fool! The tower moves to Bergen.", "The tower moves to Bergen.", OPEN),
    ("The tower moves to Bergen. The bell stays. This is satire.", "The tower moves to Bergen.", OPEN),
    ("Suppose this. The bank closes in May.\n\nThe tower leans.", "The tower leans.", YES),
    ("Suppose the bank closes. In reality, it grows. The tower leans.", "The tower leans.", YES),
    ("In the film, Kim plays a nurse. The film was shot in Oslo.", "The film was shot in Oslo.", YES),
    ("In the novel, a nurse moves to Oslo. Berg wrote it in 1990.", "Berg wrote it in 1990.", YES),
    ("She dreamed of a career. She moved to Oslo in 1990.", "She moved to Oslo in 1990.", YES),
    ("Kim's theory was wrong. Berg proved it in 1990.", "Berg proved it in 1990.", YES),
    ("If it rains, the hall will open. The hall has two doors.", "The hall has two doors.", YES),
    ("He told a story. The hut burned down.", "The hut burned down.", OPEN),
]
VERDICTS = [
    ("The tower leans. The architect has since retracted that claim.", "The tower leans.", OPEN),
    ("The tower leans. Berg disputes this.", "The tower leans.", OPEN),
    ("The tower leans. The report was later withdrawn.", "The tower leans.", OPEN),
    ("The tower leans. Or does it?", "The tower leans.", OPEN),
    ("The tower leans. Far from it.", "The tower leans.", OPEN),
    ("A. Noise harms sleep.\nB. Light harms sleep.\n\nNone of the claims was confirmed.", "Light harms sleep.", OPEN),
    ("The king had three sons. None of this is true.", "The king had three sons.", OPEN),
    ("The tower leans. That has been disproved.", "The tower leans.", OPEN),
    ("The tower leans. Berg no longer holds this view.", "The tower leans.", OPEN),
    ("The club sells the hut. The motion failed.", "The club sells the hut.", OPEN),
    ("Otter is a novel by Berg. It is fiction.", "Otter is a novel by Berg.", YES),
    ("The firm was sued. It denied the claims.", "The firm was sued.", YES),
    ("Noise harms sleep. Both hypotheses were refuted.", "Noise harms sleep.", OPEN),
    ("The bid has two parts. Berg buys the hut. Kim keeps the boat. The bank turned down the bid.",
     "Kim keeps the boat.", OPEN),
    ("The club sells the hut. Result: not adopted.", "The club sells the hut.", OPEN),
    ("People thought that the sun moves. The earth rests. No one believes this any more.", "The earth rests.", OPEN),
    ("Berg founded the firm in 1950. It bid for the hut. The bank rejected the bid.",
     "Berg founded the firm in 1950.", YES),
    ("The tower leans. The bell is cracked. Berg disputes this.", "The tower leans.", YES),
    ("The hut burned in 1990. The council rejected the plan.", "The hut burned in 1990.", YES),
    ("The tower leans. Kim denied the charges in 1990.", "The tower leans.", YES),
    ("The tower leans. Or so it was when Berg, who lived there, came. It is old.", "It is old.", YES),
    ("The tower leans. All plans are kept in the archive.", "The tower leans.", YES),
]  # fmt: skip
FIELDS = [
    ("Dogs allowed: no", "Dogs are allowed.", NOT),
    ("Dogs allowed: no", "Dogs are not allowed.", NOT_REFUTED),
    ("**Towels included:** No", "Towels are included.", NOT),
    ("Deposit required: none", "A deposit is required.", NOT),
    ("Dogs allowed: no\nTowels included: yes", "Dogs are allowed.", NOT),
    ("Lift installed: ✗", "A lift is installed.", NOT),
    ("- [ ] The roof is tight.", "The roof is tight.", OPEN),
    ("☐ The roof is tight.\n☑ The door is painted.", "The roof is tight.", OPEN),
    ("❌ The roof is tight.", "The roof is tight.", OPEN),
    ("Dogs allowed: yes", "Dogs are allowed.", YES),
    ("Dogs allowed: no\nTowels included: yes", "Towels are included.", YES),
    ("- [x] The roof is tight.", "The roof is tight.", YES),
    ("☐ The roof is tight.\n☑ The door is painted.", "The door is painted.", YES),
    ("✓ The roof is tight.", "The roof is tight.", YES),
]
QUESTIONS = [
    ("**Is the museum open?**\n\nNo, it is not.", "The museum is open.", NOT),
    ("__Is the museum open?__\n\nNot today.", "The museum is open.", NOT),
    ("Is the museum open\n\nNo.", "The museum is open.", NOT),
    ("Do you deliver to Malta?\n\nWe do not deliver to Malta.", "We do not deliver to Malta.", NOT_REFUTED),
    ("Can guests smoke?", "Guests cannot smoke.", OPEN),
    ("How can I close my account?", "Do not close my account.", OPEN),
    ("How to open the hatch", "Do not open the hatch.", OPEN),
    ("Things to check before you use Polin", "Do not use Polin.", OPEN),
    ("Call us if the pump does not start.", "The pump starts.", OPEN),
    ("Press the button to stop the pump.", "The button does not stop the pump.", OPEN),
    ("The museum is open.", "The museum is not open.", {"refuted"}),
    ("The pump does not start.", "The pump starts.", {"refuted"}),
    ("Is it far? The museum is open.", "The museum is open.", YES),
    ("The museum answers the question of how bees sleep.", "The museum answers the question.", YES),
]
VIEWS = [
    ("In Berg's opinion, the tower leans.", "The tower leans.", OPEN),
    ("In the eyes of critics, the tower leans.", "The tower leans.", OPEN),
    ("By her own account, Kim left early.", "Kim left early.", OPEN),
    ("To many locals, the tower is a landmark.", "The tower is a landmark.", OPEN),
    ("Per the prosecution, the lamp was off.", "The lamp was off.", OPEN),
    ("The lamp was off, per the prosecution.", "The lamp was off.", OPEN),
    ("At first sight, the tower leans.", "The tower leans.", OPEN),
    ("As the legend goes, the tower leans.", "The tower leans.", OPEN),
    ("The tower leans, as the old story goes.", "The tower leans.", OPEN),
    ("The tower leans — at least according to Berg.", "The tower leans.", OPEN),
    ("In Berg's opinion, the tower leans.", "In Berg's opinion, the tower leans.", YES),
    ("The ticket costs 5 euros, per person.", "The ticket costs 5 euros.", {"supported", "unverifiable"}),
    ("In full view of the crowd, the tower fell.", "The tower fell.", {"supported", "unverifiable"}),
    ("The tower leans, as Berg wrote it.", "The tower leans, as Berg wrote it.", YES),
]
DEGREES = [
    ("The road is 80 percent paved.", "The road is paved.", OPEN),
    ("The road is half paved.", "The road is paved.", OPEN),
    ("The school is yet to open.", "The school is open.", OPEN),
    ("The road is being paved.", "The road is paved.", OPEN),
    ("The soup is hot enough for children.", "The soup is hot.", OPEN),
    ("The road is paved.", "The road is paved", YES),
    ("The road is being paved.", "The road is being paved", YES),
    ("The road is newly paved with stone.", "The road is paved.", {"supported", "unverifiable"}),
]
ROWS = [*HEADINGS, *LEADS, *PARAGRAPHS, *VERDICTS, *FIELDS, *QUESTIONS, *VIEWS, *DEGREES]


@pytest.mark.parametrize(("evidence", "claim", "allowed"), ROWS)
def test_what_is_taken_back_decides_nothing(evidence: str, claim: str, allowed: set[str]) -> None:
    (verdict,) = judge([claim], evidence)
    assert verdict.status in allowed, verdict.reason


@pytest.mark.parametrize(
    ("section", "allowed"), [("Bees > Myths", OPEN), ("Myths > Fact", YES), ("Bees > Winter", YES), ("", YES)]
)
def test_the_titles_of_a_passage_frame_it(section: str, allowed: set[str]) -> None:
    text = "Bees sleep in winter."
    passage = Passage("bees.md", "a1", 1, 0, len(text), text, (0, len(text)), section=section)
    (verdict,) = judge(["Bees sleep in winter."], [passage])
    assert verdict.status in allowed, verdict.reason


def test_a_claim_that_says_the_frame_itself_is_supported() -> None:
    text = "Myth: Bees sleep in winter."
    (verdict,) = judge([text], text)
    assert verdict.status == "supported", verdict.reason


@pytest.mark.parametrize(
    ("evidence", "claim", "said"),
    [
        ("☐ The roof is wet.\n☑ The door is painted.", "The roof is dry.", "\n☑"),
        ("We may meet Dr. Berg in May.", "We meet Dr. Berg in May.", "Dr”"),
    ],
)
def test_a_reason_is_not_cut_within_a_sentence(evidence: str, claim: str, said: str) -> None:
    (verdict,) = judge([claim], evidence)
    assert said not in verdict.reason


def test_code_is_not_cut() -> None:
    (verdict,) = judge(["`a. B` is new."], "Today `a. B` is new. It works.")
    assert verdict.evidence[0].quote == "Today `a. B` is new."


def test_there_are_rows_in_both_directions() -> None:
    assert sum(allowed == YES for _, _, allowed in ROWS) >= 40
    assert sum("supported" not in allowed for _, _, allowed in ROWS) >= 80
    assert len({row[:2] for row in ROWS}) == len(ROWS)
