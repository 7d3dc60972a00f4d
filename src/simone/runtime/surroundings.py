"""Whether this installation can work: what `simone doctor` asks.

Not for repair: each answer says what to do.
"""

from __future__ import annotations

import os
import platform
import sys
from importlib.util import find_spec
from pathlib import Path

import msgspec

from simone import weights
from simone.clock import SystemClock
from simone.errors import SimoneError
from simone.governance.ledger import Ledger
from simone.kernels import backend_report
from simone.retrieval.sources import corpus_names
from simone.runtime.remembering import memory_place, open_memory
from simone.runtime.wiring import CODE_VERSION, LEDGER
from simone.settings import home as default_home
from simone.settings import load as load_settings
from simone.truth.entailment import LARGE


class Check(msgspec.Struct, frozen=True):
    """One question and its answer."""

    name: str
    ok: bool
    message: str


def examine(home: Path | None = None) -> list[Check]:
    """Every check, in a fixed order; a failing one never stops the rest."""
    home = home or default_home()
    report = backend_report()
    wanted = _wanted()
    return [
        Check("simone", True, f"{CODE_VERSION} on Python {platform.python_version()}, {sys.platform}"),
        Check("kernels", True, f"backend {report.backend}, asked {report.asked}; {report.reason}"),
        _home(home),
        _settings(),
        *(_weight(status, wanted) for status in weights.verify(home)),
        Check("network", True, "offline: nothing is ever fetched" if weights.is_offline() else "only `models pull`"),
        _engine("xllamacpp", "local models"),
        _engine("onnxruntime", "judges of your own (`onnx:FILE`)"),
        Check("corpora", True, ", ".join(corpus_names(home)) or "none yet"),
        _ledger(home),
        _memory(home),
    ]


def _home(home: Path) -> Check:
    parent = next(path for path in (home, *home.parents) if path.exists())
    if parent.is_dir() and os.access(parent, os.W_OK):
        return Check("home", True, str(home))
    return Check("home", False, f"{str(home)!r} is not writable; set SIMONE_HOME to a folder that is")


def _settings() -> Check:
    try:
        load_settings()
    except SimoneError as error:
        return Check("settings", False, str(error))
    return Check("settings", True, "every key is known")


def _wanted() -> frozenset[str]:
    """The optional weights that the settings ask for; none where they cannot be read, which is a check of its own."""
    try:
        return frozenset((LARGE,) if load_settings().verifier.reader == "large" else ())
    except SimoneError:
        return frozenset()


def _weight(status: weights.Status, wanted: frozenset[str]) -> Check:
    weight, state = status.weight, status.state
    if state == "present":
        return Check("weights", True, f"{weight.name} present")
    remedy = f"`simone models pull {weight.name}`"
    if status.is_lacking or weight.name in wanted:
        return Check("weights", False, f"{weight.name} {state}; run {remedy}")
    return Check("weights", True, f"{weight.name} missing; it is optional: {remedy}")


def _engine(library: str, purpose: str) -> Check:
    found = find_spec(library) is not None
    return Check(library, found, f"for {purpose}: {'installed' if found else 'missing; reinstall simone'}")


def _ledger(home: Path) -> Check:
    path = home / LEDGER
    if not path.exists():
        return Check("ledger", True, "no runs yet")
    try:
        ledger = Ledger.open(path, SystemClock())
        runs = ledger.runs()
        ledger.close()
    except SimoneError as error:
        return Check("ledger", False, str(error))
    stopped = sum(not run.finished for run in runs)
    return Check("ledger", True, f"{len(runs)} runs, {stopped} of them stopped before their end")


def _memory(home: Path) -> Check:
    """Whether the store opens; one that is not there yet is not made."""
    try:
        settings = load_settings()
        where = memory_place(home, settings)
        if isinstance(where, Path) and not where.exists():
            return Check("memory", True, "nothing is remembered yet")
        store = open_memory(home, settings)
        place = store.place
        store.close()
    except SimoneError as error:
        return Check("memory", False, str(error))
    use = "runs remember and recall" if settings.memory.enabled else "runs do not use it (memory.enabled)"
    return Check("memory", True, f"{place} opens; {use}")
