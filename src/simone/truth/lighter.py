"""A sentence without what it can do without: "now", an age behind a name, a cause in front, a name before its initials.

Not for clauses and rows, which `parts` takes apart, and not for brackets: `asides` has them. Each follows from the
sentence, and none of it may say what the sentence denies: an adverb behind "not" stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.tokens import remembering
from simone.truth.reading import Reading, read

MOST = 4
"""Ways in which a sentence is made lighter one after the other, count."""
LONGEST = 600
"""Characters of a sentence that is made lighter, count."""
LONGEST_NAME = 3
"""Words that open a sentence and may be a name, count."""
_ADVERBS = frozenset("now also currently already finally eventually therefore thus moreover indeed".split())
_CAUSE = re.compile(
    r"(?:because of|due to|owing to|thanks to|as a result of|in spite of|despite) (?!what|which|whether|that)"
    r"([^,;:.()“”\"]{2,60}), (?=\S)",
    re.IGNORECASE,
)
_AGE = re.compile(r"(?<=[a-z’']), \d{1,3}, (?=[a-z])")
_INITIALS = re.compile(r" ?\(([A-Z]{2,8})\)")
_LOWER = frozenset("of and for the in on at to".split())


@remembering(1024)
def lighter(text: str) -> tuple[str, ...]:
    """The sentence without one such thing, then without more of them; () where it has none."""
    if len(text) > LONGEST or "?" in text:
        return ()
    found: dict[str, None] = {}
    pending = [text]
    while pending and len(found) < MOST:
        for one in _once(pending.pop(0)):
            if one != text and one not in found:
                found[one] = None
                pending.append(one)
    return tuple(found)


def _once(text: str) -> Iterator[str]:
    reading = read(text)
    yield from _without_adverb(reading)
    yield from _without_age(reading)
    yield from _without_cause(text)
    yield from _by_initials(text)


def _without_adverb(reading: Reading) -> Iterator[str]:
    words, text = reading.words, reading.text
    for i, word in enumerate(words):
        if word.lower not in _ADVERBS or lex.NEGATORS & {one.lower for one in words[:i]}:
            continue
        around = {words[k].lower for k in (i - 1, i + 1) if 0 <= k < len(words)}
        if not any(verb.first - 1 <= i <= verb.head for verb in reading.verbs) or around & {",", "-", "and", "or"}:
            continue  # "the now famous mill", "now, and only now"
        if i:
            yield text[: words[i - 1].end] + text[word.end :]


def _without_age(reading: Reading) -> Iterator[str]:
    """ "Lund, 45, runs the bakery": Lund runs the bakery."""
    text = reading.text
    for found in _AGE.finditer(text):
        opening = text[: found.start()].split()
        named = any(name.end == found.start() for name in reading.names)
        named = named or (len(opening) <= LONGEST_NAME and all(word[:1].isupper() for word in opening))
        without = read(f"{text[: found.start()]} {text[found.end() :]}")
        if named and any(without.words[verb.first].start == found.start() + 1 for verb in without.verbs):
            yield without.text


def _without_cause(text: str) -> Iterator[str]:
    """ "Because of rain, the match was not played": it was not."""
    found = _CAUSE.match(text)
    if found and not read(found[1]).verbs and not {"or", "either", "not"} & read(found[1]).operators:
        rest = text[found.end() :]
        yield rest[:1].upper() + rest[1:]


def _by_initials(text: str) -> Iterator[str]:
    """ "The World Food Office (WFO) opened": the WFO opened."""
    for found in _INITIALS.finditer(text):
        before = text[: found.start()]
        own = before.split()[-len(found[1]) - 4 :]
        for start in range(len(own) - 1):
            named = [word for word in own[start:] if word not in _LOWER]
            is_name = named[:1] == [own[start]] and all(word[:1].isupper() and word.isalpha() for word in named)
            if is_name and "".join(word[0] for word in named) == found[1]:
                at = before.rindex(" ".join(own[start:])) if " ".join(own[start:]) in before else -1
                if at >= 0:
                    yield text[:at] + found[1] + text[found.end() :]
                return
