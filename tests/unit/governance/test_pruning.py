"""Of what was pruned the digests are left: nothing can be read, and the chain still says whether they are the ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simone.clock import FrozenClock, digest
from simone.errors import LedgerBroken, StoreError
from simone.governance.canonical import canonical
from simone.governance.laws import measure_laws
from simone.governance.ledger import Ledger, run_id_of
from simone.governance.pruning import prunable, prune
from simone.governance.redaction import Redaction, redact
from simone.governance.schema import MIGRATIONS
from simone.storage import connect

BUNDLE = b'{"policy":"default"}'
SECRET = "Dana Ruiz keeps the spare key under the third flowerpot"
OLD, NEW = canonical({"question": f"Is it true that {SECRET}?"}), canonical({"question": "Who paid?"})
OLD_RUN, NEW_RUN = run_id_of(OLD, BUNDLE), run_id_of(NEW, BUNDLE)
LIMIT = "2026-02-01T00:00:00+00:00"


def opened(folder: Path, day: datetime) -> Ledger:
    return Ledger.open(folder / "ledger.sqlite", FrozenClock(day), durable=False)


def record(ledger: Ledger, request: bytes, secret: str = SECRET) -> str:
    journal = ledger.begin(run_id_of(request, BUNDLE), request, BUNDLE)
    journal.append("stage", "GATHER", canonical({"passages": [{"text": secret}]}))
    journal.append("stage", "GOV", canonical({"decision": "release"}))
    return journal.finish(canonical({"text": secret}))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """One run of January, one of March."""
    earlier = opened(tmp_path, datetime(2026, 1, 5, tzinfo=UTC))
    record(earlier, OLD)
    earlier.close()
    later = opened(tmp_path, datetime(2026, 3, 5, tzinfo=UTC))
    record(later, NEW, "Belmar paid")
    yield later
    later.close()


def test_the_digests_of_an_old_run_are_left_and_its_chain_holds(ledger: Ledger) -> None:
    before = ledger.load(OLD_RUN)
    assert prune(ledger, LIMIT) == 1
    run = ledger.load(OLD_RUN)
    assert (run.pruned, run.request, run.forgotten) == ("2026-03-05T00:00:00+00:00", b"", ())
    assert (run.head, run.finished, run.started, run.bundle) == (before.head, True, before.started, BUNDLE)
    assert [(entry.kind, entry.name, entry.payload, entry.forgotten) for entry in run.entries] == [
        (entry.kind, entry.name, b"", digest(entry.payload)) for entry in before.entries
    ]


def test_newer_runs_are_left_as_they_were(ledger: Ledger) -> None:
    before = ledger.load(NEW_RUN)
    prune(ledger, LIMIT)
    assert ledger.load(NEW_RUN) == before
    assert [(run.pruned, run.entries) for run in ledger.runs()] == [("2026-03-05T00:00:00+00:00", 3), ("", 3)]


def test_no_byte_of_it_stays(ledger: Ledger) -> None:
    assert any(SECRET.encode() in content for _, content in ledger.contents())
    prune(ledger, LIMIT)
    assert not any(SECRET.encode() in content for _, content in ledger.contents())
    files = b"".join(path.read_bytes() for path in sorted(ledger.path.parent.glob("ledger.sqlite*")))
    assert not any(SECRET[at : at + 16].encode() in files for at in range(0, len(SECRET) - 16, 8))


def test_pruning_twice_finds_nothing_the_second_time(ledger: Ledger) -> None:
    assert [run.run_id for run in prunable(ledger, LIMIT)] == [OLD_RUN]
    prune(ledger, LIMIT)
    kept = ledger.load(OLD_RUN)
    assert (prune(ledger, LIMIT), ledger.load(OLD_RUN)) == (0, kept)


def test_equal_ledgers_are_pruned_to_equal_records(tmp_path: Path) -> None:
    left = []
    for name in ("one", "two"):
        ledger = opened(tmp_path / name, datetime(2026, 1, 5, tzinfo=UTC))
        record(ledger, OLD)
        prune(ledger, LIMIT)
        left.append(ledger.load(OLD_RUN))
        ledger.close()
    assert left[0] == left[1]


def test_what_was_forgotten_before_can_be_pruned_and_forgetting_passes_by_what_was_pruned(ledger: Ledger) -> None:
    redact(ledger, lambda payload: SECRET.encode() in payload)
    prune(ledger, LIMIT)
    assert ledger.load(OLD_RUN).head == ledger.runs()[0].head
    assert redact(ledger, lambda _: True) == Redaction(4, (NEW_RUN,))
    assert ledger.load(OLD_RUN).pruned


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pruned SET digests = (SELECT CAST('x' AS BLOB))",
        "UPDATE pruned SET head = upper(head)",
        "UPDATE attempts SET head = upper(head) WHERE attempt = 1",
        "UPDATE attempts SET finished = NULL, head = NULL WHERE attempt = 1",
        "UPDATE attempts SET request = CAST('{}' AS BLOB) WHERE attempt = 1",
        "UPDATE attempts SET bundle = x'' WHERE attempt = 1",
        "UPDATE attempts SET run_id = (SELECT run_id FROM attempts WHERE attempt = 2) WHERE attempt = 1",
        "INSERT INTO entries SELECT 1, seq, kind, name, payload, hash, written FROM entries WHERE attempt = 2",
        "INSERT INTO forgotten VALUES (1, 0, 'abc')",
        "DELETE FROM pruned",
    ],
)
def test_what_is_put_in_its_place_is_found(ledger: Ledger, statement: str) -> None:
    prune(ledger, LIMIT)
    with sqlite3.connect(ledger.path) as connection:
        connection.execute(statement)
    connection.close()
    with pytest.raises(LedgerBroken):
        ledger.load(ledger.runs()[0].run_id, 1)


def test_a_broken_run_is_broken_when_it_was_pruned_too(ledger: Ledger) -> None:
    with sqlite3.connect(ledger.path) as connection:
        connection.execute("UPDATE entries SET payload = CAST('{}' AS BLOB) WHERE attempt = 1 AND seq = 1")
    connection.close()
    prune(ledger, LIMIT)
    with pytest.raises(LedgerBroken):
        ledger.load(OLD_RUN)


def test_an_unfinished_run_is_pruned_too_and_cannot_go_on(tmp_path: Path) -> None:
    ledger = opened(tmp_path, datetime(2026, 1, 5, tzinfo=UTC))
    journal = ledger.begin(OLD_RUN, OLD, BUNDLE)
    journal.append("stage", "GATHER", canonical({"passages": [SECRET]}))
    prune(ledger, LIMIT)
    with pytest.raises(StoreError, match="pruned while it was at work"):
        journal.finish(canonical({"text": SECRET}))
    run = ledger.load(OLD_RUN)
    assert (run.finished, run.head, len(run.entries)) == (False, journal.head, 1)
    ledger.close()


def test_the_laws_are_measured_without_what_was_pruned(ledger: Ledger) -> None:
    prune(ledger, LIMIT)
    assert measure_laws([ledger.load(OLD_RUN), ledger.load(NEW_RUN)])


def test_a_ledger_of_an_earlier_schema_is_read_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    connection = connect(path, MIGRATIONS[:2], durable=False)
    row = (OLD_RUN, OLD, BUNDLE, "2026-01-05T00:00:00+00:00")
    connection.execute("INSERT INTO attempts (run_id, request, bundle, started, chain) VALUES (?, ?, ?, ?, 2)", row)
    head = OLD_RUN
    for seq, (kind, name, payload) in enumerate((("stage", "GOV", OLD), ("finish", "output", NEW))):
        parts = (head, str(seq), kind, name, digest(payload))
        head = digest(*(part.encode() for part in parts))
        connection.execute("INSERT INTO entries VALUES (1, ?, ?, ?, ?, ?, '')", (seq, kind, name, payload, head))
    connection.execute("UPDATE attempts SET head = ?, finished = started", (head,))
    connection.close()
    ledger = opened(tmp_path, datetime(2026, 3, 5, tzinfo=UTC))
    run = ledger.load(OLD_RUN)
    assert ([entry.payload for entry in run.entries], run.request, run.head) == ([OLD, NEW], OLD, head)
    record(ledger, NEW)
    assert (ledger.load(NEW_RUN).finished, prune(ledger, LIMIT)) == (True, 1)
    assert (ledger.load(OLD_RUN).head, ledger.load(OLD_RUN).pruned[:4]) == (head, "2026")
    ledger.close()


def test_what_was_pruned_takes_less_room_than_its_bundle_alone(tmp_path: Path) -> None:
    bundle = canonical({"policy": "default " * 200})
    ledger = opened(tmp_path, datetime(2026, 1, 5, tzinfo=UTC))
    ledger.begin(run_id_of(OLD, bundle), OLD, bundle).finish(b"{}")
    prune(ledger, LIMIT)
    assert ledger.load(run_id_of(OLD, bundle)).bundle == bundle
    ledger.close()
    connection = sqlite3.connect(ledger.path)
    assert connection.execute("SELECT length(bundle) FROM attempts").fetchone()[0] < len(bundle)
    connection.close()


def test_the_size_of_a_ledger_counts_what_still_stands_in_its_log(ledger: Ledger) -> None:
    before = ledger.size
    record(ledger, NEW, "x" * 50_000)
    assert ledger.size > before
    prune(ledger, "2026-04-01T00:00:00+00:00")
    assert ledger.size == ledger.path.stat().st_size


def test_where_another_reads_the_runs_are_pruned_and_the_bytes_go_later(ledger: Ledger) -> None:
    reader = sqlite3.connect(ledger.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entries").fetchone()
    with ledger.writing() as connection:
        connection.execute("PRAGMA busy_timeout=0")
    with pytest.raises(
        StoreError, match=r"1 runs were pruned, but their bytes are still there: the ledger .* try again"
    ):
        prune(ledger, LIMIT)
    assert ledger.load(OLD_RUN).pruned
    reader.close()
    assert prune(ledger, LIMIT) == 0
    assert not any(SECRET[:16].encode() in path.read_bytes() for path in ledger.files if path.exists())
