"""`simone memory …`: what is remembered, why, and how it is forgotten.

Not for what the words on the screen look like: `remembered` makes them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from simone.cli.streams import hear, say
from simone.errors import BadRequest

if TYPE_CHECKING:
    from simone.memory.contract import Filter, Store
    from simone.settings import Settings

TENANT = Annotated[str, typer.Option(help="Whose memories.")]
JSON = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]
YES = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
DRY = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]
SESSION = Annotated[list[str] | None, typer.Option("--session", help="Only these sessions; repeat for several.")]
SOURCE = Annotated[list[str] | None, typer.Option("--source", help="Only these sources; repeat for several.")]
KIND = Annotated[
    list[str] | None, typer.Option("--kind", help="Only fact, event, preference, statement or episode; repeatable.")
]
SUBJECT = Annotated[str, typer.Option(help="Only what names this.")]
SINCE = Annotated[str, typer.Option(help="Recorded on or after this day or instant.")]
UNTIL = Annotated[str, typer.Option(help="Recorded on or before this day or instant.")]
VALID_AT = Annotated[str, typer.Option(help="What held as this day or instant began, closed since or not.")]
KNOWN_AT = Annotated[str, typer.Option(help="Answer as the store would have at this instant.")]
TRUST = Annotated[float, typer.Option(min=0, max=1, help="Least trust, 0 to 1.")]
EVERY = Annotated[bool, typer.Option("--all", help="Also what has ended, is closed or stood for by another.")]
_HOW = "; --yes does it"
NAMED = Annotated[str, typer.Argument(metavar="ID", help="A memory's id, or the beginning of one.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    memory = typer.Typer(help="What is remembered, with the words that carry it.", no_args_is_help=True)
    memory.command("add")(add)
    memory.command("recall")(recall)
    memory.command("list")(listing)
    memory.command("show")(show)
    memory.command("explain")(explain)
    memory.command("consolidate")(consolidate)
    memory.command("reopen")(reopen)
    memory.command("forget")(forget)
    memory.command("export")(export)
    memory.command("import")(import_)
    memory.command("stats")(stats)
    memory.command("check")(check)
    memory.command("migrate")(migrate)
    app.add_typer(memory, name="memory")


def add(
    text: Annotated[str, typer.Argument(help="What to remember; '-' or nothing reads standard input.")] = "-",
    file: Annotated[
        Path | None, typer.Option("--from", help="A text, or JSON lines of text, author, source, session, at, trust.")
    ] = None,
    author: Annotated[str, typer.Option(help="Who said it.")] = "user",
    source: Annotated[str, typer.Option(help="Where it was said: a document or a conversation.")] = "",
    session: Annotated[str, typer.Option(help="The session it belongs to.")] = "",
    at: Annotated[str, typer.Option(help="Day on which it was said; words typed here were said today.")] = "",
    trust: Annotated[float, typer.Option(min=0, max=1, help="How far its author is trusted, 0 to 1.")] = 1.0,
    pin: Annotated[bool, typer.Option("--pin", help="It counts in full, however old.")] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Each text is one memory, not each sentence.")] = False,
    tenant: TENANT = "default",
    as_json: JSON = False,
) -> None:
    """Remember what a text says, with no model: exit 0 something was, 1 all of it was refused."""
    from simone.cli import remembered
    from simone.clock import SystemClock
    from simone.memory.contract import Memory
    from simone.protocols.memory_tagging.candidates import Said
    from simone.runtime.remembering import remember_said, said_lines

    clock = SystemClock()
    now = clock.now()
    run = f"memory add {now.isoformat()}"
    content = _file(file) if file else hear("text") if text == "-" else text
    day = at or ("" if file else now.date().isoformat())
    said = Said(content, source or (file.name if file else "command line"), run, author, trust, day, tenant, session)
    every = said_lines(content, said) if file and file.suffix == ".jsonl" else (said,)
    with _opened() as (store, _):
        kept = remember_said(store, every, clock, by_sentence=not whole, pinned=pin)
        links = store.links([result.id for _, result in kept if isinstance(result, Memory)])
        known = store.get(list(dict.fromkeys(end for link in links for end in (link.memory, link.other))))
    if as_json:
        say(remembered.as_json([{"text": words, "result": result} for words, result in kept]))
    else:
        for part in remembered.results(kept, links, known):
            say(part)
        if not kept:
            say("there is no sentence in it\n")
    raise typer.Exit(0 if any(isinstance(result, Memory) for _, result in kept) else 1)


def recall(
    query: Annotated[str, typer.Argument(help="What you want to know.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Most memories shown.")] = 10,
    words: Annotated[bool, typer.Option("--words", help="By words, names and days alone; needs no weights.")] = False,
    budget: Annotated[int, typer.Option(min=0, help="As text for a prompt of so many characters; 0 as a list.")] = 0,
    session: SESSION = None,
    source: SOURCE = None,
    kind: KIND = None,
    subject: SUBJECT = "",
    since: SINCE = "",
    until: UNTIL = "",
    valid_at: VALID_AT = "",
    known_at: KNOWN_AT = "",
    least_trust: TRUST = 0.0,
    every: EVERY = False,
    tenant: TENANT = "default",
    as_json: JSON = False,
) -> None:
    """Find what bears on a question, and why: exit 0 found, 1 nothing."""
    import msgspec

    from simone.cli import remembered
    from simone.clock import SystemClock
    from simone.memory.holding import as_ended
    from simone.memory.moments import read
    from simone.memory.packing import pack
    from simone.memory.recall import Recall
    from simone.runtime.remembering import encoder_of
    from simone.settings import home

    which = _filter(tenant, session, source, kind, subject, since, until, valid_at, known_at, least_trust, every)
    with _opened() as (store, settings):
        finder = Recall(store, None if words else encoder_of(home(), settings), SystemClock())
        finder.catch_up()
        find = finder.recall if every or valid_at or known_at else finder.recall_holding
        found = find(query, which, k)
        finder.shown(found)
        ended = as_ended(store, [hit.memory for hit in found], read(which).known_at)
    found = tuple(msgspec.structs.replace(hit, memory=memory) for hit, memory in zip(found, ended, strict=True))
    if as_json:
        say(remembered.as_json(found))
    elif budget:
        packed = pack(found, budget)
        if found and not packed.text:
            raise BadRequest(f"no memory fits a budget of {budget} characters; give more, or none to see a list")
        say(f"{packed.text}\n" if found else "")
    else:
        for part in remembered.hits(found):
            say(part)
        if not found:
            say("nothing remembered bears on it\n")
    raise typer.Exit(0 if found else 1)


def listing(
    limit: Annotated[int, typer.Option(min=0, help="Newest shown; 0 for all.")] = 20,
    session: SESSION = None,
    source: SOURCE = None,
    kind: KIND = None,
    subject: SUBJECT = "",
    since: SINCE = "",
    until: UNTIL = "",
    valid_at: VALID_AT = "",
    known_at: KNOWN_AT = "",
    least_trust: TRUST = 0.0,
    every: EVERY = False,
    tenant: TENANT = "default",
    as_json: JSON = False,
) -> None:
    """List memories, newest first."""
    import msgspec

    from simone.cli import remembered
    from simone.clock import SystemClock
    from simone.memory.holding import as_ended
    from simone.memory.moments import read

    which = _filter(tenant, session, source, kind, subject, since, until, valid_at, known_at, least_trust, every)
    today = "" if every or valid_at or known_at else SystemClock().now().date().isoformat()
    with _opened() as (store, _):
        memories = store.select(msgspec.structs.replace(which, ends_after=today))
        meant = memories or store.select(which)
        shown = as_ended(store, memories[::-1][: limit or None], read(which).known_at)
    if as_json:
        say(remembered.as_json(shown))
        return
    for memory in shown:
        say(remembered.row(memory))
    if len(shown) < len(memories):
        say(f"… {len(memories) - len(shown)} older ones; --limit 0 shows all\n")
    if meant and not memories:
        say(f"what is meant has ended ({len(meant)}); --all shows it\n")
    elif not memories:
        say("nothing is remembered yet; `simone memory add` does\n")


def show(memory_id: NAMED, tenant: TENANT = "default", as_json: JSON = False) -> None:
    """Everything about one memory: its words, where they were said, when it holds, what it is linked to."""
    from simone.cli import remembered
    from simone.memory.holding import as_ended
    from simone.runtime.remembering import memory_called

    with _opened() as (store, _):
        memory = memory_called(store, memory_id, tenant)
        use, links = store.uses([memory.id]).get(memory.id), store.links([memory.id])
        (ended,) = as_ended(store, [memory])
    if as_json:
        say(remembered.as_json({"memory": memory, "use": use, "links": links}))
    else:
        say(remembered.details(ended, use, links))


def explain(memory_id: NAMED, tenant: TENANT = "default", as_json: JSON = False) -> None:
    """Why a memory matters as much as it does, part by part."""
    from simone.cli import remembered
    from simone.clock import SystemClock
    from simone.runtime.remembering import explain_memory, memory_called

    with _opened() as (store, settings):
        memory = memory_called(store, memory_id, tenant)
        salience = explain_memory(store, memory, SystemClock(), settings)
    if as_json:
        say(remembered.as_json({"memory": memory.id, "salience": salience}))
    else:
        say(remembered.explained(memory, salience))


def consolidate(
    undo: Annotated[str, typer.Option(metavar="BATCH", help="Undo this consolidation whole.")] = "",
    words: Annotated[bool, typer.Option("--words", help="Compare by words alone; needs no weights.")] = False,
    dry_run: DRY = False,
    yes: YES = False,
    tenant: TENANT = "default",
    as_json: JSON = False,
) -> None:
    """Join memories that say the same and make episodes: shows the plan, then asks. Nothing is deleted or lost."""
    from simone.cli import remembered
    from simone.clock import SystemClock
    from simone.memory.applying import apply_plan
    from simone.memory.applying import undo as undo_batch
    from simone.memory.recall import Recall
    from simone.runtime.remembering import encoder_of, plan_for
    from simone.settings import home

    clock = SystemClock()
    with _opened() as (store, settings):
        if undo:
            done = undo_batch(store, undo, clock.now(), tenant)
            say(
                remembered.as_json(done)
                if as_json
                else f"{done.links} links ended, {done.episodes} episodes closed; what they hid is recalled again\n"
            )
            return
        encoder = None if words else encoder_of(home(), settings)
        plan = plan_for(store, tenant, clock, settings, encoder)
        if not as_json:
            for part in remembered.consolidation(plan):
                say(part)
        if dry_run or plan.is_empty or not agreed(yes, "Carry it out?", as_json):
            told = "nothing to join\n" if plan.is_empty else f"nothing was changed{_HOW}\n"
            say(remembered.as_json({"plan": plan, "batch": None}) if as_json else told)
            raise typer.Exit(0 if dry_run or plan.is_empty else 1)
        Recall(store, encoder, clock).catch_up()  # the plan's vectors, which a plan alone does not keep
        batch = apply_plan(store, plan, clock.now())
        say(remembered.as_json({"plan": plan, "batch": batch}) if as_json else remembered.carried_out(batch))


def reopen(
    memory_id: NAMED,
    dry_run: DRY = False,
    tenant: TENANT = "default",
    as_json: JSON = False,
) -> None:
    """Undo what closed a memory, and what was closed along with it, or let another stand for it: exit 0 it is recalled
    again, 1 nothing hid it."""
    from simone.cli import remembered
    from simone.clock import SystemClock
    from simone.memory.holding import closed_along
    from simone.memory.remembering import undo
    from simone.runtime.remembering import hiding, memory_called

    with _opened() as (store, _):
        memory = memory_called(store, memory_id, tenant)
        links = hiding(store, memory)
        along = closed_along(store, links)
        twins = store.get([link.memory for link in along])
        if not dry_run:
            undo(store, [link.id for link in (*links, *along)], SystemClock())
    if as_json:
        say(remembered.as_json([*links, *along]))
    else:
        say(remembered.row(memory))
        say("".join(remembered.ended(memory, links)) or "nothing hides it\n")
        for twin, link in zip(twins, along, strict=True):
            say(remembered.row(twin) + "".join(remembered.ended(twin, [link])))
    raise typer.Exit(0 if links else 1)


def forget(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Memories by id.")] = None,
    subject: Annotated[str, typer.Option(help="Everything that names this person or thing, or that they said.")] = "",
    source: SOURCE = None,
    session: SESSION = None,
    before: Annotated[str, typer.Option(help="What was recorded before this day or instant.")] = "",
    older_than: Annotated[float, typer.Option(min=0, metavar="DAYS", help="What was recorded longer ago.")] = 0.0,
    everything: Annotated[bool, typer.Option("--everything", help="All of the tenant.")] = False,
    dry_run: DRY = False,
    yes: YES = False,
    tenant: TENANT = "default",
    as_json: JSON = False,
) -> None:
    """Forget for good and prove it: exit 0 no byte is left, 1 some are, or you said no. Wishes narrow one another."""
    from simone.cli import remembered
    from simone.clock import SystemClock
    from simone.memory.forgetting import Wish, plan_forgetting
    from simone.runtime.remembering import forget_everywhere, memory_called
    from simone.settings import home

    if before and older_than:
        raise BadRequest("both --before and --older-than were given; give one of them")
    clock = SystemClock()
    limit = (clock.now() - timedelta(days=older_than)).isoformat() if older_than else before
    with _opened() as (store, settings):
        named = tuple(memory_called(store, name, tenant).id for name in ids or ())
        wish = Wish(tenant, named, subject, tuple(source or ()), tuple(session or ()), limit, everything)
        plan = plan_forgetting(store, wish)
        if not as_json:
            for part in remembered.forgetting(plan):
                say(part)
        if not plan.doomed and not ((subject or everything) and not dry_run):
            say(remembered.as_json({"plan": plan, "proof": None}) if as_json else "nothing remembered is meant\n")
            return
        if dry_run or not agreed(yes, "Forget for good?", as_json):
            say(remembered.as_json({"plan": plan, "proof": None}) if as_json else f"nothing was forgotten{_HOW}\n")
            raise typer.Exit(0 if dry_run else 1)
        proof = forget_everywhere(store, plan, home(), settings, clock)
    if as_json:
        say(remembered.as_json({"proof": proof}))
    else:
        for part in remembered.proof(proof):
            say(part)
    raise typer.Exit(0 if proof.holds else 1)


def export(
    file: Annotated[str, typer.Argument(help="JSON lines are written to it; '-' writes to standard output.")] = "-",
    everything: Annotated[
        bool, typer.Option("--all/--current", help="Also what is closed or stood for by another, or not.")
    ] = True,
    tenant: TENANT = "default",
) -> None:
    """Write a tenant's memories, links and uses as JSON lines that `import` reads; equal stores give equal bytes."""
    from simone.memory.contract import Filter
    from simone.memory.exchange import export_file, exported
    from simone.memory.rows import tenant_named

    which = Filter(tenant=tenant_named(tenant), current=not everything)
    with _opened() as (store, _):
        if file == "-":
            for line in exported(store, which):
                say(line.decode())
            return
        done = export_file(store, Path(file), which)
    say(f"{done.memories} memories, {done.links} links and {done.uses} uses written to {file}\n")


