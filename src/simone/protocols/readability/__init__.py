"""REP, readability enhancement: how hard a draft is to read, and what would make it easier.

Not for meaning: no finding here changes what a sentence claims.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from simone import weights
from simone.clock import Deadline
from simone.errors import WeightsMissing
from simone.kernels import kernels
from simone.kernels.reference.counting import first_words
from simone.protocols.readability.indices import find_words, measure
from simone.protocols.readability.style import find_style
from simone.records import Case, DraftSentence, Readability

TARGET_GRADE = 14.0
"""US school grade above which the whole text is reported: two years of college. Our choice."""
EASY_WORDS = "dale-chall-words"

__all__ = ["ReadabilityEnhancement", "easy_words", "read_text"]


class ReadabilityEnhancement:
    """Writes the draft's readability and style findings.

    Dale-Chall needs its word list, a pinned resource under `home`; without it that index alone is unmeasured.
    """

    code = "REP"
    purpose = "measures seven readability indices and names what makes the draft hard to read"
    reads = frozenset({"draft"})
    writes = frozenset({"readability", "style"})

    def __init__(self, home: Path | None = None, target_grade: float = TARGET_GRADE) -> None:
        self._home = home
        self._target_grade = target_grade

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with the statistics of its draft and the findings about its style."""
        if case.draft is None:
            return case
        deadline.check(self.code)
        text, sentences = case.draft.text, case.draft.sentences
        words = find_words(text)
        readability = measure(words, first_words(words, [(s.start, s.end) for s in sentences]), easy_words(self._home))
        style = find_style(text, sentences, words, readability, self._target_grade)
        return msgspec.structs.replace(case, readability=readability, style=style)


def read_text(text: str, home: Path | None = None) -> Readability:
    """The statistics of a text that is not split yet."""
    spans = kernels.split_sentences_batch([text])[0]
    sentences = [DraftSentence(text[start:end], start, end) for start, end in spans.tolist()]
    words = find_words(text)
    return measure(words, first_words(words, [(s.start, s.end) for s in sentences]), easy_words(home))


def easy_words(home: Path | None) -> frozenset[str] | str:
    """The Dale-Chall list under `home`, or the reason why there is none."""
    if home is None:
        return "Dale-Chall needs its list of easy words; none was named"
    try:
        return _read_list(weights.path(EASY_WORDS, home))
    except WeightsMissing as error:
        return str(error)


@lru_cache(maxsize=4)
def _read_list(path: Path) -> frozenset[str]:
    return frozenset(line.strip().lower() for line in path.read_text("utf-8").splitlines() if line.strip())
