"""What says which of a kind is meant, who held an office, what was only agreed, and what takes a claim back.

Not for the large suites of claims: see test_clauses_suite.py and its neighbours.
"""

from __future__ import annotations

import pytest

from simone import judge

KINDS_LOST = (
    ("Complaints about noise doubled to 300.", "Complaints doubled to 300."),
    ("Visitors from Asia spent 200 euros a day.", "Visitors spent 200 euros a day."),
    ("Life expectancy for men in Kolm rose to 74 years.", "Life expectancy rose to 74 years."),
    ("Investment in rail fell by a third.", "Investment fell by a third."),
    ("The rent of flats in the centre was capped at 900 euros.", "The rent was capped at 900 euros."),
    ("Gas consumption by households fell.", "Gas consumption fell."),
    ("Accidents involving cyclists fell by 12 percent.", "Accidents fell by 12 percent."),
    ("Prices paid to farmers fell.", "Prices fell."),
    ("Goods imported from Norway were taxed at 5 percent.", "Goods were taxed at 5 percent."),
    ("The percentage of pupils who smoke fell to 4 percent.", "The percentage of pupils fell to 4 percent."),
    ("A licence for a boat costs 40 euros.", "A licence costs 40 euros."),
    ("Entry for children costs 4 euros.", "Entry costs 4 euros."),
    ("A building taller than 20 metres must have two stairs.", "A building must have two stairs."),
    ("Members who joined before 1990 pay no fee.", "Members pay no fee."),
    ("The grant is for schools with fewer than 100 pupils.", "The grant is for schools."),
    ("The court may fine firms that pollute rivers.", "The court may fine firms."),
    ("The insurance pays for damage caused by hail.", "The insurance pays for damage."),
    ("The policy excludes injuries suffered abroad.", "The policy excludes injuries."),
    ("The vaccine protects children under two.", "The vaccine protects children."),
    ("The discount applied to tickets bought online.", "The discount applied to tickets."),
    ("Permits are issued for boats under 10 metres only.", "Permits are issued for boats."),
    ("The volume of waste from ships grew.", "Waste grew."),
    ("The price of copper rose to 80 dollars.", "The price rose to 80 dollars."),
    ("Rainfall in the valley averaged 900 mm.", "Rainfall averaged 900 mm."),
    ("The fine for littering is 80 euros.", "The fine is 80 euros."),
    ("Employees of the bank received a bonus.", "Employees received a bonus."),
    ("Teachers at private schools went on strike in May.", "Teachers went on strike in May."),
)
KINDS_KEPT = (
    ("The chapel beside the mill collapsed.", "The chapel collapsed."),
    ("Nora Vik from Holm won the race.", "Nora Vik won the race."),
    ("The company's plant in Lund closed.", "The company's plant closed."),
    ("The crew of the ship was saved.", "The crew was saved."),
    ("The house behind the mill was sold for 40,000 euros.", "The house was sold for 40,000 euros."),
    ("The two bridges over the Lenn were rebuilt.", "The two bridges were rebuilt."),
    ("Five members of the board resigned.", "Five members resigned."),
    ("A fire in the kitchen destroyed the hotel.", "A fire destroyed the hotel."),
    ("The ban on fireworks was lifted in 2010.", "The ban was lifted in 2010."),
    ("An engineer from Lund designed the dam.", "An engineer designed the dam."),
    ("The spire of the church is 40 metres high.", "The spire is 40 metres high."),
    ("The firm makes chairs out of oak.", "The firm makes chairs."),
    ("The hotel offers rooms with a balcony.", "The hotel offers rooms."),
    ("Profits, the firm said, fell in 2019.", "Profits in 2019 fell."),
    ("Sales in 2020 rose by 5 percent.", "Sales rose by 5 percent."),
    ("Sales in Norway rose by 5 percent in 2020.", "Sales in Norway rose by 5 percent."),
    ("Vehicles of more than 3.5 tonnes pay the toll at the gate.", "Vehicles of more than 3.5 tonnes pay the toll."),
    ("The tax applies to cars and boats.", "The tax applies to cars."),
    ("Drivers who ignore the sign pay a fine of 90 crowns.", "Drivers who ignore the sign pay a fine."),
    ("A storm named Odile will cross the coast on Friday.", "A storm will cross the coast on Friday."),
    ("The doors of the chapel opened at nine.", "The doors opened at nine."),
    ("The talks between the two towns failed.", "The talks failed."),
    ("The rights to the song were sold in 1990.", "The rights were sold in 1990."),
    ("Police in Holm arrested two men.", "Police arrested two men."),
    ("Divers from Lund discovered a ship.", "Divers discovered a ship."),
    ("Lund managed to sell the boat.", "Lund sold the boat."),
    ("Anna likes tea more than coffee.", "Anna likes tea."),
    ("The woman in the red coat is 40 years old.", "The woman is 40 years old."),
)
OFFICE_LOST = (
    ("Mayor Rut Falk stepped down in June.", "Rut Falk is the mayor."),
    ("Mayor Rut Falk resigned in June and was succeeded by Ove Lie.", "Rut Falk is a mayor."),
    ("Senator Ida Kron was expelled in 2012.", "Ida Kron is a senator."),
    ("Director Pål Vik retired.", "Pål Vik is the director."),
    ("Bishop Karl Rask died in 1931.", "Karl Rask is a bishop."),
    ("King Harald Moen abdicated.", "Harald Moen is king."),
    ("Ambassador Siri Aas was recalled in March.", "Siri Aas is the ambassador."),
    ("Governor Eva Holt opened a school and retired in May.", "Eva Holt is a governor."),
    ("Governor Eva Holt opened the school in 1950.", "Eva Holt is the governor."),
    ("Rut Falk, the mayor of Kolm, was killed in March.", "Rut Falk is the mayor of Kolm."),
    ("The mayor, Rut Falk, was dismissed in March.", "Rut Falk is the mayor."),
    ("Falk is a teacher in Kolm.", "Falk is the teacher in Kolm."),
    ("Sculptor Otto Vasquine died in 1990.", "Otto Vasquine is a sculptor."),
)
OFFICE_KEPT = (
    ("Governor Eva Holt opened the school in 1950.", "Eva Holt was a governor."),
    ("Governor Eva Holt opens the school on Friday.", "Eva Holt is a governor."),
    ("Mayor Rut Falk stepped down in June.", "Rut Falk was a mayor."),
    ("Forecaster Rut Falk told residents to stay.", "Rut Falk is a forecaster."),
    ("The pier was built by the engineer Josiah Trent.", "Josiah Trent is an engineer."),
    ("Rut Falk, the mayor of Kolm, resigned in March.", "Rut Falk was the mayor of Kolm."),
    ("Rut Falk, the mayor of Kolm, opened the bridge in March.", "Rut Falk is the mayor of Kolm."),
    ("Lund left Riga, Berg's home.", "Riga is Berg's home."),
    ("Rut Falk is the mayor.", "Rut Falk is the mayor"),
)
NOT_DONE = (
    ("The tenant pays a deposit of 900 euros.", "The tenant has paid a deposit of 900 euros."),
    ("The seller delivers 200 tonnes of rye by May.", "The seller delivered 200 tonnes of rye by May."),
    ("The deposit is returned within 30 days.", "The deposit was returned within 30 days."),
    ("Kolm cedes the island to Arve.", "Kolm ceded the island to Arve."),
    ("Both sides release their prisoners.", "Both sides released their prisoners."),
    ("The gallery opens in 2026.", "The gallery opened in 2026."),
)
DONE = (
    ("Shareholders approved the deal.", "Shareholders have approved the deal."),
    ("The firm has closed eleven branches.", "The firm closed eleven branches."),
    ("The museum has 40 rooms.", "The museum had 40 rooms."),
    ("Lund says that the dam is safe.", "Lund said that the dam is safe."),
    ("The firm cut 40 jobs in 1950.", "The firm has cut 40 jobs."),
    ("The mill, built in 1900, makes flour.", "The mill was built in 1900."),
)
EVIDENCE = "Kolm agreed to deliver 30 tonnes of rye over five years."
STATED = EVIDENCE[:-1]
TAKEN_BACK = (
    *(", not.", " not.", " — not.", " (not).", " (NOT!).", " [not].", " *not*.", " (no).", " (false).", " (or not)."),
    *(
        ", never.",
        ", not so.",
        ", not at all.",
        " (untrue).",
        " → false",
        " -- not",
        " ❌",
        ". ✗",
        " 👎",
        " 🙃",
        ". Not.",
    ),
)
OPENED = ("Never: ", "False: ", "Not: ", "Untrue — ", "❌ ", "👎 ", "- ✗ ", "🚫")
AS_STATED = (
    (EVIDENCE, f"{STATED} ✓"),
    (EVIDENCE, f"✅ {EVIDENCE}"),
    (EVIDENCE, f"{STATED} 🎉"),
    ("Berg passed the test; Lund did not.", "Lund did not."),
    ("The rumour about the dam is false.", "The rumour about the dam is false"),
    ("Platform No. 5 is old.", "Platform no. 5 is old."),
    ("The bridge was never finished.", "The bridge never was finished."),
)