def import_(
    file: Annotated[str, typer.Argument(help="JSON lines that `export` wrote; '-' reads standard input.")] = "-",
) -> None:
    """Take exported memories in, all of them or none; a second time changes nothing."""
    from simone.memory.exchange import import_lines

    with _opened() as (store, _):
        if file == "-":
            done = import_lines(store, sys.stdin.buffer)
        else:
            try:
                content = Path(file).read_bytes()
            except OSError as error:
                raise BadRequest(f"{file!r} cannot be read: {error.strerror}; name a file that export wrote") from error
            done = import_lines(store, content.splitlines(keepends=True))
    say(f"{done.memories} memories and {done.links} links taken in, {done.known} of them known already\n")


def stats(tenant: TENANT = "default", as_json: JSON = False) -> None:
    """How much is remembered, of what kind, and what was refused."""
    from simone.cli import remembered
    from simone.runtime.remembering import figures

    with _opened() as (store, _):
        found = figures(store, tenant)
    say(remembered.as_json(found) if as_json else remembered.statistics(found))


def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Set right what can be; write the files anew without what was forgotten.")
    ] = False,
) -> None:
    """Whether the store is whole: exit 0 it is, 1 it is not."""
    with _opened() as (store, _):
        if repair:
            for line in store.repair():
                say(f"repaired: {line}\n")
            store.purge()
        wrong = store.check()
    for line in wrong:
        say(f"wrong: {line}\n")
    if not wrong:
        say("the store is whole\n")
    raise typer.Exit(1 if wrong else 0)


