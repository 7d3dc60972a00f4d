"""The changelog is what its fragments say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_changelog_is_made_from_its_fragments() -> None:
    script = ROOT / "tools" / "changelog.py"
    shown = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr


def test_every_fragment_is_one_or_two_plain_sentences() -> None:
    for path in sorted((ROOT / "changelog.d").iterdir()):
        assert path.suffix == ".md", f"{path.name}: fragments are Markdown"
        text = path.read_text("utf-8").strip()
        assert text, f"{path.name} is empty"
        assert not text.startswith("#"), f"{path.name}: no heading in a fragment"
