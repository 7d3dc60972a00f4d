"""Hit ratios on recorded accesses: the cache in memory, the candidates it was chosen among, and what people use.

Not for time: see speed. Every entry counts for the same, as in the literature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec

import msgspec

from simone.benchmarks.caches.policies import CANDIDATES, Access
from simone.benchmarks.caches.traces import SET_ON, SHARES, Trace
from simone.benchmarks.report import table
from simone.caching.ram import RamCache
from simone.errors import SimoneError

OURS, SETTLED = "simone", "moka, settled"
RIVALS = ("LRU", "moka", SETTLED, "theine")
"""What the cache is to be at least as good as."""
ENTRY = 1000
"""Bytes that an entry is said to have; the window of the cache moves in parts of an entry."""
_TIE = 0.00005
"""Ratios are printed to the hundredth of a percent."""


class WrongAnswer(SimoneError):
    """A cache gave another value than was put."""


class Ratios(msgspec.Struct, frozen=True):
    """Of one way on one trace, for each size of SHARES; none where it is not installed."""

    trace: str
    name: str
    ratios: tuple[float, ...] | None


def run(traces: list[Trace], tell: Callable[[str], None]) -> tuple[Ratios, ...]:
    """Every way on every trace.

    Raises:
        WrongAnswer: ours gave another value than was put.
    """
    found = []
    for trace in traces:
        keys = [str(block) for block in trace.blocks]
        for name, make in _ways():
            if make is None:
                found.append(Ratios(trace.name, name, None))
                continue
            ratios = []
            for entries in trace.sizes:
                tell(f"{trace.name}, {name}, {entries} entries")
                ratios.append(sum(map(make(entries), keys)) / len(keys))
            found.append(Ratios(trace.name, name, tuple(ratios)))
    return tuple(found)


def ours(entries: int) -> Access:
    """The cache in memory: asked, and given what it did not have."""
    cache: RamCache[str] = RamCache(entries * ENTRY)
    get, put = cache.get, cache.put

    def access(key: str) -> bool:
        value = get(key)
        if value is None:
            put(key, key, ENTRY)
            return False
        if value != key:
            raise WrongAnswer(f"{key!r} was put under its own name, and {value!r} came back: please report this")
        return True

    return access


def render(traces: list[Trace], found: tuple[Ratios, ...]) -> str:
    """A table for each trace, then where the cache is at least as good as all of RIVALS and where not."""
    parts = []
    for trace in traces:
        rows = [one for one in found if one.trace == trace.name]
        chosen = "constants were set on it" if trace.name in SET_ON else "constants were not set on it"
        shares = ", ".join(f"{share:.0%}" for share in SHARES)
        head = f"{trace.name}: {len(trace.blocks):,} accesses, {trace.distinct:,} keys; sizes are {shares} of the keys"
        parts.append(
            f"{head}; {chosen}\n"
            + table(
                ("hit ratio, %, by entries", *(f"{size:,}" for size in trace.sizes)),
                [(one.name, *_cells(one.ratios)) for one in rows],
            )
        )
    held = tuple(one for one in RIVALS if one != "moka")
    return "\n\n".join([*parts, means(found), verdict(found, RIVALS), verdict(found, held)])


def means(found: tuple[Ratios, ...]) -> str:
    """The mean over the sizes of each trace, and at how many of all sizes no rival held to its limit does better."""
    known = [one for one in found if one.ratios is not None]
    traces = list(dict.fromkeys(one.trace for one in known))
    ratios = {(one.name, one.trace): one.ratios or () for one in known}
    sizes = [(trace, place) for trace in traces for place in range(len(SHARES))]
    names = [
        name for name in dict.fromkeys(one.name for one in known) if all((name, trace) in ratios for trace in traces)
    ]
    fair = [name for name in names if name in (OURS, *RIVALS) and name != "moka"]
    rows = []
    for name in names:
        cells = [f"{100 * sum(ratios[name, trace]) / len(SHARES):.2f}" for trace in traces]
        best = sum(
            all(ratios[name, trace][place] >= ratios[other, trace][place] - _TIE for other in fair)
            for trace, place in sizes
        )
        rows.append((name, *cells, str(best) if name in fair else "-"))
    head = ("mean over the sizes, %", *traces, f"best of {len(fair)} at, of {len(sizes)}")
    return f"best of {', '.join(fair)}\n" + table(head, rows)


def verdict(found: tuple[Ratios, ...], rivals: tuple[str, ...]) -> str:
    """At how many sizes ours is at least as good as the best of `rivals`, and each size where it is not."""
    held, losses = 0, []
    for our in (one for one in found if one.name == OURS and one.ratios is not None):
        others = [one for one in found if one.trace == our.trace and one.name in rivals and one.ratios is not None]
        for place, (share, ratio) in enumerate(zip(SHARES, our.ratios or (), strict=True)):
            best, name = max(((one.ratios or ())[place], one.name) for one in others)
            if ratio >= best - _TIE:
                held += 1
            else:
                losses.append(f"  LOST on {our.trace} at {share:.0%}: {ratio:.2%}, {name} {best:.2%}")
    head = f"at least as good as the best of {', '.join(rivals)}: at {held} of {held + len(losses)} sizes"
    return "\n".join([head, *losses])


def _cells(ratios: tuple[float, ...] | None) -> tuple[str, ...]:
    return (
        ("not installed", *("" for _ in SHARES[1:])) if ratios is None else tuple(f"{100 * one:.2f}" for one in ratios)
    )


def _ways() -> Iterator[tuple[str, Callable[[int], Access] | None]]:
    yield OURS, ours
    yield from CANDIDATES.items()
    has_moka, has_theine = find_spec("moka_py") is not None, find_spec("theine") is not None
    yield "moka", _moka if has_moka else None
    yield SETTLED, _settled_moka if has_moka else None
    yield "theine", _theine if has_theine else None


def _moka(entries: int) -> Access:
    """As it is used: it serves some sixty entries more than its limit until its housekeeping is due."""
    cache = import_module("moka_py").Moka(entries)
    get, put = cache.get, cache.set

    def access(key: str) -> bool:
        if get(key) is not None:
            return True
        put(key, key)
        return False

    return access


def _settled_moka(entries: int) -> Access:
    """With its housekeeping done after every access, so that it keeps to its limit."""
    cache = import_module("moka_py").Moka(entries)
    get, put, settle = cache.get, cache.set, cache.run_pending_tasks

    def access(key: str) -> bool:
        is_hit = get(key) is not None
        if not is_hit:
            put(key, key)
        settle()
        return is_hit

    return access


def _theine(entries: int) -> Access:
    cache = import_module("theine").Cache(entries)
    get, put = cache.get, cache.set

    def access(key: str) -> bool:
        _, is_hit = get(key)
        if not is_hit:
            put(key, key)
        return bool(is_hit)

    return access
