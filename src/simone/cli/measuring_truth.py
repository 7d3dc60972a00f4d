"""`simone bench truth` and its kin: what verification decides rightly, how it errs, how long it takes.

Not for measuring itself: `benchmarks` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from simone.cli.options import DATA, LOSSES, half_of
from simone.cli.streams import say, tell
from simone.settings import Reader

if TYPE_CHECKING:
    from simone.retrieval.encoder import CachedEncoder
    from simone.truth.entailment import Entailment
    from simone.truth.judge import Judge

SUITE = typer.Option(help="The contrast suite; it comes with the source tree, not with the package.")
READER = typer.Option(help="Which entailment model reads too: small, or large as well where the small one is not sure.")
MAX_ERROR = typer.Option(min=0.0, max=1.0, help="What the entailment model is held to; 1 takes the likeliest verdict.")


def register(bench: typer.Typer) -> None:
    """Add the commands of this module to `simone bench`."""
    bench.command("truth")(truth)
    bench.command("risk")(risk)
    bench.command("marks")(marks)
    bench.command("contrast")(contrast)
    bench.command("claims")(claims)
    bench.command("principles")(principles)
    bench.command("bias")(bias)
    bench.command("verify")(verify)


def truth(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    per_set: Annotated[int, typer.Option(min=0, help="Pairs taken of each set; 0 takes all.")] = 300,
    only: Annotated[str, typer.Option("--set", help="Sets, separated by commas; all unless given.")] = "",
    seed: Annotated[int, typer.Option(help="Seed of the sample.")] = 0,
    large: Annotated[bool, typer.Option("--large", help="Also with the large entailment model.")] = False,
) -> None:
    """Verdicts on the development sets of natural language inference, beside guesses, word overlap and peers."""
    from simone.benchmarks import truth as benchmark
    from simone.retrieval.encoder import MiniLM
    from simone.settings import home, load
    from simone.truth.judge import Judge
    from simone.truth.readers import open_models

    given = load().encoder
    encoder, models = MiniLM(home(), given), {"entailment": open_models("small", home())}
    judges = {"exact": Judge(encoder), "fused": Judge(encoder, models["entailment"])}
    if large:
        models["entailment, both"] = open_models("large", home())
        judges["fused, both"] = Judge(encoder, models["entailment, both"])
    sets = [name for name in only.split(",") if name]
    say(benchmark.render(benchmark.run(data, judges, models, per_set, seed, sets, tell=tell)))


def risk(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    suite: Annotated[Path, SUITE] = Path("tests/attacks/contrast.jsonl"),
    per_set: Annotated[int, typer.Option(min=0, help="Pairs measured of each set; 0 takes all.")] = 300,
    fit: Annotated[int, typer.Option(min=0, help="Pairs fitted on of each set; 0 takes all.")] = 300,
    figures: Annotated[Path | None, typer.Option(help="Folder for the figures as SVG files.")] = None,
    reader: Annotated[Literal["small", "large"], READER] = "small",
) -> None:
    """Whether `max_error` holds on sets that nothing was fitted on; reliability, and risk against coverage."""
    from simone.benchmarks.truth import risking

    encoder, model = _remembering(reader)
    report = risking.run(data, suite, encoder, model, per_set, fit, tell)
    if figures is not None:
        risking.draw(report, figures)
    say(risking.render(report) + "\n")


def marks(
    suite: Annotated[Path, SUITE] = Path("tests/attacks/contrast.jsonl"),
    split: Annotated[str, typer.Option(help="dev or test.")] = "dev",
    reader: Annotated[Literal["small", "large"], READER] = "small",
) -> None:
    """Whether `verify --explain` marks the words that make a claim wrong, and how many of true claims it marks too."""
    from simone.benchmarks.truth import marking

    half = half_of(split)
    encoder, model = _remembering(reader)
    say(marking.render(marking.run(suite, encoder, model, half, tell)) + "\n")


def contrast(
    suite: Annotated[Path, typer.Argument(help="The suite; it comes with the source tree, not with the package.")] = (
        Path("tests/attacks/contrast.jsonl")
    ),
    split: Annotated[str, typer.Option(help="dev, test or all; rules are made with dev in view.")] = "test",
    exact: Annotated[bool, typer.Option("--exact", help="Without models: exact comparison alone.")] = False,
    reader: Annotated[Reader, READER] = "none",
    max_error: Annotated[float, MAX_ERROR] = 1.0,
    losses: Annotated[int, LOSSES] = 0,
) -> None:
    """Claims changed in one respect against the document: how many come out supported, how many true ones stay so."""
    from simone.benchmarks import contrast as benchmark

    judge = _judge(exact, reader, max_error)
    say(benchmark.render(benchmark.run(suite, judge, split, tell), losses) + "\n")


def claims(
    labels: Annotated[
        Path, typer.Argument(help="The labels; they come with the source tree, not with the package.")
    ] = (Path("tests/unit/truth/labelled_sentences.toml")),
    split: Annotated[str, typer.Option(help="dev or test; rules are made with dev in view.")] = "test",
    losses: Annotated[int, LOSSES] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = 0,
) -> None:
    """Claims found in labelled text: what is one, where it stands, who says it, who is meant."""
    from simone.benchmarks import claims as benchmark

    half = half_of(split)
    texts = benchmark.load(labels)
    say(benchmark.render(texts, benchmark.run(texts, half, seed), half, losses) + "\n")


def principles(
    labels: Annotated[
        Path, typer.Argument(help="The labels; they come with the source tree, not with the package.")
    ] = (Path("tests/unit/truth/labelled_principles.toml")),
    data: Annotated[Path | None, DATA] = None,
    split: Annotated[str, typer.Option(help="dev or test; rules are made with dev in view.")] = "test",
    losses: Annotated[int, LOSSES] = 0,
) -> None:
    """Principles on their own examples, on labelled text and, with --data, on running text."""
    from simone.benchmarks import principles as benchmark
    from simone.clock import SystemClock
    from simone.truth.judge import Judge

    judge, clock = Judge(None), SystemClock()
    half = half_of(split)
    labelled = benchmark.load(labels)
    rows = benchmark.run(labelled.dev if half == "dev" else labelled.test, judge, clock)
    say(benchmark.render(rows, benchmark.run_on_text(data, judge, clock) if data else None, losses) + "\n")


def bias(
    swaps: Annotated[Path | None, typer.Argument(help="Your own swaps, in the form of the shipped ones.")] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Without the encoder: exact comparison alone.")] = False,
    reader: Annotated[Reader, READER] = "none",
    max_error: Annotated[float, MAX_ERROR] = 1.0,
    show: Annotated[int, typer.Option(min=0, help="Differing pairs shown.")] = 20,
    pairs: Annotated[bool, typer.Option("--pairs", help="Every pair, with what both got.")] = False,
) -> None:
    """The same texts with groups swapped: exit 0 where verdicts and findings are the same, 1 where they differ."""
    from simone.benchmarks import bias as benchmark
    from simone.clock import SystemClock

    judge = _judge(exact, reader, max_error)
    found = benchmark.run(benchmark.load(swaps), judge, SystemClock(), tell)
    say(benchmark.render(found, show, pairs) + "\n")
    raise typer.Exit(1 if any(one.differs_in_verdict or one.differs_in_findings for one in found) else 0)


def verify(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    processes: Annotated[int, typer.Option(min=1, help="Runs of the whole program of which the median counts.")] = 3,
    large: Annotated[bool, typer.Option("--large", help="Also the large entailment model.")] = False,
) -> None:
    """How long verification takes: a whole article cold and warm, single claims, a batch, and which check decides."""
    from simone.benchmarks import verifying as benchmark
    from simone.settings import home, load

    say(benchmark.render(benchmark.run(data, home(), load(), tell, processes, large)))


def _judge(exact: bool, reader: Reader, max_error: float) -> Judge:
    from simone.retrieval.encoder import MiniLM
    from simone.settings import home, load
    from simone.truth.judge import Judge
    from simone.truth.readers import open_reader

    given = load().encoder
    model = open_reader(reader, home())
    return Judge(None if exact else MiniLM(home(), given), model, max_error=max_error)


def _remembering(reader: Literal["small", "large"]) -> tuple[CachedEncoder, Entailment]:
    """The encoder, and the entailment models that keep what they have read for the next run."""
    from simone.benchmarks.truth.remembering import open_remembering
    from simone.retrieval.encoder import CachedEncoder, MiniLM
    from simone.settings import home, load

    given = load().encoder
    return CachedEncoder(MiniLM(home(), given), given.cache_bytes), open_remembering(reader, home(), tell)
