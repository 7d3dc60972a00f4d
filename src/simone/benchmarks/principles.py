"""How often the principles fire where they must and must not: their examples, labelled text, running text.

Not for whether a finding helps its reader.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from simone.benchmarks.report import machine, share, table
from simone.clock import Clock, Deadline
from simone.errors import BadRequest, MissingSource
from simone.orchestration.drafts import make_draft
from simone.protocols.verification import Verification
from simone.records import Case, PrincipleName, Request
from simone.truth.judge import Judge, as_passage
from simone.truth.principles import Example, principles
from simone.truth.principles.finding import RULE


class Labelled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text, the evidence it is judged by, and the principles it goes against."""

    text: str
    evidence: str | tuple[str, ...] = ()
    against: tuple[PrincipleName, ...] = ()


class Labels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file of labels holds, by half."""

    dev: tuple[Labelled, ...]
    test: tuple[Labelled, ...]


class Row(msgspec.Struct, frozen=True):
    """Of one principle: its own examples that came out as they must, and what it found in labelled text."""

    name: str
    fired: int
    fires: int
    spared: int
    spares: int
    right: int
    found: int
    labelled: int
    wrong: tuple[str, ...]


class Running(msgspec.Struct, frozen=True):
    """Findings in running text by principle, with the sentences; no evidence is at hand there."""

    name: str
    sentences: int
    found: tuple[tuple[str, str], ...]


def load(path: Path) -> Labels:
    """The labelled texts.

    Raises:
        MissingSource: there is no such file.
        BadRequest: it does not follow its form.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Labels)
    except OSError as error:
        raise MissingSource(f"{error}; the labels come with the source tree, not with the package") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadRequest(f"{str(path)!r} cannot be read: {error}") from error


def found_in(text: str, sources: Sequence[str], judge: Judge, clock: Clock) -> tuple[tuple[str, str], ...]:
    """(principle, sentence) of every finding in a text judged by sources."""
    passages = tuple(as_passage(source, number) for number, source in enumerate(sources))
    case = Case(Request("", text=text), draft=make_draft(text), passages=passages)
    done = Verification(judge).apply(case, Deadline(clock, 600.0))
    assert done.draft is not None
    return tuple((f.rule.removeprefix(RULE), done.draft.sentences[f.sentence].text) for f in done.principles)


def run(labelled: Sequence[Labelled], judge: Judge, clock: Clock) -> tuple[Row, ...]:
    """A row for each principle."""
    names = {one: {name for name, _ in found_in(one.text, _sources(one), judge, clock)} for one in labelled}
    return tuple(
        Row(
            one.name,
            sum(_fires(one.name, example, judge, clock) for example in one.fires),
            len(one.fires),
            sum(not _fires(one.name, example, judge, clock) for example in one.spares),
            len(one.spares),
            sum(one.name in names[text] and one.name in text.against for text in labelled),
            sum(one.name in names[text] for text in labelled),
            sum(one.name in text.against for text in labelled),
            tuple(text.text for text in labelled if (one.name in names[text]) != (one.name in text.against)),
        )
        for one in principles()
    )


def run_on_text(data: Path, judge: Judge, clock: Clock) -> Running:
    """Findings in the Wikipedia paragraphs of the data folder.

    Raises:
        MissingSource: the paragraphs are not there.
    """
    path = data / "qa" / "xquad_en_dev.json"
    try:
        texts = sorted({one["text"] for one in json.loads(path.read_text("utf-8"))})
    except OSError as error:
        raise MissingSource(f"{error}; give the folder with the development data (--data)") from error
    found = [hit for text in texts for hit in found_in(text, (), judge, clock)]
    return Running("XQuAD, Wikipedia paragraphs", sum(len(make_draft(t).sentences) for t in texts), tuple(found))


def render(rows: Sequence[Row], running: Running | None, losses: int) -> str:
    """The figures, with what came out wrong."""
    cells = [
        (
            row.name,
            f"{row.fired}/{row.fires}",
            f"{row.spared}/{row.spares}",
            share(row.right, row.found),
            share(row.right, row.labelled),
        )
        for row in rows
    ]
    right, found, labelled = (
        sum(values) for values in zip(*((r.right, r.found, r.labelled) for r in rows), strict=True)
    )
    cells.append(("all", "", "", share(right, found), share(right, labelled)))
    header = ("principle", "must fire", "must not", "precision on labelled text", "recall on labelled text")
    lines = [f"Principles; {machine()}", "", table(header, cells)]
    if running is not None:
        counts = Counter(name for name, _ in running.found)
        told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"
        lines += ["", f"{running.name}: {running.sentences} sentences without evidence, findings: {told}"]
        lines += [f"  {name}: {text}" for name, text in running.found[:losses]]
    for row in rows:
        lines += [f"{row.name}, wrong: {text}" for text in row.wrong[:losses]]
    return "\n".join(lines)


def _sources(one: Labelled) -> tuple[str, ...]:
    return (one.evidence,) if isinstance(one.evidence, str) else one.evidence


def _fires(name: str, example: Example, judge: Judge, clock: Clock) -> bool:
    return any(found == name for found, _ in found_in(example.text, example.sources(), judge, clock))
