"""An ingest killed at any moment, or run twice at once, leaves whole documents and a clean next start."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from simone.clock import seeded
from simone.retrieval.corpus import Corpus
from simone.settings import RetrievalSettings

FILES = 60
KILLS = 10
CHILD = """
import sys
from pathlib import Path
from simone.retrieval.corpus import Corpus
from simone.settings import RetrievalSettings
with Corpus.open(Path(sys.argv[2])) as corpus:
    say = lambda done, of, path: print(done, flush=True)
    corpus.ingest([Path(sys.argv[1])], RetrievalSettings(), on_progress=say)
"""


def write_files(folder: Path, generation: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(FILES):
        body = f"Version {generation} of file {number}. " + "It says many things. " * 50
        (folder / f"{number:02}.md").write_text(f"# File {number}\n\n{body}\n")


def child(folder: Path, store: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, str(folder), str(store)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def assert_whole(store: Path, folder: Path, generations: set[int]) -> set[str]:
    """Every live document is one generation's file in full, with its sentences; returns the live paths."""
    assert sqlite3.connect(store).execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with Corpus.open(store) as corpus:
        table, documents = corpus.sentences(), corpus.documents()
        for place, record in enumerate(documents):
            text = corpus.text(record.path)
            number = int(record.path.removesuffix(".md"))
            assert text.startswith(tuple(f"# File {number}\n\nVersion {each} of" for each in generations))
            assert (len(text), int((table.document == place).sum())) == (record.characters, 51)
        return {record.path for record in documents}


def test_kill_at_random_moments_leaves_whole_documents(tmp_path: Path) -> None:
    folder, store = tmp_path / "docs", tmp_path / "corpus.sqlite"
    chance = seeded(7, "kill")
    seen: set[str] = set()
    for generation in range(KILLS):
        write_files(folder, generation)
        running = child(folder, store)
        assert running.stdout is not None
        for _ in range(chance.randrange(1, FILES)):
            running.stdout.readline()
        running.send_signal(signal.SIGKILL)
        running.communicate()
        live = assert_whole(store, folder, set(range(generation + 1)))
        assert seen <= live
        seen = live
    settings = RetrievalSettings()
    with Corpus.open(store) as corpus, Corpus.open(tmp_path / "clean.sqlite") as clean:
        report = corpus.ingest([folder], settings)
        clean.ingest([folder], settings)
        assert report.added + report.changed + report.unchanged == FILES
        assert corpus.version == clean.version
        assert corpus.lexical("file 7 says", 5) != []


def test_two_ingests_at_once_neither_corrupt_nor_duplicate(tmp_path: Path) -> None:
    folder, store = tmp_path / "docs", tmp_path / "corpus.sqlite"
    write_files(folder, 0)
    both = [child(folder, store) for _ in range(2)]
    for running in both:
        running.communicate()
    assert [running.returncode for running in both] == [0, 0]
    assert len(assert_whole(store, folder, {0})) == FILES
    with Corpus.open(store) as corpus:
        assert {record.version for record in corpus.documents()} == {1}
