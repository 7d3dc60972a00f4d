"""What a heading, a lead-in or a mark takes back is not carried by reading it either."""

from __future__ import annotations

from pathlib import Path

import pytest

from simone.truth.claims import as_claim
from simone.truth.cross_encoder import CrossEncoder
from simone.truth.judge import Judge, as_passage

STATEMENT = "The old weir at Tarn gave way in 2009 after a week of heavy rain."
CLAIM = "The weir at Tarn broke in 2009 after a rainy week."


def _status(home: Path, source: str) -> tuple[str, str]:
    (verdict,) = Judge(None, CrossEncoder(home)).judge([as_claim(CLAIM, 0)], [as_passage(source, 1)])
    return verdict.status, verdict.reason


@pytest.mark.parametrize(
    "source",
    [
        f"# Myths about the weir\n\n{STATEMENT}",
        f"The following statements are false:\n\n{STATEMENT}",
        f"Common misconceptions:\n\n- {STATEMENT}",
    ],
)
def test_what_is_taken_back_around_a_sentence_is_not_read_as_so(home: Path, source: str) -> None:
    status, reason = _status(home, source)
    assert status == "unverifiable"
    assert "do not state it as a fact" in reason


@pytest.mark.parametrize("source", [STATEMENT, f"# History of the weir\n\n{STATEMENT}", f"In short:\n\n{STATEMENT}"])
def test_what_is_stated_plainly_is(home: Path, source: str) -> None:
    assert _status(home, source)[0] == "supported"
