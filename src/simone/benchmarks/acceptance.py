"""How many patterns that others wrote a set takes, and why it refuses the rest, beside Python's `re` and RE2.

Not for what the patterns find.

Data: SIMONE_DATA/patterns, the rules of gitleaks and a collection of patterns for secrets and for personal data. They
are written for several engines, none of them ours.
"""

from __future__ import annotations

import re
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import msgspec

from simone.benchmarks.report import machine, table
from simone.errors import KernelError, MissingSource
from simone.kernels import kernels

Named = list[tuple[str, str]]
"""Names and patterns."""


class Refusal(msgspec.Struct, frozen=True):
    """A pattern that an engine does not take."""

    collection: str
    engine: str
    name: str
    reason: str


class Acceptance(msgspec.Struct, frozen=True):
    """How many patterns of one collection each engine takes."""

    collection: str
    patterns: int
    taken: dict[str, int]
    refusals: tuple[Refusal, ...]


def run(data: Path) -> tuple[Acceptance, ...]:
    """Give every pattern alone to every engine.

    Raises:
        MissingSource: the patterns are not there, or no reader for them is installed.
    """
    folder = data / "patterns"
    try:
        collections = {
            "gitleaks": _toml(folder / "gitleaks.toml"),
            "secrets": _yaml(folder / "rules-stable.yml"),
            "personal data": _yaml(folder / "pii-stable.yml"),
        }
    except OSError as error:
        raise MissingSource(f"{error}; set SIMONE_DATA to the data folder") from error
    return tuple(_accept(name, patterns) for name, patterns in collections.items())


def render(found: tuple[Acceptance, ...], refusals: bool) -> str:
    """How many are taken, why ours refuses, and with `refusals` every pattern that ours or `re` refuses."""
    names = list(found[0].taken)
    rows = [(one.collection, str(one.patterns), *(str(one.taken[name]) for name in names)) for one in found]
    why = Counter((r.engine, _kind(r.reason)) for one in found for r in one.refusals)
    lines = [machine(), table(("collection", "patterns", *names), rows), ""]
    for engine in names:
        counted = [(reason, count) for (whose, reason), count in why.most_common() if whose == engine]
        lines += [f"{engine} refuses {sum(count for _, count in counted)}:"]
        lines += [f"  {count} times: {reason}" for reason, count in counted]
    if refusals:
        lines += ["", *(f"{r.collection}, {r.engine}, {r.name}: {r.reason}" for one in found for r in one.refusals)]
    return "\n".join(lines)


def _accept(collection: str, patterns: Named) -> Acceptance:
    taken: Counter[str] = Counter()
    refusals = []
    for engine, take in _engines().items():
        for name, pattern in patterns:
            if (reason := take(pattern)) is None:
                taken[engine] += 1
            else:
                refusals.append(Refusal(collection, engine, name, reason))
    return Acceptance(collection, len(patterns), {engine: taken[engine] for engine in _engines()}, tuple(refusals))


def _engines() -> dict[str, Callable[[str], str | None]]:
    """Each engine: a pattern -> the reason for which it is refused, or None."""
    found: dict[str, Callable[[str], str | None]] = {f"ours ({kernels.backend})": _ours, "Python re": _re}
    if find_spec("re2") is not None:
        found["RE2"] = _re2
    return found


def _ours(pattern: str) -> str | None:
    try:
        kernels.compile_pattern_set([("", pattern)])
    except KernelError as error:
        return str(error).removeprefix("pattern '' (").removeprefix(repr(pattern)).removeprefix(") ")
    return None


def _re(pattern: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error as error:
        return str(error)
    return None


def _re2(pattern: str) -> str | None:
    re2 = import_module("re2")
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        return str(error.args[0].decode() if isinstance(error.args[0], bytes) else error)
    return None


def _kind(reason: str) -> str:
    """The reason without places and without what was quoted from the pattern."""
    reason = re.sub(r" (?:in|at position|starting at) ?(?:'.*?'|\d+).*", "", reason)
    return re.sub(r"\d+", "N", reason.split("; ")[0])[:100]


def _toml(path: Path) -> Named:
    rules = tomllib.loads(path.read_text("utf-8"))["rules"]
    return [(rule["id"], rule["regex"]) for rule in rules if "regex" in rule]


def _yaml(path: Path) -> Named:
    if find_spec("yaml") is None:
        raise MissingSource(f"no reader for {path.name}; pip install pyyaml")
    tree = import_module("yaml").safe_load(path.read_text("utf-8"))
    return [(str(one["pattern"]["name"]), str(one["pattern"]["regex"])) for one in tree["patterns"]]
