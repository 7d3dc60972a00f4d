"""`simone memory …` from the outside: what is kept, shown, joined, forgotten and proved."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from simone.caching.disk import DiskCache
from simone.clock import FrozenClock
from simone.errors import RunForgotten
from simone.governance.canonical import canonical
from simone.governance.ledger import Ledger, run_id_of
from simone.memory.sqlite_schema import MIGRATIONS
from simone.runtime import replay


class Said(NamedTuple):
    exit: int
    output: str
    error: str


Command = Callable[..., Said]
KEY = "Dana Ruiz keeps the spare key of the boathouse under the third flowerpot."
PAID = "Belmar paid Orsk 4 million crowns on 5 March 1931."


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIMONE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def ids(command: Command) -> dict[str, str]:
    shown = json.loads(command("memory", "list", "--json", "--limit", "0").output)
    return {memory["text"]: memory["id"] for memory in shown}


def test_what_is_added_is_listed_shown_and_explained(command: Command, state: Path) -> None:
    done = command("memory", "add", f"{PAID} Hello.", "--author", "Ann", "--source", "letter", "--at", "2026-03-05")
    assert done.exit == 0
    assert "remembered" in done.output
    assert "boilerplate" in done.output
    listed = command("memory", "list")
    assert PAID in listed.output
    name = ids(command)[PAID]
    shown = command("memory", "show", name[:6])
    for part in (PAID, "by Ann in letter [0, 50)", "5 March 1931", "belmar (name)", "recalled   never"):
        assert part in shown.output
    told = command("memory", "explain", name)
    assert all(part in told.output for part in ("tags", "recency", "rehearsal", "emotion", "rarity"))


def test_text_comes_from_standard_input_and_files_too(command: Command, state: Path, tmp_path: Path) -> None:
    assert command("memory", "add", given=PAID.encode()).exit == 0
    lines = tmp_path / "chat.jsonl"
    lines.write_text(json.dumps({"text": "I moved yesterday.", "author": "Bob", "at": "2023-05-08", "source": "t1"}))
    done = command("memory", "add", "--from", str(lines), "--json")
    (kept,) = json.loads(done.output)
    assert kept["result"]["times"][0]["first"] == "2023-05-07"
    assert kept["result"]["origins"][0]["author"] == "Bob"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", "Orsk won.", "--at", "someday"), "someday"),
        (("add", "--from", "nowhere.txt"), "cannot be read"),
        (("show", "zzzz"), "begins with 'zzzz'"),
        (("list", "--kind", "rumour"), "there are fact, event"),
        (("list", "--since", "soon"), "soon"),
        (("forget",), "nothing says what to forget"),
        (("forget", "--before", "2026-01-01", "--older-than", "3"), "both"),
        (("consolidate", "--undo", "abc"), "abc"),
        (("import", "nowhere.jsonl"), "cannot be read"),
    ],
)
def test_bad_input_is_named_and_ends_with_2(
    command: Command, state: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = command("memory", *arguments)
    assert (done.exit, done.output) == (2, "")
    assert message in done.error


@pytest.mark.parametrize(
    "arguments",
    [
        ("forget", "--everything", "--yes"),
        ("list",),
        ("recall", "What did Belmar pay?", "--words"),
        ("show", "SHORT"),
        ("explain", "SHORT"),
        ("reopen", "SHORT"),
        ("consolidate", "--words", "--yes"),
        ("export",),
        ("stats",),
    ],
)
def test_a_blank_tenant_is_refused_and_not_taken_for_every_tenant(
    command: Command, state: Path, arguments: tuple[str, ...]
) -> None:
    added = command("memory", "add", PAID, "--tenant", "one", "--json")
    (kept,) = json.loads(added.output)
    done = command(
        "memory", *(kept["result"]["id"][:6] if part == "SHORT" else part for part in arguments), "--tenant", ""
    )
    assert (done.exit, done.output) == (2, "")
    assert "the tenant is called ''" in done.error
    assert command("memory", "list", "--tenant", "one").output


def test_a_line_that_is_none_is_named_by_its_number(command: Command, state: Path, tmp_path: Path) -> None:
    lines = tmp_path / "chat.jsonl"
    lines.write_text('{"text": "Orsk won."}\n{"words": "Orsk lost."}\n')
    done = command("memory", "add", "--from", str(lines))
    assert done.exit == 2
    assert "line 2" in done.error
    assert command("memory", "list").output.startswith("nothing is remembered yet")


def test_all_refused_ends_with_1(command: Command, state: Path) -> None:
    assert command("memory", "add", "Hello.").exit == 1


def test_a_plan_that_is_not_carried_out_writes_nothing(
    command: Command, state: Path, home: Path, tmp_path: Path
) -> None:
    lines = tmp_path / "chat.jsonl"
    said = (("2026-02-01", "The harbour of Orsk has 40 berths."), ("2026-01-01", "The harbour of Orsk has 40 berths."))
    told = [{"text": text, "at": at, "source": f"letter of {at}"} for at, text in (*said, ("2026-01-01", PAID))]
    lines.write_text("\n".join(map(json.dumps, told)))
    command("memory", "add", "--from", str(lines))

    def content() -> list[str]:
        with closing(sqlite3.connect(state / "memory.sqlite")) as connection:
            return list(connection.iterdump())

    before = content()
    shown = command("memory", "consolidate", "--dry-run")
    assert "compared by vectors of" in shown.output
    assert command("memory", "consolidate").output.endswith("nothing was changed; --yes does it\n")
    assert content() == before
    done = command("memory", "consolidate", "--yes")
    assert done.output.startswith(shown.output.split("nothing was changed")[0])
    with closing(sqlite3.connect(state / "memory.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM vectors").fetchone()[0] >= 2


def test_consolidation_shows_its_plan_is_carried_out_and_undone(command: Command, state: Path, tmp_path: Path) -> None:
    lines = tmp_path / "chat.jsonl"
    said = (
        "The stone harbour of Orsk has 40 berths.",
        "The stone harbour of Orsk has 3 tall cranes.",
        "The stone harbour of Orsk has a small chapel.",
    )
    lines.write_text("\n".join(json.dumps({"text": text, "source": f"t{at}"}) for at, text in enumerate(said)))
    command("memory", "add", "--from", str(lines))
    plan = command("memory", "consolidate", "--words", "--dry-run")
    assert plan.exit == 0
    assert "1 episode would be made" in plan.output
    assert command("memory", "consolidate", "--words").exit == 1, "nobody said yes"
    done = json.loads(command("memory", "consolidate", "--words", "--yes", "--json").output)
    assert done["batch"]["episodes"] == 1
    assert "nothing to join" in command("memory", "consolidate", "--words", "--yes").output
    assert len(ids(command)) == 4
    assert command("memory", "consolidate", "--undo", done["batch"]["name"]).exit == 0
    assert len(ids(command)) == 3


def test_what_a_contradiction_closed_can_be_opened_again(command: Command, state: Path) -> None:
    for at, count in (("2026-01-05", 40), ("2026-02-05", 60)):
        command("memory", "add", f"The stone harbour of Orsk has {count} berths.", "--at", at, "--source", at)
    assert list(ids(command)) == ["The stone harbour of Orsk has 60 berths."]
    closed = json.loads(command("memory", "list", "--all", "--json").output)[-1]["id"]
    assert "closed by" in command("memory", "show", closed).output
    assert command("memory", "reopen", closed, "--dry-run").exit == 0
    assert len(ids(command)) == 1
    done = command("memory", "reopen", closed)
    assert "no longer closed by" in done.output
    assert len(ids(command)) == 2
    assert command("memory", "reopen", closed).exit == 1


def test_what_has_ended_is_marked_wherever_it_is_shown(command: Command, state: Path) -> None:
    for at, count in (("2025-01-05", 40), ("2025-02-01", 60)):
        command("memory", "add", f"The stone harbour of Orsk has {count} berths.", "--at", at, "--source", at)
    for shown in (
        command("memory", "list", "--all"),
        command("memory", "recall", "stone harbour", "--words", "--all"),
        command("memory", "recall", "stone harbour", "--words", "--all", "--budget", "400"),
        command("memory", "show", json.loads(command("memory", "list", "--all", "--json").output)[-1]["id"]),
    ):
        assert shown.output.count("2025-01-05 to 2025-01-31") == 1
    ended, current = sorted(
        json.loads(command("memory", "list", "--all", "--json").output), key=lambda one: one["text"]
    )
    assert (ended["valid_to"], current["valid_to"]) == ("2025-02-01T00:00:00+00:00", "")
    assert "it holds no longer from 2025-02-01 on" in command("memory", "show", ended["id"]).output


def test_what_was_to_end_by_now_is_shown_only_where_all_is_asked_for(command: Command, state: Path) -> None:
    command("memory", "add", "Dana is on leave until 10 May 2025.", "--at", "2025-05-01")
    assert command("memory", "recall", "Is Dana on leave?", "--words").exit == 1
    assert "--all" in command("memory", "list").output
    for more in (["--all"], ["--valid-at", "2025-05-03"], ["--valid-at", "2025-05-10"]):
        found = command("memory", "recall", "Is Dana on leave?", "--words", *more)
        assert "2025-05-01 to 2025-05-10" in found.output
        assert "[2025-05-01 to 2025-05-10]" in command("memory", "list", *more).output
    assert command("memory", "recall", "Is Dana on leave?", "--words", "--valid-at", "2025-05-11").exit == 1
    assert "Dana" not in command("memory", "list", "--valid-at", "2025-05-11").output


def test_on_the_day_of_a_change_the_new_one_holds(command: Command, state: Path) -> None:
    for at, count in (("2025-01-05", 40), ("2025-02-01", 60)):
        command("memory", "add", f"The stone harbour of Orsk has {count} berths.", "--at", at, "--source", at)
    for day, count in (("2025-01-31", 40), ("2025-02-01", 60), ("2025-02-02", 60)):
        for asked in (["recall", "stone harbour", "--words"], ["list"]):
            shown = command("memory", *asked, "--valid-at", day).output
            assert [number for number in (40, 60) if f"{number} berths" in shown] == [count]


def test_a_budget_too_small_for_any_memory_is_refused(command: Command, state: Path) -> None:
    command("memory", "add", KEY)
    refused = command("memory", "recall", "spare key", "--words", "--budget", "1")
    assert refused.exit != 0
    assert "budget of 1" in refused.error


def test_recall_finds_says_why_and_packs(command: Command, state: Path) -> None:
    command("memory", "add", f"{KEY} {PAID}", "--source", "letter")
    found = command("memory", "recall", "Who keeps the key of the boathouse?", "--words")
    assert found.exit == 0
    assert KEY in found.output.splitlines()[0]
    assert "letter" in found.output
    assert KEY in command("memory", "recall", "spare key", "--words", "--budget", "300").output
    assert command("memory", "recall", "zebra", "--words").exit == 1
    shown = json.loads(command("memory", "show", ids(command)[KEY], "--json").output)
    assert shown["use"]["count"] == 2, "what was shown counts as recalled"


def test_forgetting_asks_shows_proves_and_redacts_the_ledger(command: Command, state: Path) -> None:
    command("memory", "add", f"{KEY} {PAID}")
    request, bundle = canonical({"question": "Where is the key?"}), canonical({"policy": "default"})
    ledger = Ledger.open(state / "ledger.sqlite", FrozenClock(), durable=False)
    journal = ledger.begin(run_id_of(request, bundle), request, bundle)
    journal.append("stage", "GATHER", canonical({"passages": [{"text": f"He wrote: “{KEY}”\n"}]}))
    journal.finish(canonical({"text": "It is where DANA RUIZ left it."}))
    ledger.close()
    shown = command("memory", "forget", "--subject", "Dana Ruiz", "--dry-run")
    assert shown.exit == 0
    assert f"{KEY}\n     names Dana Ruiz" in shown.output
    assert command("memory", "forget", "--subject", "Dana Ruiz").exit == 1
    assert KEY in ids(command)
    done = command("memory", "forget", "--subject", "Dana Ruiz", "--yes")
    assert done.exit == 0, done.output
    assert "nothing is left" in done.output
    assert "2 payloads of 1 runs are digests now" in done.output
    assert list(ids(command)) == [PAID]
    for path in state.rglob("*"):
        content = path.read_bytes().lower() if path.is_file() else b""
        assert b"dana" not in content
        assert b"flowerpot" not in content
    ledger = Ledger.open(state / "ledger.sqlite", FrozenClock(), durable=False)
    left = b"".join(content for _, content in ledger.contents()).lower()
    ledger.close()
    assert b"where is the key" in left
    assert b"dana" not in left
    assert b"flowerpot" not in left
    with pytest.raises(RunForgotten, match="entry 0"):
        replay(run_id_of(request, bundle), home=state)


def test_the_disk_cache_is_emptied_when_something_is_forgotten(command: Command, state: Path) -> None:
    command("memory", "add", f"{KEY} {PAID}")
    cache = DiskCache(state / "cache" / "cache.sqlite", 10_000_000)
    cache.put("k", KEY.encode() * 20, 2000)
    cache.close()
    done = command("memory", "forget", "--subject", "Dana Ruiz", "--yes")
    assert done.exit == 0, done.output
    assert "the disk cache: emptied, 1 entries" in done.output
    assert "cache.sqlite " in done.output


def test_a_subject_that_only_the_ledger_names_is_taken_out_of_it(command: Command, state: Path) -> None:
    request = canonical({"question": "Who is Dana Ruiz?"})
    ledger = Ledger.open(state / "ledger.sqlite", FrozenClock(), durable=False)
    ledger.begin(run_id_of(request, b"{}"), request, b"{}").finish(canonical({"text": "nobody"}))
    ledger.close()
    done = command("memory", "forget", "--subject", "Dana Ruiz", "--yes")
    assert done.exit == 0, done.output
    assert b"Dana" not in (state / "ledger.sqlite").read_bytes()


def test_export_and_import_carry_everything(
    command: Command, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("memory", "add", f"{KEY} {PAID}")
    exported = command("memory", "export", "-").output
    (tmp_path / "out.jsonl").write_text(exported)
    monkeypatch.setenv("SIMONE_HOME", str(tmp_path / "other"))
    assert command("memory", "import", str(tmp_path / "out.jsonl")).exit == 0
    assert command("memory", "import", given=exported.encode()).output.endswith("2 of them known already\n")
    assert command("memory", "export").output == exported


def test_figures_and_the_check_are_told(command: Command, state: Path) -> None:
    command("memory", "add", f"{PAID} Hello.")
    figures = json.loads(command("memory", "stats", "--json").output)
    assert (figures["memories"], figures["current"], figures["refused"]) == (1, 1, {"boilerplate": 1})
    assert command("memory", "stats").output.startswith("store ")
    assert command("memory", "check", "--repair").output == "the store is whole\n"


def test_the_store_goes_back_for_another_version_and_forward_again(command: Command, state: Path) -> None:
    assert "cannot migrate" in command("memory", "migrate", "--to", "0").error
    command("memory", "add", PAID)
    shown = command("memory", "list").output
    before = len(MIGRATIONS)
    done = command("memory", "migrate", "--to", str(before - 1))
    assert (done.exit, done.output.startswith(f"schema {before} before, {before - 1} now")) == (0, True)
    assert command("memory", "list").output == shown
    assert f"0 to {before}" in command("memory", "migrate", "--to", "99").error


def test_an_encrypted_store_opens_with_its_key_alone(
    command: Command, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("apsw", reason="the extra `encrypted` is not installed")
    monkeypatch.setenv("SIMONE_MEMORY_KEY_ENV", "KEY_OF_MEMORIES")
    assert "KEY_OF_MEMORIES" in command("memory", "list").error
    monkeypatch.setenv("KEY_OF_MEMORIES", "correct horse")
    assert command("memory", "add", KEY).exit == 0
    assert b"flowerpot" not in (state / "memory.sqlite").read_bytes()
    done = command("memory", "forget", "--subject", "Dana Ruiz", "--yes")
    assert done.exit == 0, done.output
    assert "encrypted: no text stands there in clear" in done.output
    monkeypatch.setenv("KEY_OF_MEMORIES", "another")
    assert command("memory", "list").exit == 3


def test_a_store_is_named_by_the_settings(
    command: Command, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIMONE_MEMORY_STORE", str(tmp_path / "elsewhere.sqlite"))
    command("memory", "add", PAID)
    assert (tmp_path / "elsewhere.sqlite").exists()
    monkeypatch.setenv("SIMONE_MEMORY_STORE", "mysql://somewhere")
    done = command("memory", "list")
    assert (done.exit, "postgresql" in done.error) == (2, True)


def test_adding_says_what_it_ends_and_what_ends_it(command: Command, state: Path) -> None:
    command("memory", "add", "The fee is 40 euros.")
    ended = ids(command)["The fee is 40 euros."]
    assert f"ends {ended}  The fee is 40 euros." in command("memory", "add", "The fee is 50 euros.").output
    ending = ids(command)["The fee is 50 euros."]
    assert f"is ended by {ending}" in command("memory", "add", "The fee is 60 euros.", "--trust", "0.2").output
