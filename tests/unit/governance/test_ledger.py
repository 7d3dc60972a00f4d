"""What the ledger keeps, and what it says when asked for what it does not hold."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from simone.clock import FrozenClock
from simone.errors import ContractBroken, RunUnknown, StoreError
from simone.governance.canonical import canonical
from simone.governance.ledger import Ledger, Transcript, run_id_of

REQUEST, BUNDLE = b'{"question":"q"}', b'{"policy":"default"}'
RUN = run_id_of(REQUEST, BUNDLE)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(tmp_path / "ledger.sqlite", FrozenClock(), durable=False)
    yield opened
    opened.close()


def record(ledger: Ledger, request: bytes = REQUEST, steps: int = 3) -> str:
    journal = ledger.begin(run_id_of(request, BUNDLE), request, BUNDLE)
    for number in range(steps):
        journal.append("stage", f"S{number}", canonical({"n": number}))
    return journal.finish(canonical({"text": "done"}))


def test_a_finished_run_comes_back_as_it_was_written(ledger: Ledger) -> None:
    head = record(ledger)
    run = ledger.load(RUN)
    assert run.finished
    assert (run.request, run.bundle, run.head) == (REQUEST, BUNDLE, head)
    assert [entry.name for entry in run.entries] == ["S0", "S1", "S2", "output"]
    assert run.entries[1].payload == b'{"n":1}'


def test_a_run_is_found_by_a_unique_prefix(ledger: Ledger) -> None:
    record(ledger)
    assert ledger.load(RUN[:6]).run_id == RUN


def test_an_unknown_run_names_the_nearest(ledger: Ledger) -> None:
    record(ledger)
    with pytest.raises(RunUnknown, match=RUN[:12]):
        ledger.load("zzzz")


def test_an_ambiguous_prefix_is_refused(ledger: Ledger) -> None:
    for number in range(17):  # two of 17 ids share their first hexadecimal digit
        record(ledger, canonical({"question": str(number)}), 0)
    firsts = [run.run_id[0] for run in ledger.runs()]
    shared = next(first for first in firsts if firsts.count(first) > 1)
    with pytest.raises(RunUnknown, match="runs start with"):
        ledger.load(shared)


def test_an_empty_ledger_says_so(ledger: Ledger) -> None:
    with pytest.raises(RunUnknown, match="empty"):
        ledger.load("ab")


def test_equal_runs_have_equal_heads_and_stay_apart_as_attempts(ledger: Ledger) -> None:
    assert record(ledger) == record(ledger)
    runs = ledger.runs()
    assert [(run.attempt, run.entries) for run in runs] == [(1, 4), (2, 4)]
    assert ledger.load(RUN).attempt == 2
    assert ledger.load(RUN, attempt=1).attempt == 1


def test_a_different_payload_gives_a_different_head(ledger: Ledger) -> None:
    assert record(ledger) != record(ledger, steps=2)


def test_an_unfinished_attempt_is_never_taken_for_a_complete_one(ledger: Ledger) -> None:
    journal = ledger.begin(RUN, REQUEST, BUNDLE)
    journal.append("stage", "S0", b"{}")
    assert not ledger.load(RUN).finished
    assert ledger.runs()[0].finished == ""
    record(ledger)
    journal.append("stage", "S1", b"{}")
    assert ledger.load(RUN).finished, "a finished attempt is preferred to a later or unfinished one"


def test_nothing_can_be_added_after_the_end(ledger: Ledger) -> None:
    journal = ledger.begin(RUN, REQUEST, BUNDLE)
    journal.finish(b"{}")
    with pytest.raises(ContractBroken):
        journal.append("stage", "late", b"{}")
    with pytest.raises(ContractBroken):
        journal.finish(b"{}")


def test_a_run_id_that_is_not_the_digest_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ContractBroken, match="run_id_of"):
        ledger.begin("0" * 64, REQUEST, BUNDLE)


def test_a_transcript_has_the_head_that_the_ledger_would_have(ledger: Ledger) -> None:
    transcript = Transcript(RUN)
    for number in range(3):
        transcript.append("stage", f"S{number}", canonical({"n": number}))
    assert transcript.finish(canonical({"text": "done"})) == record(ledger)
    assert transcript.entries == ledger.load(RUN).entries


def test_threads_write_to_their_own_journals_at_once(ledger: Ledger) -> None:
    requests = [canonical({"question": str(number)}) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda request: record(ledger, request), requests))
    assert all(ledger.load(run.run_id).finished for run in ledger.runs())


def test_a_file_that_is_no_ledger_is_a_store_error(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"this is not a database, but it is long enough to be read as one" * 50)
    with pytest.raises(StoreError):
        Ledger.open(path, FrozenClock())


WRITER = """
import sys
from pathlib import Path
from simone.clock import SystemClock
from simone.governance.ledger import Ledger, run_id_of
ledger = Ledger.open(Path(sys.argv[1]), SystemClock(), durable=False)
count = int(sys.argv[3])
request = sys.argv[2].encode()
journal = ledger.begin(run_id_of(request, b"{}"), request, b"{}")
print("begun", flush=True)
number = 0
while count == 0 or number < count:
    journal.append("stage", f"S{number}", b"{}")
    number += 1
    if number == 20:
        print("twenty", flush=True)
journal.finish(b"{}")
"""


def test_several_processes_write_to_one_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), f'"{n}"', "30"]) for n in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    ledger = Ledger.open(path, FrozenClock(), durable=False)
    assert [len(ledger.load(run.run_id).entries) for run in ledger.runs()] == [31, 31, 31]
    ledger.close()


def test_a_killed_writer_leaves_a_sound_and_unfinished_attempt(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    command = [sys.executable, "-c", WRITER, str(path), '"x"', "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "begun\n"
        assert writer.stdout.readline() == "twenty\n"
        os.kill(writer.pid, signal.SIGKILL)
    ledger = Ledger.open(path, FrozenClock(), durable=False)
    run = ledger.load(ledger.runs()[0].run_id)
    assert not run.finished
    assert len(run.entries) >= 20
    ledger.close()


def test_times_stand_beside_the_chain(tmp_path: Path, ledger: Ledger) -> None:
    head = record(ledger)
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("UPDATE entries SET written = 'yesterday'")
    connection.close()
    assert ledger.load(RUN).head == head


@pytest.mark.parametrize("is_replaced", [False, True])
def test_nothing_is_recorded_in_a_file_that_nobody_could_find_again(ledger: Ledger, is_replaced: bool) -> None:
    journal = ledger.begin(RUN, REQUEST, BUNDLE)
    for path in ledger.path.parent.glob("ledger.sqlite*"):
        path.unlink()
    if is_replaced:
        Ledger.open(ledger.path, FrozenClock(), durable=False).close()
    for write in (lambda: ledger.begin(RUN, REQUEST, BUNDLE), lambda: journal.append("stage", "S0", b"{}")):
        with pytest.raises(StoreError, match="was removed or replaced while it was open"):
            write()
    with pytest.raises(StoreError):
        ledger.check_writable(1.0)
