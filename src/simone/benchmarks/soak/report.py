"""The figures of a soak in words.

Not for running it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from simone.benchmarks.report import machine, percentile, share, table
from simone.benchmarks.soak.running import Closing, Outcome, Report
from simone.benchmarks.soak.stream import GOOD, JUNK

MOST_JUNK = 0.02
"""Share of what was kept that may be junk."""


def render(report: Report, losses: int = 0) -> str:
    """Tables, and of each kind `losses` turns that came out wrong."""
    parts = [
        f"{len(report.outcomes)} turns, seed {report.seed}, store {report.place.split('/')[-1]}; {machine()}",
        _by_kind(report.outcomes),
        _junk(report.outcomes),
        _unseen(report.outcomes),
        _refused_good(report.outcomes),
        _closings(report),
        _cost(report),
    ]
    if losses:
        parts.append(_losses(report, losses))
    return "\n\n".join(parts) + "\n"


def is_above_bar(report: Report) -> bool:
    """Whether more than MOST_JUNK of what was kept is junk."""
    return sum(map(is_junk, report.outcomes)) > MOST_JUNK * sum(bool(one.memory) for one in report.outcomes)


def is_junk(outcome: Outcome) -> bool:
    """Whether it got in and should not have."""
    return bool(outcome.memory) and outcome.turn.kind in JUNK


def _by_kind(outcomes: Sequence[Outcome]) -> str:
    rows = []
    for kind in (*GOOD, *JUNK, "boilerplate"):
        of_kind = [one for one in outcomes if one.turn.kind == kind]
        kept = [one for one in of_kind if one.memory]
        rules = Counter(one.rule for one in of_kind if one.rule)
        named = ", ".join(f"{rule} {count}" for rule, count in sorted(rules.items(), key=lambda row: (-row[1], row[0])))
        wrong = len(of_kind) - len(kept) if kind in GOOD else len(kept)
        rows.append([kind, str(len(of_kind)), str(len(kept)), share(wrong, len(of_kind)), "  " + (named or "-")])
    return table(["what was said", "turns", "kept", "wrong, of its turns", "  refused by"], rows)


def _junk(outcomes: Sequence[Outcome]) -> str:
    kept = [one for one in outcomes if one.memory]
    junk = [one for one in kept if is_junk(one)]
    rote = [one for one in kept if one.turn.kind == "boilerplate"]
    bar = "holds" if len(junk) <= MOST_JUNK * len(kept) else "does not hold"
    lines = [
        f"junk of what was kept: {share(len(junk), len(kept))}; at most {MOST_JUNK:.0%}: {bar}",
        f"with boilerplate: {share(len(junk) + len(rote), len(kept))}",
        f"without a gate: {share(sum(one.turn.kind in JUNK for one in outcomes), len(outcomes))}",
    ]
    return "\n".join(lines)


def _unseen(outcomes: Sequence[Outcome]) -> str:
    rows = []
    for kind in (*JUNK, "boilerplate"):
        of_kind = [one for one in outcomes if one.turn.kind == kind and one.turn.is_unseen]
        if of_kind:
            rows.append([kind, share(sum(bool(one.memory) for one in of_kind), len(of_kind))])
    return table(["in words the gate was not made with", "got in"], rows)


def _refused_good(outcomes: Sequence[Outcome]) -> str:
    good = [one for one in outcomes if one.turn.kind in GOOD]
    refused = [one for one in good if one.rule]
    rules = Counter(one.rule for one in refused)
    rote = rules["boilerplate"]
    return (
        f"good turns refused: {share(len(refused), len(good))}"
        f"; {rote} of them as boilerplate, {len(refused) - rote} otherwise"
    )


def _closings(report: Report) -> str:
    kept = {one.turn.number: one.turn for one in report.outcomes if one.memory}
    wanted = {(turn.ends, turn.number): turn.how for turn in kept.values() if turn.ends in kept}
    found = {(one.closed, one.by) for one in report.closings}
    rows = []
    for how in sorted(set(wanted.values())):
        pairs = [pair for pair, name in wanted.items() if name == how]
        rows.append([how, str(len(pairs)), share(sum(pair in found for pair in pairs), len(pairs))])
    rows.append(["all", str(len(wanted)), share(len(found & set(wanted)), len(wanted))])
    seeming = [turn for turn in kept.values() if turn.seems_to_end in kept]
    fooled = [turn for turn in seeming if (turn.seems_to_end, turn.number) in found]
    return (
        table(["contradictions", "pairs", "the first was closed"], rows)
        + f"\n\nof what was closed, rightly: {share(len(found & set(wanted)), len(found))}"
        + f"\npairs that only seem to contradict, closed: {share(len(fooled), len(seeming))}"
    )


def _cost(report: Report) -> str:
    seconds = [one.seconds for one in report.outcomes]
    kept = sum(bool(one.memory) for one in report.outcomes)
    halves = seconds[: len(seconds) // 2], seconds[len(seconds) // 2 :]
    ranks = ", ".join(f"p{rank} {percentile(seconds, rank / 100) * 1e3:.2f} ms" for rank in (50, 95, 99))
    medians = " and ".join(f"{percentile(half, 0.5) * 1e3:.2f}" for half in halves)
    parts = [
        f"a turn, tagged, judged and written: {ranks}; p50 of the halves {medians}; all {report.seconds:.0f} s",
        f"kept: {kept} memories"
        + (
            f", {report.store_bytes} bytes, {report.store_bytes / kept:.0f} each" if report.store_bytes and kept else ""
        ),
        f"the store's own check: {'; '.join(report.ailments) or 'nothing is wrong'}",
        f"everything kept, as SHA-256: {report.sha256}",
    ]
    return "\n".join(parts)


def _losses(report: Report, losses: int) -> str:
    lines: list[str] = []
    turns = {one.turn.number: one.turn for one in report.outcomes}
    for kind in (*GOOD, *JUNK, "boilerplate"):
        wrong = [one for one in report.outcomes if one.turn.kind == kind and bool(one.rule) == (kind in GOOD)]
        for one in wrong[:losses]:
            why = f"refused, {one.rule}: {one.reason}" if one.rule else "kept"
            of = f"\n    repeats {turns[one.turn.repeats].text!r}" if one.turn.repeats >= 0 else ""
            lines.append(f"[{kind}] {why}\n    {one.turn.author}: {one.turn.text!r}{of}")
    wanted = {(turn.ends, turn.number) for turn in turns.values()}
    wrong_closings = [one for one in report.closings if (one.closed, one.by) not in wanted]
    lines += [_told(one, report) for one in wrong_closings[:losses]]
    closed = {(one.closed, one.by) for one in report.closings}
    kept = {one.turn.number for one in report.outcomes if one.memory}
    missed = [t for t in turns.values() if t.ends in kept and t.number in kept and (t.ends, t.number) not in closed]
    lines += [f"[not closed, {turn.how}] {turns[turn.ends].text!r} by {turn.text!r}" for turn in missed[:losses]]
    return "\n".join(lines)


def _told(one: Closing, report: Report) -> str:
    closed, by = report.outcomes[one.closed].turn, report.outcomes[one.by].turn
    return f"[closed wrongly] {closed.text!r} ({closed.kind})\n    by {by.text!r} ({by.kind}): {one.reason}"
