"""What the kernel benchmarks promise is judged from the medians, and said in one line each."""

from __future__ import annotations

from simone.benchmarks.kernels.measuring import Bar, Ceiling, Needed, Task, answered, judged, timed
from simone.clock import FrozenClock

SECONDS = {"rust": 0.002, "NumPy": 0.0068}


def test_a_bar_that_is_reached_is_met_and_one_that_is_not_is_missed() -> None:
    assert Bar("NumPy", 3).judge(SECONDS) == "rust >= 3x NumPy: 3.40x met"
    assert Bar("NumPy", 3.5).judge(SECONDS) == "rust >= 3.5x NumPy: 3.40x MISSED"
    assert Bar("rust", 0.25, ours="NumPy").judge(SECONDS) == "NumPy >= 0.25x rust: 0.29x met"


def test_a_ceiling_is_a_bar_without_a_peer() -> None:
    assert Ceiling(0.002).judge(SECONDS) == "rust <= 2 ms: 2.000 ms met"
    assert Ceiling(0.0015).judge(SECONDS) == "rust <= 1.5 ms: 2.000 ms MISSED"


def test_a_bar_without_its_contestant_is_not_measured() -> None:
    assert Bar("FAISS", 3).judge(SECONDS) == "rust >= 3x FAISS: not measured, no FAISS"
    assert Ceiling(1.0).judge({}) == "rust <= 1000 ms: not measured, no rust"


def test_contestants_take_turns_slow_ones_fewer_and_may_move_other_bytes() -> None:
    clock, turns = FrozenClock(), list[str]()

    def contestant(name: str, seconds: float) -> None:
        turns.append(name)
        clock.advance(seconds)

    task = Task(
        "task",
        400,
        {"rust": lambda: contestant("rust", 0.5), "peer": lambda: contestant("peer", 2.0)},
        lambda answers: True,
        (Bar("peer", 4), Bar("rust", 1)),
        {"rust": 100},
        frozenset(["peer"]),
    )
    answers, seconds = answered(task, clock)
    assert (answers, seconds, turns) == ({"rust": None, "peer": None}, {"rust": 0.5, "peer": 2.0}, ["rust", "peer"])
    turns.clear()
    rows = timed(task, clock, 5, seconds)
    assert turns == ["rust", "peer"] * 3 + ["rust"] * 2
    assert [(row.contestant, row.seconds, row.samples, row.bytes_per_second, row.times_slower) for row in rows] == [
        ("rust", 0.5, 5, 200.0, 1.0),
        ("peer", 2.0, 3, 200.0, 4.0),
    ]
    assert judged(task, rows) == ["task: rust >= 4x peer: 4.00x met", "task: rust >= 1x rust: 1.00x met"]


def test_the_answer_of_a_very_slow_contestant_is_its_only_sample() -> None:
    clock, call = FrozenClock(), lambda: FrozenClock.advance(clock, 1.0)
    task = Task("task", 8, {"rust": call, "peer": call}, lambda answers: True, once=frozenset(["peer"]))
    rows = timed(task, clock, 3, {"rust": 9.0, "peer": 9.0})
    assert [(row.contestant, row.seconds, row.samples) for row in rows] == [("rust", 1.0, 3), ("peer", 9.0, 1)]


def test_what_a_bar_asks_of_the_memory_is_said_in_bytes_per_second() -> None:
    asked = Needed("loop", 10.0, 4_000_000).judge({"rust": 0.002, "loop": 0.01})
    assert asked == "rust, 10x loop: 4.0 MB in 1.000 ms, so 4.0 GB/s read from memory; it reads 2.0 GB/s"
    assert Needed("loop", 10.0, 1).judge({}) == "rust, 10x loop: not measured"
