"""What is read of a claim, window by window, and the verdict of what was read together with what the comparison found.

Not for the windows (`windows`), what their numbers make (`workings`) or how much each weighs (`fusion`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from simone.records import Claim, Evidence, Measured, Stance, Status, Unmeasured, Verdict
from simone.truth.evidence import Pool, cite
from simone.truth.exact import Comparison
from simone.truth.fusion import HELD, STATUSES, decided, likeliest
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
_READ_ALONE: dict[Status, str] = {
    "supported": "read by itself, “{}” carries the claim",
    "refuted": "read by itself, “{}” excludes the claim",
    "unverifiable": "read by itself, “{}” leaves the claim open",
}


class Seen(msgspec.Struct, frozen=True):
    """A window of a claim: what the exact comparison noticed about it, what its numbers make and those of its core."""

    window: Window
    given: dict[str, float]
    reckoned: Reckoned
    in_core: Reckoned = Reckoned()

    @property
    def texts(self) -> tuple[str, ...]:
        """What the entailment model may read: the window, and its core if it has one, which it reads first."""
        whole = with_workings(self.window.text, self.reckoned.workings)
        core = self.window.core
        return (whole,) if core is None else (whole, with_workings(core.text, self.in_core.workings))


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
        core = window.core
        seen.append(Seen(window, given, reckoned, reckon(claim.text, core.text, core.ends) if core else Reckoned()))
    return seen


def fused(
    verdict: Verdict,
    found: Sequence[Seen],
    shares: Sequence[tuple[float, ...]],
    wholly: Sequence[bool],
    pool: Pool,
    limits: Mapping[str, float],
    samples: int,
) -> Verdict:
    """The verdict of the window that speaks most clearly, if it is sure enough; one that says the opposite is shown.

    `wholly`: whether more of each window was read than its core.
    """
    order = _by_clearness(shares)
    seen, own = found[order[0]], shares[order[0]]
    status = decided(own, seen.given, limits)
    confidence = Measured(round(own[STATUSES.index(status)], 4), samples)
    if (held := likeliest(own)) != status:
        return _held_back(verdict, held, _cited(seen.window, held, own, pool), confidence)
    if status == verdict.status and status != "unverifiable":
        return msgspec.structs.replace(verdict, confidence=confidence)
    pieces = [_cited(seen.window, status, own, pool)]
    best = pieces[0].quote
    core = None if wholly[order[0]] else seen.window.core
    reason = (_READ_ALONE if core and len(core.sentences) == 1 else _READ)[status].format(best)
    workings = (seen.in_core if core else seen.reckoned).workings
    if workings and status != "unverifiable":
        reason += f", where {' and '.join(working.said for working in workings)}"
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
    is_reckoned = status == "supported" and any(working.is_made for working in workings)
    check = "arithmetic" if is_reckoned else "entailment"
    return Verdict(verdict.claim, status, check, reason, confidence, tuple(pieces))


def foremost(shares: Sequence[tuple[float, ...]]) -> int:
    """Which window speaks most clearly, the first of several."""
    return _by_clearness(shares)[0]


def _by_clearness(shares: Sequence[tuple[float, ...]]) -> list[int]:
    return sorted(range(len(shares)), key=lambda n: (-max(shares[n][:2]), n))


def opened_again(verdict: Verdict, because: str) -> Verdict:
    """The verdict that reading gave, open because of what its evidence says besides."""
    sure = Unmeasured("nobody counted how often what reading decides and is opened again is rightly left open")
    return msgspec.structs.replace(
        verdict, status="unverifiable", reason=f"{verdict.reason}, but {because}", confidence=sure
    )


def _held_back(verdict: Verdict, status: Status, piece: Evidence, confidence: Measured) -> Verdict:
    """Open, since the likeliest status is not sure enough; what the comparison found is told before."""
    is_told = any(other.quote == piece.quote for other in verdict.evidence)
    reason = "read together" if is_told else f"read with “{piece.quote}”"
    reason += (
        f" it is likeliest {status} ({piece.strength:.2f}), but that is not shown to be as safe as `max_error` asks"
    )
    if verdict.evidence:
        reason = f"{verdict.reason}; {reason}"
    pieces = (piece, *[other for other in verdict.evidence if other.quote != piece.quote][:1])
    return Verdict(verdict.claim, "unverifiable", "entailment", reason, confidence, pieces)


def _cited(window: Window, status: Status, shares: tuple[float, ...], pool: Pool) -> Evidence:
    sentence = pool.sentences[window.best]
    strength = round(shares[STATUSES.index(status)], 4)
    return cite(pool.passages[sentence.passage], sentence.start, sentence.end, STANCE[status], strength)


def says(piece: Evidence) -> str:
    """A piece of evidence as a reason names it."""
    return f"“{piece.quote}” in {piece.document}"
