"""Minimal pairs in whole passages: a sentence of the passage, as it stands, said otherwise, or changed in one place.

Not for labelled pairs: see `augment`.

A passage carries its own sentences and what says the same; with another value, name, role, order, quantity, certainty or
strength it does not carry them. So that no word gives a changed sentence away, the change is made in the claim, or in
the passage while the claim stays as it was, or in both, and then the claim is carried again.
"""

# ruff: noqa: E501 - a training program: long patterns stay whole, and it prints its log

from __future__ import annotations

import csv
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from augment import ENTAILED
from data import Pair, held_back, key, sentences
from minimal import Change
from saying import SAYERS
from splices import ALL_CHANGES, Changes

from simone.truth.pair_text import plain

LEAST, MOST = 5, 32
"""Words of a sentence that becomes a claim, count."""
ROOM = 110
"""Words of a passage, count."""
CAPTIONS = 0.75
"""Share of sentences in the manner of captions ("A man is …") of which no passage is made, 0..1."""
WAYS = (("claim", 0.5), ("passage", 0.28), ("both", 0.22))
Passage = list[str]


def passages(pairs: Sequence[Pair], data: Path, chance: random.Random) -> list[Passage]:
    """Sentences that stand together: evidence of several sentences, and sentences of a like topic put together."""
    found: dict[str, Passage] = {}
    loose: dict[str, str] = {}
    for pair in pairs:
        parts = [part for part in sentences(pair.premise) if len(part.split()) >= 4]
        if len(parts) > 1:
            found.setdefault(key(pair.premise), parts)
        elif parts and _is_claim(parts[0]) and not pair.source.startswith(("folio", "+")):
            loose.setdefault(key(pair.premise), parts[0])
    for path in sorted((data / "readability" / "onestop").glob("*.csv")):
        for row in _rows(path):
            parts = [part for part in sentences(plain(row)) if len(part.split()) >= 4]
            if parts:
                found.setdefault(key(row), parts)
    premises, claims = held_back(data / "nli" / "dev")
    texts = [parts for name, parts in sorted(found.items()) if name not in premises]
    by_word: dict[str, list[str]] = defaultdict(list)
    alone = sorted(loose.values())
    for text in alone:
        for word in set(re.findall(r"\b[A-Z][a-z]{3,}|\b[a-z]{7,}", text)):
            by_word[word].append(text)
    chance.shuffle(alone)
    for text in alone:
        if re.match(r"(A|An|Two|Three|Some|People) ", text) and chance.random() < CAPTIONS:
            continue
        words = [word for word in re.findall(r"\b[A-Z][a-z]{3,}|\b[a-z]{7,}", text) if 3 <= len(by_word[word]) <= 400]
        near = by_word[chance.choice(words)] if words else alone
        others = chance.sample(near, min(len(near), chance.randint(1, 5)))
        parts = list(dict.fromkeys([text, *others]))
        chance.shuffle(parts)
        texts.append(parts)
    return [[part for part in parts if key(part) not in claims] for parts in texts]


def _rows(path: Path) -> list[str]:
    """The paragraphs of an article at its three levels, in the order of the file."""
    text = path.read_bytes().decode("cp1252", "replace")
    return [
        cell.replace("\n", " ")
        for row in list(csv.reader(text.splitlines(keepends=True)))[1:]
        for cell in row
        if cell.strip()
    ]


def _is_claim(text: str) -> bool:
    return (
        LEAST <= len(text.split()) <= MOST
        and text[0].isupper()
        and text.endswith(".")
        and re.search(r"\d\.$|[a-z)\]\"'”]\.$", text) is not None
    )


def minimal_pairs(
    texts: Sequence[Passage], count: int, chance: random.Random, changes: Changes = ALL_CHANGES
) -> list[Pair]:
    """`count` pairs at least, in groups about one sentence: one or two changed in a place, one carried."""
    made: list[Pair] = []
    for parts in chance.sample(list(texts), len(texts)):
        if len(made) >= count:
            break
        places = [n for n, part in enumerate(parts) if _is_claim(part)]
        if not places:
            continue
        for place in chance.sample(places, min(len(places), 1 + (len(places) > 3))):
            made += _about(_around(parts, place, chance), parts[place], chance, changes)
    return made


