"""Greetings, acknowledgements, signatures and notices: texts that say nothing worth keeping.

Not for judging what people mean: a sentence is boilerplate only if a listed rule matches all of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import msgspec

from simone.kernels import kernels
from simone.kernels.contract import PatternSet
from simone.memory.wording import words_of

_LONGEST = 1000
"""Code points beyond which a text is no boilerplate."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of boilerplate: patterns of whole sentences, texts that it must refuse and texts that it must not."""

    name: str
    patterns: tuple[str, ...]
    fires: tuple[str, ...]
    passes: tuple[str, ...]


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """The rules as shipped."""
    text = resources.files("simone.memory").joinpath("boilerplate.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text)["rule"], tuple[Rule, ...])


def find_boilerplate(texts: Sequence[str]) -> list[str]:
    """For each text the name of the rule that its first sentence falls under, "" unless every sentence has one."""
    short = [text if len(text) <= _LONGEST else "" for text in texts]
    sentences: list[str] = []
    owners: list[int] = []
    for place, (text, spans) in enumerate(zip(short, kernels.split_sentences_batch(short), strict=True)):
        for start, end in spans.tolist():
            if words := words_of(text[start:end]):
                sentences.append(" ".join(words))
                owners.append(place)
    found: list[list[str]] = [[] for _ in texts]
    for owner, names in zip(owners, _patterns().match_batch(sentences), strict=True):
        found[owner].append(names[0] if names else "")
    return [names[0] if names and all(names) else "" for names in found]


@lru_cache(maxsize=1)
def _patterns() -> PatternSet:
    return kernels.compile_pattern_set(
        [(rule.name, rf"^(?:{'|'.join(f'(?:{pattern})' for pattern in rule.patterns)})$") for rule in rules()]
    )
