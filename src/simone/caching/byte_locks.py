"""Locks of this process on bytes of files, whoever in it holds them.

Not for threads: one holder may take a byte as often as it likes.

POSIX gives such locks to a process, and closing any descriptor of a file lets go of all that the process holds on it.
So each file has one descriptor here, shared by all who lock its bytes, and what each of them holds is counted. That is
why this module keeps something of its own: the locks belong to the process too.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import NamedTuple

if sys.platform != "win32":
    import fcntl

_opening = threading.Lock()
_open: dict[tuple[int, int], ByteLocks] = {}


class _Held(NamedTuple):
    owner: object
    times: int


class ByteLocks:
    """The locks of this process on one file. Thread-safe; not across a fork."""

    @staticmethod
    def of(path: Path) -> ByteLocks:
        """Those of a file, which is created where there is none; whoever asks must `close` them once.

        Raises:
            OSError: the file cannot be opened.
        """
        with _opening:
            try:
                found = path.stat()
                locks = _open.get((found.st_dev, found.st_ino))
            except FileNotFoundError:
                locks = None
            if locks is None:
                locks = ByteLocks(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
                _open[locks._inode] = locks
            locks._users += 1
            return locks

    def __init__(self, file: int) -> None:
        """`file`: a descriptor that is nowhere else and the only one of its file in this process."""
        found = os.fstat(file)
        self._inode = (found.st_dev, found.st_ino)
        self._file = file
        self._users = 0
        self._lock = threading.Lock()
        self._held: dict[int, _Held] = {}

    def take(self, place: int, owner: object) -> bool:
        """Take a byte, now or not at all; False where another process or another owner has it.

        True where the file system has no locks: then nobody is waited for.
        """
        with self._lock:
            held = self._held.get(place)
            if held is not None and held.owner is not owner:
                return False
            if held is None and not self._locked(place):
                return False
            self._held[place] = _Held(owner, held.times + 1 if held else 1)
            return True

    def release(self, place: int, owner: object) -> None:
        """Undo one `take`; nothing where the owner does not have it."""
        with self._lock:
            held = self._held.get(place)
            if held is None or held.owner is not owner:
                return
            if held.times > 1:
                self._held[place] = _Held(owner, held.times - 1)
            else:
                self._unlock(place)

    def close(self, owner: object) -> None:
        """Let go of all that the owner has; the last one closes the file."""
        with _opening:
            with self._lock:
                for place in [place for place, held in self._held.items() if held.owner is owner]:
                    self._unlock(place)
            self._users -= 1
            if not self._users:
                del _open[self._inode]
                with self._lock:
                    os.close(self._file)
                    self._file = -1

    def _locked(self, place: int) -> bool:
        if sys.platform == "win32" or self._file < 0:
            return True
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:  # no locks on this file system, or too many
            return True
        return True

    def _unlock(self, place: int) -> None:
        del self._held[place]
        if sys.platform == "win32" or self._file < 0:
            return
        try:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
        except OSError:
            return
