"""`simone bench`: measurements that anyone can repeat.

Not for measuring itself: `benchmarks` does.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

DATA = typer.Option("--data", envvar="SIMONE_DATA", help="Folder with the development data.")
LOSSES = typer.Option(min=0, help="Wrong cases shown of each row.")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    bench = typer.Typer(help="Measure: answers first checked, then timed; losses printed too.", no_args_is_help=True)
    bench.command("answers")(answers)
    bench.command("pipeline")(pipeline)
    app.add_typer(bench, name="bench")


def tell(message: str) -> None:
    """Say where a measurement stands, to a person at a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{message}")
        sys.stderr.flush()


def answers(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    engines: Annotated[str, typer.Option(help="Engines, separated by commas.")] = "extractive,smollm2",
    limit: Annotated[int, typer.Option(min=0, help="Questions put to a model; 0 puts all.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the sample.")] = 0,
    losses: Annotated[int, LOSSES] = 5,
) -> None:
    """Questions with known answers: does the final text hold the answer, and do the sources carry it?"""
    from simone.benchmarks import answers as benchmark
    from simone.settings import home, load

    report = benchmark.run(data, home(), load(), engines.split(","), limit, seed, tell)
    sys.stdout.write(benchmark.render(report, losses))


def pipeline(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    repeats: Annotated[int, typer.Option(min=1, help="Repeats of each stage.")] = 200,
) -> None:
    """What governance costs: the idle pipeline, each protocol, the whole answer workflow."""
    from simone.benchmarks import pipeline as benchmark
    from simone.settings import home, load

    sys.stdout.write(benchmark.render(benchmark.run(data, home(), load(), repeats, tell)))
