"""Every stage keeps its own declaration: it reads and writes what it says, repeats itself, leaves its input alone."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simone.clock import Deadline, SystemClock
from simone.governance.canonical import canonical
from simone.governance.policy import load_policy
from simone.mvlm.extractive import Extractive
from simone.observability.events import ignore
from simone.orchestration.pipeline import BLANK, FIELDS, Pipeline, Watch
from simone.orchestration.workflow import compile_workflow, load_workflow, shipped_names
from simone.protocols.cognitive_control import CognitiveControl
from simone.protocols.contract import Stage
from simone.records import Case, Cost, Decision, Request
from simone.retrieval.corpus import Corpus
from simone.retrieval.encoder import CachedEncoder, MiniLM
from simone.retrieval.search import Search
from simone.retrieval.sources import resolve
from simone.runtime import catalogue
from simone.runtime.wiring import Parts, make_stages
from simone.settings import EncoderSettings, RetrievalSettings
from simone.truth.judge import Judge
from simone.workers.pool import Pool

BELMAR = Path(__file__).resolve().parents[2] / "examples" / "belmar"
CODES = [kind.code for kind in catalogue()]
ASKED = Request("How long did the siege last and what did Belmar agree to pay?")
GIVEN = Request(
    "Summarise this.", text=(BELMAR / "treaty.md").read_text() + "\nSee [the bridge](bridge.rst). What a terrible loss!"
)


def deadline() -> Deadline:
    return Deadline(SystemClock(), 300)


@pytest.fixture(scope="module")
def stages(warm_home: Path) -> dict[str, Stage]:
    encoder = CachedEncoder(MiniLM(warm_home, EncoderSettings()), 10**8)
    corpus = Corpus.open(resolve([BELMAR], warm_home)[0], durable=False)
    search = Search(corpus, encoder, RetrievalSettings())
    parts = Parts(Extractive(), encoder, search, Judge(encoder), load_policy("default"), warm_home)
    planner = CognitiveControl(RetrievalSettings(), frozenset(shipped_names()))
    return {planner.code: planner, **make_stages(parts)}


@pytest.fixture(scope="module")
def cases(stages: dict[str, Stage]) -> tuple[Case, ...]:
    """A released answer, the same with a sentence still to be repaired, and a summary of a given text."""
    released, summarised = _worked(stages, ASKED, "answer"), _worked(stages, GIVEN, "summarize")
    repair = Decision("revise", ("a-rule",), "nothing carries it", (0,))
    return released, msgspec.structs.replace(released, decision=repair, revisions=()), summarised


def _worked(stages: dict[str, Stage], request: Request, workflow: str) -> Case:
    planned = stages["CCP"].apply(Case(request=request), deadline())
    watch = Watch(deadline(), lambda code, written: None, ignore, Cost)
    known = {code: stage for code, stage in stages.items() if code != "CCP"}
    with Pool(1) as pool:
        blocks = compile_workflow(load_workflow(workflow), known)
        return Pipeline(known, pool, SystemClock()).run(planned, blocks, watch)


def test_the_catalogue_is_what_is_wired(stages: dict[str, Stage]) -> None:
    assert sorted(CODES) == sorted(stages)
    assert len(set(CODES)) == len(CODES)


def test_a_worked_case_has_every_field_that_the_contract_needs(cases: tuple[Case, ...]) -> None:
    empty = {name for name in FIELDS if not any(getattr(case, name) for case in cases)}
    assert empty <= {"source_findings", "principles", "style", "errors", "link_findings", "links", "cost", "revisions"}


@pytest.mark.parametrize("code", CODES)
def test_a_stage_declares_what_it_is_for_and_fields_that_exist(code: str, stages: dict[str, Stage]) -> None:
    stage = stages[code]
    assert stage.code == code
    assert stage.purpose.strip()
    assert "\n" not in stage.purpose
    assert stage.reads <= set(FIELDS)
    assert stage.writes
    assert stage.writes <= set(FIELDS) - {"request"}


@pytest.mark.parametrize("code", CODES)
def test_a_stage_keeps_its_declaration(code: str, stages: dict[str, Stage], cases: tuple[Case, ...]) -> None:
    """Twice the same, whatever it did between; only what it declares changes; its input stays as it was."""
    stage = stages[code]
    first = []
    for case in cases:
        before = canonical(case)
        after = stage.apply(case, deadline())
        assert canonical(case) == before
        changed = {name for name in FIELDS if getattr(after, name) is not getattr(case, name)}
        assert changed <= stage.writes
        first.append(canonical(after))
    assert [canonical(stage.apply(case, deadline())) for case in reversed(cases)] == first[::-1]


@pytest.mark.parametrize("code", CODES)
def test_a_stage_does_not_look_at_what_it_does_not_declare(
    code: str, stages: dict[str, Stage], cases: tuple[Case, ...]
) -> None:
    stage = stages[code]
    for case in cases:
        hidden = {name: getattr(BLANK, name) for name in FIELDS if name != "request" and name not in stage.reads}
        full, blanked = stage.apply(case, deadline()), stage.apply(msgspec.structs.replace(case, **hidden), deadline())
        for name in sorted(stage.writes):
            assert canonical(getattr(full, name)) == canonical(getattr(blanked, name)), name
