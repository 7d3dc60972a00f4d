"""Reading the files of a database by hand leaves its locks alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from simone.memory.sqlite import SqliteStore
from simone.storage import read_beside

OPEN_BYTE = 128
"""Of the index of a write-ahead log, shared by all who have the database open."""
TRY = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, int(sys.argv[2]))
    except OSError:
        sys.exit(7)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX locks")
def test_a_store_keeps_its_locks_while_its_files_are_read(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "memories.sqlite", durable=False)
    index = tmp_path / "memories.sqlite-shm"

    def taken() -> bool:
        asked = subprocess.run([sys.executable, "-c", TRY, str(index), str(OPEN_BYTE)], check=False)
        return asked.returncode == 7

    assert taken()
    for path in store.files():
        assert b"".join(read_beside(path, 1000)) == b"".join(read_beside(path, 1 << 20))
    assert taken()
    store.close()
    assert not index.exists() or not taken()


def test_a_file_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    path, other = tmp_path / "one", tmp_path / "other"
    path.write_bytes(b"before")
    assert list(read_beside(path, 4)) == [b"befo", b"re"]
    other.write_bytes(b"after")
    other.replace(path)
    assert list(read_beside(path, 100)) == [b"after"]
    path.write_bytes(b"")
    assert list(read_beside(path, 100)) == []


def test_files_that_were_deleted_are_let_go_of(tmp_path: Path) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not list descriptors")
    before = descriptors()
    for number in range(20):
        path = tmp_path / str(number)
        path.write_bytes(b"content")
        assert list(read_beside(path, 100)) == [b"content"]
        path.unlink()
    assert descriptors() <= before + 1
