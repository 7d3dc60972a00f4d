"""Files that a database of this process has open, read past it.

Not for databases themselves: `connections` opens those.

POSIX lets go of all locks that a process holds on a file as soon as it closes any descriptor of that file, so whoever
reads an open database by hand and closes it takes its locks away. A file that was read here stays open for as long as
it has a name; that is why this module keeps something of its own.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

_opening = threading.Lock()


class _Held(msgspec.Struct):
    """A descriptor, and how many read from it now."""

    file: int
    readers: int = 0


_open: dict[tuple[int, int], _Held] = {}


def read_beside(path: Path, size: int) -> Iterator[bytes]:
    """The content of a file, `size` bytes at a time and fewer at its end.

    Raises:
        OSError: it cannot be read.
    """
    with _descriptor(path) as file:
        at = 0
        while part := os.pread(file, size, at):
            yield part
            at += len(part)


@contextmanager
def _descriptor(path: Path) -> Iterator[int]:
    with _opening:
        _close_deleted()
        found = path.stat()
        held = _open.get((found.st_dev, found.st_ino))
        if held is None:
            held = _Held(os.open(path, os.O_RDONLY))
            found = os.fstat(held.file)
            _open[found.st_dev, found.st_ino] = held
        held.readers += 1
    try:
        yield held.file
    finally:
        with _opening:
            held.readers -= 1


def _close_deleted() -> None:
    """Let go of files that have no name any more: nobody's locks are on them."""
    for name, held in list(_open.items()):
        if not held.readers and not os.fstat(held.file).st_nlink:
            os.close(held.file)
            del _open[name]