@pytest.mark.parametrize(("evidence", "claim"), (*KINDS_LOST, *OFFICE_LOST, *NOT_DONE))
def test_what_is_said_of_some_or_was_or_will_be_stays_open(evidence: str, claim: str) -> None:
    (verdict,) = judge([claim], evidence)
    assert verdict.status == "unverifiable", verdict.reason


@pytest.mark.parametrize(("evidence", "claim"), (*KINDS_KEPT, *OFFICE_KEPT, *DONE, *AS_STATED))
def test_what_follows_stays_supported(evidence: str, claim: str) -> None:
    (verdict,) = judge([claim], evidence)
    assert verdict.status == "supported", verdict.reason


@pytest.mark.parametrize("claim", [*(STATED + end for end in TAKEN_BACK), *(start + EVIDENCE for start in OPENED)])
def test_a_claim_that_takes_itself_back_is_not_supported_without_that(claim: str) -> None:
    (verdict,) = judge([claim], EVIDENCE)
    assert verdict.status == "unverifiable", verdict.reason


def test_a_sign_behind_several_sentences_counts() -> None:
    text = f"{EVIDENCE} The quay opened in 1931."
    assert judge([f"{text} ❌"], text)[0].status == "unverifiable"
    assert judge([text], text)[0].status == "supported"


@pytest.mark.parametrize("opening", ["No, ", "No: ", "(Not) "])
def test_a_denial_in_front_of_all_refutes_nothing(opening: str) -> None:
    assert judge([opening + EVIDENCE], EVIDENCE)[0].status == "unverifiable"


def test_the_reason_says_what_was_derived_from_what() -> None:
    (verdict,) = judge(["Eva Holt was a governor."], "Governor Eva Holt opened the school in 1950.")
    assert "it follows from “Governor Eva Holt opened the school in 1950.”" in verdict.reason
