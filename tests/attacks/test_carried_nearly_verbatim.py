"""Claims that the evidence states nearly word for word are supported; what it does not state beside them is not.

Not for synonyms and paraphrases.
"""

from __future__ import annotations

import pytest

from simone import judge
from simone.truth.fields import fields_of
from simone.truth.lighter import lighter
from simone.truth.written import alike

CARRIED = [
    ("Halm has now sold six of its nine mills.", "Halm has sold six of its nine mills."),
    ("Otto finally bought the red boat.", "Otto bought the red boat."),
    ("We currently do not ship to Peru.", "We do not ship to Peru."),
    ("Ida, 52, runs the harbour.", "Ida runs the harbour."),
    ("Ida, whom the court freed, moved to Riga.", "Ida moved to Riga."),
    ("The option Q is deprecated and will be removed in 3.0.", "The option Q will be removed in 3.0."),
    ("The option Q is deprecated and will be removed in 3.0.", "The option Q is deprecated."),
    ("The house was bought and will be sold by Berg.", "The house will be sold by Berg."),
    ("Chair: Berg.", "Berg is the chair."),
    ("Chair: Berg.", "The chair is Berg."),
    ("Height: 45 m.", "The height is 45 m."),
    ("The train leaves at 9 pm.", "The train leaves at 21:00."),
    ("The train leaves at 21:30.", "The train leaves at 9.30 pm."),
    ("The World Food Office (WFO) opened in 1990.", "The WFO opened in 1990."),
    ("The World Food Office (WFO) opened in 1990.", "The World Food Office opened in 1990."),
    ("In 2.0, `load_all` was renamed to `load_many`.", "`load_all` was renamed to `load_many`."),
    ("Because of rain, the market was not held.", "The market was not held."),
    ("Despite the storm, the ferry sailed.", "The ferry sailed."),
]
NOT_CARRIED = [
    ("The door is not now open.", "The door is not open."),
    ("Otto finally bought the red boat.", "Otto never bought the red boat."),
    ("Ida, 52, runs the harbour.", "Bo runs the harbour."),
    ("Ida, whom Bo says the court freed, moved to Riga.", "The court freed Ida."),
    ("The option Q is deprecated and may be removed in 3.0.", "The option Q will be removed in 3.0."),
    ("The plan may be changed and will be sold by Berg.", "The plan will be changed."),
    ("Former chair: Berg.", "Berg is the chair."),
    ("Chair: not Berg.", "Berg is the chair."),
    ("Chair: Berg or Moe.", "Berg is the chair."),
    ("Chair: Berg (acting).", "Berg is the chair."),
    ("Height: 45 m.", "The height is 54 m."),
    ("Height: 45 m. Length: 300 m.", "The height is 300 m."),
    ("The train leaves at 9 pm.", "The train leaves at 9:00."),
    ("The train leaves at 9 pm.", "The train leaves at 9 am."),
    ("The World Food Office (WFO) opened in 1990.", "The WHO opened in 1990."),
    ("`load_many` was renamed to `load_all`.", "`load_all` was renamed to `load_many`."),
    ("`load_all` was renamed to `load_most`.", "`load_all` was renamed to `load_many`."),
    ("In 2.0, `load_all` was not renamed to `load_many`.", "`load_all` was renamed to `load_many`."),
    ("Because of rain, the market was not held.", "The market was held."),
    ("Because of rain or snow, trains may stop.", "Trains stop."),
    ("Due to frost, the pump can fail.", "The pump fails."),
]


@pytest.mark.parametrize(("evidence", "claim"), CARRIED)
def test_what_is_stated_is_supported(evidence: str, claim: str) -> None:
    assert judge([claim], evidence)[0].status == "supported"


@pytest.mark.parametrize(("evidence", "claim"), NOT_CARRIED)
def test_what_is_not_stated_is_not(evidence: str, claim: str) -> None:
    assert judge([claim], evidence)[0].status != "supported"


def test_nothing_is_made_of_questions_labels_and_plain_text() -> None:
    assert lighter("Has Halm now sold its mills?") == ()
    assert fields_of("Claim: Berg.") == fields_of("Pool: no.") == fields_of("Dogs: free.") == ()
    assert alike("The wall held.", "The wall held in May.") is None
