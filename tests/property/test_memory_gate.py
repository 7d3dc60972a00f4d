"""Whatever is said: what differs in a fact is never refused as said before, and what does not is never kept twice."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from simone.clock import FrozenClock
from simone.memory.contract import Candidate, Filter, Memory, Origin, Refusal
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore

NAMES = ("Anna", "Bela", "Belmar", "Ines Toral", "Corvane")
PLACES = ("Oslo", "Graz", "New York", "Aarhus")
FACTS = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(("agreed", "did not agree", "never agreed", "refused", "may agree")),
    st.integers(2, 60),
    st.sampled_from(("euros", "dollars", "ships")),
    st.sampled_from(("from", "to")),
    st.permutations(PLACES).map(lambda places: tuple(places[:2])),
    st.sampled_from(("3 May 2024", "4 May 2024", "June", "2019")),
)
Fact = tuple[str, str, int, str, str, tuple[str, str], str]
FORMS = (
    lambda text: text,
    lambda text: f"  {text}\n",
    lambda text: text[:-1] + "!",
    lambda text: f"Well, {text[0].lower() if text.startswith('The') else text[0]}{text[1:]}",
    lambda text: text.replace(" the ", " "),
)


def told(fact: Fact) -> str:
    name, verb, number, unit, way, (one, other), day = fact
    return f"{name} {verb} on {day} to send the {number} {unit} {way} {one} by way of {other} before the winter."


def said(text: str) -> Candidate:
    return Candidate(text, (Origin("log", 0, len(text), text, "run", "Ann", 0.9),))


@settings(max_examples=60, deadline=None)
@given(st.lists(FACTS, min_size=1, max_size=6, unique=True), st.data())
def test_every_fact_is_kept_once_in_whatever_order_and_form_it_is_said(facts: list[Fact], data: st.DataObject) -> None:
    turns = [(fact, form) for fact in facts for form in FORMS]
    order = data.draw(st.permutations(turns))
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore.open(Path(folder, "memories.sqlite"), durable=False)
        answers = remember(store, [said(form(told(fact))) for fact, form in order], FrozenClock())
        made = [(fact, one.id) for (fact, _), one in zip(order, answers, strict=True) if isinstance(one, Memory)]
        live = {memory.id for memory in store.select(Filter())}
        kept, closed = [fact for fact, _ in made], [fact for fact, name in made if name not in live]
        assert set(kept) == set(facts)
        again = [fact for fact in kept if kept.count(fact) > 1]
        assert set(again) <= set(closed)  # what is said again after something closed it is said anew
        rules = {answer.rule for answer in answers if isinstance(answer, Refusal)}
        assert rules <= {"duplicate", "near-duplicate"}
        store.close()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8), st.sampled_from(("Ann", "model")))
def test_any_texts_are_kept_or_refused_and_never_break_the_store(texts: list[str], author: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore.open(Path(folder, "memories.sqlite"), durable=False)
        candidates = [Candidate(text, (Origin("log", 0, len(text), text, "run", author, 0.5),)) for text in texts]
        answers = remember(store, candidates, FrozenClock())
        assert len(answers) == len(texts)
        kept = [one for one in answers if isinstance(one, Memory)]
        assert store.get([one.id for one in kept]) == tuple(kept)
        assert sum(store.refusals("default").values()) == len(texts) - len(kept)
        assert not kept or author != "model"
        assert store.check() == ()
        remember(store, candidates, FrozenClock())
        assert store.select(Filter(current=False)) == tuple(kept)
        store.close()
