"""Databases: brought to the newest schema once, written whole or not at all."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from simone.errors import MigrationFailed, StoreError
from simone.storage import Migration, check_writable, connect, migrate, transaction

FIRST = "CREATE TABLE notes (text TEXT NOT NULL) STRICT;\nCREATE INDEX by_text ON notes (text);"
SECOND = "ALTER TABLE notes ADD COLUMN kind TEXT NOT NULL DEFAULT 'a;b';"


def version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_migrations_run_once_in_order(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "store.sqlite"
    connection = connect(path, [FIRST])
    connection.execute("INSERT INTO notes VALUES ('kept')")
    connection.close()
    connection = connect(path, [FIRST, SECOND])
    assert version(connection) == 2
    assert connection.execute("SELECT text, kind FROM notes").fetchall() == [("kept", "a;b")]
    connection.close()


def test_a_failed_migration_leaves_the_earlier_schema(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    connect(path, [FIRST]).close()
    with pytest.raises(MigrationFailed, match="migration 2"):
        connect(path, [FIRST, "CREATE TABLE more (x) STRICT;"])
    connection = connect(path, [FIRST])
    assert version(connection) == 1
    assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'more'").fetchall() == []
    connection.close()


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    connect(path, [FIRST, SECOND]).close()
    with pytest.raises(MigrationFailed, match="schema 2, this program knows 1"):
        connect(path, [FIRST])


BACKWARD = Migration(SECOND, back="ALTER TABLE notes DROP COLUMN kind;")


def test_a_database_goes_back_and_forward_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    connection = connect(path, [FIRST, BACKWARD])
    connection.execute("INSERT INTO notes (text) VALUES ('kept')")
    connection.close()
    assert migrate(path, [FIRST, BACKWARD], 1) == (2, 1)
    connection = connect(path, [FIRST])
    assert version(connection) == 1
    assert connection.execute("SELECT * FROM notes").fetchall() == [("kept",)]
    connection.close()
    assert migrate(path, [FIRST, BACKWARD], 2) == (1, 2)
    assert migrate(path, [FIRST, BACKWARD], 2) == (2, 2)
    connection = connect(path, [FIRST, BACKWARD])
    assert connection.execute("SELECT * FROM notes").fetchall() == [("kept", "a;b")]
    connection.close()


def test_a_way_back_that_is_not_there_or_breaks_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    broken = Migration(SECOND, back="DROP INDEX by_text; DROP TABLE nothing;")
    connect(path, [FIRST, broken]).close()
    with pytest.raises(MigrationFailed, match="migration 2"):
        migrate(path, [FIRST, broken], 1)
    assert migrate(path, [FIRST, BACKWARD], 1) == (2, 1)
    with pytest.raises(MigrationFailed, match="no way back"):
        migrate(path, [FIRST, BACKWARD], 0)
    with pytest.raises(MigrationFailed, match="known are 0 to 2"):
        migrate(path, [FIRST, BACKWARD], 3)
    with pytest.raises(StoreError, match="no such file"):
        migrate(tmp_path / "none.sqlite", [FIRST], 1)
    connection = connect(path, [FIRST, BACKWARD])
    assert version(connection) == 2
    connection.close()


def test_what_is_no_database_is_a_named_error(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.sqlite"
    garbage.write_bytes(b"not a database at all, " * 100)
    with pytest.raises(StoreError, match="cannot open"):
        connect(garbage, [FIRST])
    with pytest.raises(StoreError, match="cannot open"):
        connect(garbage / "below" / "a.sqlite", [FIRST])


def test_a_transaction_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    connection = connect(tmp_path / "store.sqlite", [FIRST])
    with pytest.raises(KeyError), transaction(connection):
        connection.execute("INSERT INTO notes VALUES ('half')")
        raise KeyError
    with pytest.raises(StoreError, match="nothing of it was kept"), transaction(connection):
        connection.execute("INSERT INTO notes VALUES ('half')")
        connection.execute("INSERT INTO notes VALUES (NULL)")
    with transaction(connection):
        connection.execute("INSERT INTO notes VALUES ('whole')")
    assert connection.execute("SELECT text FROM notes").fetchall() == [("whole",)]
    connection.close()


def test_many_may_open_one_new_database_at_once(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    opened: list[int] = []

    def work() -> None:
        connection = connect(path, [FIRST, SECOND], durable=False)
        opened.append(version(connection))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [2] * 6


def test_whether_a_database_can_be_written_is_found_out_by_writing_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "store.sqlite"
    connection = connect(path, [FIRST])
    log = path.with_name("store.sqlite-wal")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    check_writable(path, 0.0)
    assert log.stat().st_size > 0
    assert version(connection) == 1
    connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="cannot be written: database is locked"):
        check_writable(path, 0.0)
    connection.execute("ROLLBACK")
    connection.close()
    path.unlink()
    with pytest.raises(StoreError, match="cannot be written: unable to open database file"):
        check_writable(path, 0.0)
    assert not path.exists()


def test_what_a_migration_derives_is_kept_with_its_schema_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    connect(path, [FIRST]).close()

    def derive(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO notes (text) VALUES ('derived')")

    def fail(connection: sqlite3.Connection) -> None:
        derive(connection)
        raise KeyError("on the way")

    with pytest.raises(KeyError):
        connect(path, [FIRST, Migration("", "-- nothing to take back", fail)])
    connection = connect(path, [FIRST])
    assert connection.execute("SELECT * FROM notes").fetchall() == []
    connection.close()
    steps: list[str | Migration] = [FIRST, Migration("", "-- nothing to take back", derive)]
    for _ in range(2):
        connection = connect(path, steps)
        assert connection.execute("SELECT * FROM notes").fetchall() == [("derived",)]
        connection.close()
    assert migrate(path, steps, 1) == (2, 1)


KILLED = """
import os, signal, sys
from pathlib import Path
from simone.storage import Migration, connect

def derive(connection):
    connection.execute("INSERT INTO notes VALUES ('half')")
    os.kill(os.getpid(), signal.SIGKILL)

connect(Path(sys.argv[1]), [sys.argv[2], Migration("", "", derive)])
"""


def test_a_process_killed_while_it_derives_leaves_the_earlier_schema(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    connect(path, [FIRST]).close()
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), FIRST], check=False)
    assert done.returncode == -signal.SIGKILL
    connection = connect(path, [FIRST])
    assert version(connection) == 1
    assert connection.execute("SELECT * FROM notes").fetchall() == []
    connection.close()
