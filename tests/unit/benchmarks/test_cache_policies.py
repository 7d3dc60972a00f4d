"""The benchmark of caches counts hits as they are: no way finds more than is possible, traces are read as written."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.benchmarks import caches
from simone.benchmarks.caches import ratios, speed
from simone.benchmarks.caches.policies import CANDIDATES, Access
from simone.benchmarks.caches.ratios import Ratios, means, ours, verdict
from simone.benchmarks.caches.traces import FILES, load
from simone.clock import SystemClock
from simone.errors import MissingSource

WAYS: dict[str, Callable[[int], Access]] = {**CANDIDATES, ratios.OURS: ours}
KEYS = st.lists(st.integers(0, 12).map(str), max_size=120)


def most_hits(keys: list[str], entries: int) -> int:
    """Of a cache that knows the future.

    Source: Belady, A study of replacement algorithms for a virtual-storage computer, 1966.
    """
    kept: set[str] = set()
    hits = 0
    for place, key in enumerate(keys):
        if key in kept:
            hits += 1
            continue
        if len(kept) == entries:
            rest = keys[place + 1 :]
            kept.remove(max(sorted(kept), key=lambda one: rest.index(one) if one in rest else len(keys)))
        kept.add(key)
    return hits


@pytest.mark.parametrize("name", WAYS)
@settings(max_examples=60, deadline=None)
@given(keys=KEYS, entries=st.integers(2, 9))
def test_no_way_finds_more_than_one_that_knows_the_future(name: str, keys: list[str], entries: int) -> None:
    assert sum(map(WAYS[name](entries), keys)) <= most_hits(keys, entries)


@pytest.mark.parametrize("name", WAYS)
@given(keys=KEYS)
@settings(max_examples=30, deadline=None)
def test_a_cache_that_has_room_for_all_misses_each_key_once(name: str, keys: list[str]) -> None:
    assert sum(map(WAYS[name](20), keys)) == len(keys) - len(set(keys))


def test_sieve_passes_over_what_was_used_and_keeps_the_hand_where_it_was() -> None:
    access = CANDIDATES["SIEVE"](3)
    assert [access(key) for key in "abcaad"] == [False, False, False, True, True, False]  # b went: a was used
    assert [access(key) for key in "acd"] == [True, True, True]
    access("e")  # the hand stands at c: it is passed over, as is d, then a; c is the next that is not used
    assert access("c") is False


def test_sieve_begins_anew_at_the_oldest_once_its_hand_went_past_the_newest() -> None:
    access = CANDIDATES["SIEVE"](2)
    for key in ("a", "b", "a", "c", "d"):  # a is passed over, b goes; then a goes for d, not c which came last
        access(key)
    assert access("c") is True


def test_traces_are_read_in_both_forms(tmp_path: Path) -> None:
    folder = tmp_path / "caches"
    folder.mkdir()
    (folder / FILES["OLTP"]).write_bytes(zstandard.compress(b"5 3 0 0\n100 1 0 1\n5 1 0 2\n"))
    (folder / FILES["multi2"]).write_bytes(gzip.compress(b"7\n8\n*\n7\n"))
    assert load(tmp_path, "OLTP").blocks == (5, 6, 7, 100, 5)
    assert (load(tmp_path, "multi2").blocks, load(tmp_path, "multi2").distinct) == ((7, 8, 7), 2)
    with pytest.raises(MissingSource, match="sprite"):
        load(tmp_path, "sprite")
    (folder / FILES["sprite"]).write_bytes(b"no gzip")
    with pytest.raises(MissingSource, match="sprite"):
        load(tmp_path, "sprite")


def test_the_verdict_names_every_size_where_another_finds_more() -> None:
    found = (
        Ratios("t", ratios.OURS, (0.5, 0.5, 0.5, 0.5, 0.5)),
        Ratios("t", "LRU", (0.4, 0.5, 0.50004, 0.6, 0.5)),
        Ratios("t", "moka", None),
        Ratios("t", "theine", (0.1, 0.1, 0.1, 0.1, 0.7)),
    )
    assert verdict(found, ("LRU", "moka", "theine")).splitlines() == [
        "at least as good as the best of LRU, moka, theine: at 3 of 5 sizes",
        "  LOST on t at 10%: 50.00%, LRU 60.00%",
        "  LOST on t at 20%: 50.00%, theine 70.00%",
    ]


def test_means_and_wins_are_told_for_each() -> None:
    found = (
        Ratios("t", ratios.OURS, (0.5, 0.5, 0.5, 0.5, 0.5)),
        Ratios("t", "LRU", (0.4, 0.5, 0.6, 0.4, 0.1)),
        Ratios("t", "SIEVE", (0.9, 0.9, 0.9, 0.9, 0.9)),
        Ratios("t", "moka", (0.8, 0.8, 0.8, 0.8, 0.8)),
        Ratios("t", ratios.SETTLED, (0.1, 0.1, 0.1, 0.1, 0.6)),
        Ratios("t", "theine", None),
    )
    assert [line.split() for line in means(found).splitlines()[3:]] == [
        ["simone", "50.00", "3"],
        ["LRU", "40.00", "2"],
        ["SIEVE", "90.00", "-"],
        ["moka", "80.00", "-"],
        ["moka,", "settled", "20.00", "1"],
    ]


def test_the_report_has_every_contestant_and_says_which_are_not_installed(tmp_path: Path) -> None:
    shown = speed.render(speed.run(SystemClock(), 0, lambda _: None, operations=400))
    for name in ("simone", "OrderedDict + Lock", "functools.lru_cache", "cachetools", "moka", "theine", "diskcache"):
        assert name in shown
    assert "every value that came back was the one put" in shown
    with pytest.raises(MissingSource):
        caches.run(tmp_path, ["ratios"])
