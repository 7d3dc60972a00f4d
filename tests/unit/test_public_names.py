"""What `import simone` offers, and what it does not cost."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

import simone


def test_the_version_is_that_of_the_installed_package() -> None:
    assert simone.__version__ == version("simone")
    assert "__version__" in dir(simone)


def test_importing_loads_nothing_and_reads_no_metadata() -> None:
    script = (
        "import sys; before = set(sys.modules); import simone; new = set(sys.modules) - before;"
        "assert not {'importlib.metadata', 'numpy', 'msgspec', 'simone.records'} & new, new;"
        "assert simone.__version__"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_name_that_is_not_offered_is_refused_with_those_that_are() -> None:
    with pytest.raises(AttributeError, match="it offers Budget, Deadline"):
        _ = simone.nothing
