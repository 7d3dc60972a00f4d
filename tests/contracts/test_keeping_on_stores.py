"""Consolidation, its undoing and forgetting do the same on every store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from simone.clock import FrozenClock
from simone.errors import StoreError
from simone.memory.applying import apply_plan, undo
from simone.memory.consolidation import plan_consolidation
from simone.memory.contract import Candidate, Filter, Memory, Origin, Store
from simone.memory.forgetting import Wish, forget, plan_forgetting
from simone.memory.postgres import open_postgres
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore

NOW, LATER = datetime(2026, 3, 5, 12, tzinfo=UTC), datetime(2026, 3, 6, 12, tzinfo=UTC)
TEXTS = (
    "The stone harbour of Orsk has 40 berths.",
    "The stone harbour of Orsk has 3 tall cranes.",
    "The stone harbour of Orsk has a small chapel.",
    "Dana Ruiz keeps the key of the boathouse.",
)


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store
    if request.param == "sqlite":
        opened = SqliteStore.open(tmp_path / "memory.sqlite", durable=False)
    else:
        opened = open_postgres(request.getfixturevalue("postgres_url"), schema="keeping")
    yield opened
    with opened.writing() as writing:
        writing.forget([memory.id for memory in opened.select(Filter(current=False))])
    opened.close()


def keep(store: Store, text: str, number: int) -> Memory:
    origin = Origin(f"t{number}", 0, len(text), text, "r1", "Ann", 0.8)
    (kept,) = remember(store, [Candidate(text, (origin,))], FrozenClock(NOW))
    assert isinstance(kept, Memory)
    return kept


def test_an_episode_is_made_closed_with_its_member_and_undone(store: Store) -> None:
    for number, text in enumerate(TEXTS):
        keep(store, text, number)
    plan = plan_consolidation(store, "default", NOW)
    (episode,) = plan.episodes
    batch = apply_plan(store, plan, NOW)
    assert episode.memory in store.select(Filter())
    again = plan_consolidation(store, "default", LATER)
    assert again.is_empty
    keep(store, "The stone harbour of Orsk has 60 berths.", 9)
    assert episode.memory.id not in {memory.id for memory in store.select(Filter())}
    with pytest.raises(StoreError, match="plan again"):
        apply_plan(store, msgspec.structs.replace(again, episodes=plan.episodes), LATER)
    assert undo(store, batch.name, LATER).links == 3


def test_what_is_forgotten_is_gone_and_its_search_is_told(store: Store) -> None:
    kept = [keep(store, text, number) for number, text in enumerate(TEXTS)]
    plan = plan_forgetting(store, Wish(subject="Dana Ruiz"))
    proof = forget(store, plan)
    assert proof.forgotten == (kept[3].id,)
    assert store.get([kept[3].id]) == ()
    assert len(store.select(Filter())) == 3
    assert proof.searched
    assert proof.holds, proof
