"""What is let into a store: nothing twice, nothing without a source, nothing a model only claims, nothing by rote.

Not for writing (`remembering`) and not for what contradicts what (`contradicting`). A refusal says its rule and why; in
doubt a text is let in, since consolidation can still merge it while what was refused is gone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from types import MappingProxyType

import msgspec
import numpy as np

from simone.errors import BadRequest
from simone.kernels import kernels
from simone.kernels.contract.consolidation import DATE, NAME, NEGATION, NUMBER
from simone.kernels.reference.validation.lexicon import DIRECTIONS, OPPOSITES, SYNONYMS
from simone.kernels.reference.validation.words import stem
from simone.memory.boilerplate import find_boilerplate
from simone.memory.contract import DEFAULT_TENANT, Candidate, Keys, Memory, Refusal, Writing
from simone.memory.framing import without_frame
from simone.memory.renewing import said_since
from simone.memory.repeating import SHINGLE, is_alike, is_said_again, recites, resembling
from simone.memory.rows import tenant_named
from simone.memory.twins import find_value
from simone.memory.wording import has_words, is_personal, normal, opened, speakers, telling

MODEL = "model"
"""Author of what a model wrote; such text needs VVP's verdict."""
_MODELS = frozenset((MODEL, "ai", "assistant", "bot", "chatbot", "llm", "language model"))
_MODEL_NAME = re.compile(
    r"(?:chat ?)?gpt(?:[ -]?\d[\w. -]*)?"
    r"|(?:claude|gemini|llama|mistral)[ -](?:\d|opus|sonnet|haiku|pro|flash|large)[\w. -]*"
    r"|(?:github |microsoft )?copilot|mvlm"
)
MOST_CHARACTERS = 4000
MOST_TERMS = 6
MOST_VALUES = 3
"""Numbers and dates of a statement up to which it is found by all but one of them, count."""
BANDS, ROWS = 8, 4
"""Bands of slots of a sketch: of two texts whose shingles agree to four fifths 98 % share one, to two fifths 19 %.

Source: Leskovec, Rajaraman and Ullman, Mining of massive datasets, 2014, section 3.4.
"""
_NEAREST = 4
_QUOTED = 80
"""Characters of what is known that a refusal shows."""
_PRONOUN = re.compile(r"\b(?:I|(?i:he|him|his|she|hers?|they|them|their|it|its|we|us|our|my|me|you|your|this|that))\b")

RULES: Mapping[str, str] = MappingProxyType(
    {
        "empty": "it holds no word",
        "unreadable": "it holds half a character (a lone surrogate), which no store can keep",
        "too-long": f"it is longer than {MOST_CHARACTERS} characters; a memory is a statement, not a document",
        "no-origin": "it has no place where it was said: source, run, span and quote are needed",
        "unquoted": "its quotes do not carry its words",
        "boilerplate": "it is said by rote",
        "unsupported": "a model wrote it and it is not verified",
        "recalled": "it was recalled in the same run: what is read back is no new evidence",
        "duplicate": "it is remembered already",
        "near-duplicate": "a memory says all of it already",
    }
)
"""The rules in the order in which they are asked, with what they find."""


class Recalled(msgspec.Struct, frozen=True):
    """What was shown in a run: texts of memories, as recall or packing gave them."""

    run: str
    texts: tuple[str, ...]


class Known(msgspec.Struct, frozen=True):
    """A memory of the same words that a new one is to stand for, and what was said since with another value, if so."""

    memory: Memory
    since: Memory | None = None


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


def is_model(author: str) -> bool:
    """Whether an author is a language model, by the names that programs and their exports give one."""
    name = " ".join(author.casefold().split())
    return name in _MODELS or _MODEL_NAME.fullmatch(name) is not None


def examine(candidates: Sequence[Candidate], recalled: Sequence[Recalled] = ()) -> list[Refusal | None]:
    """What can be refused without a look into the store, for each candidate the first rule that it breaks.

    Raises:
        BadRequest: a trust, salience or tone is out of its range.
    """
    found = [_malformed(candidate) for candidate in candidates]
    sound = [place for place, refusal in enumerate(found) if refusal is None]
    for place, carried in zip(sound, _are_carried([candidates[place] for place in sound]), strict=True):
        if not carried:
            found[place] = refusal_by("unquoted")
    sound = [place for place in sound if found[place] is None]
    for place, kind in zip(sound, find_boilerplate([candidates[place].text for place in sound]), strict=True):
        if kind:
            found[place] = refusal_by("boilerplate", f": {kind}")
    for place in sound:
        if found[place] is None:
            found[place] = _unsupported(candidates[place]) or _recalled(candidates[place], recalled)
    return found


def repeated(writing: Writing, candidate: Candidate, keys: Keys) -> Refusal | Known | None:
    """A refusal where a current memory says it already, or the memory of the same words that it stands for.

    The same words are no duplicate if another person says them of themselves, or of another time, or if a memory came
    since that has another value in these words; if they come from where more trust is, or are to be pinned, they stand
    for what is known.
    """

    def is_last(one: Memory) -> bool:
        return said_since(writing, candidate, one, keys) is None

    known = writing.exact(candidate.tenant, keys.exact)
    outdone: Known | None = None
    if known is not None and is_alike(candidate, known):
        since = said_since(writing, candidate, known, keys) if _trust(candidate) >= known.trust else None
        if since is None and not _outdoes(candidate, known):
            return _known("duplicate", known)
        outdone = Known(known, since)
    near = resembling(candidate.text, writing.near(candidate.tenant, keys.bands, _NEAREST))
    near = [one for one in near if (outdone is None or one.id != outdone.memory.id) and is_alike(candidate, one)]
    same = next((one for one in near if normal(one.text) == normal(candidate.text)), None)
    if same is not None and is_last(same):
        return _known("duplicate", same)
    place = is_said_again(candidate.text, [one.text for one in near])
    framed = near[place] if place >= 0 else _framed(writing, candidate)
    if framed is None or (outdone is not None and framed.id == outdone.memory.id) or not is_last(framed):
        return outdone
    return _known("near-duplicate", framed)


