"""Hashes, fingerprints, near-duplicates, chunks and buckets: what they mean, and that they never change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from simone.errors import BadArray
from simone.kernels.contract import Kernels
from simone.kernels.contract.types import Ints
from simone.kernels.door import choose, installed_extension

EXTENSION = installed_extension()
BACKENDS = [choose(name, EXTENSION)[0] for name in ("reference", "rust") if name == "reference" or EXTENSION]
VECTORS = json.loads((Path(__file__).parent / "content_vectors.json").read_text(encoding="utf-8"))


class Vector(NamedTuple):
    """What `content_vectors.json` holds about one text."""

    text: str
    shingle: int
    slots: list[int]
    simhash: str


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.backend)
def kernels(request: pytest.FixtureRequest) -> Kernels:
    backend: Kernels = request.param
    return backend


def published(length: int) -> bytes:
    """The bytes over which xxHash publishes its values."""
    state, octets = 2654435761, bytearray()
    for _ in range(length):
        octets.append(state >> 56)
        state = state * 11400714785074694797 % 2**64
    return bytes(octets)


def counting(length: int) -> bytes:
    """Octets that any language makes alike: the upper byte of a linear congruential sequence (Knuth's MMIX)."""
    state, octets = 0, bytearray()
    for _ in range(length):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        octets.append(state >> 56)
    return bytes(octets)


def test_hashes_are_those_that_xxhash_publishes(kernels: Kernels) -> None:
    items = [published(vector["length"]) for vector in VECTORS["xxh3"]]
    assert [f"{value:016x}" for value in kernels.hash_content_batch(items)] == [v["64"] for v in VECTORS["xxh3"]]
    assert kernels.hash_content_hex_batch(items) == [vector["128"] for vector in VECTORS["xxh3"]]


def test_sketches_never_change(kernels: Kernels) -> None:
    for given in VECTORS["sketches"]:
        vector = Vector(**given)
        slots, bits = kernels.content_sketches([vector.text], vector.shingle, len(vector.slots))
        assert slots.dtype == np.uint32 and bits.dtype == np.uint64
        assert (slots[0].tolist(), f"{bits[0]:016x}") == (vector.slots, vector.simhash)
        assert kernels.content_fingerprint([vector.text], vector.shingle, len(vector.slots)).tolist() == [vector.slots]


def test_chunks_never_move(kernels: Kernels) -> None:
    for vector in VECTORS["chunks"]:
        found = kernels.rolling_hash(counting(vector["length"]), *vector["sizes"])
        assert found.dtype == np.int64 and found.tolist() == vector["ends"]


def test_keys_stay_in_their_buckets(kernels: Kernels) -> None:
    for vector in VECTORS["buckets"]:
        assert kernels.consistent_hash(vector["keys"], vector["buckets"]).tolist() == vector["places"]


def test_words_have_neither_case_nor_marks_nor_spacing(kernels: Kernels) -> None:
    alike = ["The Earl, of \nSTRASSE's.", "the earl of strasse s", " THE—EARL (of) Strasse’s"]
    assert len({row.tobytes() for row in kernels.content_fingerprint(alike)}) == 1
    alike = ["ΟΔΟΣ", "οδος", "Οδοσ"]
    assert len({row.tobytes() for row in kernels.content_fingerprint(alike)}) == 1
    alike = ["ab東京x", "AB 東 京。X"]
    assert len({row.tobytes() for row in kernels.content_fingerprint(alike)}) == 1
    unlike = ["a b c d", "d c b a", "a_b c d", "a b c", "á b c", "東京", "東 x"]
    assert len({row.tobytes() for row in kernels.content_fingerprint(unlike)}) == len(unlike)


def test_texts_without_words_are_alike(kernels: Kernels) -> None:
    slots, bits = kernels.content_sketches(["", " .\0", "\ud800\u0301"], 3, 7)
    assert (slots == 2**32 - 1).all() and not bits.any()
    assert kernels.content_fingerprint([], 3, 7).shape == (0, 7)


def test_equal_slots_estimate_the_share_of_equal_shingles(kernels: Kernels) -> None:
    random = np.random.default_rng(3)
    errors = []
    for shared in range(0, 100, 5):
        common = random.integers(0, 10**6, shared)
        texts = [" ".join(map(str, [*common, *random.integers(0, 10**6, 100 - shared)])) for _ in range(2)]
        left, right = (set(text.split()) for text in texts)
        one, other = kernels.content_fingerprint(texts, 1, 2048)
        errors.append(np.count_nonzero(one == other) / 2048 - len(left & right) / len(left | right))
    assert np.abs(errors).max() < 0.05  # four and a half standard deviations at worst
    assert abs(np.mean(errors)) < 0.008


def test_a_changed_word_changes_few_bits_of_a_simhash(kernels: Kernels) -> None:
    words = [f"word{number}" for number in range(300)]
    other = [f"other{number}" for number in range(300)]
    _, bits = kernels.content_sketches([" ".join(words), " ".join(["one", *words[1:]]), " ".join(other)])
    assert (bits[0] ^ bits[1]).item().bit_count() <= 8 < 16 <= (bits[0] ^ bits[2]).item().bit_count()


def test_pairs_at_the_threshold_are_found_and_those_below_are_not(kernels: Kernels) -> None:
    rows = np.array([[1, 2, 3, 4, 5], [1, 2, 3, 9, 9], [7, 7, 7, 7, 7], [1, 2, 3, 4, 5], [1, 2, 9, 9, 9]], np.uint32)
    pairs, similarity = kernels.near_duplicates(rows, 0.6)
    assert pairs.dtype == np.int64 and similarity.dtype == np.float32
    assert pairs.tolist() == [[0, 1], [0, 3], [1, 3], [1, 4]]
    assert similarity.tolist() == [np.float32(0.6), 1.0, np.float32(0.6), np.float32(0.8)]
    assert kernels.near_duplicates(rows, 0.6000001)[0].tolist() == [[0, 3], [1, 4]]
    for none in (rows[:0], rows[:1]):
        assert [part.shape for part in kernels.near_duplicates(none, 0.5)] == [(0, 2), (0,)]


@pytest.mark.data
@pytest.mark.parametrize("count", [100, 1000])
def test_the_near_duplicates_of_the_labelled_articles_are_found_and_nothing_else(data: Path, count: int) -> None:
    folder = data / "dedupe"
    if not folder.is_dir():
        pytest.skip("development data missing: set SIMONE_DATA to a folder with dedupe/")
    lines = (folder / f"articles_{count}.train").read_text(encoding="utf-8").split("\n")
    names, texts = zip(*(line.split(" ", 1) for line in lines if line.strip()), strict=True)
    labelled = (folder / f"articles_{count}.truth").read_text(encoding="utf-8").split("\n")
    expected = {frozenset(line.split()) for line in labelled if line.strip()}
    for kernels in BACKENDS:
        pairs, _ = kernels.near_duplicates(kernels.content_fingerprint(texts), 0.5)
        assert {frozenset((names[first], names[second])) for first, second in pairs.tolist()} == expected
        assert len(pairs) == len(expected)


def test_chunks_keep_to_their_sizes_and_cover_the_data(kernels: Kernels) -> None:
    data = counting(60_000)
    ends = kernels.rolling_hash(data, 200, 700, 2000).tolist()
    lengths = [end - start for start, end in pairwise([0, *ends])]
    assert sum(lengths) == ends[-1] == len(data)
    assert all(200 <= length <= 2000 for length in lengths[:-1]) and 0 < lengths[-1] <= 2000
    assert 500 < np.mean(lengths) < 1000
    assert kernels.rolling_hash(bytes(5000), 200, 700, 2000).tolist() == [2000, 4000, 5000]
    assert kernels.rolling_hash(b"").tolist() == []


def test_an_insertion_leaves_the_chunks_elsewhere_as_they_were(kernels: Kernels) -> None:
    data = counting(60_000)
    before = kernels.rolling_hash(data, 200, 700, 2000).tolist()
    after = kernels.rolling_hash(data[:30_000] + b"inserted" + data[30_000:], 200, 700, 2000).tolist()
    assert [end for end in before if end < 30_000] == [end for end in after if end < 30_000]
    assert len(set(before) - {end - 8 for end in after if end > 30_000} - set(after)) <= 5


def test_a_stream_is_cut_where_the_whole_is(kernels: Kernels) -> None:
    data = counting(20_000)
    for step in (1, 63, 700, 1999, 20_000):
        if step == 1 and kernels.backend == "reference":
            continue  # a byte at a time is slow there
        chunker = kernels.chunker(200, 700, 2000)
        found: list[Ints] = [chunker.feed(data[start : start + step]) for start in range(0, len(data), step)]
        found.append(chunker.finish())
        assert np.concatenate(found).tolist() == kernels.rolling_hash(data, 200, 700, 2000).tolist()
        with pytest.raises(BadArray, match="finished"):
            chunker.feed(b"more")
        with pytest.raises(BadArray, match="finished"):
            chunker.finish()


def test_any_buffer_of_bytes_is_cut(kernels: Kernels) -> None:
    data = counting(5000)
    array = np.frombuffer(data, np.uint8)
    buffers: Sequence[bytes | bytearray | memoryview] = [data, bytearray(data), memoryview(data)]
    expected = kernels.rolling_hash(data, 100, 300, 900).tolist()
    assert all(kernels.rolling_hash(buffer, 100, 300, 900).tolist() == expected for buffer in buffers)
    assert kernels.rolling_hash(array, 100, 300, 900).tolist() == expected
    assert kernels.rolling_hash(array.reshape(50, 100), 100, 300, 900).tolist() == expected


def test_one_bucket_more_moves_keys_to_the_new_one_only(kernels: Kernels) -> None:
    keys = [f"key {number}" for number in range(2000)]
    before = kernels.consistent_hash(keys, 1)
    assert not before.any()
    for buckets in range(2, 40):
        after = kernels.consistent_hash(keys, buckets)
        moved = after != before
        assert (after[moved] == buckets - 1).all() and 0 < np.count_nonzero(moved) < 3 * len(keys) / buckets
        before = after


def test_hashes_of_keys_serve_as_keys(kernels: Kernels) -> None:
    keys: list[str | bytes] = ["a", b"b", "\ud800", ""]
    hashes = kernels.hash_content_batch(keys)
    assert kernels.consistent_hash(hashes, 1000).tolist() == kernels.consistent_hash(keys, 1000).tolist()
    assert kernels.consistent_hash(hashes[::2], 9).tolist() == kernels.consistent_hash(keys[::2], 9).tolist()
