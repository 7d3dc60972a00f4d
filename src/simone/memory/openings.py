"""How sentences open: words that say nothing, that place what follows, that say where it is from.

Not for whole sentences that say nothing: `boilerplate` knows those.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources

import msgspec


class Openings(msgspec.Struct, frozen=True):
    """The lists of `openings.toml`, in lower case."""

    phatic: frozenset[str]
    recalling: frozenset[str]
    telling: frozenset[str]
    changing: frozenset[str]
    placing: frozenset[str]
    reporting: str
    idioms: frozenset[str]


@lru_cache(maxsize=1)
def openings() -> Openings:
    """The lists as shipped."""
    held = tomllib.loads(resources.files("simone.memory").joinpath("openings.toml").read_text("utf-8"))
    return Openings(
        frozenset(held["phatic"].split()),
        frozenset(held["recalling"].split()),
        frozenset(held["telling"].split()),
        frozenset(held["changing"].split()),
        frozenset(held["placing"].split()),
        " ".join(held["reporting"].split()),
        frozenset(held["idioms"]),
    )
