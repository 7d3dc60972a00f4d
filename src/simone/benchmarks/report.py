"""How measurements are printed and summed up: tables of plain text, medians, percentiles, intervals.

Not for measuring.
"""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence

from simone.kernels import backend_report

Z95 = 1.959963984540054
"""97.5 % quantile of the standard normal distribution."""


def machine() -> str:
    """One line on what the figures below were measured on."""
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" kernels {backend_report().backend}"
    )


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns aligned with spaces; the first to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (header, *rows)
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0..1) of the values do not exceed (nearest rank).

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values were measured, so there is no percentile")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def wilson(hits: int, total: int) -> tuple[float, float]:
    """95 % interval of a share.

    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927.
    """
    if total == 0:
        return (0.0, 1.0)
    share, z2 = hits / total, Z95 * Z95
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return (max(0.0, middle - half), min(1.0, middle + half))


def share(hits: int, total: int) -> str:
    """A share with its 95 % interval and counts, or a dash where nothing was counted."""
    if total == 0:
        return "-"
    low, high = wilson(hits, total)
    return f"{hits / total:.3f} [{low:.3f}, {high:.3f}] {hits}/{total}"
