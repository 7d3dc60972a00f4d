"""Claims that differ from invented documents in one respect each: none may come out supported.

Not for accuracy on public data; `simone bench truth` measures that.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from simone.benchmarks.contrast import Judged, run
from simone.truth.judge import Judge

FIRST_DOCUMENTS = frozenset({"harbour", "match", "bank", "moss", "town", "clinic"})
"""Documents of the first suite, which the exact comparison was made with in view."""


@cache
def judged() -> tuple[Judged, ...]:
    return run(Path(__file__).with_name("contrast.jsonl"), Judge(None), "all").judged


def test_at_most_three_percent_of_the_changed_claims_come_out_supported() -> None:
    changed = [j for j in judged() if not j.case.supported]
    wrong = [j for j in changed if j.status == "supported"]
    assert len(changed) >= 600
    assert len(wrong) <= 0.03 * len(changed), wrong


def test_no_kind_of_change_is_waved_through() -> None:
    for kind in {j.case.kind for j in judged()}:
        changed = [j for j in judged() if j.case.kind == kind and not j.case.supported]
        wrong = [j for j in changed if j.status == "supported"]
        assert len(wrong) <= 0.05 * len(changed), wrong


def test_nine_in_ten_plain_paraphrases_and_conversions_of_the_first_documents_stay_supported() -> None:
    plain = ("paraphrase", "unit conversion")
    kept = [j for j in judged() if j.case.supported and j.case.kind in plain and j.case.document in FIRST_DOCUMENTS]
    lost = [j for j in kept if j.status != "supported"]
    assert len(kept) >= 30
    assert len(lost) <= 0.1 * len(kept), lost


def test_exact_comparison_alone_keeps_a_tenth_of_all_true_claims() -> None:
    true = [j for j in judged() if j.case.supported]
    assert sum(j.status == "supported" for j in true) >= 0.1 * len(true)


def test_hardly_any_true_claim_is_refuted() -> None:
    true = [j for j in judged() if j.case.supported]
    wrong = [j for j in true if j.status == "refuted"]
    assert len(wrong) <= 0.01 * len(true), wrong
