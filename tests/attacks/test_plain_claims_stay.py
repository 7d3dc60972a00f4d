"""Plain claims that stand in their evidence word for word, whatever stands around them."""

from __future__ import annotations

import pytest

from simone import judge
from simone.truth.contradictions import find_contradictions

STAY = (
    ("The shop can open when", "The shop can open."),
    ("It was raining in Oslo. So they said goodbye.", "It was raining in Oslo."),
    ("The road was closed in 1990. So he told his wife to stay.", "The road was closed in 1990."),
    ("Dune is a 1965 novel by Frank Herbert. It is fiction.", "Dune is a 1965 novel by Frank Herbert."),
    ("Lund sold the picture in 1990. It was fake.", "Lund sold the picture in 1990."),
    ("The verdict was overturned in 1990. It was wrong.", "The verdict was overturned in 1990."),
    ("Claim deadline: Claims must be filed within 30 days.", "Claims must be filed within 30 days."),
    ("Mission statement: The firm builds ships in Oslo.", "The firm builds ships in Oslo."),
    ("False positives: The test gives 5 percent of them.", "The test gives 5 percent of them."),
    (
        "French President Emmanuel Macron visited Oslo in 2018.",
        "President Emmanuel Macron visited Oslo in 2018.",
    ),
    ("Anna Lund earned a doctorate in music theory in 1990.", "Anna Lund earned a doctorate in 1990."),
    ("The Royal Navy sank the ship in 1942.", "The Navy sank the ship in 1942."),
    ("Prices vary according to season, and the show starts at 8 pm.", "The show starts at 8 pm."),
    ("According to the contract, the fee is 5 euros.", "The fee is 5 euros."),
    ("250 people died when the dam broke in 1990.", "More than 200 people died when the dam broke."),
    ("The plant is NOT safe for the workers.", "The plant is not safe for the workers."),
)
OPEN = (
    ("Claim: Lund wrote the novel in 1990. Verdict: false.", "Lund wrote the novel in 1990."),
    ("Lund wrote the novel in 1990. That is false.", "Lund wrote the novel in 1990."),
    ('Lund said: "Berg confirmed the sale."', "Berg confirmed the sale."),
    ("“The plant is safe. It was built well,” said Lund.", "The plant is safe."),
    ("The museum is rarely open.", "The museum is open."),
    ("The plan was almost approved.", "The plan was approved."),
)


@pytest.mark.parametrize(("evidence", "claim"), STAY)
def test_what_stands_in_the_evidence_is_supported(evidence: str, claim: str) -> None:
    (verdict,) = judge([claim], evidence)
    assert verdict.status == "supported", verdict.reason


@pytest.mark.parametrize(("evidence", "claim"), OPEN)
def test_what_is_only_cited_or_nearly_so_is_not(evidence: str, claim: str) -> None:
    (verdict,) = judge([claim], evidence)
    assert verdict.status != "supported", verdict.reason


def test_a_sentence_in_a_text_of_many_quotations_keeps_its_support() -> None:
    said = 'Berg was asked. "It is a fine old plant and nobody in this town would wish to see it go," he said. ' * 3
    more = "The report is long and has many words about the mill in the town of Halden. " * 25
    text = f'{said}{more}The plant opened in 1990. "We like it," said Lund.'
    assert judge(["The plant opened in 1990."], text)[0].status == "supported"


def test_another_date_of_what_happens_once_contradicts() -> None:
    assert find_contradictions(["Lund was elected mayor in 1990.", "Lund was elected mayor in 1995."]).found
