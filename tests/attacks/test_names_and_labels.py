"""Names, titles, identifiers, versions, unit signs and modifiers that differ by a letter or a word.

Not for letters that say which one ("Plan A"): see test_limits_and_letters.py.
"""

from __future__ import annotations

import pytest

from simone import judge

WRONG = (
    ("Anders designed the app in 1999.", "Ander designed the app in 1999."),
    ("Fields wrote the song.", "Field wrote the song."),
    ("The jury praised Hastings.", "The jury praised Hasting."),
    ("The Hawks beat Oslo in the final.", "Hawk beat Oslo in the final."),
    ("Steve Jobs presented the phone.", "Steve Job presented the phone."),
    ("Call `get_items` to read the list.", "Call `get_item` to read the list."),
    ("The constant MIN_ROWS is 4.", "The constant MIN_ROW is 4."),
    ("The flag --users adds accounts.", "The flag --user adds accounts."),
    ("The field orderIds holds numbers.", "The field orderId holds numbers."),
    ("The part AB-12s fits the pump.", "The part AB-12 fits the pump."),
    ("Sofie Lund painted the hall.", "Sofi Lund painted the hall."),
    ("The library is called data-tools.", "The library is called data-tool."),
    ("Rivers built the dam.", "The river built the dam."),
    ("Dr Moe treated the patient.", "Mr Moe treated the patient."),
    ("Prince Karl opened the school.", "King Karl opened the school."),
    ("Sister Agnes ran the school.", "Mother Agnes ran the school."),
    ("General Moe led the troops.", "Colonel Moe led the troops."),
    ("Bishop Moe blessed the ship.", "Archbishop Moe blessed the ship."),
    ("Moe won the race in 1988.", "Eva Moe won the race in 1988."),
    ("Eva Moe met Karl Berg in Riga.", "Karl Moe met Berg in Riga."),
    ("Karl Moe Sr. founded the firm.", "Karl Moe Jr. founded the firm."),
    ("Karl Moe founded the firm.", "Karl Moe Jr. founded the firm."),
    ("The Halm Museum was closed.", "Halm was closed."),
    ("Halm Stadium was flooded.", "Halm was flooded."),
    ("Moe & Sons went bankrupt.", "Moe went bankrupt."),
    ("The Berg brothers sold the farm.", "Berg sold the farm."),
    ("The Moe foundation paid the fine.", "Moe paid the fine."),
    ("An Oslo lawyer won the case.", "Oslo won the case."),
    ("Stoke-on-Halm voted yes.", "Stoke voted yes."),
    ("Inter Milan lost the final.", "Milan lost the final."),
    ("The ferry Oslo sank in 1911.", "Oslo sank in 1911."),
    ("The novel Lisbon won the prize.", "Lisbon won the prize."),
    ("Virginia Moe joined the union.", "Virginia joined the union."),
    ("East Timor exports coffee.", "Timor exports coffee."),
    ("Cafe Moe was sold.", "Moe was sold."),
    ("Vienna, Virginia banned the sale.", "Vienna banned the sale."),
    ("The bronze horse was stolen.", "The horse was stolen."),
    ("The plastic rose was sold.", "The rose was sold."),
    ("The imitation pearls were sold.", "The pearls were sold."),
    ("The apprentice cook burned the meal.", "The cook burned the meal."),
    ("The caretaker government raised taxes.", "The government raised taxes."),
    ("The president-elect visited Riga.", "The president visited Riga."),
    ("The director designate left the firm.", "The director left the firm."),
    ("Moe's half-sister sold the farm.", "Moe's sister sold the farm."),
    ("The dummy-bomb was dropped on the field.", "The bomb was dropped on the field."),
    ("The counter-offer was signed by Moe.", "The offer was signed by Moe."),
    ("The pre-school closed in May.", "The school closed in May."),
    ("The student pilot landed the plane.", "The pilot landed the plane."),
    ("The substitute maths teacher left the school.", "The teacher left the school."),
    ("Kernel 5.10 fixes the crash.", "Kernel 5.1 fixes the crash."),
    ("Driver 2.0 was withdrawn.", "Driver 2 was withdrawn."),
    ("Tool 7.30 was released in May.", "Tool 7.3 was released in May."),
    ("The bug was found in 4.10.", "The bug was found in 4.1."),
    ("The code is 4711.", "The code is 4,711.0."),
    ("The boat cost 12.000 euros.", "The boat cost 12 euros."),
    ("The disk holds 20 GB.", "The disk holds 20 Gb."),
    ("The motor has 3 MW.", "The motor has 3 mW."),
    ("The line carries 10 Mbps.", "The line carries 10 MBps."),
    ("Set `maxRows` to 5 in the file.", "Set `maxrows` to 5 in the file."),
    ("The clinic treats type 1 allergies.", "The clinic treats type allergies."),
    ("Moe lives at 7c Hill Street.", "Moe lives at 7d Hill Street."),
    ("Moe lives at 7 Hill Street.", "Moe lives at 7 Hill Road."),
    ("The width is 9 ± 3 cm.", "The width is 3 cm."),
    ("Moe managed the hotel.", "Moe manages the hotel."),
    ("Moe played for Riga.", "Moe plays for Riga."),
    ("Dr. Anna Berg founded the clinic. Berg retired in 2010.", "Peter Berg retired in 2010."),
    ("Ms Berg sold the house. Mr Berg kept the car.", "Ms Berg kept the car."),
    ("Karl Berg ran the shop. Eva Berg was his sister. Berg retired in 2011.", "Karl Berg retired in 2011."),
    ("The ferry crossed Lake Halm. Halm was flooded in May.", "Lake Halm was flooded in May."),
    ("King Olav met Queen Sonja in Oslo.", "Queen Olav met Sonja in Oslo."),
    ("The Oslo Times reported a loss.", "The Times reported a loss."),
)
RIGHT = (
    ("The Harbour Museum opened in May.", "The museum opened in May."),
    ("President Anna Lund opened the hall.", "The President opened the hall."),
    ("President Anna Lund opened the hall.", "President Lund opened the hall."),
    ("Doctor Eva Moe runs the clinic.", "Dr Moe runs the clinic."),
    ("The Beatles released the album in 1969.", "The Beatles released an album in 1969."),
    ("Parking fees rose in May.", "The parking fees rose in May."),
    ("The bank closed two branches in Oslo.", "The bank closed branches in Oslo."),
    ("The company, based in Oslo, sold the Halm line.", "The company sold the Halm line."),
    ("The IT department bought new PCs.", "The IT department bought PCs."),
    ("The iPhone was released in 2007.", "The iPhone was released in 2007"),
    ("The function `close()` writes the index.", "The function `close` writes the index."),
    ("COVID-19 spread in 2020.", "Covid-19 spread in 2020."),
    ("Version 2.10 fixes the crash.", "Version 2.10 fixes the crash"),
    ("The price is 3.20 euros.", "The price is 3.2 euros."),
    ("The rate rose to 3.50 percent.", "The rate rose to 3.5 percent."),
    ("The firm employs 1,200 people.", "The firm employs 1200 people."),
    ("The line is 12.0 km long.", "The line is 12 km long."),
    ("The road is 5 KM long.", "The road is 5 km long."),
    ("The show starts at 8 PM.", "The show starts at 8 pm."),
    ("The house is at 12 Mill Street.", "The house is at 12 mill street."),
    ("The study found that sugar harms teeth.", "The study finds that sugar harms teeth."),
    ("The well-known author left Oslo.", "The author left Oslo."),
    ("The re-elected mayor left Oslo.", "The mayor left Oslo."),
    ("The five-year contract ended in May.", "The contract ended in May."),
    ("The solar-powered boat sank.", "The boat sank."),
    ("The Oslo-based firm sold the mill.", "The firm sold the mill."),
    ("The newly-built school opened in May.", "The school opened in May."),
    ("The stone house was sold.", "The house was sold."),
    ("The wooden bridge burned down.", "The bridge burned down."),
    ("In May, Anna Lund sold the mill.", "Lund sold the mill in May."),
    ("Yesterday, Lund won the race.", "Lund won the race."),
    ("Finally, Berg resigned.", "Berg resigned."),
    ("Oslo, Norway, hosted the games.", "Oslo hosted the games."),
    ("Prime Minister Erna Moe met King Olav.", "Erna Moe met King Olav."),
    ("Prime Minister Erna Moe met King Olav.", "Prime Minister Moe met King Olav."),
    ("Jean-Paul Moe won the cup.", "Moe won the cup."),
    ("The striker Peter Lund scored two goals.", "Peter Lund scored two goals."),
    ("Norwegian striker Peter Lund scored two goals.", "Lund scored two goals."),
    ("The Titanic sank in 1912.", "The Titanic sank."),
    ("Mt. Everest was first climbed in 1953.", "Mount Everest was first climbed in 1953."),
    ("John Smith wrote the report.", "J. Smith wrote the report."),
    ("Apollo 11 landed on the Moon.", "Apollo 11 landed on the moon."),
    ("Sen. Anna Moe voted no.", "Senator Moe voted no."),
    ("The Supplier shall deliver the goods in May.", "The supplier shall deliver the goods in May."),
    ("Johann and Maria Lund sold the mill.", "Maria Lund sold the mill."),
    ("Saint Olav was born in 995.", "St. Olav was born in 995."),
    ("The Halm Bridge was built in 1931.", "The Halm bridge was built in 1931."),
    ("The US Senate passed the bill.", "The Senate passed the bill."),
    ("Karl Berg ran the shop. Berg retired in 2011.", "Karl Berg retired in 2011."),
    ("Dr. Eva Berg founded the clinic. Berg retired in 2010.", "Dr. Eva Berg retired in 2010."),
    ("Orla Moe rented the flat. Ms Moe owed half of the rent.", "Orla Moe owed half of the rent."),
    ("Holm & Moe bought the mill.", "Holm and Moe bought the mill."),
    ("Groups A and B were treated.", "Group A was treated."),
)
NOT_REFUTED = (
    ("The bag costs £12.", "The bag costs 12 pounds."),
    ("The bag costs 12 pounds.", "The bag costs £12."),
    ("The boat cost 12.000 euros.", "The boat cost 12,000 euros."),
)


