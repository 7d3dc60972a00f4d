"""A run killed at any moment leaves nothing half-written in sight, and the next one is as good as the first."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from simone.clock import SystemClock, seeded
from simone.governance.ledger import Ledger
from simone.runtime import examine, replay

KILLS = 10
QUESTION = "What did Belmar agree to pay?"


def started(home: Path, belmar: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "simone", "run", QUESTION, "--sources", str(belmar), "--quiet"]
    environment = {**os.environ, "SIMONE_HOME": str(home)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


def finished_heads(home: Path) -> list[str]:
    """Heads of the finished attempts, every hash checked; the others must not look finished."""
    path = home / "ledger.sqlite"
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone() == ("ok",)
    ledger = Ledger.open(path, SystemClock())
    try:
        for run in ledger.runs():
            loaded = ledger.load(run.run_id, run.attempt)
            assert loaded.finished == bool(run.finished) == bool(run.head)
        return [run.head for run in ledger.runs() if run.finished]
    finally:
        ledger.close()


def test_a_run_killed_at_ten_moments_leaves_a_clean_home(ready_home: Path, belmar: Path) -> None:
    began_s = time.monotonic()
    whole = started(ready_home, belmar).communicate()[0]
    lasts_s = time.monotonic() - began_s
    (head,) = finished_heads(ready_home)
    chance = seeded(11, "kill")
    for number in range(KILLS):
        running = started(ready_home, belmar)
        try:
            running.wait(timeout=lasts_s * (number + chance.random()) / KILLS)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
        running.communicate()
        assert set(finished_heads(ready_home)) == {head}
    assert started(ready_home, belmar).communicate()[0] == whole
    assert set(finished_heads(ready_home)) == {head}
    assert [check for check in examine(ready_home) if not check.ok] == []
    ledger = Ledger.open(ready_home / "ledger.sqlite", SystemClock())
    run_id = ledger.runs()[0].run_id
    ledger.close()
    assert replay(run_id, home=ready_home).divergence is None


def test_two_processes_at_once_share_one_new_home(ready_home: Path, belmar: Path) -> None:
    for file in (ready_home / "corpora").rglob("*.sqlite*"):
        file.unlink()
    both = [started(ready_home, belmar) for _ in range(2)]
    first, second = [running.communicate() for running in both]
    assert [running.returncode for running in both] == [0, 0], (first, second)
    assert first[0] == second[0] != b""
    heads = finished_heads(ready_home)
    assert len(heads) == 2
    assert len(set(heads)) == 1
