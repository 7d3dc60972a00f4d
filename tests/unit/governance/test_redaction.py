"""What is forgotten leaves its digest: the chain holds, nothing can take its place, and no byte of it stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from simone.clock import FrozenClock, digest
from simone.errors import LedgerBroken
from simone.governance.canonical import canonical
from simone.governance.laws import measure_laws
from simone.governance.ledger import Entry, Ledger, RecordedRun, run_id_of
from simone.governance.redaction import Redaction, redact

BUNDLE = b'{"policy":"default"}'
SECRET = "Dana Ruiz keeps the spare key under the third flowerpot"
REQUEST = canonical({"question": "Where is the key?"})
RUN = run_id_of(REQUEST, BUNDLE)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(tmp_path / "ledger.sqlite", FrozenClock(), durable=False)
    yield opened
    opened.close()


def record(ledger: Ledger, request: bytes = REQUEST, secret: str = SECRET) -> str:
    journal = ledger.begin(run_id_of(request, BUNDLE), request, BUNDLE)
    journal.append("stage", "GATHER", canonical({"passages": [{"text": secret}]}))
    journal.append("stage", "GOV", canonical({"decision": "release"}))
    return journal.finish(canonical({"text": f"Under a pot. {secret}"}))


def holds(payload: bytes) -> bool:
    return SECRET.encode() in payload


def stored(ledger: Ledger) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(ledger.path.parent.glob("ledger.sqlite*")))


def forget(ledger: Ledger) -> Redaction:
    done = redact(ledger, holds)
    ledger.purge()
    return done


def test_what_is_forgotten_leaves_its_digest_and_the_chain_holds(ledger: Ledger) -> None:
    head = record(ledger)
    assert forget(ledger) == Redaction(2, (RUN,))
    run = ledger.load(RUN)
    assert run.head == head
    assert run.forgotten == ("entry 0 (stage 'GATHER')", "entry 2 (finish 'output')")
    assert [bool(entry.payload) for entry in run.entries] == [False, True, False]
    assert run.entries[0].forgotten == digest(canonical({"passages": [{"text": SECRET}]}))


def test_no_byte_of_it_stays_in_the_file_or_its_log(ledger: Ledger) -> None:
    record(ledger)
    assert any(SECRET.encode() in content for _, content in ledger.contents())
    forget(ledger)
    for piece in (SECRET[:16], SECRET[20:40], SECRET[-16:]):
        assert piece.encode() not in stored(ledger)
        assert not any(piece.encode() in content for _, content in ledger.contents())


def test_what_stays_is_not_packed_against_what_went(ledger: Ledger) -> None:
    other = "The lock of the boathouse was changed in May, and the old key went into the river. " * 4
    journal = ledger.begin(RUN, REQUEST, BUNDLE)
    journal.append("stage", "GATHER", canonical({"passages": [{"text": SECRET + other}]}))
    journal.append("stage", "VVP", canonical({"verdicts": [{"text": other}]}))
    journal.append("stage", "GOV", canonical({"decision": other}))
    journal.finish(canonical({"text": other}))
    before = ledger.load(RUN)
    forget(ledger)
    run = ledger.load(RUN)
    assert run.forgotten == ("entry 0 (stage 'GATHER')",)
    assert run.entries[1:] == before.entries[1:]


def test_a_run_at_work_goes_on_behind_what_was_forgotten_of_it(ledger: Ledger) -> None:
    journal = ledger.begin(RUN, REQUEST, BUNDLE)
    journal.append("stage", "GATHER", canonical({"passages": [{"text": SECRET}]}))
    forget(ledger)
    for number in range(3):
        journal.append("stage", f"S{number}", canonical({"n": number, "text": "Belmar paid Orsk 40 talents. " * 9}))
    journal.finish(canonical({"text": f"Under a pot. {SECRET}"}))
    run = ledger.load(RUN)
    assert (run.finished, run.forgotten) == (True, ("entry 0 (stage 'GATHER')",))
    assert run.entries[-1].payload == canonical({"text": f"Under a pot. {SECRET}"})


@pytest.mark.parametrize("seq", [0, 1])
def test_what_is_damaged_goes_too_since_nobody_can_tell_what_it_holds(ledger: Ledger, seq: int) -> None:
    record(ledger, secret=f"{SECRET}. " * 9)
    with sqlite3.connect(ledger.path) as connection:
        connection.execute("UPDATE entries SET payload = x'28b52ffd00' WHERE seq = ?", (seq,))
    connection.close()
    forget(ledger)
    assert not any(SECRET.encode() in content for _, content in ledger.contents())
    assert SECRET.encode() not in stored(ledger)
    with pytest.raises(LedgerBroken, match=f"entry {seq} "):
        ledger.load(RUN)


def test_a_request_can_be_forgotten_too(ledger: Ledger) -> None:
    request = canonical({"question": f"Is it true that {SECRET}?"})
    record(ledger, request, "nothing")
    forget(ledger)
    run = ledger.load(run_id_of(request, BUNDLE))
    assert run.request == b""
    assert run.forgotten == ("the request",)


def test_other_runs_are_left_as_they_were(ledger: Ledger) -> None:
    other = canonical({"question": "Who paid?"})
    head = record(ledger, other, "Belmar paid")
    record(ledger)
    forget(ledger)
    run = ledger.load(run_id_of(other, BUNDLE))
    assert (run.head, run.forgotten) == (head, ())


def test_forgetting_twice_finds_nothing_the_second_time(ledger: Ledger) -> None:
    record(ledger)
    forget(ledger)
    assert forget(ledger) == Redaction(0, ())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET payload = CAST('{\"passages\":[]}' AS BLOB) WHERE seq = 0",
        "UPDATE forgotten SET digest = upper(digest) WHERE seq = 0",
        "DELETE FROM forgotten WHERE seq = 0",
        "INSERT INTO forgotten VALUES (1, 1, 'abc')",
        "UPDATE entries SET payload = x'', hash = (SELECT hash FROM entries WHERE seq = 0) WHERE seq = 1",
        "UPDATE attempts SET chain = 1",
    ],
)
def test_what_is_put_in_its_place_is_found(ledger: Ledger, statement: str) -> None:
    record(ledger)
    forget(ledger)
    with sqlite3.connect(ledger.path) as connection:
        connection.execute(statement)
    connection.close()
    with pytest.raises(LedgerBroken):
        ledger.load(RUN)


def first_form(ledger: Ledger) -> RecordedRun:
    """A run as earlier versions recorded it: its hashes cover the payloads themselves, and nothing is compressed."""
    record(ledger)
    run = ledger.load(RUN)
    head = RUN
    with sqlite3.connect(ledger.path) as connection:
        connection.execute("UPDATE attempts SET chain = 1, request = ?, bundle = ?", (run.request, run.bundle))
        for entry in run.entries:
            seq, payload = entry.seq, entry.payload
            head = digest(head.encode(), str(seq).encode(), entry.kind.encode(), entry.name.encode(), payload)
            connection.execute("UPDATE entries SET hash = ?, payload = ? WHERE seq = ?", (head, payload, seq))
        connection.execute("UPDATE attempts SET head = ?", (head,))
    connection.close()
    return ledger.load(RUN)


def test_a_run_of_an_earlier_version_is_still_verified(ledger: Ledger) -> None:
    run = first_form(ledger)
    assert run.entries[1] == Entry(1, "stage", "GOV", canonical({"decision": "release"}))
    with sqlite3.connect(ledger.path) as connection:
        connection.execute("UPDATE entries SET payload = x'7b7d' WHERE seq = 1")
    connection.close()
    with pytest.raises(LedgerBroken):
        ledger.load(RUN)


def test_a_run_of_an_earlier_version_goes_whole(ledger: Ledger) -> None:
    head = first_form(ledger).head
    assert forget(ledger) == Redaction(4, (RUN,))
    run = ledger.load(RUN)
    assert (run.head, run.request, [entry.payload for entry in run.entries]) == (head, b"", [b"", b"", b""])


def test_the_laws_are_measured_without_what_was_forgotten(ledger: Ledger) -> None:
    record(ledger)
    forget(ledger)
    assert measure_laws([ledger.load(RUN)])
