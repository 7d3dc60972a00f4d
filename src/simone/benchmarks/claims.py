"""Claims found in text against sentences labelled by hand: what is one, where it stands, who says it, who is meant.

Not for verdicts on them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from simone.benchmarks.report import machine, percentile, share, table
from simone.errors import MissingSource
from simone.kernels.reference.validation.names import same_name
from simone.truth.checkable import WHY_NOT
from simone.truth.claims import Part, take_apart

RESAMPLES = 1000
_KIND_OF = {reason: kind for kind, reason in WHY_NOT.items()}
_EDGES = ' \t\n.,;:!?…"“”*-'

Half = Literal["dev", "test"]


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A labelled sentence; the head of the file says what its labels mean."""

    text: str
    why: str = ""
    claims: tuple[str, ...] = ()
    speaker: str = ""
    refers: tuple[tuple[str, str], ...] = ()


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Labelled sentences that make one text."""

    half: Half
    kind: str
    sentences: tuple[Sentence | str, ...]
    join: str = " "

    def parts(self) -> tuple[Sentence, ...]:
        """The sentences, plain ones too."""
        return tuple(Sentence(one) if isinstance(one, str) else one for one in self.sentences)


class Labels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file holds."""

    texts: tuple[Text, ...]


class Tally(msgspec.Struct, frozen=True):
    """Of one kind of label in one text: what was found rightly, wrongly (`extra`) and not (`missed`)."""

    right: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


class Score(msgspec.Struct, frozen=True):
    """Precision, recall and F1 of one kind of label over all texts."""

    label: str
    right: int
    found: int
    labelled: int
    f1: float
    f1_interval: tuple[float, float]
    extra: tuple[str, ...]
    missed: tuple[str, ...]


ROWS = ("claims", "joints", "not checkable", *sorted(WHY_NOT), "speaker", "reference")


