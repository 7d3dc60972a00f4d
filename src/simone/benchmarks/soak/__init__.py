"""Whether a memory that is written to for long fills with junk, and what keeping junk out costs in good memories.

Not for speed at scale and not for recall's quality: `simone bench memory` measures those.
"""

from simone.benchmarks.soak.report import is_above_bar, render
from simone.benchmarks.soak.running import Report, run

__all__ = ["Report", "is_above_bar", "render", "run"]
