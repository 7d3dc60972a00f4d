"""Recording and replaying: the same answers and the same failures, in order, and nothing live."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simone.clock import Deadline, SystemClock
from simone.errors import BadSettings, Cancelled, ModelFailed, ModelTimeout, ReplayMiss
from simone.mvlm.instructions import digest
from simone.mvlm.recorded import Exchange, Recorded, Recording
from simone.mvlm.scripted import Scripted
from simone.records import Instruction

FIRST = Instruction("DRAFT", "first?")
SECOND = Instruction("REVISE", "second?")


def a_deadline() -> Deadline:
    return Deadline(SystemClock(), 30.0)


def test_a_replay_gives_what_was_recorded_in_whatever_order_it_is_asked() -> None:
    live = Recording(Scripted({"DRAFT": ["one", "two"], "REVISE": "three"}))
    said = [live.execute(asked, a_deadline()) for asked in (FIRST, SECOND, FIRST)]
    kept = msgspec.json.decode(msgspec.json.encode(live.pairs), type=tuple[Exchange, ...])
    replay = Recorded(kept, live.name)
    assert [replay.execute(asked, a_deadline()) for asked in (SECOND, FIRST, FIRST)] == [said[1], said[0], said[2]]
    assert replay.name == live.name


def test_the_recording_does_not_depend_on_the_order_of_different_instructions() -> None:
    one, other = (Recording(Scripted({"DRAFT": "a", "REVISE": "b"})) for _ in range(2))
    for asked in (FIRST, SECOND):
        one.execute(asked, a_deadline())
    for asked in (SECOND, FIRST):
        other.execute(asked, a_deadline())
    assert one.pairs == other.pairs


def test_failures_are_replayed_as_failures() -> None:
    live = Recording(Scripted([ModelFailed("nonsense"), ModelTimeout("too slow")]))
    for kind in (ModelFailed, ModelTimeout):
        with pytest.raises(kind):
            live.execute(FIRST, a_deadline())
    replay = Recorded(live.pairs)
    with pytest.raises(ModelFailed, match="nonsense"):
        replay.execute(FIRST, a_deadline())
    with pytest.raises(ModelTimeout, match="too slow"):
        replay.execute(FIRST, a_deadline())


def test_a_cancelled_execution_is_not_recorded() -> None:
    live = Recording(Scripted([Cancelled("withdrawn")]))
    with pytest.raises(Cancelled):
        live.execute(FIRST, a_deadline())
    assert live.pairs == ()


def test_asking_more_often_or_something_else_is_a_miss() -> None:
    live = Recording(Scripted(["one"]))
    live.execute(FIRST, a_deadline())
    replay = Recorded(live.pairs)
    with pytest.raises(ReplayMiss, match="REVISE"):
        replay.execute(SECOND, a_deadline())
    replay.execute(FIRST, a_deadline())
    with pytest.raises(ReplayMiss, match="asked 2 times, recorded 1"):
        replay.execute(FIRST, a_deadline())


def test_a_script_answers_by_digest_before_operation() -> None:
    engine = Scripted({digest(FIRST): "by digest", "DRAFT": "by operation"})
    assert engine.execute(FIRST, a_deadline()).text == "by digest"
    assert engine.execute(Instruction("DRAFT", "other?"), a_deadline()).text == "by operation"


def test_a_script_without_a_line_is_a_named_failure() -> None:
    with pytest.raises(ModelFailed, match="no line for REVISE"):
        Scripted({"DRAFT": "x"}).execute(SECOND, a_deadline())
    with pytest.raises(ModelFailed, match="spent"):
        Scripted([]).execute(FIRST, a_deadline())


def test_a_script_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "script.json"
    file.write_text('{"DRAFT": ["one", "two"], "REVISE": "three"}', "utf-8")
    engine = Scripted.from_file(file)
    assert [engine.execute(asked, a_deadline()).text for asked in (FIRST, SECOND, FIRST)] == ["one", "three", "two"]
    file.write_text("[1]", "utf-8")
    for bad in (file, tmp_path / "missing.json"):
        with pytest.raises(BadSettings, match=bad.name):
            Scripted.from_file(bad)
