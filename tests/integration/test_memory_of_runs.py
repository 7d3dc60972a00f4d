"""Runs remember what they released and recall it later, where that is turned on; where it is off nothing changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from simone.clock import FrozenClock
from simone.errors import BadRequest, EvidenceMissing, ModelError, RunForgotten
from simone.memory.contract import Candidate, Filter, Origin, Refusal
from simone.memory.forgetting import Wish, plan_forgetting
from simone.memory.remembering import remember
from simone.mvlm.scripted import Scripted
from simone.observability.events import Event
from simone.protocols.memory_tagging.candidates import Said
from simone.records import Output, Request
from simone.runtime import Runtime, replay
from simone.runtime.recalling import FROM_MEMORY, RunMemory
from simone.runtime.remembering import forget_everywhere, open_memory, remember_said
from simone.settings import MemorySettings, Settings

ASKED = Request("What did Belmar agree to pay?")
ON = Settings(durable=False, memory=MemorySettings(enabled=True))


def run(
    home: Path, sources: Path | None, settings: Settings = ON, request: Request = ASKED
) -> tuple[Output, list[str]]:
    heard: list[Event] = []
    with Runtime.open(sources or (), home=home, settings=settings) as house:
        output = house.run(request, heard.append)
    return output, [event.note for event in heard if event.stage == "MEMORY"]


def test_without_memory_nothing_is_opened_and_the_run_is_the_same(ready_home: Path, belmar: Path) -> None:
    output, notes = run(ready_home, belmar, Settings(durable=False))
    again, _ = run(ready_home, belmar, Settings(durable=False, memory=MemorySettings(half_life_days=3)))
    assert (output, notes) == (again, [])
    assert not (ready_home / "memory.sqlite").exists()
    with Runtime.open(belmar, home=ready_home, settings=Settings(durable=False)) as house:
        assert house.memory is None


def test_a_released_run_is_remembered_with_the_quotes_that_carry_it(ready_home: Path, belmar: Path) -> None:
    output, notes = run(ready_home, belmar)
    assert output.decision.action == "release"
    with Runtime.open(belmar, home=ready_home, settings=ON) as house:
        assert house.memory is not None
        memories = house.memory.select(Filter())
        texts = {document: house.source_text(document) for document in house.retriever.documents()}
    assert memories, notes
    for memory in memories:
        own, *evidence = memory.origins
        assert own.run == output.run
        assert evidence
        for origin in evidence:
            assert texts[origin.source][origin.start : origin.end] == origin.quote
    assert f"{len(memories)} remembered" in notes[0]


def test_the_same_run_again_is_not_remembered_again(ready_home: Path, belmar: Path) -> None:
    run(ready_home, belmar)
    _, notes = run(ready_home, belmar)
    assert "0 remembered" in notes[0]
    with Runtime.open(belmar, home=ready_home, settings=ON) as house:
        assert house.memory is not None
        assert house.memory.refusals("default")


def test_what_one_tenant_was_told_no_other_recalls(ready_home: Path) -> None:
    told = Said("Ilva Marr commanded Low Kessing.", "letter 7", "r0", "Ann", 1.0, "2026-03-05", tenant="one")
    asked = Request("Who commanded Low Kessing?")
    with Runtime.open((), home=ready_home, settings=ON) as house:
        assert house.memory is not None
        remember_said(house.memory, [told], house.clock)
        answer = house.run(asked, tenant="one")
        assert "Ilva Marr" in answer.text
        with pytest.raises(EvidenceMissing):
            house.run(asked, tenant="two")
        with pytest.raises(EvidenceMissing):
            house.run(asked)
        assert {memory.tenant for memory in house.memory.select(Filter(tenant="one"))} == {"one"}
        assert house.memory.select(Filter(tenant="two")) == ()
        for nobody in ("", "  ", "a\nb", "\udcff"):
            with pytest.raises(BadRequest, match="the tenant is called"):
                house.run(asked, tenant=nobody)
            with pytest.raises(BadRequest, match="the tenant is called"):
                remember_said(house.memory, [msgspec.structs.replace(told, tenant=nobody)], house.clock)


def test_what_was_told_answers_without_sources_and_is_cited_to_the_letter(ready_home: Path) -> None:
    letter = Said(
        "Ilva Marr commanded the garrison of Low Kessing in 1728.", "letter 7", "r0", "Ann", 1.0, "2026-03-05"
    )
    with Runtime.open((), home=ready_home, settings=ON) as house:
        assert house.memory is not None
        ((_, kept),) = remember_said(house.memory, [letter], house.clock)
        assert not isinstance(kept, Refusal)
    output, notes = run(ready_home, None, request=Request("Who commanded the garrison of Low Kessing?"))
    assert output.decision.action == "release"
    assert "Ilva Marr" in output.text
    (citation,) = output.citations
    assert (citation.document, citation.document_id, citation.quote) == ("letter 7", FROM_MEMORY + kept.id, letter.text)
    assert notes[0].startswith("1 recalled, 0 remembered")
    with Runtime.open((), home=ready_home, settings=ON) as house:
        assert house.memory is not None
        assert house.memory.uses([kept.id])[kept.id].count == 1
    assert replay(output.run, home=ready_home).divergence is None


def test_forgetting_reaches_what_runs_recorded_and_names_the_sources_that_still_say_it(
    ready_home: Path, belmar: Path
) -> None:
    output, _ = run(ready_home, belmar)
    store = open_memory(ready_home, ON)
    plan = plan_forgetting(store, Wish(subject="Belmar"))
    assert plan.doomed
    proof = forget_everywhere(store, plan, ready_home, ON)
    store.close()
    assert proof.holds, proof.left
    assert any("corpora" in path for path in proof.sources)
    for name in ("memory.sqlite", "ledger.sqlite"):
        assert b"belmar agreed" not in (ready_home / name).read_bytes().lower()
    with pytest.raises(RunForgotten):
        replay(output.run, home=ready_home)


def test_a_run_is_another_run_once_something_new_is_remembered(ready_home: Path, belmar: Path) -> None:
    first, _ = run(ready_home, belmar)
    second, _ = run(ready_home, belmar)
    assert first.run != second.run, "the sources of the second run hold what the first remembered"
    assert msgspec.structs.replace(first, run="") is not None


@pytest.mark.parametrize(
    ("told", "question", "draft"),
    [
        (
            "Belmar bought the harbour of Orsk for 40 euros in 1931.",
            "What did Belmar buy for 40 euros?",
            "Belmar purchased the harbour of Orsk for 40 euros in 1931.",
        ),
        (
            "Dana Ruiz started the harbour of Orsk in 1931.",
            "Who started the harbour of Orsk?",
            "Dana Ruiz began the harbour of Orsk in 1931.",
        ),
    ],
)
def test_what_a_run_recalled_is_not_remembered_again_in_other_words_and_gains_no_trust(
    ready_home: Path, told: str, question: str, draft: str
) -> None:
    with Runtime.open((), home=ready_home, settings=ON, engine=Scripted([draft] * 6)) as house:
        assert house.memory is not None
        remember_said(house.memory, [Said(told, "spam page", "r0", "web", 0.2, "2026-03-05")], house.clock)
        output = house.run(Request(question))
        assert draft.removesuffix(".") in output.text
        assert [(memory.text, memory.trust) for memory in house.memory.select(Filter())] == [(told, 0.2)]
        assert house.memory.refusals("default") == {"recalled": 1}


def test_what_a_source_says_too_is_remembered_with_no_more_trust_than_the_memory_beside_it(
    ready_home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "deed.md").write_text("Belmar purchased the harbour of Orsk for 40 euros in 1931.\n")
    told = "Belmar bought the harbour of Orsk for 40 euros in 1931."
    draft = "In 1931 Belmar acquired the harbour of Orsk for 40 euros."
    with Runtime.open(folder, home=ready_home, settings=ON, engine=Scripted([draft] * 6)) as house:
        assert house.memory is not None
        remember_said(house.memory, [Said(told, "spam page", "r0", "web", 0.2, "2026-03-05")], house.clock)
        output = house.run(Request("What did Belmar buy for 40 euros?"))
        (kept,) = [memory for memory in house.memory.select(Filter()) if memory.text != told]
        assert f"{kept.text} [1]" == output.text
        assert (kept.trust, {origin.source for origin in kept.origins[1:]}) == (0.2, {"deed.md", "spam page"})


def test_where_a_memory_quotes_a_passage_that_was_found_too_the_passage_is_the_evidence(
    ready_home: Path, belmar: Path
) -> None:
    with Runtime.open(belmar, home=ready_home, settings=ON) as house:
        assert house.memory is not None
        vector = house.encoder.encode([ASKED.question])[0]
        last = house.retriever.search(ASKED.question, vector, 3)[-1]
        start, end = last.focus
        words = last.text[start - last.start : end - last.start]
        said = Said(words, last.document, "r0", "web", 0.2, "2026-03-05", start=start)
        remember_said(house.memory, [said], house.clock, by_sentence=False)
        memory = RunMemory(house.memory, house.encoder, house.clock, ON.memory)
        found = memory.beside(house.retriever, "default").search(ASKED.question, vector, 3)
        assert [passage for passage in found if passage.focus == last.focus] == [last]


def on(day: str) -> FrozenClock:
    return FrozenClock(datetime.fromisoformat(day).replace(tzinfo=UTC))


def told(house: Runtime, *texts: tuple[str, str]) -> None:
    assert house.memory is not None
    said = [Said(text, f"letter {number}", "r0", "Ann", 1.0, at) for number, (text, at) in enumerate(texts)]
    assert not [one for _, one in remember_said(house.memory, said, house.clock) if isinstance(one, Refusal)]


def test_the_same_question_on_another_day_is_another_run(ready_home: Path, tmp_path: Path) -> None:
    settings = msgspec.structs.replace(ON, memory=MemorySettings(enabled=True, passages=1))
    boats = (("2026-05-30", "Aurora"), ("2026-06-04", "Bella"), ("2026-06-07", "Corvo"))
    with Runtime.open((), home=ready_home, settings=settings, clock=on("2026-06-01")) as house:
        told(house, *((f"Dana Ruiz painted the boat {boat} on {day}.", day) for day, boat in boats))
    runs = {}
    for day in ("2026-06-05", "2026-06-08"):
        copy = tmp_path / day
        shutil.copytree(ready_home, copy, symlinks=True)
        with Runtime.open((), home=copy, settings=settings, clock=on(day)) as house:
            output = house.run(Request("Which boat did Dana Ruiz paint yesterday?"))
            runs[output.run] = output.text
    assert [text.split(" on ")[0] for text in runs.values()] == [
        "Dana Ruiz painted the boat Bella",
        "Dana Ruiz painted the boat Corvo",
    ]


def test_a_store_of_as_many_other_memories_is_another_run(ready_home: Path, tmp_path: Path) -> None:
    runs = set()
    for boat in ("Aurora", "Bella"):
        copy = tmp_path / boat
        shutil.copytree(ready_home, copy, symlinks=True)
        with Runtime.open((), home=copy, settings=ON, clock=on("2026-06-01")) as house:
            told(house, (f"Dana Ruiz painted the boat {boat} in May.", "2026-06-01"))
            runs.add(house.run(Request("Which boat did Dana Ruiz paint?")).run)
    assert len(runs) == 2


def test_a_store_of_which_more_has_vectors_is_another_source(ready_home: Path) -> None:
    with Runtime.open((), home=ready_home, settings=ON, clock=on("2026-06-01")) as house:
        assert house.memory is not None
        early = RunMemory(house.memory, house.encoder, house.clock, ON.memory)
        told(house, ("Dana Ruiz painted the boat Aurora in May.", "2026-06-01"))
        before = early.beside(house.retriever, "default").version
        late = RunMemory(house.memory, house.encoder, house.clock, ON.memory)
        assert late.beside(house.retriever, "default").version != before
        assert late.beside(house.retriever, "default").version == late.beside(house.retriever, "default").version


def test_what_has_ended_is_not_recalled_and_does_not_crowd_out_what_holds(ready_home: Path) -> None:
    settings = msgspec.structs.replace(ON, memory=MemorySettings(enabled=True, passages=1))
    asked = Request("Is the museum of Orsk closed?")
    until = "The museum of Orsk is closed until 20 May 2023."
    with Runtime.open((), home=ready_home, settings=settings, clock=on("2023-05-08")) as house:
        told(house, (until, "2023-05-08"))
    with Runtime.open((), home=ready_home, settings=settings, clock=on("2023-05-20")) as house:
        assert "closed" in house.run(asked).text
    with Runtime.open((), home=ready_home, settings=settings, clock=on("2026-06-01")) as house:
        with pytest.raises(EvidenceMissing):
            house.run(asked)
        told(
            house, ("The old museum of Orsk, seen from the harbour, is closed on Mondays in the winter.", "2026-06-01")
        )
        assert "Mondays" in house.run(asked).text


def test_what_holds_from_a_later_day_on_is_known_already(ready_home: Path) -> None:
    with Runtime.open((), home=ready_home, settings=ON, clock=on("2026-06-01")) as house:
        assert house.memory is not None
        begins = Candidate(
            text := "The berth at the harbour of Orsk costs 50 euros from July on.",
            (Origin("letter", 0, len(text), text, "r0", "Ann", 1.0),),
            valid_from="2026-07-01",
        )
        (kept,) = remember(house.memory, [begins], house.clock)
        assert not isinstance(kept, Refusal)
        assert "50 euros" in house.run(Request("What does a berth at the harbour of Orsk cost?")).text


def forgetting(home: Path, stage: str, heard: list[str]) -> Callable[[Event], None]:
    """A listener that forgets Dana Ruiz behind a stage, as another process would."""

    def listen(event: Event) -> None:
        heard.append(event.note)
        if event.stage == stage:
            store = open_memory(home, ON)
            forget_everywhere(store, plan_forgetting(store, Wish(subject="Dana Ruiz")), home, ON)
            store.close()

    return listen


@pytest.mark.parametrize("stage", ["GATHER", "POCP"])
def test_what_is_forgotten_while_a_run_is_at_work_stays_neither_in_its_record_nor_in_memory(
    ready_home: Path, tmp_path: Path, stage: str
) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "deed.md").write_text("Belmar purchased the harbour of Orsk for 40 euros in 1931.\n")
    draft = "In 1931 Belmar acquired the harbour of Orsk for 40 euros."
    heard: list[str] = []
    with Runtime.open(folder, home=ready_home, settings=ON, engine=Scripted([draft] * 6)) as house:
        told(house, ("Belmar bought the harbour of Orsk for 40 euros in 1931, says Dana Ruiz.", "2026-03-05"))

        output = house.run(Request("What did Belmar buy for 40 euros?"), forgetting(ready_home, stage, heard))
        assert "1 of the memories that the run was shown was forgotten meanwhile" in heard[-1]
        assert house.memory is not None
        assert house.memory.select(Filter(current=False)) == ()
    for path in ready_home.glob("*.sqlite*"):
        assert b"Dana Ruiz" not in path.read_bytes()
    with pytest.raises(RunForgotten):
        replay(output.run, home=ready_home)


def test_what_is_forgotten_while_a_run_fails_stays_not_in_its_record(ready_home: Path) -> None:
    heard: list[str] = []
    with Runtime.open((), home=ready_home, settings=ON, engine=Scripted([])) as house:
        told(house, ("Belmar bought the harbour of Orsk for 40 euros in 1931, says Dana Ruiz.", "2026-03-05"))
        with pytest.raises(ModelError):
            house.run(Request("What did Belmar buy for 40 euros?"), forgetting(ready_home, "IDEATOR", heard))
    assert "its record is digests now" in heard[-1]
    for path in ready_home.glob("*.sqlite*"):
        assert b"Dana Ruiz" not in path.read_bytes()
