"""How memories, plans and proofs look in a terminal.

Not for colours, and not for computing anything that is shown.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from simone.memory.contract import OPEN, Refusal
from simone.memory.holding import NEVER, last_day
from simone.reports.plain import visible

if TYPE_CHECKING:
    from simone.memory.applying import Batch
    from simone.memory.consolidation import ConsolidationPlan
    from simone.memory.contract import Link, Memory, Use
    from simone.memory.forgetting import ForgettingPlan, Proof
    from simone.memory.recall import Hit
    from simone.memory.salience import Explained

WIDTH = 100
_LABEL = 11
SHOWN = 20
"""Rows of one kind in a plan; how many more there are is told."""


def as_json(value: object) -> str:
    """One line of JSON, the same bytes for the same value."""
    return msgspec.json.encode(value, order="deterministic").decode() + "\n"


def one_line(text: str, width: int = WIDTH) -> str:
    """The text on one line, cut with an ellipsis."""
    flat = " ".join(text.split())
    return visible(flat if len(flat) <= width else flat[: width - 1] + "…")


def row(memory: Memory, lead: str = "") -> str:
    """A memory as a line of a list."""
    begin = f"{lead}{memory.id}  {memory.recorded_at[:10]}  {memory.kind:10}  "
    end = f"[{_held(memory)}] " if memory.valid_to else ""
    return f"{begin}{end}{one_line(memory.text, max(40, WIDTH + 20 - len(begin) - len(end)))}\n"


def results(
    kept: Sequence[tuple[str, Memory | Refusal]], links: Sequence[Link], known: Sequence[Memory]
) -> Iterator[str]:
    """What became of each text, and what it ended or was ended by: `links` of the kept, `known` those at their ends."""
    texts = {memory.id: memory.text for memory in known}
    for text, result in kept:
        if isinstance(result, Refusal):
            yield f"refused     {result.rule}: {visible(result.reason)}\n            {one_line(text)}\n"
        else:
            yield f"remembered  {result.id}  {one_line(text)}\n            {_about(result)}\n"
            for link in links:
                if link.other == result.id:
                    verb = "ends" if link.kind == "closes" else "stands for"
                    yield f"            {verb} {link.memory}  {one_line(texts.get(link.memory, ''))}\n"
                elif link.memory == result.id:
                    yield f"            is ended by {link.other}  {one_line(texts.get(link.other, ''))}\n"


def _about(memory: Memory) -> str:
    times = dict.fromkeys(_days(time.first, time.last) for time in memory.times)
    names = dict.fromkeys(entity.normal for entity in memory.entities if entity.kind == "name")
    parts = [str(memory.kind), ", ".join(times), f"names {', '.join(names)}" if names else ""]
    return visible(" · ".join([*filter(None, parts), f"salience {memory.salience:.2f}"]))


def hits(found: Sequence[Hit]) -> Iterator[str]:
    """Each memory that was found, its source, and why."""
    for number, hit in enumerate(found, start=1):
        origin = hit.memory.origins[0]
        yield f"{number:2}. {one_line(hit.memory.text, WIDTH + 16)}\n"
        yield f"    {hit.memory.id}  {visible(origin.author)} in {one_line(origin.source, 40)}, {_since(hit.memory)}\n"
        yield "".join(f"    {line}\n" for line in textwrap.wrap(visible(hit.why), WIDTH + 16))


def _since(memory: Memory) -> str:
    if memory.valid_to:
        return _held(memory)
    return f"holds from {memory.valid_from[:10]}" if memory.valid_from else f"recorded {memory.recorded_at[:10]}"


def _held(memory: Memory) -> str:
    """On which days it holds, of one that has an end: the first, where it is told, and the last."""
    first, last = memory.valid_from[:10], last_day(memory)
    if last == NEVER:
        return "never held"
    return f"{first} to {last}" if first else f"to {last}"


def details(memory: Memory, use: Use | None, links: Sequence[Link]) -> str:
    """Everything about one memory."""
    lines = [memory.id, *(f"  {part}" for part in textwrap.wrap(visible(memory.text), WIDTH)), ""]
    pinned = ", pinned" if memory.pinned else ""
    lines.append(_field("kind", f"{memory.kind}, trusted {memory.trust:.2f}, salience {memory.salience:.2f}{pinned}"))
    for origin in memory.origins:
        place = f"by {origin.author} in {origin.source} [{origin.start}, {origin.end}), run {one_line(origin.run, 36)}"
        lines.append(_field("said", place))
        if origin.quote != memory.text:
            lines += textwrap.wrap(
                f"“{visible(origin.quote)}”",
                WIDTH,
                initial_indent=" " * (_LABEL + 2),
                subsequent_indent=" " * (_LABEL + 3),
            )
    lines.append(_field("recorded", f"{memory.recorded_at[:19].replace('T', ' ')} UTC"))
    lines.append(_field("holds", _held(memory) if memory.valid_to else _days(memory.valid_from, OPEN)))
    lines += [_field("time", f"“{memory.text[t.start : t.end]}” is {_days(t.first, t.last)}") for t in memory.times]
    if memory.entities:
        lines.append(_field("names", ", ".join(dict.fromkeys(f"{e.normal} ({e.kind})" for e in memory.entities))))
    lines += [_field("states", f"{s.subject} / {s.relation} / {s.object}") for s in memory.statements]
    if memory.topics:
        lines.append(_field("topics", ", ".join(memory.topics)))
    if memory.valence or memory.arousal:
        lines.append(_field("tone", f"valence {memory.valence:+.2f}, arousal {memory.arousal:.2f}"))
    if memory.session or memory.tenant != "default":
        lines.append(_field("belongs", f"tenant {memory.tenant}, session {memory.session or '-'}"))
    lines.append(_field("recalled", f"{_times(use.count)}, last {use.last_at[:19]}" if use and use.count else "never"))
    lines += [_field("link", _link(memory, link)) for link in links]
    return "\n".join(lines) + "\n"


def _link(memory: Memory, link: Link) -> str:
    own = link.memory == memory.id
    what = {
        "closes": ("closed by", "closes"),
        "stands_for": ("stood for by", "stands for"),
        "holds": ("held by the episode", "holds"),
    }[link.kind][0 if own else 1]
    until = f", undone {link.undone_at[:10]}" if link.undone_at else ""
    batch = f", batch {link.batch}" if link.batch else ""
    if link.kind == "closes" and link.valid_to:
        ends = "never held" if link.valid_to == NEVER else f"holds no longer from {link.valid_to[:10]} on"
        batch = f"; {'it' if own else 'that'} {ends}{batch}"
    return f"{what} {link.other if own else link.memory} since {link.recorded_at[:10]}{until}: {link.reason}{batch}"


def explained(memory: Memory, salience: Explained) -> str:
    """Why a memory matters as much as it does."""
    total = sum(part.weight for part in salience.parts)
    lines = [f"{salience.value:.2f}  {one_line(memory.text)}", f"      {memory.id}", ""]
    for part in salience.parts:
        if part.name == "pinned":
            lines.append(f"  {part.name:10}  {part.says}")
            continue
        share = part.weight * part.value / total if total else 0.0
        lines.append(f"  {part.name:10} {share:+.3f}   {part.value:.2f} at weight {part.weight:g}: {part.says}")
    return "\n".join(lines) + "\n"


def ended(memory: Memory, links: Sequence[Link]) -> Iterator[str]:
    """What hid a memory and no longer does."""
    for link in links:
        yield f"  no longer {visible(_link(memory, link))}\n"


def consolidation(plan: ConsolidationPlan) -> Iterator[str]:
    """What would be done, and what would not and why."""
    yield f"{_count(plan.considered)} of tenant {visible(plan.tenant)} compared by {_space(plan.space)}\n"
    yield from _rows(
        f"{_count(len(plan.merges))} would be recalled through another that says the same",
        [f"{m.memory}  {one_line(m.text)}\n     into {m.into}  {one_line(m.into_text)}" for m in plan.merges],
    )
    yield from _rows(
        f"{_count(len(plan.episodes), 'episode')} would be made, of their members' own sentences",
        [
            f"{_count(len(e.members))}, trusted {e.memory.trust:.2f}\n"
            + "\n".join(f"       {one_line(line)}" for line in e.memory.text.splitlines())
            for e in plan.episodes
        ],
    )
    yield from _rows(
        f"{_count(len(plan.stale), 'episode')} would be closed",
        [f"{s.episode}  holds {s.member}, which {s.by} has closed" for s in plan.stale],
    )
    yield from _rows(
        f"{_count(len(plan.refused), 'merge')} refused",
        [
            f"{r.memory}  {one_line(r.text)}\n     near {r.into}  {one_line(r.into_text)}\n     {visible(r.reason)}"
            for r in plan.refused
        ],
    )
    yield from _rows(
        f"{_count(len(plan.unmade), 'group')} gave no episode",
        [f"{_count(len(u.members))}: {visible(u.reason)}" for u in plan.unmade],
    )


def _space(space: str) -> str:
    return "their words (no vectors of an encoder for all of them)" if space == "words" else f"vectors of {space}"


def carried_out(batch: Batch) -> str:
    """What was done, and how to undo it."""
    if not batch.name:
        return "nothing to join\n"
    return (
        f"{batch.merged} merged, {_count(batch.episodes, 'episode')} made, {batch.closed} closed;"
        f" undo with: simone memory consolidate --undo {batch.name}\n"
    )


def forgetting(plan: ForgettingPlan) -> Iterator[str]:
    """What would go and why, and what only might be meant."""
    yield from _rows(
        f"{_count(len(plan.doomed))} would be forgotten",
        [f"{d.memory.id}  {one_line(d.memory.text)}\n     {one_line(d.why)}" for d in plan.doomed],
    )
    yield from _rows(
        f"kept, though a part of {plan.wish.subject!r} stands there; forget what is meant by its id",
        [f"{memory.id}  {one_line(memory.text)}" for memory in plan.perhaps],
    )


def proof(found: Proof) -> Iterator[str]:
    """What was erased, searched and found."""
    yield f"{_count(len(found.forgotten))} forgotten\n"
    for name, said in found.erased:
        yield f"  {visible(name)}: {visible(said)}\n"
    for name, said in found.again:
        yield f"  {visible(name)}, once more: {visible(said)}\n"
    total = sum(one.bytes for one in found.searched)
    files = _count(len(found.searched), "file")
    yield f"{_count(found.pieces, 'piece')} of the words looked for in {files}, {total:,} bytes\n"
    for one in found.searched:
        note = ", encrypted: no text stands there in clear" if one.is_encrypted else ""
        yield f"  {visible(one.path)}  {one.bytes:,} bytes{note}\n"
    if found.shared:
        yield f"  {found.shared} pieces were not looked for in the store: memories that stay say the same words\n"
    if found.too_short:
        yield f"  {found.too_short} texts or names were too short to look for\n"
    for place in found.unsearched:
        yield f"  not searched: {visible(place)} is a server whose files cannot be read from here\n"
    for path in found.sources:
        yield f"  your sources say some of it too, and stay as they are: {visible(path)}\n"
    for left in found.left[:SHOWN]:
        yield f"  LEFT: a piece stands in {visible(left.path)} at byte {left.offset:,}\n"
    if found.holds:
        yield f"nothing is left{' but what memories that stay say too' if found.shared else ''}\n"
    elif found.left:
        yield f"{len(found.left)} pieces are left; close what holds these files open and forget again\n"
    else:
        yield "nothing was found, but not all of it could be erased again or looked for\n"


def statistics(figures: Mapping[str, object]) -> str:
    """Figures by name."""
    lines = []
    for name, value in figures.items():
        if isinstance(value, Mapping):
            lines.append(_field(name, ", ".join(f"{key} {count}" for key, count in value.items()) or "none"))
        else:
            lines.append(_field(name, f"{value:,}" if isinstance(value, int) else str(value)))
    return "\n".join(line.removeprefix("  ") for line in lines) + "\n"


def _count(number: int, noun: str = "memory") -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _rows(title: str, rows: Sequence[str]) -> Iterator[str]:
    if not rows:
        return
    yield f"{title}\n"
    for text in rows[:SHOWN]:
        yield f"  {text}\n"
    if len(rows) > SHOWN:
        yield f"  … and {len(rows) - SHOWN} more; --json shows all\n"


def _field(name: str, value: str) -> str:
    return f"  {name:{_LABEL}}{visible(value)}"


def _days(first: str, last: str) -> str:
    if not first and not last:
        return "at any time"
    if first == last:
        return first
    if not last:
        return f"from {first}"
    return f"until {last}" if not first else f"{first} to {last}"
