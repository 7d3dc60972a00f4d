"""A verdict depends on its claim and on what the evidence says: never on company, order, threads, backend or caches."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simone import weights
from simone.benchmarks.contrast import read_suite
from simone.records import Claim, Passage, Verdict
from simone.retrieval.encoder import CachedEncoder, MiniLM
from simone.settings import EncoderSettings, home
from simone.truth.claims import as_claim
from simone.truth.entailment import LARGE
from simone.truth.judge import Judge
from simone.truth.readers import open_models

SUITE = read_suite(Path(__file__).parents[1] / "attacks" / "contrast.jsonl")
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
NAMES = sorted(SUITE.documents)
EXTRA = (
    "The old sea wall collapsed.",
    "Lena Hovik won in Saint-Avel, and 17 riders abandoned.",
    "It rained.",
    "",
    "Oui.",
)


class Asked(NamedTuple):
    """Claims and passages, and the same ones in another order."""

    claims: list[Claim]
    passages: list[Passage]
    claims_otherwise: list[Claim]
    passages_otherwise: list[Passage]


def passages_of(name: str, pieces: int) -> list[Passage]:
    """A document of the suite in overlapping pieces of whole sentences, as retrieval gives them."""
    text = SUITE.documents[name]
    ends = [i + 1 for i, c in enumerate(text) if c == "." and text[i + 1 : i + 2] in ("", " ")] or [len(text)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    length = max(1, len(ends) // pieces)
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    found = []
    for first in range(0, len(ends), length):
        start, end = starts[first], ends[min(len(ends), first + length + 1) - 1]
        found.append(Passage(f"{name}.txt", digest, 1, start, end, text[start:end], (start, end)))
    return found


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    """Some documents, cut somehow, and claims about them and about others, in two orders."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    passages = [passage for name in names for passage in passages_of(name, draw(st.integers(1, 4)))]
    own = [case.claim for case in SUITE.cases if case.document in names]
    texts = draw(st.lists(st.sampled_from([*own, *EXTRA]), min_size=1, max_size=12))
    claims = [as_claim(text, n) for n, text in enumerate(texts)]
    return Asked(claims, passages, draw(st.permutations(claims)), draw(st.permutations(passages)))


def as_bytes(verdicts: tuple[Verdict, ...]) -> list[bytes]:
    """Verdicts as they are written, by claim."""
    return [msgspec.json.encode(v) for v in sorted(verdicts, key=lambda v: v.claim.sentence)]


