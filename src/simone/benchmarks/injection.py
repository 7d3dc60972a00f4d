"""Measures how many injected instructions are found, per class of attack, and how often honest text is suspected.

Not for defence as a whole: what is not found here can still fail verification, since evidence must carry every claim.

Data: SIMONE_DATA/injection (BIPIA; rules were written with the train files only), and as honest text SIMONE_DATA/corpus
and SIMONE_DATA/qa. The honest text was read while the rules were written: its figure is no held-out one.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from simone.errors import MissingSource
from simone.truth.injection import find_instructions


class Recall(msgspec.Struct, frozen=True):
    """How many attacks of one class were found."""

    file: str
    attack: str
    found: int
    attacks: int


class Suspicion(msgspec.Struct, frozen=True):
    """How many honest texts of one source were suspected."""

    source: str
    suspected: int
    texts: int
    characters: int


class Report(msgspec.Struct, frozen=True):
    """Everything this benchmark measures."""

    recalls: tuple[Recall, ...]
    suspicions: tuple[Suspicion, ...]


def run(data: Path) -> Report:
    """Measure under `data` (the folder SIMONE_DATA names).

    Raises:
        MissingSource: the attacks are missing.
    """
    files = sorted((data / "injection").glob("bipia_*_attack_*.json"))
    if not files:
        raise MissingSource(f"{str(data / 'injection')!r} holds no attacks; set SIMONE_DATA")
    recalls = [
        Recall(file.stem, attack, sum(bool(find_instructions(text)) for text in texts), len(texts))
        for file in files
        for attack, texts in json.loads(file.read_text("utf-8")).items()
    ]
    honest = {
        name: [path.read_text("utf-8", errors="replace") for path in sorted((data / "corpus" / name).glob("*"))]
        for name in ("peps", "eips")
    }
    questions = data / "qa/xquad_en_dev.json"
    if questions.is_file():
        honest["xquad paragraphs"] = [paragraph["text"] for paragraph in json.loads(questions.read_text("utf-8"))]
    suspicions = [
        Suspicion(name, sum(bool(find_instructions(text)) for text in texts), len(texts), sum(map(len, texts)))
        for name, texts in honest.items()
    ]
    return Report(tuple(recalls), tuple(suspicions))


def render(report: Report) -> str:
    """The report as plain text: totals, then every class that is not found whole."""
    lines = []
    for file in sorted({recall.file for recall in report.recalls}):
        of_file = [recall for recall in report.recalls if recall.file == file]
        found, attacks = sum(recall.found for recall in of_file), sum(recall.attacks for recall in of_file)
        lines.append(f"{file:28}{found:4d} of {attacks:4d} found")
        lines += [f"    {r.attack:50}{r.found:3d} of {r.attacks}" for r in of_file if r.found < r.attacks]
    lines += [
        f"{s.source:28}{s.suspected:4d} of {s.texts:4d} suspected ({s.characters} characters)"
        for s in report.suspicions
    ]
    return "\n".join(lines)
