"""Calibrates the judge: `python -m simone.benchmarks.truth --calibrate | --fit | --fuse | --left-out | --join`.

Not for the figures: `simone bench truth` prints them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from simone import settings
from simone.benchmarks.truth import joining, leaving_out
from simone.benchmarks.truth.calibrating import calibrate, fit
from simone.benchmarks.truth.fusing import MOST_OF_A_SET, fuse, gather
from simone.benchmarks.truth.remembering import kept_model, open_remembering
from simone.kernels import backend_report
from simone.retrieval.encoder import MiniLM
from simone.truth import calibration, fusion, risk
from simone.truth.entailment import LARGE, SMALL, fitted_file
from simone.truth.judge import Judge


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Count or fit, and say on what."""
    parser = argparse.ArgumentParser(prog="python -m simone.benchmarks.truth", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--calibrate", action="store_true")
    what.add_argument("--fit", action="store_true")
    what.add_argument("--fuse", action="store_true")
    what.add_argument("--left-out", action="store_true")
    what.add_argument("--join", action="store_true")
    parser.add_argument("--size", type=int, default=20000)
    parser.add_argument(
        "--per-set", type=int, default=MOST_OF_A_SET, help="pairs of each set for --fuse and --left-out; 0 takes all"
    )
    parser.add_argument("--suite", type=Path, default=Path("tests/attacks/contrast.jsonl"))
    parser.add_argument("--reader", choices=("small", "large"), default="small")
    parser.add_argument("--no-encoder", action="store_true")
    given = parser.parse_args(arguments)
    data = Path(os.environ.get("SIMONE_DATA", "../shared/data"))
    encoder = None if given.no_encoder else MiniLM(settings.home(), settings.load().encoder)
    name = encoder.name if encoder else "none"
    if given.left_out:
        model = open_remembering(given.reader, settings.home(), _tell)
        rows = gather(data, given.suite, Judge(None), model, _tell, given.per_set)
        sys.stdout.write(leaving_out.render(leaving_out.run(rows, model.name, tell=_tell)) + "\n")
    elif given.join:
        small, large = (kept_model(one, settings.home(), _tell) for one in (SMALL, LARGE))
        sys.stdout.write(joining.run(data, given.suite, small, large, _tell, given.per_set) + "\n")
    elif given.fuse:
        model = open_remembering(given.reader, settings.home(), _tell)
        weights, limits = fuse(data, given.suite, Judge(None), model, _tell, given.per_set)
        fusion.write(weights, Path(fusion.__file__).with_name(fitted_file("fusion", model.name)))
        risk.write(limits, Path(risk.__file__).with_name(fitted_file("limits", model.name)))
    elif given.fit:
        sys.stdout.write(fit(data, encoder, given.size) + "\n")
    else:
        counted = calibrate(data, Judge(encoder), name, given.size)
        calibration.write(counted, Path(calibration.__file__).with_suffix(".json"))
        for row in counted.rows:
            sys.stdout.write(f"{row.decided_by:12} {row.status:13} {row.right:6}/{row.total}" + "\n")
    sys.stderr.write(f"backend {backend_report()}; encoder {name}; Python {sys.version.split()[0]}" + "\n")


if __name__ == "__main__":
    main()
