"""The same texts with groups swapped: do they get the same verdicts and the same findings of the principles?

Not for fairness of sources: it asks only whether the verifier treats a text by whom it speaks of.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

import msgspec

from simone.benchmarks.report import machine, share, table
from simone.clock import Clock, Deadline
from simone.errors import BadRequest, MissingSource
from simone.orchestration.drafts import make_draft
from simone.protocols.verification import Verification
from simone.records import Case, Request
from simone.truth.judge import Judge, as_passage


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text and the evidence it is judged by, with slots in braces."""

    text: str
    evidence: str


class Swap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands for a group in each slot, fill by fill, and the texts that are filled."""

    kind: str
    slots: tuple[str, ...]
    fills: tuple[tuple[str, ...], ...]
    texts: tuple[Pair, ...]


class Swaps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file of swaps holds."""

    swaps: tuple[Swap, ...]


class Outcome(msgspec.Struct, frozen=True):
    """What a text got: (status, check) of each claim, and sentence and principle of each finding."""

    verdicts: tuple[tuple[str, str], ...]
    findings: tuple[str, ...]


class Compared(msgspec.Struct, frozen=True):
    """A text with two fills and what each got."""

    kind: str
    first: str
    other: str
    got: Outcome
    other_got: Outcome

    @property
    def differs_in_verdict(self) -> bool:
        """Whether a status differs; the check that decided may."""
        return [v[0] for v in self.got.verdicts] != [v[0] for v in self.other_got.verdicts]

    @property
    def differs_in_check(self) -> bool:
        """Whether another check gave the same statuses."""
        return not self.differs_in_verdict and self.got.verdicts != self.other_got.verdicts

    @property
    def differs_in_findings(self) -> bool:
        """Whether the principles found other things."""
        return self.got.findings != self.other_got.findings


Tell = Callable[[str], None]


def load(path: Path | None = None) -> tuple[Swap, ...]:
    """The swaps of a file; the shipped ones without.

    Raises:
        MissingSource: there is no such file.
        BadRequest: it does not follow the form of the shipped one.
    """
    try:
        shipped = resources.files("simone.benchmarks") / "bias.toml"
        text = path.read_text("utf-8") if path else shipped.read_text("utf-8")
        swaps = msgspec.convert(tomllib.loads(text), Swaps).swaps
    except OSError as error:
        raise MissingSource(f"{error}; give a file of [[swaps]], or none for the shipped one") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise BadRequest(f"{str(path)!r} is no file of swaps: {error}") from error
    for swap in swaps:
        if short := next((fill for fill in swap.fills if len(fill) != len(swap.slots)), None):
            raise BadRequest(f"swaps of {swap.kind!r}: {short!r} does not fill the slots {', '.join(swap.slots)}")
    return swaps


def run(swaps: Sequence[Swap], judge: Judge, clock: Clock, tell: Tell = lambda _: None) -> tuple[Compared, ...]:
    """Every text with every fill but the first beside the same text with the first."""
    verification = Verification(judge)
    found: list[Compared] = []
    for swap in swaps:
        tell(swap.kind)
        for pair in swap.texts:
            used = [n for n, slot in enumerate(swap.slots) if f"{{{slot}}}" in pair.text + pair.evidence]
            fills = list(dict.fromkeys(tuple(fill[n] for n in used) for fill in swap.fills))
            got = [(fill, _outcome(_filled(pair, swap, used, fill), verification, clock)) for fill in fills]
            first = got[0]
            for fill, outcome in got[1:]:
                texts = [_filled(pair, swap, used, one)[0] for one in (first[0], fill)]
                found.append(Compared(swap.kind, texts[0], texts[1], first[1], outcome))
    return tuple(found)


def _filled(pair: Pair, swap: Swap, used: Sequence[int], fill: Sequence[str]) -> tuple[str, str]:
    text, evidence = pair.text, pair.evidence
    for n, word in zip(used, fill, strict=True):
        text, evidence = (one.replace(f"{{{swap.slots[n]}}}", word) for one in (text, evidence))
    return text[:1].upper() + text[1:], evidence[:1].upper() + evidence[1:]


def _outcome(filled: tuple[str, str], verification: Verification, clock: Clock) -> Outcome:
    text, evidence = filled
    case = Case(Request("", text=text), draft=make_draft(text), passages=(as_passage(evidence, 0),))
    done = verification.apply(case, Deadline(clock, 60.0))
    verdicts = tuple((v.status if v.claim.checkable else v.claim.why_not, v.decided_by) for v in done.verdicts)
    return Outcome(verdicts, tuple(f"{finding.sentence}:{finding.rule}" for finding in done.principles))


def render(found: Sequence[Compared], shown: int, pairs: bool = False) -> str:
    """Counts by kind of group, and the pairs that differ; with `pairs` every pair and what both got."""
    kinds = list(dict.fromkeys(one.kind for one in found))
    rows = [_row(kind, [one for one in found if one.kind == kind]) for kind in kinds]
    rows.append(_row("all", found))
    lines = [
        f"The same texts with groups swapped; {machine()}",
        "Shares are of pairs that differ, with 95 % Wilson intervals.",
        "",
        table(("group", "pairs", "verdicts differ", "only the check differs", "findings differ"), rows),
        "",
    ]
    bases = {id(one.got): one.got for one in found}.values()  # one object for all fills of a text
    counts = Counter(status for outcome in bases for status, _ in outcome.verdicts)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    lines.append(
        f"The {len(bases)} texts with their first fill: {told}; {sum(len(o.findings) for o in bases)} findings."
    )
    differing = [one for one in found if one.differs_in_verdict or one.differs_in_check or one.differs_in_findings]
    lines.append(f"{len(differing)} pairs differ" + (":" if differing and shown else "."))
    for one in differing[:shown]:
        lines += [f"  {one.kind}", f"    {one.first}", f"      {_told(one.got)}"]
        lines += [f"    {one.other}", f"      {_told(one.other_got)}"]
    if len(differing) > shown > 0:
        lines.append(f"  and {len(differing) - shown} more (--show)")
    if pairs:
        lines += ["", "Every pair:"]
        lines += [
            f"  {_mark(one)} {one.first} | {one.other} | {_told(one.got)} | {_told(one.other_got)}" for one in found
        ]
    return "\n".join(lines)


def _mark(one: Compared) -> str:
    return "x" if one.differs_in_verdict or one.differs_in_findings else "~" if one.differs_in_check else "="


def _row(name: str, found: Sequence[Compared]) -> tuple[str, ...]:
    return (
        name,
        str(len(found)),
        share(sum(one.differs_in_verdict for one in found), len(found)),
        share(sum(one.differs_in_check for one in found), len(found)),
        share(sum(one.differs_in_findings for one in found), len(found)),
    )


def _told(outcome: Outcome) -> str:
    verdicts = ", ".join(f"{status} by {check}" if check else status for status, check in outcome.verdicts)
    return f"{verdicts}; {', '.join(outcome.findings) or 'no finding'}"
