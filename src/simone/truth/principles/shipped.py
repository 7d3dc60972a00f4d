"""The principles as they ship: a file for each, with its words and its examples.

Not for finding anything with them.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import get_args

import msgspec

from simone.records import PrincipleName


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text, and the evidence it is judged by, if any."""

    text: str
    evidence: str | tuple[str, ...] = ()

    def sources(self) -> tuple[str, ...]:
        """The evidence, text by text."""
        return (self.evidence,) if isinstance(self.evidence, str) else self.evidence


class Principle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule on text: what it asks (`title`), why (`says`), what to do, the words it looks for, and its examples.

    `version` is raised with every change that can change a finding.
    """

    name: PrincipleName
    version: int
    title: str
    says: str
    remedy: str
    fires: tuple[Example, ...]
    spares: tuple[Example, ...]
    words: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def principles() -> tuple[Principle, ...]:
    """All principles, in the order of their names in `records.PrincipleName`."""
    folder = resources.files(__package__ or "simone.truth.principles")
    texts = [(folder / f"{name}.toml").read_text("utf-8") for name in get_args(PrincipleName)]
    return tuple(msgspec.convert(tomllib.loads(text), Principle) for text in texts)


@lru_cache(maxsize=64)
def pattern(name: PrincipleName, group: str) -> re.Pattern[str]:
    """The words of one group of a principle as whole words, whatever their case."""
    words = next(one for one in principles() if one.name == name).words[group]
    return re.compile(rf"(?i)(?<![\w-])(?:{'|'.join(words)})(?!\w)")
