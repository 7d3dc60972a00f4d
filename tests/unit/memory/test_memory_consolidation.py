"""Consolidation joins what says the same and loses nothing: each rule refuses by name, and all can be undone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simone.clock import FrozenClock
from simone.errors import BadRequest, StoreError
from simone.kernels.facts import find_facts
from simone.memory.applying import Batch, apply_plan, undo
from simone.memory.background import BackgroundConsolidation
from simone.memory.consolidation import WORDS, ConsolidationPlan, hashed_words, plan_consolidation
from simone.memory.contract import Candidate, Filter, Interval, Keys, Link, Memory, Origin, Vectors
from simone.memory.episodes import MAX_CHARACTERS, make_episodes
from simone.memory.recall import Recall
from simone.memory.remembering import as_memory, remember
from simone.memory.sqlite import SqliteStore

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "memory.sqlite", durable=False)
    yield opened
    opened.close()


def memory(text: str, at: int = 0, author: str = "Ann", **fields: object) -> Memory:
    """A memory said `at` hours before NOW's day."""
    recorded = datetime(2026, 3, 1 + at // 24, at % 24, tzinfo=UTC).isoformat()
    origin = Origin(f"turn {at}", 0, len(text), text, "r1", author, 0.8)
    return msgspec.structs.replace(as_memory(Candidate(text, (origin,), session="s1"), recorded), **fields)


def keep(store: SqliteStore, *memories: Memory) -> tuple[Memory, ...]:
    with store.writing() as writing:
        for one in memories:
            writing.add(one, Keys(int(one.id, 16) >> 1, (), ()))
    return memories


def consolidated(store: SqliteStore, now: datetime = NOW) -> tuple[ConsolidationPlan, Batch]:
    plan = plan_consolidation(store, "default", now)
    return plan, apply_plan(store, plan, now)


def current(store: SqliteStore) -> set[str]:
    return {one.id for one in store.select(Filter())}


def test_the_same_words_are_merged_into_the_earliest(store: SqliteStore) -> None:
    first, second = keep(
        store, memory("Belmar paid Orsk 4 million crowns."), memory("Belmar paid Orsk 4 million crowns.", 1)
    )
    plan, batch = consolidated(store)
    assert [(merge.memory, merge.into) for merge in plan.merges] == [(second.id, first.id)]
    assert batch.merged == 1
    assert current(store) == {first.id}
    assert store.get([second.id]) == (second,), "the original is kept"
    (link,) = store.links([second.id])
    assert (link.kind, link.other, link.batch) == ("stands_for", first.id, batch.name)


def test_what_was_merged_over_sessions_is_recalled_in_each_of_them(store: SqliteStore) -> None:
    text = "Belmar paid Orsk 4 million crowns."
    first, second = keep(store, memory(text), memory(text, 1, session="s2"))
    _, batch = consolidated(store)
    recall = Recall(store, clock=FrozenClock(NOW))

    def found(*sessions: str) -> list[str]:
        return [hit.memory.id for hit in recall.recall("Who paid Orsk?", Filter(sessions=sessions))]

    assert [found(), found("s1"), found("s2"), found("s1", "s2")] == [[first.id], [first.id], [second.id], [first.id]]
    assert found("s3") == []
    undo(store, batch.name, LATER)
    assert sorted(found()) == sorted((first.id, second.id))


@pytest.mark.parametrize(
    ("left", "right", "loses"),
    [
        ("Belmar paid Orsk 40 crowns for the harbour.", "Belmar paid Orsk 50 crowns for the harbour.", "a number"),
        ("The treaty was signed on 5 March 1931 in Orsk.", "The treaty was signed on 6 March 1931 in Orsk.", "a date"),
        ("The harbour belongs to Belmar since the war.", "The harbour belongs to Tessin since the war.", "a name"),
        ("The harbour is open to all ships.", "The harbour is not open to all ships.", "a negation"),
        ("Ann lent Bob the old blue boat.", "Bob lent Ann the old blue boat.", "the order"),
    ],
)
def test_a_merge_that_would_lose_something_is_refused_by_name(
    store: SqliteStore, left: str, right: str, loses: str
) -> None:
    keep(store, memory(left), memory(right, 1))
    near = np.ones((2, 4), np.float32)  # an encoder that cannot tell them apart
    with store.writing() as writing:
        writing.vectors(Vectors("blunt", tuple(one.id for one in store.select(Filter())), near))
    plan = plan_consolidation(store, "default", NOW, encoder="blunt")
    assert plan.space == "blunt"
    assert plan.merges == ()
    assert [loses in refused.loses for refused in plan.refused] == [True]
    assert plan.refused[0].reason


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"times": (Interval(0, 4, "2026-02-01", "2026-02-01"),)}, "the days are not"),
        ({"valid_from": "2020-01-01"}, ""),
        ({"trust": 0.9}, ""),
        ({"pinned": True}, ""),
    ],
)
def test_the_one_that_stands_holds_longer_is_trusted_more_or_is_pinned(
    store: SqliteStore, changed: dict[str, object], reason: str
) -> None:
    text = "Belmar paid Orsk 4 million crowns."
    plain = memory(text, valid_from="2021-01-01", times=(Interval(0, 4, "2026-01-01", "2026-01-01"),))
    other = msgspec.structs.replace(plain, id="0123456789abcdef", **changed)
    keep(store, plain, other)
    plan = plan_consolidation(store, "default", NOW)
    if reason:
        assert reason in plan.refused[0].reason
        assert plan.merges == ()
    else:
        assert [(merge.memory, merge.into) for merge in plan.merges] == [(plain.id, other.id)]


