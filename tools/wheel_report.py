"""Says which kernels an installed wheel brings, and fails where it brings none although Rust is installed.

Not for the sources: `make test-build` installs the wheel apart and names the folder.

    PYTHONPATH=FOLDER python tools/wheel_report.py FOLDER
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import simone
from simone.kernels import backend_report


def main(folder: Path) -> int:
    """0 where the package was loaded from `folder` and has the kernels it was to be built with."""
    loaded = Path(simone.__file__).resolve().parent
    if folder.resolve() not in loaded.parents:
        sys.stderr.write(f"simone was loaded from {loaded}, not from {folder}; set PYTHONPATH\n")
        return 1
    report = backend_report()
    size = sum(path.stat().st_size for path in loaded.rglob("*") if path.is_file())
    sys.stdout.write(f"{size / 1e6:.1f} MB installed; backend {report.backend}: {report.reason}\n")
    return int(shutil.which("cargo") is not None and report.backend != "rust")


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
