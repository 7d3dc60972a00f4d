"""`simone bench`: measurements that anyone can repeat.

Not for measuring itself: `benchmarks` does.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from simone.cli import measuring_caches, measuring_truth
from simone.cli.options import DATA, LOSSES, half_of
from simone.cli.streams import say, tell
from simone.errors import BadRequest


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    bench = typer.Typer(help="Measure: answers first checked, then timed; losses printed too.", no_args_is_help=True)
    bench.command("answers")(answers)
    bench.command("judged")(judged)
    bench.command("pipeline")(pipeline)
    bench.command("kernels")(kernels)
    bench.command("leaks")(leaks)
    bench.command("caches")(caches)
    bench.command("sentences")(sentences)
    bench.command("patterns")(patterns)
    bench.command("retrieval")(retrieval)
    bench.command("mentions")(mentions)
    bench.command("emotion")(emotion)
    bench.command("readability")(readability)
    bench.command("summaries")(summaries)
    bench.command("links")(links)
    bench.command("injection")(injection)
    bench.command("memory")(memory)
    bench.command("soak")(soak)
    measuring_truth.register(bench)
    measuring_caches.register(bench)
    app.add_typer(bench, name="bench")


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
    say(benchmark.render(report, losses))


def judged(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    sample: Annotated[
        Path, typer.Option(help="The judged sentences; they come with the source tree, not with the package.")
    ] = Path("tests/unit/benchmarks/judged_answers.jsonl"),
    engines: Annotated[
        str, typer.Option(help="Engines asked again, separated by commas; '' asks none.")
    ] = "extractive,smollm2",
    texts: Annotated[bool, typer.Option("--texts", help="Print the sentences in words instead.")] = False,
    draw: Annotated[Path | None, typer.Option(help="Draw sentences anew into this file, unjudged.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of what is drawn.")] = 0,
) -> None:
    """Sentences of governed answers judged by reading: do the sources say so? Exit 0 all as judged, 1 some stale."""
    from simone.benchmarks import judged as benchmark
    from simone.settings import home, load

    asked = [name.strip() for name in engines.split(",") if name.strip()]
    if draw is not None:
        counts = {name: benchmark.DRAWN.get(name, benchmark.DRAWN["smollm2"]) for name in asked}
        benchmark.write(draw, benchmark.draw(data, home(), load(), counts, seed, tell))
        return
    sentences = benchmark.read(sample)
    if texts:
        say(benchmark.texts_of(data, sentences))
        return
    report = benchmark.run(data, home(), load(), sentences, asked, tell)
    say(benchmark.render(report))
    if report.stale:
        raise typer.Exit(1)


def pipeline(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    repeats: Annotated[int, typer.Option(min=1, help="Repeats of each stage.")] = 200,
) -> None:
    """What governance costs: the idle pipeline, each protocol, the whole answer workflow."""
    from simone.benchmarks import pipeline as benchmark
    from simone.settings import home, load

    say(benchmark.render(benchmark.run(data, home(), load(), repeats, tell)))


def kernels(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    only: Annotated[
        list[str] | None, typer.Option(help="Tasks, separated by commas; may be repeated; all unless given.")
    ] = None,
    large: Annotated[bool, typer.Option("--large", help="A million rows too; takes 6 GB of memory.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the vectors.")] = 0,
) -> None:
    """The compiled kernels beside the reference, NumPy, hashlib, xxhash and FAISS, all in one run."""
    from simone.benchmarks import kernels as benchmark

    names = [name.strip() for given in only or () for name in given.split(",") if name.strip()]
    if unknown := [name for name in names if name not in benchmark.TASKS]:
        raise BadRequest(f"there is no task {unknown[0]!r}; tasks: {', '.join(benchmark.TASKS)}")
    say(benchmark.render(benchmark.run(data, names, large, seed, tell=tell)))


def leaks(
    calls: Annotated[int, typer.Option(min=1, help="Calls of each function.")] = 1_000_000,
    only: Annotated[
        list[str] | None, typer.Option(help="Functions, separated by commas; may be repeated; all unless given.")
    ] = None,
) -> None:
    """What the process holds on to after calling each kernel again and again: exit 0 nothing, 1 something leaks."""
    from simone.benchmarks.kernels import endurance
    from simone.kernels import kernels as served

    names = [name.strip() for given in only or () for name in given.split(",") if name.strip()]
    found = endurance.run(served, calls, tell, names)
    say(endurance.render(served, found) + "\n")
    raise typer.Exit(1 if any(one.is_leak for one in found) else 0)


def caches(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    only: Annotated[
        list[str] | None, typer.Option(help="speed or ratios, separated by commas; may be repeated; both unless given.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the keys drawn.")] = 0,
) -> None:
    """The cache in memory beside functools.lru_cache, cachetools, moka, theine, diskcache: time, and hits on traces."""
    from simone.benchmarks import caches as benchmark

    names = [name.strip() for given in only or () for name in given.split(",") if name.strip()]
    if unknown := [name for name in names if name not in benchmark.PARTS]:
        raise BadRequest(f"there is no part {unknown[0]!r}; parts: {', '.join(benchmark.PARTS)}")
    say(benchmark.render(benchmark.run(data, names, seed, tell)) + "\n")


def patterns(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    refusals: Annotated[
        bool, typer.Option("--refusals", help="Every pattern that is refused, with the reason.")
    ] = False,
) -> None:
    """How many patterns of gitleaks and for personal data are taken, and why the others are not."""
    from simone.benchmarks import acceptance as benchmark

    say(benchmark.render(benchmark.run(data), refusals) + "\n")


def sentences(
    prose: Annotated[Path | None, typer.Option(help="Folder `testdata` of github.com/jdkato/prose/v2.")] = None,
    articles: Annotated[
        Path | None, typer.Option(help="Folder `test_files/english` of github.com/neurosnap/sentences.")
    ] = None,
    split: Annotated[str, typer.Option(help="dev or test; rules are made with dev in view.")] = "test",
    losses: Annotated[int, LOSSES] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = 0,
) -> None:
    """Sentence boundaries against labelled text, beside nupunkt, pysbd and blingfire: precision, recall, F1."""
    from simone.benchmarks import sentences as benchmark

    half = half_of(split)
    say(benchmark.render(benchmark.run(prose, articles, half, seed), half, losses) + "\n")


def retrieval(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = 0,
) -> None:
    """nDCG@10, recall and MRR on Cranfield, TIME and CISI; sentence hits on XQuAD: by words, by meaning, fused."""
    from simone.benchmarks import retrieval as benchmark
    from simone.retrieval.encoder import MiniLM
    from simone.settings import home, load

    def progress(name: str, done: int, total: int) -> None:
        tell(f"{name}: {done} of {total}")

    encoder = MiniLM(home(), load().encoder)
    report = benchmark.run(data, home() / "bench" / "retrieval", encoder, seed=seed, on_progress=progress)
    sys.stdout.write(benchmark.as_text(report) + "\n")


def mentions(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    misses: Annotated[int, LOSSES] = 0,
) -> None:
    """Numbers, dates, units and names found in text against expected results."""
    from simone.benchmarks import mentions as benchmark

    sys.stdout.write(benchmark.render(benchmark.run(data), misses) + "\n")


def emotion(data: Annotated[Path, DATA] = Path("../shared/data")) -> None:
    """Tone against human ratings, beside vaderSentiment."""
    from simone.benchmarks import emotion as benchmark

    sys.stdout.write(benchmark.render(benchmark.run(data)) + "\n")


def readability(data: Annotated[Path, DATA] = Path("../shared/data")) -> None:
    """Whether the indices put the same text at three reading levels in order."""
    from simone.benchmarks import readability as benchmark
    from simone.settings import home

    sys.stdout.write(benchmark.render(benchmark.run(data, home())) + "\n")


def summaries(data: Annotated[Path, DATA] = Path("../shared/data")) -> None:
    """ROUGE of extractive summaries beside the first sentences and random ones."""
    from simone.benchmarks import summaries as benchmark
    from simone.retrieval.encoder import MiniLM
    from simone.settings import home, load

    sys.stdout.write(benchmark.render(benchmark.run(data, MiniLM(home(), load().encoder))) + "\n")


def links(data: Annotated[Path, DATA] = Path("../shared/data")) -> None:
    """URL normalisation against the WHATWG cases, and links found in running text."""
    from simone.benchmarks import links as benchmark

    sys.stdout.write(benchmark.render(benchmark.run(data)) + "\n")


def injection(data: Annotated[Path, DATA] = Path("../shared/data")) -> None:
    """Injected instructions found, and false alarms on documents that hold none."""
    from simone.benchmarks import injection as benchmark

    sys.stdout.write(benchmark.render(benchmark.run(data)) + "\n")


def memory(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    sizes: Annotated[
        str, typer.Option(help="How many memories, separated by commas; '' measures recall on LoCoMo alone.")
    ] = "1000,10000,100000",
    large: Annotated[
        bool, typer.Option("--large", help="A million too; takes a quarter of an hour and 5 GB of memory and of disk.")
    ] = False,
    quality: Annotated[bool, typer.Option(help="Recall on LoCoMo.")] = True,
    seed: Annotated[int, typer.Option(help="Seed of what is made and of the intervals.")] = 0,
) -> None:
    """Memory: writing, recalling and starting up at growing sizes; evidence recall on long conversations."""
    from simone.benchmarks import memory as benchmark
    from simone.retrieval.encoder import MiniLM
    from simone.settings import home, load

    counts = [size.strip() for size in sizes.split(",") if size.strip()]
    if wrong := [size for size in counts if not size.isdecimal() or int(size) == 0]:
        raise BadRequest(f"a size is {wrong[0]!r}; sizes are whole numbers above 0, separated by commas")
    asked = [*map(int, counts), *([benchmark.LARGE] if large else [])]
    encoder, work = MiniLM(home(), load().encoder), home() / "bench" / "memory"
    report = benchmark.run(data, work, encoder, asked, quality=quality, seed=seed, tell=tell)
    sys.stdout.write(benchmark.render(report))


def soak(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    turns: Annotated[int, typer.Option(min=100, help="Turns said.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of what is injected, and when.")] = 0,
    url: Annotated[str, typer.Option(help="A PostgreSQL database to write to, in a schema `soak` that is new.")] = "",
    losses: Annotated[int, LOSSES] = 0,
) -> None:
    """A memory written to for long, junk among it: what gets in, what is lost or closed. Exit 1 above 2 % junk."""
    from tempfile import TemporaryDirectory

    from simone.benchmarks import soak as benchmark
    from simone.clock import SystemClock
    from simone.memory.postgres import open_postgres
    from simone.memory.sqlite import SqliteStore

    with TemporaryDirectory() as folder:
        path = Path(folder) / "memory.sqlite"
        store = open_postgres(url, schema="soak") if url else SqliteStore.open(path, durable=False)

        def size() -> int:
            store.purge()
            return path.stat().st_size if path.exists() else 0

        try:
            report = benchmark.run(data, store, turns, seed, SystemClock(), tell, size)
        finally:
            store.close()
    say(benchmark.render(report, losses))
    if benchmark.is_above_bar(report):
        raise typer.Exit(1)