def test_a_trusted_memory_is_not_hidden_behind_one_that_is_trusted_less(store: SqliteStore) -> None:
    trusted = memory("Belmar paid Orsk 4 million crowns.", trust=0.9, valid_from="2021-01-01")
    pinned = memory("Belmar paid Orsk 4 million crowns.", 1, trust=0.2, pinned=True)
    keep(store, trusted, pinned)
    plan = plan_consolidation(store, "default", NOW)
    assert plan.merges == ()
    assert "trusted 0.90 and the other 0.20" in plan.refused[0].reason


def test_words_of_different_people_stay_apart(store: SqliteStore) -> None:
    keep(store, memory("I love the old harbour."), memory("I love the old harbour.", 1, "Bob"))
    assert consolidated(store)[0].is_empty


def test_a_second_run_proposes_nothing(store: SqliteStore) -> None:
    texts = [f"Belmar paid Orsk {number % 3} million crowns for the harbour of Tessin." for number in range(9)]
    keep(store, *(memory(text, at) for at, text in enumerate(texts)))
    first, _ = consolidated(store)
    assert len(first.merges) == 6
    assert len(first.episodes) == 1
    second = plan_consolidation(store, "default", LATER)
    assert second.is_empty
    assert apply_plan(store, second, LATER) == Batch("", 0, 0, 0)


def test_planning_changes_nothing(store: SqliteStore) -> None:
    keep(store, memory("Orsk won."), memory("Orsk won.", 1))
    before = store.changes(0)
    assert not plan_consolidation(store, "default", NOW).is_empty
    assert store.changes(0) == before


def episode_members(store: SqliteStore) -> tuple[Memory, Memory, Memory]:
    low = memory("The harbour treaty of Orsk was signed in 1931. Nice.", 2, trust=0.3)
    first = memory("Belmar signed the harbour treaty of Orsk.", 0)
    last = memory("The harbour treaty of Orsk was not renewed by Belmar.", 5, valence=-0.4)
    keep(store, first, low, last)
    return first, low, last


def test_an_episode_is_made_of_sentences_to_the_letter_and_trusted_as_its_least_member(store: SqliteStore) -> None:
    first, low, last = episode_members(store)
    plan, batch = consolidated(store)
    (episode,) = plan.episodes
    assert episode.members == (first.id, low.id, last.id)
    assert episode.memory.text.split("\n") == [
        "Belmar signed the harbour treaty of Orsk.",
        "The harbour treaty of Orsk was signed in 1931.",
        "Nice.",
        "The harbour treaty of Orsk was not renewed by Belmar.",
    ]
    assert episode.memory.trust == 0.3
    assert episode.memory.origins == first.origins + low.origins + last.origins
    (kept,) = store.get([episode.memory.id])
    assert kept == episode.memory
    assert {link.memory for link in store.links([kept.id]) if link.kind == "holds"} == set(episode.members)
    assert set(episode.members) < current(store), "members are recalled as before"
    assert batch.episodes == 1


