"""How right the judge is: on public development sets, beside majority and word overlap, losses included.

Not for speed alone, and never for tuning on the development sets: thresholds and confidences come from another file.

    python -m simone.benchmarks.truth [--per-set N] [--set NAME]     figures on SIMONE_DATA/nli/dev
    python -m simone.benchmarks.truth --calibrate                    counts for truth/calibration.json
    python -m simone.benchmarks.truth --fit                          the grid behind the thresholds
"""

from __future__ import annotations

import argparse
import gzip
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from simone import settings
from simone.benchmarks.report import machine, wilson
from simone.clock import SystemClock, digest, seeded
from simone.errors import MissingSource
from simone.kernels import backend_report, kernels
from simone.records import Measured, Score, Status, Unmeasured
from simone.retrieval.contract import TextEncoder
from simone.retrieval.encoder import MiniLM
from simone.truth import calibration
from simone.truth.claims import as_claim
from simone.truth.judge import Judge, as_passage
from simone.truth.words import stems_of

TRAINING = "nli/train_ship.jsonl.gz"
NOT_CLAIMS = frozenset({"qnli_dev", "folio_train"})
"""Training sources left out: questions instead of claims, and puzzles over several premises."""
OVERLAP_THRESHOLD = 1.0
"""Share of the claim's content words at which plain overlap says "supported"; best of --fit's grid, 0..1."""
QUOTED = 2000
"""Premises of which a sentence is sought as a quote, count."""
_STATUS = {"entailment": "supported", "contradiction": "refuted", "neutral": "unverifiable", "not_entailment": "not"}
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]"}


class Pair(msgspec.Struct, frozen=True):
    """A labelled pair; `label` is a status, or "not" where the set only says not supported."""

    premise: str
    hypothesis: str
    label: str
    source: str


class Result(msgspec.Struct, frozen=True):
    """One judge on one set. Shares are 0..1; `false_supported_range` is the 95 % Wilson interval."""

    name: str
    judge: str
    pairs: int
    balanced_accuracy: Score
    three_way: Score
    supported_precision: Score
    refuted_precision: Score
    supported_recall: Score
    false_supported: Score
    false_supported_range: tuple[float, float]
    ms_per_claim: float


def read_pairs(path: Path) -> list[Pair]:
    """Labelled pairs of a .jsonl or .jsonl.gz file, with PTB brackets written as brackets.

    Raises:
        MissingSource: there is no such file.
    """
    if not path.is_file():
        raise MissingSource(f"no labelled pairs at {str(path)!r}; set SIMONE_DATA to the folder that holds nli/")
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = (msgspec.json.decode(line, type=dict[str, object]) for line in raw.splitlines() if line.strip())
    return [
        Pair(_plain(str(r["premise"])), _plain(str(r["hypothesis"])), _STATUS[str(r["label"])], str(r["source"]))
        for r in rows
    ]


def _plain(text: str) -> str:
    for code, bracket in _BRACKETS.items():
        text = text.replace(code, bracket)
    return text


def judged_by(judge: Judge) -> Callable[[Pair], tuple[Status, str]]:
    """The judge as a function from pair to status and check."""

    def answer(pair: Pair) -> tuple[Status, str]:
        verdict = judge.judge([as_claim(pair.hypothesis, 0)], [as_passage(pair.premise, 1)])[0]
        return verdict.status, verdict.decided_by

    return answer


def by_overlap(pair: Pair, threshold: float = OVERLAP_THRESHOLD) -> tuple[Status, str]:
    """The baseline: supported where enough of the claim's content words occur in the evidence."""
    wanted = stems_of(pair.hypothesis)
    share = len(wanted & stems_of(pair.premise)) / max(1, len(wanted))
    return ("supported" if share >= threshold else "unverifiable"), "overlap"


def by_majority(pairs: Sequence[Pair]) -> Callable[[Pair], tuple[Status, str]]:
    """The baseline that always gives the most frequent label of the set."""
    label = sorted(Counter(p.label for p in pairs).items(), key=lambda item: (-item[1], item[0]))[0][0]
    status: Status = "supported" if label == "supported" else "refuted" if label == "refuted" else "unverifiable"
    return lambda _pair: (status, "majority")


