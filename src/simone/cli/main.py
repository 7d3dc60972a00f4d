"""The `simone` command: its subcommands, and how an error becomes a message and an exit code.

Not for what the subcommands do. The runtime is imported inside each command, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from simone.cli import answering, caching, keeping, keeping_records, measuring, remembering, serving
from simone.errors import SimoneError

app = typer.Typer(
    name="simone",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version  # slow to import

        typer.echo(f"simone {version('simone')}")
        raise typer.Exit


@app.callback()
def _options(
    _version_asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Governed cognition: answers in which every sentence is traced to the evidence that carries it."""


answering.register(app)
keeping.register(app)
keeping_records.register(app)
remembering.register(app)
measuring.register(app)
serving.register(app)
caching.register(app)


def main() -> None:
    """Run the command line; errors of ours become one message and their exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except SimoneError as error:
        sys.stderr.write(f"simone: {type(error).__name__}: {error}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("simone: stopped; nothing half-done was kept\n")
        sys.exit(130)
