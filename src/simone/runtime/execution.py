"""One run, written down as it happens; live runs and replays take this same way.

Not for choosing the parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from simone.clock import Clock, Deadline
from simone.governance.canonical import canonical
from simone.governance.ledger import Journal, Transcript
from simone.mvlm.recorded import Recording
from simone.observability.events import Listener
from simone.orchestration.escalation import EscalatingJudge
from simone.orchestration.metering import Metered
from simone.orchestration.pipeline import Pipeline, Watch
from simone.orchestration.workflow import Workflow, compile_workflow
from simone.protocols.contract import Stage
from simone.records import Case, Cost, Output
from simone.runtime.wiring import Parts, make_stages
from simone.workers.pool import Pool


class Keeper:
    """Writes what stages wrote, and what the engines answered meanwhile, to a journal or a transcript."""

    def __init__(self, journal: Journal | Transcript, recordings: Sequence[Recording]) -> None:
        self._journal = journal
        self._recordings = recordings
        self._kept: Counter[str] = Counter()

    def stage(self, code: str, written: Mapping[str, object]) -> None:
        """Add the new executions, then the stage."""
        seen: Counter[str] = Counter()
        for exchange in (pair for recording in self._recordings for pair in recording.pairs):
            seen[exchange.digest] += 1
            if seen[exchange.digest] > self._kept[exchange.digest]:
                self._journal.append("execution", exchange.digest, canonical(exchange))
        self._kept = seen
        self._journal.append("stage", code, canonical(dict(written)))


def execute(
    planned: Case,
    workflow: Workflow,
    parts: Parts,
    pool: Pool,
    journal: Journal | Transcript,
    recording: Recording,
    deadline: Deadline,
    listen: Listener,
    clock: Clock,
    run_id: str,
    substitutes: Mapping[str, Stage] | None = None,
) -> Output:
    """Run a planned case and write all of it to the journal; live runs and replays take this same way."""
    metered = Metered(recording, planned.request.budget.tokens, deadline)
    stages = make_stages(msgspec.structs.replace(parts, engine=metered)) | dict(substitutes or {})
    second = parts.judge if isinstance(parts.judge, EscalatingJudge) else None
    keeper = Keeper(journal, (recording, second.recording) if second else (recording,))

    def spent() -> Cost:
        return second.spent(metered.spent()) if second else metered.spent()

    journal.append("policy", parts.policy.name, canonical(parts.policy.file))
    journal.append("workflow", workflow.name, canonical(workflow))
    keeper.stage("CCP", {"plan": planned.plan})
    watch = Watch(deadline=deadline, journal=keeper.stage, listen=listen, spent=spent)
    blocks = compile_workflow(workflow, stages)
    case = Pipeline(stages, pool, clock).run(planned, blocks, watch)
    assert case.output is not None  # compile_workflow refuses a workflow that does not write it
    output = msgspec.structs.replace(case.output, run=run_id, cost=spent())
    journal.finish(canonical(output))
    return output