def load(path: Path) -> tuple[Text, ...]:
    """The labelled texts.

    Raises:
        MissingSource: the file is not there or does not follow its own form.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Labels).texts
    except OSError as error:
        raise MissingSource(f"{error}; the labelled sentences come with the source tree, not the package") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise MissingSource(f"{str(path)!r} cannot be read: {error}") from error


def run(texts: Sequence[Text], half: Half, seed: int = 0) -> tuple[Score, ...]:
    """One score per kind of label; intervals of F1 by resampling texts."""
    tallies = [compare(text) for text in texts if text.half == half]
    draw = np.random.default_rng(seed).integers(0, len(tallies), (RESAMPLES, len(tallies)))
    return tuple(_score(row, [tally[row] for tally in tallies], draw) for row in ROWS)


def compare(text: Text) -> dict[str, Tally]:
    """What the rules find in a text beside its labels."""
    whole, places, at = "", [], 0
    for n, one in enumerate(text.parts()):
        at = len(whole) + (len(text.join) if n else 0)
        whole += (text.join if n else "") + one.text
        places.append((at, at + len(one.text)))
    parts = take_apart(whole)
    found: dict[str, set[str]] = {row: set() for row in ROWS}
    wanted: dict[str, set[str]] = {row: set() for row in ROWS}
    for one, (start, end) in zip(text.parts(), places, strict=True):
        inside = [p for p in parts if start <= p.claim.start < end]
        _of_sentence(one, whole, start, inside, found, wanted)
    return {
        row: Tally(
            tuple(sorted(found[row] & wanted[row])),
            tuple(sorted(found[row] - wanted[row])),
            tuple(sorted(wanted[row] - found[row])),
        )
        for row in ROWS
    }


def _of_sentence(
    one: Sentence,
    whole: str,
    start: int,
    inside: Sequence[Part],
    found: dict[str, set[str]],
    wanted: dict[str, set[str]],
) -> None:
    """Put what was found in a sentence, and its labels, into the sets of their rows."""
    name = f"{one.text} @{start}"
    checkable = [p for p in inside if p.claim.checkable]
    spans = [one.text] if not one.claims else list(one.claims)
    if not one.why:
        at = [start + one.text.index(span) for span in spans]
        wanted["claims"] |= {_span(whole, a, a + len(s)) for a, s in zip(at, spans, strict=True)}
        wanted["joints"] |= {_joint(whole, a) for a in at[1:]}
    found["claims"] |= {_span(whole, p.claim.start, p.claim.end) for p in checkable}
    found["joints"] |= {_joint(whole, p.claim.start) for p in checkable[1:]}
    if one.why:
        wanted["not checkable"].add(name)
        wanted[one.why].add(name)
    if inside and not checkable:
        found["not checkable"].add(name)
        found[_KIND_OF[inside[0].claim.why_not]].add(name)
    _of_speaker(one, name, inside, found["speaker"], wanted["speaker"])
    labelled = {written: meant for written, meant in one.refers if meant}
    wanted["reference"] |= {f"{written} = {meant}: {name}" for written, meant in labelled.items()}
    for part in checkable:
        for written, meant in part.references:
            same = next((w for w, m in labelled.items() if _same(w, written) and _same(m, meant)), None)
            found["reference"].add(f"{same or written} = {labelled[same] if same else meant}: {name}")


def _of_speaker(one: Sentence, name: str, inside: Sequence[Part], found: set[str], wanted: set[str]) -> None:
    said = next((p.claim.speaker for p in inside if p.claim.speaker), "")
    said = said or ("?" if any(p.quoted for p in inside) else "")
    if one.speaker:
        wanted.add(f"{one.speaker}: {name}")
    if said:
        right = _same(said, one.speaker) or (
            one.speaker not in ("", "?") and said != "?" and same_name(said, one.speaker)
        )
        found.add(f"{one.speaker if right else said}: {name}")


def _same(a: str, b: str) -> bool:
    first, second = (one.lower().removeprefix("the ").removesuffix("'s") for one in (a, b))
    return first == second


def _span(whole: str, start: int, end: int) -> str:
    """A span without the marks at its edges, and its place."""
    text = whole[start:end]
    begin = start + len(text) - len(text.lstrip(_EDGES))
    return f"{text.strip(_EDGES)} @{begin}"


def _joint(whole: str, at: int) -> str:
    return f"{whole[max(0, at - 24) : at]}|{whole[at : at + 24]} @{at}"


def _score(label: str, tallies: Sequence[Tally], draw: np.ndarray) -> Score:
    counts = np.array([(len(t.right), len(t.right) + len(t.extra), len(t.right) + len(t.missed)) for t in tallies])
    right, found, labelled = (int(n) for n in counts.sum(axis=0))
    resampled = counts[draw].sum(axis=1)
    f1s = [_f1(int(r), int(f), int(w)) for r, f, w in resampled if f + w]
    interval = (percentile(f1s, 0.025), percentile(f1s, 0.975)) if f1s else (0.0, 0.0)
    extra = tuple(name for t in tallies for name in t.extra)
    missed = tuple(name for t in tallies for name in t.missed)
    return Score(label, right, found, labelled, _f1(right, found, labelled), interval, extra, missed)


def _f1(right: int, found: int, labelled: int) -> float:
    return 2 * right / (found + labelled) if found + labelled else 0.0


def render(texts: Sequence[Text], scores: Sequence[Score], half: Half, losses: int) -> str:
    """The figures, with the first wrong places of each row."""
    chosen = [text for text in texts if text.half == half]
    sentences = sum(len(text.sentences) for text in chosen)
    rows = [
        (
            one.label,
            str(one.labelled),
            share(one.right, one.found),
            share(one.right, one.labelled),
            f"{one.f1:.3f} [{one.f1_interval[0]:.3f}, {one.f1_interval[1]:.3f}]" if one.found + one.labelled else "-",
        )
        for one in scores
    ]
    lines = [
        f"Claims in labelled text, {half} half: {len(chosen)} texts, {sentences} sentences; {machine()}",
        "Intervals are 95 %: Wilson's for shares, resampled texts for F1.",
        "",
        table(("label", "labelled", "precision", "recall", "F1"), rows),
        "",
        "claims: spans of checkable claims, marks at the edges aside; joints: where a sentence is cut into several;",
        "not checkable: sentences that state nothing, then by the reason given; speaker: who is quoted or reported;",
        "reference: what a pronoun or “the company” that opens a clause stands for; one left open on purpose is wrong.",
    ]
    for one in scores:
        lines += [f"{one.label}, not labelled: {name}" for name in one.extra[:losses]]
        lines += [f"{one.label}, not found: {name}" for name in one.missed[:losses]]
    return "\n".join(lines)
