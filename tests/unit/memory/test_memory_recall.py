"""Recall over a real store: what comes back, in what order, for what reason, and what never does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
import pytest

from simone.clock import FrozenClock
from simone.errors import BadRequest
from simone.memory.contract import Entity, Filter, Interval, Keys, Link, Memory, Origin, Vectors
from simone.memory.recall import EVERYTHING, Recall
from simone.memory.sqlite import SqliteStore
from simone.retrieval.contract import Floats, TokenVectors
from simone.retrieval.encoder import MiniLM
from simone.settings import EncoderSettings

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
Keep = Callable[..., Memory]


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore.open(tmp_path / "memories.sqlite", durable=False)


@pytest.fixture
def keep(store: SqliteStore) -> Keep:
    """Keeps a text; the id tells how many there were before."""
    count = 0

    def kept(text: str, author: str = "Anna", **fields: object) -> Memory:
        nonlocal count
        count += 1
        made = Memory(
            id=f"{count:016x}",
            text=text,
            origins=(Origin(f"D{count}", 0, len(text), text, "run-1", author, 0.9),),
            kind="fact",
            tenant="default",
            session="",
            entities=(),
            times=(),
            statements=(),
            topics=(),
            valence=0.0,
            arousal=0.0,
            salience=0.5,
            pinned=False,
            trust=0.9,
            valid_from="",
            valid_to="",
            recorded_at=f"2026-02-01T00:{count // 60:02d}:{count % 60:02d}+00:00",
        )
        made = msgspec.structs.replace(made, **fields)
        with store.writing() as writing:
            writing.add(made, Keys(count, (), ()))
        return made

    return kept


@pytest.fixture
def recall(store: SqliteStore) -> Recall:
    return Recall(store, clock=FrozenClock(NOW))


def texts(recall: Recall, query: str, which: Filter = EVERYTHING, k: int = 10) -> list[str]:
    return [hit.memory.text for hit in recall.recall(query, which, k)]


def test_what_shares_rare_words_comes_first_and_what_shares_nothing_does_not_come(recall: Recall, keep: Keep) -> None:
    keep("The harbour was closed for repairs.")
    keep("The bridge was closed and the harbour was full of herring boats.")
    keep("Nothing of the kind happened.")
    found = texts(recall, "Which boats brought herring into the harbour?")
    assert found == [
        "The bridge was closed and the harbour was full of herring boats.",
        "The harbour was closed for repairs.",
    ]


def test_every_hit_says_why_and_its_parts_make_its_score(recall: Recall, keep: Keep) -> None:
    keep("I repaired the boat yesterday.", times=(Interval(20, 29, "2026-03-17", "2026-03-17"),))
    (hit,) = recall.recall("When did Anna repair boats?")
    assert hit.score == pytest.approx(sum(part.share for part in hit.parts))
    assert "shares Anna, repair, boats" in hit.why
    assert "about or by anna" in hit.why
    assert "names a time, which is asked for" in hit.why
    assert [part.share for part in hit.parts] == sorted((part.share for part in hit.parts), reverse=True)


def test_who_said_it_is_found_though_the_text_does_not_name_them(recall: Recall, keep: Keep) -> None:
    keep("I adopted a dog.", author="Ben Holt")
    keep("I adopted a dog too.", author="Carla")
    assert texts(recall, "Did Holt adopt a dog?")[0] == "I adopted a dog."
    assert texts(recall, "What do you know of Carla?") == ["I adopted a dog too."]


def test_a_name_is_found_by_its_normal_form(recall: Recall, keep: Keep) -> None:
    keep("She moved to NYC.", entities=(Entity(13, 16, "name", "new york"),))
    assert texts(recall, "Who lives in New York?") == ["She moved to NYC."]


def test_days_in_the_question_count_from_now(recall: Recall, keep: Keep) -> None:
    keep("We planted beans.", valid_from="2026-03-11")
    keep("We planted peas.", valid_from="2026-02-11")
    found = recall.recall("What was planted last week?")
    assert [hit.memory.text for hit in found] == ["We planted beans.", "We planted peas."]
    assert "from last week" in found[0].why
    assert "from last week" not in found[1].why


def test_a_day_that_the_text_names_counts_more_than_the_day_it_was_said(recall: Recall, keep: Keep) -> None:
    keep("Said on the day.", valid_from="2026-05-04")
    keep("Said before, of 4 May.", valid_from="2026-01-01", times=(Interval(16, 21, "2026-05-04", "2026-05-04"),))
    found = recall.recall("What was on 4 May 2026?", now=datetime(2026, 6, 1, tzinfo=UTC))
    assert [hit.memory.text for hit in found] == ["Said before, of 4 May.", "Said on the day."]


def test_an_answer_is_found_by_the_words_of_the_question_before_it(recall: Recall, keep: Keep) -> None:
    keep("What instrument does your brother play these days?", session="s")
    keep("The cello, and rather well.", session="s")
    keep("The trumpet, and rather badly.", session="another")
    assert texts(recall, "Which instrument does the brother play?") == [
        "What instrument does your brother play these days?",
        "The cello, and rather well.",
    ]


def test_memories_without_a_session_are_nobody_s_neighbours(recall: Recall, keep: Keep) -> None:
    keep("What instrument does your brother play these days?")
    keep("The cello, and rather well.")
    assert len(texts(recall, "Which instrument does the brother play?")) == 1


def test_what_is_superseded_comes_back_only_when_it_is_asked_for(
    recall: Recall, keep: Keep, store: SqliteStore
) -> None:
    old = keep("Belmar costs 40 crowns.", valid_from="2026-01-01")
    new = keep("Belmar costs 50 crowns.", valid_from="2026-03-01")
    query = "What does Belmar cost?"
    assert len(texts(recall, query)) == 2
    closes = Link("l", "closes", old.id, new.id, "2026-03-01T00:00:00+00:00", "another price", "2026-03-01")
    with store.writing() as writing:
        writing.link(closes)
    assert texts(recall, query) == [new.text]
    assert texts(recall, query, Filter(valid_at="2026-02-01", current=False)) == [old.text]
    assert texts(recall, query, Filter(known_at="2026-02-15T00:00:00+00:00")) == [new.text, old.text], (
        "the later one first"
    )
    with store.writing() as writing:
        writing.undo("l", "2026-03-02T00:00:00+00:00")
    assert len(texts(recall, query)) == 2


def test_what_another_tenant_keeps_is_not_found_and_changes_no_score(
    recall: Recall, keep: Keep, store: SqliteStore
) -> None:
    keep("The harbour was closed.")
    keep("The harbour master slept.")
    before = recall.recall("harbour master")
    for number in range(20):
        keep(f"Harbour and master, number {number}.", tenant="other", author="master")
    assert recall.recall("harbour master") == before
    assert len(recall.recall("harbour master", Filter(tenant="other"), 50)) == 20
    assert recall.recall("harbour", Filter(tenant="unknown")) == ()


def test_every_tenant_at_once_is_refused(recall: Recall) -> None:
    with pytest.raises(BadRequest, match="name the tenant"):
        recall.recall("harbour", Filter(tenant=""))


def test_nothing_is_found_for_nothing(recall: Recall, keep: Keep) -> None:
    assert recall.recall("harbour") == ()
    keep("The harbour was closed.")
    assert recall.recall("") == ()
    assert recall.recall("the of and") == ()
    assert recall.recall("harbour", k=0) == ()


def test_equal_scores_come_in_the_order_of_ids(recall: Recall, keep: Keep) -> None:
    keep("The harbour was closed.", id="00000000000000ff")
    keep("The harbour was closed.", id="000000000000000a")
    keep("The harbour was closed.", id="00000000000000aa")
    assert [hit.memory.id[-2:] for hit in recall.recall("harbour")] == ["0a", "aa", "ff"]


def test_meaning_finds_what_shares_no_word_and_likeness_makes_room(store: SqliteStore, keep: Keep) -> None:
    rows = np.zeros((4, 8), np.float32)
    rows[0, :2], rows[1, :3], rows[2, :2], rows[3, 7] = (0.8, 0.6), (0.79, 0.6, 0.12), (0.75, -0.66), 1
    kept = [keep(text) for text in ("Alpha one.", "Alpha two.", "Beta.", "Gamma.")]
    query = np.eye(8, dtype=np.float32)[0]
    recall = Recall(store, _Named(), FrozenClock(NOW))
    with store.writing() as writing:
        writing.vectors(Vectors("tests:as-said", tuple(memory.id for memory in kept), rows))
    found = recall.recall("omega", k=4, vector=query)
    assert [hit.memory.text for hit in found] == ["Alpha one.", "Beta.", "Alpha two."]
    assert "cosine 0.80" in found[0].why


@pytest.mark.parametrize(
    ("earlier", "later", "query"),
    [
        ("The code of the gate is heron-7.", "The code of the gate is now tulip-4.", "What is the code of the gate?"),
        ("The choir meets at 18:15 on Mondays.", "The choir meets at 19:45 on Mondays.", "When does the choir meet?"),
        ("My dentist is Dr Ruth Vale.", "My dentist is Dr Ines Holt.", "Who is my dentist?"),
    ],
)
def test_the_later_of_two_that_say_nearly_the_same_comes_first_and_says_why(
    recall: Recall, keep: Keep, earlier: str, later: str, query: str
) -> None:
    keep("Nothing of the kind is kept at the gate.", session="s")
    keep(query, session="s")
    first = keep(earlier, session="s", valid_from="2026-01-05")
    keep(later, valid_from="2026-02-05")
    hits = [hit for hit in recall.recall(query) if hit.memory.text in (earlier, later)]
    assert [hit.memory.text for hit in hits] == [later, earlier]
    assert f"is later than {first.id}" in hits[0].why
    for hit in hits:
        assert hit.score == pytest.approx(sum(part.share for part in hit.parts))
    assert "later" not in [part.name for part in hits[1].parts]


@pytest.mark.parametrize(
    ("earlier", "later", "author"),
    [
        ("I live on the hill in Ghent.", "I live on the quay in Turin.", "Bob"),
        ("The choir meets at 18:15. Bring the red scores.", "The choir meets at 19:45. Bring the red scores.", "Anna"),
        ("Does the choir meet at 18:15?", "Does the choir meet at 19:45?", "Anna"),
        ("The choir meets at 18:15.", "The owner of the boat sings in it.", "Anna"),
    ],
)
def test_what_another_said_of_themselves_or_in_several_sentences_or_asked_is_no_later_one(
    recall: Recall, keep: Keep, earlier: str, later: str, author: str
) -> None:
    keep(earlier, valid_from="2026-01-05")
    keep(later, author, valid_from="2026-02-05")
    parts = [part.name for hit in recall.recall("choir 18:15 live hill owner") for part in hit.parts]
    assert parts
    assert "later" not in parts


def test_what_holds_only_from_a_later_day_is_not_put_above_what_holds(recall: Recall, keep: Keep) -> None:
    keep("The code of the gate is heron-7 for all.", valid_from="2026-01-05")
    keep("The code of the gate is tulip-4 for all.", valid_from="2026-05-01")
    parts = [part.name for hit in recall.recall("What is the code of the gate?") for part in hit.parts]
    assert parts.count("words") == 2
    assert "later" not in parts


def test_what_has_ended_is_passed_over_but_on_its_last_day(recall: Recall, keep: Keep) -> None:
    for number in range(12):
        keep(f"The harbour is closed until day {number}.", valid_to="2026-03-17")
    keep("The harbour of the old town is closed for a while until then.", valid_to="2026-03-18")
    keep("The harbour of the old town will be open from the summer on, it seems.", valid_from="2026-06-01")
    assert len(texts(recall, "Is the harbour closed?", k=4)) == 4
    found = [hit.memory.text for hit in recall.recall_holding("Is the harbour closed?", k=4)]
    assert [text.startswith("The harbour of the old town") for text in found] == [True, True]


class _Named:
    """An encoder that is never asked, since vectors are given."""

    @property
    def name(self) -> str:
        return "tests"

    def encode(self, texts: Sequence[str]) -> Floats:
        raise AssertionError(texts)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        raise AssertionError(texts)


def test_any_number_of_ended_ones_leaves_room_for_what_holds(recall: Recall, keep: Keep) -> None:
    for _ in range(80):  # more than are taken from each part
        keep("The ferry fee.", valid_to="2026-03-17")
    keep("The ferry to Orsk takes an hour, and the fee is paid on board by everybody who wants to come.")
    found = recall.recall_holding("What is the fee of the ferry?", k=3)
    assert [hit.memory.text[:17] for hit in found] == ["The ferry to Orsk"]


def test_what_is_closed_makes_no_word_of_what_holds_common(recall: Recall, keep: Keep, store: SqliteStore) -> None:
    keep("The toll is paid in copper.")
    keep("The gate is made of copper.")
    before = recall.recall("toll gate", k=2)
    latest = keep("Another matter.")
    for number in range(40):
        old = keep(f"The toll number {number}.")
        with store.writing() as writing:
            writing.link(Link(f"l{number}", "closes", old.id, latest.id, old.recorded_at, "another", "2026-01-01"))
    after = recall.recall("toll gate", k=2)
    assert [hit.memory for hit in after] == [hit.memory for hit in before]
    shares = [[round(part.share, 6) for part in hit.parts if part.name == "words"] for hit in (*before, *after)]
    assert shares == [[0.5]] * 4


def test_catching_up_encodes_what_has_no_vector_and_keeps_it_for_others(
    store: SqliteStore, keep: Keep, home: Path
) -> None:
    keep("The ferry to the island was cancelled because of the storm.")
    keep("Grandmother's recipe needs four eggs.")
    recall = Recall(store, MiniLM(home, EncoderSettings()), FrozenClock(NOW))
    steps: list[tuple[int, int]] = []
    assert recall.catch_up(lambda done, total: steps.append((done, total))) == 2
    assert steps == [(2, 2)]
    assert recall.catch_up() == 0
    another = Recall(store, MiniLM(home, EncoderSettings()), FrozenClock(NOW))
    assert another.catch_up() == 0
    for one in (recall, another):
        found = one.recall("Why did no boat sail?", k=1)
        assert found[0].memory.text.startswith("The ferry")
        assert "cosine" in found[0].why


def test_only_what_was_shown_counts_as_used(recall: Recall, keep: Keep, store: SqliteStore) -> None:
    memory = keep("The harbour was closed.")
    hits = recall.recall("harbour")
    assert store.uses([memory.id]) == {}
    recall.shown(hits)
    recall.shown(hits)
    assert store.uses([memory.id])[memory.id].count == 2


def test_what_another_connection_adds_and_forgets_is_seen_at_once(recall: Recall, keep: Keep, tmp_path: Path) -> None:
    keep("The harbour was closed.")
    assert len(recall.recall("harbour")) == 1
    other = SqliteStore.open(tmp_path / "memories.sqlite", durable=False)
    (memory,) = other.get(["0000000000000001"])
    more = msgspec.structs.replace(memory, id="00000000000000ff", text="The harbour is open.")
    with other.writing() as writing:
        writing.add(more, Keys(9, (), ()))
    assert len(recall.recall("harbour")) == 2
    with other.writing() as writing:
        writing.forget([memory.id])
    assert texts(recall, "harbour") == ["The harbour is open."]


def test_threads_recall_while_another_writes_and_none_sees_half_of_it(store: SqliteStore, keep: Keep) -> None:
    recall = Recall(store, clock=FrozenClock(NOW))
    keep("The harbour was closed.")
    failures: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                for hit in recall.recall("harbour", k=100):
                    assert "harbour" in hit.memory.text
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(40):
        keep(f"The harbour had {number} boats.")
        if number % 10 == 9:
            with store.writing() as writing:
                writing.forget([f"{number:016x}"])
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(recall.recall("harbour", k=100)) == 37
