import os
from pathlib import Path

import msgspec
import numpy as np
import pytest

from simone import settings
from simone.clock import Deadline, FrozenClock
from simone.errors import BudgetExceeded, WeightsMissing
from simone.protocols.semantic_encoding import SemanticEncoding
from simone.records import Case, Request
from simone.retrieval.encoder import MiniLM
from simone.settings import EncoderSettings

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def encoder() -> MiniLM:
    home = Path(os.environ.get("SIMONE_TEST_HOME") or settings.home())
    try:
        return MiniLM(home, EncoderSettings())
    except WeightsMissing as error:
        pytest.skip(f"the pinned weights are not pulled: {error}")


def applied(encoder: MiniLM, request: Request) -> Case:
    return SemanticEncoding(encoder).apply(Case(request), Deadline(FrozenClock(), 1.0))


def test_the_vector_is_the_encoders_own_as_little_endian_bytes(encoder: MiniLM) -> None:
    question = "What did Belmar agree to pay?"
    encoding = applied(encoder, Request(question)).encoding
    assert encoding is not None
    assert (encoding.text, encoding.model) == (question, encoder.name)
    assert np.frombuffer(encoding.vector, "<f4").tolist() == encoder.encode([question])[0].tolist()


def test_without_a_question_the_text_is_encoded(encoder: MiniLM) -> None:
    encoding = applied(encoder, Request("  ", text="The bridge opened in 1931.")).encoding
    assert encoding is not None
    assert encoding.text == "The bridge opened in 1931."


def test_it_writes_the_encoding_and_nothing_else(encoder: MiniLM) -> None:
    case = Case(Request("Who paid?"))
    after = applied(encoder, case.request)
    assert msgspec.structs.replace(after, encoding=None) == case
    assert SemanticEncoding(encoder).writes == {"encoding"}


def test_a_spent_deadline_stops_it(encoder: MiniLM) -> None:
    with pytest.raises(BudgetExceeded, match="encoding the request"):
        SemanticEncoding(encoder).apply(Case(Request("Who paid?")), Deadline(FrozenClock(), 0.0))
