"""The same request gives the same bytes: again, in another process, with more workers, over a cold or a warm home."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from simone.clock import FrozenClock
from simone.governance.ledger import Ledger
from simone.kernels import backend_report
from simone.mvlm.extractive import Extractive
from simone.records import Budget, OutputContract, Request
from simone.reports.plain import as_json
from simone.runtime import Runtime
from simone.settings import RetrievalSettings, Settings

QUESTION = "What did Belmar agree to pay, and for how long was Low Kessing besieged?"
FAST = Settings(durable=False)


def answered(home: Path, belmar: Path, workers: int = 1, times: int = 1) -> list[str]:
    """The output as JSON and the ledger's head after each run."""
    with Runtime.open(belmar, engine=Extractive(), home=home, settings=FAST, workers=workers) as house:
        return [as_json(house.run(Request(QUESTION))) + house.ledger.runs()[-1].head for _ in range(times)]


def test_runs_are_identical_again_and_with_one_worker_or_two(ready_home: Path, belmar: Path) -> None:
    alone = answered(ready_home, belmar, workers=1, times=2)
    together = answered(ready_home, belmar, workers=2, times=2)
    assert len({*alone, *together}) == 1


def test_a_cold_home_answers_as_a_warm_one(ready_home: Path, belmar: Path) -> None:
    warm = answered(ready_home, belmar)
    shutil.rmtree(ready_home / "corpora")
    (ready_home / "ledger.sqlite").unlink()
    assert answered(ready_home, belmar) == warm


def test_processes_are_identical_whatever_the_hash_seed_and_the_number_of_workers(
    process: Callable[..., CompletedProcess[bytes]], ready_home: Path, belmar: Path
) -> None:
    arguments = ("run", QUESTION, "--sources", str(belmar), "--format", "json", "--quiet")
    first = process(*arguments, "--workers", "1", PYTHONHASHSEED="0")
    second = process(*arguments, "--workers", "2", PYTHONHASHSEED="1", SIMONE_KERNEL_THREADS="1", LC_ALL="C")
    assert first.stdout == second.stdout != b""
    inside = answered(ready_home, belmar)[0]
    assert inside.startswith(first.stdout.decode())
    ledger = Ledger.open(ready_home / "ledger.sqlite", FrozenClock(), durable=False)
    heads = {run.head for run in ledger.runs()}
    ledger.close()
    assert len(heads) == 1
    assert inside.endswith(heads.pop())


OLDER = {"NPY_DISABLE_CPU_FEATURES": "X86_V3", "OPENBLAS_CORETYPE": "Prescott"}
"""NumPy and BLAS compute as on a processor of twenty years ago; builds that do not know these compute as always."""


@pytest.mark.weights
def test_a_processor_with_fewer_instructions_gives_the_same_bytes(
    process: Callable[..., CompletedProcess[bytes]], ready_home: Path, belmar: Path, tmp_path: Path
) -> None:
    older = OLDER | ({"SIMONE_KERNEL_LEVEL": "scalar"} if backend_report().backend == "rust" else {})
    claims = tmp_path / "claims.txt"
    claims.write_text("The stone bridge cost 61,000 marks. Belmar promised to pay 40 talents of gold.", "utf-8")
    asked_of = (("run", QUESTION, "--sources"), ("verify", str(claims), "--against"))
    for words in ((*one, str(belmar)) for one in asked_of):
        shown = []
        for more in ({}, older):
            shutil.rmtree(ready_home / "corpora", ignore_errors=True)
            asked = (*words, "--format", "json", "--quiet")
            done = process(*asked, SIMONE_VERIFIER_ENTAILMENT="true", SIMONE_CACHE_DISK_BYTES="0", **more)
            shown.append(done.stdout)
        assert shown[0] == shown[1] != b"", done.stderr.decode()


@pytest.mark.weights
def test_the_local_model_repeats_itself(ready_home: Path, belmar: Path) -> None:
    settings = Settings(durable=False, retrieval=RetrievalSettings(passages=2, window=0))
    contract = OutputContract(max_sentences=1)
    asked = Request("Who built the stone bridge?", contract=contract, budget=Budget(seconds=120, revisions=0))
    shown = set()
    for workers in (1, 2):
        with Runtime.open(
            belmar / "bridge.rst", engine="smollm2", home=ready_home, settings=settings, workers=workers
        ) as house:
            output = house.run(asked)
            assert output.cost.tokens_out > 0
            shown.add(as_json(output) + house.ledger.runs()[-1].head)
    assert len(shown) == 1
