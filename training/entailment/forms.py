"""Forms of words: past and participle of verbs, and opposites and like words in the same form.

Not for finding what a word means: the lists are those of the exact checks.
"""

from __future__ import annotations

import importlib.util
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import simone


def _lexicon() -> ModuleType:
    """The word lists alone: the package around them would load the kernels, which training does not install."""
    path = Path(simone.__file__).parent / "kernels" / "reference" / "validation" / "lexicon.py"
    spec = importlib.util.spec_from_file_location("lexicon", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WORDS = _lexicon()
DOUBLED = frozenset(
    "ban commit control drop fit permit plan prefer refer rob rub ship shop slip stop submit trap transmit".split()
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
    irregular = [form for form, of in WORDS.IRREGULAR.items() if of == base and form.isalpha()]
    third = f"{base}es" if re.search(r"(s|x|z|ch|sh|o)$", base) else f"{base}s"
    third = re.sub(r"([^aeiou])ys$", r"\1ies", third)
    stem = base + base[-1] if base in DOUBLED or re.fullmatch(r"[^aeiou]*[aeiou][bdgmnpt]", base) else base
    past = f"{stem}d" if stem.endswith("e") else re.sub(r"([^aeiou])yed$", r"\1ied", f"{stem}ed")
    gerund = f"{stem[:-1]}ing" if stem.endswith("e") and not stem.endswith(("ee", "ye", "oe")) else f"{stem}ing"
    if base in WORDS.INVARIANT:
        return Forms(base, third, base, "beaten" if base == "beat" else base, gerund)
    pasts = [form for form in irregular if not form.endswith(("ing", "s"))]
    if pasts:
        past = pasts[0]
        participle = next((form for form in pasts[1:] if form in WORDS.PARTICIPLES), past)
        return Forms(base, third, past, participle, gerund)
    return Forms(base, third, past, past, gerund)


VERB: dict[str, Forms] = {base: forms(base) for base in sorted(WORDS.VERBS)}
PAST: dict[str, Forms] = {verb.past: verb for verb in VERB.values() if verb.past != verb.base}
PARTICIPLE: dict[str, Forms] = {verb.participle: verb for verb in VERB.values() if verb.participle != verb.base}
THIRD: dict[str, Forms] = {verb.third: verb for verb in VERB.values()}


def inflected(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The other words for each word, verbs in all their forms."""
    found: dict[str, list[str]] = defaultdict(list)
    for one, other in sorted(pairs):
        if one in LOOSE or other in LOOSE:
            continue
        if one in VERB and other in VERB:
            for a, b in zip(VERB[one], VERB[other], strict=True):
                if b not in found[a]:
                    found[a].append(b)
        else:
            found[one].append(other)
            if len(one) > 3 and len(other) > 3 and not one.endswith("s") and not other.endswith("s"):
                found[f"{one}s"].append(f"{other}s")
    return dict(found)


OPPOSITE = inflected(WORDS.DIRECTIONS | WORDS.OPPOSITES)
ALIKE = inflected(WORDS.SYNONYMS)
