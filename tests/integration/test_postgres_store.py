"""The store in PostgreSQL where it meets its server: lost connections, crashes, waits, migrations, what words leave.

What every store promises is in `tests/contracts/test_memory_stores.py`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simone.clock import digest
from simone.errors import BadSettings, MigrationFailed, StoreError
from simone.memory.contract import Filter, Keys, Link, Memory, Origin, Store, Vectors
from simone.memory.forgetting import Wish, forget, plan_forgetting
from simone.memory.postgres import open_postgres

KEYS = Keys(2**64 - 1, (1, 2**63), (3,))


def memory(text: str) -> Memory:
    return Memory(
        id=digest(text.encode())[:16],
        text=text,
        origins=(Origin("doc", 0, len(text), text, "run", "Ann", 0.9),),
        kind="fact",
        tenant="default",
        session="",
        entities=(),
        times=(),
        statements=(),
        topics=(),
        valence=0.0,
        arousal=0.0,
        salience=0.5,
        pinned=False,
        trust=0.9,
        valid_from="",
        valid_to="",
        recorded_at="2026-01-01T12:00:00+00:00",
    )


def keep(store: Store, *texts: str) -> None:
    with store.writing() as writing:
        for text in texts:
            writing.add(memory(text), KEYS)


def texts(store: Store) -> list[str]:
    return [one.text for one in store.select(Filter(current=False))]


def sql(url: str, *statements: str) -> list[tuple[Any, ...]]:
    import psycopg  # imported here: only where there is a server is there the library

    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def schema(request: pytest.FixtureRequest) -> str:
    """A schema of this test's own."""
    return f"t{digest(request.node.name.encode())[:12]}"


@pytest.fixture
def store(postgres_url: str, schema: str) -> Iterator[Store]:
    opened = open_postgres(postgres_url, schema=schema)
    yield opened
    opened.close()


# Opening.


def test_without_the_extra_the_error_says_how_to_install_it() -> None:
    script = (
        "import sys\nsys.modules['psycopg'] = None\nfrom simone.errors import BadSettings\n"
        "from simone.memory.postgres import open_postgres\n"
        "try:\n    open_postgres('postgresql://x/y')\nexcept BadSettings as error:\n    print(error)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "pip install 'simone[postgres]'" in said


@pytest.mark.parametrize(
    ("url", "changed"),
    [
        ("mysql://u:secret@h/d", {}),
        ("postgresql://u:secret@h/d?nonsense=1", {}),
        ("postgresql://u:secret@h/d", {"schema": "no good"}),
        ("postgresql://u:secret@h/d", {"schema": 'x"; DROP'}),
        ("postgresql://u:secret@h/d", {"connections": 1}),
    ],
)
def test_what_cannot_be_an_address_is_refused_without_its_password(url: str, changed: dict[str, Any]) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(BadSettings) as refused:
        open_postgres(url, **changed)
    assert "secret" not in str(refused.value)


def test_a_server_that_is_not_there_is_named_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="cannot reach postgresql://u@") as unknown:
        open_postgres("postgresql://u:secret@h:port:2/d")
    assert "secret" not in str(unknown.value)
    with pytest.raises(StoreError, match="cannot reach postgresql://ann@") as refused:
        open_postgres(f"postgresql://ann:secret@/mine?host={tmp_path}")
    assert "secret" not in str(refused.value)


def test_the_place_is_told_without_the_password(postgres_url: str, schema: str) -> None:
    store = open_postgres(postgres_url.replace("postgres@", "postgres:secret@"), schema=schema)
    assert store.place.endswith(f"/postgres schema {schema}")
    assert "secret" not in store.place
    store.close()


def test_two_schemas_are_two_stores(store: Store, postgres_url: str, schema: str) -> None:
    other = open_postgres(postgres_url, schema=f"{schema}b")
    keep(store, "a")
    assert texts(other) == []
    with other.writing() as theirs, store.writing() as ours:  # neither waits for the other
        theirs.add(memory("b"), KEYS)
        ours.add(memory("c"), KEYS)
    assert (texts(store), texts(other)) == (["a", "c"], ["b"])
    other.close()


