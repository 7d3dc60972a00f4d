"""How sure a verdict must be so that no more than a set part of those accepted is wrong; what is not shown stays open.

Not for the shares themselves: `fusion` gives them.

Verdicts fall into a few kinds by what can be seen before the answer is known (`kind_of`), and each kind has a limit of
its own (a group-conditional bound). A limit counts only if it holds in every source of labelled claims that reaches it
often enough, and in the others together: so it holds for every mixture of these, whatever its parts, with the
confidence of the bound. Nothing promises it for a source unlike all of them.

Source: Clopper and Pearson, The use of confidence or fiducial limits, 1934 (the bound); Angelopoulos et al., Learn then
Test, 2021 (limits tried one after the other, from several places on, until one fails); Berger, Multiparameter
hypothesis testing and acceptance sampling, 1982 (all sources must pass, so that their number costs nothing).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec

from simone.records import Status
from simone.truth.entailment import fitted_file
from simone.truth.signals import JOINED, agrees, excludes

DOUBT = 0.1
"""Chance that a limit is too low for its sources, of each kind, 0..1."""
LEAST_TRIED = 75
"""Accepted claims from which a limit is tried, and from which a source is bounded by itself, count."""
STARTS = 4
"""Places from which limits are tried one after the other, at LEAST_TRIED accepted claims and each time twice as many;
they share the doubt, count."""
GROWTH = 1.1
"""How many times as many claims the next lower limit accepts."""
NEVER = 2.0
"""A limit that no share reaches."""
_DECIDED: tuple[Status, ...] = ("supported", "refuted")


class Step(msgspec.Struct, frozen=True):
    """Accepting shares of at least `limit`: at most `bound` of those accepted are wrong, in the `worst` source.

    `opens` where trying may begin; elsewhere a limit counts only if the one before it does.
    """

    limit: float
    bound: float
    opens: bool
    accepted: int
    wrong: int
    worst: str


class Limits(msgspec.Struct, frozen=True):
    """Steps by kind of verdict, strictest first, and what they were read off."""

    source: str
    entailment: str
    samples: int
    doubt: float
    kinds: dict[str, tuple[Step, ...]]

    def at(self, max_error: float) -> dict[str, float]:
        """The least share of each kind that keeps the error; empty where everything is accepted (`max_error` 1)."""
        if max_error >= 1.0:
            return {}
        return {kind: _limit(steps, max_error) for kind, steps in self.kinds.items()}


class Seen(msgspec.Struct, frozen=True):
    """A verdict on a labelled claim: where from, of what kind, how sure, and whether it was right."""

    source: str
    kind: str
    share: float
    right: bool


def kind_of(status: Status, given: Mapping[str, float]) -> str:
    """The kind of a verdict by what can be seen of it: whether the exact comparison says the same, of the same list."""
    if not agrees(given, status):
        return f"{status}, read only"
    return f"{status}, compared too" + (f", {JOINED}" if JOINED in given else "")


def accepts(status: Status, share: float, given: Mapping[str, float], limits: Mapping[str, float]) -> bool:
    """Whether a verdict is sure enough; without limits every one is.

    Where there are limits, a difference that the exact comparison names keeps a claim from being supported.
    """
    if not limits:
        return True
    if status == "supported" and excludes(given):
        return False
    return round(share, 4) >= limits.get(kind_of(status, given), NEVER)


def may_accept(given: Mapping[str, float], limits: Mapping[str, float]) -> bool:
    """Whether some share of some verdict would be sure enough: if not, reading cannot decide anything."""
    return any(accepts(status, 1.0, given, limits) for status in _DECIDED)


def steps(seen: Iterable[Seen], doubt: float = DOUBT) -> dict[str, tuple[Step, ...]]:
    """For each kind the limits that its labelled verdicts allow to be tried, strictest first, each with its bound.

    Which limits are tried depends on the shares alone, never on what was right.
    """
    kinds: dict[str, list[Seen]] = {}
    for one in seen:
        kinds.setdefault(one.kind, []).append(one)
    found: dict[str, tuple[Step, ...]] = {}
    for kind, members in sorted(kinds.items()):
        members.sort(key=lambda one: -one.share)
        tried: list[Step] = []
        wanted, start = float(LEAST_TRIED), float(LEAST_TRIED)
        for place, one in enumerate(members, 1):
            is_last = place == len(members)
            if not is_last and (place < wanted or members[place].share == one.share):
                continue
            opens = start <= place and start < LEAST_TRIED * 2**STARTS
            tried.append(_step(members[:place], doubt / STARTS, opens))
            wanted = place * GROWTH
            start = start * 2 if opens else start
        found[kind] = tuple(tried)
    return found


def _step(accepted: Sequence[Seen], doubt: float, opens: bool) -> Step:
    """The worst bound among the sources that hold enough of the accepted, the rest of them together, and all."""
    counts: dict[str, tuple[int, int]] = {}
    for one in accepted:
        wrong, total = counts.get(one.source, (0, 0))
        counts[one.source] = wrong + (not one.right), total + 1
    tested = {name: count for name, count in counts.items() if count[1] >= LEAST_TRIED}
    rest = [count for name, count in counts.items() if name not in tested]
    if sum(total for _, total in rest) >= LEAST_TRIED:
        tested["the others"] = sum(wrong for wrong, _ in rest), sum(total for _, total in rest)
    wrong = sum(wrong for wrong, _ in counts.values())
    tested["all"] = wrong, len(accepted)
    bounds = {name: upper_bound(*count, doubt) for name, count in tested.items()}
    worst = max(sorted(bounds), key=lambda name: bounds[name])
    return Step(accepted[-1].share, math.ceil(bounds[worst] * 1e4) / 1e4, opens, len(accepted), wrong, worst)


def upper_bound(wrong: int, total: int, doubt: float) -> float:
    """What the share of wrong ones does not exceed, but for a chance of `doubt`: `wrong` of `total` were.

    Source: Clopper and Pearson, 1934, one-sided.
    """
    if wrong >= total:
        return 1.0
    low, high = wrong / total, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        if _at_most(wrong, total, middle) > doubt:
            low = middle
        else:
            high = middle
    return high


def _at_most(wrong: int, total: int, share: float) -> float:
    """The chance of at most `wrong` of `total`, each with chance `share` in (0, 1)."""
    ways = math.lgamma(total + 1)
    return math.fsum(
        math.exp(
            ways
            - math.lgamma(k + 1)
            - math.lgamma(total - k + 1)
            + k * math.log(share)
            + (total - k) * math.log1p(-share)
        )
        for k in range(wrong + 1)
    )


def _limit(tried: Sequence[Step], max_error: float) -> float:
    limit, is_open = NEVER, False
    for step in tried:
        is_open = (is_open or step.opens) and step.bound <= max_error
        limit = step.limit if is_open else limit
    return limit


@cache
def shipped(entailment: str) -> Limits:
    """The limits that ship with the package for the entailment model of that name."""
    data = resources.files("simone.truth").joinpath(fitted_file("limits", entailment)).read_bytes()
    return msgspec.json.decode(data, type=Limits)


def write(limits: Limits, path: Path) -> None:
    """Write limits where `shipped` of the next start will read them."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(limits), indent=1) + b"\n")
