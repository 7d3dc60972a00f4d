"""`simone ledger …`: the record of runs, checked and kept from growing without end.

Not for one run: `simone replay` executes it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from simone.cli.remembering import DRY, YES, agreed
from simone.cli.streams import say
from simone.errors import BadRequest

if TYPE_CHECKING:
    from simone.governance.ledger import Ledger


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    ledger = typer.Typer(help="The record of all runs.", no_args_is_help=True)
    ledger.command("check")(check)
    ledger.command("prune")(prune)
    app.add_typer(ledger, name="ledger")


def check() -> None:
    """Check every hash of every recorded run: exit 0 all hold, 1 some do not."""
    from simone.errors import LedgerBroken

    broken = pruned = 0
    with _opened() as ledger:
        runs = ledger.runs()
        for run in runs:
            try:
                pruned += bool(ledger.load(run.run_id, run.attempt).pruned)
            except LedgerBroken as error:
                say(f"{error}\n")
                broken += 1
        size = ledger.size
    say(f"{len(runs)} runs, {pruned} of them pruned, {broken} broken, {size:,} bytes\n")
    raise typer.Exit(1 if broken else 0)


def prune(
    before: Annotated[str, typer.Option(help="Runs that began before this day or instant.")] = "",
    older_than: Annotated[
        float | None, typer.Option(min=0, max=36500, metavar="DAYS", help="Runs that began longer ago.")
    ] = None,
    dry_run: DRY = False,
    yes: YES = False,
) -> None:
    """Let go of what old runs hold and keep their digests, so that their chains can still be checked; they cannot be
    replayed any more."""
    from simone.governance.pruning import prunable
    from simone.governance.pruning import prune as carry_out
    from simone.memory.moments import instant, moment

    if bool(before) == (older_than is not None):
        raise BadRequest("say which runs to prune, by --before or by --older-than; give one of them")
    with _opened() as ledger:
        age = timedelta(days=older_than or 0.0)
        limit = instant(moment(before, "--before")) if before else (ledger.clock.now() - age).isoformat()
        runs = prunable(ledger, limit)
        say(f"{len(runs)} runs began before {limit}\n")
        if dry_run or (runs and not agreed(yes, "Prune them for good?", as_json=False)):
            say("nothing was pruned; --yes does it\n")
            raise typer.Exit(0 if dry_run else 1)
        size = ledger.size
        count = carry_out(ledger, limit)
        say(f"{count} runs pruned; the ledger had {size:,} bytes and has {ledger.size:,}\n")


@contextmanager
def _opened() -> Iterator[Ledger]:
    from simone.clock import SystemClock
    from simone.governance.ledger import Ledger
    from simone.runtime.wiring import LEDGER
    from simone.settings import home, load

    ledger = Ledger.open(home() / LEDGER, SystemClock(), durable=load().durable)
    try:
        yield ledger
    finally:
        ledger.close()
