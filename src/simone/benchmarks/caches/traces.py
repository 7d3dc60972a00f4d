"""Recorded accesses from the literature, as keys in the order in which they were asked for.

Not for replaying them: see ratios.

Source: Megiddo and Modha, ARC, USENIX FAST 2003 (OLTP); Jiang and Zhang, LIRS, SIGMETRICS 2002 (the other three).
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import msgspec
import zstandard

from simone.errors import MissingSource

FILES = {
    "OLTP": "OLTP.lis.zst",
    "2_pools": "lirs_2_pools.trace.gz",
    "multi2": "lirs_multi2.trace.gz",
    "sprite": "lirs_sprite.trace.gz",
}
SET_ON = ("multi2", "sprite")
"""The traces that the constants of the policy were set on; the others were only looked at."""
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Sizes of a cache, as shares of the distinct keys of a trace."""


class Trace(msgspec.Struct, frozen=True):
    """Block numbers in the order of access."""

    name: str
    blocks: tuple[int, ...]
    distinct: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """Entries of a cache of each share in SHARES, two or more."""
        return tuple(max(2, round(self.distinct * share)) for share in SHARES)


def load(data: Path, name: str) -> Trace:
    """The trace of that name in FILES.

    Raises:
        MissingSource: the file is not there or cannot be read.
    """
    path = data / "caches" / FILES[name]
    try:
        packed = path.read_bytes()
        if path.suffix == ".zst":
            with zstandard.ZstdDecompressor().stream_reader(packed) as reader:
                lines = reader.read().decode("ascii").splitlines()
            blocks = [block for line in lines if line.strip() for block in _range(line)]
        else:
            words = gzip.decompress(packed).decode("ascii").split()
            blocks = [int(word) for word in words if word != "*"]
    except (OSError, EOFError, zlib.error, zstandard.ZstdError, ValueError) as error:
        raise MissingSource(f"the trace {name!r} is read from {path}: {error}; set SIMONE_DATA or --data") from error
    return Trace(name, tuple(blocks), len(set(blocks)))


def _range(line: str) -> range:
    """A line of the ARC format: the first block, how many, and what does not matter here."""
    start, count, *_ = line.split()
    return range(int(start), int(start) + int(count))
