"""Files that are checked: how they are read, and where what is said of them counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from simone.records import Output

TRUE = "The siege lasted nine weeks."
WRONG = "Belmar agreed to pay 40 talents of gold over ten years."


class Said(NamedTuple):
    """What the command line did, as the fixture tells it."""

    exit: int
    output: str
    error: str


Command = Callable[..., Said]


def test_offsets_count_in_the_judged_text_and_sentences_in_the_text_with_citations(
    command: Command, ready_home: Path, belmar: Path, tmp_path: Path
) -> None:
    for name, content in (("a.md", f"\n{TRUE} {WRONG}\n"), ("a.html", f"<html><p>{TRUE}</p><p>{WRONG}</p></html>")):
        (tmp_path / name).write_text(content, "utf-8")
        said = command("verify", str(tmp_path / name), "--against", str(belmar), "-f", "json", "-q")
        output = msgspec.json.decode(said.output, type=Output)
        assert output.citations
        assert [output.judged[v.claim.start : v.claim.end] for v in output.verdicts] == [TRUE, WRONG]
        assert [output.text[s.start : s.end] for s in output.sentences] == [TRUE, WRONG]
        for finding in output.findings:
            assert finding.span is None or finding.span[1] <= len(output.judged)


def test_a_withheld_text_of_the_caller_is_still_there_to_count_in(
    command: Command, ready_home: Path, belmar: Path
) -> None:
    asked = ("verify", f"{TRUE} {WRONG}", "--against", str(belmar), "-f", "json", "-q", "--policy", "strict")
    output = msgspec.json.decode(command(*asked).output, type=Output)
    assert (output.decision.action, output.text) == ("withhold", "")
    assert [output.judged[v.claim.start : v.claim.end] for v in output.verdicts] == [TRUE, WRONG]


@pytest.mark.parametrize("name", ["docs/no such.md", "no such file.txt", "my docs/handbook", "docs/what is new.md"])
def test_a_mistyped_name_is_refused(
    name: str, command: Command, ready_home: Path, belmar: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    said = command("verify", name, "--against", str(belmar), "-q")
    assert said.exit == 2
    assert "looks like a file, but there is none" in said.error


@pytest.mark.parametrize(
    "text", ["The siege is described in siege.md", "The boat sails at 9 km/h", "Speed of the boat: 9 km/h", TRUE]
)
def test_a_sentence_that_ends_like_a_file_is_judged(
    text: str, command: Command, ready_home: Path, belmar: Path
) -> None:
    assert command("verify", text, "--against", str(belmar), "-q").exit in (0, 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_honoured_and_no_part_of_the_text(
    encoding: str, command: Command, ready_home: Path, belmar: Path, tmp_path: Path
) -> None:
    file = tmp_path / "marked.txt"
    file.write_bytes(TRUE.encode(encoding))
    for asked, given in ((str(file), b""), ("-", TRUE.encode(encoding))):
        said = command("verify", asked, "--against", str(belmar), "-f", "json", "-q", given=given)
        output = msgspec.json.decode(said.output, type=Output)
        assert (said.exit, output.judged, output.verdicts[0].claim.start) == (0, TRUE, 0)


def test_a_broken_marked_text_is_refused(command: Command, ready_home: Path, belmar: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.txt"
    file.write_bytes(TRUE.encode("utf-16")[:-1])
    said = command("verify", str(file), "--against", str(belmar), "-q")
    assert said.exit == 2
    assert "is not UTF-16 (byte" in said.error


def test_files_of_other_kinds_among_the_sources_are_told_once(
    command: Command, ready_home: Path, tmp_path: Path
) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "siege.md").write_text(TRUE, "utf-8")
    for name in ("a.csv", "b.json", ".hidden"):
        (sources / name).write_text("1,2", "utf-8")
    said = command("verify", TRUE, "--against", str(sources))
    assert said.error.count("2 files of other kinds were not read") == 1


def test_a_file_is_annotated_line_by_line(command: Command, ready_home: Path, belmar: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(f"# Siege\n\n{TRUE}\n{WRONG}\n", "utf-8")
    said = command("verify", str(file), "--against", str(belmar), "-f", "github", "-q")
    assert said.exit == 1
    assert f"::error file={file},line=4,endLine=4,title=refuted by " in said.output
    assert f"{file}:4: x refuted by" in command("verify", str(file), "--against", str(belmar), "-q").output
