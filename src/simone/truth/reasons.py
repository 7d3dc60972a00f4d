"""What a reason says of words that the nearest sentence lacks, where other sentences of the sources have them.

Not for what one sentence says of a claim: `exact` puts that into words.
"""

from __future__ import annotations

from simone.truth.evidence import Pool
from simone.truth.exact import Comparison
from simone.truth.reading import Reading, read

_SILENT = "the sources say nothing about "


def of_missing(found: Comparison, claim: Reading, nearest: str, pool: Pool) -> str:
    """The reason of a comparison; what the sources name elsewhere they are not said to be silent about."""
    if not found.reason.startswith(_SILENT) or any(i >= len(claim.words) for i in found.missing):
        return found.reason
    named = [
        claim.words[i]
        for i in found.missing
        if f"“{claim.text[claim.words[i].start : claim.words[i].end]}”" in found.reason
    ]
    unknown = [word for word in named if word.stem not in pool.places]
    if not named or len(unknown) == len(named):
        return found.reason
    if unknown:
        return _SILENT + ", ".join(f"“{claim.text[word.start : word.end]}”" for word in unknown)
    words = ", ".join(f"“{claim.text[word.start : word.end]}”" for word in named)
    if {word.stem for word in named} <= {word.stem for word in read(nearest).words}:
        return f"the sentence nearest to it has {words}, and may say it of something else"
    return f"the sources say {words} elsewhere, and not in the sentence nearest to it"