def _known(rule: str, memory: Memory) -> Refusal:
    """The refusal of what a memory says already, with its words."""
    words = " ".join(memory.text.split())
    words = words if len(words) <= _QUOTED else words[: _QUOTED - 1] + "…"
    return refusal_by(rule, f"{' as' if rule == 'duplicate' else ':'} {memory.id}, “{words}”", memory.id)


def _trust(candidate: Candidate) -> float:
    return min((origin.trust for origin in candidate.origins), default=0.0)


def _outdoes(candidate: Candidate, known: Memory) -> bool:
    """Whether it may stand for what is known: trusted more, or newly pinned and trusted as much."""
    trust = _trust(candidate)
    return trust > known.trust or (candidate.pinned and not known.pinned and trust >= known.trust)


def _framed(writing: Writing, candidate: Candidate) -> Memory | None:
    """The current memory that the candidate says word for word, behind words that only say how it is said."""
    rest = without_frame(opened(candidate.text))
    if not rest:
        return None
    (key,) = kernels.hash_content_batch([opened(rest)]).tolist()
    known = writing.exact(candidate.tenant, int(key))
    return known if known is not None and is_alike(msgspec.structs.replace(candidate, text=rest), known) else None


def refusal_by(rule: str, more: str = "", existing: str = "") -> Refusal:
    """The refusal of a rule in its own words."""
    return Refusal(rule, RULES[rule] + more, existing)


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


def _malformed(candidate: Candidate) -> Refusal | None:
    text = candidate.text
    tenant_named(candidate.tenant)
    _in_range("salience", candidate.salience, 0.0)
    _in_range("arousal", candidate.arousal, 0.0)
    _in_range("valence", candidate.valence, -1.0)
    for origin in candidate.origins:
        _in_range("trust", origin.trust, 0.0)
    if not has_words(text):
        return refusal_by("empty")
    if not all(map(_is_readable, (text, *(origin.quote for origin in candidate.origins)))):
        return refusal_by("unreadable")
    if len(text) > MOST_CHARACTERS:
        return refusal_by("too-long", f"; it has {len(text)}")
    if not candidate.origins:
        return refusal_by("no-origin", "; it has none")
    for number, origin in enumerate(candidate.origins):
        lacking = [name for name in ("source", "run", "quote") if not getattr(origin, name).strip()]
        if origin.start < 0 or origin.end - origin.start != len(origin.quote):
            lacking.append("a span as long as the quote")
        if lacking:
            return refusal_by("no-origin", f"; origin {number} lacks {', '.join(lacking)}")
    return None


def _in_range(name: str, value: float, least: float) -> None:
    if not (math.isfinite(value) and least <= value <= 1.0):
        raise BadRequest(f"{name} of a candidate is {value!r}; it must be from {least:g} to 1")


def _is_readable(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _are_carried(candidates: Sequence[Candidate]) -> list[bool]:
    """Whether the quotes of each hold its numbers and negators and at least half of its other content words, and its
    names, but for the first word and where a pronoun of the quote may stand for one.

    What VVP found supported was held against its quotes more thoroughly.
    """
    carried = [True] * len(candidates)
    doubtful: list[int] = []
    quotes: list[str] = []
    for place, candidate in enumerate(candidates):
        said = "\n".join(origin.quote for origin in candidate.origins)
        if candidate.verdict != "supported" and normal(candidate.text) not in normal(said):
            doubtful.append(place)
            quotes.append(said)
    if not doubtful:
        return carried
    texts = [candidates[place].text for place in doubtful]
    stems = kernels.content_stems_batch([*texts, *quotes])
    owner, kind, start, end, key = kernels.fact_tokens_batch([*texts, *quotes])
    must = np.isin(kind, (NUMBER, NEGATION))  # a date may be "yesterday"
    is_name = (kind == NAME) & (start > 0)
    for number, place in enumerate(doubtful):
        ours, theirs = set(stems[number]), set(stems[number + len(texts)])
        facts = set(key[must & (owner == number)].tolist())
        held = set(key[must & (owner == number + len(texts))].tolist())
        carried[place] = facts <= held and 2 * len(ours & theirs) >= len(ours)
        if carried[place] and not _PRONOUN.search(quotes[number]):
            rows = is_name & (owner == number)
            named = [texts[number][a:b] for a, b in zip(start[rows].tolist(), end[rows].tolist(), strict=True)]
            carried[place] = all(set(own) <= theirs for own in kernels.content_stems_batch(named))
    return carried


def _unsupported(candidate: Candidate) -> Refusal | None:
    if candidate.verdict == "supported" or not any(is_model(origin.author) for origin in candidate.origins):
        return None
    return refusal_by("unsupported", f": its verdict is {candidate.verdict}" if candidate.verdict else "")


def _recalled(candidate: Candidate, recalled: Sequence[Recalled]) -> Refusal | None:
    runs = {origin.run for origin in candidate.origins}
    shown = [text for one in recalled if one.run in runs for text in one.texts]
    by_model = any(is_model(origin.author) for origin in candidate.origins)
    if not by_model and is_personal(candidate.text):
        return None  # of themselves a person says something new though others said it; their own is a duplicate
    return refusal_by("recalled") if shown and recites(candidate.text, shown, loosely=by_model) else None
