"""ESL, emotional state: what a draft feels like to read.

Not for verdicts: tone never changes what is true or released.
"""

from __future__ import annotations

import msgspec

from simone.clock import Deadline
from simone.protocols.emotional_state.reading import emotion_labels, read_tone
from simone.records import Case

__all__ = ["EmotionalState", "emotion_labels", "read_tone"]


class EmotionalState:
    """Writes the draft's tone."""

    code = "ESL"
    purpose = "reads valence, arousal and discrete emotions of the draft, with the words that carry them"
    reads = frozenset({"draft"})
    writes = frozenset({"tone"})

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with the tone of its draft; without a draft there is nothing to read."""
        if case.draft is None:
            return case
        deadline.check(self.code)
        return msgspec.structs.replace(case, tone=read_tone(case.draft.text))
