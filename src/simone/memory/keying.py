"""What a store finds a memory by while others are let in: digests of its words, its numbers and whose they are.

Not for finding (a store does) and not for deciding by what is found (`gate` and `contradicting` do). Stores keep these
keys: whoever changes how one is made adds a migration to every store, by which what is there is keyed anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from simone.kernels import kernels
from simone.kernels.contract.consolidation import DATE, NAME, NUMBER
from simone.kernels.reference.validation.lexicon import DIRECTIONS, OPPOSITES, SYNONYMS
from simone.kernels.reference.validation.words import stem
from simone.memory.contract import DEFAULT_TENANT, Candidate, Keys, Memory
from simone.memory.repeating import SHINGLE
from simone.memory.twins import find_value
from simone.memory.wording import opened, speakers, telling

MOST_TERMS = 6
MOST_VALUES = 3
"""Numbers and dates of a statement up to which it is found by all but one of them, count."""
BANDS, ROWS = 8, 4
"""Bands of slots of a sketch: of two texts whose shingles agree to four fifths 98 % share one, to two fifths 19 %.

Source: Leskovec, Rajaraman and Ullman, Mining of massive datasets, 2014, section 3.4.
"""


def keys_to_keep(memories: Sequence[Memory]) -> list[Keys]:
    """As `keys_of`, but an episode is found by nothing: a new text is held against its members, never against it."""
    keys = keys_of(memories)
    return [
        Keys(int(memory.id, 16), (), ()) if memory.kind == "episode" else own
        for memory, own in zip(memories, keys, strict=True)
    ]


def keys_of(candidates: Sequence[Candidate | Memory]) -> list[Keys]:
    """What a store finds each by.

    `exact`: the text in its normal form, without fillers and contractions. `bands`: of the sketch of its telling words,
    each tenant's its own, since of a band only the latest memories are looked at.
    `terms`: first the words of the statement without numbers and negators, as one key, then the longest content stems;
    what depends on who says it has the terms of its author, so that only the statements of one person are held against
    one another; each tenant has its own. `values`: the first of the terms with every number and date, and without one
    of them each, as long as they are at most MOST_VALUES.
    """
    texts = [candidate.text for candidate in candidates]
    exact = kernels.hash_content_batch([opened(text) for text in texts]).tolist()
    slots = kernels.content_fingerprint([telling(text) for text in texts], SHINGLE, BANDS * ROWS)
    parts = slots.reshape(len(texts), BANDS, ROWS).astype("<u4")
    tenants = [b"" if one.tenant == DEFAULT_TENANT else one.tenant.encode() for one in candidates]
    pieces = [
        bytes((band,)) + part.tobytes() + tenant
        for tenant, row in zip(tenants, parts, strict=True)
        for band, part in enumerate(row)
    ]
    bands = kernels.hash_content_batch(pieces).reshape(len(texts), BANDS).tolist()
    words: list[str] = []
    counts: list[tuple[int, int]] = []
    bare, values = _without_values(texts)
    for candidate, stems, own_values in zip(candidates, kernels.content_stems_batch(bare), values, strict=True):
        own = terms_of(candidate, stems)
        few = _but_one(own[0], own_values) if own else []
        words += own + few
        counts.append((len(own), len(few)))
    hashes = iter(kernels.hash_content_batch(words).tolist())
    return [
        Keys(int(key), tuple(row), tuple(islice(hashes, terms)), tuple(islice(hashes, few)))
        for key, row, (terms, few) in zip(exact, bands, counts, strict=True)
    ]


def terms_of(candidate: Candidate | Memory, stems: Sequence[str]) -> list[str]:
    """The terms of a text with these different stems, before they are hashed; the first stands for all of them.

    There it makes no difference which of two opposites is said, nor that something is liked: in "does not like" the
    kernels take the word for a preposition.
    """
    tenant = () if candidate.tenant == DEFAULT_TENANT else (candidate.tenant,)
    scope = "\x1f".join((*tenant, *speakers(candidate)))
    longest = sorted(stems, key=lambda stem: (-len(stem), stem))[:MOST_TERMS]
    kinds = _kinds()
    same = " ".join(sorted({kinds.get(stem, stem) for stem in stems} - {kinds.get("lik", "lik")}))
    return [f"{scope}\x1e{same}", *(f"{scope}\x1f{stem}" for stem in longest)] if stems else []


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    """For each stem that has an opposite or a synonym one that stands for all of these, so that one key finds them."""
    kinds: dict[str, str] = {}
    for pair in sorted(OPPOSITES | DIRECTIONS | SYNONYMS):
        one, other = (stem(word) for word in pair)
        kept, gone = sorted((kinds.setdefault(one, one), kinds.setdefault(other, other)))
        if kept != gone:
            kinds.update({word: kept for word, kind in kinds.items() if kind == gone})
    return kinds


def _but_one(words: str, values: Sequence[str]) -> list[str]:
    """The words with all the values, and with all but one."""
    if not 0 < len(values) <= MOST_VALUES:
        return []
    rest = [[*values[:place], *values[place + 1 :]] for place in range(len(values))] if len(values) > 1 else []
    return ["\x1e".join((words, *some)) for some in (list(values), *rest)]


def _without_values(texts: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Each text with numbers, dates, negators and the one value that it tells of something blanked, and its numbers
    and dates in their order."""
    blanked = [list(text) for text in texts]
    values: list[list[str]] = [[] for _ in texts]
    for owner, kind, start, end, key in zip(*(c.tolist() for c in kernels.fact_tokens_batch(texts)), strict=True):
        if kind != NAME:
            blanked[owner][start:end] = " " * (end - start)
        if kind in (NUMBER, DATE):
            values[owner].append(f"{key:x}")
    for told, text in zip(blanked, texts, strict=True):
        if span := find_value(text):
            told[slice(*span)] = " " * (span[1] - span[0])
    return ["".join(text) for text in blanked], values
