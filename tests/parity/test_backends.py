"""The compiled backend equals the reference: the same bits, the same order, the same refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simone.errors import BadArray, KernelError
from simone.kernels.compiled import Compiled
from simone.kernels.contract import Floats, Kernels
from simone.kernels.door import choose, installed_extension
from simone.kernels.reference import Reference

EXTENSION = installed_extension()
if EXTENSION is None:
    pytest.skip("simone.kernels._rust is not built (make rust-build)", allow_module_level=True)

REFERENCE = Reference()
BACKENDS = {threads: choose("rust", EXTENSION, threads)[0] for threads in ("1", "2", "4")}
LEVELS = {level: choose("rust", EXTENSION, "2", level)[0] for level in EXTENSION.Kernels.levels()}
RUST = BACKENDS["2"]
KINDS = ("gaussian", "clustered", "duplicates", "scaled", "zeros", "signs", "tiny", "ascending")


def vectors(kind: str, count: int, width: int, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    rows = random.standard_normal((count, width))
    if kind == "clustered":
        rows = random.standard_normal((3, width))[random.integers(0, 3, count)] + 1e-4 * rows
    elif kind == "duplicates" and count:
        rows = rows[random.integers(0, max(1, count // 4), count)]
    elif kind == "scaled":
        rows *= 10.0 ** random.integers(-30, 30, (count, 1))
    elif kind == "zeros":
        rows *= random.random((count, 1)) < 0.5
    elif kind == "signs":
        rows = np.sign(rows)
    elif kind == "tiny":
        rows *= 1e-42
    elif kind == "ascending":  # every row is better than those before it
        rows = np.linspace(-1, 1, count)[:, None] + 0.01 * rows
    return rows.astype(np.float32)


def same(left: NDArray[Any], right: NDArray[Any]) -> bool:
    return (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes())


def all_same(left: Iterable[NDArray[Any]], right: Iterable[NDArray[Any]]) -> bool:
    return all(same(one, other) for one, other in zip(left, right, strict=True))


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.integers(0, 400),
    st.integers(1, 70),
    st.integers(0, 7),
    st.integers(0, 20),
    st.integers(0, 2**32 - 1),
)
def test_rankings_are_equal_with_ties_masks_and_any_width(
    kind: str, count: int, width: int, asked: int, k: int, seed: int
) -> None:
    rows, queries = vectors(kind, count, width, seed), vectors(kind, asked, width, seed + 1)
    mask = np.random.default_rng(seed).random(count) < 0.6
    for allowed in (None, mask, mask[::-1], np.zeros(count, np.bool_)):
        for question in (queries, *queries[:1]):
            indices, scores = RUST.top_k_similarity(question, rows, k, allowed)
            expected = REFERENCE.top_k_similarity(question, rows, k, allowed)
            assert same(indices, expected[0])
            assert same(scores, expected[1])


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 200), st.integers(0, 70), st.integers(0, 2**32 - 1))
def test_scores_are_equal_to_the_bit(kind: str, count: int, width: int, seed: int) -> None:
    rows, query = vectors(kind, count, width, seed), vectors("gaussian", 1, width, seed + 1)[0]
    assert same(RUST.cosine_similarity_batch(query, rows), REFERENCE.cosine_similarity_batch(query, rows))
    assert same(RUST.euclidean_distance_batch(query, rows), REFERENCE.euclidean_distance_batch(query, rows))
    assert same(RUST.vector_normalize_batch(rows), REFERENCE.vector_normalize_batch(rows))
    assert same(RUST.similarity_matrix(rows), REFERENCE.similarity_matrix(rows))
    claims, evidences = [rows[:3], rows[:0], rows[5:9], rows], [rows[2:], rows, rows[:0], rows[::-1]]
    aligned = REFERENCE.token_alignment_batch(claims, evidences)
    assert all_same(RUST.token_alignment_batch(claims, evidences), aligned)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.integers(0, 300),
    st.integers(1, 80),
    st.integers(0, 20),
    st.integers(0, 2**32 - 1),
)
def test_compressed_rows_rank_exactly_and_prove_it(kind: str, count: int, width: int, k: int, seed: int) -> None:
    rows, queries = vectors(kind, count, width, seed), vectors("gaussian", 3, width, seed + 1)
    mask = np.random.default_rng(seed).random(count) < 0.6
    compressed = RUST.compress_rows(rows)
    assert all_same(compressed, REFERENCE.compress_rows(rows))
    coarse = RUST.coarsen_codes(compressed)
    assert all_same(coarse, REFERENCE.coarsen_codes(compressed))
    for allowed in (None, mask, np.zeros(count, np.bool_)):
        found = RUST.top_k_compressed(queries, rows, compressed, k, allowed)
        expected = REFERENCE.top_k_compressed(queries, rows, compressed, k, allowed)
        assert all_same(found, expected)
        assert all_same(RUST.top_k_compressed(queries, rows, compressed, k, allowed, coarse), expected)
        plain = REFERENCE.top_k_similarity(queries, rows, k, allowed)
        assert same(found[0], plain[0]) and same(found[1], plain[1])
        if 0 < k < (count if allowed is None else np.count_nonzero(allowed)):
            assert (found[2] < found[1][:, -1]).all()


def test_a_call_that_is_worth_threads_gives_one_result_on_any_number_of_them() -> None:
    rows, queries = vectors("duplicates", 5000, 96, 3), vectors("gaussian", 9, 96, 4)
    many = vectors("gaussian", 40_000, 16, 5)
    texts = [f"text {number % 40_000} " * 8 for number in range(50_000)]
    found: list[tuple[NDArray[Any], ...]] = [
        (
            *backend.top_k_similarity(queries, rows, 10),
            *backend.top_k_similarity(queries[0], rows, 10),
            *backend.compress_rows(many),
            *backend.top_k_compressed(queries[:2, :16], many, backend.compress_rows(many), 10),
            *(coarse := backend.coarsen_codes(backend.compress_rows(many))),
            *backend.top_k_compressed(queries[:2, :16], many, backend.compress_rows(many), 10, None, coarse),
            backend.cosine_similarity_batch(queries[0], rows),
            backend.euclidean_distance_batch(queries[0], rows),
            backend.vector_normalize_batch(rows),
            backend.similarity_matrix(rows[:500]),
            *backend.token_alignment_batch([queries] * 5, [rows[:200]] * 5),
            backend.hash_content_batch(texts),
            backend.deduplicate_by_hash(texts),
        )
        for backend in (REFERENCE, *BACKENDS.values(), *LEVELS.values())
    ]
    for others in found[1:]:
        assert all_same(others, found[0])


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.astype(np.float64),
        np.asfortranarray,
        lambda rows: np.repeat(rows, 2, axis=0)[::2],
        lambda rows: np.concatenate([rows, rows], axis=1)[:, : rows.shape[1]],
        lambda rows: rows[::-1],
        lambda rows: np.frombuffer(b"\0" + rows.tobytes(), np.uint8)[1:].view(np.float32).reshape(rows.shape),
    ],
    ids=["float64", "column order", "every second row", "a part of columns", "backwards", "misaligned"],
)
def test_arrays_that_cannot_be_borrowed_are_converted(change: Callable[[Floats], Floats]) -> None:
    rows = change(vectors("gaussian", 30, 20, 5))
    assert all_same(every(RUST, rows), every(REFERENCE, rows))


def every(backend: Kernels, rows: Floats) -> list[NDArray[Any]]:
    return [
        backend.cosine_similarity_batch(rows[0], rows),
        backend.euclidean_distance_batch(rows[:, 0][: rows.shape[1]], rows),
        *backend.top_k_similarity(rows, rows, 5),
        *backend.top_k_similarity(rows[1], rows, 5),
        backend.similarity_matrix(rows),
        backend.vector_normalize_batch(rows),
        *backend.token_alignment_batch([rows], (rows,)),
    ]


ROWS = vectors("gaussian", 4, 3, 0)
WITH_NAN, WITH_INFINITY = ROWS.copy(), ROWS.copy()
WITH_NAN[2, 1], WITH_INFINITY[3, 0] = np.nan, -np.inf


@pytest.mark.parametrize(
    "name, arguments",
    [
        ("cosine_similarity_batch", (ROWS[0], WITH_NAN)),
        ("cosine_similarity_batch", (WITH_NAN[2], ROWS)),
        ("cosine_similarity_batch", (ROWS[0][:2], ROWS)),
        ("cosine_similarity_batch", (ROWS, ROWS)),
        ("cosine_similarity_batch", (ROWS[0], ROWS.astype(np.int32))),
        ("cosine_similarity_batch", (ROWS[0], ROWS.astype(">f4"))),
        ("cosine_similarity_batch", (ROWS[0], ROWS.astype(np.float16))),
        ("cosine_similarity_batch", (ROWS[0], ROWS.tolist())),
        ("cosine_similarity_batch", (None, ROWS)),
        ("cosine_similarity_batch", (ROWS[0], ROWS.astype(np.float64) * 1e300)),
        ("euclidean_distance_batch", (ROWS[0], WITH_INFINITY)),
        ("euclidean_distance_batch", (ROWS[0][:1], ROWS)),
        ("top_k_similarity", (ROWS[0], WITH_INFINITY, 2)),
        ("top_k_similarity", (ROWS, WITH_NAN, 2)),
        ("top_k_similarity", (WITH_NAN, ROWS, 2)),
        ("top_k_similarity", (ROWS, ROWS, -1)),
        ("top_k_similarity", (ROWS[:, :2], ROWS, 1)),
        ("top_k_similarity", (ROWS[None], ROWS, 1)),
        ("top_k_similarity", ("query", ROWS, 1)),
        ("top_k_similarity", (ROWS, ROWS, 1, np.ones(3, np.bool_))),
        ("top_k_similarity", (ROWS, ROWS, 1, np.ones(4, np.int8))),
        ("top_k_similarity", (ROWS, ROWS, 1, [True] * 4)),
        ("compress_rows", (WITH_NAN,)),
        ("compress_rows", (np.zeros((0, (1 << 17) + 1), np.float32),)),
        ("top_k_compressed", (WITH_NAN, ROWS, REFERENCE.compress_rows(ROWS), 1)),
        ("top_k_compressed", (ROWS, ROWS, REFERENCE.compress_rows(ROWS[1:]), 1)),
        ("top_k_compressed", (ROWS, ROWS, (ROWS, ROWS[0], ROWS[0]), 1)),
        ("coarsen_codes", (REFERENCE.compress_rows(ROWS)[::-1],)),
        ("coarsen_codes", ((),)),
        ("coarsen_codes", ((REFERENCE.compress_rows(ROWS)[0], ROWS[0], ROWS[0]),)),
        ("top_k_compressed", (ROWS, ROWS, REFERENCE.compress_rows(ROWS), 1, None, (ROWS, ROWS[0], ROWS[0]))),
        (
            "top_k_compressed",
            (
                ROWS,
                ROWS,
                REFERENCE.compress_rows(ROWS),
                1,
                None,
                REFERENCE.coarsen_codes(REFERENCE.compress_rows(ROWS[1:])),
            ),
        ),
        ("similarity_matrix", (WITH_NAN,)),
        ("similarity_matrix", (ROWS[0],)),
        ("vector_normalize_batch", (WITH_INFINITY,)),
        ("token_alignment_batch", ([ROWS], [])),
        ("token_alignment_batch", ([ROWS, ROWS], [ROWS, ROWS[:, :2]])),
        ("token_alignment_batch", ([ROWS, ROWS], [ROWS, WITH_NAN])),
        ("token_alignment_batch", ([WITH_NAN], [ROWS])),
        ("token_alignment_batch", ([ROWS[0]], [ROWS])),
        ("hash_content_batch", (["a", 1],)),
        ("deduplicate_by_hash", ([None],)),
    ],
)
def test_what_one_refuses_the_other_refuses_in_the_same_words(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(BadArray) as expected:
        getattr(REFERENCE, name)(*arguments)
    with pytest.raises(BadArray) as found:
        getattr(RUST, name)(*arguments)
    assert str(found.value) == str(expected.value)


TEXTS = st.text(st.characters(exclude_categories=()), max_size=300)  # every plane, NUL and lone surrogates


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS | st.binary(max_size=300) | st.sampled_from(["a", b"a", "", b"", "\ud800", "\0"]), max_size=30))
def test_hashes_and_duplicates_are_equal(items: list[str | bytes]) -> None:
    for given_as in (items, tuple(items)):
        assert same(RUST.hash_content_batch(given_as), REFERENCE.hash_content_batch(given_as))
        assert same(RUST.deduplicate_by_hash(given_as), REFERENCE.deduplicate_by_hash(given_as))


PATTERNS = [
    ("word", r"\w+"),
    ("number", r"\b\d+(?:\.\d+)?%?"),
    ("year", r"\b(?:19|20)\d\d\b"),
    ("name", r"(?i)\bdr\.? [a-z]+"),
    ("not a", r"[^a\s]{2,4}?"),
    ("line end", r"(?m)\S+$"),
    ("end", r"\S+$"),
    ("accent", r"[é-ü]|ß"),
]
TEXT = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(
    [
        "Dr. Adeyemi left. ",
        "In 1999, 3.5% of it. ",
        "straße é ",
        "\ud800",
        "\0",
        "\n\n",
        "😀 ",
        "e.g. this. ",
        "1. One\n",
        "”",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(TEXT, max_size=8).map("".join), max_size=4))
def test_sentences_and_matches_are_equal_on_any_text(texts: list[str]) -> None:
    assert all_same(RUST.split_sentences_batch(texts), REFERENCE.split_sentences_batch(texts))
    compiled, expected = RUST.compile_pattern_set(PATTERNS), REFERENCE.compile_pattern_set(PATTERNS)
    assert compiled.names == expected.names
    assert compiled.match_batch(texts) == expected.match_batch(texts)
    assert all_same(compiled.find_batch(texts), expected.find_batch(texts))


@pytest.mark.parametrize(
    "pattern",
    ["a(?=b)", "(?<!a)b", r"(a)\1", "(?P<n>a)(?P=n)", "(?>a)", "a++", r"\Z", "a*", "(", "[a&&b]", "(?x)a"],
)
def test_patterns_that_one_refuses_the_other_refuses_by_name(pattern: str) -> None:
    for backend in (REFERENCE, RUST):
        with pytest.raises(KernelError, match="'odd'"):
            backend.compile_pattern_set([("fine", "a"), ("odd", pattern)])


def test_the_backend_says_who_it_is_and_by_which_instructions() -> None:
    report = choose("rust", EXTENSION)[1]
    assert RUST.backend == report.backend == "rust"
    assert isinstance(RUST, Compiled) and "top_k_similarity" in RUST.native
    assert report.reason.startswith(f"named; {list(LEVELS)[-1]} ")
    with pytest.raises(KernelError, match=r"SIMONE_KERNEL_LEVEL is 'abacus'; .*here: scalar"):
        choose("rust", EXTENSION, level="abacus")


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.integers(0, 150),
    st.integers(1, 70),
    st.integers(0, 70),
    st.integers(0, 20),
    st.integers(0, 2**32 - 1),
)
def test_every_instruction_set_of_this_processor_gives_one_result(
    kind: str, count: int, width: int, asked: int, k: int, seed: int
) -> None:
    rows, queries = vectors(kind, count, width, seed), vectors("gaussian", asked, width, seed + 1)
    mask = np.random.default_rng(seed).random(count) < 0.6
    wanted = [*every_score(REFERENCE, rows, queries, k, mask)]
    for backend in LEVELS.values():
        assert all_same(every_score(backend, rows, queries, k, mask), wanted)


def every_score(
    backend: Kernels, rows: Floats, queries: Floats, k: int, mask: NDArray[np.bool_]
) -> Iterable[NDArray[Any]]:
    compressed = REFERENCE.compress_rows(rows)
    yield from backend.compress_rows(rows)
    coarse = backend.coarsen_codes(compressed)
    yield from coarse
    for allowed in (None, mask):
        yield from backend.top_k_similarity(queries, rows, k, allowed)
        yield from backend.top_k_compressed(queries[:1], rows, compressed, k, allowed, coarse)
        yield from backend.top_k_compressed(queries, rows, compressed, k, allowed)
    for query in queries[:2]:
        yield backend.cosine_similarity_batch(query, rows)
        yield backend.euclidean_distance_batch(query, rows)
    yield backend.similarity_matrix(rows)
    yield backend.vector_normalize_batch(rows)
    yield from backend.token_alignment_batch([queries], [rows])
