"""A store of memories under SIGKILL, many writers, a full disk and a broken page: nothing kept is lost or halved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from simone.clock import FrozenClock, seeded
from simone.errors import StoreError
from simone.memory.contract import Candidate, Filter, Keys, Memory, Origin
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore

KILLS = 16
NURSERY = """
import os, sys
from pathlib import Path
from simone.clock import SystemClock, seeded
from simone.memory.contract import Candidate, Keys, Link, Memory, Origin
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore


def said(text):
    return Candidate(text, (Origin("log", 0, len(text), text, "run", "Ann", 0.9),))


def kept(answers):
    return [one.id for one in answers if isinstance(one, Memory)]


def restless(path, journal, seed):
    store, clock, chance = SqliteStore.open(path, durable=False), SystemClock(), seeded(seed, "child")
    mine = []

    def tell(*words):
        os.write(journal, (" ".join(words) + "\\n").encode())

    for step in range(10_000):
        texts = [f"Crate {seed} of batch {step} and shelf {shelf} weighs 40 kilograms." for shelf in range(3)]
        batch = kept(remember(store, [said(text) for text in texts], clock))
        tell("batch", *batch)
        mine.extend(batch)
        kept(remember(store, [said(texts[0].replace("40", "50"))], clock))
        with store.writing() as writing:
            at = clock.now().isoformat()
            text = f"Episode {seed} {step}."
            whole = said(text)
            identity = f"{seed:08x}{step:08x}"
            memory = Memory(identity, text, whole.origins, "episode", "default", "", (), (), (), (), 0.0, 0.0, 0.5,
                            False, 0.9, "", "", at)
            writing.add(memory, Keys(seed * 10_000 + step, (), ()))
            for number, member in enumerate(batch):
                writing.link(Link(f"{identity}-{number}", "holds", member, identity, at, "it holds it", batch=identity))
        if chance.random() < 0.5:
            doomed = mine.pop(chance.randrange(len(mine)))
            tell("dooming", doomed)
            with store.writing() as writing:
                writing.forget([doomed])
            tell("forgot", doomed)
        if chance.random() < 0.2:
            store.purge()


def sociable(path, journal, seed):
    store, clock = SqliteStore.open(path, durable=False), SystemClock()
    for number in range(12):
        shared = said(f"Everybody knows that pier {number} has {number + 3} cranes.")
        remember(store, [said(f"Writer {seed} alone knows pier {number}."), shared], clock)
    store.close()


for line in sys.stdin:
    work, path, journal, seed = line.split()
    child = os.fork()
    if child == 0:
        told = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        {"restless": restless, "sociable": sociable}[work](Path(path), told, int(seed))
        os._exit(0)
    print(child, flush=True)
    if work == "restless":
        os.waitpid(child, 0)
        print("ended", flush=True)
    elif seed == "1":
        for _ in range(4):
            assert os.wait()[1] == 0
        print("ended", flush=True)
