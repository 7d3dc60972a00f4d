"""The gate: what is refused, by which rule, and what must not be refused."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simone.clock import FrozenClock
from simone.errors import BadRequest
from simone.memory.contract import Candidate, Filter, Interval, Memory, Origin, Refusal
from simone.memory.gate import MODEL, MOST_CHARACTERS, RULES, Recalled
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore

AGREED = "Belmar agreed in Oslo on 3 May to pay the yard 40 million euros for two new ferries."
TALKED = "We talked for hours about the old harbour and how the fishing boats used to come in every single morning."


def said(text: str, author: str = "Ann", trust: float = 0.9, run: str = "run-1", **fields: object) -> Candidate:
    """A candidate that quotes itself."""
    origin = Origin(f"turn of {author} in {run}", 0, len(text), text, run, author, trust)
    return msgspec.structs.replace(Candidate(text, (origin,)), **fields)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore.open(tmp_path / "memories.sqlite", durable=False)


def rules_of(store: SqliteStore, *candidates: Candidate, recalled: tuple[Recalled, ...] = ()) -> list[str]:
    answers = remember(store, candidates, FrozenClock(), recalled)
    return [answer.rule if isinstance(answer, Refusal) else "" for answer in answers]


def test_what_has_no_words_or_too_many_is_refused(store: SqliteStore) -> None:
    texts = ["", " \n", "?!", "🙂", "a" * (MOST_CHARACTERS + 1), "broken \ud800 text"]
    assert rules_of(store, *map(said, texts)) == ["empty"] * 4 + ["too-long", "unreadable"]


@pytest.mark.parametrize(
    "change",
    [{"quote": " " * len(AGREED)}, {"source": ""}, {"run": ""}, {"end": len(AGREED) - 1}, {"start": -1}, {"quote": ""}],
    ids=str,
)
def test_nothing_is_remembered_without_its_place(store: SqliteStore, change: dict[str, object]) -> None:
    good = said(AGREED)
    bad = msgspec.structs.replace(good, origins=(msgspec.structs.replace(good.origins[0], **change),))
    assert rules_of(store, bad, msgspec.structs.replace(good, origins=())) == ["no-origin", "no-origin"]


def test_a_text_needs_quotes_that_carry_its_words_or_a_verdict(store: SqliteStore) -> None:
    quote = "She said that it was moved to Oslo, in two parts."
    origin = Origin("letter", 5, 5 + len(quote), quote, "run-1", "Ann", 0.9)

    def told(text: str, verdict: str = "") -> Candidate:
        return Candidate(text, (origin,), verdict=verdict)

    assert rules_of(
        store,
        told("Anna said that the archive was moved to Oslo in two parts."),
        told("The archive was moved to Oslo in three parts."),
        told("It was not moved to Oslo."),
        told("Belmar paid the yard for its ferries."),
        told("Belmar agreed to pay the yard.", verdict="supported"),
    ) == ["", "unquoted", "unquoted", "unquoted", ""]


def test_what_a_model_says_needs_the_verdict_supported(store: SqliteStore) -> None:
    verdicts = ("", "refuted", "unverifiable", "supported")
    assert rules_of(store, *(said(AGREED, MODEL, verdict=verdict) for verdict in verdicts)) == [
        *("unsupported",) * 3,
        "",
    ]


def test_what_is_said_by_rote_is_refused(store: SqliteStore) -> None:
    assert rules_of(store, said("Hello there!"), said("Hello, I sold the boat.")) == ["boilerplate", ""]


@pytest.mark.parametrize(
    "again",
    [
        AGREED,
        f"  {AGREED[:-1]}!\n",
        AGREED.lower().replace("belmar", "Belmar").replace("oslo", "Oslo").replace("may", "May"),
        AGREED.replace("agreed", "really agreed"),
        AGREED.replace("two new", "two new,"),
        AGREED.replace("the yard", "yard"),
    ],
)
def test_the_same_said_again_is_refused_and_names_what_it_repeats(store: SqliteStore, again: str) -> None:
    (kept, refused) = remember(store, [said(AGREED), said(again, author="Bob")], FrozenClock())
    assert isinstance(kept, Memory)
    assert isinstance(refused, Refusal)
    assert refused.rule in ("duplicate", "near-duplicate")
    assert refused.existing == kept.id


@pytest.mark.parametrize(
    "other",
    [
        AGREED.replace("40", "50"),
        AGREED.replace("agreed", "never agreed"),
        AGREED.replace("3 May", "4 May"),
        AGREED.replace("Oslo", "Bergen"),
        AGREED.replace("new", "old"),
        AGREED.replace("agreed", "refused"),
        AGREED.replace("million", "billion"),
        AGREED.replace("Belmar", "Tyrell"),
        f"{AGREED} The first sails in June.",
        f"Was it true? {AGREED[:-1]}?",
    ],
)
def test_what_says_something_else_is_no_duplicate_however_alike(store: SqliteStore, other: str) -> None:
    assert rules_of(store, said(AGREED), said(other)) == ["", ""]


def test_what_is_left_of_a_longer_text_is_a_near_duplicate_but_not_the_other_way_round(store: SqliteStore) -> None:
    whole = f"{AGREED} The crew of the older ship will move to the first of them when it sails."
    shorter = whole.replace(" of the older ship", "")
    assert rules_of(store, said(shorter), said(whole)) == ["", ""]
    other = SqliteStore.open(Path(store.place).with_name("other.sqlite"), durable=False)
    assert rules_of(other, said(whole), said(whole.replace(" when it sails", ""))) in (["", "near-duplicate"], ["", ""])


def test_roles_and_directions_make_another_text(store: SqliteStore) -> None:
    pairs = [
        ("The old dog bit the young man in the park by the river last Sunday.", "dog", "man"),
        ("The firm moved from the harbour to the hills after the great flood of that year.", "harbour", "hills"),
    ]
    for text, one, other in pairs:
        swapped = text.replace(one, "#").replace(other, one).replace("#", other)
        assert rules_of(store, said(text), said(swapped))[1] != "near-duplicate"


def test_the_same_words_of_another_person_time_or_validity_are_no_duplicate(store: SqliteStore) -> None:
    ran = "I ran the whole way round the lake yesterday."
    assert rules_of(
        store,
        said(ran, times=(Interval(34, 43, "2026-05-02", "2026-05-02"),)),
        said(ran, run="run-2", times=(Interval(34, 43, "2026-06-09", "2026-06-09"),)),
        said(ran, author="Bob"),
        said(ran, author="Bob", run="run-2"),
        said(AGREED, valid_from="2025-01-01"),
        said(AGREED, run="run-2", valid_from="2024-06-01"),
        said(AGREED, author="Bob"),
        said(AGREED, tenant="other"),
    ) == ["", "", "", "duplicate", "", "", "duplicate", ""]


def test_what_was_recalled_in_a_run_is_not_learned_from_that_run(store: SqliteStore) -> None:
    shown = (Recalled("run-2", (AGREED, TALKED)),)

    def answer(text: str, author: str = MODEL, run: str = "run-2") -> str:
        (rule,) = rules_of(store, said(text, author, run=run, verdict="supported"), recalled=shown)
        return rule

    assert answer(AGREED) == "recalled"
    assert answer(f"{TALKED} {AGREED}") == "recalled"
    assert answer(AGREED.replace("40", "50")) == "recalled"
    assert answer(TALKED.removeprefix("We talked for hours about ")) == "recalled"
    assert answer(AGREED.replace("40", "50"), author="Ann") == ""
    assert answer(f"{AGREED} The keel was laid in Turku.") == ""
    assert answer("Belmar sold three of its oldest ferries to a museum.") == ""
    assert answer(AGREED, run="run-3") == ""


def test_refusals_are_counted_by_rule(store: SqliteStore) -> None:
    rules_of(store, said(AGREED), said(AGREED), said("OK."), said("OK!", tenant="other"), said(AGREED, MODEL))
    assert store.refusals("default") == {"boilerplate": 1, "duplicate": 1, "unsupported": 1}
    assert store.refusals("other") == {"boilerplate": 1}
    assert set(store.refusals("default")) <= set(RULES)


def test_trust_is_the_least_of_the_origins(store: SqliteStore) -> None:
    origins = tuple(msgspec.structs.replace(said(AGREED).origins[0], trust=trust) for trust in (0.9, 0.3, 0.6))
    (kept,) = remember(store, [Candidate(AGREED, origins)], FrozenClock())
    assert isinstance(kept, Memory)
    assert kept.trust == 0.3


@pytest.mark.parametrize(
    ("field", "value"), [("salience", 1.1), ("valence", -2.0), ("arousal", float("nan")), ("valid_from", "soon")]
)
def test_a_number_out_of_its_range_keeps_nothing_of_the_batch(store: SqliteStore, field: str, value: object) -> None:
    with pytest.raises(BadRequest, match=field):
        rules_of(store, said(AGREED), msgspec.structs.replace(said(TALKED), **{field: value}))
    with pytest.raises(BadRequest, match="trust"):
        rules_of(store, said(AGREED), said(TALKED, trust=1.5))
    assert store.changes(0) == ()


def test_a_candidate_that_ends_before_it_begins_is_refused_by_name(store: SqliteStore) -> None:
    with pytest.raises(BadRequest, match="must not end before it begins"):
        rules_of(store, said(AGREED, valid_from="2025-02-01", valid_to="2025-01-01"))


def test_a_busy_tenant_does_not_hide_the_memories_of_another(store: SqliteStore) -> None:
    ours = AGREED.replace("Belmar agreed", "We agreed")
    assert rules_of(store, said(ours, tenant="quiet")) == [""]
    others = [said(ours, author=f"Ann {number}", tenant="busy") for number in range(40)]
    assert rules_of(store, *others).count("") == 40
    assert rules_of(store, said(ours.replace("the yard", "yard"), tenant="quiet")) == ["near-duplicate"]


def test_the_same_words_from_where_more_trust_is_stand_for_what_is_known(store: SqliteStore) -> None:
    asked = [said(AGREED, "web", 0.1), said(AGREED, "contract", 1.0), said(AGREED, "web", 0.1, "run-2")]
    assert rules_of(store, *asked) == ["", "", "duplicate"]
    (current,) = store.select(Filter())
    assert current.trust == 1.0
    (link,) = store.links([current.id])
    assert (link.kind, link.other) == ("stands_for", current.id)
    assert "trusted more (1 against 0.1)" in link.reason
    with store.writing() as writing:
        writing.forget([current.id])
    assert [memory.trust for memory in store.select(Filter())] == [0.1], "what it stood for is there again"


def test_a_text_of_less_trust_cannot_end_what_a_trusted_source_says_too(store: SqliteStore) -> None:
    fee, other = "The fee is 40 euros.", "The fee is 50 euros."
    rules_of(store, said(fee, "web", 0.1), said(fee, "contract", 1.0), said(other, "web", 0.1))
    assert [memory.text for memory in store.select(Filter())] == [fee]


def test_a_pin_on_what_is_known_already_is_kept(store: SqliteStore) -> None:
    pinned = said(AGREED, run="run-2", pinned=True)
    assert rules_of(store, said(AGREED), pinned, pinned, said(AGREED)) == ["", "", "duplicate", "duplicate"]
    assert [memory.pinned for memory in store.select(Filter())] == [True]


@pytest.mark.parametrize("author", ["model", "Model", "assistant", "ChatGPT", "gpt-4o", "AI", "Claude 3"])
def test_what_a_model_wrote_needs_a_verdict_whatever_it_is_called(store: SqliteStore, author: str) -> None:
    assert rules_of(store, said(AGREED, author)) == ["unsupported"]


@pytest.mark.parametrize(
    "author", ["Claude Martin", "Gemini Ganesan", "Mistral wind survey.txt", "Ai Weiwei", "Claudia"]
)
def test_people_are_no_models(store: SqliteStore, author: str) -> None:
    assert rules_of(store, said(AGREED, author)) == [""]


def test_many_statements_of_one_tenant_hide_no_contradiction_of_another(store: SqliteStore) -> None:
    fees = [said(f"The fee is {fee} euros.", tenant="south") for fee in range(100, 140)]
    rules_of(store, said("The fee is 40 euros.", tenant="north"), *fees, said("The fee is 50 euros.", tenant="north"))
    assert [memory.text for memory in store.select(Filter(tenant="north"))] == ["The fee is 50 euros."]


@pytest.mark.parametrize(
    ("quote", "text", "rule"),
    [
        ("Anna stole the boat in Oslo.", "The boat was stolen by Anna in Oslo.", ""),
        ("Anna stole the boat in Oslo.", "The boat was stolen by Berta in Oslo.", "unquoted"),
        ("Anna stole the boat in Oslo.", "Anna stole the boat in Bergen.", "unquoted"),
        ("She stole the boat in Oslo.", "The boat was stolen by Anna in Oslo.", ""),
        ("the ferry to bergen costs 40 euros", "The Bergen ferry costs 40 euros.", ""),
    ],
)
def test_another_name_than_the_quote_has_is_not_carried_by_it(
    store: SqliteStore, quote: str, text: str, rule: str
) -> None:
    assert rules_of(store, Candidate(text, (Origin("letter", 0, len(quote), quote, "run-1", "Ann", 0.9),))) == [rule]


def test_what_stands_for_a_memory_holds_as_long_and_keeps_its_pin_and_days(store: SqliteStore) -> None:
    day = (Interval(0, 6, "2025-03-01", "2025-03-01"),)
    rules_of(store, said(AGREED, "Bob", 0.5, valid_from="2025-03-01", times=day, pinned=True))
    assert rules_of(store, said(AGREED, "contract", 0.9, "run-2", valid_from="2026-01-02")) == [""]
    (current,) = store.select(Filter())
    assert (current.trust, current.pinned, current.times, current.valid_from) == (0.9, True, day, "2025-03-01")


def test_nearly_the_same_words_are_a_near_duplicate_whatever_their_trust(store: SqliteStore) -> None:
    known = "Ann lives in Oslo with two cats and a dog."
    for again in (
        "Well, Ann lives in Oslo, with two cats and a dog!",
        "In my opinion, Ann lives in Oslo with two cats and a dog.",
    ):
        assert rules_of(store, said(known, "web", 0.5)) in ([""], ["duplicate"])
        assert rules_of(store, said(again, "Bob", 0.9, "run-2"))[0] in ("near-duplicate", "")
    assert len({memory.text for memory in store.select(Filter())}) == 1


def test_a_refusal_shows_what_is_known(store: SqliteStore) -> None:
    known, again, framed = remember(store, [said(AGREED), said(AGREED), said(f"In fact, {AGREED}")], FrozenClock())
    assert isinstance(known, Memory)
    for refusal in (again, framed):
        assert isinstance(refusal, Refusal)
        assert f"{known.id}, “{AGREED[:70]}" in refusal.reason


def test_a_speaker_is_one_however_the_name_is_written(store: SqliteStore) -> None:
    home, moved = "I live in Oslo.", "I live in Bergen."
    assert rules_of(store, said(home), said(home, "ann", run="run-2"), said(moved, "ANN", run="run-3")) == [
        "",
        "duplicate",
        "",
    ]
    assert [memory.text for memory in store.select(Filter())] == [moved]
