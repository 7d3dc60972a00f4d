"""Writes CHANGELOG.md from the fragments in changelog.d/, one paragraph or list item each, in order of their names.

Not for released versions: everything is unreleased until the first one.

    python tools/changelog.py            renew CHANGELOG.md
    python tools/changelog.py --check    exit 1 if it is not what the fragments say
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "CHANGELOG.md"
HEAD = "# Changelog\n\nMade from `changelog.d/` by `python tools/changelog.py`.\n\n## Unreleased\n\n"


def item(fragment: str) -> str:
    """A fragment as one list item: its lines joined, a list mark of its own dropped."""
    return "- " + " ".join(fragment.split()).removeprefix("- ")


def changelog(folder: Path) -> str:
    """The whole page."""
    fragments = sorted(folder.glob("*.md"))
    return HEAD + "\n".join(item(path.read_text("utf-8")) for path in fragments) + "\n"


def main() -> None:
    """Write the page, or with --check compare it."""
    made = changelog(ROOT / "changelog.d")
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(made, "utf-8")
    elif TARGET.read_text("utf-8") != made:
        sys.stderr.write("CHANGELOG.md is not what changelog.d/ says; run `python tools/changelog.py`\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
