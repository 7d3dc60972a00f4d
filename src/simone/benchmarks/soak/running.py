"""The soak run: every turn through the tagger, the gate and the store, as a program that remembers would do it.

Not for what is true of a turn: `stream` knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from simone.benchmarks.soak.stream import MODEL, Stream, Turn
from simone.clock import Clock, digest
from simone.memory.contract import Filter, Link, Memory, Store
from simone.memory.exchange import exported
from simone.memory.gate import Recalled
from simone.memory.recall import Recall
from simone.memory.remembering import remember
from simone.protocols.memory_tagging.candidates import Said, candidates

SHOWN = 5
"""Memories that a recall shows."""
_HUMANS_RECALLING = 5
"""Of so many turns of a person one follows a recall in its run; every turn of a model does."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a turn: the memory it is, or the rule that refused it and its sentence, and how long it took."""

    turn: Turn
    memory: str
    rule: str
    reason: str
    seconds: float


class Closing(msgspec.Struct, frozen=True):
    """A link that closes one turn's memory by another's, with its reason."""

    closed: int
    by: int
    reason: str


class Report(msgspec.Struct, frozen=True):
    """All outcomes and closings of a run.

    `seconds` is the time of tagging and remembering alone; `store_bytes` the size of what was kept, 0 where it is not
    known; `ailments` what the store's check found at the end; `sha256` the digest of everything kept.
    """

    outcomes: tuple[Outcome, ...]
    closings: tuple[Closing, ...]
    place: str
    seed: int
    seconds: float
    store_bytes: int
    ailments: tuple[str, ...]
    sha256: str


class TurnClock:
    """A clock that stands at the moment of the present turn and lends its seconds from another."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at = datetime(2024, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment of the turn."""
        return self._at

    def monotonic_s(self) -> float:
        """Seconds of the clock that it was made from."""
        return self._clock.monotonic_s()

    def next(self) -> None:
        """On to the next turn."""
        self._at += timedelta(minutes=7)


def run(
    data: Path,
    store: Store,
    turns: int,
    seed: int,
    clock: Clock,
    tell: Callable[[str], None],
    size: Callable[[], int] = lambda: 0,
) -> Report:
    """Put `turns` turns to an empty store, one transaction each.

    Raises:
        MissingSource: the conversations are not in `data`.
        StoreError: the store refused.
    """
    ours = TurnClock(clock)
    recall = Recall(store, clock=ours)
    outcomes: list[Outcome] = []
    owners: dict[str, int] = {}
    closings: list[Closing] = []

    def shown(text: str) -> tuple[str, ...]:
        return tuple(hit.memory.text for hit in recall.recall(text, Filter(), SHOWN))

    for turn in Stream(data, turns, seed).turns(lambda said: shown(said.text)):
        ours.next()
        run_id = f"run {turn.number}"
        is_recalling = turn.author == MODEL or turn.number % _HUMANS_RECALLING == 0
        recalled = [Recalled(run_id, _before(turn, outcomes, shown))] if is_recalling else []
        began = clock.monotonic_s()
        outcome, closed = _put(store, turn, run_id, recalled, ours)
        outcomes.append(msgspec.structs.replace(outcome, seconds=clock.monotonic_s() - began))
        if outcome.memory:
            owners[outcome.memory] = turn.number
        closings += [Closing(owners[link.memory], owners[link.other], link.reason) for link in closed]
        if turn.number % 100 == 0:
            tell(f"{turn.number} of {turns} turns")
    state = digest(*exported(store))
    return Report(
        outcomes=tuple(outcomes),
        closings=tuple(closings),
        place=store.place,
        seed=seed,
        seconds=sum(outcome.seconds for outcome in outcomes),
        store_bytes=size(),
        ailments=store.check(),
        sha256=state,
    )


def _before(turn: Turn, outcomes: Sequence[Outcome], shown: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    """What was shown in the run of a turn: of one that repeats, what a recall of the repeated turn shows."""
    return shown(outcomes[turn.repeats].turn.text if turn.repeats >= 0 else turn.text)


def _put(
    store: Store, turn: Turn, run_id: str, recalled: Sequence[Recalled], clock: Clock
) -> tuple[Outcome, list[Link]]:
    said = Said(turn.text, f"turn {turn.number}", run_id, turn.author, at=turn.at.isoformat())
    made = [msgspec.structs.replace(one, verdict=turn.verdict) for one in candidates([said])]
    kept = remember(store, made, clock, recalled)
    if not kept:
        return Outcome(turn, "", "no word", "it holds no word", 0.0), []
    (one,) = kept
    if isinstance(one, Memory):
        return Outcome(turn, one.id, "", "", 0.0), [link for link in store.links([one.id]) if link.kind == "closes"]
    return Outcome(turn, "", one.rule, one.reason, 0.0), []
