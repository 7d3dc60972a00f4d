"""Near matches: a question that asks the same as one before, in almost the same words. Off by default.

Not for exact repeats, and not for understanding: two questions match only where nothing but word order around a comma,
function words, listed synonyms and the way a quantity is written differs.

Everything must hold: the cosine reaches the threshold; question words, modal, negators, quantifiers, tense and
prepositions are the same; quantities, dates, times and names are the same, in the same order (`find_mentions_batch`:
values in canonical units with their bounds); the other words are the same or synonyms, in the same order, none of them
opposites; and both were asked under the same policy, evidence, bundle and tenant. A phrase in front, a date and a
passive with "by" are read in the place that they have in a plain question.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.kernels import kernels
from simone.kernels.contract.consolidation import DATE, NAME, NUMBER
from simone.kernels.contract.validation import MENTIONS
from simone.kernels.reference.validation.lexicon import (
    AUXILIARIES,
    BE,
    DO,
    HAVE,
    IRREGULAR,
    NEGATORS,
    PREPOSITIONS,
    SYNONYMS,
)
from simone.kernels.reference.validation.words import is_opposite, stem

Floats = NDArray[np.float32]

_ASKING = frozenset("who whom whose what which when where why how whether".split())
_MODALS = {
    "can": "can", "could": "can", "may": "may", "might": "may", "must": "must", "shall": "should", "should": "should",
    "ought": "should",
}  # fmt: skip
_QUANTIFIERS = {
    "all": "all", "every": "all", "each": "all", "any": "any", "some": "some", "few": "few", "many": "many",
    "most": "most", "both": "both", "half": "half", "only": "only", "just": "only", "always": "always",
    "sometimes": "sometimes", "often": "often", "usually": "usually", "less": "less", "more": "more", "fewer": "less",
    "least": "least", "exactly": "exactly", "almost": "almost", "nearly": "almost", "about": "about", "several": "some",
    "much": "much", "another": "another", "either": "either", "other": "other", "too": "too", "as": "as",
}  # fmt: skip
_NEGATORS = NEGATORS | {"without", "except", "unless"}
_IGNORED = BE | HAVE | DO | frozenset("a an the this that these those of 's it there so please will would".split())
"""Words that come and go as a question is turned around; tenses are compared apart."""
_CLASS_OF = {"above": "over", "beneath": "under", "underneath": "under", "below": "under"}
_DIRECTED = PREPOSITIONS - {"of"}
"""All other prepositions must be the same, but for those of a passive's doer."""
_TENSES = {
    **dict.fromkeys(("did", "was", "were"), "past"), "had": "had", "has": "perfect", "have": "perfect",
    **dict.fromkeys(("will", "'ll", "shall"), "future"), "would": "would", "'d": "would", "could": "could",
    "might": "might",
}  # fmt: skip
QUANTITIES = 7
"""Kinds of mention below this code are quantities."""
_SAME = frozenset((stem(one), stem(other)) for one, other in SYNONYMS)
_LEADING = re.compile(r"^([^,]{1,80}), ([^,]+?)([?.!]*)$")
"""A phrase put in front, with its comma: it is read as if it stood at the end."""


class Meaning(msgspec.Struct, frozen=True):
    """What must be equal for two questions to be one: closed-class words as they come, all else in order."""

    asking: tuple[str, ...]
    modals: tuple[str, ...]
    negators: tuple[str, ...]
    quantifiers: tuple[str, ...]
    directions: tuple[str, ...]
    tenses: tuple[str, ...]
    dates: tuple[str, ...]
    words: tuple[str, ...]
    """Stems of all other words, and the quantities, times and names between them, in the order of a plain question."""


