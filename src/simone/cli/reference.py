"""Writes the pages of docs/ that are made from the program, so that they cannot lie.

Not for pages that a person writes. `python -m simone.cli.reference docs` renews them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
from typer.main import get_command
from typer.testing import CliRunner

from simone.cli.main import app
from simone.governance.policy import policy_schema
from simone.orchestration.workflow import load_workflow, schema, shipped_names
from simone.runtime import catalogue
from simone.settings import Settings


def command_line() -> str:
    """Every command's help, as it prints itself."""
    names = ["", *(name for name in _commands())]
    parts = ["# The command line\n\nMade from the program; `make docs` renews it.\n"]
    for name in names:
        shown = CliRunner().invoke(
            app, [*name.split(), "--help"], env={"COLUMNS": "100", "TERM": "dumb"}, prog_name="simone"
        )
        parts.append(f"## simone {name}".rstrip() + f"\n\n```\n{_tidy(shown.output)}\n```\n")
    return "\n".join(parts)


def settings_page() -> str:
    """Every setting with its type, range, default and meaning."""
    lines = [
        "# Settings",
        "",
        "Made from the program; `make docs` renews it. A setting `retrieval.passages` is `passages` under",
        "`[retrieval]` in `SIMONE_HOME/settings.toml` (or in the file named by `SIMONE_SETTINGS`), or",
        "`SIMONE_RETRIEVAL_PASSAGES` in the environment, which wins. Unknown keys are refused.",
        "",
        "| setting | allowed | default | meaning |",
        "|---|---|---|---|",
    ]
    for field in msgspec.structs.fields(Settings):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            meanings = _meanings(field.type)
            lines += [
                _row(f"{field.name}.{inner.name}", inner, meanings) for inner in msgspec.structs.fields(field.type)
            ]
        else:
            lines.append(_row(field.name, field, _meanings(Settings)))
    lines += [
        "",
        "Read where they act, not settings: `SIMONE_HOME` (where all state lives), `SIMONE_SETTINGS` (another",
        "settings file), `SIMONE_OFFLINE` (1: never touch the network), `SIMONE_BACKEND` (auto, rust, reference),",
        "`SIMONE_KERNEL_THREADS` (threads of the compiled kernels, 0 for one per processor; never changes a result),",
        "`SIMONE_KERNEL_LEVEL` (their instruction set by name, auto for the best there is; never changes a result),",
        "`SIMONE_DATA` (development data, for measurements and tests).",
        "",
    ]
    return "\n".join(lines)


def stages_page() -> str:
    """Every stage with what it reads and writes, and the shipped workflows."""
    lines = ["# Stages and workflows", "", "Made from the program; `make docs` renews it.", "", "## Stages", ""]
    lines += ["| stage | purpose | reads | writes |", "|---|---|---|---|"]
    for stage in catalogue():
        reads, writes = ", ".join(sorted(stage.reads)), ", ".join(sorted(stage.writes))
        lines.append(f"| {stage.code} | {stage.purpose} | {reads} | {writes} |")
    lines += ["", "## Workflows", ""]
    for name in shipped_names():
        workflow = load_workflow(name)
        lines += [f"- **{name}**: {workflow.description} Policy: {workflow.policy}."]
    return "\n".join([*lines, ""])


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": command_line,
    "settings.md": settings_page,
    "stages.md": stages_page,
    "workflow.schema.json": lambda: schema().decode() + "\n",
    "policy.schema.json": lambda: (
        msgspec.json.format(msgspec.json.encode(policy_schema(), order="deterministic"), indent=2).decode() + "\n"
    ),
}


def _commands() -> list[str]:
    names: list[str] = []
    for name, command in getattr(get_command(app), "commands", {}).items():
        names.append(name)
        names += [f"{name} {inner}" for inner in getattr(command, "commands", {})]
    return names


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def _meanings(struct: type) -> dict[str, str]:
    """The string under each field, from the source: what a reader of the code sees is what the page says."""
    module = sys.modules[struct.__module__]
    source = Path(str(module.__file__)).read_text("utf-8")
    body = source[source.index(f"class {struct.__name__}(") :].split("\n\n\n")[0]
    return dict(re.findall(r'^    (\w+): [^\n]+\n    """([^"]+)"""', body, re.MULTILINE))


def _row(name: str, field: msgspec.structs.FieldInfo, meanings: dict[str, str]) -> str:
    schema_of = msgspec.json.schema(field.type)
    low, high = schema_of.get("minimum", schema_of.get("exclusiveMinimum")), schema_of.get("maximum")
    kind = str(schema_of.get("type", "text"))
    bounds = (
        f" {low if low is not None else ''}–{high if high is not None else ''}"
        if low is not None or high is not None
        else ""
    )
    return f"| `{name}` | {kind}{bounds} | `{field.default!r}` | {' '.join(meanings.get(field.name, '').split())} |"


def main() -> None:
    """Write every page into the folder given."""
    folder = Path(sys.argv[1])
    for name, make in PAGES.items():
        (folder / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    main()
