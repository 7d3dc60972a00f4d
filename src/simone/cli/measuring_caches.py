"""`simone bench twins` and `bench cache-users`: what caches may serve, and what they gain.

Not for measuring itself: `benchmarks` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simone.cli.options import DATA
from simone.cli.streams import say


def register(bench: typer.Typer) -> None:
    """Add the commands of this module to `simone bench`."""
    bench.command("twins")(twins)
    bench.command("cache-users")(cache_users)


def twins(
    suite: Annotated[Path | None, typer.Option(help="Another suite; the shipped one unless given.")] = None,
    threshold: Annotated[float, typer.Option(min=0, max=1, help="Cosine of the table by kind.")] = 0.95,
    show: Annotated[int, typer.Option(min=0, help="True pairs shown that are not matched.")] = 0,
    write: Annotated[Path | None, typer.Option(help="Write the measurement that `cache.near` asks for here.")] = None,
) -> None:
    """Near matches on questions that only look alike: false hits with their bound, true hits kept."""
    import msgspec

    from simone.benchmarks import twins as benchmark
    from simone.retrieval.encoder import MiniLM
    from simone.settings import home, load

    report = benchmark.run(MiniLM(home(), load().encoder), benchmark.load(suite))
    say(benchmark.render(report, threshold, show) + "\n")
    if write is not None:
        write.write_bytes(msgspec.json.format(msgspec.json.encode(report.measured), indent=1) + b"\n")


def cache_users(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    redis: Annotated[str, typer.Option(help="Address of a Redis server to measure too.")] = "",
) -> None:
    """What encoder, search and verification gain by their caches; the disk tier beside diskcache."""
    from simone.benchmarks import cache_users as benchmark
    from simone.settings import home, load

    say(benchmark.render(benchmark.run(data, home(), load(), redis)) + "\n")