def test_an_episode_that_holds_what_was_closed_is_closed_too(store: SqliteStore) -> None:
    first, _, last = episode_members(store)
    plan, _ = consolidated(store)
    with store.writing() as writing:
        writing.link(Link("l1", "closes", first.id, last.id, LATER.isoformat(), "it says otherwise", LATER.isoformat()))
    stale, batch = consolidated(store, LATER)
    assert [one.episode for one in stale.stale] == [plan.episodes[0].memory.id]
    assert plan.episodes[0].memory.id not in current(store)
    assert batch.closed == 1


def test_an_episode_is_closed_at_once_when_a_new_fact_closes_its_member(store: SqliteStore) -> None:
    said = (
        "The stone harbour of Orsk has 40 berths.",
        "The stone harbour of Orsk has 3 tall cranes.",
        "The stone harbour of Orsk has a small chapel.",
    )
    origins = [Origin(f"t{at}", 0, len(text), text, "r1", "Ann", 0.8) for at, text in enumerate(said)]
    remember(store, [Candidate(text, (one,)) for text, one in zip(said, origins, strict=True)], FrozenClock(NOW))
    plan, _ = consolidated(store)
    (episode,) = plan.episodes
    text = "The stone harbour of Orsk has 60 berths."
    new = Candidate(text, (Origin("t9", 0, len(text), text, "r2", "Ann", 0.8),))
    remember(store, [new], FrozenClock(LATER))
    assert episode.memory.id not in current(store)
    assert {one.text for one in store.select(Filter())} == {text, *said[1:]}


def test_undoing_a_batch_brings_back_what_it_hid_and_closes_its_episodes(store: SqliteStore) -> None:
    members = episode_members(store)
    (copy,) = keep(store, memory(members[0].text, 9))
    _, batch = consolidated(store)
    assert copy.id not in current(store)
    done = undo(store, batch.name, LATER)
    assert (done.links, done.episodes) == (4, 1)
    assert current(store) == {one.id for one in (*members, copy)}
    with pytest.raises(BadRequest, match=batch.name):
        undo(store, batch.name, LATER)
    as_it_was = store.select(Filter(known_at=datetime(2026, 3, 5, 13, tzinfo=UTC).isoformat()))
    assert copy.id not in {one.id for one in as_it_was}, "what was known then is still told"


def test_a_batch_of_another_tenant_is_not_undone(store: SqliteStore) -> None:
    keep(store, *(memory("The harbour fee is 40 euros.", at, tenant="other") for at in (1, 2)))
    batch = apply_plan(store, plan_consolidation(store, "other", NOW), NOW)
    assert batch.merged == 1
    with pytest.raises(BadRequest, match=f"no batch '{batch.name}' of a consolidation of tenant 'default' holds"):
        undo(store, batch.name, LATER)
    assert len(store.select(Filter(tenant="other"))) == 1
    assert undo(store, batch.name, LATER, "other").links == 1
    assert len(store.select(Filter(tenant="other"))) == 2


def test_of_two_who_undo_a_batch_at_once_one_finds_it_undone(store: SqliteStore) -> None:
    episode_members(store)
    _, batch = consolidated(store)
    other = SqliteStore.open(Path(store.place), durable=False)
    answers: list[object] = []

    def undo_it(handle: SqliteStore, later_s: int) -> None:
        try:
            answers.append(undo(handle, batch.name, LATER + timedelta(seconds=later_s)))
        except BadRequest as error:
            answers.append(error)

    both = [threading.Thread(target=undo_it, args=(handle, n)) for n, handle in enumerate((store, other))]
    with store.writing():  # holds both up until each has begun
        for one in both:
            one.start()
        time.sleep(0.2)
    for one in both:
        one.join()
    other.close()
    assert sorted(type(answer).__name__ for answer in answers) == ["BadRequest", "Undone"]
    every = [one.id for one in store.select(Filter(current=False))]
    assert len([link for link in store.links(every) if link.kind == "closes"]) == 1


