"""Facts and consolidation plans of the compiled backend equal those of the reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.errors import BadArray, KernelError
from simone.kernels import facts
from simone.kernels.door import choose, installed_extension
from simone.kernels.reference import Reference

EXTENSION = installed_extension()
if EXTENSION is None:
    pytest.skip("simone.kernels._rust is not built (make rust-build)", allow_module_level=True)

REFERENCE = Reference()
BACKENDS = {threads: choose("rust", EXTENSION, threads)[0] for threads in ("1", "2", "4")}
RUST = BACKENDS["2"]
LISTED = sorted(
    facts._NUMBERS | facts._MONTHS | facts._CAPITAL_MONTHS | facts._TIMES | facts._CAPITAL_TIMES | facts._NEGATORS
    | facts._ORDINARY
)  # fmt: skip
PIECES = st.sampled_from(
    [
        *("Anna", "Berg", "anna's", "It’s", "McX", "iPhone", "I'm", "国王", "หิวข้าว", "e\u0301", "ǅ", "İs", "ΣΑΣ", "ªº"),
        *("ⅷ", "½", "2½", "5", "-5", "$1,200.50", "1,00", "1,000,000", "12,345.6", "3rd", "٣٤", "1999", "2999", "1/2"),
        *("2021-05-03", "10:30", "1914–1918", "5%", "€5", "5€", "5$3", "±~5", "−3°", "p.m.", "end.Next", "don't"),
        *("Can’t", "May", "may", "march"),
        *(" ", " ", " ", " ", " ", "-", ".", ", ", "\xa0", "\n", "’", "'", "(", "\0", "\ud800", "🎉", "_", "—"),
    ]
)  # fmt: skip
TEXT = st.lists(
    PIECES | st.sampled_from(LISTED) | st.text(st.characters(exclude_categories=()), max_size=5), max_size=14
).map("".join)


def same(left: Any, right: Any) -> bool:
    return (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes())


def memories(count: int, width: int, kinds: int, spread: float, seed: int, texts: list[str]) -> tuple[Any, ...]:
    random = np.random.default_rng(seed)
    centres = random.standard_normal((max(1, kinds), width))
    vectors = (
        centres[random.integers(0, max(1, kinds), count)] + spread * random.standard_normal((count, width))
    ).astype(np.float32)
    chosen = [texts[index] for index in random.integers(0, len(texts), count)]
    hashes = random.integers(0, max(1, count), count).astype(np.uint64) << np.uint64(40)
    times = random.integers(0, 10, count) * 86_400.0
    saliences = random.choice(np.array([0.0, 0.1, 0.5, 1.0, 1e30, 1e-40], np.float32), count)
    return chosen, vectors, hashes, times, saliences


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXT, max_size=5))
def test_facts_are_equal_on_any_text(texts: list[str]) -> None:
    found, expected = RUST.fact_tokens_batch(texts), REFERENCE.fact_tokens_batch(texts)
    assert all(same(one, other) for one, other in zip(found, expected, strict=True))


def test_facts_are_equal_for_every_listed_word() -> None:
    texts = [
        setting.format(form, form)
        for word in LISTED
        for form in (word, word.capitalize(), word.upper(), f"{word}'s")
        for setting in ("{}", "He saw 5 {} there", "Anna {} Berg", "in {} 7, and 7-{}")
    ]
    found, expected = RUST.fact_tokens_batch(texts), REFERENCE.fact_tokens_batch(texts)
    assert all(same(one, other) for one, other in zip(found, expected, strict=True))


@settings(max_examples=120, deadline=None)
@given(
    st.integers(0, 120),
    st.integers(0, 70),
    st.integers(0, 12),
    st.sampled_from([0.0, 1e-4, 0.2, 0.5, 1.0]),
    st.integers(0, 2**32 - 1),
    st.lists(TEXT, min_size=1, max_size=6),
    st.sampled_from([(0.95, 0.75), (0.9, 0.9), (1.0, 1e-6), (0.5, 0.3)]),
    st.sampled_from([(0.0, 1.0), (1e6, 86_400.0), (9e5, 1e-300), (-1e300, 1e300)]),
)
def test_plans_are_equal(
    count: int, width: int, kinds: int, spread: float, seed: int, texts: list[str],
    thresholds: tuple[float, float], clock: tuple[float, float],
) -> None:  # fmt: skip
    arguments = (*memories(count, width, kinds, spread, seed, texts), *clock, *thresholds)
    found, expected = RUST.consolidate(*arguments), REFERENCE.consolidate(*arguments)
    assert type(found) is type(expected)
    for name, one, other in zip(found._fields, found, expected, strict=True):
        assert same(one, other), name


def test_a_plan_is_one_on_any_number_of_threads() -> None:
    texts = [f"Anna{number % 7} paid {number % 5} euros on May {number % 3}." for number in range(40)]
    arguments = (*memories(3000, 48, 300, 0.3, 7, texts), 1e6, 86_400.0, 0.9, 0.7)
    plans = [backend.consolidate(*arguments) for backend in (REFERENCE, *BACKENDS.values())]
    assert len(plans[0].merges) > 100 and len(plans[0].refused) > 100
    for plan in plans[1:]:
        assert all(same(one, other) for one, other in zip(plan, plans[0], strict=True))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.4]), st.lists(TEXT, min_size=2, max_size=6))
def test_no_merge_loses_a_fact_and_every_two_members_are_near(seed: int, spread: float, texts: list[str]) -> None:
    chosen, vectors, hashes, times, saliences = memories(60, 24, 8, spread, seed, texts)
    hashes = np.arange(60).astype(np.uint64)
    plan = RUST.consolidate(chosen, vectors, hashes, times, saliences, 1e6, 1e5, 0.9, 0.7)
    owners, kinds, _, _, keys = RUST.fact_tokens_batch(chosen)
    held = [list(zip(kinds[owners == item].tolist(), keys[owners == item].tolist(), strict=True)) for item in range(60)]
    for item, keeper in plan.merges.tolist():
        assert set(held[item]) <= set(held[keeper])
        assert [f for f in held[item] if f[0] == 8] == [f for f in held[keeper] if f[0] == 8]
    assert set(plan.merges[:, 0].tolist()).isdisjoint(plan.merges[:, 1].tolist())
    scores = RUST.similarity_matrix(vectors)
    for numbers, threshold in ((plan.groups, 0.9), (plan.clusters, 0.7)):
        for number in range(numbers.max(initial=-1) + 1):
            members = np.flatnonzero(numbers == number)
            assert len(members) > 1
            assert (scores[np.ix_(members, members)] >= np.float32(threshold)).sum() >= len(members) * (
                len(members) - 1
            )
    planned = sorted([*plan.merges[:, 0].tolist(), *plan.refused[:, 0].tolist(), *plan.representatives.tolist()])
    assert planned == np.flatnonzero(plan.groups >= 0).tolist()


ROWS = np.eye(3, dtype=np.float32)
GOOD: tuple[Any, ...] = (
    ["a", "b", "c"],
    ROWS,
    np.arange(3).astype(np.uint64),
    np.zeros(3),
    np.ones(3, np.float32),
    0.0,
    1.0,
)


def changed(place: int, value: object) -> tuple[Any, ...]:
    return (*GOOD[:place], value, *GOOD[place + 1 :])


@pytest.mark.parametrize(
    "arguments",
    [
        changed(0, ["a", "b"]),
        changed(0, "abc"),
        changed(0, ["a", "b", 3]),
        changed(1, ROWS[:2]),
        changed(1, ROWS * np.float32(np.nan)),
        changed(1, ROWS[0]),
        changed(2, np.arange(3)),
        changed(2, [1, 2, 3]),
        changed(3, np.zeros(3, np.float32)),
        changed(3, np.array([0.0, np.inf, 0.0])),
        changed(3, np.zeros((3, 1))),
        changed(4, -np.ones(3, np.float32)),
        changed(4, np.ones(3, np.int64)),
        changed(4, np.full(3, np.nan, np.float32)),
        changed(5, float("nan")),
        changed(6, 0.0),
        changed(6, float("inf")),
        (*GOOD, 0.5, 0.6),
        (*GOOD, 1.5, 0.6),
        (*GOOD, 0.5, 0.0),
    ],
)
def test_what_one_refuses_the_other_refuses_in_the_same_words(arguments: tuple[Any, ...]) -> None:
    with pytest.raises((BadArray, KernelError)) as expected:
        REFERENCE.consolidate(*arguments)
    with pytest.raises((BadArray, KernelError)) as found:
        RUST.consolidate(*arguments)
    assert (type(found.value), str(found.value)) == (type(expected.value), str(expected.value))


def test_arrays_that_cannot_be_borrowed_are_converted() -> None:
    texts, vectors, hashes, times, saliences = memories(50, 20, 5, 0.3, 1, ["Anna left.", "Anna left at 5."])
    odd = (
        tuple(texts),
        np.asfortranarray(vectors.astype(np.float64)),
        hashes.repeat(2)[::2],
        times[::-1],
        saliences[::-1],
    )
    found, expected = RUST.consolidate(*odd, 1e6, 1e5), REFERENCE.consolidate(*odd, 1e6, 1e5)
    assert all(same(one, other) for one, other in zip(found, expected, strict=True))