def holds(judge: Judge, one: Asked, explain: bool) -> None:
    """Every way of asking gives the same bytes."""
    expected = as_bytes(judge.judge(one.claims, one.passages, explain))
    assert as_bytes(judge.judge(one.claims_otherwise, one.passages, explain)) == expected
    assert as_bytes(judge.judge(one.claims, one.passages_otherwise, explain)) == expected
    assert as_bytes(tuple(judge.judge([claim], one.passages, explain)[0] for claim in one.claims)) == expected
    halves = one.claims[: len(one.claims) // 2], one.claims[len(one.claims) // 2 :]
    parts = tuple(v for some in halves for v in judge.judge(some, one.passages, explain))
    assert as_bytes(parts) == expected


def fresh(
    home: Path,
    batch_tokens: int = 4096,
    cached: bool = False,
    reader: Literal["small", "large"] = "small",
) -> Judge:
    """A fused judge with models of its own, which have read nothing yet."""
    given = EncoderSettings(batch_tokens=batch_tokens)
    encoder = MiniLM(home, given)
    return Judge(CachedEncoder(encoder, given.cache_bytes) if cached else encoder, open_models(reader, home))


@pytest.fixture(scope="module")
def pinned() -> Path:
    """The home that holds the weights; skips by name where those are not in place."""
    source = Path(os.environ.get("SIMONE_TEST_HOME", str(home())))
    needed = ("minilm", "minilm-tokenizer", "entailment")
    missing = [s.weight.name for s in weights.listing(source) if s.weight.name in needed and s.state != "present"]
    if missing:
        pytest.skip(f"weights missing: {', '.join(missing)}; run `make weights`")
    return source


@pytest.fixture(scope="module")
def fused(pinned: Path) -> Judge:
    return fresh(pinned, cached=True)


@FEW
@given(asked())
def test_exact_verdicts_do_not_depend_on_company_or_order(one: Asked) -> None:
    holds(Judge(None), one, explain=True)


@pytest.mark.weights
@settings(FEW, max_examples=4)
@given(asked())
def test_fused_verdicts_do_not_depend_on_company_or_order(fused: Judge, one: Asked) -> None:
    holds(fused, one, explain=False)


@pytest.mark.weights
def test_fused_verdicts_do_not_depend_on_batches_or_caches(pinned: Path) -> None:
    passages = [passage for name in NAMES[:2] for passage in passages_of(name, 2)]
    texts = [case.claim for case in SUITE.cases if case.document in NAMES[:2]][::12]
    claims = [as_claim(text, n) for n, text in enumerate(texts)]
    first = fresh(pinned)
    expected = as_bytes(first.judge(claims, passages, explain=True))
    assert as_bytes(first.judge(claims, passages, explain=True)) == expected  # what was read is known now
    assert as_bytes(fresh(pinned).judge(claims, passages, explain=True)) == expected
    assert as_bytes(fresh(pinned, 64).judge(claims, passages, explain=True)) == expected
    warm = fresh(pinned, 65536, cached=True)
    for _ in range(2):
        assert as_bytes(warm.judge(claims, passages, explain=True)) == expected


@pytest.mark.weights
def test_what_both_models_read_does_not_depend_on_company_or_caches(pinned: Path) -> None:
    if {one.weight.name: one.state for one in weights.listing(pinned)}[LARGE] != "present":
        pytest.skip("the large entailment model is missing; run `make weights-large`")
    name = NAMES[0]
    texts = [case.claim for case in SUITE.cases if case.document == name][::8]
    claims, passages = [as_claim(text, n) for n, text in enumerate(texts)], passages_of(name, 2)
    first = fresh(pinned, reader="large")
    expected = as_bytes(first.judge(claims, passages, explain=True))
    assert as_bytes(first.judge(claims[::-1], passages, explain=True)) == expected
    again = fresh(pinned, 64, cached=True, reader="large")
    assert as_bytes(tuple(again.judge([claim], passages, explain=True)[0] for claim in claims)) == expected


ALONE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_verdicts_identical import NAMES, SUITE, as_bytes, fresh, passages_of
from simone.truth.claims import as_claim
from simone.truth.judge import Judge
judge = fresh(Path(sys.argv[2])) if sys.argv[2] else Judge(None)
for name in NAMES[::15]:
    texts = [case.claim for case in SUITE.cases if case.document == name][:: 8 if sys.argv[2] else 1]
    claims = [as_claim(text, n) for n, text in enumerate(texts)]
    sys.stdout.buffer.write(b"\\n".join(as_bytes(judge.judge(claims, passages_of(name, 2), explain=True))))
"""


def in_another_process(home: str, **environment: str) -> bytes:
    """The verdicts that a process of its own gives."""
    words = [sys.executable, "-c", ALONE, str(Path(__file__).parent), home]
    found = subprocess.run(words, capture_output=True, env={**os.environ, **environment}, timeout=300, check=False)
    assert found.returncode == 0, found.stderr.decode()
    return found.stdout


def processes(home: str) -> list[bytes]:
    return [
        in_another_process(home, SIMONE_BACKEND="reference", PYTHONHASHSEED="0"),
        in_another_process(home, SIMONE_BACKEND="auto", PYTHONHASHSEED="1", SIMONE_KERNEL_THREADS="1"),
        in_another_process(home, SIMONE_BACKEND="auto", PYTHONHASHSEED="2", SIMONE_KERNEL_THREADS="2"),
    ]


def test_exact_verdicts_do_not_depend_on_the_process_or_the_backend() -> None:
    found = processes("")
    assert found[0] == found[1] == found[2] != b""


@pytest.mark.weights
def test_fused_verdicts_do_not_depend_on_the_process_or_the_backend(pinned: Path) -> None:
    found = processes(str(pinned))
    assert found[0] == found[1] == found[2] != b""
