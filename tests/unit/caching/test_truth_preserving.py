"""Keys that differ where anything differs, entries that end with their evidence, and no false answer kept or served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simone.caching.codecs import Packed
from simone.caching.disk import DiskCache
from simone.caching.kept import Encoded
from simone.caching.sizes import held_bytes
from simone.caching.tiers import Computed, Tiers
from simone.caching.truth_preserving import (
    Answers,
    Edition,
    Standing,
    canonical,
    document_tag,
    editions_in,
    editions_of,
    key,
    tags_of,
)
from simone.clock import FrozenClock
from simone.errors import ContractBroken
from simone.records import (
    Action,
    Budget,
    Citation,
    Claim,
    Decision,
    Evidence,
    Output,
    OutputContract,
    Request,
    Status,
    Unmeasured,
    Verdict,
)

EDITIONS = st.builds(Edition, st.text(max_size=6), st.text(max_size=3))
BASIS = st.fixed_dictionaries(
    {
        "request": st.builds(
            Request,
            st.text(max_size=20),
            text=st.text(max_size=5),
            policy=st.text(max_size=3),
            seed=st.integers(-9, 9),
            budget=st.builds(Budget, st.floats(0, 9), st.integers(0, 9), st.integers(0, 9)),
            contract=st.builds(OutputContract, max_words=st.integers(0, 3), sections=st.tuples(st.text(max_size=2))),
            explain=st.booleans(),
        ),
        "policy": st.text(max_size=5),
        "evidence": st.lists(EDITIONS, max_size=4),
        "bundle": st.text(max_size=5),
        "tenant": st.text(max_size=5),
    }
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def name_of(basis: Mapping[str, object]) -> bytes:
    request, evidence = basis["request"], basis["evidence"]
    assert isinstance(evidence, list)
    return key(
        request,
        policy=str(basis["policy"]),
        evidence=evidence,
        bundle=str(basis["bundle"]),
        tenant=str(basis["tenant"]),
    )


@given(one=BASIS, other=BASIS)
def test_a_change_of_any_part_gives_another_key(one: dict[str, object], other: dict[str, object]) -> None:
    for part in one:
        changed = {**one, part: other[part]}
        same = one[part] == other[part]
        if part == "evidence":
            same = set(one[part]) == set(other[part])  # type: ignore[call-overload]
        assert (name_of(one) == name_of(changed)) == same


@given(one=BASIS, other=BASIS)
def test_a_change_of_any_field_of_the_request_gives_another_key(
    one: dict[str, object], other: dict[str, object]
) -> None:
    request, second = one["request"], other["request"]
    assert isinstance(request, Request)
    for field in Request.__struct_fields__:
        value = getattr(second, field)
        changed = msgspec.structs.replace(request, **{field: value})
        assert (name_of(one) == name_of({**one, "request": changed})) == (getattr(request, field) == value)


@given(one=BASIS, order=st.randoms())
def test_the_order_of_the_evidence_and_its_repetition_mean_nothing(one: dict[str, object], order: object) -> None:
    evidence = list(one["evidence"])  # type: ignore[call-overload]
    turned = evidence + evidence[:1]
    order.shuffle(turned)  # type: ignore[attr-defined]
    assert name_of(one) == name_of({**one, "evidence": turned})


def alike(one: object, other: object) -> bool:
    """Equal in value and in type all the way down; -0.0 is not 0.0."""
    return msgspec.json.encode(shaped(one), order="deterministic") == msgspec.json.encode(
        shaped(other), order="deterministic"
    )


def shaped(value: object) -> object:
    if isinstance(value, dict):
        return {"dict": {name: shaped(held) for name, held in value.items()}}
    if isinstance(value, list):
        return [shaped(one) for one in value]
    return [type(value).__name__, repr(value)]


@given(one=VALUES, other=VALUES)
def test_canonical_bytes_are_equal_for_equal_values_only(one: object, other: object) -> None:
    assert (canonical(one) == canonical(other)) == alike(one, other)
    assert canonical([one]) != canonical(one)


def test_what_has_no_order_is_written_in_one_and_what_has_no_form_is_refused() -> None:
    assert canonical({"a": 1, "b": {3, 2, 1}}) == canonical({"b": {1, 2, 3}, "a": 1})
    assert canonical(["ab", "c"]) != canonical(["a", "bc"])
    assert canonical(True) != canonical(1)
    assert canonical("half \ud800") != canonical("half ?")
    assert canonical(datetime(2026, 1, 1, tzinfo=UTC)) != canonical(date(2026, 1, 1))
    with pytest.raises(ContractBroken, match="no canonical form"):
        canonical(object())


@given(editions=st.lists(EDITIONS, max_size=5))
def test_tags_name_their_editions(editions: list[Edition]) -> None:
    tags = tags_of(editions)
    assert sorted(editions_in(tags)) == sorted(set(editions))
    assert {document_tag(one.document) for one in editions} <= set(tags)


class Shelf:
    """Documents and their versions, as sources would report them."""

    def __init__(self, **documents: str) -> None:
        self.documents = dict(documents)

    def live(self) -> Mapping[str, str]:
        return self.documents


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[DiskCache]:
    cache = DiskCache(tmp_path / "cache.sqlite", 1_000_000, FrozenClock())
    yield cache
    cache.close()


def test_a_value_whose_evidence_changed_or_was_retired_is_invalid_at_once(disk: DiskCache) -> None:
    shelf = Shelf(a="1", b="1")
    tiers = Tiers("v", [Encoded("v", disk, Packed(str))], held_bytes, FrozenClock(), is_valid=Standing(shelf))
    for name, documents in (("one", ["a"]), ("both", ["a", "b"]), ("none", [])):
        tiers.put(name, name, tags=tags_of(Edition(document, "1") for document in documents))
    shelf.documents["b"] = "2"
    assert (tiers.get("one"), tiers.get("both"), tiers.get("none")) == ("one", None, "none")
    del shelf.documents["a"]
    assert (tiers.get("one"), tiers.get("none")) == (None, "none")
    shelf.documents |= {"a": "1", "b": "1"}
    assert (tiers.get("one"), tiers.get("both")) == (None, None)
    assert tiers.by_tier.invalid == 2


def test_evidence_that_changes_while_a_value_waits_is_seen_by_the_one_who_reads_it(disk: DiskCache) -> None:
    shelf = Shelf(a="1")
    tiers = Tiers("v", [Encoded("v", disk, Packed(str))], held_bytes, FrozenClock(), is_valid=Standing(shelf))

    def old() -> Computed[str]:
        return Computed("old", tags_of([Edition("a", "1")]))

    assert tiers.fetch("k", old).origin == "computed"
    shelf.documents["a"] = "2"
    assert tiers.fetch("k", lambda: Computed("new", tags_of([Edition("a", "2")]))).value == "new"


def output(action: Action = "release", status: Status = "supported", version: int = 1) -> Output:
    evidence = Evidence("a.md", "a", version, 0, 4, "Text", "supports", 1.0)
    verdict = Verdict(Claim("Text", 0, 4, 0), status, "quote", "it says so", Unmeasured("none"), (evidence,))
    citation = Citation(1, "a.md", "a", version, 0, 4, "Text")
    return Output("run", "Text [1]", Decision(action, ("rule",), "because"), (verdict,), (citation,))


def test_only_what_was_released_and_not_refuted_is_kept_as_an_answer(disk: DiskCache) -> None:
    shelf = Shelf(a="1")
    tiers = Tiers("answers", [Encoded("a", disk, Packed(Output))], held_bytes, is_valid=Standing(shelf))
    answers = Answers(tiers)
    assert editions_of(output()) == (Edition("a", "1"),)
    for refused in (output("withhold"), output("revise"), output(status="refuted")):
        assert not answers.keep(b"k", refused)
        assert answers.find(b"k") is None
        tiers.put(b"k", refused)  # put there by someone else
        assert answers.find(b"k") is None
        assert tiers.get(b"k") is None
    assert answers.keep(b"k", output())
    assert answers.find(b"k") == output()
    shelf.documents["a"] = "2"
    assert answers.find(b"k") is None


def test_the_size_of_a_value_counts_what_it_holds() -> None:
    assert held_bytes(output()) > held_bytes("Text") + 500
    shared = "x" * 1000
    assert held_bytes([shared, shared]) < 1500 < held_bytes(["x" * 1000, "y" * 1000])
