"""What every engine does to an answer before it hands it over: limits, stop strings, schema, accounting.

Not for wording or for choosing words: `instructions` and the engines do that.
"""

from __future__ import annotations

import re
import threading
from typing import Literal, NoReturn

from simone.clock import Clock, Deadline, SystemClock
from simone.errors import Cancelled, ModelFailed, ModelTimeout
from simone.records import Execution, Instruction

# jsonschema_rs is imported where a schema is used: engines are on the import path of start-up, schemas are rare.

POLL_S = 0.05
"""How often a waiting engine looks whether it was cancelled, seconds."""

_TOKEN = re.compile(r"\w+|[^\w\s]")


class Limit:
    """The shorter of the caller's deadline and the engine's own timeout, with the errors an engine owes."""

    def __init__(self, deadline: Deadline, timeout_s: float, engine: str, clock: Clock | None = None) -> None:
        self._deadline = deadline
        self._own = Deadline(clock or SystemClock(), timeout_s)
        self._engine = engine

    @property
    def remaining_s(self) -> float:
        """Seconds left; 0.0 when spent."""
        return min(self._deadline.remaining_s, self._own.remaining_s)

    @property
    def is_over(self) -> bool:
        """Whether the time is spent or the work withdrawn."""
        return self._deadline.is_cancelled or self.remaining_s <= 0.0

    def check(self) -> None:
        """Stop here if the time is spent or the work withdrawn.

        Raises:
            Cancelled: the caller withdrew the work.
            ModelTimeout: the time is spent.
        """
        if self._deadline.is_cancelled:
            raise Cancelled(f"{self._engine}: the caller withdrew the instruction")
        if self.remaining_s <= 0.0:
            shorter = min(self._deadline.seconds, self._own.seconds)
            raise ModelTimeout(f"{self._engine}: no answer within {shorter:g} s; allow more time or ask for less")

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        """Wait for `event` (at most `seconds`); True if it was set. `check` ends it early when the limit is over."""
        pause = Deadline(SystemClock(), self.remaining_s if seconds is None else seconds)
        while not event.wait(min(POLL_S, pause.remaining_s)):
            self.check()
            if pause.remaining_s <= 0.0:
                return False
        return True


def count_tokens(text: str) -> int:
    """Words and punctuation marks: the token of engines that have no tokenizer."""
    return sum(1 for _ in _TOKEN.finditer(text))


def count_prompt(instruction: Instruction) -> int:
    """Tokens of everything the instruction carries, and one for its operation."""
    parts = [instruction.task, instruction.text, *instruction.labels, instruction.schema]
    return 1 + sum(map(count_tokens, parts)) + sum(count_tokens(passage.text) for passage in instruction.passages)


def cut(text: str, instruction: Instruction) -> tuple[str, Literal["stop", "length"]]:
    """The text up to its first stop string and its first `max_tokens` tokens, and how it ended."""
    places = [place for place in (text.find(stop) for stop in instruction.stop if stop) if place >= 0]
    text = text[: min(places, default=len(text))].strip()
    ends = [match.end() for match in _TOKEN.finditer(text)]
    if len(ends) <= instruction.max_tokens:
        return text, "stop"
    return text[: ends[instruction.max_tokens - 1]] if instruction.max_tokens > 0 else "", "length"


def checked(execution: Execution, instruction: Instruction) -> Execution:
    """The execution, if it may leave the engine.

    Raises:
        ModelFailed: it is empty, or it does not follow the instruction's schema.
    """
    if not execution.text.strip():
        raise ModelFailed(f"{execution.model}: answered nothing to {instruction.operation} ({execution.finish})")
    if instruction.schema:
        fault = schema_fault(execution.text, instruction.schema)
        if fault:
            cut_off = " (the answer was cut at max_tokens)" if execution.finish == "length" else ""
            raise ModelFailed(f"{execution.model}: the answer breaks the schema: {fault}{cut_off}")
    return execution


def schema_fault(text: str, schema: str) -> str:
    """What is wrong with JSON `text` under JSON Schema `schema`; "" when it is valid.

    Raises:
        ModelFailed: the schema itself cannot be used.
    """
    import jsonschema_rs
    import msgspec

    try:
        # A schema may come from a stranger: references to the network or to files are never followed.
        validator = jsonschema_rs.validator_for(schema, retriever=_refuse)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        raise ModelFailed(f"the instruction's schema cannot be used: {_first_line(error)}") from error
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        return f"not JSON: {error}"
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        return _first_line(error)
    return ""


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"reference {uri!r} leads outside the schema")


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0][:300]
