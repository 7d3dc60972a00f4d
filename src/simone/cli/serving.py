"""`simone serve`: the HTTP service.

Not for what it answers: `service` does.
"""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from simone.cli.progress import progress


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("serve")(serve)


def serve(
    sources: Annotated[
        list[str] | None, typer.Option("--sources", "-s", help="Folder, file or corpus name; repeat for several.")
    ] = None,
    mvlm: Annotated[str, typer.Option(help="extractive, smollm2, or a server's base URL.")] = "",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any free one.")] = 8741,
    queue: Annotated[int, typer.Option(min=0, help="Requests that may wait; further ones are told to come back.")] = 16,
    allow_remote: Annotated[
        bool,
        typer.Option("--allow-remote", help="Allow a --host that other machines reach; nobody is asked for a key."),
    ] = False,
    workers: Annotated[
        int, typer.Option(min=0, max=64, help="Requests worked on at once; 0 takes the setting workers.count.")
    ] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no address on standard error.")] = False,
) -> None:
    """Answer over HTTP until SIGTERM or ctrl-C; requests under way are finished first."""
    from simone.reports.plain import visible
    from simone.runtime import Runtime
    from simone.service.access import bind
    from simone.service.app import make_app, make_server
    from simone.settings import home

    with bind(host, port, allow_remote=allow_remote) as listener:
        with progress(quiet=quiet) as watch:
            runtime = Runtime.open(sources or (), engine=mvlm, workers=workers, on_progress=watch.count)
        with runtime:
            server = make_server(make_app(runtime, home(), queue=queue, allow_remote=allow_remote))
            # uvicorn raises the signal again after a graceful end; it then finds this handler, and the exit code is 0
            signal.signal(signal.SIGTERM, server.handle_exit)
            listener.listen()
            if not quiet:
                address, bound = listener.getsockname()[:2]
                shown = f"[{address}]" if ":" in address else address
                for note in runtime.notes:
                    sys.stderr.write(f"note: {visible(note)}\n")
                sys.stderr.write(f"serving http://{shown}:{bound}\n")
                sys.stderr.flush()
            server.run(sockets=[listener])
