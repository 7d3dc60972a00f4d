"""The examples in the documentation run, and print what the pages say they print.

README.md: every line of a `sh` block whose first line starts with `simone` is run in a folder that holds a copy of
examples/, offline. It must exit with 0, or with the number in its comment (`# exit 1`). A `text` block right after
one shows what was printed; each of its lines must have been, in that order, and a line `…` stands for what is left out.
All pages: every `python` block is run by itself in such a folder, with a `text` block after it checked likewise.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
_BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```\n(?:\n*```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
FIRST_COMMAND = 'simone run "What did Belmar agree to pay?" --sources examples/belmar'


def blocks(page: Path, language: str) -> list[tuple[str, str]]:
    """Code and shown output of each block in that language."""
    return [
        (code, shown or "")
        for found, code, shown in _BLOCK.findall(page.read_text("utf-8") if page.is_file() else "")
        if found == language
    ]


SHELL = [(code, shown) for code, shown in blocks(ROOT / "README.md", "sh") if code.startswith("simone")]
PYTHON = [
    pytest.param(code, shown, id=f"{page.relative_to(ROOT)}:{number}")
    for page in PAGES
    for number, (code, shown) in enumerate(blocks(page, "python"))
]


@pytest.fixture
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with examples/, offline, with an empty home that holds the weights."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIMONE_HOME", str(home))
    monkeypatch.setenv("SIMONE_OFFLINE", "1")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    return tmp_path


def was_printed(shown: str, printed: str) -> None:
    """Every shown line in its order."""
    at = 0
    for line in shown.splitlines():
        if line.strip() in {"", "…"}:
            continue
        found = printed.find(line, at)
        assert found >= 0, f"the page shows {line!r}, which was not printed:\n{printed}"
        at = found + len(line)


def test_the_readme_shows_what_its_commands_print(place: Path) -> None:
    assert SHELL
    for code, shown in SHELL:
        printed = ""
        for line in code.splitlines():
            command, _, exit_code = line.partition("# exit ")
            done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=place)
            assert done.returncode == int(exit_code or 0), f"{line}\n{done.stdout}\n{done.stderr}"
            printed += done.stdout
        was_printed(shown, printed)


def test_make_run_is_the_first_command_of_the_readme() -> None:
    assert FIRST_COMMAND in (ROOT / "Makefile").read_text("utf-8")
    assert SHELL[0][0].startswith(FIRST_COMMAND)


@pytest.mark.parametrize(("code", "shown"), PYTHON)
def test_python_on_a_page_runs(code: str, shown: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "example", "exec"), {})
    was_printed(shown, capsys.readouterr().out)
