"""What a stage is: a pure function on the case that declares what it reads and what it writes.

Not for order: `orchestration.workflow` derives it from these declarations.
"""

from __future__ import annotations

from typing import Protocol

from simone.clock import Deadline
from simone.records import Case


class Declared(Protocol):
    """What a stage says of itself; its class says the same."""

    @property
    def code(self) -> str:
        """Short unique name: CCP, VVP, DRAFTER …"""

    @property
    def purpose(self) -> str:
        """One line on what it does, for `simone protocols`."""

    @property
    def reads(self) -> frozenset[str]:
        """Fields of Case it needs."""

    @property
    def writes(self) -> frozenset[str]:
        """Fields of Case it may replace."""


class Stage(Declared, Protocol):
    """A protocol or an agent.

    `apply` sees a case in which every field outside `reads` (and `request`) has its default value, and returns it with
    fields of `writes` replaced (msgspec.structs.replace). Changing another field is refused by name.
    """

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with what this stage adds."""
