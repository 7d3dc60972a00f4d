"""Runs a compiled workflow on a case: budgets, declared writes, the journal, and guaranteed termination.

Not for what the stages do, nor for their order: `workflow` derived that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from simone.clock import Clock, Deadline
from simone.errors import BudgetExceeded, ModelTimeout, UndeclaredWrite
from simone.observability.events import Event, Listener
from simone.orchestration.workflow import CompiledBlock, CompiledLoop, Level
from simone.protocols.contract import Stage
from simone.records import Case, Cost, Decision, Request
from simone.workers.pool import Pool

FIELDS = tuple(field.name for field in msgspec.structs.fields(Case))
BLANK = Case(request=Request(question=""))
GRACE_S = 60.0
"""What checking, removing and giving form may take beyond the budget once a draft was checked; no model works in it."""


class Watch(msgspec.Struct, frozen=True):
    """Who is told what while a case runs.

    `journal` hears, in a fixed order, each stage's code and the fields it wrote; `spent` tells what the MVLM has
    cost so far.
    """

    deadline: Deadline
    journal: Callable[[str, Mapping[str, object]], None]
    listen: Listener
    spent: Callable[[], Cost]


class Pipeline:
    """Stages by code, run level by level."""

    def __init__(self, stages: Mapping[str, Stage], pool: Pool, clock: Clock) -> None:
        self._stages = stages
        self._pool = pool
        self._clock = clock
        self._hidden = {
            code: {
                name: getattr(BLANK, name)
                for name in FIELDS
                if name != "request" and name not in stage.reads and name not in stage.writes
            }
            for code, stage in stages.items()
        }

    def run(self, case: Case, blocks: Sequence[CompiledBlock], watch: Watch) -> Case:
        """The case after every block.

        A budget that runs out after a draft was checked ends the repairs: what failed is removed, and the rest of
        the workflow does without the model. Before that it is an error.

        Raises:
            BudgetExceeded: the budget ended before there was a checked draft.
            UndeclaredWrite: a stage changed a field that it does not declare.
        """
        for block in blocks:
            if isinstance(block, CompiledLoop):
                case = self._levels(case, block.check, watch)
                watch = msgspec.structs.replace(watch, deadline=watch.deadline.extended(GRACE_S))
                case = self._repair(case, block, watch)
            else:
                case = self._levels(case, block, watch)
        return case

    def _repair(self, case: Case, loop: CompiledLoop, watch: Watch) -> Case:
        # INVARIANT: every repair raises draft.revision by one, and the repair after plan.revisions removes what failed,
        # so that the number of rounds is bounded by plan.revisions + 1.
        rounds = (case.plan.revisions if case.plan else 0) + 1
        for _ in range(rounds):
            if case.decision is None or case.decision.action != "revise":
                return case
            try:
                repaired = self._levels(case, loop.repair, watch)
                case = self._levels(repaired, loop.check, watch)
            except (BudgetExceeded, ModelTimeout) as error:
                return self._remove(case, loop, watch, str(error))
        return case

    def _remove(self, case: Case, loop: CompiledLoop, watch: Watch, why: str) -> Case:
        """The budget is spent: what failed in the last checked draft goes, without the model; the rest is checked."""
        if case.draft is None or case.plan is None or case.decision is None:
            raise BudgetExceeded(why)
        last = msgspec.structs.replace(case.draft, revision=max(case.draft.revision, case.plan.revisions))
        case = msgspec.structs.replace(case, draft=last)
        watch.journal("BUDGET", {"draft": last})
        case = self._levels(case, (*loop.repair, *loop.check), watch)
        if case.decision is not None and case.decision.action == "revise":
            decision = Decision(action="withhold", rules=("budget",), reason=why)
            case = msgspec.structs.replace(case, decision=decision)
            watch.journal("BUDGET", {"decision": decision})
        return case

    def _levels(self, case: Case, levels: Sequence[Level], watch: Watch) -> Case:
        for level in levels:
            watch.deadline.check(f"before {', '.join(level)}")
            if (cost := watch.spent()) != case.cost:
                case = msgspec.structs.replace(case, cost=cost)
            results = self._pool.run([self._task(code, case, watch) for code in level])
            changes: dict[str, object] = {}
            for code, written in zip(level, results, strict=True):
                watch.journal(code, written)
                changes.update(written)
            case = msgspec.structs.replace(case, **changes)
        return case

    def _task(self, code: str, case: Case, watch: Watch) -> Callable[[], dict[str, object]]:
        def work() -> dict[str, object]:
            started_s = self._clock.monotonic_s()
            written = self._apply(code, case, watch.deadline)
            watch.listen(Event(stage=code, seconds=self._clock.monotonic_s() - started_s))
            return written

        return work

    def _apply(self, code: str, case: Case, deadline: Deadline) -> dict[str, object]:
        stage = self._stages[code]
        seen = msgspec.structs.replace(case, **self._hidden[code])
        after = stage.apply(seen, deadline)
        before, now = msgspec.structs.astuple(seen), msgspec.structs.astuple(after)
        written = {FIELDS[i]: value for i, value in enumerate(now) if value is not before[i]}
        if strange := written.keys() - stage.writes:
            allowed = ", ".join(sorted(stage.writes)) or "nothing"
            raise UndeclaredWrite(f"stage {code!r} changed {min(strange)!r}, but declares that it writes {allowed}")
        return written