def measure(name: str, who: str, pairs: Sequence[Pair], answer: Callable[[Pair], tuple[Status, str]]) -> Result:
    """Judge every pair one by one and count."""
    clock = SystemClock()
    start_s = clock.monotonic_s()
    answers = [answer(pair)[0] for pair in pairs]
    spent_ms = (clock.monotonic_s() - start_s) * 1000.0
    said = [(status, pair.label) for status, pair in zip(answers, pairs, strict=True)]
    hits = sum(s == "supported" == label for s, label in said)
    supported = sum(label == "supported" for _, label in said)
    false = sum(s == "supported" != label for s, label in said)
    others = len(said) - supported
    three = all(p.label != "not" for p in pairs) and len({p.label for p in pairs}) == 3
    refuted = [label for s, label in said if s == "refuted" and label != "not"]
    return Result(
        name,
        who,
        len(said),
        _share((hits / supported + (others - false) / others) / 2, len(said))
        if supported and others
        else Unmeasured("one class"),
        _share(sum(s == label for s, label in said) / len(said), len(said)) if three else Unmeasured("two labels"),
        _of(hits, hits + false),
        _of(sum(label == "refuted" for label in refuted), len(refuted)),
        _of(hits, supported),
        _of(false, others),
        wilson(false, others),
        spent_ms / max(1, len(said)),
    )


def _share(value: float, samples: int) -> Score:
    return Measured(value, samples)


def _of(part: int, total: int) -> Score:
    return Measured(part / total, total) if total else Unmeasured("none given")


def run(data: Path, judge: Judge, per_set: int = 300, seed: int = 0, only: Sequence[str] = ()) -> tuple[Result, ...]:
    """Majority, overlap and the judge on a seeded sample of each development set, in order of set name.

    Raises:
        MissingSource: the folder holds no development sets.
    """
    paths = [p for p in sorted((data / "nli" / "dev").glob("*.jsonl")) if not only or p.stem in only]
    if not paths:
        raise MissingSource(
            f"no development sets under {str(data)!r}; set SIMONE_DATA to the folder that holds nli/dev"
        )
    results = []
    for path in paths:
        pairs = sample(read_pairs(path), per_set, seed, path.stem)
        for who, answer in (("majority", by_majority(pairs)), ("overlap", by_overlap), ("judge", judged_by(judge))):
            results.append(measure(path.stem, who, pairs, answer))
    return tuple(results)


def sample(pairs: list[Pair], size: int, seed: int, purpose: str) -> list[Pair]:
    """A seeded sample without repetition, in the order of the set; all of it where `size` is 0 or larger."""
    if not size or size >= len(pairs):
        return pairs
    chosen = sorted(seeded(seed, f"bench truth {purpose}").sample(range(len(pairs)), size))
    return [pairs[i] for i in chosen]


def render(results: Iterable[Result]) -> str:
    """The figures as a text table."""
    titles = ("set", "judge", "n", "bal.acc", "3-way", "P(sup)/n", "P(ref)/n", "R(sup)")
    head = "{:22} {:9} {:>5} {:>8} {:>7} {:>12} {:>12} {:>7}".format(*titles)
    lines = [head + "  false supported (95 %)    ms"]
    for r in results:
        low, high = r.false_supported_range
        lines.append(
            f"{r.name:22} {r.judge:9} {r.pairs:5} {_cell(r.balanced_accuracy):>8} {_cell(r.three_way):>7}"
            f" {_cell(r.supported_precision, True):>12} {_cell(r.refuted_precision, True):>12}"
            f" {_cell(r.supported_recall):>7}"
            f"  {_cell(r.false_supported)} [{low:.3f}, {high:.3f}]   {r.ms_per_claim:6.2f}"
        )
    return "\n".join((*lines, machine()))


def _cell(score: Score, counted: bool = False) -> str:
    if isinstance(score, Unmeasured):
        return "-"
    return f"{score.value:.3f}/{score.samples}" if counted else f"{score.value:.3f}"