@pytest.mark.parametrize(("evidence", "claim"), WRONG)
def test_another_name_or_label_is_not_supported(evidence: str, claim: str) -> None:
    (verdict,) = judge([claim], evidence)
    assert verdict.status != "supported", verdict.reason


@pytest.mark.parametrize(("evidence", "claim"), RIGHT)
def test_the_same_name_or_label_is_supported(evidence: str, claim: str) -> None:
    (verdict,) = judge([claim], evidence)
    assert verdict.status == "supported", verdict.reason


@pytest.mark.parametrize(("evidence", "claim"), NOT_REFUTED)
def test_two_ways_to_write_a_price_do_not_refute(evidence: str, claim: str) -> None:
    (verdict,) = judge([claim], evidence)
    assert verdict.status != "refuted", verdict.reason


def test_the_reason_says_where_a_name_in_full_is_from() -> None:
    (verdict,) = judge(["Karl Berg retired in 2011."], "Karl Berg ran the shop. Berg retired in 2011.")
    assert "with names in full" in verdict.reason


def test_a_capital_article_behind_a_formula_is_no_name() -> None:
    (verdict,) = judge(["Peter Lund drank H2O The's way."], "Mr Lund drank H2O The's way. Ida Lund drank tea.")
    assert verdict.status == "unverifiable"
