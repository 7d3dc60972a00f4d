"""Forms of words: past and participle of verbs, and opposites and like words in the same form.

Not for finding what a word means: the lists are those of the exact checks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from simone.kernels.reference.validation import lexicon as lex

DOUBLED = frozenset(
    "admit ban begin commit control drop fit forbid occur permit plan prefer refer rob rub ship shop slip star stop "
    "submit trap transmit".split()
)
"""Verbs that double their last letter before an ending."""
LOOSE = frozenset("get lot make also too like".split())
"""Words whose like words fit only some of their uses."""


class Forms(NamedTuple):
    """A verb: `lose, loses, lost, lost, losing`."""

    base: str
    third: str
    past: str
    participle: str
    gerund: str


def forms(base: str) -> Forms:
    """The forms of a verb by its dictionary form."""
    irregular = [form for form, of in lex.IRREGULAR.items() if of == base and form.isalpha()]
    third = f"{base}es" if re.search(r"(s|x|z|ch|sh|o)$", base) else f"{base}s"
    third = re.sub(r"([^aeiou])ys$", r"\1ies", third)
    stem = base + base[-1] if base in DOUBLED or re.fullmatch(r"[^aeiou]*[aeiou][bdgmnpt]", base) else base
    past = f"{stem}d" if stem.endswith("e") else re.sub(r"([^aeiou])yed$", r"\1ied", f"{stem}ed")
    gerund = f"{stem[:-1]}ing" if stem.endswith("e") and not stem.endswith(("ee", "ye", "oe")) else f"{stem}ing"
    if base in lex.INVARIANT:
        return Forms(base, third, base, "beaten" if base == "beat" else base, gerund)
    pasts = [form for form in irregular if not form.endswith(("ing", "s"))]
    if pasts:
        past = pasts[0]
        participle = next((form for form in pasts[1:] if form in lex.PARTICIPLES), past)
        return Forms(base, third, past, participle, gerund)
    return Forms(base, third, past, past, gerund)


@cache
def verbs() -> dict[str, Forms]:
    """The verbs that the exact checks know, by dictionary form."""
    return {base: forms(base) for base in sorted(lex.VERBS)}


def inflected(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The other words for each word, verbs in all their forms."""
    known = verbs()
    found: dict[str, list[str]] = defaultdict(list)
    for one, other in sorted(pairs):
        if one in LOOSE or other in LOOSE:
            continue
        if one in known and other in known:
            for a, b in zip(known[one], known[other], strict=True):
                if b not in found[a]:
                    found[a].append(b)
        else:
            found[one].append(other)
            if len(one) > 3 and len(other) > 3 and not one.endswith("s") and not other.endswith("s"):
                found[f"{one}s"].append(f"{other}s")
    return dict(found)
