"""How often each check was right on labelled data, as shipped in calibration.json.

Not for measuring: `python -m simone.benchmarks.truth --calibrate` counts and writes the file.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

import msgspec

from simone.records import Measured, Score, Status, Unmeasured

LEAST_SAMPLES = 30
"""Fewer labelled verdicts than this give no figure, count."""


class Row(msgspec.Struct, frozen=True):
    """Verdicts of one check and status on labelled pairs: how many, and how many agreed with the label."""

    decided_by: str
    status: Status
    right: int
    total: int


class Calibration(msgspec.Struct, frozen=True):
    """The table and where it comes from."""

    source: str
    encoder: str
    rows: tuple[Row, ...]

    def confidence(self, decided_by: str, status: Status) -> Score:
        """The measured share of right verdicts of this check and status."""
        for row in self.rows:
            if (row.decided_by, row.status) == (decided_by, status):
                if row.total >= LEAST_SAMPLES:
                    return Measured(round(row.right / row.total, 4), row.total)
                return Unmeasured(f"only {row.total} labelled verdicts of check {decided_by!r} with status {status!r}")
        return Unmeasured(f"no labelled verdicts of check {decided_by!r} with status {status!r}")


@cache
def shipped() -> Calibration:
    """The table that ships with the package."""
    data = resources.files("simone.truth").joinpath("calibration.json").read_bytes()
    return msgspec.json.decode(data, type=Calibration)


def write(calibration: Calibration, path: Path) -> None:
    """Write a table where `shipped` of the next start will read it."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(calibration), indent=1) + b"\n")
