from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simone.errors import BadRequest, StoreError
from simone.memory.store import Memory, MemoryStore, Refused
from simone.records import Evidence, MemoryTag

WHEN = "2026-01-01T00:00:00+00:00"
QUOTE = Evidence("a.md", "id", 1, 10, 30, "Belmar paid 4 million", "supports", 0.9)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MemoryStore]:
    opened = MemoryStore.open(tmp_path / "memory.sqlite", durable=False)
    yield opened
    opened.close()


def tag(text: str, salience: float = 0.8) -> MemoryTag:
    return MemoryTag(0, len(text), text, salience, ("a reason",))


def keep(store: MemoryStore, text: str) -> int:
    kept = store.remember(tag(text), (QUOTE,), "run-1", WHEN)
    assert isinstance(kept, int)
    return kept


def test_what_is_remembered_comes_back_whole(store: MemoryStore) -> None:
    number = keep(store, "Belmar paid 4 million crowns.")
    expected = Memory(number, "Belmar paid 4 million crowns.", 0, 29, 0.8, ("a reason",), (QUOTE,), "run-1", WHEN)
    assert store.all() == (expected,)


def test_the_same_sentence_is_refused_with_the_memory_that_has_it(store: MemoryStore) -> None:
    number = keep(store, "Belmar paid 4 million crowns.")
    again = store.remember(tag("Belmar  paid 4 million\ncrowns."), (QUOTE,), "run-2", WHEN)
    assert again == Refused(f"memory {number} says the same", number)
    assert len(store.all()) == 1


@pytest.mark.parametrize(
    ("one", "sources", "run", "reason"),
    [
        (tag("Belmar paid."), (), "run-1", "no source supports it"),
        (tag("Belmar paid."), (Evidence("a", "b", 1, 0, 1, "q", "mentions", 1.0),), "run-1", "no source supports it"),
        (tag("  "), (QUOTE,), "run-1", "no place in a text"),
        (MemoryTag(5, 5, "Belmar paid.", 0.5, ()), (QUOTE,), "run-1", "no place in a text"),
        (tag("Belmar paid."), (QUOTE,), "", "belongs to no run"),
    ],
)
def test_nothing_is_remembered_without_place_source_and_run(
    store: MemoryStore, one: MemoryTag, sources: tuple[Evidence, ...], run: str, reason: str
) -> None:
    refused = store.remember(one, sources, run, WHEN)
    assert isinstance(refused, Refused)
    assert reason in refused.reason
    assert store.all() == ()


@pytest.mark.parametrize("when", ["yesterday", "2026-01-01T00:00:00", ""])
def test_a_time_without_its_offset_is_refused(store: MemoryStore, when: str) -> None:
    with pytest.raises(BadRequest, match="recorded_at"):
        store.remember(tag("Belmar paid."), (QUOTE,), "run-1", when)


def test_recall_finds_by_words_and_their_stems_best_first(store: MemoryStore) -> None:
    keep(store, "The bay freezes in winter.")
    paid = keep(store, "Belmar paid crowns for the harbour.")
    keep(store, "The harbour is deep.")
    assert store.recall("harbours that Belmar paid for", 2)[0].id == paid
    assert len(store.recall("harbour", 1)) == 1
    assert store.recall("volcano", 5) == ()


@pytest.mark.parametrize(
    "query", ["", '"', "a* OR (b", "NEAR(x y)", "text:", "''; DROP TABLE memories", "\x00", "日本"]
)
def test_no_query_breaks_the_search(store: MemoryStore, query: str) -> None:
    keep(store, "Belmar paid.")
    assert isinstance(store.recall(query, 5), tuple)
    assert len(store.all()) == 1


def test_forgetting_removes_the_memory_from_search_and_never_reuses_its_id(store: MemoryStore) -> None:
    first = keep(store, "Belmar paid.")
    assert store.forget(first)
    assert not store.forget(first)
    assert store.recall("Belmar", 5) == ()
    assert keep(store, "Belmar paid.") > first


def test_memories_survive_the_closing_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    store = MemoryStore.open(path)
    keep(store, "Belmar paid.")
    store.close()
    again = MemoryStore.open(path)
    assert [memory.text for memory in again.all()] == ["Belmar paid."]
    again.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    path.write_text("this is a letter, not a database " * 100)
    with pytest.raises(StoreError, match=r"memory\.sqlite"):
        MemoryStore.open(path)
