"""What `help` and tooltips show of the public door holds nothing of the process's environment."""

from __future__ import annotations

import inspect

from simone.runtime import Runtime
from simone.settings import home, load


def test_no_default_argument_is_the_environment() -> None:
    for function in (Runtime.open, home, load):
        for parameter in inspect.signature(function).parameters.values():
            assert "environ(" not in repr(parameter.default), function
