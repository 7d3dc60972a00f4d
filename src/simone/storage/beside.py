"""Files that a database of this process has open, read past it.

Not for databases themselves: `connections` opens those.

POSIX lets go of all locks that a process holds on a file as soon as it closes any descriptor of that file, so whoever
reads an open database by hand and closes it takes its locks away. A file that was read here stays open to the end of
the process; that is why this module keeps something of its own.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

_opening = threading.Lock()
_open: dict[tuple[int, int], int] = {}


def read_beside(path: Path, size: int) -> Iterator[bytes]:
    """The content of a file, `size` bytes at a time and fewer at its end.

    Raises:
        OSError: it cannot be read.
    """
    file = _descriptor(path)
    at = 0
    while part := os.pread(file, size, at):
        yield part
        at += len(part)


def _descriptor(path: Path) -> int:
    with _opening:
        found = path.stat()
        file = _open.get((found.st_dev, found.st_ino))
        if file is None:
            file = os.open(path, os.O_RDONLY)
            found = os.fstat(file)
            _open[found.st_dev, found.st_ino] = file
        return file
