"""How two executions are compared."""

from __future__ import annotations

from simone.governance.canonical import canonical
from simone.governance.ledger import Entry
from simone.governance.replay import Divergence, first_divergence


def entries(*payloads: object) -> list[Entry]:
    return [Entry(seq, "stage", f"S{seq}", canonical(payload)) for seq, payload in enumerate(payloads)]


def test_equal_runs_do_not_diverge() -> None:
    assert first_divergence(entries({"a": 1}, [1, 2]), entries({"a": 1}, [1, 2])) is None


def test_the_first_difference_is_named_by_its_path() -> None:
    old = entries({"a": 1}, {"draft": {"sentences": [{"text": "x"}, {"text": "y"}]}})
    new = entries({"a": 1}, {"draft": {"sentences": [{"text": "x"}, {"text": "z"}]}})
    assert first_divergence(old, new) == Divergence(1, "stage", "S1", "$.draft.sentences[1].text", '"y"', '"z"')


def test_a_missing_key_or_item_shows_as_nothing() -> None:
    found = first_divergence(entries({"a": [1, 2]}), entries({"a": [1]}))
    assert found is not None
    assert (found.path, found.recorded, found.fresh) == ("$.a[1]", "2", "")


def test_true_is_not_one() -> None:
    found = first_divergence(entries({"a": 1}), entries({"a": True}))
    assert found is not None
    assert found.path == "$.a"


def test_a_run_that_ends_early_or_late_diverges_at_the_missing_step() -> None:
    short, long = entries(1), entries(1, 2)
    assert first_divergence(long, short) == Divergence(1, "stage", "S1", "", "2", "")
    assert first_divergence(short, long) == Divergence(1, "stage", "S1", "", "", "2")


def test_another_stage_or_kind_is_named() -> None:
    old, other = Entry(0, "stage", "VVP", b"1"), Entry(0, "stage", "EEP", b"1")
    assert first_divergence([old], [other]) == Divergence(0, "stage", "VVP", "name", "VVP", "EEP")
    assert first_divergence([old], [Entry(0, "model", "VVP", b"1")]) == Divergence(
        0, "stage", "VVP", "kind", "stage", "model"
    )


def test_long_values_are_shortened() -> None:
    found = first_divergence(entries("a" * 500), entries("b" * 500))
    assert found is not None
    assert len(found.recorded) == 120
    assert found.recorded.endswith("…")


def test_payloads_that_are_not_json_are_compared_as_text() -> None:
    found = first_divergence([Entry(0, "stage", "S", b"\xff")], [Entry(0, "stage", "S", b"x")])
    assert found is not None
    assert (found.path, found.fresh) == ("$", "x")
