"""Measures how hard a text is to read: seven published indices over words, sentences and syllables.

Not for advice: `style` words the findings.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from simone.kernels import kernels
from simone.kernels.reference.counting import LONG, form_of, is_hard
from simone.kernels.reference.counting import CountedWord as Word
from simone.records import Measured, Readability, Score, Unmeasured

SMOG_SENTENCES = 30
"""Fewest sentences for which SMOG is defined. Source: McLaughlin, SMOG grading, 1969."""
_ENDINGS = (("ies", "y"), ("ied", "y"), ("es", ""), ("ed", ""), ("ing", ""), ("ing", "e"), ("est", ""), ("er", ""))
_SHORT_ENDINGS = (("s", ""), ("d", ""), ("st", ""), ("r", ""), ("n", ""))


def find_words(text: str) -> list[Word]:
    """Words of a text with their lower-case forms and syllables, in order."""
    found = kernels.find_words_batch([text])
    rows = zip(found.start.tolist(), found.end.tolist(), found.syllables.tolist(), strict=True)
    return [Word(start, end, raw := text[start:end], form_of(raw), count) for start, end, count in rows]


def measure(words: Sequence[Word], starts: Sequence[int], easy_words: frozenset[str] | str) -> Readability:
    """The indices of `words` in sentences that begin at `starts` (ascending offsets).

    `easy_words` is the Dale-Chall list, or the reason why there is none. Samples are words, for SMOG sentences.
    """
    count, sentences = len(words), len(starts)
    syllables = sum(word.syllables for word in words)
    letters = sum(sum(map(str.isalnum, word.text)) for word in words)
    if not count or not sentences:
        nothing = Unmeasured("the text has no words")
        return Readability(sentences, count, syllables, letters, *[nothing] * 7)
    length, weight, size = count / sentences, syllables / count, letters / count
    openers = set(starts)
    hard = sum(is_hard(word, word.start in openers) for word in words)
    return Readability(
        sentences=sentences,
        words=count,
        syllables=syllables,
        characters=letters,
        # Source: Flesch, A new readability yardstick, 1948.
        flesch=Measured(206.835 - 1.015 * length - 84.6 * weight, count),
        # Source: Kincaid, Fishburne, Rogers and Chissom, Derivation of new readability formulas, 1975.
        flesch_kincaid=Measured(0.39 * length + 11.8 * weight - 15.59, count),
        smog=_smog(words, sentences),
        # Source: Gunning, The technique of clear writing, 1952.
        gunning_fog=Measured(0.4 * (length + 100.0 * hard / count), count),
        # Source: Coleman and Liau, A computer readability formula, 1975.
        coleman_liau=Measured(0.0588 * 100.0 * size - 0.296 * 100.0 / length - 15.8, count),
        # Source: Senter and Smith, Automated readability index, 1967.
        automated_readability=Measured(4.71 * size + 0.5 * length - 21.43, count),
        dale_chall=_dale_chall(words, length, openers, easy_words),
    )


def _smog(words: Sequence[Word], sentences: int) -> Score:
    if sentences < SMOG_SENTENCES:
        return Unmeasured(f"SMOG is defined on {SMOG_SENTENCES} sentences or more; the text has {sentences}")
    long = sum(word.syllables >= LONG for word in words)
    return Measured(1.0430 * math.sqrt(long * 30.0 / sentences) + 3.1291, sentences)


def _dale_chall(words: Sequence[Word], length: float, openers: set[int], easy: frozenset[str] | str) -> Score:
    # Source: Dale and Chall, A formula for predicting readability, 1948.
    if isinstance(easy, str):
        return Unmeasured(easy)
    unfamiliar = sum(not _is_familiar(word, word.start in openers, easy) for word in words)
    share = 100.0 * unfamiliar / len(words)
    return Measured(0.1579 * share + 0.0496 * length + (3.6365 if share > 5.0 else 0.0), len(words))


def _is_familiar(word: Word, opens: bool, easy: frozenset[str]) -> bool:
    """Listed, a name, a numeral, a possessive, or a regular inflection of a listed word, as the formula's rules say."""
    form = word.form.removesuffix("'s").removesuffix("'")
    if form in easy or word.form in easy or form[0].isdigit() or (word.text[0].isupper() and not opens):
        return True
    if "-" in form:
        return all(part in easy for part in form.split("-"))
    for ending, instead in (*_ENDINGS, *_SHORT_ENDINGS):
        if form.endswith(ending):
            base = form.removesuffix(ending) + instead
            if base in easy or (len(base) > 3 and base[-1] == base[-2] and base[:-1] in easy):
                return True
    return False
