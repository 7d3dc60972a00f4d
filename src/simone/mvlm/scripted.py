"""An engine that says what it is told to say: for tests and demonstrations, chosen by its explicit name only.

Not for answers: it understands nothing.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from simone.clock import Deadline
from simone.errors import BadSettings, ModelError, ModelFailed
from simone.mvlm.answers import Limit, checked, count_prompt, count_tokens, cut
from simone.mvlm.instructions import digest
from simone.records import Execution, Instruction

Line = str | ModelError
"""What to say, or the error to raise."""

Script = Sequence[Line] | Mapping[str, Line | Sequence[Line]]
"""Lines in the order of the calls, or lines by instruction digest or operation.

In a mapping the digest goes before the operation; a single line is repeated for ever, a sequence is spent in order.
"""


class Scripted:
    """Answers from a script. Thread-safe."""

    def __init__(self, script: Script) -> None:
        self._lock = threading.Lock()
        self._script: Mapping[str, Line | Sequence[Line]] = script if isinstance(script, Mapping) else {"": script}
        self._spent: Counter[str] = Counter()

    @classmethod
    def from_file(cls, path: Path) -> Scripted:
        """The script in a JSON file: an array of lines, or an object of digest or operation to a line or an array.

        Raises:
            BadSettings: the file cannot be read or is no script.
        """
        try:
            return cls(msgspec.json.decode(path.read_bytes(), type=list[str] | dict[str, str | list[str]]))
        except (OSError, msgspec.DecodeError) as error:
            raise BadSettings(f"the script {str(path)!r} cannot be used: {error}") from error

    @property
    def name(self) -> str:
        """Always "scripted"."""
        return "scripted"

    def execute(self, instruction: Instruction, deadline: Deadline) -> Execution:
        """Say the next line, within the instruction's stop strings, length and schema.

        Raises:
            ModelFailed: the script has no line, the line is empty or breaks the schema.
            ModelTimeout: the deadline is spent.
            Cancelled: the deadline was cancelled.
            ModelError: the script says so.
        """
        Limit(deadline, deadline.seconds, self.name).check()
        line = self._next(instruction)
        if isinstance(line, ModelError):
            raise line
        text, finish = cut(line, instruction)
        execution = Execution(text, finish, count_prompt(instruction), count_tokens(text), self.name)
        return checked(execution, instruction)

    def close(self) -> None:
        """Nothing is held."""

    def _next(self, instruction: Instruction) -> Line:
        for key in (digest(instruction), instruction.operation, ""):
            if key not in self._script:
                continue
            lines = self._script[key]
            if isinstance(lines, str | ModelError):
                return lines
            with self._lock:
                place = self._spent[key]
                self._spent[key] += 1
            if place < len(lines):
                return lines[place]
            raise ModelFailed(f"scripted: all {len(lines)} lines for {key or 'the calls in order'!r} are spent")
        raise ModelFailed(f"scripted: no line for {instruction.operation} ({digest(instruction)[:12]}…)")
