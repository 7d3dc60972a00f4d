"""Records: frozen, and the same after a journey through JSON."""

from __future__ import annotations

import msgspec
import pytest

from simone import records
from simone.records import Case, Evidence, Measured, Output, Request, Score, Unmeasured

STRUCTS = [kind for kind in vars(records).values() if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]


@pytest.mark.parametrize("kind", STRUCTS, ids=lambda kind: kind.__name__)
def test_every_record_is_frozen_and_documented(kind: type[msgspec.Struct]) -> None:
    assert kind.__struct_config__.frozen
    assert kind.__doc__


def test_a_score_that_was_not_measured_never_reads_as_a_number() -> None:
    for score in (Measured(0.5, 10), Unmeasured("nothing was labelled")):
        assert msgspec.json.decode(msgspec.json.encode(score), type=Score) == score
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"type":"unmeasured","value":0.8}', type=Score)


def test_an_empty_case_says_that_nothing_was_written() -> None:
    case = Case(request=Request(question="Who?"))
    written = [field.name for field in msgspec.structs.fields(Case) if getattr(case, field.name)]
    assert set(written) <= {"request", "cost"}
    assert msgspec.json.decode(msgspec.json.encode(case), type=Case) == case


def test_evidence_speaks_of_its_passage() -> None:
    evidence = Evidence("a.md", "1", 1, 0, 3, "Yes", "supports", 1.0)
    assert evidence.passage == "Yes"
    assert "passage" not in {field.name for field in msgspec.structs.fields(Evidence)}


def test_an_output_can_be_read_back() -> None:
    output = Output(run="r", text="t", decision=records.Decision("release", (), "no rule objects"))
    assert msgspec.json.decode(msgspec.json.encode(output), type=Output) == output