def _around(parts: Passage, place: int, chance: random.Random) -> Passage:
    """Neighbours of a sentence, as many as there is room for; sometimes few."""
    room = ROOM if chance.random() < 0.7 else chance.randint(0, ROOM)
    first, last = place, place + 1
    room -= len(parts[place].split())
    while True:
        options = [n for n in (first - 1, last) if 0 <= n < len(parts) and len(parts[n].split()) <= room]
        if not options:
            return parts[first:last]
        n = chance.choice(options)
        room -= len(parts[n].split())
        first, last = min(first, n), max(last, n + 1)


def _about(around: Passage, anchor: str, chance: random.Random, changes: Changes) -> list[Pair]:
    passage = " ".join(around)
    found = _changes(anchor, passage, chance, 2, changes)
    made: list[Pair] = []
    for kind, change in found:
        way = chance.choices([name for name, _ in WAYS], [share for _, share in WAYS])[0]
        other = " ".join(change.text if part == anchor else part for part in around)
        if way == "claim":
            # said otherwise first: what changes the form may no longer fit what was changed
            said = _said(anchor, chance, 0.5)
            # put together again, it could get back what was left out of it
            again = _again(kind, said, passage, chance) if said != anchor and kind != "spliced" else None
            made.append(Pair(passage, (again or change).text, (again or change).forward, f"={kind}"))
        elif way == "passage":
            said = _said(anchor, chance, 0.4)
            gone = _words(anchor) - _words(change.text)
            # said in less words it may lack the very place that was changed
            claim = anchor if gone and not gone & _words(said) else said
            made.append(Pair(other, claim, change.backward, f"={kind} in the passage"))
        else:
            made.append(Pair(other, _said(change.text, chance, 0.4), ENTAILED, f"={kind} in both"))
    if found or chance.random() < 0.2:
        said = _said(anchor, chance, 0.9)
        rest = [part for part in around if part != anchor and _is_claim(part)]
        if rest and chance.random() < 0.12:
            second = chance.choice(rest)
            wrong = _changes(second, passage, chance, 1, changes) if chance.random() < 0.5 else []
            label = wrong[0][1].forward if wrong else ENTAILED
            two = wrong[0][1].text if wrong else second
            pieces = [said, two] if chance.random() < 0.5 else [two, said]
            made.append(Pair(passage, _together(*pieces, chance), label, "=two"))
        else:
            made.append(Pair(passage, said, ENTAILED, "=said"))
    return made


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _changes(anchor: str, passage: str, chance: random.Random, most: int, changes: Changes) -> list[tuple[str, Change]]:
    order = sorted(changes, key=lambda entry: chance.random() ** (1 / entry[1]), reverse=True)
    found: list[tuple[str, Change]] = []
    for maker, _ in order:
        change = maker(anchor, passage, chance)
        if (
            change is not None
            and key(change.text) != key(anchor)
            and (change.text not in passage or change.forward == ENTAILED)
        ):
            found.append((maker.__name__, change))
            if len(found) == most:
                break
    return found


def _again(kind: str, said: str, passage: str, chance: random.Random) -> Change | None:
    """The same kind of change of what was said otherwise."""
    maker = next(maker for maker, _ in ALL_CHANGES if maker.__name__ == kind)
    change = maker(said, passage, chance)
    return change if change is not None and key(change.text) != key(said) and change.text not in passage else None


def _said(text: str, chance: random.Random, share: float) -> str:
    """The text said otherwise in one to three ways, or as it is."""
    while chance.random() < share:
        for sayer in chance.sample(SAYERS, len(SAYERS)):
            other = sayer(text, chance)
            if other is not None and other != text:
                text = other
                break
        share *= 0.6
    return text


def _together(one: str, two: str, chance: random.Random) -> str:
    start = (
        two[0].lower() + two[1:]
        if re.match(r"(A|An|The|There|They|He|She|It|Its|His|Her|In|On|Some|Many|Most|All) ", two)
        else two
    )
    return f"{one.rstrip('.')}{chance.choice((', and ', ' and ', ', while ', '; '))}{start}"
