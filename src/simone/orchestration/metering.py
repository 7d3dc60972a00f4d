"""The engine as a case sees it: every execution counted, and none beyond the token budget.

Not for time: the deadline bounds that.
"""

from __future__ import annotations

import threading

import msgspec

from simone.clock import Deadline
from simone.errors import BudgetExceeded
from simone.mvlm.contract import MVLM
from simone.records import Cost, Execution, Instruction


class Metered:
    """Counts what one case spends on an engine. Thread-safe.

    `deadline` is the case's own: the engine works under it even where a stage was given longer, so that time granted
    for checking and removing is never spent on the model.
    """

    def __init__(self, engine: MVLM, tokens: int, deadline: Deadline) -> None:
        self._engine = engine
        self._budget = tokens
        self._deadline = deadline
        self._lock = threading.Lock()
        self._cost = Cost(model=engine.name)

    @property
    def name(self) -> str:
        """Name of the engine itself."""
        return self._engine.name

    def spent(self) -> Cost:
        """What was spent so far."""
        with self._lock:
            return self._cost

    def execute(self, instruction: Instruction, deadline: Deadline) -> Execution:
        """Let the engine carry out the instruction with no more tokens than are left.

        Raises:
            BudgetExceeded: no tokens are left, or the stage's deadline is spent.
            ModelFailed: as the engine.
            ModelTimeout: as the engine; also where the case's own time is spent.
            Cancelled: as the engine.
        """
        deadline.check(f"before {instruction.operation}")
        left = self._budget - self.spent().tokens_out
        if left <= 0:
            raise BudgetExceeded(
                f"{instruction.operation}: the budget of {self._budget} tokens is spent; raise --budget-tokens"
            )
        allowed = min(instruction.max_tokens, left)
        execution = self._engine.execute(msgspec.structs.replace(instruction, max_tokens=allowed), self._deadline)
        with self._lock:
            cost = self._cost
            self._cost = msgspec.structs.replace(
                cost,
                calls=cost.calls + 1,
                tokens_in=cost.tokens_in + execution.tokens_in,
                tokens_out=cost.tokens_out + execution.tokens_out,
            )
        return execution

    def close(self) -> None:
        """The engine outlives the case: nothing is closed."""
