from __future__ import annotations

import pytest

from simone.truth.language import is_english


@pytest.mark.parametrize(
    "text",
    [
        "La ville fut détruite en 1731.",
        "Die Stadt wurde 1731 zerstört und nie wieder aufgebaut.",
        "La ciudad fue destruida en 1731.",
        "De stad werd in 1731 door het leger verwoest.",
    ],
)
def test_short_sentences_of_other_languages_are_told(text: str) -> None:
    assert not is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "The ferry en route to La Rochelle sank.",
        "Diego de la Vega was born in 1820.",
        "The band Die Toten Hosen played in Los Angeles.",
        "Belmar pays silver.",
        "Du Pont bought the mill at Aux Cayes.",
    ],
)
def test_english_with_foreign_names_stays_english(text: str) -> None:
    assert is_english(text)
