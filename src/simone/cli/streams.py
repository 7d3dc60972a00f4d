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
        BadRequest: it is no text.
    """
    return text_of(sys.stdin.buffer.read(), f"the {what} on standard input")


def text_of(content: bytes, what: str) -> str:
    """UTF-8, or what a byte order mark says; the mark is no part of the text.

    Raises:
        BadRequest: the content is not in that encoding.
    """
    from simone.retrieval.formats.decoding import marked_encoding

    encoding = marked_encoding(content) or "utf-8"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        raise BadRequest(f"{what} is not {name} (byte {error.start}); convert it first") from error


def tell(message: str) -> None:
    """Say where a measurement stands, to a person at a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{message}")
        sys.stderr.flush()
