"""Whatever is changed in a recorded run is found when it is loaded."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from simone.clock import FrozenClock
from simone.errors import LedgerBroken, RunUnknown, SimoneError, StoreError
from simone.governance.canonical import canonical
from simone.governance.ledger import Ledger, RecordedRun, run_id_of

REQUEST, BUNDLE = b'{"question":"who"}', b'{"model":"m"}'
RUN = run_id_of(REQUEST, BUNDLE)


def recorded(path: Path) -> RecordedRun:
    ledger = Ledger.open(path, FrozenClock(), durable=False)
    journal = ledger.begin(RUN, REQUEST, BUNDLE)
    for number in range(4):
        journal.append("stage", f"S{number}", canonical({"text": "some words", "n": number}))
    journal.finish(canonical({"text": "answer"}))
    run = ledger.load(RUN)
    ledger.close()
    return run


def loaded(path: Path) -> RecordedRun:
    ledger = Ledger.open(path, FrozenClock(), durable=False)
    try:
        return ledger.load(RUN)
    finally:
        ledger.close()


def change(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entries WHERE seq = 0",
        "DELETE FROM entries WHERE seq = 2",
        "DELETE FROM entries WHERE seq = 4",
        "DELETE FROM entries",
        "DELETE FROM entries WHERE seq >= 3",
        "UPDATE entries SET seq = seq + 1 WHERE seq = 4",
        "UPDATE entries SET kind = 'other' WHERE seq = 1",
        "UPDATE entries SET name = 'S9' WHERE seq = 1",
        "UPDATE entries SET hash = upper(hash) WHERE seq = 3",
        "UPDATE entries SET payload = (SELECT payload FROM entries WHERE seq = 1) WHERE seq = 2",
        "INSERT INTO entries SELECT attempt, 5, kind, 'S5', payload, hash, written FROM entries WHERE seq = 3",
        "UPDATE attempts SET finished = NULL",
        "UPDATE attempts SET head = hex(randomblob(32))",
        "UPDATE attempts SET request = CAST('{}' AS BLOB)",
        "UPDATE attempts SET bundle = CAST('{}' AS BLOB)",
    ],
)
def test_a_changed_row_is_found(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "ledger.sqlite"
    recorded(path)
    change(path, statement)
    with pytest.raises(LedgerBroken):
        loaded(path)


def test_two_steps_in_each_others_place_are_found(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    recorded(path)
    change(
        path,
        "UPDATE entries SET seq = 90 WHERE seq = 1",
        "UPDATE entries SET seq = 1 WHERE seq = 2",
        "UPDATE entries SET seq = 2 WHERE seq = 90",
    )
    with pytest.raises(LedgerBroken, match="entry 1"):
        loaded(path)


def test_the_first_bad_entry_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    recorded(path)
    change(path, "UPDATE entries SET payload = CAST('1' AS BLOB) WHERE seq >= 2")
    with pytest.raises(LedgerBroken, match=r"entry 2 \(stage 'S2'\)"):
        loaded(path)


def test_cutting_the_end_and_the_mark_leaves_an_unfinished_run(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    recorded(path)
    change(path, "DELETE FROM entries WHERE seq = 4", "UPDATE attempts SET finished = NULL, head = NULL")
    assert not loaded(path).finished


def test_every_flipped_byte_of_every_payload_is_found(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    run = recorded(path)
    connection = sqlite3.connect(path, isolation_level=None)
    ledger = Ledger.open(path, FrozenClock(), durable=False)
    for entry in run.entries:
        for place in range(len(entry.payload)):
            bad = bytearray(entry.payload)
            bad[place] ^= 1 << (place % 8)
            connection.execute("UPDATE entries SET payload = ? WHERE seq = ?", (bytes(bad), entry.seq))
            with pytest.raises(LedgerBroken, match=f"entry {entry.seq} "):
                ledger.load(RUN)
        connection.execute("UPDATE entries SET payload = ? WHERE seq = ?", (entry.payload, entry.seq))
    assert ledger.load(RUN) == run
    ledger.close()
    connection.close()


def test_every_flipped_byte_of_every_compressed_payload_is_found(tmp_path: Path) -> None:
    """Or it changes nothing: zstd leaves some bits of a frame unread."""
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger.open(path, FrozenClock(), durable=False)
    journal = ledger.begin(RUN, REQUEST, BUNDLE)
    for number in range(3):
        journal.append(
            "stage", f"S{number}", canonical({"text": "The siege of Low Kessing lasted ten weeks.", "n": number})
        )
    journal.finish(canonical({"text": "answer"}))
    run = ledger.load(RUN)
    connection = sqlite3.connect(path, isolation_level=None)
    kept = connection.execute("SELECT seq, payload FROM entries").fetchall()
    assert sum(len(payload) for _, payload in kept) < sum(len(entry.payload) for entry in run.entries)
    found = 0
    for seq, payload in kept:
        for place in range(len(payload)):
            bad = bytearray(payload)
            bad[place] ^= 1 << (place % 8)
            connection.execute("UPDATE entries SET payload = ? WHERE seq = ?", (bytes(bad), seq))
            try:
                assert ledger.load(RUN) == run
            except LedgerBroken as error:
                assert f"entry {seq} " in str(error)
                found += 1
        connection.execute("UPDATE entries SET payload = ? WHERE seq = ?", (payload, seq))
    assert found > 0.9 * sum(len(payload) for _, payload in kept)
    ledger.close()
    connection.close()


def test_a_flipped_byte_of_the_file_never_changes_what_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    run = recorded(path)
    change(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    copy = tmp_path / "copy.sqlite"
    found = 0
    for place in range(0, len(whole), 37):
        bad = bytearray(whole)
        bad[place] ^= 1 << (place % 8)
        copy.write_bytes(bytes(bad))
        for leftover in ("copy.sqlite-wal", "copy.sqlite-shm"):
            (tmp_path / leftover).unlink(missing_ok=True)
        try:
            seen = loaded(copy)
        except (LedgerBroken, RunUnknown, StoreError) as error:
            assert isinstance(error, SimoneError)
            found += 1
            continue
        assert (seen.run_id, seen.request, seen.bundle) == (run.run_id, run.request, run.bundle)
        assert not seen.finished or (seen.entries, seen.head) == (run.entries, run.head)
    assert found > 0
