"""The PEP 517 build: one abi3 wheel with the compiled kernels where Rust is installed, else one of plain Python.

Not for development: `make rust-build` puts the compiled kernels beside the sources, and an editable install holds none.

SIMONE_BUILD says which: "auto" (default) builds the compiled kernels where cargo and a new enough rustc are found,
"rust" insists on them, "reference" leaves them out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
_CHOICES = ("auto", "rust", "reference")
_Settings = dict[str, Any] | None


def get_requires_for_build_wheel(config_settings: _Settings = None) -> list[str]:
    """What the chosen build needs besides hatchling."""
    return ["maturin>=1.9,<2"] if _compiles() else []


def get_requires_for_build_editable(config_settings: _Settings = None) -> list[str]:
    """What hatchling needs for an editable install."""
    return ["editables>=0.5"]


def get_requires_for_build_sdist(config_settings: _Settings = None) -> list[str]:
    """Nothing: a source distribution holds both the package and the crates."""
    return []


def build_wheel(wheel_directory: str, config_settings: _Settings = None, metadata_directory: str | None = None) -> str:
    """One wheel in `wheel_directory`; says which kind it is."""
    if _compiles():
        _say("building the compiled kernels (SIMONE_BUILD=reference leaves them out)")
        return str(_maturin().build_wheel(wheel_directory, config_settings, metadata_directory))
    _say("no compiled kernels in this wheel: the reference backend serves")
    return str(_hatchling().build_wheel(wheel_directory, config_settings, metadata_directory))


def build_editable(
    wheel_directory: str, config_settings: _Settings = None, metadata_directory: str | None = None
) -> str:
    """A wheel that points to the sources."""
    return str(_hatchling().build_editable(wheel_directory, config_settings, metadata_directory))


def build_sdist(sdist_directory: str, config_settings: _Settings = None) -> str:
    """The sources, Python and Rust."""
    return str(_hatchling().build_sdist(sdist_directory, config_settings))


def _compiles() -> bool:
    """Whether the compiled kernels are to be built.

    Raises:
        SystemExit: SIMONE_BUILD is unknown, or is "rust" where no Rust is new enough.
    """
    asked = os.environ.get("SIMONE_BUILD", "auto")
    if asked not in _CHOICES:
        raise SystemExit(f"SIMONE_BUILD is {asked!r}; allowed: {', '.join(_CHOICES)}")
    if asked == "reference":
        return False
    wanted = tomllib.loads((_ROOT / "crates/Cargo.toml").read_text())["workspace"]["package"]["rust-version"]
    lacking = _lacking(wanted)
    if lacking and asked == "rust":
        raise SystemExit(f"SIMONE_BUILD is 'rust' but {lacking}; install Rust {wanted} or newer, or unset SIMONE_BUILD")
    if lacking:
        _say(f"{lacking}; Rust {wanted} or newer would add the compiled kernels")
    return not lacking


def _lacking(wanted: str) -> str:
    """Why Rust cannot build here; empty where it can."""
    cargo, rustc = shutil.which("cargo"), shutil.which("rustc")
    if cargo is None or rustc is None:
        return "no Rust toolchain is installed"
    said = subprocess.run([rustc, "--version"], capture_output=True, text=True, check=False).stdout.split()
    found = said[1] if len(said) > 1 else ""
    numbers = [part for part in found.split("-")[0].split(".") if part.isdecimal()]
    if [int(part) for part in numbers[:2]] < [int(part) for part in wanted.split(".")[:2]]:
        return f"Rust is {found or 'of an unknown version'}"
    return ""


def _maturin() -> ModuleType:
    import maturin  # present only where the compiled kernels are built

    return maturin


def _hatchling() -> ModuleType:
    from hatchling import build

    return build


def _say(what: str) -> None:
    sys.stderr.write(f"simone: {what}\n")
