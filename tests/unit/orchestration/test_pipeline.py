"""The pipeline: what a stage sees, what it may change, and that a case always ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.clock import Deadline, FrozenClock
from simone.errors import BudgetExceeded, Cancelled, UndeclaredWrite
from simone.governance.policy import load_policy
from simone.mvlm.extractive import Extractive
from simone.mvlm.recorded import Recording
from simone.mvlm.scripted import Scripted
from simone.observability.events import Event, ignore
from simone.orchestration.agents import Critic, Drafter, Revisor
from simone.orchestration.drafts import make_draft
from simone.orchestration.governor import Governor
from simone.orchestration.metering import Metered
from simone.orchestration.pipeline import Pipeline, Watch
from simone.orchestration.workflow import CompiledBlock, CompiledLoop
from simone.protocols.contract import Stage
from simone.protocols.output_control import OutputControl
from simone.protocols.verification import Verification
from simone.records import (
    Action,
    Case,
    Cost,
    Decision,
    OutputContract,
    Passage,
    Plan,
    Request,
    Unmeasured,
    Verdict,
)
from simone.truth.claims import as_claim
from simone.truth.judge import Judge
from simone.workers.pool import Pool

SOURCE = "The siege lasted nine weeks. Vey commanded the town with 640 men. The outer wall held throughout."
LOOP = CompiledLoop(check=(("VVP",), ("CRITIC",), ("GOV",)), repair=(("REVISOR",),))
ANSWER: tuple[CompiledBlock, ...] = ((("DRAFTER",),), LOOP, (("POCP",),))
Step = Callable[[Case, Deadline], Case]


def passage() -> Passage:
    return Passage("siege.md", "1" * 64, 1, 0, len(SOURCE), SOURCE, (0, 28))


def plan(revisions: int = 2) -> Plan:
    return Plan("question", "answer", 4, 3, revisions, ())


def case(revisions: int = 2) -> Case:
    return Case(request=Request("How long was the siege?"), plan=plan(revisions), passages=(passage(),))


class Does:
    """A stage made of a function."""

    purpose = "does what the test says"

    def __init__(self, code: str, reads: str, writes: str, work: Step) -> None:
        self.code = code
        self.reads = frozenset(reads.split())
        self.writes = frozenset(writes.split())
        self.apply = work


class House:
    """A pipeline of shipped stages over a script, with its clock, meter and journal."""

    def __init__(
        self,
        script: Mapping[str, str | Sequence[str]],
        *others: Stage,
        tokens: int = 1000,
        seconds: float = 60,
        policy: str = "default",
    ) -> None:
        self.clock = FrozenClock()
        self.deadline = Deadline(self.clock, seconds)
        self.recording = Recording(Scripted(script))
        self.meter = Metered(self.recording, tokens, self.deadline)
        shipped: tuple[Stage, ...] = (
            Drafter(self.meter),
            Verification(Judge(None)),
            Critic(),
            Governor(load_policy(policy)),
            Revisor(self.meter, Extractive()),
            OutputControl(self.meter),
        )
        self.stages = {stage.code: stage for stage in (*shipped, *others)}
        self.journal: list[tuple[str, tuple[str, ...]]] = []

    def run(
        self,
        given_case: Case,
        blocks: Sequence[CompiledBlock],
        workers: int = 1,
        listen: Callable[[Event], None] = ignore,
    ) -> Case:
        watch = Watch(
            self.deadline, lambda code, written: self.journal.append((code, tuple(written))), listen, self.meter.spent
        )
        with Pool(workers) as pool:
            return Pipeline(self.stages, pool, self.clock).run(given_case, blocks, watch)


def test_a_supported_draft_is_released_without_repair() -> None:
    house = House({"DRAFT": "The siege lasted nine weeks."})
    after = house.run(case(), ANSWER)
    assert after.output is not None
    assert after.output.decision.action == "release"
    assert [code for code, _ in house.journal] == ["DRAFTER", "VVP", "CRITIC", "GOV", "POCP"]


def test_an_undeclared_write_is_refused_by_name() -> None:
    def meddle(seen: Case, deadline: Deadline) -> Case:
        return msgspec.structs.replace(seen, verdicts=(), decision=Decision("release", (), ""))

    house = House({}, Does("MEDDLER", "draft", "tone links", meddle))
    with pytest.raises(UndeclaredWrite, match="'MEDDLER' changed 'decision', but declares that it writes links, tone"):
        house.run(case(), [(("MEDDLER",),)])


def test_a_stage_cannot_change_the_request() -> None:
    def meddle(seen: Case, deadline: Deadline) -> Case:
        return msgspec.structs.replace(seen, request=Request("Something else?"))

    with pytest.raises(UndeclaredWrite, match="changed 'request', but declares that it writes nothing"):
        House({}, Does("MEDDLER", "", "", meddle)).run(case(), [(("MEDDLER",),)])


def test_a_stage_sees_only_what_it_declares() -> None:
    seen_cases: list[Case] = []

    def look(seen: Case, deadline: Deadline) -> Case:
        seen_cases.append(seen)
        return seen

    full = msgspec.structs.replace(case(), draft=make_draft("Vey refused."), decision=Decision("revise", (), ""))
    after = House({}, Does("LOOKER", "draft", "", look)).run(full, [(("LOOKER",),)])
    assert seen_cases == [Case(request=full.request, draft=full.draft)]
    assert after == msgspec.structs.replace(full, cost=Cost(model="scripted"))


def test_stages_of_one_level_do_not_see_one_another() -> None:
    def first(seen: Case, deadline: Deadline) -> Case:
        return msgspec.structs.replace(seen, draft=make_draft("Vey refused."))

    def second(seen: Case, deadline: Deadline) -> Case:
        return msgspec.structs.replace(seen, decision=Decision("release", (), "blind" if seen.draft is None else "saw"))

    house = House({}, Does("FIRST", "", "draft", first), Does("SECOND", "draft", "decision", second))
    for workers in (1, 2):
        after = house.run(case(), [(("FIRST", "SECOND"),)], workers)
        assert after.decision is not None
        assert after.decision.reason == "blind"
        assert after.draft is not None


def test_the_journal_hears_a_level_in_its_order_whatever_ends_first() -> None:
    stages = [Does(code, "", "", lambda seen, deadline: seen) for code in ("E", "D", "C", "B", "A")]
    house = House({}, *stages)
    house.run(case(), [(("E", "D", "C", "B", "A"),)], workers=4)
    assert house.journal == [(code, ()) for code in ("E", "D", "C", "B", "A")]


def test_every_stage_is_told_to_the_listener() -> None:
    told: list[Event] = []
    House({"DRAFT": "The siege lasted nine weeks."}).run(case(), ANSWER, listen=told.append)
    assert [event.stage for event in told] == ["DRAFTER", "VVP", "CRITIC", "GOV", "POCP"]


def test_what_the_model_cost_stands_in_the_output() -> None:
    house = House({"DRAFT": "The siege lasted nine weeks."})
    after = house.run(case(), ANSWER)
    assert after.output is not None
    assert after.output.cost == house.meter.spent() == Cost("scripted", 1, after.output.cost.tokens_in, 6)


def test_a_refuted_sentence_is_rewritten_and_the_rest_stays() -> None:
    draft = "The siege lasted ten weeks. Vey commanded the town with 640 men."
    house = House({"DRAFT": draft, "REVISE": "The siege lasted nine weeks."})
    output = house.run(case(), ANSWER).output
    assert output is not None
    assert "The siege lasted nine weeks." in output.text
    assert [(one.before, one.after, one.action) for one in output.revisions] == [
        ("The siege lasted ten weeks.", "The siege lasted nine weeks.", "rewritten")
    ]


def test_a_sentence_that_stays_wrong_is_replaced_by_its_evidence() -> None:
    house = House({"DRAFT": "The siege lasted ten weeks.", "REVISE": "The siege lasted twelve weeks."})
    output = house.run(case(), ANSWER).output
    assert output is not None
    assert [one.action for one in output.revisions] == ["rewritten", "replaced"]
    assert output.text.startswith("The siege lasted nine weeks.")
    assert output.decision.action == "release"


def test_a_sentence_on_which_no_evidence_bears_is_removed_and_the_run_goes_on() -> None:
    draft = "Mangoes ripen under plastic. The siege lasted nine weeks."
    house = House({"DRAFT": draft, "REVISE": "Mangoes ripen under glass."})
    output = house.run(case(), ANSWER).output
    assert output is not None
    assert "Mangoes" not in output.text
    assert output.revisions[-1].action == "removed"
    assert output.decision.action == "release"


def test_tokens_that_run_out_in_a_repair_lead_to_removal_without_the_model() -> None:
    draft = "The siege lasted nine weeks. Vey commanded the town with 700 men."
    house = House({"DRAFT": draft, "REVISE": "Vey commanded the town with 640 men."}, tokens=14)
    output = house.run(case(), ANSWER).output
    assert output is not None
    assert output.text.startswith("The siege lasted nine weeks.")
    assert "Vey" not in output.text
    assert output.decision.action == "release"
    assert [(one.before, one.action) for one in output.revisions] == [
        ("Vey commanded the town with 700 men.", "removed")
    ]
    assert ("BUDGET", ("draft",)) in house.journal


def test_time_that_runs_out_in_a_repair_leads_to_removal_and_an_output() -> None:
    house = House({"DRAFT": "The siege lasted nine weeks. Vey commanded the town with 700 men."}, seconds=5)

    def slow(seen: Case, deadline: Deadline) -> Case:
        house.clock.advance(6)
        return Revisor(house.meter, Extractive()).apply(seen, deadline)

    revisor = house.stages["REVISOR"]
    house.stages["REVISOR"] = Does("REVISOR", " ".join(revisor.reads), " ".join(revisor.writes), slow)
    output = house.run(case(), ANSWER).output
    assert output is not None
    assert output.text.startswith("The siege lasted nine weeks.")
    assert "700" not in output.text
    assert output.decision.action == "release"
    assert sorted(exchange.error for exchange in house.recording.pairs) == ["", "ModelTimeout"]


def test_a_budget_that_ends_between_repair_and_check_goes_back_to_the_checked_draft() -> None:
    """The verdicts at hand are those of the earlier draft; its sentence numbers say nothing about the repaired one."""
    draft = "Mangoes ripen under plastic. The siege lasted nine weeks. Vey commanded the town with 700 men."
    checks: list[int] = []

    def check(seen: Case, deadline: Deadline) -> Case:
        checks.append(1)
        if len(checks) == 2:
            raise BudgetExceeded("the model of a check has no tokens left")
        return Verification(Judge(None)).apply(seen, deadline)

    house = House({"DRAFT": draft, "REVISE": ["Mangoes ripen under plastic.", "Mangoes ripen under glass."]})
    house.stages["VVP"] = Does("VVP", "draft passages", "verdicts", check)
    output = house.run(case(1), ANSWER).output
    assert output is not None
    assert [
        sentence.text for sentence in output.sentences if "Mangoes" in sentence.text or "700" in sentence.text
    ] == []
    assert output.text.startswith("The siege lasted nine weeks.")
    assert [one.action for one in output.revisions] == ["removed", "removed"]


def test_what_comes_after_the_loop_does_without_the_model_when_the_tokens_are_spent() -> None:
    contract = OutputContract(kind="template", sections=("Siege", "Garrison"))
    asked = msgspec.structs.replace(case(), request=Request("How long?", contract=contract))
    house = House({"DRAFT": "The siege lasted nine weeks.", "CLASSIFY": "Siege"}, tokens=6)
    output = house.run(asked, ANSWER).output
    assert output is not None
    assert output.decision.rules == ("POCP:budget",)
    assert "the budget of 6 tokens is spent" in output.decision.reason


def test_a_rewriting_that_was_cut_off_is_not_used() -> None:
    draft = "The siege lasted nine weeks. Vey commanded the town with 700 men."
    house = House({"DRAFT": draft, "REVISE": "Vey commanded the town with 640 men."}, tokens=15)
    output = house.run(case(), ANSWER).output
    assert output is not None
    assert [(one.after, one.action) for one in output.revisions] == [
        ("Vey commanded the town with 640 men.", "replaced")
    ]


def test_a_budget_that_ends_before_a_checked_draft_is_an_error() -> None:
    with pytest.raises(BudgetExceeded, match="before DRAFTER"):
        House({"DRAFT": "Never."}, seconds=0).run(case(), ANSWER)


def test_a_withdrawn_request_stops_even_after_the_draft_was_checked() -> None:
    house = House({"DRAFT": "The siege lasted ten weeks.", "REVISE": "The siege lasted ten weeks."})

    def withdraw(seen: Case, deadline: Deadline) -> Case:
        house.deadline.cancel()
        return seen

    house.stages["REVISOR"] = Does("REVISOR", "draft", "draft", withdraw)
    with pytest.raises(Cancelled):
        house.run(case(), ANSWER)


class Verdicts:
    """A check that gives verdicts by the round and the sentence, whatever the text says."""

    code = "VVP"
    purpose = "decides by a table"
    reads = frozenset({"draft"})
    writes = frozenset({"verdicts"})

    def __init__(self, table: Sequence[Sequence[str]]) -> None:
        self._table = table
        self.rounds = 0

    def apply(self, seen: Case, deadline: Deadline) -> Case:
        assert seen.draft is not None
        row = self._table[min(self.rounds, len(self._table) - 1)]
        self.rounds += 1
        verdicts = tuple(
            Verdict(
                as_claim(sentence.text, index),
                row[index % len(row)],  # type: ignore[arg-type]  # drawn from the three
                "table",
                "the table says so",
                Unmeasured("a table"),
            )
            for index, sentence in enumerate(seen.draft.sentences)
        )
        return msgspec.structs.replace(seen, verdicts=verdicts)


STATUS = st.sampled_from(["supported", "refuted", "unverifiable"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(STATUS, min_size=1, max_size=4), min_size=1, max_size=8),
    st.integers(0, 4),
    st.sampled_from(["default", "strict", "report"]),
    st.sampled_from([14, 30, 1000]),
)
def test_a_case_ends_for_every_pattern_of_verdicts(
    table: list[list[str]], revisions: int, policy: str, tokens: int
) -> None:
    draft = "The siege lasted nine weeks. Vey commanded the town. Mangoes ripen under plastic."
    house = House({"DRAFT": draft, "REVISE": "Vey commanded the town with 640 men."}, tokens=tokens, policy=policy)
    verdicts = Verdicts(table)
    house.stages["VVP"] = verdicts
    after = house.run(case(revisions), ANSWER)
    assert after.output is not None
    assert after.output.decision.action in {"release", "withhold"}
    assert verdicts.rounds <= revisions + 2
    if after.output.decision.action == "release" and policy == "default":
        assert all(verdict.status == "supported" for verdict in after.output.verdicts)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["release", "revise", "withhold"]), min_size=1, max_size=8), st.integers(0, 4))
def test_a_loop_ends_whatever_decides_and_even_if_nothing_is_repaired(actions: list[Action], revisions: int) -> None:
    made: list[Action] = []

    def decide(seen: Case, deadline: Deadline) -> Case:
        made.append(actions[min(len(made), len(actions) - 1)])
        return msgspec.structs.replace(seen, decision=Decision(made[-1], ("any",), "any"))

    house = House(
        {"DRAFT": "Vey refused."},
        Does("DECIDER", "draft", "decision", decide),
        Does("IDLE", "draft", "draft", lambda seen, deadline: seen),
    )
    loop = CompiledLoop(check=(("DECIDER",),), repair=(("IDLE",),))
    output = house.run(case(revisions), [(("DRAFTER",),), loop, (("POCP",),)]).output
    assert output is not None
    assert output.decision.action != "revise"
    assert len(made) <= revisions + 2
