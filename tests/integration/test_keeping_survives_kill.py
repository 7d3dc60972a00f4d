"""Killed while it consolidates or forgets: no batch is half there, and asking again finishes the forgetting."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simone.memory.consolidation import plan_consolidation
from simone.memory.contract import Filter
from simone.memory.forgetting import Wish, forget, plan_forgetting
from simone.memory.sqlite import SqliteStore

COPIES = 6
WORKER = """
import sys
from datetime import timedelta
from pathlib import Path
from simone.clock import SystemClock
from simone.memory.applying import apply_plan
from simone.memory.consolidation import plan_consolidation
from simone.memory.contract import Candidate, Keys, Origin
from simone.memory.forgetting import Wish, forget, plan_forgetting
from simone.memory.remembering import as_memory
from simone.memory.sqlite import SqliteStore

store, clock, copies = SqliteStore.open(Path(sys.argv[1]), durable=False), SystemClock(), int(sys.argv[2])
for number in range(10_000):
    text = f"Dana Ruiz left {number} keys in the boathouse of Orsk."
    origins = [Origin(f"t{number}-{copy}", 0, len(text), text, "r", "Ann", 0.8) for copy in range(copies)]
    memories = [as_memory(Candidate(text, (origin,)), clock.now().isoformat()) for origin in origins]
    with store.writing() as writing:
        for memory in memories:
            writing.add(memory, Keys(int(memory.id, 16) >> 1, (), ()))
    print("kept", number, flush=True)
    plan = plan_consolidation(store, "default", clock.now(), least_members=10_000)
    apply_plan(store, plan, clock.now())
    if number % 3 == 2:
        forget(store, plan_forgetting(store, Wish(subject="Dana Ruiz")))
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_half_done_after_a_kill(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "memory.sqlite"
    words = [sys.executable, "-c", WORKER, str(path), str(COPIES)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        for _ in range(2 + seed):
            assert worker.stdout.readline().startswith("kept")
        time.sleep(random.Random(seed).uniform(0.0, 0.08))
        worker.kill()
    store = SqliteStore.open(path, durable=False)
    try:
        assert store.check() == ()
        every = store.select(Filter(current=False))
        links = store.links([memory.id for memory in every])
        sizes = Counter(link.batch for link in links)
        assert set(sizes.values()) <= {COPIES - 1}, "a batch is there whole or not at all"
        assert len(every) % COPIES == 0, "what was forgotten together went together"
        plan = plan_consolidation(store, "default", datetime(2030, 1, 1, tzinfo=UTC), least_members=10_000)
        assert len(plan.merges) in (0, COPIES - 1), "only what was not consolidated yet is left to do"
        proof = forget(store, plan_forgetting(store, Wish(subject="Dana Ruiz")))
        assert proof.holds
        assert len(proof.forgotten) == len(every)
        assert all(b"boathouse" not in file.read_bytes() for file in tmp_path.iterdir())
    finally:
        store.close()
