"""SEP: the request as a vector, so that evidence is found by meaning and not by words alone.

Not for searching: retrieval compares the vector with those of the sources.
"""

from __future__ import annotations

import msgspec

from simone.clock import Deadline
from simone.records import Case, Encoding
from simone.retrieval.contract import TextEncoder


class SemanticEncoding:
    """Encodes the question, or the text where no question was asked."""

    code = "SEP"
    purpose = "turns the request into a vector, so that evidence is found by meaning"
    reads = frozenset({"request"})
    writes = frozenset({"encoding"})

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with its encoding: (384,) unit float32, little-endian; zeros where the text has no word pieces."""
        deadline.check("encoding the request")
        text = case.request.question.strip() or case.request.text
        vector = self._encoder.encode([text])[0].astype("<f4").tobytes()
        return msgspec.structs.replace(case, encoding=Encoding(text=text, model=self._encoder.name, vector=vector))
