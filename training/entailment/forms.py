"""Tables of forms: verbs by each of theirs, and opposites and like words in the same form.

Not for making forms: `simone.truth.inflection` does.
"""

from __future__ import annotations

from simone.kernels.reference.validation import lexicon
from simone.truth.inflection import Forms, inflected, verbs

VERB: dict[str, Forms] = verbs()
PAST: dict[str, Forms] = {verb.past: verb for verb in VERB.values() if verb.past != verb.base}
PARTICIPLE: dict[str, Forms] = {verb.participle: verb for verb in VERB.values() if verb.participle != verb.base}
THIRD: dict[str, Forms] = {verb.third: verb for verb in VERB.values()}
OPPOSITE = inflected(lexicon.DIRECTIONS | lexicon.OPPOSITES)
ALIKE = inflected(lexicon.SYNONYMS)
