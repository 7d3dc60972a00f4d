"""The compiled content kernels equal the reference: the same bits, the same order, the same refusals."""

from __future__ import annotations

import gc
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simone.errors import BadArray
from simone.kernels.compiled import Compiled
from simone.kernels.door import choose, installed_extension
from simone.kernels.reference import Reference

EXTENSION = installed_extension()
if EXTENSION is None:
    pytest.skip("simone.kernels._rust is not built (make rust-build)", allow_module_level=True)

REFERENCE = Reference()
BACKENDS = {threads: choose("rust", EXTENSION, threads)[0] for threads in ("1", "2", "4")}
RUST = BACKENDS["2"]

SIGNS = st.characters(exclude_categories=())  # every plane, NUL, combining marks and lone surrogates
WORDS = st.sampled_from(
    ["the", "The", "THE", "a", "é", "e\u0301", "Σ", "ς", "İ", "ǅ", "½", "_", "3.5", "東", "ー", "ﬁ"]
)
GAPS = st.sampled_from([" ", ", ", "\n", "\0", "\ud800", "\u0301", "・", "-", "\u200b"])
TEXT = st.text(SIGNS, max_size=60) | st.lists(WORDS | GAPS, max_size=60).map("".join)
OCTETS = st.binary(max_size=3000) | st.tuples(st.binary(max_size=3), st.integers(0, 2000)).map(lambda p: p[0] * p[1])


def same(left: NDArray[Any], right: NDArray[Any]) -> bool:
    return (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes())


def test_the_compiled_backend_serves_the_whole_family() -> None:
    assert isinstance(RUST, Compiled)
    assert {
        "hash_content_batch",
        "hash_content_hex_batch",
        "deduplicate_by_hash",
        "content_fingerprint",
        "content_sketches",
        "near_duplicates",
        "rolling_hash",
        "chunker",
        "consistent_hash",
    } <= set(RUST.native)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(TEXT | st.binary(max_size=300) | st.sampled_from(["x" * 2048, "é" * 1024, "é" * 1025, "\ud800" * 9000]))
)
def test_wide_hashes_and_buckets_are_equal(items: list[str | bytes]) -> None:
    for given_as in (items, tuple(items)):
        assert same(RUST.hash_content_batch(given_as), REFERENCE.hash_content_batch(given_as))
        assert RUST.hash_content_hex_batch(given_as) == REFERENCE.hash_content_hex_batch(given_as)
        assert same(RUST.consistent_hash(given_as, 77), REFERENCE.consistent_hash(given_as, 77))


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXT, max_size=6), st.integers(1, 6), st.integers(1, 70))
def test_sketches_are_equal_on_any_text(texts: list[str], shingle: int, permutations: int) -> None:
    slots, bits = RUST.content_sketches(texts, shingle, permutations)
    expected = REFERENCE.content_sketches(texts, shingle, permutations)
    assert same(slots, expected[0]) and same(bits, expected[1])
    assert same(RUST.content_fingerprint(tuple(texts), shingle, permutations), expected[0])