"""


class Nursery:
    """A process that has imported everything and forks the children that a test kills."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def bear(self, work: str, path: Path, journal: Path, seed: int) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{work} {path} {journal} {seed}\n")
        self._process.stdin.flush()
        return int(self.heard())

    def heard(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


def said(text: str) -> Candidate:
    return Candidate(text, (Origin("log", 0, len(text), text, "run", "Ann", 0.9),))


def kept_whole(store: SqliteStore, journal: Path) -> int:
    """How many memories are there, after every promise of the journal was held against them."""
    lines = [line.split() for line in journal.read_text().splitlines()]
    batches = [words[1:] for words in lines if words[0] == "batch"]
    doomed = {word for words in lines if words[0] == "dooming" for word in words[1:]}
    forgotten = {word for words in lines if words[0] == "forgot" for word in words[1:]}
    assert store.check() == ()
    everything = store.select(Filter(current=False))
    known = {one.id for one in everything}
    promised = {one for batch in batches for one in batch}
    assert all(len(batch) == 3 for batch in batches)
    assert promised - doomed <= known
    assert not forgotten & known
    groups: dict[str, list[Memory]] = {}
    for memory in everything:
        if memory.kind != "episode" and " 40 " in memory.text:
            groups.setdefault(memory.text.split(" and shelf")[0], []).append(memory)
    for group in groups.values():  # a batch that was killed before it could tell is there whole
        assert len(group) == 3 or {one.id for one in group} <= promised
    for episode in everything:
        if episode.kind == "episode":
            assert [link.kind for link in store.batch(episode.id)] == ["holds"] * 3
    numbers = [change.number for change in store.changes(0)]
    assert numbers == sorted(set(numbers))
    added = {change.memory for change in store.changes(0) if change.what == "added"}
    gone = {change.memory for change in store.changes(0) if change.what == "forgotten"}
    assert known == added - gone
    return len(everything)


def test_a_writer_killed_at_random_moments_loses_nothing_it_committed(tmp_path: Path, nursery: Nursery) -> None:
    path, journal = tmp_path / "memories.sqlite", tmp_path / "journal"
    chance = seeded(7, "kill")
    journal.touch()
    counts = []
    for number in range(KILLS):
        length = journal.stat().st_size
        child = nursery.bear("restless", path, journal, number)
        while journal.stat().st_size == length:
            time.sleep(0.005)
        time.sleep(chance.random() * 0.2)
        os.kill(child, signal.SIGKILL)
        assert nursery.heard() == "ended"
        store = SqliteStore.open(path, durable=False)
        counts.append(kept_whole(store, journal))
        store.close()
    assert counts[-1] > KILLS


def test_several_processes_keep_the_same_once_and_lose_nothing_of_their_own(tmp_path: Path, nursery: Nursery) -> None:
    path = tmp_path / "memories.sqlite"
    for seed in (4, 3, 2, 1):
        nursery.bear("sociable", path, tmp_path / "journal", seed)
    assert nursery.heard() == "ended"
    store = SqliteStore.open(path)
    texts = [one.text for one in store.select(Filter())]
    shared = [text for text in texts if text.startswith("Everybody")]
    assert len(shared) == len(set(shared)) == 12
    assert len(texts) == len(set(texts)) == 12 + 4 * 12
    assert store.refusals("default") == {"duplicate": 3 * 12}
    assert store.check() == ()


def test_a_full_disk_is_a_named_error_and_the_store_still_opens_and_reads(tmp_path: Path) -> None:
    path = tmp_path / "memories.sqlite"
    store = SqliteStore.open(path)
    (kept,) = remember(store, [said("The yard has 40 cranes.")], FrozenClock())
    assert isinstance(kept, Memory)
    (pages,) = store._writer.execute("PRAGMA page_count").fetchone()
    store._writer.execute(f"PRAGMA max_page_count = {pages + 4}")
    long = "word " * 700
    with pytest.raises(StoreError, match=r"database or disk is full.*nothing of it was kept"):
        remember(store, [said(f"Number {number} {long}") for number in range(20)], FrozenClock())
    assert store.select(Filter()) == (kept,)
    with store.writing() as writing:
        writing.refuse("default", "small things still fit")
    store.close()
    again = SqliteStore.open(path)
    assert again.select(Filter()) == (kept,)
    assert again.check() == ()
    remember(again, [said(f"Number {number} {long}") for number in range(20)], FrozenClock())
    assert len(again.select(Filter())) == 21


def test_a_broken_page_is_found_and_named(tmp_path: Path) -> None:
    path = tmp_path / "memories.sqlite"
    store = SqliteStore.open(path)
    remember(store, [said(f"Pier {number} has {number} cranes.") for number in range(200)], FrozenClock())
    (size,) = store._writer.execute("PRAGMA page_size").fetchone()
    store.close()
    content = bytearray(path.read_bytes())
    place = content.index(b"Pier 150 has 150 cranes.") // size * size
    content[place : place + size] = b"\x5a" * size
    path.write_bytes(content)
    store = SqliteStore.open(path)
    said_wrong = store.check()
    assert said_wrong
    assert "damaged" in said_wrong[0] or "cannot read" in said_wrong[0]
    with pytest.raises(StoreError, match="run `simone memory check`"):
        store.select(Filter())
    store.close()


def test_one_changed_byte_of_a_text_is_found_though_every_page_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "memories.sqlite"
    store = SqliteStore.open(path)
    remember(store, [said(f"Pier {number} has {number} cranes.") for number in range(20)], FrozenClock())
    store.close()
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Pier 15 has 15 cranes.", b"Pier 15 has 95 cranes.", 1))
    store = SqliteStore.open(path)
    (found,) = store.check()
    assert "is not what was written" in found
    store.close()


def test_keys_that_a_program_of_another_kind_lost_are_made_anew(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "memories.sqlite")
    remember(store, [said("The yard has 40 cranes.")], FrozenClock())
    with store.writing() as writing:
        writing._connection.execute("DELETE FROM keys")
        writing._connection.execute("DELETE FROM names")
    assert len(store.check()) == 1
    assert len(store.repair()) == 1
    assert store.check() == ()
    with store.writing() as writing:
        assert writing.near("default", Keys(0, (), ()).bands, 5) == ()
