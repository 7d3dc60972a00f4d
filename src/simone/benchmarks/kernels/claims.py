"""Claims held against sentences, and statements against one another, beside the reference and beside all pairs.

Not for the quality of verdicts: `bench truth` and `bench contrast` measure that.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from simone.benchmarks.kernels.measuring import Bar, Ceiling, Contestants, Finding, Setting, Task, all_equal, size_of
from simone.errors import MissingSource
from simone.kernels.contract import Ints, Kernels
from simone.kernels.contract.validation import TruthChecks
from simone.kernels.reference.validation.contradictions import EXCLUDING
from simone.kernels.reference.validation.exact import compare
from simone.kernels.reference.validation.reading import read
from simone.kernels.reference.validation.words import stems_of

SETS = ("snli_test", "conjnli_dev", "fever_symmetric_dev", "healthver_dev", "breaking_nli")
CLAIMS = (10, 100, 1_000)
A_PAIR_S = 50e-6
STATEMENTS = (200, 2_000)
MANY_STATEMENTS = 10_000
_ALL_PAIRS = "all pairs in Python"
_ANEW = "reference, texts read anew"


def checks(setting: Setting) -> Iterator[Task]:
    """Each claim with its own sentence, and each claim with every sentence."""
    pairs = _pairs(setting)
    for size in CLAIMS:
        yield _check(f"{size:,} claims, one sentence each", pairs[:size], None, setting)
    some = pairs[:30]
    everyone = np.array([(i, j) for i in range(len(some)) for j in range(len(some))], np.int64)
    yield _check("30 claims, each with 30 sentences", some, everyone, setting)


def contradictions(setting: Setting) -> Iterator[Task]:
    """Statements of which some pairs exclude each other."""
    pairs = _pairs(setting)
    for size in (*STATEMENTS, *((MANY_STATEMENTS,) if setting.large else ())):
        statements = [text for pair in pairs[: size // 2] for text in pair]
        contestants: Contestants = {
            name: partial(b.detect_contradictions_fast, statements) for name, b in setting.named()
        }
        if size <= STATEMENTS[-1]:
            contestants[_ALL_PAIRS] = partial(_all_pairs, statements)
        found = next(reversed(contestants.values()))()
        yield Task(
            f"contradictions of {size:,} statements",
            size_of(statements),
            contestants,
            partial(all_equal, list(contestants)),
            (
                Finding(f"found {len(found) if isinstance(found, list) else 0:,}"),
                *((Bar(_ALL_PAIRS, 50.0),) if size == STATEMENTS[-1] else ()),
            ),
            slow=frozenset({"reference", _ALL_PAIRS}),
        )


def _pairs(setting: Setting) -> list[tuple[str, str]]:
    """Labelled pairs (claim, sentence) of several sets, shuffled together."""
    room = setting.data / "nli" / "dev"
    pairs = [pair for name in SETS for pair in _read(room / f"{name}.jsonl")]
    random.Random(setting.seed).shuffle(pairs)
    return pairs


def _read(path: Path) -> list[tuple[str, str]]:
    if not path.exists():
        raise MissingSource(f"{path} is not there; set SIMONE_DATA to the folder that has nli/dev")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [(row["hypothesis"], row["premise"]) for row in rows if len(row["premise"]) <= 1000]


def _check(name: str, pairs: Sequence[tuple[str, str]], places: Ints | None, setting: Setting) -> Task:
    claims, sentences = map(list, zip(*pairs, strict=True))
    chosen = np.repeat(np.arange(len(pairs)), 2).reshape(-1, 2) if places is None else places
    contestants: Contestants = {
        name: partial(b.validate_truth_claims_batch, claims, sentences, chosen) for name, b in setting.named()
    }
    contestants[_ANEW] = partial(_anew, setting.backends["reference"], claims, sentences, chosen)
    return Task(
        name,
        size_of(claims) + size_of(sentences),
        contestants,
        partial(all_equal, list(contestants)),
        (Ceiling(A_PAIR_S * len(chosen)),),
        slow=frozenset({"reference", _ANEW}),
    )


def _anew(reference: Kernels, claims: list[str], sentences: list[str], pairs: Ints) -> TruthChecks:
    """The reference remembers texts it has read; a batch that it meets first has to be read."""
    read.cache_clear()
    return reference.validate_truth_claims_batch(claims, sentences, pairs)


def _all_pairs(statements: Sequence[str]) -> list[tuple[int, int, str]]:
    """Every pair of statements, first by the words they share, then by the same comparison."""
    stems = [stems_of(text) for text in statements]
    found = []
    for i, ours in enumerate(stems):
        for j in range(i + 1, len(stems)):
            shared = len(ours & stems[j])
            if shared < max(1, min(2, min(len(ours), len(stems[j])) - 1)):
                continue
            for a, b in ((i, j), (j, i)):
                if 2 * shared >= len(stems[a]):
                    decided = compare(read(statements[a]), read(statements[b])).difference
                    if decided.status == "refuted" and decided.check in EXCLUDING:
                        found.append((i, j, decided.check))
                        break
    return found
