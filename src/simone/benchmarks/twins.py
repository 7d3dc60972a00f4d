"""The twin suite: questions that look alike and ask something else, and questions that ask the same in other words.

Not for matching: `caching.near` does that. The suite and the checks were written by the same hands; the test half was
looked at only in total.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from simone.benchmarks.report import machine, share, table
from simone.caching.bounds import upper_bound
from simone.caching.near import difference
from simone.caching.near_answers import Measurement, Row
from simone.clock import digest
from simone.errors import MissingSource
from simone.kernels import kernels
from simone.retrieval.contract import TextEncoder

SUITE = "twins.toml"
THRESHOLDS = (0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
CONFIDENCE = 0.95
SAME = "same"
Half = Literal["dev", "test"]


class Pair(msgspec.Struct, frozen=True):
    """Two questions; `kind` "same" or what was changed."""

    kind: str
    base: str
    other: str


class Judged(msgspec.Struct, frozen=True):
    """A pair with its cosine and what tells the two apart, "" for nothing."""

    pair: Pair
    cosine: float
    difference: str


class Report(msgspec.Struct, frozen=True):
    """Both halves; `measured` is the test half's."""

    halves: dict[str, tuple[Judged, ...]]
    measured: Measurement


def load(path: Path | None = None) -> dict[Half, tuple[Pair, ...]]:
    """The pairs of both halves; groups alternate, so that no question has pairs in both.

    Raises:
        MissingSource: the file cannot be read.
    """
    try:
        text = path.read_text("utf-8") if path else (files("simone.benchmarks") / SUITE).read_text("utf-8")
        groups = tomllib.loads(text)["group"]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise MissingSource(f"the twin suite {str(path or SUITE)!r} cannot be read: {error}; give its file") from error
    halves: dict[Half, list[Pair]] = {"dev": [], "test": []}
    for number, group in enumerate(groups):
        half: Half = "test" if number % 2 else "dev"
        for kind, others in group.items():
            if kind != "base":
                halves[half] += [Pair(kind, group["base"], other) for other in others]
    return {half: tuple(pairs) for half, pairs in halves.items()}


def run(encoder: TextEncoder, suite: dict[Half, tuple[Pair, ...]] | None = None) -> Report:
    """Every pair judged, and the test half measured at every threshold."""
    suite = suite or load()
    halves = {half: _judged(pairs, encoder) for half, pairs in suite.items()}
    pairs = [pair for half in sorted(suite) for pair in suite[half]]
    rows = tuple(measure(halves["test"], threshold) for threshold in THRESHOLDS)
    return Report(
        {str(half): judged for half, judged in halves.items()},
        Measurement(encoder.name, digest(msgspec.json.encode(pairs)), CONFIDENCE, rows),
    )


def measure(judged: Sequence[Judged], threshold: float) -> Row:
    """False hits with their bound, and true hits kept."""
    hits = [one for one in judged if one.cosine >= threshold and not one.difference]
    twins = sum(one.pair.kind != SAME for one in judged)
    false = sum(one.pair.kind != SAME for one in hits)
    bound = round(upper_bound(false, twins, CONFIDENCE), 6)
    return Row(threshold, twins, false, bound, len(judged) - twins, len(hits) - false)


def render(report: Report, threshold: float, show: int = 0) -> str:
    """Tables by threshold, by kind of twin, and what a cosine alone would do."""
    parts = [f"twins: {machine()}, encoder {report.measured.encoder}", ""]
    for half, judged in report.halves.items():
        rows = [measure(judged, step) for step in THRESHOLDS]
        alone = [sum(one.cosine >= step and one.pair.kind != SAME for one in judged) for step in THRESHOLDS]
        same = [sum(one.cosine >= step and one.pair.kind == SAME for one in judged) for step in THRESHOLDS]
        header = (half, "false hits", f"bound {CONFIDENCE:.0%}", "true hits kept", "cosine alone: false", "kept")
        lines = [
            (
                f">= {row.threshold:g}",
                share(row.false, row.twins),
                f"{row.bound:.4f}",
                share(row.kept, row.same),
                share(plain, row.twins),
                share(true, row.same),
            )
            for row, plain, true in zip(rows, alone, same, strict=True)
        ]
        parts += [table(header, lines), ""]
    kinds = Counter(one.pair.kind for judged in report.halves.values() for one in judged)
    false = Counter(
        one.pair.kind
        for judged in report.halves.values()
        for one in judged
        if one.cosine >= threshold and not one.difference
    )
    counted = [(kind, str(count), str(false[kind])) for kind, count in sorted(kinds.items())]
    parts += [table((f"both halves, >= {threshold:g}", "pairs", "hits"), counted), ""]
    lost = [one for one in report.halves["dev"] if one.pair.kind == SAME and one.difference][:show]
    parts += [f"lost to {one.difference}: {one.pair.base} | {one.pair.other}" for one in lost]
    return "\n".join(parts)


def _judged(pairs: Sequence[Pair], encoder: TextEncoder) -> tuple[Judged, ...]:
    texts = sorted({text for pair in pairs for text in (pair.base, pair.other)})
    place = {text: number for number, text in enumerate(texts)}
    vectors = encoder.encode(texts)
    found = []
    for pair in pairs:
        one, other = vectors[place[pair.base]], vectors[place[pair.other]]
        cosine = float(kernels.cosine_similarity_batch(one, other[None])[0])
        found.append(Judged(pair, cosine, difference(pair.base, pair.other)))
    return tuple(found)