def training(data: Path, part: str, size: int) -> list[Pair]:
    """A part of the shippable training pairs, chosen by digest: "fit" for thresholds, "count" for confidences."""
    digits = {"fit": "01234567", "count": "89abcdef"}[part]
    keyed = []
    for pair in read_pairs(data / TRAINING):
        key = digest(pair.premise.encode(), pair.hypothesis.encode())
        if pair.source not in NOT_CLAIMS and key[0] in digits:
            keyed.append((key, pair))
    keyed.sort(key=lambda item: item[0])
    return [pair for _, pair in keyed[: size or None]]


def calibrate(data: Path, judge: Judge, encoder: str, size: int) -> calibration.Calibration:
    """Count right verdicts per check and status on the "count" part of the training pairs.

    Quotes are counted on sentences cut out of the premises: against their own premise, where a quote is right, and
    against the next one's, where it is wrong.
    """
    right: Counter[tuple[str, Status]] = Counter()
    total: Counter[tuple[str, Status]] = Counter()
    pairs = training(data, "count", size)
    answer = judged_by(judge)
    for pair in pairs:
        status, check = answer(pair)
        total[check, status] += 1
        right[check, status] += status == pair.label or (pair.label == "not" and status == "unverifiable")
        if pair.label == "not" and status == "refuted":
            # The label does not say whether the claim is refuted: such a verdict is neither right nor wrong.
            total[check, status] -= 1
    right["quote", "supported"], total["quote", "supported"] = _quotes([pair.premise for pair in pairs], judge)
    rows = tuple(
        calibration.Row(check, status, right[check, status], n) for (check, status), n in sorted(total.items())
    )
    return calibration.Calibration(f"{TRAINING}, {len(pairs)} pairs of the half held aside from fitting", encoder, rows)


def _quotes(premises: Sequence[str], judge: Judge) -> tuple[int, int]:
    """Quotes found that are right, and all that were found, for one sentence of each of the first QUOTED premises."""
    distinct = list(dict.fromkeys(premises))[:QUOTED]
    right = found = 0
    for number, premise in enumerate(distinct):
        spans = kernels.split_sentences_batch([premise])[0].tolist()
        start, end = spans[number % len(spans)] if spans else (0, 0)
        other = distinct[(number + 1) % len(distinct)]
        for text in (premise, other):
            verdict = judge.judge([as_claim(premise[start:end], 0)], [as_passage(text, 1)])[0]
            if verdict.decided_by == "quote":
                found += 1
                right += text is premise
    return right, found


def fit(data: Path, encoder: TextEncoder | None, size: int) -> str:
    """The grid behind bridging.THRESHOLD and OVERLAP_THRESHOLD, on the "fit" part."""
    pairs = training(data, "fit", size)
    grid = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 1.0)
    found = [measure(f"overlap>={step}", "overlap", pairs, partial(by_overlap, threshold=step)) for step in grid]
    if encoder is not None:
        found += [measure(f"bridge>={x}", "judge", pairs, judged_by(Judge(encoder, threshold=x))) for x in grid]
    return render(found)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of this benchmark."""
    parser = argparse.ArgumentParser(prog="python -m simone.benchmarks.truth", description=__doc__)
    parser.add_argument("--per-set", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--calibrate", action="store_true")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--size", type=int, default=20000)
    parser.add_argument("--no-encoder", action="store_true")
    given = parser.parse_args(arguments)
    data = Path(os.environ.get("SIMONE_DATA", "../shared/data"))
    encoder = None if given.no_encoder else MiniLM(settings.home(), settings.load().encoder)
    name = encoder.name if encoder else "none"
    judge = Judge(encoder)
    if given.fit:
        sys.stdout.write(fit(data, encoder, given.size) + "\n")
    elif given.calibrate:
        counted = calibrate(data, judge, name, given.size)
        calibration.write(counted, Path(calibration.__file__).with_suffix(".json"))
        for row in counted.rows:
            sys.stdout.write(f"{row.decided_by:12} {row.status:13} {row.right:6}/{row.total}" + "\n")
    else:
        sys.stdout.write(render(run(data, judge, given.per_set, given.seed, given.set)) + "\n")
    sys.stderr.write(f"backend {backend_report()}; encoder {name}; Python {sys.version.split()[0]}" + "\n")


if __name__ == "__main__":
    main()
