"""How much a memory matters is a sum of parts, each with its reason, and nothing else moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simone.memory.contract import Candidate, Entity, Memory, Origin, Use
from simone.memory.remembering import as_memory
from simone.memory.salience import Explained, Rarity, explain, ranked
from simone.settings import MemorySettings

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
SETTINGS = MemorySettings()
UNUSED = Use(0, "")


def memory(days: float = 0.0, *names: str, **fields: object) -> Memory:
    at = (NOW - timedelta(days=days)).isoformat()
    entities = tuple(Entity(0, 1, "name", name) for name in names)
    candidate = Candidate("Orsk won.", (Origin("t", 0, 9, "Orsk won.", "r", "Ann", 0.8),), entities=entities)
    return msgspec.structs.replace(as_memory(candidate, at), **fields)


def explained(one: Memory, use: Use = UNUSED, others: tuple[Memory, ...] = ()) -> Explained:
    return explain(one, use, Rarity([one, *others]), NOW, SETTINGS)


def part(salience: Explained, name: str) -> float:
    return next(one.value for one in salience.parts if one.name == name)


def test_recency_halves_with_the_half_life() -> None:
    assert part(explained(memory(0)), "recency") == 1.0
    assert part(explained(memory(30)), "recency") == pytest.approx(0.5)
    assert part(explained(memory(60)), "recency") == pytest.approx(0.25)


def test_a_memory_that_was_recalled_fades_more_slowly_and_from_then_on() -> None:
    used = Use(2, (NOW - timedelta(days=30)).isoformat())
    salience = explained(memory(300), used)
    assert part(salience, "recency") == pytest.approx(2 ** (-30 / 120))
    assert part(salience, "rehearsal") == pytest.approx(1 - 1 / (1 + 1.584962500721156))
    assert salience.value > explained(memory(300)).value


def test_a_rare_name_matters_more_than_one_that_is_everywhere() -> None:
    others = tuple(memory(at, "orsk") for at in range(1, 9))
    rare, common = memory(0, "tessin"), memory(0, "orsk")
    assert part(explained(rare, others=others), "rarity") > part(explained(common, others=others), "rarity")
    assert part(explained(memory(0)), "rarity") == 0.0


def test_feeling_counts_as_valence_times_arousal() -> None:
    assert part(explained(memory(0, valence=-0.5, arousal=0.8)), "emotion") == pytest.approx(0.4)


def test_a_pinned_memory_counts_in_full_and_says_so() -> None:
    salience = explained(memory(4000, pinned=True))
    assert salience.value == 1.0
    assert "pinned" in salience.parts[-1].says


def test_every_part_is_in_words_and_the_sum_is_theirs() -> None:
    salience = explained(memory(30, "orsk", salience=0.7, valence=0.5, arousal=0.5), Use(1, NOW.isoformat()))
    assert [one.name for one in salience.parts] == ["tags", "recency", "rehearsal", "emotion", "rarity"]
    assert all(one.says for one in salience.parts)
    total = sum(one.weight for one in salience.parts)
    assert salience.value == pytest.approx(sum(one.weight * one.value for one in salience.parts) / total)


def test_weights_of_nothing_give_nothing() -> None:
    none = MemorySettings(weight_tags=0, weight_recency=0, weight_rehearsal=0, weight_emotion=0, weight_rarity=0)
    assert explain(memory(0), UNUSED, Rarity([]), NOW, none).value == 0.0


def test_the_most_salient_comes_first_and_ties_stay_as_given() -> None:
    old, new, twin = memory(90), memory(1), msgspec.structs.replace(memory(1), id="f" * 16)
    assert [one.id for one, _ in ranked([old, twin, new], {}, NOW, SETTINGS)] == [twin.id, new.id, old.id]


@given(
    st.floats(-10, 1e6), st.integers(0, 10**9), st.floats(0, 1), st.floats(-1, 1), st.floats(0, 1), st.integers(0, 5)
)
def test_a_salience_is_from_0_to_1(
    days: float, uses: int, tags: float, valence: float, arousal: float, others: int
) -> None:
    one = memory(max(-10.0, min(days, 7e5)), "orsk", salience=tags, valence=valence, arousal=arousal)
    salience = explained(one, Use(uses, ""), tuple(memory(at, "orsk") for at in range(others)))
    assert 0.0 <= salience.value <= 1.0
    assert all(0.0 <= each.value <= 1.0 for each in salience.parts)
