"""The SQLite store: rows that never change, links that end, and nothing left of what was forgotten."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import msgspec
import numpy as np
import pytest

from simone.errors import BadRequest, StoreError
from simone.memory.contract import Change, Entity, Filter, Keys, Link, Memory, Origin, Use, Vectors
from simone.memory.sqlite import SqliteStore

SECRET = "Quixotepassphrase"


def memory(number: int, text: str = "", **fields: object) -> Memory:
    said = text or f"Statement number {number} about Belmar."
    made = Memory(
        id=f"{number:016x}",
        text=said,
        origins=(Origin(f"doc-{number}", 0, len(said), said, "run-1", "Ann", 0.9),),
        kind="fact",
        tenant="default",
        session="",
        entities=(Entity(0, 4, "name", f"Belmar {number}"),),
        times=(),
        statements=(),
        topics=("Belmar",),
        valence=0.0,
        arousal=0.0,
        salience=0.5,
        pinned=False,
        trust=0.9,
        valid_from="",
        valid_to="",
        recorded_at=f"2026-01-{number:02d}T00:00:00+00:00",
    )
    return msgspec.structs.replace(made, **fields)


def keys(number: int, terms: tuple[int, ...] = ()) -> Keys:
    return Keys(2**63 + number, tuple(range(2**63 + 8 * number, 2**63 + 8 * number + 8)), terms or (number,))


def closing(number: int, old: Memory, new: Memory, **fields: object) -> Link:
    made = Link(f"link-{number}", "closes", old.id, new.id, new.recorded_at, "they exclude each other", new.recorded_at)
    return msgspec.structs.replace(made, **fields)


def fill(store: SqliteStore, *numbers: int) -> list[Memory]:
    made = [memory(number) for number in numbers]
    with store.writing() as writing:
        for one, number in zip(made, numbers, strict=True):
            writing.add(one, keys(number))
    return made


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore.open(tmp_path / "memories.sqlite", durable=False)


def test_what_was_added_comes_back_to_the_letter_and_survives_reopening(tmp_path: Path) -> None:
    path = tmp_path / "memories.sqlite"
    store = SqliteStore.open(path)
    odd = memory(1, 'Line one\nline "two" \U0001f600 \x00 end', valence=-1, pinned=True, trust=0)
    with store.writing() as writing:
        writing.add(odd, keys(1))
        writing.add(msgspec.structs.replace(odd, text="another text under a known id"), keys(2))
    store.close()
    again = SqliteStore.open(path)
    assert again.get([odd.id, "unknown"]) == (odd,)
    assert again.check() == ()
    assert again.changes(0) == (Change(1, "added", odd.id),)


def test_exact_keys_bands_and_terms_find_current_memories_of_the_tenant(store: SqliteStore) -> None:
    one, two, three = (memory(number) for number in (1, 2, 3))
    elsewhere = memory(4, tenant="other")
    with store.writing() as writing:
        writing.add(one, Keys(7, (1, 2, 3), (10, 11)))
        writing.add(two, Keys(7, (2, 3, 4), (10, 12)))
        writing.add(three, Keys(8, (3, 4, 5), (10, 11, 12)))
        writing.add(elsewhere, Keys(7, (1, 2, 3), (10, 11, 12)))
        assert writing.exact("default", 7) == one
        assert writing.exact("other", 7) == elsewhere
        assert writing.exact("default", 9) is None
        assert writing.near("default", (1, 2, 3), 5) == (one, two, three)
        assert writing.near("default", (4, 5), 1) == (three,)
        assert writing.sharing("default", (10, 11), 5) == (three, one, two)
        assert writing.sharing("default", (10, 11, 12), 2) == (three, two)
        writing.link(closing(1, one, two))
        writing.link(closing(2, three, two, kind="stands_for"))
        assert writing.exact("default", 7) == two
        assert writing.near("default", (1, 2, 3), 5) == (two,)
        assert writing.sharing("default", (10, 11), 5) == (two,)
        writing.undo("link-1", "2026-02-01T00:00:00+00:00")
        assert writing.exact("default", 7) == one


def test_a_filter_leaves_what_it_names(store: SqliteStore) -> None:
    plain = memory(1)
    event = memory(2, kind="event", session="s", trust=0.2, valid_from="2025-01-01", valid_to="2025-06-01")
    other = memory(3, tenant="other")
    with store.writing() as writing:
        for number, one in enumerate((plain, event, other)):
            writing.add(one, keys(number))
    chosen = store.select
    assert chosen(Filter()) == (plain, event)
    assert chosen(Filter(tenant="")) == (plain, event, other)
    assert chosen(Filter(kinds=("event",))) == chosen(Filter(sessions=("s", "t"))) == (event,)
    assert chosen(Filter(sources=("doc-1", "doc-3"))) == (plain,)
    assert chosen(Filter(authors=("Bob",))) == ()
    assert chosen(Filter(subject="BELMAR 2")) == (event,)
    assert chosen(Filter(least_trust=0.5)) == (plain,)
    assert chosen(Filter(since="2026-01-02")) == chosen(Filter(since="2026-01-02T01:00:00+01:00")) == (event,)
    assert chosen(Filter(until="2026-01-01")) == (plain,)
    assert chosen(Filter(valid_at="2025-06-01")) == (plain, event)
    assert chosen(Filter(valid_at="2025-06-02")) == chosen(Filter(valid_at="2024-12-31")) == (plain,)
    assert chosen(Filter(), limit=1) == (plain,)
    assert chosen(Filter(), after=plain.id) == (event,)
    with pytest.raises(BadRequest, match="start anew"):
        chosen(Filter(), after="unknown")
    with pytest.raises(BadRequest, match="valid_at 'soon'"):
        chosen(Filter(valid_at="soon"))


def test_what_is_closed_stays_and_answers_for_its_time_and_for_what_was_known(store: SqliteStore) -> None:
    old, new = fill(store, 1, 3)
    with store.writing() as writing:
        writing.link(closing(1, old, new, valid_to="2025-07-01"))
    assert store.select(Filter()) == (new,)
    assert store.select(Filter(current=False)) == (old, new)
    assert store.select(Filter(known_at="2026-01-02")) == (old,)
    assert store.select(Filter(valid_at="2025-06-30", current=False)) == (old,)
    assert store.select(Filter(valid_at="2025-07-01", current=False)) == (new,)
    with store.writing() as writing:
        assert writing.undo("link-1", "2026-01-05T00:00:00+00:00")
        assert not writing.undo("link-1", "2026-01-06T00:00:00+00:00")
    assert store.select(Filter()) == (old, new)
    assert store.select(Filter(known_at="2026-01-04")) == (new,)
    assert [link.undone_at for link in store.links([new.id])] == ["2026-01-05T00:00:00+00:00"]
    assert [change.what for change in store.changes(0)] == ["added", "added", "linked", "undone"]


def test_a_link_needs_its_memories(store: SqliteStore) -> None:
    old, new = fill(store, 1, 2)
    with pytest.raises(StoreError, match="which the store does not have"), store.writing() as writing:
        writing.link(closing(1, old, memory(9)))
    with store.writing() as writing:
        writing.link(closing(1, old, new, batch="b"))
        writing.link(closing(1, old, new, reason="a second reason under a known id"))
    (kept,) = store.batch("b")
    assert kept == closing(1, old, new, batch="b") == store.links([old.id])[0]
    assert store.batch("") == ()


def test_uses_and_vectors_are_of_known_memories(store: SqliteStore) -> None:
    one, two = fill(store, 1, 2)
    rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    with store.writing() as writing:
        writing.use([one.id, "unknown", one.id], "2026-02-01T00:00:00+00:00")
        writing.vectors(Vectors("small", (two.id, "unknown"), rows))
        writing.vectors(Vectors("small", (two.id, one.id), rows + 1))
    assert store.uses([two.id, one.id]) == {one.id: Use(2, "2026-02-01T00:00:00+00:00")}
    found = store.vectors("small", [one.id, "unknown", two.id])
    assert found.ids == (one.id, two.id)
    assert found.rows.tolist() == [[4, 5, 6], [1, 2, 3]]
    assert store.vectors("large", [one.id]).rows.shape == (0, 0)
    with pytest.raises(BadRequest, match="a row each"), store.writing() as writing:
        writing.vectors(Vectors("small", (one.id,), rows))


def test_refusals_are_counted_by_rule_and_tenant(store: SqliteStore) -> None:
    with store.writing() as writing:
        for tenant, rule in (("default", "empty"), ("default", "duplicate"), ("default", "empty"), ("other", "empty")):
            writing.refuse(tenant, rule)
    assert store.refusals("default") == {"duplicate": 1, "empty": 2}
    assert store.refusals("nobody") == {}


def test_forgetting_takes_everything_of_a_memory_and_the_episodes_that_hold_it(store: SqliteStore) -> None:
    doomed, episode, of_episodes, closed, stays = fill(store, 1, 2, 3, 4, 5)
    with store.writing() as writing:
        writing.link(closing(1, doomed, episode, kind="holds"))
        writing.link(closing(2, stays, episode, kind="holds"))
        writing.link(closing(3, episode, of_episodes, kind="holds"))
        writing.link(closing(4, closed, doomed))
        writing.use([doomed.id], "2026-02-01T00:00:00+00:00")
        writing.vectors(Vectors("small", (doomed.id,), np.ones((1, 3), np.float32)))
    before = len(store.changes(0))
    with store.writing() as writing:
        assert writing.forget([doomed.id, doomed.id, "unknown"]) == 3
    assert store.select(Filter(current=False)) == (closed, stays)
    assert store.links([closed.id, stays.id, doomed.id]) == ()
    told = [(change.what, change.memory) for change in store.changes(before)]
    assert told[:2] == [("undone", closed.id), ("undone", stays.id)]
    assert told[2:] == [("forgotten", one.id) for one in (doomed, episode, of_episodes)]
    assert store.check() == ()
    with store.writing() as writing:
        assert writing.exact("default", keys(1).exact) is None


def bytes_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(path.name + "*")))


def test_after_a_purge_no_byte_of_what_was_forgotten_is_in_any_file_of_the_store(tmp_path: Path) -> None:
    path = tmp_path / "memories.sqlite"
    store = SqliteStore.open(path, durable=False)
    with store.writing() as writing:
        for number in range(1, 29):
            secret = f"{SECRET} {number}" if number % 3 == 0 else f"plain {number}"
            entities = (Entity(0, 3, "name", f"{secret} Subject"),)
            writing.add(memory(number, secret * 40, entities=entities, topics=(secret,)), keys(number))
    assert SECRET.encode() in bytes_of(path)
    with store.writing() as writing:
        assert writing.forget([f"{number:016x}" for number in range(3, 29, 3)]) == 9
    store.purge()
    for form in (SECRET, SECRET.lower(), SECRET.casefold(), "Quixote"):
        assert form.encode() not in bytes_of(path)
    assert len(store.select(Filter())) == 19
    assert store.check() == ()
    store.close()
    assert SECRET.encode() not in bytes_of(path)


def test_with_a_key_no_word_is_in_any_file_and_nobody_opens_it_without(tmp_path: Path) -> None:
    path = tmp_path / "memories.sqlite"
    key = 'it\'s a "key" with ümlauts'
    store = SqliteStore.open(path, key=key)
    kept = [memory(number, f"{SECRET} {number}") for number in (1, 2)]
    with store.writing() as writing:
        for number, one in enumerate(kept):
            writing.add(one, keys(number))
            writing.use([one.id], "2026-02-01T00:00:00+00:00")
        writing.link(closing(1, *kept))
        assert writing.exact("default", keys(1).exact) == kept[1]
    for form in (SECRET.encode(), b"SQLite format", kept[0].id.encode()):
        assert form not in bytes_of(path)
    with pytest.raises(StoreError, match="in this thread"), store.writing(), store.writing():
        pass
    with pytest.raises(StoreError, match="names memory"), store.writing() as writing:
        writing.link(closing(2, kept[0], memory(9)))
    assert store.check() == ()
    with store.writing() as writing:
        assert writing.forget([kept[0].id]) == 1
    store.purge()
    store.close()
    for wrong in ("", "another key"):
        with pytest.raises(StoreError, match="check path, permissions and key"):
            SqliteStore.open(path, key=wrong)
    assert SqliteStore.migrate(path, 1, key) == (4, 1)
    again = SqliteStore.open(path, key=key)
    assert again.select(Filter()) == (kept[1],)
    again.close()
    plain = tmp_path / "plain.sqlite"
    SqliteStore.open(plain).close()
    with pytest.raises(StoreError, match="not a database"):
        SqliteStore.open(plain, key=key)


def test_a_purge_that_another_reader_keeps_from_ending_says_so(tmp_path: Path) -> None:
    path = tmp_path / "memories.sqlite"
    store = SqliteStore.open(path, durable=False)
    store._writer.execute("PRAGMA busy_timeout=50")
    fill(store, 1)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM memories").fetchone()
    with pytest.raises(StoreError, match="purge again"):
        store.purge()
    reader.execute("COMMIT")
    reader.close()
    store.purge()


def test_a_transaction_that_raises_leaves_nothing(store: SqliteStore) -> None:
    with pytest.raises(KeyError), store.writing() as writing:
        writing.add(memory(1), keys(1))
        writing.refuse("default", "empty")
        assert store.select(Filter()) == ()
        raise KeyError
    assert store.select(Filter()) == ()
    assert store.changes(0) == ()
    assert store.refusals("default") == {}
    with pytest.raises(StoreError, match="in this thread"), store.writing(), store.writing():
        pass


def test_a_lone_surrogate_is_refused_by_name(store: SqliteStore) -> None:
    with pytest.raises(BadRequest, match="lone surrogate"), store.writing() as writing:
        writing.add(memory(1, "broken \ud800 text"), keys(1))
    assert store.select(Filter()) == ()


def test_threads_write_and_read_at_once(store: SqliteStore) -> None:
    seen: list[int] = []

    def write(start: int) -> None:
        for number in range(start, start + 10):
            with store.writing() as writing:
                if writing.exact("default", keys(number).exact) is None:
                    writing.add(memory(number, recorded_at="2026-01-01"), keys(number))
            seen.append(len(store.select(Filter())))

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 5, 10, 0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.select(Filter())) == 20
    assert len(seen) == 40
    assert [change.number for change in store.changes(0)] == list(range(1, 21))
    assert store.check() == ()


def test_a_store_goes_back_a_schema_and_forward_again_with_its_memories(tmp_path: Path) -> None:
    path = tmp_path / "memories.sqlite"
    store = SqliteStore.open(path)
    kept = fill(store, 1, 2)
    store.close()
    assert SqliteStore.migrate(path, 1) == (4, 1)
    assert SqliteStore.migrate(path, 4) == (1, 4)
    store = SqliteStore.open(path)
    assert list(store.select(Filter())) == kept
    assert store.check() == ()


def test_a_changed_row_lost_keys_and_orphans_are_found_and_what_can_be_is_set_right(tmp_path: Path) -> None:
    path = tmp_path / "memories.sqlite"
    store = SqliteStore.open(path)
    one, two, three = fill(store, 1, 2, 3)
    with store.writing() as writing:
        writing.link(closing(1, one, two))
    vandal = sqlite3.connect(path, isolation_level=None)
    vandal.execute("DELETE FROM keys WHERE memory = 2 AND kind = 1")
    vandal.execute("INSERT INTO names VALUES (0, 'stray', 3)")
    vandal.execute("INSERT INTO keys VALUES (2, 5, 77)")
    vandal.execute("PRAGMA foreign_keys=OFF")
    vandal.execute("DELETE FROM memories WHERE number = 1")
    vandal.close()
    said = " | ".join(store.check())
    assert "1 rows of links have lost their row of memories" in said
    assert f"2 memories are not found by all their keys: {two.id}, {three.id}" in said
    assert "keys of 2 memories are left" in said
    assert len(store.repair()) == 3
    assert store.check() == ()
    assert store.repair() == ()
    vandal = sqlite3.connect(path, isolation_level=None)
    vandal.execute("UPDATE memories SET text = 'Not what was said.' WHERE number = 3")
    vandal.close()
    assert store.check() == (f"memory {three.id} is not what was written: its checksum differs",)
    assert f"memory {three.id} was set aside" in " ".join(store.repair())
    assert store.check() == ()
    assert store.select(Filter()) == (two,)


@pytest.mark.parametrize("column", ["text", "origins", "tenant", "topics", "keys", "valid_from"])
def test_a_byte_that_is_no_text_any_more_is_told_by_memory_and_set_aside(tmp_path: Path, column: str) -> None:
    path = tmp_path / "memories.sqlite"
    store = SqliteStore.open(path)
    one, two = fill(store, 1, 2)
    vandal = sqlite3.connect(path, isolation_level=None)
    kind = "BLOB" if column == "keys" else "TEXT"
    vandal.execute(f"UPDATE memories SET {column} = CAST(x'5bff22' AS {kind}) WHERE number = 1")
    vandal.close()
    with pytest.raises(StoreError, match=f"memory '{one.id}' is not what was written"):
        store.select(Filter(tenant="", current=False))
    with pytest.raises(StoreError, match=f"memory '{one.id}' is not what was written"):
        store.get([two.id, one.id])
    assert store.check() == (f"memory {one.id} is not what was written: its checksum differs",)
    assert f"memory {one.id} was set aside" in " ".join(store.repair())
    assert store.check() == ()
    assert store.select(Filter(tenant="", current=False)) == (two,)
    with store.writing() as writing:
        assert writing.forget([two.id]) == 1
    store.purge()
    assert b"Statement number" not in bytes_of(path)
