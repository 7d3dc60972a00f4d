"""Record what an engine answered, and replay it without the engine.

Not for storage: the exchanges are records that the ledger keeps.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Literal

import msgspec

from simone.clock import Deadline
from simone.errors import ModelFailed, ModelTimeout, ReplayMiss
from simone.mvlm.answers import Limit
from simone.mvlm.contract import MVLM
from simone.mvlm.instructions import digest
from simone.records import Execution, Instruction


class Exchange(msgspec.Struct, frozen=True):
    """One instruction, by digest, and what came of it: an execution, or the name and message of the error."""

    digest: str
    execution: Execution | None = None
    error: Literal["", "ModelFailed", "ModelTimeout"] = ""
    message: str = ""


class Recording:
    """An engine that keeps what another engine answered. A cancelled execution leaves no trace. Thread-safe."""

    def __init__(self, engine: MVLM) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._exchanges: list[Exchange] = []

    @property
    def name(self) -> str:
        """Name of the recorded engine."""
        return self._engine.name

    @property
    def pairs(self) -> tuple[Exchange, ...]:
        """What was recorded, by digest, and per digest in the order of the answers."""
        with self._lock:
            return tuple(sorted(self._exchanges, key=lambda exchange: exchange.digest))

    def execute(self, instruction: Instruction, deadline: Deadline) -> Execution:
        """Let the engine carry out the instruction and keep the outcome.

        Raises:
            ModelFailed: as the engine.
            ModelTimeout: as the engine.
            Cancelled: as the engine.
        """
        key = digest(instruction)
        try:
            execution = self._engine.execute(instruction, deadline)
        except ModelFailed as error:
            self._keep(Exchange(key, error="ModelFailed", message=str(error)))
            raise
        except ModelTimeout as error:
            self._keep(Exchange(key, error="ModelTimeout", message=str(error)))
            raise
        self._keep(Exchange(key, execution))
        return execution

    def close(self) -> None:
        """Close the recorded engine; what was recorded stays."""
        self._engine.close()

    def _keep(self, exchange: Exchange) -> None:
        with self._lock:
            self._exchanges.append(exchange)


class Recorded:
    """An engine that answers from a recording: the nth request of a digest gets the nth answer. Never goes live."""

    def __init__(self, pairs: Iterable[Exchange], name: str = "recorded") -> None:
        self._lock = threading.Lock()
        self._served: Counter[str] = Counter()
        self._answers: defaultdict[str, list[Exchange]] = defaultdict(list)
        self._name = name
        for exchange in pairs:
            self._answers[exchange.digest].append(exchange)

    @property
    def name(self) -> str:
        """The name it was given: that of the recorded engine, for a bundle that must be equal."""
        return self._name

    def execute(self, instruction: Instruction, deadline: Deadline) -> Execution:
        """Give the next recorded outcome of this instruction.

        Raises:
            ReplayMiss: the recording holds no (further) answer to it.
            ModelFailed: that was the recorded outcome.
            ModelTimeout: that was the recorded outcome, or the deadline is spent.
            Cancelled: the deadline was cancelled.
        """
        Limit(deadline, deadline.seconds, self._name).check()
        key = digest(instruction)
        with self._lock:
            place = self._served[key]
            known = self._answers.get(key, [])
            if place >= len(known):
                raise ReplayMiss(
                    f"{instruction.operation} ({key[:12]}…) was asked {place + 1} times, recorded {len(known)} times; "
                    "the run took another course than the recorded one"
                )
            self._served[key] += 1
        exchange = known[place]
        if exchange.execution is not None:
            return exchange.execution
        raise (ModelTimeout if exchange.error == "ModelTimeout" else ModelFailed)(exchange.message)

    def close(self) -> None:
        """Nothing is held."""