@lru_cache(maxsize=8192)
def meaning(question: str) -> Meaning:
    """Read one question. Cost grows with its length."""
    turned = _LEADING.sub(lambda found: f"{found[2]} {found[1]}{found[3]}", question.strip())
    facts = _facts(turned)
    read = kernels.read_sentences_batch([turned])
    spans = [(int(start), int(end), *form) for (_, start, end), form in zip(read.words, read.forms, strict=True)]
    passive = {int(head) for _, head, _, is_passive, _, _ in read.verbs if is_passive}
    dates = [said for _, _, kind, said in facts if kind == "date"]
    names = ("asking", "modals", "negators", "quantifiers", "directions", "tenses")
    found: dict[str, list[str]] = {name: [] for name in names}
    auxiliaries = frozenset(form[2] for form in spans) & AUXILIARIES
    words: list[str] = []
    verb = agent = agent_ends = -1  # places in `words`: of a passive verb, of the first and after the last of its doer
    taken = None
    for place, (start, _, lower, stemmed) in enumerate(spans):
        inside = next((fact for fact in facts if fact[0] <= start < fact[1]), None)
        if inside is not None:
            if inside is not taken and not (inside[2] == "date" and len(dates) == 1):
                words.append(inside[3])
            taken = inside
            continue
        if lower in _TENSES and (lower not in HAVE or not auxiliaries & DO):
            found["tenses"].append(_TENSES[lower])
        following = spans[place + 1][2] if place + 1 < len(spans) else ""
        before = spans[place - 1][2] if place else ""
        if agent >= 0 and agent_ends < 0 and (lower in PREPOSITIONS or not lower[0].isalnum()):
            agent_ends = len(words)
        if lower in _ASKING:
            found["asking"].append(_asked(lower, following, before))
        elif lower in _NEGATORS or lower.endswith("n't"):
            found["negators"].append("not" if lower in ("not", "cannot") or lower.endswith("n't") else lower)
        elif lower in _MODALS:
            found["modals"].append(_MODALS[lower])
        elif lower in _QUANTIFIERS:
            found["quantifiers"].append(_QUANTIFIERS[lower])
        elif lower == "by" and verb >= 0 and agent < 0:
            agent = len(words)
        elif lower == "by" and following in _ASKING:
            continue  # "by whom" is part of the question word
        elif lower in _DIRECTED:
            found["directions"].append(_CLASS_OF.get(lower, lower))
        elif lower not in _IGNORED and any(sign.isalnum() for sign in lower):
            if place in passive:
                verb = len(words)
            words.append(stemmed)
    if agent >= 0:
        agent_ends = len(words) if agent_ends < 0 else agent_ends
        doer, rest = words[agent:agent_ends], words[verb + 1 : agent] + words[agent_ends:]
        words = [*doer, words[verb], *words[:verb], *rest]
    if found["asking"] == ["how"]:  # "how do I" asks what "how can I" asks
        found["modals"] = [modal for modal in found["modals"] if modal != "can"]
    if not auxiliaries and any(_is_past(spans[int(head)][2]) for _, head, *_ in read.verbs):
        found["tenses"].append("past")
    found["directions"].sort()
    return Meaning(**{name: tuple(said) for name, said in found.items()}, dates=tuple(dates), words=tuple(words))


def difference(one: str, other: str) -> str:
    """Which kind of thing tells two questions apart; "" where nothing does."""
    a, b = meaning(one), meaning(other)
    for name in ("asking", "modals", "negators", "quantifiers", "directions", "tenses", "dates"):
        if getattr(a, name) != getattr(b, name):
            return name
    only, others = sorted(set(a.words) - set(b.words)), sorted(set(b.words) - set(a.words))
    if any(is_opposite(x, y) for x in only for y in others):
        return "opposites"
    if len(a.words) != len(b.words):
        return "words"
    same = all(x == y or (x, y) in _SAME for x, y in zip(a.words, b.words, strict=True))
    return "" if same else "words"


def _is_past(lower: str) -> bool:
    """Whether a verb without auxiliary is in the past."""
    return lower.endswith("ed") or (lower in IRREGULAR and not lower.endswith(("s", "ing")))


def _asked(lower: str, following: str, before: str) -> str:
    """The question word with what tells what it asks for: "how many", and whether "who" is doer or done to."""
    if lower == "how":
        return f"how {following}" if following and following not in BE | HAVE | DO | frozenset(_MODALS) else "how"
    if lower in ("who", "whom"):
        if before == "by":
            return "who does"
        return "who is done to" if lower == "whom" or following in DO else "who does"
    return "what" if lower == "which" else lower


def _facts(text: str) -> list[tuple[int, int, str, str]]:
    """Quantities, dates, times and names as (start, end, kind, what they say), in text order, none inside another."""
    found = kernels.find_mentions_batch([text])
    rows: list[tuple[int, int, str, str]] = []
    for place, said in enumerate(found.said):
        code = int(found.kind[place])
        kind = MENTIONS[code] if code >= QUANTITIES else "quantity"
        value = (float(found.low[place]), float(found.high[place]), bool(found.approximate[place]))
        meant = repr((kind, *value, bool(found.strict[place]), *said))
        rows.append((int(found.start[place]), int(found.end[place]), kind, meant))
    _, kinds, starts, ends, _ = (column.tolist() for column in kernels.fact_tokens_batch([text]))
    for code, start, end in zip(kinds, starts, ends, strict=True):
        is_asking = text[start:end].split()[0].lower() in _ASKING
        if code in (NUMBER, DATE) or (code == NAME and not is_asking):
            kind = {NUMBER: "quantity", DATE: "date", NAME: "name"}[code]
            rows.append((start, end, kind, repr((kind, text[start:end].casefold()))))
    rows.sort(key=lambda row: (row[0], -row[1], row[3]))
    kept: list[tuple[int, int, str, str]] = []
    for row in rows:
        if not kept or row[0] >= kept[-1][1]:
            kept.append(row)
    return kept
