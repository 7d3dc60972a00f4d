"""What was recalled is kept while nothing changes in the store, and never served when something did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from simone.caching.ram import RamCache
from simone.caching.tiers import Tiers
from simone.clock import FrozenClock
from simone.memory.contract import Filter, Memory, Vectors
from simone.memory.kept_recall import KeptRecall
from simone.memory.recall import Hit, Recall
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore
from simone.protocols.memory_tagging.candidates import Said, candidates
from simone.retrieval.contract import Floats, TokenVectors

CLOCK = FrozenClock()
ASKED = "Who moved to Bergen?"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "memories.sqlite", durable=False)
    yield opened
    opened.close()


@pytest.fixture
def tiers() -> Tiers[tuple[Hit, ...]]:
    return Tiers("recalled", [RamCache(1 << 20, CLOCK)], lambda _: 1000, CLOCK)


@pytest.fixture
def recall(store: SqliteStore, tiers: Tiers[tuple[Hit, ...]]) -> Recall:
    return Recall(store, clock=CLOCK, kept=KeptRecall(tiers, 3600.0, "bundle"))


def say(store: SqliteStore, text: str, tenant: str = "default") -> Memory:
    said = Said(text, "chat", "run", "Anna", at="2026-03-05", tenant=tenant)
    (kept,) = remember(store, candidates([said]), CLOCK)
    assert isinstance(kept, Memory)
    return kept


def test_the_second_time_it_is_kept_and_the_same(
    store: SqliteStore, recall: Recall, tiers: Tiers[tuple[Hit, ...]]
) -> None:
    say(store, "Dana Ruiz moved to Bergen in May.")
    say(store, "Belmar paid Orsk 4 million crowns.")
    plain = Recall(store, clock=CLOCK)
    for _ in range(3):
        assert recall.recall(ASKED) == plain.recall(ASKED)
    assert (tiers.by_tier.computed, sum(tiers.by_tier.hits)) == (1, 2)
    for other in (Filter(kinds=("event",)), Filter(least_trust=1.0)):
        assert recall.recall(ASKED, other) == plain.recall(ASKED, other)
    assert recall.recall(ASKED, k=1) == plain.recall(ASKED, k=1)


def test_what_is_new_is_recalled_at_once_and_what_is_forgotten_is_let_go_of(
    store: SqliteStore, recall: Recall, tiers: Tiers[tuple[Hit, ...]]
) -> None:
    first = say(store, "Dana Ruiz moved to Bergen in May.")
    assert [hit.memory.id for hit in recall.recall(ASKED)] == [first.id]
    second = say(store, "Erik Holm moved to Bergen in 1999.")
    assert {hit.memory.id for hit in recall.recall(ASKED)} == {first.id, second.id}
    with store.writing() as writing:
        writing.forget([first.id])
    assert [hit.memory.id for hit in recall.recall(ASKED)] == [second.id]
    assert tiers.statistics.entries == 1


def test_tenants_are_kept_apart(store: SqliteStore, recall: Recall) -> None:
    ours, theirs = (say(store, f"Dana Ruiz moved to Bergen with {who}.", who) for who in ("Ole", "Kari"))
    for tenant, memory in (("Ole", ours), ("Kari", theirs), ("Ole", ours)):
        assert [hit.memory.id for hit in recall.recall(ASKED, Filter(tenant=tenant))] == [memory.id]


def test_a_vector_that_comes_later_counts(store: SqliteStore, tiers: Tiers[tuple[Hit, ...]]) -> None:
    memory = say(store, "Dana Ruiz moved to Bergen in May.")
    kept = KeptRecall(tiers, 3600.0, "bundle")
    row = np.ones(4, np.float32)
    ranked = Recall(store, _Named(), CLOCK, kept=kept)
    before = ranked.recall(ASKED, vector=row)
    with store.writing() as writing:
        writing.vectors(Vectors("named:as-said", (memory.id,), row[None]))
    ranked.catch_up()
    (after,) = ranked.recall(ASKED, vector=row)
    assert after.score > before[0].score


def test_what_is_recalled_while_something_is_said_is_not_kept(
    store: SqliteStore, tiers: Tiers[tuple[Hit, ...]]
) -> None:
    kept, states = KeptRecall(tiers, 3600.0, "bundle"), iter(("1", "2", "2", "2"))
    served = kept.fetch("request", "default", lambda: next(states), tuple)
    assert served == ()
    assert tiers.statistics.entries == 0
    assert kept.fetch("request", "default", lambda: next(states), tuple) == ()
    assert tiers.statistics.entries == 1


class _Named:
    """An encoder that is only asked for its name."""

    name = "named"

    def encode(self, texts: Sequence[str]) -> Floats:
        raise AssertionError("every vector is in the store")

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        raise AssertionError("recall asks for none")
