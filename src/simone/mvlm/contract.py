"""What an engine is: Instruction in, Execution out, nothing remembered in between.

Not for prompts: `instructions` words them for engines that need words.
"""

from __future__ import annotations

from typing import Protocol

from simone.clock import Deadline
from simone.records import Execution, Instruction


class MVLM(Protocol):
    """The minimum viable language model: a stateless executor, never trusted."""

    @property
    def name(self) -> str:
        """Engine and model with everything that can change its bytes (version, threads, digest), for the bundle."""

    def execute(self, instruction: Instruction, deadline: Deadline) -> Execution:
        """Carry out one instruction. Equal instructions give equal executions.

        Raises:
            ModelFailed: the model raised, answered nothing, or broke the instruction's schema.
            ModelTimeout: no answer within the deadline or the engine's own timeout.
            Cancelled: the deadline was cancelled while it worked.
        """

    def close(self) -> None:
        """Release weights and connections; the engine is not used afterwards."""
