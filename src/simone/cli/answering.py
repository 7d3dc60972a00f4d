"""`simone run`, `verify`, `replay`, `runs`: questions and texts in, governed outputs out.

Not for printing details: `reports` makes the text.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simone.cli.given import Given, decoded, given_text, text_file
from simone.cli.progress import progress
from simone.cli.streams import hear, say
from simone.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simone.records import Output, Status
    from simone.reports.places import JudgedFile

SOURCES = typer.Option("--sources", "-s", help="Folder, file or corpus name; repeat for several.")
QUIET = typer.Option("--quiet", "-q", help="No progress on standard error.")
OUT = typer.Option("--out", "-o", help="Write the result to this file instead of standard output.")


class Format(StrEnum):
    """How the result is shown."""

    text = "text"
    md = "md"
    json = "json"
    html = "html"


class CheckFormat(StrEnum):
    """How what was checked is shown."""

    text = "text"
    md = "md"
    json = "json"
    html = "html"
    github = "github"


class FailOn(StrEnum):
    """Which verdicts make `simone verify` exit with 1."""

    refuted = "refuted"
    unsupported = "unsupported"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("run")(run)
    app.command("verify")(verify)
    app.command("replay")(replay)
    app.command("runs")(runs)


def run(
    question: Annotated[str, typer.Argument(help="What you want to know or have done; '-' reads standard input.")],
    sources: Annotated[list[str] | None, SOURCES] = None,
    text: Annotated[Path | None, typer.Option(help="File with text to summarise, analyse or verify.")] = None,
    mvlm: Annotated[str, typer.Option(help="extractive, smollm2, or a server's base URL.")] = "",
    workflow: Annotated[str, typer.Option(help="answer, write, summarize, analyze, verify, or a file.")] = "",
    policy: Annotated[str, typer.Option(help="default, strict, report, or a file.")] = "",
    form: Annotated[Format, typer.Option("--format", "-f", help="How to show the result.")] = Format.text,
    schema: Annotated[Path | None, typer.Option(help="JSON Schema file that the answer must follow.")] = None,
    max_sentences: Annotated[int, typer.Option(min=0, help="Longest answer, sentences; 0 lets the plan decide.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of everything that could vary.")] = 0,
    budget_seconds: Annotated[float, typer.Option(help="Longest time for this request, seconds.")] = 60.0,
    budget_tokens: Annotated[int, typer.Option(help="Most tokens the model may write.")] = 4096,
    revisions: Annotated[int, typer.Option(min=0, max=10, help="Rounds of repair before what fails is removed.")] = 2,
    workers: Annotated[int, typer.Option(min=0, max=64, help="Threads for independent work; 0 takes the setting.")] = 0,
    tenant: Annotated[
        str, typer.Option(help="Whose run it is, and whose memory it uses where memory.enabled is on.")
    ] = "default",
    out: Annotated[Path | None, OUT] = None,
    quiet: Annotated[bool, QUIET] = False,
) -> None:
    """Answer a question over sources: every sentence checked and cited."""
    from simone.records import Budget, OutputContract, Request
    from simone.runtime import Runtime

    asked = hear("question") if question == "-" else question
    contract = OutputContract(
        kind="json" if schema else "markdown" if form is Format.md else "plain",
        schema=decoded(schema, "schema") if schema else "",
        max_sentences=max_sentences,
    )
    material = text_file(text, "text") if text else None
    request = Request(
        question=asked.strip(),
        text=material.text if material else "",
        workflow=workflow,
        policy=policy,
        seed=seed,
        budget=Budget(seconds=budget_seconds, tokens=budget_tokens, revisions=revisions),
        contract=contract,
    )
    with progress(quiet=quiet) as watch:
        runtime = Runtime.open(sources or (), engine=mvlm, workers=workers, on_progress=watch.count)
        with runtime:
            seconds, output = _timed(
                runtime.clock.monotonic_s, lambda: runtime.run(request, watch.event, tenant=tenant)
            )
            shown = _shown(output, form, runtime.source_text, asked.strip())
    _notes((*runtime.notes, *((material.remark,) if material and material.remark else ())), quiet)
    _deliver(shown, out)
    if not quiet:
        sys.stderr.write(f"{seconds:.2f} s, {output.cost.tokens_out} tokens, {output.cost.model.split(' ')[0]}\n")
    raise typer.Exit(1 if output.decision.action == "withhold" else 0)


def verify(
    text: Annotated[
        str, typer.Argument(help="A file, or the text itself, of more than one word; '-' reads standard input.")
    ],
    against: Annotated[list[str], typer.Option(help="Folder, file or corpus name; repeat for several.")],
    form: Annotated[
        CheckFormat, typer.Option("--format", "-f", help="How to show the result; github makes annotations.")
    ] = CheckFormat.text,
    fail_on: Annotated[FailOn, typer.Option(help="Exit with 1 on refuted claims only, or on any unsupported.")] = (
        FailOn.unsupported
    ),
    policy: Annotated[str, typer.Option(help="report, default, strict, or a file.")] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Mark the words of each claim that the evidence does not carry.")
    ] = False,
    workers: Annotated[int, typer.Option(min=0, max=64, help="Threads for independent work; 0 takes the setting.")] = 0,
    out: Annotated[Path | None, OUT] = None,
    quiet: Annotated[bool, QUIET] = False,
) -> None:
    """Check a text against sources, claim by claim: exit 0 clean, 1 findings, 2 bad input."""
    from simone.runtime import Runtime

    given = given_text(text)
    failing: frozenset[Status] = frozenset({"refuted"} if fail_on is FailOn.refuted else {"refuted", "unverifiable"})
    with progress(quiet=quiet) as watch:
        runtime = Runtime.open(
            against, engine="extractive", workers=workers, with_vectors=False, on_progress=watch.count
        )
        with runtime:
            seconds, output = _timed(
                runtime.clock.monotonic_s, lambda: runtime.verify(given.text, policy, watch.event, explain)
            )
            shown = _checked(output, form, runtime.source_text, given, failing)
    _notes((*runtime.notes, *((given.remark,) if given.remark else ())), quiet)
    _deliver(shown, out)
    if not quiet:
        sys.stderr.write(f"{seconds:.2f} s for {len(output.verdicts)} claims\n")
    failed = any(verdict.status in failing and verdict.claim.checkable for verdict in output.verdicts)
    raise typer.Exit(1 if failed else 0)


def replay(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="A run's id, or the beginning of one.")],
    form: Annotated[Format, typer.Option("--format", "-f", help="How to show the result.")] = Format.text,
    quiet: Annotated[bool, QUIET] = False,
) -> None:
    """Re-execute a recorded run with its recorded model outputs: exit 0 identical, 1 diverged. Never goes live."""
    from simone.runtime import replay as replay_run

    with progress(quiet=quiet) as watch:
        report = replay_run(run_id, listen=watch.event)
    for note in report.notes:
        sys.stderr.write(f"note: {note}\n")
    if report.divergence:
        say(f"run {report.run} diverged at {report.divergence}\n")
        raise typer.Exit(1)
    say(_shown(report.output, form, lambda _: "", f"Replay of {report.run}"))
    if not quiet:
        sys.stderr.write(f"run {report.run}: {report.entries} entries identical\n")


def runs(limit: Annotated[int, typer.Option(min=1, help="Newest runs shown.")] = 20) -> None:
    """List recorded runs, newest first."""
    from simone.runtime import recorded_runs

    for line in recorded_runs(limit):
        say(line + "\n")


def _checked(
    output: Output, form: CheckFormat, source_text: Callable[[str], str], given: Given, failing: frozenset[Status]
) -> str:
    """What was checked in the form asked for, with the lines of the file that was given."""
    from simone.reports.github import as_github
    from simone.reports.places import JudgedFile

    file = JudgedFile(given.path, given.text if given.has_lines else None) if given.path else None
    if form is CheckFormat.github:
        return as_github(output, file, failing)
    return _shown(output, Format(form.value), source_text, given.name, given.remark, file)


def _shown(
    output: Output,
    form: Format,
    source_text: Callable[[str], str],
    title: str,
    remark: str = "",
    file: JudgedFile | None = None,
) -> str:
    """The result in the form asked for; the `remark` heads what a person reads, and is no part of the record."""
    from simone.reports.page import as_html
    from simone.reports.plain import as_json, as_markdown, as_text, visible

    if form is Format.html:
        return as_html(output, source_text, f"{title or 'Verification'}{f' ({remark})' if remark else ''}")
    if form is Format.json:
        return as_json(output)
    head = f"Note: {visible(remark)}.\n\n" if remark else ""
    return head + (as_markdown(output) if form is Format.md else as_text(output, file))


def _timed(now_s: Callable[[], float], work: Callable[[], Output]) -> tuple[float, Output]:
    started_s = now_s()
    output = work()
    return now_s() - started_s, output


def _deliver(shown: str, out: Path | None) -> None:
    if out is None:
        say(shown)
        return
    partial = out.parent / f".{out.name}.{os.getpid()}.partial"
    try:
        partial.write_text(shown, "utf-8", errors="backslashreplace")
        partial.replace(out)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InputError(f"--out {str(out)!r} cannot be written: {error.strerror}; name a writable place") from error


def _notes(notes: tuple[str, ...], quiet: bool) -> None:
    if notes and not quiet:
        from simone.reports.plain import visible

        for note in notes:
            sys.stderr.write(f"note: {visible(note)}\n")
