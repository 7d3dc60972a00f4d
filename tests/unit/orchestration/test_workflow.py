"""Workflows: what a file may say, and the order that follows from what stages read and write."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

import jsonschema_rs
import pytest

from simone.clock import Deadline
from simone.errors import BadWorkflow, UndeclaredRead
from simone.orchestration.workflow import (
    CompiledLoop,
    Derived,
    InOrder,
    Loop,
    Parallel,
    Workflow,
    compile_workflow,
    load_workflow,
    schema,
    shipped_names,
)
from simone.protocols.contract import Stage
from simone.records import Case
from simone.runtime import catalogue

REPOSITORY = Path(__file__).resolve().parents[3]
SHIPPED: dict[str, Stage] = {stage.code: stage for stage in catalogue()}  # type: ignore[misc]  # declarations are enough to compile


class Declared:
    """A stage that declares reads and writes, and does nothing: all that compiling looks at."""

    purpose = "declares"

    def __init__(self, code: str, reads: Iterable[str], writes: Iterable[str]) -> None:
        self.code = code
        self.reads = frozenset(reads)
        self.writes = frozenset(writes)

    def apply(self, case: Case, deadline: Deadline) -> Case:
        return case


def stages(**declared: tuple[str, str]) -> dict[str, Stage]:
    return {code: Declared(code, reads.split(), writes.split()) for code, (reads, writes) in declared.items()}


def compiled(block: Derived | InOrder | Parallel | Loop, known: dict[str, Stage]) -> object:
    known = {**known, "OUT": Declared("OUT", (), {"output"})}
    return compile_workflow(Workflow("w", "", (block, Derived(("OUT",)))), known)[0]


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_workflow_compiles_from_the_shipped_stages(name: str) -> None:
    workflow = load_workflow(name)
    assert workflow.name == name
    blocks = compile_workflow(workflow, SHIPPED)
    assert len(blocks) == len(workflow.blocks)


def test_the_answer_workflow_runs_independent_checks_together() -> None:
    loop = compile_workflow(load_workflow("answer"), SHIPPED)[1]
    assert isinstance(loop, CompiledLoop)
    assert loop.check[-2:] == (("CRITIC",), ("GOV",))
    assert {"ESL", "REP", "EEP", "VVP"} <= {code for level in loop.check[:-2] for code in level}
    assert len(loop.check[0]) > 1


def test_a_stage_waits_for_those_that_write_what_it_reads() -> None:
    known = stages(A=("", "ideas"), B=("ideas", "tone"), C=("", "links"), D=("tone links", "tags"))
    assert compiled(Derived(("D", "C", "B", "A")), known) == (("C", "A"), ("B",), ("D",))


def test_two_that_write_the_same_field_never_share_a_level() -> None:
    known = stages(A=("", "ideas"), B=("", "ideas"))
    assert compiled(Derived(("A", "B")), known) == (("A",), ("B",))


def test_of_two_that_read_each_others_writes_the_first_named_leads() -> None:
    known = stages(A=("tone", "ideas"), B=("ideas", "tone"))
    assert compiled(Derived(("A", "B")), known) == (("A",), ("B",))
    assert compiled(Derived(("B", "A")), known) == (("B",), ("A",))


def test_a_circle_of_three_is_refused_and_named() -> None:
    known = stages(A=("tags", "ideas"), B=("ideas", "tone"), C=("tone", "tags"))
    with pytest.raises(BadWorkflow, match=r"A, B, C wait for one another; put them in a sequence block"):
        compiled(Derived(("A", "B", "C")), known)
    assert compiled(InOrder(("A", "B", "C")), known) == (("A",), ("B",), ("C",))


def test_a_parallel_block_of_dependent_stages_is_refused_by_name() -> None:
    known = stages(A=("", "ideas"), B=("ideas", "tone"), C=("", "tone"), D=("", "links"))
    with pytest.raises(BadWorkflow, match="A and B cannot be parallel: both touch ideas"):
        compiled(Parallel(("A", "B")), known)
    with pytest.raises(BadWorkflow, match="B and C cannot be parallel: both touch tone"):
        compiled(Parallel(("D", "B", "C")), known)
    assert compiled(Parallel(("A", "C", "D")), known) == (("A", "C", "D"),)


def test_a_loop_has_levels_for_checking_and_for_repairing() -> None:
    known = stages(V=("", "verdicts"), G=("verdicts", "decision"), R=("decision", "links"))
    loop = compiled(Loop(check=("G", "V"), repair=("R",)), known)
    assert loop == CompiledLoop(check=(("V",), ("G",)), repair=(("R",),))


def test_a_loop_that_never_decides_is_refused() -> None:
    with pytest.raises(BadWorkflow, match="no stage that writes 'decision'; add GOV"):
        compiled(Loop(check=("V",), repair=()), stages(V=("", "verdicts")))


def test_an_unknown_stage_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadWorkflow, match="unknown stage 'NOPE'; known: A, OUT"):
        compiled(Derived(("NOPE",)), stages(A=("", "ideas")))


def test_a_stage_named_twice_in_a_block_is_refused() -> None:
    with pytest.raises(BadWorkflow, match="'A' stands twice"):
        compiled(Derived(("A", "A")), stages(A=("", "ideas")))


def test_a_workflow_without_an_output_is_refused() -> None:
    with pytest.raises(BadWorkflow, match="no stage writes 'output'; end with POCP"):
        compile_workflow(Workflow("w", "", (Derived(("A",)),)), stages(A=("", "ideas")))


@pytest.mark.parametrize(
    ("blocks", "stage", "field"),
    [
        (('kind = "derived"\nstages = ["GATHER"]',), "GATHER", "encoding"),
        (('kind = "derived"\nstages = ["VVP"]',), "VVP", "draft"),
        (('kind = "sequence"\nstages = ["SEP", "GATHER", "DRAFTER", "REVISOR"]',), "REVISOR", "decision"),
        (('kind = "sequence"\nstages = ["SEP", "GATHER", "DRAFTER", "POCP"]',), "POCP", "decision"),
    ],
)
def test_a_stage_that_lacks_what_it_needs_is_refused_before_anything_runs(
    tmp_path: Path, blocks: tuple[str, ...], stage: str, field: str
) -> None:
    file = tmp_path / "w.toml"
    file.write_text('name = "w"\ndescription = ""\n' + "".join(f"[[blocks]]\n{block}\n" for block in blocks))
    with pytest.raises(UndeclaredRead, match=f"stage '{stage}' reads {field}, which nothing before it writes"):
        compile_workflow(load_workflow(str(file)), SHIPPED)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name = ", "Invalid value"),
        ('name = "w"\n', "missing required field `description`"),
        ('name = "w"\ndescription = ""\nblocks = []\nspeed = "high"\n', "unknown field `speed`"),
        ('name = "w"\ndescription = ""\n[[blocks]]\nkind = "often"\nstages = []\n', "often"),
        ('name = "w"\ndescription = ""\n[[blocks]]\nkind = "derived"\nstages = []\nrepeat = 2\n', "`repeat`"),
        ('name = "w"\ndescription = ""\n[[blocks]]\nkind = "derived"\nstages = [1]\n', "Expected `str`"),
    ],
)
def test_a_file_that_breaks_the_schema_says_where(tmp_path: Path, text: str, found: str) -> None:
    file = tmp_path / "w.toml"
    file.write_text(text)
    with pytest.raises(BadWorkflow) as caught:
        load_workflow(str(file))
    assert found in str(caught.value)
    assert "docs/workflow.schema.json" in str(caught.value)


@pytest.mark.parametrize("name", ["nowhere.toml", "", ".", "x" * 5000])
def test_a_name_that_is_no_file_lists_the_shipped_workflows(name: str) -> None:
    with pytest.raises(BadWorkflow, match="neither one of analyze, answer, summarize, verify, write nor a file"):
        load_workflow(name)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "w.toml"
    file.write_bytes(b'name = "\xff"')
    for name in (str(file), "a\0b"):
        with pytest.raises(BadWorkflow, match="must be UTF-8"):
            load_workflow(name)


def test_the_published_schema_accepts_what_ships_and_refuses_what_the_loader_refuses() -> None:
    validator = jsonschema_rs.validator_for(schema().decode())
    folder = REPOSITORY / "src" / "simone" / "orchestration" / "workflows"
    for name in shipped_names():
        tree = tomllib.loads((folder / f"{name}.toml").read_text())
        assert validator.is_valid(tree)
        assert not validator.is_valid({**tree, "speed": "high"})
        assert not validator.is_valid({**tree, "blocks": [{"kind": "often", "stages": []}]})


def test_the_digest_follows_the_content_not_the_layout(tmp_path: Path) -> None:
    file = tmp_path / "w.toml"
    shipped = REPOSITORY / "src" / "simone" / "orchestration" / "workflows" / "answer.toml"
    file.write_text("# a comment\n\n" + shipped.read_text())
    assert load_workflow(str(file)).digest == load_workflow("answer").digest
    file.write_text(shipped.read_text().replace('"REP", ', ""))
    assert load_workflow(str(file)).digest != load_workflow("answer").digest