def test_every_character_is_read_alike() -> None:
    texts = [" a".join(map(chr, range(code, code + 128))) for code in range(0, 0x110000, 128)]
    assert same(RUST.content_sketches(texts, 1, 2)[1], REFERENCE.content_sketches(texts, 1, 2)[1])
    assert same(RUST.content_fingerprint(texts, 2, 4), REFERENCE.content_fingerprint(texts, 2, 4))


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 60),
    st.integers(1, 40),
    st.integers(1, 5),
    st.floats(0.0, 1.0, exclude_min=True),
    st.integers(0, 2**32 - 1),
)
def test_near_duplicates_are_the_same_pairs(count: int, width: int, values: int, threshold: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    slots = random.integers(0, values, (count, width)).astype(np.uint32)
    at_a_share = float(random.integers(1, width + 1) / width)
    for share in (threshold, at_a_share, float(np.nextafter(at_a_share, 1.0)) if at_a_share < 1 else 1.0):
        pairs, similarity = RUST.near_duplicates(slots, share)
        expected = REFERENCE.near_duplicates(slots, share)
        assert same(pairs, expected[0]) and same(similarity, expected[1])


def test_huge_texts_are_read_alike() -> None:
    planes = "".join(map(chr, (0, 0x61, 0x20, 0xE9, 0xD800, 0x6771, 0x1F600, 0x20000, 0xE0100, 0x10FFFF)))
    texts = [planes * 200_000, "word " * 400_000, "\0" * 2_000_000, "\ud800" * 1_000_000, ""]
    assert same(RUST.hash_content_batch(texts), REFERENCE.hash_content_batch(texts))
    assert RUST.hash_content_hex_batch(texts) == REFERENCE.hash_content_hex_batch(texts)
    assert same(RUST.deduplicate_by_hash(texts * 2), REFERENCE.deduplicate_by_hash(texts * 2))
    slots, bits = RUST.content_sketches(texts, 3, 8)
    expected = REFERENCE.content_sketches(texts, 3, 8)
    assert same(slots, expected[0]) and same(bits, expected[1])


def test_one_text_or_none_has_no_near_duplicate() -> None:
    for texts in ([], ["alone"]):
        slots = RUST.content_fingerprint(texts)
        assert same(slots, REFERENCE.content_fingerprint(texts))
        for backend in (REFERENCE, *BACKENDS.values()):
            pairs, similarity = backend.near_duplicates(slots, 0.5)
            assert (pairs.shape, similarity.shape) == ((0, 2), (0,))


def test_fingerprints_that_cannot_be_borrowed_are_converted() -> None:
    slots = np.random.default_rng(0).integers(0, 2, (40, 8)).astype(np.uint32)
    misaligned = np.frombuffer(b"\0" + slots.tobytes(), np.uint8)[1:].view(np.uint32).reshape(slots.shape)
    for given_as in (np.asfortranarray(slots), slots[::2], slots[:, 1:5], slots[::-1], misaligned):
        pairs, similarity = RUST.near_duplicates(given_as, 0.7)
        expected = REFERENCE.near_duplicates(given_as, 0.7)
        assert len(pairs) and same(pairs, expected[0]) and same(similarity, expected[1])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(OCTETS, max_size=8),
    st.integers(64, 300),
    st.integers(1, 500),
    st.integers(1, 1500),
)
def test_chunks_are_equal_however_the_stream_is_split(pieces: list[bytes], minimum: int, more: int, most: int) -> None:
    average = max(256, minimum + more)
    sizes = (minimum, average, average + most)
    whole = REFERENCE.rolling_hash(b"".join(pieces), *sizes)
    assert same(RUST.rolling_hash(b"".join(pieces), *sizes), whole)
    rust, reference = RUST.chunker(*sizes), REFERENCE.chunker(*sizes)
    for piece in pieces:
        assert same(rust.feed(piece), reference.feed(bytearray(piece)))
    assert same(rust.finish(), reference.finish())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), max_size=50), st.integers(1, 2**31 - 1) | st.integers(1, 50))
def test_buckets_of_hashes_are_equal(keys: list[int], buckets: int) -> None:
    hashes = np.array(keys, np.uint64)
    assert same(RUST.consistent_hash(hashes, buckets), REFERENCE.consistent_hash(hashes, buckets))
    assert same(RUST.consistent_hash(hashes[::2], buckets), REFERENCE.consistent_hash(hashes[::2], buckets))


@pytest.mark.parametrize(("key", "buckets", "place"), [(42, 57, 43), (0xDEAD10CC, 666, 361), (256, 1024, 520)])
def test_places_are_those_of_other_jump_hashes(key: int, buckets: int, place: int) -> None:
    for backend in (REFERENCE, RUST):
        assert backend.consistent_hash(np.array([key], np.uint64), buckets).tolist() == [place]


