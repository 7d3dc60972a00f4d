"""Standard input and output as the commands use them: text in, results out.

Not for progress or errors: those go to standard error.
"""

from __future__ import annotations

import os
import sys

from simone.errors import BadRequest


def say(text: str) -> None:
    """Write a result. A reader that went away is no failure of ours: nothing more is written, the work goes on."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # what the stream still holds must go somewhere when the interpreter flushes it at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def hear(what: str) -> str:
    """All of standard input.

    Raises:
        BadRequest: it is not UTF-8.
    """
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"the {what} on standard input is not UTF-8 (byte {error.start}); convert it first") from error


def tell(message: str) -> None:
    """Say where a measurement stands, to a person at a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{message}")
        sys.stderr.flush()
