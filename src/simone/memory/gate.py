"""What is let into a store: nothing twice, nothing without a source, nothing a model only claims, nothing by rote.

Not for writing (`remembering`) and not for what contradicts what (`contradicting`). A refusal says its rule and why; in
doubt a text is let in, since consolidation can still merge it while what was refused is gone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec
import numpy as np

from simone.errors import BadRequest
from simone.kernels import kernels
from simone.kernels.contract.consolidation import NAME, NEGATION, NUMBER
from simone.memory.boilerplate import find_boilerplate
from simone.memory.contract import Candidate, Keys, Memory, Refusal, Writing
from simone.memory.framing import without_frame
from simone.memory.renewing import said_since
from simone.memory.repeating import is_alike, is_said_again, recites, resembling
from simone.memory.rows import tenant_named
from simone.memory.wording import has_words, is_personal, normal, opened

MODEL = "model"
"""Author of what a model wrote; such text needs VVP's verdict."""
_MODELS = frozenset((MODEL, "ai", "assistant", "bot", "chatbot", "llm", "language model"))
_MODEL_NAME = re.compile(
    r"(?:chat ?)?gpt(?:[ -]?\d[\w. -]*)?"
    r"|(?:claude|gemini|llama|mistral)[ -](?:\d|opus|sonnet|haiku|pro|flash|large)[\w. -]*"
    r"|(?:github |microsoft )?copilot|mvlm"
)
MOST_CHARACTERS = 4000
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
