"""How the backend is chosen: by name, never silently, and only if package and extension are of one version.

Not for callers: they import `kernels` from the package.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
from types import ModuleType
from typing import NamedTuple

from simone.errors import BackendMissing, KernelError
from simone.kernels.compiled import Compiled
from simone.kernels.contract import Kernels
from simone.kernels.reference import Reference

_LOG = logging.getLogger("simone.kernels")
_EXTENSION = "simone.kernels._rust"
_NAMES = ("auto", "rust", "reference")


class BackendReport(NamedTuple):
    """For `simone doctor`, health checks and benchmarks."""

    backend: str
    asked: str
    available: tuple[str, ...]
    reason: str


def installed_extension() -> ModuleType | None:
    """The compiled module, or None where it is not installed.

    Raises:
        KernelError: it is installed but cannot be loaded.
    """
    if importlib.util.find_spec(_EXTENSION) is None:
        return None
    try:
        return importlib.import_module(_EXTENSION)
    except ImportError as error:
        raise KernelError(f"{_EXTENSION} is installed but cannot be loaded: {error}; reinstall simone") from error


def choose(
    asked: str, extension: ModuleType | None, threads: str = "0", level: str = "auto"
) -> tuple[Kernels, BackendReport]:
    """The backend named `asked` ("auto", "rust", "reference") and the report about it.

    The extension offers `__version__` (equal to the package's), and `Kernels(threads, level)` with functions of the
    contract. `threads`: how many serve a call that is worth it, 0 for one per processor. `level`: an instruction set by
    name, "auto" for the best of this processor. Results depend on neither.

    Raises:
        KernelError: no backend has that name, `threads` is no number from 0 to 256, this processor lacks the
            instruction set, or the extension is of another version than the package.
        BackendMissing: the named backend is not installed.
    """
    available = ("reference",) if extension is None else ("reference", "rust")
    if asked not in _NAMES:
        raise KernelError(f"SIMONE_BACKEND is {asked!r}; allowed: {', '.join(_NAMES)}")
    if extension is not None:
        _same_version(extension)
    if asked == "reference":
        return Reference(), BackendReport("reference", asked, available, "named")
    if extension is not None:
        try:
            native = extension.Kernels(_thread_count(threads), level)
        except ValueError as error:
            raise KernelError(f"SIMONE_KERNEL_LEVEL is {level!r}; {error}; or auto") from error
        chosen = "the best of this processor" if level == "auto" else "named"
        reason = f"{'named' if asked == 'rust' else 'the fastest installed'}; {native.instructions} ({chosen})"
        return Compiled(native), BackendReport("rust", asked, available, reason)
    reason = f"{_EXTENSION} is not installed"
    if asked == "rust":
        raise BackendMissing(
            f"SIMONE_BACKEND is 'rust' but {reason}; available: {', '.join(available)}; install it or unset"
        )
    _LOG.info("backend reference: %s", reason)
    return Reference(), BackendReport("reference", asked, available, reason)


def _thread_count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= 256):
        raise KernelError(f"SIMONE_KERNEL_THREADS is {text!r}; allowed: 0 (one per processor) to 256")
    return int(text)


def _same_version(extension: ModuleType) -> None:
    from importlib.metadata import version  # slow to import, and needed only where an extension is installed

    package, compiled = version("simone"), getattr(extension, "__version__", "none")
    if package != compiled:
        raise KernelError(
            f"simone is {package} but {_EXTENSION} is {compiled}; reinstall so that both are of one version"
        )