def test_many_open_a_new_store_at_once(postgres_url: str, schema: str) -> None:
    opened: list[Store] = []
    threads = [
        threading.Thread(target=lambda: opened.append(open_postgres(postgres_url, schema=schema))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, store in enumerate(opened):
        keep(store, str(number))
    assert texts(opened[0]) == ["0", "1", "2", "3", "4"]
    for store in opened:
        store.close()


# Connections that end.


def test_reading_and_writing_go_on_after_the_server_was_started_anew(store: Store, postgres_server: Any) -> None:
    keep(store, "a", "b")
    threads = [threading.Thread(target=texts, args=(store,)) for _ in range(4)]  # several idle connections
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    postgres_server.stop()
    with pytest.raises(StoreError, match="cannot reach"):
        texts(store)
    postgres_server.start()
    assert texts(store) == ["a", "b"]
    postgres_server.stop()
    postgres_server.start()
    keep(store, "c")
    assert texts(store) == ["a", "b", "c"]


def test_what_was_committed_outlives_a_crash_of_the_server_and_an_open_block_does_not(
    store: Store, postgres_server: Any
) -> None:
    keep(store, "a")
    with pytest.raises(StoreError, match="nothing of it was kept"), store.writing() as writing:
        writing.add(memory("b"), KEYS)
        postgres_server.stop(signal.SIGQUIT)
        postgres_server.start()
    assert texts(store) == ["a"]
    assert store.check() == ()
    keep(store, "c")
    assert [one.number for one in store.changes(0)] == [1, 2]


def test_a_client_that_is_killed_in_a_block_leaves_nothing_and_stops_nobody(
    store: Store, postgres_url: str, schema: str
) -> None:
    script = (
        "import sys, time\nsys.path.insert(0, sys.argv[3])\nfrom simone.memory.postgres import open_postgres\n"
        "store = open_postgres(sys.argv[1], schema=sys.argv[2])\n"
        "with store.writing() as writing:\n"
        "    writing.refuse('default', 'halfway')\n    print('inside', flush=True)\n    time.sleep(60)"
    )
    words = [sys.executable, "-c", script, postgres_url, schema, os.fspath(Path(__file__).parent)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as child:
        assert child.stdout and child.stdout.readline() == b"inside\n"
        child.kill()
    keep(store, "a")
    assert store.refusals("default") == {}
    assert texts(store) == ["a"]


def test_a_writer_waits_for_another_only_so_long(store: Store, postgres_url: str, schema: str) -> None:
    impatient = open_postgres(postgres_url, schema=schema, statement_timeout_s=0.2)
    with store.writing() as writing:
        writing.add(memory("a"), KEYS)
        with pytest.raises(StoreError, match="timeout"):
            keep(impatient, "b")
        assert texts(impatient) == []
    keep(impatient, "c")
    assert texts(store) == ["a", "c"]
    impatient.close()


class Cutting:
    """Between a client and the server; cuts the connection when it sees COMMIT.

    The server gets it `arrives`: "at once", "late", when the client asks for the writer's lock again, or "never".
    """

    def __init__(self, server: Path, arrives: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="simone-cut-"))  # a socket's path must be short
        self._server, self._arrives = server / ".s.PGSQL.5432", arrives
        self._open: list[socket.socket] = []
        self._late: list[tuple[socket.socket, bytes]] = []
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self.folder / ".s.PGSQL.5432"))
        self._listening.listen()
        self.cuts = 0
        self.is_armed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for one in (self._listening, *self._open):
            one.close()
        for path in self.folder.iterdir():
            path.unlink()
        self.folder.rmdir()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self._server))
            self._open += [client, server]
            threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
            threading.Thread(target=self._back, args=(server, client), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while data := client.recv(65536):
                if self.is_armed and b"COMMIT" in data:
                    self.cuts += 1
                    self.is_armed = False
                    if self._arrives == "at once":
                        client.shutdown(socket.SHUT_RDWR)  # the answer will not arrive
                        server.sendall(data)
                    elif self._arrives == "late":
                        self._late.append((server, data))
                        client.shutdown(socket.SHUT_RDWR)
                    else:
                        server.shutdown(socket.SHUT_RDWR)
                        client.shutdown(socket.SHUT_RDWR)
                    return
                server.sendall(data)
                if self._late and b"pg_advisory_xact_lock" in data:
                    other, held = self._late.pop()
                    other.sendall(held)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        try:
            while data := server.recv(65536):
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


@pytest.mark.parametrize("arrives", ["at once", "late", "never"])
def test_a_connection_lost_while_committing_is_told_as_it_came_out(
    postgres_server: Any, schema: str, arrives: str
) -> None:
    folder = postgres_server.data.parent
    with closing(Cutting(folder, arrives)) as cutting:
        url = postgres_server.url.replace(str(folder), str(cutting.folder))
        with closing(open_postgres(url, schema=f"{schema}{arrives[0]}")) as store:
            keep(store, "a")
            cutting.is_armed = True
            if arrives == "never":
                with pytest.raises(StoreError, match="nothing of it was kept"):
                    keep(store, "b")
            else:
                keep(store, "b")
            assert cutting.cuts == 1
            assert texts(store) == (["a"] if arrives == "never" else ["a", "b"])


# The schema.


def test_migrations_go_back_and_forth_with_the_memories_kept(store: Store, postgres_url: str, schema: str) -> None:
    from simone.memory.postgres.store import PostgresStore  # imported here: it needs the library

    keep(store, "a", "b")
    before = store.select(Filter())
    store.close()
    arguments: dict[str, Any] = {"schema": schema, "statement_timeout_s": 30.0}
    assert PostgresStore.migrate(postgres_url, 1, **arguments) == (4, 1)
    again = open_postgres(postgres_url, schema=schema)
    assert again.select(Filter()) == before
    assert again.check() == ()
    again.close()
    assert PostgresStore.migrate(postgres_url, 4, **arguments) == (4, 4)
    with pytest.raises(MigrationFailed, match="known are 0 to 4"):
        PostgresStore.migrate(postgres_url, 5, **arguments)
    assert PostgresStore.migrate(postgres_url, 0, **arguments) == (4, 0)
    tables = sql(postgres_url, f"SELECT tablename FROM pg_tables WHERE schemaname = '{schema}'")
    assert tables == [("migrations",)]
    empty = open_postgres(postgres_url, schema=schema)
    assert texts(empty) == []
    empty.close()


def test_a_step_that_fails_leaves_the_schema_before_it(store: Store, postgres_url: str, schema: str) -> None:
    from simone.memory.postgres.store import PostgresStore  # imported here: it needs the library

    keep(store, "a")
    store.close()
    arguments: dict[str, Any] = {"schema": schema, "statement_timeout_s": 30.0}
    PostgresStore.migrate(postgres_url, 1, **arguments)
    sql(postgres_url, f"CREATE TABLE {schema}.memories_authors ()")  # the name that step 2 gives its index
    with pytest.raises(MigrationFailed, match=r"migration 2 .* keeps its earlier schema"):
        open_postgres(postgres_url, schema=schema)
    sql(postgres_url, f"DROP TABLE {schema}.memories_authors")
    again = open_postgres(postgres_url, schema=schema)
    assert texts(again) == ["a"]
    again.close()


def test_a_schema_of_a_newer_program_is_refused(store: Store, postgres_url: str, schema: str) -> None:
    store.close()
    sql(postgres_url, f"INSERT INTO {schema}.migrations VALUES (99)")
    with pytest.raises(MigrationFailed, match="schema 99"):
        open_postgres(postgres_url, schema=schema)


# Sound or set right.


def test_a_link_that_cannot_be_read_is_made_anew_from_its_columns(store: Store, postgres_url: str, schema: str) -> None:
    keep(store, "a", "b")
    made = Link("n\\1", "closes", memory("a").id, memory("b").id, "2026-01-01T12:00:00+00:00", "because", "2026-01-01")
    with store.writing() as writing:
        writing.link(made)
        writing.undo(made.id, "2026-01-02T12:00:00+00:00")
    sql(postgres_url, f"UPDATE {schema}.links SET record = replace(record, 'reason', 'rea')")
    with pytest.raises(StoreError, match="memory check --repair"):
        store.links([made.memory])
    assert len(store.check()) == 1
    assert "its reason is lost" in " ".join(store.repair())
    assert store.check() == ()
    (link,) = store.links([made.memory])
    fields = ("id", "kind", "memory", "other", "recorded_at", "valid_to", "batch")
    assert [getattr(link, name) for name in fields] == [getattr(made, name) for name in fields]
    assert link.undone_at == "2026-01-02T12:00:00+00:00"


def test_a_record_that_was_changed_is_named_and_set_aside(store: Store, postgres_url: str, schema: str) -> None:
    keep(store, "a", "b")
    sql(postgres_url, f"UPDATE {schema}.memories SET record = replace(record, '\"a\"', '\"x\"') WHERE row = 1")
    (said,) = store.check()
    assert memory("a").id in said and "checksum" in said
    assert memory("a").id in " ".join(store.repair())
    assert store.check() == ()
    assert texts(store) == ["b"]


def test_columns_and_links_that_went_astray_are_set_right(store: Store, postgres_url: str, schema: str) -> None:
    keep(store, "a", "b", "c")
    a, b = memory("a"), memory("b")
    with store.writing() as writing:
        writing.link(Link("n", "closes", a.id, b.id, "2026-01-01T12:00:00+00:00", "because"))
        writing.vectors(Vectors("e", (b.id,), np.ones((1, 3), np.float32)))
    sql(
        postgres_url,
        f"UPDATE {schema}.memories SET tenant = gen_random_uuid(), recorded_at = '' WHERE row = 3",
        "SET session_replication_role = replica",  # as if the server did not hold references together
        f"DELETE FROM {schema}.memories WHERE row = 2",
    )
    said = " ".join(store.check())
    for part in ("1 rows of links", "1 rows of vectors", "2 rows of bands", memory("c").id):
        assert part in said
    assert len(store.repair()) == 5
    assert store.check() == ()
    assert texts(store) == ["a", "c"]
    assert store.links([a.id]) == ()


# What is left of words.


def test_no_file_of_the_server_holds_a_byte_of_what_was_forgotten(store: Store, postgres_server: Any) -> None:
    secret = "Zwetschgendatschi"
    keep(store, *(f"{secret} {number}" for number in range(50)), "kept: Zwiebelkuchen")
    with store.writing() as writing:
        writing.link(Link("n", "closes", memory(f"{secret} 1").id, memory(f"{secret} 2").id, "2026-01-02", secret))
        writing.vectors(Vectors("e", (memory(f"{secret} 1").id,), np.full((1, 9), 0.123, np.float32)))
    assert places_of(secret, postgres_server.data)  # the test can find it
    with store.writing() as writing:
        writing.forget([memory(f"{secret} {number}").id for number in range(50)])
    store.purge()
    assert places_of(secret, postgres_server.data) == []
    assert places_of("Zwiebelkuchen", postgres_server.data)
    assert texts(store) == ["kept: Zwiebelkuchen"]


def test_the_files_of_the_server_are_searched_where_they_may_be(
    store: Store, schema: str, postgres_url: str, postgres_server: Any
) -> None:
    kept = memory("Zwetschgendatschi is baked in August by Dana Ruiz.")
    keep(store, kept.text, "kept: Zwiebelkuchen")
    proof = forget(store, plan_forgetting(store, Wish(ids=(kept.id,))))
    assert (proof.holds, proof.left, proof.unsearched) == (True, (), ())
    assert {Path(one.path).relative_to(postgres_server.data).parts[0] for one in proof.searched} >= {"base", "pg_wal"}
    role = f"reader_{schema}"
    sql(
        postgres_url,
        f"CREATE ROLE {role} LOGIN",
        f"GRANT ALL ON SCHEMA {schema} TO {role}",
        f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {role}",
    )
    lowly = open_postgres(postgres_url.replace("postgres@", f"{role}@"), schema=schema)
    try:
        assert lowly.files() == ()
    finally:
        lowly.close()
        sql(postgres_url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_a_purge_that_an_old_reader_would_defeat_is_refused(store: Store, postgres_url: str) -> None:
    import psycopg  # imported here: only where there is a server is there the library

    keep(store, "a")
    with psycopg.connect(postgres_url, application_name="old reader") as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT 1 FROM pg_class LIMIT 1")
        with pytest.raises(StoreError, match="old reader"):
            store.purge()
    store.purge()


def places_of(word: str, folder: Path) -> list[str]:
    """The files below that hold the word."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and word.encode() in path.read_bytes()
    )
