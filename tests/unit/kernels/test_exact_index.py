"""An index of rows that come and go answers as scoring every kept row does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simone.errors import BadArray, StoreError
from simone.kernels import ExactIndex, kernels
from simone.kernels.contract import Floats


def vectors(count: int, seed: int) -> Floats:
    return np.random.default_rng(seed).standard_normal((count, 48)).astype(np.float32)


def check(index: ExactIndex, rows: Floats, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    queries = vectors(4, 99)
    ids, scores, certificates = index.search(queries, 7)
    expected = kernels.top_k_similarity(queries, rows, 7, kept)
    assert np.array_equal(ids, expected[0]) and scores.tobytes() == expected[1].tobytes()
    assert (certificates < scores[:, -1]).all()
    assert len(index) == np.count_nonzero(kept)


def test_rows_are_added_removed_saved_and_opened(tmp_path: Path) -> None:
    rows, kept = vectors(300, 1), np.ones(300, np.bool_)
    index = ExactIndex(rows[:100])
    for start in range(100, 300, 40):
        assert index.add(rows[start : start + 40]).tolist() == list(range(start, start + 40))
    check(index, rows, kept)
    gone = index.search(vectors(4, 99), 3)[0].ravel()
    index.remove(gone)
    index.remove(gone[:1])
    kept[gone] = False
    check(index, rows, kept)
    index.save(tmp_path / "index")
    opened = ExactIndex.open(tmp_path / "index")
    check(opened, rows, kept)
    more = vectors(5, 3)
    opened.add(more)
    opened.remove(np.array([0]))
    kept[0] = False
    check(opened, np.concatenate([rows, more]), np.concatenate([kept, np.ones(5, np.bool_)]))
    check(ExactIndex.open(tmp_path / "index"), rows, np.where(np.arange(300) == 0, 0 not in gone, kept))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index"]


def test_many_rows_about_few_centres_are_ranked_as_if_each_were_scored() -> None:
    random = np.random.default_rng(7)
    centres = random.standard_normal((300, 257), np.float32)
    rows = centres[np.arange(9000) % 300] + 0.4 * random.standard_normal((9000, 257), np.float32)
    mask = np.arange(9000) % 3 > 0
    queries = rows[:6] + 0.1 * random.standard_normal((6, 257), np.float32)
    index = ExactIndex(rows)
    for query in queries:
        for k, allowed in ((1, None), (10, mask), (100, None)):
            ids, scores, certificates = index.search(query, k, allowed)
            expected = kernels.top_k_similarity(query, rows, k, allowed)
            assert (ids == expected[0]).all()
            assert scores.tobytes() == expected[1].tobytes()
            assert certificates[0] < scores[0, -1]


def test_a_mask_says_which_of_the_kept_rows_may_be_found() -> None:
    rows = vectors(50, 1)
    index = ExactIndex(rows)
    index.remove(np.array([3, 4]))
    mask = np.zeros(50, np.bool_)
    mask[[3, 7, 9]] = True
    assert sorted(index.search(rows[3], 5, mask)[0][0].tolist()) == [7, 9]


def test_an_empty_index_can_be_kept_and_grown(tmp_path: Path) -> None:
    ExactIndex(vectors(0, 1)).save(tmp_path / "index")
    index = ExactIndex.open(tmp_path / "index")
    assert index.search(vectors(2, 2), 5)[0].shape == (2, 0)
    assert index.add(vectors(3, 1)).tolist() == [0, 1, 2]


def test_what_is_no_whole_index_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with pytest.raises(StoreError, match="cannot read"):
        ExactIndex.open(path)
    ExactIndex(vectors(20, 1)).save(path)
    whole = path.read_bytes()
    for size in (0, 10, 50, 100, 200, 2000, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(StoreError):
            ExactIndex.open(path)
    path.write_bytes(b"something else\n" + whole)
    with pytest.raises(StoreError, match="no index of this version"):
        ExactIndex.open(path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(StoreError, match="damaged"):
        ExactIndex.open(path)


def test_a_changed_byte_is_found_wherever_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "index"
    ExactIndex(vectors(20, 1)).save(path)
    whole = path.read_bytes()
    for place in range(0, len(whole), 97):
        changed = bytearray(whole)
        changed[place] ^= 0x40
        path.write_bytes(changed)
        with pytest.raises(StoreError):
            ExactIndex.open(path)


def test_an_index_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, rows = tmp_path / "index", vectors(20, 1)
    ExactIndex(rows).save(path)

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(StoreError, match="no space left"):
        ExactIndex(vectors(5, 2)).save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["index"]
    check(ExactIndex.open(path), rows, np.ones(20, np.bool_))
    with pytest.raises(StoreError, match="cannot write"):
        ExactIndex(rows).save(tmp_path / "missing" / "index")


def test_unknown_ids_and_other_widths_are_refused() -> None:
    index = ExactIndex(vectors(5, 1))
    with pytest.raises(BadArray, match="0 to 4"):
        index.remove(np.array([5]))
    with pytest.raises(BadArray, match="columns"):
        index.add(vectors(5, 1)[:, :3])
