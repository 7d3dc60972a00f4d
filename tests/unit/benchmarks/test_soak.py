"""The soak: turns whose truth is known, judged alike on every run and in every store."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from simone.benchmarks import soak
from simone.benchmarks.soak.stream import GOOD, JUNK, MODEL, Stream, Turn, wording
from simone.clock import FrozenClock
from simone.errors import MissingSource
from simone.memory.contract import Store
from simone.memory.postgres import open_postgres
from simone.memory.sqlite import SqliteStore

TURNS = 120


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data with one conversation."""
    folder = tmp_path_factory.mktemp("data")
    said = [
        f"I planted {number} apple trees behind the old mill with my brother. It was quite a muddy day for us."
        for number in range(3, 43)
    ]
    turns = [{"speaker": ("Ann", "Bo")[n % 2], "dia_id": f"D1:{n}", "text": text} for n, text in enumerate(said)]
    talk = {"session_1_date_time": "1:56 pm on 8 May, 2023", "session_1": turns}
    (folder / "memory").mkdir()
    (folder / "memory" / "locomo_dev.json").write_text(json.dumps([{"conversation": talk}]))
    return folder


def turns_of(talks: Path, seed: int, count: int = 800) -> list[Turn]:
    return list(Stream(talks, count, seed).turns(lambda turn: [turn.text]))


def test_a_seed_decides_every_turn(talks: Path) -> None:
    assert turns_of(talks, 3) == turns_of(talks, 3)
    assert turns_of(talks, 3) != turns_of(talks, 4)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_true_of_a_turn_follows_from_how_it_was_made(talks: Path, seed: int) -> None:
    turns = turns_of(talks, seed)
    assert [turn.number for turn in turns] == list(range(800))
    assert {turn.kind for turn in turns} >= {*GOOD, *JUNK, "boilerplate"} - {"loop, retold in other words"}
    good = [(turn.author, " ".join(re.findall(r"\w+", turn.text.casefold()))) for turn in turns if turn.kind in GOOD]
    assert len(good) == len(set(good))
    for turn in turns:
        assert (turn.repeats >= 0) == (turn.kind in JUNK and turn.kind != "unsupported")
        if turn.repeats >= 0:
            assert turns[turn.repeats].kind in GOOD
            assert not any(one.ends == turn.repeats for one in turns[: turn.number])
        for ended in {turn.ends, turn.seems_to_end} - {-1}:
            assert ended < turn.number and turns[ended].kind == turn.kind
            assert turn.text != turns[ended].text
        if turn.kind == "unsupported":
            assert turn.author == MODEL and turn.verdict != "supported"


def test_every_slot_of_the_wording_is_filled(talks: Path) -> None:
    assert not [turn for turn in turns_of(talks, 0) if "{" in turn.text]
    assert len(wording().boilerplate) > 50


def test_one_seed_leaves_the_same_memories_in_every_store_and_is_told(
    talks: Path, tmp_path: Path, postgres_url: str
) -> None:
    stores: list[Store] = [SqliteStore.open(tmp_path / f"{n}.sqlite", durable=False) for n in (1, 2)]
    stores.append(open_postgres(postgres_url, schema="soak_of_a_test"))
    reports = [soak.run(talks, store, TURNS, 1, FrozenClock(), lambda _: None) for store in stores]
    for store in stores:
        store.close()
    first = reports[0]
    assert len({report.sha256 for report in reports}) == 1
    assert [[(one.memory, one.rule) for one in report.outcomes] for report in reports[1:]] == [
        [(one.memory, one.rule) for one in first.outcomes]
    ] * 2
    assert [report.ailments for report in reports] == [()] * 3
    told = soak.render(first, 3)
    for part in ("junk of what was kept", "good turns refused", "contradictions", "near-duplicate", first.sha256):
        assert part in told
    assert sum(bool(one.memory) for one in first.outcomes) > TURNS / 3


def test_without_the_conversations_the_soak_says_where_they_should_be(tmp_path: Path) -> None:
    with pytest.raises(MissingSource, match="SIMONE_DATA"):
        Stream(tmp_path, 100, 0)
