"""How two entailment models do for other values of what joins them: `python -m simone.benchmarks.truth --join`.

Not for the figures: these are the fitting halves, where `readers.SURE` and `LARGE_SHARE` are chosen, and
`entailment.SURE_OF_LAST`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

from simone.benchmarks.report import table
from simone.benchmarks.truth import HEADLINE
from simone.benchmarks.truth.contestants import likeliest
from simone.benchmarks.truth.figures import mean_balanced
from simone.benchmarks.truth.fusing import SUITE, Row, gather
from simone.benchmarks.truth.leaving_out import AS_READ, as_read
from simone.records import Measured
from simone.truth.entailment import Entailment
from simone.truth.judge import Judge
from simone.truth.readers import TwoReaders

SURES, SHARES = (0.8, 0.9, 0.95), (0.5, 0.7, 0.9)
NARROW = {0.0: "core only", 0.8: "core where 0.8 sure", 1.1: "always both"}
"""What is read of a window that has a core, by the share from which that is enough; the rows before are at
`SURE_OF_LAST`."""


def run(
    data: Path, suite: Path, small: Entailment, large: Entailment, tell: Callable[[str], None], per_set: int
) -> str:
    """A line for each model alone and for each way of joining them, by their likeliest statuses.

    The mean is that of `bench truth`; then what passes and stays of the contrast suite's dev half.
    """
    alone = {"small alone": small, "large alone": large}
    joined = {
        f"sure {sure}, share {share}": TwoReaders(small, large, sure, share) for sure, share in product(SURES, SHARES)
    }
    lines = []
    for name, model in (alone | joined).items():
        tell(name)
        rows = [row for row in gather(data, suite, Judge(None), model, tell, per_set) if row.is_drawn]
        lines.append((name, _of_sets(rows), *_of_suite(rows)))
        if name == "small alone":
            sure_of = [likeliest(row.logits).confidence or 0.0 for row in rows]
    for sure, (name, model) in product(NARROW, (("small alone", small), ("as shipped", TwoReaders(small, large)))):
        tell(f"{name}, {sure}")
        rows = [row for row in gather(data, suite, Judge(None), model, tell, per_set, sure) if row.is_drawn]
        lines.append((f"{name}, {NARROW[sure]}", _of_sets(rows), *_of_suite(rows)))
    asked = "; ".join(f"{sure}: {sum(one < sure for one in sure_of) / len(sure_of):.2f}" for sure in SURES)
    head = ("fitting halves", f"mean of {len(HEADLINE)}", "suite: changed ones supported", "true ones kept")
    return (
        table(head, lines)
        + f"\nshare of the pairs that the large model reads, by how sure the small one must be: {asked}"
    )


def _of_sets(rows: list[Row]) -> str:
    mean = mean_balanced(as_read(rows), AS_READ, HEADLINE)
    return f"{mean.value:.4f}" if isinstance(mean, Measured) else "-"


def _of_suite(rows: list[Row]) -> tuple[str, str]:
    own = [row for row in rows if row.source == SUITE]
    said = {
        label: [likeliest(row.logits).status == "supported" for row in own if (row.pair.label == "supported") is label]
        for label in (False, True)
    }
    return f"{sum(said[False])}/{len(said[False])}", f"{sum(said[True])}/{len(said[True])}"
