"""The table of bad input: whatever a user does wrong gets its message and its exit code, and never a traceback."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Protocol

import msgspec
import pytest

from simone.clock import SystemClock
from simone.governance.ledger import Ledger

REPOSITORY = Path(__file__).resolve().parents[2]
BELMAR = REPOSITORY / "examples" / "belmar"
PAGE = REPOSITORY / "docs" / "errors.md"
NO_TEXT = b"\xff\x00\x01\x02binary\x00" * 64


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the table; the head of bad_input.toml explains the fields."""

    did: str
    arguments: list[str]
    sees: str
    exit: int
    input: str = ""
    times: int = 1
    files: dict[str, str] = {}
    before: list[list[str]] = []
    environment: dict[str, str] = {}
    weights: bool = True


ROWS = msgspec.convert(tomllib.loads(Path(__file__).with_name("bad_input.toml").read_text("utf-8"))["row"], list[Row])


class Said(Protocol):
    """What the command line did."""

    exit: int
    output: str
    error: str


class Command(Protocol):
    """The fixture that runs it."""

    def __call__(self, *arguments: str, given: bytes = b"") -> Said:
        """As `simone ARGUMENTS` with `given` on standard input."""


def newest_run(home: Path) -> str:
    if not (home / "ledger.sqlite").is_file():
        return ""
    ledger = Ledger.open(home / "ledger.sqlite", SystemClock())
    runs = ledger.runs()
    ledger.close()
    return runs[-1].run_id[:16] if runs else ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.did)
def test_bad_input_gets_its_message_and_its_exit_code(
    row: Row, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    home, folder = tmp_path / "home", tmp_path / "folder"
    folder.mkdir()
    if row.weights:
        shutil.copytree(request.getfixturevalue("warm_home"), home, symlinks=True)
    places = {"belmar": str(BELMAR), "folder": str(folder), "home": str(home), "half": "\udcff", "long": "x" * 5000}

    def placed(text: str) -> str:
        for name, value in places.items():
            text = text.replace("{" + name + "}", value)
        return text

    for name, text in row.files.items():
        path = Path(placed(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(NO_TEXT if text == "\\0" else text.encode())
    for name, text in row.environment.items():
        monkeypatch.setenv(name, placed(text))
    monkeypatch.chdir(folder)
    for arguments in row.before:
        command(*map(placed, arguments))
        places["run"] = newest_run(home)
    given = NO_TEXT if row.input == "\\0" else row.input.encode() * row.times
    said = command(*map(placed, row.arguments), given=given)
    assert said.exit == row.exit, said
    assert "Traceback" not in said.error
    if row.exit in {0, 1}:
        assert placed(row.sees) in said.output
    else:
        assert said.output == ""
        assert said.error.removeprefix("simone: ").startswith(placed(row.sees))
        assert len(said.error) < 2000


def errors_page() -> str:
    """docs/errors.md, from the table."""
    lines = [
        "# What goes wrong, and what you see",
        "",
        "Made from `tests/attacks/bad_input.toml`, which the tests run row by row;",
        "`python tests/attacks/test_bad_input.py` renews this page.",
        "",
        "A message goes to standard error as `simone: NAME: what was asked, what was found, what to do`; nothing but",
        "a result goes to standard output. Exit codes: 0 done and clean, 1 done with findings, 2 bad input, 3 the",
        "program could not do its job. The names are the tree of exceptions in `simone.errors`.",
        "",
        "| a user … | sees | exit |",
        "|---|---|---|",
    ]
    names = {"{folder}": "FOLDER", "{home}": "HOME", "{run}": "RUN", "{belmar}": "examples/belmar"}
    for row in ROWS:
        sees = row.sees
        for name, shown in names.items():
            sees = sees.replace(name, shown)
        where = "in the result: " if row.exit in {0, 1} else ""
        lines.append(f"| {row.did} | {where}`` {sees.replace('|', chr(92) + '|')} … `` | {row.exit} |")
    return "\n".join([*lines, ""])


def test_the_page_says_what_the_table_says() -> None:
    assert PAGE.read_text("utf-8") == errors_page()


if __name__ == "__main__":
    PAGE.write_text(errors_page(), "utf-8")
