"""What is read of a claim, window by window, and the verdict of what was read together with what the comparison found.

Not for the windows (`windows`), what their numbers make (`workings`) or how much each weighs (`fusion`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from simone.records import Claim, Evidence, Measured, Stance, Status, Verdict
from simone.truth.evidence import Pool, cite
from simone.truth.exact import Comparison
from simone.truth.fusion import HELD, STATUSES, decided
from simone.truth.reading import Reading
from simone.truth.signals import CLASH, ELSEWHERE, signals
from simone.truth.windows import Window, windows
from simone.truth.workings import Reckoned, reckon, with_workings

CLEAR = 0.7
"""Calibrated share from which a document that says the opposite is shown, 0..1."""
STANCE: dict[Status, Stance] = {"supported": "supports", "refuted": "refutes", "unverifiable": "mentions"}
_AGAINST: dict[Status, int] = {"supported": 1, "refuted": 0}
_READ: dict[Status, str] = {
    "supported": "read together, the claim follows from “{}” and what stands around it",
    "refuted": "read together, the claim cannot be true if “{}” is",
    "unverifiable": "read together, “{}” leaves the claim open",
}


class Seen(msgspec.Struct, frozen=True):
    """A window of a claim: what the exact comparison noticed about it, what its numbers make, and its core's text."""

    window: Window
    given: dict[str, float]
    reckoned: Reckoned
    core: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What the entailment model reads, one after the other: the window, and its core if it has one."""
        return with_workings(self.window.text, self.reckoned.workings), *self.core


def look(claim: Claim, reading: Reading, found: Mapping[int, Comparison], pool: Pool) -> list[Seen]:
    """The windows of a claim, each with what the exact comparison noticed about it."""
    seen = []
    for window in windows(claim.text, pool):
        inside = {n: comparison for n, comparison in found.items() if n in window.sentences}
        given = signals(reading, inside or found, window.text, pool.texts) | {HELD: window.share}
        reckoned = reckon(claim.text, window.text, window.ends)
        if reckoned.clash:
            given[CLASH] = 1.0
        if found and not inside:
            given[ELSEWHERE] = 1.0
        seen.append(Seen(window, given, reckoned, _core(claim.text, window)))
    return seen


def _core(claim: str, window: Window) -> tuple[str, ...]:
    """The core of a window with what its numbers make, if it has one."""
    if window.core is None:
        return ()
    text = window.core.text
    return (with_workings(text, reckon(claim, text, window.core.ends).workings),)


def fused(
    verdict: Verdict,
    found: Sequence[Seen],
    shares: Sequence[tuple[float, ...]],
    pool: Pool,
    limits: Mapping[str, float],
    samples: int,
) -> Verdict:
    """The verdict of the window that speaks most clearly, if it is sure enough; one that says the opposite is shown."""
    if not found:
        return verdict
    order = sorted(range(len(found)), key=lambda n: (-max(shares[n][:2]), n))
    seen, own = found[order[0]], shares[order[0]]
    status = decided(own, seen.given, limits)
    confidence = Measured(round(own[STATUSES.index(status)], 4), samples)
    if status == verdict.status and status != "unverifiable":
        return msgspec.structs.replace(verdict, confidence=confidence)
    pieces = [_cited(seen.window, status, own, pool)]
    best = pieces[0].quote
    reason = _READ[status].format(best)
    if seen.reckoned.workings and status != "unverifiable":
        reason += f", where {' and '.join(working.said for working in seen.reckoned.workings)}"
    if seen.reckoned.clash:
        reason += f"; {seen.reckoned.clash}"
    against = [n for n in order[1:] if shares[n][_AGAINST.get(status, 2)] >= CLEAR]
    if status != "unverifiable" and against:
        other: Status = "refuted" if status == "supported" else "supported"
        pieces.append(_cited(found[against[0]].window, other, shares[against[0]], pool))
        reason += f"; but the sources contradict each other: {says(pieces[1])} speaks against that"
    if verdict.status != "unverifiable":
        pieces += [piece for piece in verdict.evidence if piece not in pieces][:1]
        reason += f"; compared word by word ({verdict.reason}), which was outweighed"
    elif status == "unverifiable":
        reason = f"{verdict.reason}; {reason}" if verdict.evidence else reason
    is_reckoned = status == "supported" and any(working.is_made for working in seen.reckoned.workings)
    check = "arithmetic" if is_reckoned else "entailment"
    return Verdict(verdict.claim, status, check, reason, confidence, tuple(pieces))


def _cited(window: Window, status: Status, shares: tuple[float, ...], pool: Pool) -> Evidence:
    sentence = pool.sentences[window.best]
    strength = round(shares[STATUSES.index(status)], 4)
    return cite(pool.passages[sentence.passage], sentence.start, sentence.end, STANCE[status], strength)


def says(piece: Evidence) -> str:
    """A piece of evidence as a reason names it."""
    return f"“{piece.quote}” in {piece.document}"