def migrate(
    to: Annotated[int, typer.Option(min=0, help="The schema that the other version of simone knows.")],
) -> None:
    """Bring the store to another schema, forward or back, before another version of simone opens it."""
    from simone.runtime.remembering import migrate_memory
    from simone.settings import home, load

    before, after = migrate_memory(home(), load(), to)
    say(f"schema {before} before, {after} now; opening it with this version brings it forward again\n")


@contextmanager
def _opened() -> Iterator[tuple[Store, Settings]]:
    from simone.runtime.remembering import open_memory
    from simone.settings import home, load

    settings = load()
    store = open_memory(home(), settings)
    try:
        yield store, settings
    finally:
        store.close()


def _filter(
    tenant: str,
    sessions: list[str] | None,
    sources: list[str] | None,
    kinds: list[str] | None,
    subject: str,
    since: str,
    until: str,
    valid_at: str,
    known_at: str,
    least_trust: float,
    every: bool,
) -> Filter:
    from simone.memory.contract import Filter, Kind
    from simone.memory.rows import tenant_named

    allowed = get_args(Kind)
    if unknown := [kind for kind in kinds or () if kind not in allowed]:
        raise BadRequest(f"--kind {unknown[0]!r} is none; there are {', '.join(allowed)}")
    return Filter(
        tenant=tenant_named(tenant),
        sessions=tuple(sessions or ()),
        kinds=tuple(kind for kind in allowed if kind in (kinds or ())),
        sources=tuple(sources or ()),
        subject=subject,
        least_trust=least_trust,
        since=since,
        until=until,
        valid_at=valid_at,
        known_at=known_at,
        current=not (every or valid_at),
    )


def agreed(yes: bool, question: str, as_json: bool) -> bool:
    """Whether to go on: asked for, or answered at the terminal; a program that wants JSON is not asked."""
    if yes or as_json or not sys.stdin.isatty():
        return yes
    return typer.confirm(question)


def _file(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise BadRequest(f"--from {str(path)!r} cannot be read: {error.strerror}; name a readable file") from error
    except UnicodeDecodeError as error:
        raise BadRequest(f"--from {str(path)!r} is not UTF-8 (byte {error.start}); convert it first") from error
