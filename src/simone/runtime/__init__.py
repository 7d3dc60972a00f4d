"""The composition root: settings in, a wired runtime out; the only place that knows every class.

Not for logic: it builds the parts, hands a request to the pipeline and keeps the ledger.
"""

from simone.runtime.opening import Runtime, ingest_into
from simone.runtime.replaying import ReplayReport, recorded_runs, replay
from simone.runtime.surroundings import Check, examine
from simone.runtime.wiring import Bundle, catalogue

__all__ = [
    "Bundle",
    "Check",
    "ReplayReport",
    "Runtime",
    "catalogue",
    "examine",
    "ingest_into",
    "recorded_runs",
    "replay",
]
