"""SIM-ONE: governed cognition around a language model that is never trusted.

Not for implementation: names are loaded on first use, so that importing costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str

    from simone.clock import Deadline
    from simone.errors import SimoneError
    from simone.records import Budget, Output, OutputContract, Request, Verdict
    from simone.runtime import Runtime, replay
    from simone.truth.judge import judge

_HOMES = {
    "Budget": "simone.records",
    "Deadline": "simone.clock",
    "Output": "simone.records",
    "OutputContract": "simone.records",
    "Request": "simone.records",
    "Runtime": "simone.runtime",
    "SimoneError": "simone.errors",
    "Verdict": "simone.records",
    "judge": "simone.truth.judge",
    "replay": "simone.runtime",
}

__all__ = [
    "Budget",
    "Deadline",
    "Output",
    "OutputContract",
    "Request",
    "Runtime",
    "SimoneError",
    "Verdict",
    "judge",
    "replay",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        value: object = _installed_version()
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module 'simone' has no attribute {name!r}; it offers {', '.join(__all__)}")
    globals()[name] = value
    return value


def _installed_version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # slow to import

    try:
        return version("simone")
    except PackageNotFoundError as error:
        raise AttributeError("simone is not installed here, so nothing tells its version; install it") from error


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
