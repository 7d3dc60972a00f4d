"""Contradictions at writing: what is closed, by what, since when; nothing overwritten, everything undone again."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.clock import FrozenClock
from simone.memory.contract import Candidate, Filter, Interval, Link, Memory, Origin
from simone.memory.holding import closed_along
from simone.memory.remembering import remember, undo
from simone.memory.sqlite import SqliteStore


def clock(day: int) -> FrozenClock:
    return FrozenClock(datetime(2026, 1, day, tzinfo=UTC))


def said(text: str, author: str = "Ann", trust: float = 0.9, **fields: object) -> Candidate:
    origin = Origin(f"turn of {author}", 0, len(text), text, "run-1", author, trust)
    return msgspec.structs.replace(Candidate(text, (origin,)), **fields)


def keep(store: SqliteStore, day: int, candidate: Candidate) -> Memory:
    (kept,) = remember(store, [candidate], clock(day))
    assert isinstance(kept, Memory), kept
    return kept


def texts(store: SqliteStore, which: Filter | None = None) -> set[str]:
    return {memory.text for memory in store.select(which or Filter())}


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore.open(tmp_path / "memories.sqlite", durable=False)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("Belmar agreed to pay 40 euros.", "Belmar agreed to pay 50 euros.", "“40 euros” here, “50 euros” there"),
        ("The meeting is on May 3, 2024.", "The meeting is on May 5, 2024.", "date"),
        ("Anna is married.", "Anna is not married.", "yes or no"),
        ("Anna works for Belmar.", "Anna no longer works for Belmar.", "yes or no"),
        ("Prices rose in May.", "Prices fell in May.", "direction"),
        ("Anna is taller than Bob.", "Anna is shorter than Bob.", "direction"),
        ("I love hiking.", "I hate hiking.", "“love” here, “hate” there"),
        ("The house was built in 1920.", "The house was built in 1930.", "date"),
        ("The party is on Monday.", "The party is on Friday.", "“Monday” here, “Friday” there"),
        ("Ingrid likes rye bread.", "Ingrid does not like rye bread.", "yes or no"),
        ("I don't like rye bread.", "I like rye bread.", "yes or no"),
        ("Marek lives in Graz.", "Marek lives in Aarhus.", "(place or name): “Graz” here, “Aarhus” there"),
        ("I live in New York with Bob.", "I now live in Rome with Bob.", "“New York” here, “Rome” there"),
        ("Marek's boss at the bicycle shop is Diego.", "Marek's boss at the bicycle shop is Olga.", "“Diego” here"),
        ("The capital of Utopia is Rome.", "The capital of Utopia is Oslo.", "“Rome” here"),
        ("My favourite food is fried rice.", "My favourite food is sushi.", "“fried rice” here, “sushi” there"),
        ("Anna is married to Bob Lee.", "Anna is married to Carl Fox.", "“Bob Lee” here, “Carl Fox” there"),
        ("The trip takes 3 hours.", "The trip takes 3 days.", "unit"),
        ("I have three children.", "I have two children.", "“three” here, “two” there"),
        ("There are 40 cranes in the yard.", "There are 50 cranes in the yard.", "“40” here, “50” there"),
        ("Caroline went to the office in June 2023.", "Caroline did not go to the office in June 2023.", "yes or no"),
        ("My favourite colour is blue.", "My favourite colour is red.", "“blue” here, “red” there"),
    ],
)
def test_a_later_fact_closes_the_one_it_contradicts(store: SqliteStore, before: str, after: str, named: str) -> None:
    old, new = keep(store, 1, said(before)), keep(store, 2, said(after))
    (link,) = store.links([old.id])
    assert (link.kind, link.memory, link.other) == ("closes", old.id, new.id)
    assert link.valid_to == link.recorded_at == new.recorded_at
    assert named in link.reason
    assert texts(store) == {after}
    assert texts(store, Filter(current=False)) == {before, after}
    assert texts(store, Filter(known_at="2026-01-01T12:00:00+00:00")) == {before}
    assert texts(store, Filter(valid_at="2026-01-01", current=False)) == {before}
    assert texts(store, Filter(valid_at="2026-01-03", current=False)) == {after}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("In 2020 revenue was 40 million.", "In 2021 revenue was 50 million."),
        ("Anna works for Belmar.", "Anna works for Tyrell."),
        ("Anna has three children.", "Bela has two children."),
        ("Belmar agreed to pay 40 euros.", "Belmar may pay 50 euros."),
        ("Is Anna married?", "Anna is not married."),
        ("Writer 4 alone knows pier 0.", "Writer 4 alone knows pier 1."),
        ("Flight BA 12 leaves at noon.", "Flight BA 13 leaves at noon."),
        ("Crate 3 weighs 40 tons.", "Crate 4 weighs 40 tons."),
        ("Chapter three deals with the war.", "Chapter four deals with the war."),
        ("Revenue in 2020 was 40 million.", "Revenue in 2021 was 40 million."),
        ("Anna moved to Paris in 2019.", "Anna moved to Paris in 2021."),
        ("Anna has a blue car.", "Anna has a red car."),
        ("Anna has a dog.", "Anna has a cat."),
        ("Anna's father lives in Rome.", "Anna's mother lives in Rome."),
        ("The left engine failed.", "The right engine failed."),
        ("Anna bought a cheap car.", "Anna bought an expensive car."),
        ("Anna bought a house.", "Anna sold a house."),
        ("The dog bit the man in the park.", "The man bit the dog in the park."),
        ("A man has 3 dogs.", "A man has 2 dogs."),
        ("She has three children.", "She has two children."),
        ("I ran 5 miles in the park.", "I ran 6 miles in the park."),
        ("I met my brother on Monday.", "I met my brother on Friday."),
        ("Weavers are not working at looms.", "Weavers are working."),
        ("Anna lived in Rome.", "Anna lived in Oslo."),
        ("Anna liked the tea.", "Anna does not like the tea."),
        ("Marek lives in Graz.", "Olga lives in Aarhus."),
        ("Marek lives in Graz with Olga.", "Marek lives in Aarhus in summer."),
        ("The house of Marek is in Graz.", "The house of Marek is in Aarhus."),
        ("He lives in Graz.", "He lives in Aarhus."),
        ("Marek lives in Graz.", "Marek lives in Graz Old Town in spring."),
        ("Anna's sister is Olga.", "Anna's sister is Bela."),
        ("Crate 0 of batch 0 on shelf 1 weighs 40 tons.", "Crate 0 of batch 1 on shelf 0 weighs 50 tons."),
        ("Grisham won the vote.", "Grisham barely won the vote."),
        ("Anna is married. She lives in Rome.", "Anna is not married."),
    ],
)
def test_what_can_both_be_true_closes_nothing(store: SqliteStore, before: str, after: str) -> None:
    keep(store, 1, said(before))
    keep(store, 2, said(after))
    assert texts(store) == {before, after}


def test_validity_that_is_told_decides_which_of_two_is_the_later(store: SqliteStore) -> None:
    late = keep(store, 1, said("The fee is 40 euros.", valid_from="2025-01-01"))
    early = keep(store, 2, said("The fee is 30 euros.", valid_from="2020-01-01"))
    (link,) = store.links([late.id])
    assert (link.memory, link.other, link.valid_to) == (early.id, late.id, "2025-01-01")
    for moment, text in (("2022-01-01", early.text), ("2025-01-01", late.text)):
        assert texts(store, Filter(valid_at=moment, current=False)) == {text}
    assert texts(store) == {late.text}
    over = keep(store, 3, said("The fee is 20 euros.", valid_from="2010-01-01", valid_to="2015-01-01"))
    assert store.links([over.id]) == ()


def test_a_fact_that_tells_since_when_ends_the_earlier_one_at_that_time(store: SqliteStore) -> None:
    old = keep(store, 1, said("Anna is married."))
    keep(store, 5, said("Anna is not married.", valid_from="2025-07-01"))
    (link,) = store.links([old.id])
    assert link.valid_to == "2025-07-01"
    assert texts(store, Filter(valid_at="2025-06-30", current=False)) == {"Anna is married."}


def test_text_of_less_trust_closes_nothing_and_never_held(store: SqliteStore) -> None:
    trusted = keep(store, 1, said("Belmar agreed to pay 40 euros.", trust=0.9))
    doubtful = keep(store, 2, said("Belmar agreed to pay 50 euros.", "Bob", trust=0.5))
    (link,) = store.links([doubtful.id])
    assert (link.memory, link.other) == (doubtful.id, trusted.id)
    assert "trusted more (0.9 against 0.5)" in link.reason
    assert texts(store) == {trusted.text}
    assert texts(store, Filter(valid_at="2026-01-03", current=False)) == {trusted.text}
    better = keep(store, 3, said("Belmar agreed to pay 60 euros.", "Eve", trust=1.0))
    assert texts(store) == {better.text}
    assert texts(store, Filter(valid_at="2026-01-02", current=False)) == {trusted.text}


def test_what_loses_against_one_closes_no_other(store: SqliteStore) -> None:
    keep(store, 1, said("The bridge is 40 metres long.", "Ann", 0.9))
    keep(store, 2, said("The bridge is 45 metres long.", "Bob", 0.3))
    undo(store, [link.id for link in store.links([one.id for one in store.select(Filter(current=False))])], clock(3))
    assert len(store.select(Filter())) == 2
    third = keep(store, 4, said("The bridge is 50 metres long.", "Cid", 0.5))
    links = [link for link in store.links([third.id]) if not link.undone_at]
    assert [link.memory for link in links] == [third.id]
    assert len(store.select(Filter())) == 2


def test_two_people_may_say_the_opposite_of_themselves(store: SqliteStore) -> None:
    keep(store, 1, said("I love hiking.", "Ann"))
    keep(store, 2, said("I hate hiking.", "Bob"))
    assert texts(store) == {"I love hiking.", "I hate hiking."}
    keep(store, 3, said("I hate hiking.", "Ann"))
    assert {(one.text, one.origins[0].author) for one in store.select(Filter())} == {
        ("I hate hiking.", "Bob"),
        ("I hate hiking.", "Ann"),
    }


def test_two_occasions_are_no_contradiction(store: SqliteStore) -> None:
    day = (Interval(0, 1, "2026-01-01", "2026-01-01"),)
    other_day = (Interval(0, 1, "2026-01-02", "2026-01-02"),)
    keep(store, 1, said("We met 3 friends at the beach.", times=day))
    keep(store, 2, said("We met 2 friends at the beach.", times=other_day))
    keep(store, 3, said("Anna sold 3 boats.", kind="event"))
    keep(store, 4, said("Anna sold 2 boats.", kind="event"))
    assert len(texts(store)) == 4
    keep(store, 5, said("We met 4 friends at the beach.", times=other_day))
    assert texts(store) >= {"We met 3 friends at the beach.", "We met 4 friends at the beach."}
    assert "We met 2 friends at the beach." not in texts(store)


def test_a_contradiction_is_found_behind_many_memories_of_the_same_people(store: SqliteStore) -> None:
    old = keep(store, 1, said("Anna has three children."))
    things = "boats dogs cats horses houses farms books songs coats bags maps lamps".split()
    crowd = [
        said(f"Anna has {number} {thing} in the {place}.")
        for number in range(4, 10)
        for thing in things
        for place in ("north", "south", "east", "west")
    ]
    remember(store, crowd, clock(2))
    keep(store, 3, said("Anna has two children."))
    assert old.text not in texts(store)


def test_an_undone_link_gives_back_the_earlier_answer_and_the_history_stays(store: SqliteStore) -> None:
    old = keep(store, 1, said("Anna is married."))
    new = keep(store, 3, said("Anna is not married."))
    (link,) = store.links([old.id])
    assert undo(store, [link.id, "unknown"], clock(5)) == 1
    assert undo(store, [link.id], clock(6)) == 0
    assert texts(store) == {old.text, new.text}
    assert texts(store, Filter(known_at="2026-01-04")) == {new.text}
    assert texts(store, Filter(known_at="2026-01-02")) == {old.text}


STATEMENTS = st.tuples(
    st.sampled_from(["The fee", "The fine", "The bridge of Oslo"]),
    st.sampled_from(["is {} euros.", "is not {} euros."]),
    st.integers(1, 4),
    st.sampled_from([0.5, 0.9]),
    st.sampled_from(["", "2024-01-01", "2025-01-01"]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(STATEMENTS, min_size=1, max_size=8), st.data())
def test_nothing_is_overwritten_and_undoing_everything_gives_back_every_memory(
    statements: list[tuple[str, str, int, float, str]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore.open(Path(folder, "memories.sqlite"), durable=False)
        seen: list[tuple[Memory, ...]] = []
        kept: list[Memory] = []
        for day, (subject, rest, number, trust, since) in enumerate(statements, start=1):
            candidate = said(f"{subject} {rest.format(number)}", trust=trust, valid_from=since)
            kept.extend(one for one in remember(store, [candidate], clock(day)) if isinstance(one, Memory))
            seen.append(store.select(Filter()))
        assert store.get([one.id for one in kept]) == tuple(kept)
        links: tuple[Link, ...] = store.links([one.id for one in kept])
        trusts = {one.id: one.trust for one in kept}
        assert all(trusts[link.other] >= trusts[link.memory] for link in links)
        for day, answer in enumerate(seen, start=1):
            assert store.select(Filter(known_at=f"2026-01-{day:02d}T00:00:00+00:00")) == answer
        order = data.draw(st.permutations(links))
        assert undo(store, [link.id for link in order], clock(20)) == len(links)
        assert store.select(Filter()) == tuple(kept)
        for day, answer in enumerate(seen, start=1):
            assert store.select(Filter(known_at=f"2026-01-{day:02d}T00:00:00+00:00")) == answer
        assert store.check() == ()
        store.close()


def test_what_a_closed_memory_stands_for_is_closed_with_it(store: SqliteStore) -> None:
    first = keep(store, 1, said("The fee is 40 euros.", "web", 0.3, valid_from="2026-01-01"))
    second = keep(store, 2, said("The fee is 40 euros.", "Ann", 0.9, valid_from="2026-01-02"))
    third = keep(store, 3, said("The fee is 50 euros.", "Ann", 0.9, valid_from="2026-03-01"))
    closing = {link.memory: link for link in store.links([first.id, second.id]) if link.kind == "closes"}
    assert {memory: (link.other, link.valid_to) for memory, link in closing.items()} == {
        first.id: (third.id, "2026-03-01"),
        second.id: (third.id, "2026-03-01"),
    }
    assert f"it says the same as {second.id}" in closing[first.id].reason
    assert texts(store, Filter(valid_at="2026-04-01", current=False)) == {"The fee is 50 euros."}
    assert closed_along(store, [closing[second.id]]) == [closing[first.id]]
    assert closed_along(store, [closing[first.id]]) == []
    undo(store, [closing[first.id].id], clock(4))
    assert closed_along(store, [closing[second.id]]) == []


def test_what_happened_is_told_of_two_days_as_two_things(store: SqliteStore) -> None:
    keep(store, 1, said("Lee paid 20 euros for lunch.", valid_from="2026-08-04"))
    keep(store, 2, said("Lee paid 30 euros for lunch.", valid_from="2026-08-05"))
    keep(store, 3, said("Lee paid 40 euros for lunch.", valid_from="2026-08-05"))
    assert texts(store) == {"Lee paid 20 euros for lunch.", "Lee paid 40 euros for lunch."}


def test_twins_are_closed_together_within_one_call_too(store: SqliteStore) -> None:
    keep(store, 1, said("The fee is 40 euros.", "web", 0.5))
    told = [said("The fee is 40 euros.", "Ann", 0.8), said("The fee is 50 euros.", "Ann", 0.8)]
    remember(store, told, clock(2))
    assert texts(store, Filter(valid_at="2026-01-03", current=False)) == {"The fee is 50 euros."}


def test_a_link_is_not_undone_before_it_was_made(store: SqliteStore) -> None:
    first = keep(store, 5, said("The fee is 40 euros."))
    keep(store, 6, said("The fee is 50 euros."))
    undo(store, [link.id for link in store.links([first.id])], clock(5))
    (link,) = store.links([first.id])
    assert link.undone_at == link.recorded_at


def test_a_labelled_thing_is_found_among_a_hundred_in_the_same_words(store: SqliteStore) -> None:
    for number in range(1, 101):
        keep(store, 1, said(f"The fee for berth {number} is {1000 + number} euros."))
        keep(store, 1, said(f"Locker {number} is empty."))
    keep(store, 2, said("The fee for berth 7 is 1500 euros."))
    keep(store, 2, said("Locker 9 is not empty."))
    held = texts(store, Filter(valid_at="2026-01-03T00:00:00Z"))
    assert "The fee for berth 7 is 1500 euros." in held
    assert "The fee for berth 7 is 1007 euros." not in held
    assert "Locker 9 is empty." not in held
    assert len(held) == 200


def test_what_tells_since_when_it_holds_gives_way_to_no_earlier_word_of_the_day(store: SqliteStore) -> None:
    keep(store, 1, said("The toll is 4 euros.", valid_from="2026-01-01"))
    since = Interval(0, 16, "2025-03-01", "")
    new = keep(store, 8, said("Since March 2025 the toll is 5 euros.", valid_from="2025-03-01", times=(since,)))
    assert texts(store) == {new.text}


def test_how_it_was_is_told_of_two_days_as_two_things(store: SqliteStore) -> None:
    for day, text in ((1, "The bus was late."), (2, "The bus was not late."), (3, "The bus was 9 minutes late.")):
        keep(store, day, said(text, valid_from=f"2026-01-0{day}"))
    assert len(texts(store)) == 3


def test_a_password_in_other_capitals_is_another_password(store: SqliteStore) -> None:
    first = keep(store, 1, said("The wifi password is Blue."))
    second = keep(store, 2, said("The wifi password is blue."))
    assert texts(store) == {"The wifi password is blue."}
    third = keep(store, 3, said("The wifi password is Blue."))
    assert third.id != first.id
    assert texts(store) == {"The wifi password is Blue."}
    ended = {link.memory: link.other for link in store.links([first.id, second.id, third.id])}
    assert ended == {first.id: second.id, second.id: third.id}