def test_a_clock_elsewhere_writes_moments_in_utc(store: SqliteStore) -> None:
    episode_members(store)
    keep(store, memory("The harbour fee is 40 euros.", 1), memory("The harbour fee is 40 euros.", 3))
    there = timezone(timedelta(hours=5))
    plan = plan_consolidation(store, "default", NOW.astimezone(there))
    batch = apply_plan(store, plan, NOW.astimezone(there))
    assert batch.merged and batch.episodes
    assert {link.recorded_at for link in store.batch(batch.name)} == {NOW.isoformat()}
    undo(store, batch.name, LATER.astimezone(there))
    assert {link.undone_at for link in store.batch(batch.name)} == {LATER.isoformat()}


def test_a_plan_that_is_out_of_date_is_refused_whole(store: SqliteStore) -> None:
    first, second = keep(store, memory("Orsk won."), memory("Orsk won.", 1))
    plan = plan_consolidation(store, "default", NOW)
    apply_plan(store, plan, NOW)
    with pytest.raises(StoreError, match="plan again"):
        apply_plan(store, plan, LATER)
    with store.writing() as writing:
        writing.forget([first.id])
    with pytest.raises(StoreError, match="forgotten"):
        apply_plan(store, plan, LATER)
    assert current(store) == {second.id}


def test_only_what_is_new_and_near_is_looked_at_when_asked_for(store: SqliteStore) -> None:
    keep(store, *(memory(f"Ship number {at} brought {at + 7} barrels of tar.", at) for at in range(5)))
    seen = plan_consolidation(store, "default", NOW).until
    old, new = keep(
        store, memory("The mayor of Tessin is called Ilva.", 6), memory("The mayor of Tessin is called Ilva.", 7)
    )
    plan = plan_consolidation(store, "default", NOW, since=seen)
    assert plan.considered == 2
    assert [(merge.memory, merge.into) for merge in plan.merges] == [(new.id, old.id)]
    assert plan_consolidation(store, "default", NOW, since=plan.until).considered == 0


def test_tenants_are_never_mixed(store: SqliteStore) -> None:
    keep(store, memory("Orsk won."), memory("Orsk won.", 1, tenant="other"))
    assert consolidated(store)[0].considered == 1


def test_the_background_thread_waits_until_enough_is_new(store: SqliteStore) -> None:
    heard: list[Batch | Exception] = []
    background = BackgroundConsolidation(store, FrozenClock(NOW), least_new=2, every_s=0.01, tell=heard.append)
    keep(store, memory("Orsk won."))
    assert background.step() == ()
    keep(store, memory("Orsk won.", 1))
    assert [batch.merged for batch in background.step()] == [1]
    assert background.step() == ()
    background.start()
    background.stop()


