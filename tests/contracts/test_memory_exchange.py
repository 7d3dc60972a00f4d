"""Memories carried from one store to another as lines of JSON: the same bytes again, whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simone.clock import FrozenClock, digest
from simone.errors import BadRequest, StoreError
from simone.memory.contract import Candidate, Filter, Keys, Link, Memory, Origin, Store, Use, Vectors
from simone.memory.exchange import EVERYTHING, Carried, export_file, exported, import_lines
from simone.memory.keying import keys_of
from simone.memory.postgres import open_postgres
from simone.memory.remembering import as_memory, remember, undo
from simone.memory.sqlite import SqliteStore

TURNS = (
    "Caroline paid 40 euros for the violin.",
    "Melanie went camping in Kent with two children.",
    "The choir of St Pancras sings on Friday.",
    "Caroline paid 60 euros for the violin.",
)


def candidate(text: str, **changed: Any) -> Candidate:
    return Candidate(text, (Origin("talk", 0, len(text), text, "run", "Ann", 0.8),), **changed)


Opener = Callable[[], Store]


@pytest.fixture(params=["sqlite", "postgres"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens an empty store, a new one each time."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    yield from openers(tmp_path, url)


def openers(folder: Path, url: str) -> Iterator[Opener]:
    opened: list[Store] = []

    def another() -> Store:
        number = f"{digest(str(folder).encode())[:12]}x{len(opened)}"
        store: Store
        if url:
            store = open_postgres(url, schema=f"exchange{number}")
        else:
            store = SqliteStore.open(folder / f"{number}.sqlite", durable=False)
        opened.append(store)
        return store

    yield another
    for store in opened:
        store.close()


def filled(store: Store) -> Store:
    """Of everything that a file carries."""
    clock = FrozenClock()
    kept = [one for one in remember(store, [candidate(text) for text in TURNS], clock) if isinstance(one, Memory)]
    assert len(kept) == 4
    remember(store, [candidate("The violin is in Ann\u2019s attic.", tenant="other", session="s")], clock)
    links = store.links([one.id for one in kept])
    assert [link.kind for link in links] == ["closes"]
    undo(store, [links[0].id], clock)
    with store.writing() as writing:
        writing.link(Link("again", "closes", kept[0].id, kept[3].id, "2026-02-01T00:00:00+00:00", "by hand"))
        writing.use([kept[1].id, kept[1].id], "2026-02-02T00:00:00+00:00")
        writing.vectors(Vectors("e", (kept[2].id, kept[0].id), np.array([[0.1, -0.0], [1e-30, 3.0]], np.float32)))
    return store


def lines_of(store: Store) -> list[bytes]:
    return list(exported(store, EVERYTHING, ("e",)))


def test_from_sqlite_to_postgres_and_back_the_bytes_are_the_same(tmp_path: Path, postgres_url: str) -> None:
    (sqlite,), (postgres,) = list(openers(tmp_path, "")), list(openers(tmp_path, postgres_url))
    first = lines_of(filled(sqlite()))
    there = postgres()
    carried = import_lines(there, first)
    assert carried == Carried(memories=5, links=2, uses=1, vectors=2)
    assert lines_of(there) == first
    back = sqlite()
    import_lines(back, lines_of(there))
    assert lines_of(back) == first
    assert back.check() == there.check() == ()
    for store in (there, back):
        store.close()


def test_what_is_restored_answers_as_before_and_the_gate_knows_it(opener: Opener) -> None:
    one, other = filled(opener()), opener()
    import_lines(other, lines_of(one))
    for which in (EVERYTHING, Filter(), Filter(known_at="2026-01-20"), Filter(valid_at="2026-01-15", current=False)):
        assert other.select(which) == one.select(which)
    ids = [memory.id for memory in one.select(EVERYTHING)]
    assert other.links(ids) == one.links(ids)
    assert other.uses(ids) == one.uses(ids)
    (refusal,) = remember(other, [candidate(TURNS[1] + "!")], FrozenClock())
    assert not isinstance(refusal, Memory) and refusal.rule == "duplicate"


def test_a_second_time_changes_nothing(opener: Opener) -> None:
    lines = lines_of(filled(opener()))
    store = opener()
    import_lines(store, lines)
    before = store.changes(0)
    assert import_lines(store, lines) == Carried(5, 2, 1, 2, known=5)
    assert store.changes(0) == before
    assert lines_of(store) == lines


def test_uses_are_brought_up_and_never_down_and_an_undone_link_is_undone(opener: Opener) -> None:
    one, other = filled(opener()), opener()
    lines = lines_of(one)
    import_lines(other, lines)
    ids = [memory.id for memory in one.select(EVERYTHING)]
    with one.writing() as writing:
        writing.use([ids[1]], "2026-03-01T00:00:00+00:00")
        writing.undo("again", "2026-03-01T00:00:00+00:00")
    import_lines(other, lines_of(one))
    assert other.uses(ids)[ids[1]] == Use(3, "2026-03-01T00:00:00+00:00")
    assert other.links(ids)[-1].undone_at == "2026-03-01T00:00:00+00:00"
    import_lines(other, lines)
    assert other.uses(ids)[ids[1]].count == 3


def test_a_filter_leaves_out_links_to_what_it_leaves_out(opener: Opener) -> None:
    store = filled(opener())
    lines = [json.loads(line) for line in exported(store, Filter())]  # leaves out the closed one
    assert [line["line"] for line in lines] == ["head", "memory", "memory", "memory", "use", "end"]
    assert [line["line"] for line in map(json.loads, exported(store, Filter(tenant="nobody")))] == ["head", "end"]


# Files that are not as they should be.

Damage = Callable[[list[bytes]], list[bytes]]


def changed(number: int, **fields: Any) -> Damage:
    """Line `number` with other fields, the last line made to fit no longer."""

    def damage(lines: list[bytes]) -> list[bytes]:
        line = json.loads(lines[number - 1])
        inner = line["memory"] if isinstance(line.get("memory"), dict) else line.get("link", line)
        inner.update(fields)
        return [*lines[: number - 1], json.dumps(line).encode() + b"\n", *lines[number:]]

    return damage


# 1 head, 2-6 memories, 7-8 links, 9 use, 10-11 vectors, 12 end
DAMAGES: dict[str, tuple[Damage, str]] = {
    "no JSON": (lambda lines: [*lines[:3], b"{nonsense\n", *lines[4:]], "line 4: it cannot be read"),
    "no UTF-8": (lambda lines: [*lines[:3], b'"\xff\xfe"\n', *lines[4:]], "line 4: it cannot be read"),
    "a lone surrogate": (lambda lines: [lines[0], lines[1].replace(b"Caroline", b"\\ud83d", 1)], "line 2: it cannot"),
    "an empty line": (lambda lines: [*lines[:3], b"\n", *lines[3:]], "line 4: it cannot be read"),
    "no head": (lambda lines: lines[1:], "line 1: the first line"),
    "two heads": (lambda lines: [lines[0], *lines], "line 2: the first line"),
    "another version": (changed(1, version=2), "line 1: it says format 'simone-memory' 2"),
    "cut off": (lambda lines: lines[:-1], "behind line 11 without its last line"),
    "cut in a line": (lambda lines: [*lines[:5], lines[5][:30]], "line 6: it cannot be read"),
    "nothing": (lambda _: [], "behind line 0"),
    "a line left out": (lambda lines: [*lines[:9], *lines[10:]], "line 11 counts .* 2 vectors .* found were .* 1 vec"),
    "a line twice": (lambda lines: [*lines[:3], lines[2], *lines[3:]], "line 4: memory .* stands in the file twice"),
    "a use twice": (lambda lines: [*lines[:9], lines[8], *lines[9:]], "line 10: uses of memory"),
    "more behind the end": (lambda lines: [*lines, lines[-1]], "line 13: it stands behind the end"),
    "other words": (
        changed(2, text="Caroline paid 90 euros for the violin."),
        "line 2: .* its words, tenant, origins or moment were",
    ),
    "another moment": (
        changed(3, recorded_at="2026-01-02T00:00:00+00:00"),
        "line 3: .* its words, tenant, origins or moment were",
    ),
    "no moment": (changed(3, recorded_at=""), "line 3: recorded_at of memory"),
    "a moment elsewhere": (changed(3, valid_from="2026-01-02T00:00:00+02:00"), "line 3: valid_from"),
    "not a moment": (changed(3, valid_to="May"), "line 3: valid_to"),
    "a link at no moment": (changed(7, recorded_at="May"), "line 7: recorded_at of link"),
    "raised trust": (changed(4, trust=0.9), "line 4: .* nothing raises it"),
    "no origin": (changed(4, origins=[]), "line 4: .* has no origin"),
    "a number out of range": (changed(4, salience=7.0), "line 4: salience"),
    "an unknown field": (changed(9, more=1), "line 9: it cannot be read: .*more"),
    "an unknown memory in a link": (changed(7, other="0" * 16), "line 7: link .* names memory '0000"),
    "an unknown memory in a use": (changed(9, memory="0" * 16), "line 9: uses of memory"),
    "no uses": (changed(9, count=0), "line 9: uses of memory"),
    "an unknown memory in a vector": (changed(10, memory="0" * 16), "line 10: a vector of memory"),
    "a vector that is none": (changed(10, row="AAA"), "line 10: the vector of memory"),
    "an empty vector": (changed(10, row=""), "line 10: the vector of memory"),
    "a vector of nothing finite": (changed(10, row="AADAfw=="), "line 10: the vector of memory"),
    "deeply nested": (
        lambda lines: [lines[0], b'{"line":"memory","memory":{"more":' + b"[" * 200_000 + b"]" * 200_000 + b"}}\n"],
        "line 2: it cannot be read: too much of it stands within",
    ),
    "more uses than there can be": (changed(9, count=10**11), "line 9: uses of memory .* 1 to 1,000,000,000"),
    "uses beyond any number": (changed(9, count=10**30), "line 9: uses of memory"),
    "uses at no moment": (changed(9, last_at="yesterday"), "line 9: uses of memory .* last_at 'yesterday'"),
    "uses never": (changed(9, last_at=""), "line 9: uses of memory .* last_at is empty"),
    "no tenant": (changed(2, tenant=""), "line 2: the tenant of memory .* is blank"),
    "a blank tenant": (changed(2, tenant=" \t"), "line 2: the tenant of memory .* is blank"),
    "no text": (changed(2, text=""), "line 2: the text of memory .* is blank"),
    "ends before it begins": (
        changed(2, valid_from="2026-05-01", valid_to="2026-04-30T23:59:59+00:00"),
        "line 2: memory .* must not end before it begins",
    ),
    "a link undone before it was made": (changed(8, undone_at="2026-01-31"), "line 8: link 'again' .* must not end"),
    "a memory that closes itself": (
        lambda lines: changed(8, other=json.loads(lines[7])["link"]["memory"])(lines),
        "line 8: link 'again' is between .* two memories of one tenant",
    ),
    "a link to what another tenant says": (
        lambda lines: changed(8, other=json.loads(lines[5])["memory"]["id"])(lines),
        "line 8: link 'again' is between .* two memories of one tenant",
    ),
    "another link of the same id": (
        lambda lines: changed(8, id=json.loads(lines[6])["link"]["id"])(lines),
        "line 8: link .* it is another one",
    ),
    "salience a little changed": (changed(2, salience=0.4), "line 12 counts .* the file was changed"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_bad_file_is_refused_by_the_number_of_its_line_and_nothing_kept(
    name: str, good_lines: list[bytes], tmp_path: Path
) -> None:
    damage, said = DAMAGES[name]
    store = SqliteStore.open(tmp_path / "m.sqlite", durable=False)
    with pytest.raises(BadRequest, match=said):
        import_lines(store, damage(list(good_lines)))
    assert store.select(EVERYTHING) == ()
    assert store.changes(0) == ()
    store.close()


@pytest.fixture(scope="module")
def good_lines(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """A file that can be read."""
    store = SqliteStore.open(tmp_path_factory.mktemp("good") / "m.sqlite", durable=False)
    lines = lines_of(filled(store))
    store.close()
    assert len(lines) == 12
    return lines


def test_a_bad_file_leaves_a_postgres_store_as_it_was(
    good_lines: list[bytes], tmp_path: Path, postgres_url: str
) -> None:
    for opened in openers(tmp_path, postgres_url):
        store = filled(opened())
        before = lines_of(store)
        with pytest.raises(BadRequest, match="line 12"):
            import_lines(store, [*good_lines[:11], good_lines[11].replace(b'"links":2', b'"links":3')])
        assert lines_of(store) == before


def test_a_file_cannot_end_a_link_that_is_not_its_own(opener: Opener, good_lines: list[bytes]) -> None:
    store = opener()
    mine = remember(store, [candidate(text, tenant="mine") for text in (TURNS[0], TURNS[3])], FrozenClock())
    (closing,) = store.links([one.id for one in mine if isinstance(one, Memory)])
    before = lines_of(store)
    undone = "2026-03-01T00:00:00+00:00"
    stolen = changed(8, id=closing.id, undone_at=undone)(good_lines)
    with pytest.raises(BadRequest, match=f"line 8: link '{closing.id}' .* it is another one"):
        import_lines(store, stolen)
    assert lines_of(store) == before
    assert len(store.select(Filter(tenant="mine"))) == 1


def test_uses_by_the_million_are_taken_in_at_once(opener: Opener) -> None:
    one, other = filled(opener()), opener()
    ids = [memory.id for memory in one.select(EVERYTHING)]
    with one.writing() as writing:
        writing.use(ids[:2], "2026-03-01T00:00:00+00:00", 20_000_000)
    import_lines(other, lines_of(one))
    assert other.uses(ids) == one.uses(ids)
    assert other.uses(ids)[ids[1]].count == 20_000_002


# Files on disk, and progress.


def test_a_file_is_replaced_only_when_it_is_whole(tmp_path: Path) -> None:
    store = filled(SqliteStore.open(tmp_path / "m.sqlite", durable=False))
    path = tmp_path / "memories.jsonl"
    path.write_bytes(b"earlier")
    assert export_file(store, path, encoders=("e",)) == Carried(5, 2, 1, 2)
    assert path.read_bytes() == b"".join(lines_of(store))
    store.close()
    with pytest.raises(StoreError, match="closed"):
        export_file(store, path)
    assert path.read_bytes().endswith(b"\n")
    assert sorted(one.name for one in tmp_path.iterdir() if "memories" in one.name) == ["memories.jsonl"]
    with pytest.raises(StoreError, match="cannot be written"):
        export_file(store, tmp_path / "nowhere" / "memories.jsonl")


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    store = filled(SqliteStore.open(tmp_path / "m.sqlite", durable=False))
    pipe, linked = tmp_path / "pipe", tmp_path / "linked"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(pipe.read_bytes)
        assert export_file(store, pipe, encoders=("e",)) == Carried(5, 2, 1, 2)
        assert heard.result(20) == b"".join(lines_of(store))
    assert pipe.is_fifo()
    target = tmp_path / "elsewhere" / "memories.jsonl"
    target.parent.mkdir()
    target.write_bytes(b"earlier")
    linked.symlink_to(target)
    export_file(store, linked, encoders=("e",))
    assert linked.is_symlink() and target.read_bytes() == b"".join(lines_of(store))
    with pytest.raises(StoreError, match="cannot be written"):
        export_file(store, target.parent)
    store.close()


def test_progress_is_told_by_the_thousand(tmp_path: Path) -> None:
    one, other = (SqliteStore.open(tmp_path / f"{n}.sqlite", durable=False) for n in (1, 2))
    with one.writing() as writing:
        for number in range(2100):
            box = as_memory(candidate(f"Box {number} holds {number * 7} violins."), "2026-01-01T00:00:00+00:00")
            writing.add(box, Keys(number, (), ()))
    told: list[int] = []
    carried = import_lines(other, exported(one), told.append)
    assert told == [1000, 2000]
    assert carried.memories == len(one.select(EVERYTHING)) == 2100
    for store in (one, other):
        store.close()


# Any memories.

words = st.text(max_size=12)
tenants = st.sampled_from(("t", "an\x00other", "模"))
origins = st.builds(Origin, words, st.just(0), st.just(1), words, words, words, st.floats(0, 1))


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(words, st.lists(origins, min_size=1, max_size=3), tenants, words), max_size=6), st.data())
def test_any_memories_go_round_to_the_same_bytes(opener: Opener, given_: list[Any], data: st.DataObject) -> None:
    one, other = opener(), opener()
    at = "2026-01-01T00:00:00+00:00"
    memories = [
        as_memory(Candidate(text if text.strip() else "x", tuple(some), tenant=tenant, session=session), at)
        for text, some, tenant, session in given_
    ]
    tenant_of = {memory.id: memory.tenant for memory in memories}
    known = list(tenant_of)
    ends = st.sampled_from(known) if known else st.nothing()
    links = data.draw(st.lists(st.tuples(ends, ends, words), max_size=4)) if known else []
    with one.writing() as writing:
        for memory, keys in zip(memories, keys_of(memories), strict=True):
            writing.add(memory, keys)
        for number, (memory_id, other_id, reason) in enumerate(links):
            if memory_id != other_id and tenant_of[memory_id] == tenant_of[other_id]:
                writing.link(Link(f"l{number}", "closes", memory_id, other_id, at, reason, batch=reason))
    lines = lines_of(one)
    import_lines(other, lines)
    assert lines_of(other) == lines
    assert msgspec.json.decode(lines[-1])["memories"] == len(known)
