"""Workflows as data: blocks of stages, and the order derived from what the stages read and write.

Not for running them: `pipeline` does.

A workflow file is TOML: `name`, `description`, and a list of blocks. Kinds of block:
`derived` (order and parallelism follow from reads and writes), `sequence` (the order given), `parallel` (declared
independent, refused when they are not), `loop` (`check` stages, then, while the decision is to revise, `repair` stages
and `check` again). docs/workflow.schema.json is the published schema.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

import msgspec

from simone.clock import digest
from simone.errors import BadWorkflow, UndeclaredRead
from simone.protocols.contract import Stage

Level = tuple[str, ...]
"""Stages that may run at the same time."""

REQUIRED = frozenset({"plan", "encoding", "draft", "decision", "output"})
"""Fields that must have been written before a stage may read them; the empty value of any other means what it says."""


class Derived(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="derived", tag_field="kind"):
    """Order and parallelism follow from reads and writes."""

    stages: tuple[str, ...]


class InOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="sequence", tag_field="kind"):
    """One after the other, in the order given."""

    stages: tuple[str, ...]


class Parallel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="parallel", tag_field="kind"):
    """All at once; refused when one writes what another reads or writes."""

    stages: tuple[str, ...]


class Loop(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="loop", tag_field="kind"):
    """`check`, then while governance decides to revise: `repair`, `check`. Ends after the plan's revisions at most."""

    check: tuple[str, ...]
    repair: tuple[str, ...]


Block = Derived | InOrder | Parallel | Loop


class Workflow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named list of blocks, and the policy that decides when the request names none."""

    name: str
    description: str
    blocks: tuple[Block, ...]
    policy: str = "default"

    @property
    def digest(self) -> str:
        """Content digest, for the bundle."""
        return digest(msgspec.json.encode(self))


class CompiledLoop(msgspec.Struct, frozen=True):
    """A loop with its levels worked out."""

    check: tuple[Level, ...]
    repair: tuple[Level, ...]


CompiledBlock = tuple[Level, ...] | CompiledLoop


@cache
def shipped_names() -> tuple[str, ...]:
    """Names of the workflows that come with the package, sorted."""
    folder = resources.files("simone.orchestration") / "workflows"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load_workflow(name_or_path: str) -> Workflow:
    """A shipped workflow by name, or one from a TOML file.

    Raises:
        BadWorkflow: no such workflow, not TOML, or not following the schema.
    """
    if name_or_path in shipped_names():
        text = (resources.files("simone.orchestration") / "workflows" / f"{name_or_path}.toml").read_text("utf-8")
    else:
        try:
            text = Path(name_or_path).read_text("utf-8")
        except ValueError as error:  # not UTF-8, or no possible name of a file
            raise BadWorkflow(f"workflow file {name_or_path!r} cannot be read: {error}; it must be UTF-8") from error
        except OSError as error:
            known = ", ".join(shipped_names())
            raise BadWorkflow(
                f"workflow {name_or_path[:200]!r} is neither one of {known} nor a file to read: {error.strerror}"
            ) from error
    try:
        return _parsed(text)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadWorkflow(f"workflow {name_or_path!r}: {error}; the schema is docs/workflow.schema.json") from error


@lru_cache(maxsize=16)
def _parsed(text: str) -> Workflow:
    return msgspec.convert(tomllib.loads(text), Workflow)


def schema() -> bytes:
    """The JSON Schema of workflow files."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Workflow), order="sorted"), indent=2)


def compile_workflow(workflow: Workflow, stages: Mapping[str, Stage]) -> tuple[CompiledBlock, ...]:
    """Work out the levels of every block and check that each stage finds what it reads.

    Raises:
        BadWorkflow: an unknown stage, a cycle, or a parallel block whose stages are not independent.
        UndeclaredRead: a stage reads a field that nothing before it writes.
    """
    available = {"plan"}  # CCP runs before any workflow: it chooses it
    compiled: list[CompiledBlock] = []
    for block in workflow.blocks:
        if isinstance(block, Loop):
            check = _levels(workflow.name, "derived", block.check, stages)
            repair = _levels(workflow.name, "derived", block.repair, stages)
            _require(workflow.name, (*check, *repair), stages, available)
            _require_decision(workflow.name, block, stages)
            compiled.append(CompiledLoop(check=check, repair=repair))
        else:
            kind = block.__struct_config__.tag
            levels = _levels(workflow.name, str(kind), block.stages, stages)
            _require(workflow.name, levels, stages, available)
            compiled.append(levels)
    if "output" not in available:
        raise BadWorkflow(f"workflow {workflow.name!r}: no stage writes 'output'; end with POCP")
    return tuple(compiled)


def _require_decision(workflow: str, loop: Loop, stages: Mapping[str, Stage]) -> None:
    if not any("decision" in stages[name].writes for name in loop.check):
        raise BadWorkflow(f"workflow {workflow!r}: a loop's check has no stage that writes 'decision'; add GOV to it")


def _levels(workflow: str, kind: str, names: Sequence[str], stages: Mapping[str, Stage]) -> tuple[Level, ...]:
    for name in names:
        if name not in stages:
            raise BadWorkflow(f"workflow {workflow!r}: unknown stage {name!r}; known: {', '.join(sorted(stages))}")
        if names.count(name) > 1:
            raise BadWorkflow(f"workflow {workflow!r}: stage {name!r} stands twice in one block")
    if kind == "sequence":
        return tuple((name,) for name in names)
    if kind == "parallel":
        for position, first in enumerate(names):
            for second in names[position + 1 :]:
                if clash := _clash(stages[first], stages[second]):
                    raise BadWorkflow(
                        f"workflow {workflow!r}: {first} and {second} cannot be parallel: both touch {clash}"
                    )
        return (tuple(names),)
    return _derive(workflow, names, stages)


def _clash(first: Stage, second: Stage) -> str:
    shared = (first.writes & (second.reads | second.writes)) | (second.writes & first.reads)
    return ", ".join(sorted(shared))


def _derive(workflow: str, names: Sequence[str], stages: Mapping[str, Stage]) -> tuple[Level, ...]:
    """Levels of the graph 'writes what the other reads'; where two read each other's writes the first named leads."""
    before = {
        name: {
            other
            for other in names
            if other != name
            and stages[other].writes & stages[name].reads
            and not (stages[name].writes & stages[other].reads and names.index(name) < names.index(other))
        }
        for name in names
    }
    levels: list[Level] = []
    placed: set[str] = set()
    while len(placed) < len(names):
        ready = [name for name in names if name not in placed and before[name] <= placed]
        if not ready:
            waiting = ", ".join(name for name in names if name not in placed)
            raise BadWorkflow(f"workflow {workflow!r}: {waiting} wait for one another; put them in a sequence block")
        level: list[str] = []
        for name in ready:
            if not any(stages[name].writes & stages[other].writes for other in level):
                level.append(name)
        levels.append(tuple(level))
        placed.update(level)
    return tuple(levels)


def _require(workflow: str, levels: Sequence[Level], stages: Mapping[str, Stage], available: set[str]) -> None:
    for level in levels:
        for name in level:
            if missing := (stages[name].reads & REQUIRED) - available:
                fields = ", ".join(sorted(missing))
                raise UndeclaredRead(
                    f"workflow {workflow!r}: stage {name!r} reads {fields}, which nothing before it writes"
                )
        for name in level:
            available.update(stages[name].writes)
