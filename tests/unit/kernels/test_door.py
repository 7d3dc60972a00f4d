"""How the backend is chosen."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from importlib.metadata import version
from types import ModuleType

import pytest

from simone.errors import BackendMissing, KernelError
from simone.kernels import backend_report, kernels
from simone.kernels.door import choose


class Extension:
    """What the door asks of the compiled module."""

    instructions = "abacus"

    def __init__(self, threads: int, level: str) -> None:
        if level not in ("auto", "abacus"):
            raise ValueError(f"{level} is not here")
        self.threads = threads


def extension(release: str) -> ModuleType:
    module = ModuleType("simone.kernels._rust")
    module.__dict__.update(__version__=release, Kernels=Extension)
    return module


def test_auto_steps_down_once_and_says_why(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "simone.kernels"):
        _, report = choose("auto", None)
    assert (report.backend, report.available) == ("reference", ("reference",))
    assert "_rust is not installed" in report.reason
    assert [record.name for record in caplog.records] == ["simone.kernels"]


def test_a_named_backend_that_is_missing_is_an_error() -> None:
    with pytest.raises(BackendMissing, match="available: reference"):
        choose("rust", None)


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KernelError, match="auto, rust, reference"):
        choose("Rust", None)


@pytest.mark.parametrize("asked", ["auto", "rust", "reference"])
def test_another_version_is_always_an_error(asked: str) -> None:
    with pytest.raises(KernelError, match=r"9\.9\.9"):
        choose(asked, extension("9.9.9"))


def test_an_installed_extension_is_chosen_unless_the_reference_is_named() -> None:
    installed = extension(version("simone"))
    assert choose("auto", installed)[1].backend == "rust"
    assert choose("rust", installed)[1].reason == "named; abacus (the best of this processor)"
    assert choose("reference", installed)[1].backend == "reference"


@pytest.mark.parametrize("threads", ["-1", "two", "257", "", "²"])
def test_a_thread_count_that_is_none_is_an_error(threads: str) -> None:
    with pytest.raises(KernelError, match="SIMONE_KERNEL_THREADS"):
        choose("auto", extension(version("simone")), threads)


def test_an_instruction_set_can_be_named() -> None:
    installed = extension(version("simone"))
    assert choose("auto", installed, level="abacus")[1].reason == "the fastest installed; abacus (named)"
    with pytest.raises(KernelError, match="SIMONE_KERNEL_LEVEL is 'slide rule'; slide rule is not here"):
        choose("auto", installed, level="slide rule")


def test_the_report_agrees_with_the_kernels() -> None:
    assert backend_report().backend == kernels.backend


def test_the_environment_names_the_backend() -> None:
    command = [sys.executable, "-c", "import simone.kernels"]
    wrong = subprocess.run(
        command, env={**os.environ, "SIMONE_BACKEND": "abacus"}, capture_output=True, text=True, check=False
    )
    assert wrong.returncode != 0
    assert "'abacus'" in wrong.stderr
