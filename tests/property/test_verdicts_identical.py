"""A verdict depends on its claim and on what the evidence says: never on company, order, threads, backend or caches."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simone.benchmarks.contrast import read_suite
from simone.kernels.reference.validation import reading, tokens
from simone.records import Claim, Passage, Verdict
from simone.retrieval.encoder import CachedEncoder, MiniLM
from simone.settings import EncoderSettings
from simone.truth import evidence
from simone.truth.claims import as_claim
from simone.truth.cross_encoder import CrossEncoder
from simone.truth.judge import Judge

SUITE = read_suite(Path(__file__).parents[1] / "attacks" / "contrast.jsonl")
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
NAMES = sorted(SUITE.documents)
EXTRA = ("The old sea wall collapsed.", "Lena Hovik won in Saint-Avel, and 17 riders abandoned.", "It rained.", "", "Oui.")


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
    found = []
    for first in range(0, len(ends), length):
        start, end = starts[first], ends[min(len(ends), first + length + 1) - 1]
        found.append(Passage(f"{name}.txt", hashlib.sha256(name.encode()).hexdigest()[:16], 1, start, end, text[start:end], (start, end)))
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


def forget() -> None:
    """Empty every memory that the house keeps of texts."""
    reading.read.cache_clear()


def holds(judge: Judge, one: Asked) -> None:
    """Every way of asking gives the same bytes."""
    expected = as_bytes(judge.judge(one.claims, one.passages))
    assert as_bytes(judge.judge(one.claims_otherwise, one.passages)) == expected
    assert as_bytes(judge.judge(one.claims, one.passages_otherwise)) == expected
    assert as_bytes(tuple(judge.judge([claim], one.passages)[0] for claim in one.claims)) == expected
    half = len(one.claims) // 2
    parts = judge.judge(one.claims[:half], one.passages) + judge.judge(one.claims[half:], one.passages)
    assert as_bytes(parts) == expected


@FEW
@given(asked())
def test_exact_verdicts_do_not_depend_on_company_or_order(one: Asked) -> None:
    holds(Judge(None), one)