class _Unforeseen(FrozenClock):
    """A clock that fails as nobody foresaw, the first two times it is asked."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self._asked = 0

    def now(self) -> datetime:
        self._asked += 1
        if self._asked <= 2:
            raise ValueError("the clock stands still")
        return super().now()


def test_the_background_thread_tells_of_any_error_and_tries_again(store: SqliteStore) -> None:
    heard: list[Batch | Exception] = []
    is_done = threading.Event()

    def tell(what: Batch | Exception) -> None:
        heard.append(what)
        if isinstance(what, Batch):
            is_done.set()

    keep(store, memory("The harbour fee is 40 euros.", 1), memory("The harbour fee is 40 euros.", 2))
    background = BackgroundConsolidation(store, _Unforeseen(), least_new=2, every_s=0.01, tell=tell)
    background.start()
    assert is_done.wait(20)
    background.stop()
    assert [type(one).__name__ for one in heard[:3]] == ["ValueError", "ValueError", "Batch"]


def test_what_fails_for_one_tenant_as_nobody_foresaw_does_not_stop_the_others(store: SqliteStore) -> None:
    for number, tenant in enumerate(("default", "other", "third")):
        times = (2 * number + 1, 2 * number + 2)
        keep(store, *(memory("The harbour fee is 40 euros.", at, tenant=tenant) for at in times))
    with pytest.raises(ValueError, match="stands still"):
        BackgroundConsolidation(store, _Unforeseen(), least_new=2).step()
    assert [len(store.select(Filter(tenant=tenant))) for tenant in ("default", "other", "third")] == [2, 2, 1]


def test_the_background_looks_at_every_tenant_that_was_told_more(store: SqliteStore) -> None:
    background = BackgroundConsolidation(store, FrozenClock(NOW), least_new=2)
    keep(store, *(memory("Orsk won.", at, tenant=tenant) for at, tenant in enumerate(("one", "one", "two", "two"))))
    assert [batch.merged for batch in background.step()] == [1, 1]
    keep(store, memory("Orsk won.", 5, tenant="two"), memory("Belmar lost.", 6, tenant="two"))
    assert [batch.merged for batch in background.step()] == [1]


def test_a_long_group_becomes_several_episodes() -> None:
    group = [memory(f"Ship {at} " + "brought barrels of tar to Orsk " * 20 + ".", at) for at in range(12)]
    episodes, unmade = make_episodes([group], 2, NOW)
    assert len(episodes) > 1
    assert unmade == ()
    assert all(len(episode.memory.text) <= MAX_CHARACTERS for episode in episodes)


def test_members_that_never_hold_together_make_no_episode() -> None:
    old = memory("Belmar owned the harbour.", valid_from="1931-01-01", valid_to="1940-01-01")
    new = memory("Tessin owns the harbour.", valid_from="1950-01-01")
    _, unmade = make_episodes([[old, new]], 2, NOW)
    assert "no time" in unmade[0].reason


NAMES, NUMBERS = ("Belmar", "Orsk", "Ann Lee"), ("40", "50", "4,000", "2.5", "seven")
WHEN = ("on 5 March 1931", "in 1940", "yesterday", "on Monday", "")
DONE = ("paid", "did not pay", "never paid", "lent")
sentences = st.builds(
    lambda who, done, count, to, when: f"{who} {done} {to} {count} crowns {when}".strip() + ".",
    *(st.sampled_from(choice) for choice in (NAMES, DONE, NUMBERS, NAMES, WHEN)),
)
texts = st.lists(sentences, min_size=1, max_size=2).map(" ".join)


def facts(text: str) -> list[tuple[int, str]]:
    return [(fact.kind, fact.form) for fact in find_facts(text)]


def split(text: str) -> list[str]:
    return text.replace(". ", ".\n").split("\n")


def is_kept(lost: Sequence[tuple[int, str]], kept: Sequence[tuple[int, str]]) -> bool:
    """Whether all of it is there in its order."""
    left = iter(kept)
    return all(fact in left for fact in lost)


@given(st.lists(texts, min_size=2, max_size=10), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_date_number_name_or_negation_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, said: list[str], blunt: bool
) -> None:
    store = SqliteStore.open(tmp_path_factory.mktemp("any") / "memory.sqlite", durable=False)
    memories = {one.id: one for one in keep(store, *(memory(text, at) for at, text in enumerate(said)))}
    encoder = "blunt" if blunt else ""
    with store.writing() as writing:
        writing.vectors(Vectors("blunt", tuple(memories), np.ones((len(memories), 4), np.float32)))
    plan = plan_consolidation(store, "default", NOW, encoder=encoder, least_members=2)
    for merge in plan.merges:
        assert is_kept(facts(memories[merge.memory].text), facts(memories[merge.into].text))
    for episode in plan.episodes:
        for member in episode.members:
            for sentence in split(memories[member].text):
                assert is_kept(facts(sentence), facts(episode.memory.text))
        assert set(split(episode.memory.text)) <= {
            sentence for one in episode.members for sentence in split(memories[one].text)
        }
        assert episode.memory.trust == min(memories[one].trust for one in episode.members)
    apply_plan(store, plan, NOW)
    again = plan_consolidation(store, "default", NOW, encoder=encoder, least_members=2)
    assert again.merges == ()
    assert set(memories) <= {one.id for one in store.select(Filter(current=False))}
    store.close()


def test_hashed_words_are_unit_rows_that_depend_on_their_own_text_alone() -> None:
    rows = hashed_words(["Belmar paid Orsk.", "The harbour."])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0)
    assert (hashed_words(["Belmar paid Orsk."])[0] == rows[0]).all()
    assert WORDS == "words"
