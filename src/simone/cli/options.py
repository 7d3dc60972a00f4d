"""What several commands of `simone bench` ask for alike.

Not for what a single command asks for.
"""

from __future__ import annotations

from typing import Literal

import typer

from simone.errors import BadRequest

DATA = typer.Option("--data", envvar="SIMONE_DATA", help="Folder with the development data.")
LOSSES = typer.Option(min=0, help="Wrong cases shown of each row.")


def half_of(split: str) -> Literal["dev", "test"]:
    """The half of labelled data that is asked for.

    Raises:
        BadRequest: there is none of that name.
    """
    if split == "dev":
        return "dev"
    if split == "test":
        return "test"
    raise BadRequest(f"there is no half {split!r}; halves: dev, test")
