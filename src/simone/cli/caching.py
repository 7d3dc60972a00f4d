"""`simone cache`: what is kept on disk beyond a single command.

Not for what is in the memory of a running service.
"""

from __future__ import annotations

import typer

from simone.cli.streams import say
from simone.errors import StoreError


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    cache = typer.Typer(help="What was computed once and is kept on disk.", no_args_is_help=True)
    cache.command("stats")(stats)
    cache.command("clear")(clear)
    app.add_typer(cache, name="cache")


def stats() -> None:
    """How much is kept, and what all commands so far found there: exit 1 where the cache cannot be used."""
    from simone.runtime.caches import kept_on_disk

    kept = kept_on_disk()
    if kept is None:
        say("nothing is kept on disk yet, or cache.disk_bytes is 0\n")
        return
    share = kept.bytes / kept.limit_bytes
    say(f"{kept.path}\n{kept.entries} entries, {kept.bytes:,} of {kept.limit_bytes:,} bytes ({share:.1%})\n")
    say("".join(f"{count:>10} {name}\n" for name, count in kept.lifetime))
    say("".join(f"set aside as damaged: {path}\n" for path in kept.set_aside))
    if kept.off:
        raise StoreError(f"the cache is off: {kept.off}")


def clear() -> None:
    """Let go of everything that is kept on disk, damaged files that were set aside too."""
    from simone.runtime.caches import clear_disk

    say(f"{clear_disk()} entries let go of\n")