def test_large_calls_give_one_result_on_any_number_of_threads() -> None:
    texts = [f"text {number % 900} of many, and {number % 10} more words " * 20 for number in range(3000)]
    long = [text * 4 for text in texts[:500]]
    octets = np.random.default_rng(1).integers(0, 256, 1_000_000).astype(np.uint8)
    found: list[list[NDArray[Any]]] = []
    for backend in BACKENDS.values():
        slots, bits = backend.content_sketches(texts)
        pairs, similarity = backend.near_duplicates(slots, 0.9)
        found.append(
            [
                slots,
                bits,
                pairs,
                similarity,
                backend.content_fingerprint(texts),
                backend.hash_content_batch([*texts, *long]),
                backend.rolling_hash(octets),
                np.array(backend.hash_content_hex_batch(long)),
            ]
        )
    assert len(found[0][2])
    for others in found[1:]:
        assert all(same(one, other) for one, other in zip(found[0], others, strict=True))


ROWS = np.zeros((3, 4), np.uint32)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("hash_content_hex_batch", (["a", 1],)),
        ("content_fingerprint", (["a", b"b"],)),
        ("content_fingerprint", ([None],)),
        ("content_fingerprint", (["a"], 0)),
        ("content_fingerprint", (["a"], 65)),
        ("content_fingerprint", (["a"], 2.0)),
        ("content_fingerprint", (["a"], None)),
        ("content_fingerprint", (["a"], 10**30)),
        ("content_fingerprint", (["a"], 3, 0)),
        ("content_fingerprint", (["a"], 3, 4097)),
        ("content_sketches", (["a"], 3, "many")),
        ("content_sketches", (["a"], -1)),
        ("near_duplicates", (ROWS.astype(np.int64), 0.5)),
        ("near_duplicates", (ROWS.astype(">u4"), 0.5)),
        ("near_duplicates", (ROWS[0], 0.5)),
        ("near_duplicates", (ROWS[:, :0], 0.5)),
        ("near_duplicates", (ROWS.tolist(), 0.5)),
        ("near_duplicates", (ROWS, 0.0)),
        ("near_duplicates", (ROWS, 1.01)),
        ("near_duplicates", (ROWS, float("nan"))),
        ("near_duplicates", (ROWS, None)),
        ("near_duplicates", (ROWS, "half")),
        ("rolling_hash", ("text",)),
        ("rolling_hash", (None,)),
        ("rolling_hash", (np.zeros(4),)),
        ("rolling_hash", (np.zeros(400, np.uint8)[::2],)),
        ("rolling_hash", (b"", 63)),
        ("rolling_hash", (b"", 2048, 2048)),
        ("rolling_hash", (b"", 2048, 8192, 8192)),
        ("rolling_hash", (b"", 64, 255, 8192)),
        ("rolling_hash", (b"", 64, 256, 2**30 + 1)),
        ("rolling_hash", (b"", 64.0, 256, 8192)),
        ("chunker", (None,)),
        ("chunker", (2048, 1024)),
        ("consistent_hash", (["a"], 0)),
        ("consistent_hash", (["a"], 2**31)),
        ("consistent_hash", (["a"], "b")),
        ("consistent_hash", ([1], 5)),
        ("consistent_hash", (np.zeros(3, np.int64), 5)),
        ("consistent_hash", (np.zeros((3, 1), np.uint64), 5)),
        ("consistent_hash", (np.zeros(3, ">u8"), 5)),
    ],
)
def test_what_one_refuses_the_other_refuses_in_the_same_words(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(BadArray) as expected:
        getattr(REFERENCE, name)(*arguments)
    with pytest.raises(BadArray) as found:
        getattr(RUST, name)(*arguments)
    assert str(found.value) == str(expected.value)


def test_names_and_defaults_of_arguments_are_those_of_the_contract() -> None:
    texts, octets = ["one two three four five"], bytes(300_000)
    for backend in (REFERENCE, RUST):
        assert same(backend.content_fingerprint(texts), backend.content_fingerprint(texts, shingle=3, permutations=128))
        cut = backend.rolling_hash(data=octets, minimum=2048, average=8192, maximum=65536)
        assert same(backend.rolling_hash(octets), cut) and same(backend.chunker().feed(octets), cut[:-1])


def test_a_list_that_changes_meanwhile_does_no_harm() -> None:
    items = ["item " * number for number in range(1, 400)] * 40
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            items[len(items) // 2 :] = ["other " * 30] * (len(items) // 2)
            gc.collect(0)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(30):
            assert len(RUST.hash_content_batch(items)) > 0
    finally:
        stop.set()
        thread.join()
