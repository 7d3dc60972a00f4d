"""Near matches: what must never match does not, what asks the same does, and nothing works that was not shown safe."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simone.caching.bounds import upper_bound
from simone.caching.codecs import Packed
from simone.caching.disk import DiskCache
from simone.caching.kept import Encoded
from simone.caching.near import difference
from simone.caching.near_answers import Measurement, NearAnswers, Row, admitted
from simone.caching.sizes import held_bytes
from simone.caching.tiers import Tiers
from simone.caching.truth_preserving import Answers
from simone.clock import FrozenClock
from simone.errors import NearRefused
from simone.records import Decision, Output


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How long did the siege last?", "How long did the siege last"),
        ("At night, do cats hunt rats?", "Do cats hunt rats at night?"),
        ("Is income above 50,000 pounds taxed?", "Is income over 50,000 pounds taxed?"),
        ("Did the committee approve the plan?", "Was the plan approved by the committee?"),
        ("What happened on 3 May 1802 in Lisbon?", "What happened in Lisbon on 3 May 1802?"),
        ("Which drugs raise blood pressure?", "What drugs increase blood pressure?"),
    ],
)
def test_the_same_question_in_other_words_matches_both_ways(one: str, other: str) -> None:
    assert difference(one, other) == difference(other, one) == ""


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Is it open on Mondays?", "Is it closed on Mondays?", "opposites"),
        ("Do cats hunt rats?", "Do rats hunt cats?", "words"),
        ("Did Spain beat Portugal?", "Was Spain beaten by Portugal?", "words"),
        ("Who did Anna call?", "Who called Anna?", "asking"),
        ("Is a fee due after 5 days?", "Is a fee due after 6 days?", "words"),
        ("Is it paid for by us?", "Is it paid to us?", "directions"),
        ("Is a fee due after 5 days?", "Is a fee due before 5 days?", "dates"),
        ("Is a fee due after 5 days?", "Is no fee due after 5 days?", "negators"),
        ("Is a fee due after 5 days?", "Was a fee due after 5 days?", "tenses"),
        ("May I keep it?", "Must I keep it?", "modals"),
        ("Do all birds fly?", "Do some birds fly?", "quantifiers"),
        ("Was it built in 1801?", "Was it built in 1810?", "dates"),
        ("Did he call his mother?", "Did he call her mother?", "words"),
    ],
)
def test_twins_are_told_apart_by_name(one: str, other: str, why: str) -> None:
    assert difference(one, other) == difference(other, one) == why


NAMES = st.sampled_from("Anna Boris Clara Dmitri Elena Farid Greta Hugo".split())


@given(NAMES, NAMES, NAMES, NAMES, st.integers(2, 9999), st.integers(2, 9999))
def test_other_names_or_numbers_never_match(a: str, b: str, c: str, d: str, m: int, n: int) -> None:
    template = "Did {} pay {} {} euros for the horse?"
    found = difference(template.format(a, b, m), template.format(c, d, n))
    assert (found == "") == ((a, b, m) == (c, d, n))


@given(st.integers(0, 40), st.integers(0, 400))
def test_the_bound_is_where_so_few_hits_are_as_unlikely_as_allowed(hits: int, more: int) -> None:
    total = hits + more
    bound = upper_bound(hits, total, 0.95)
    if hits >= total:
        assert bound == 1.0
        return
    assert hits / total < bound <= 1.0
    assert bound > upper_bound(hits, total + 1, 0.95)
    if hits == 0:
        assert bound == pytest.approx(1 - 0.05 ** (1 / total), abs=1e-9)


def test_the_bound_agrees_with_published_values() -> None:
    assert upper_bound(0, 300, 0.95) == pytest.approx(0.009936, abs=1e-6)
    assert upper_bound(1, 10, 0.975) == pytest.approx(0.445016, abs=1e-6)
    assert upper_bound(5, 50, 0.975) == pytest.approx(0.218135, abs=1e-6)


MEASURED = Measurement("model:1", "suite", 0.95, (Row(0.8, 300, 5, 0.035, 90, 60), Row(0.9, 300, 0, 0.01, 90, 50)))


def test_near_matching_turns_on_only_where_the_bound_is_within_the_budget() -> None:
    assert admitted(0.95, 0.02, "model:1", MEASURED).threshold == 0.9
    assert admitted(0.85, 0.04, "model:1", MEASURED).false == 5
    with pytest.raises(NearRefused, match=r"near_budget is 2.00%.*3.50%"):
        admitted(0.85, 0.02, "model:1", MEASURED)
    with pytest.raises(NearRefused, match=r"measured is from 0\.8 on"):
        admitted(0.5, 0.5, "model:1", MEASURED)
    with pytest.raises(NearRefused, match="was measured with"):
        admitted(0.95, 0.5, "model:2", MEASURED)


def output(text: str) -> Output:
    return Output("run", text, Decision("release", (), "fine"))


def test_a_match_needs_the_scope_the_cosine_and_the_words(tmp_path: Path) -> None:
    disk = DiskCache(tmp_path / "cache.sqlite", 10**6, FrozenClock())
    near = NearAnswers(Answers(Tiers("a", [Encoded("a", disk, Packed(Output))], held_bytes)), 0.9)
    vector, far = np.eye(2, dtype=np.float32)
    assert near.keep(b"scope", "Do cats hunt rats at night?", vector, b"1", output("Yes."))
    assert not near.keep(
        b"scope",
        "Do dogs?",
        vector,
        b"2",
        msgspec.structs.replace(output("No."), decision=Decision("withhold", (), "unsupported")),
    )
    hit = near.find(b"scope", "At night, do cats hunt rats?", vector)
    assert hit is not None
    assert (hit.question, hit.answer.text) == ("Do cats hunt rats at night?", "Yes.")
    assert near.find(b"other", "At night, do cats hunt rats?", vector) is None
    assert near.find(b"scope", "At night, do cats hunt rats?", far) is None
    assert near.find(b"scope", "At night, do rats hunt cats?", vector) is None
    assert near.find(b"scope", "Do dogs?", vector) is None
    disk.clear()
    assert near.find(b"scope", "At night, do cats hunt rats?", vector) is None
    disk.close()
