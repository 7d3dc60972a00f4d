"""Lines of a judged file, in the text report and as annotations."""

from __future__ import annotations

import msgspec
import pytest

from simone.records import Decision, Evidence, Finding, Output, Plan, Unmeasured, Verdict
from simone.reports.github import as_github
from simone.reports.places import JudgedFile
from simone.reports.plain import as_text, visible
from simone.truth.claims import find_claims

TEXT = "\n\n# Tower\n\nThe tower is 3 m high.\r\nIt is white: yes,\nalways.\n"
JUDGED = TEXT.strip()
EVIDENCE = Evidence("a.md", "1", 1, 0, 24, "The tower is 38 m high.", "refutes", 1.0)
CLAIMS = [claim for claim in find_claims(JUDGED) if claim.checkable]
OUTPUT = Output(
    run="0" * 64,
    text=JUDGED,
    decision=Decision("release", (), ""),
    verdicts=(
        Verdict(CLAIMS[0], "refuted", "number", "3 is not 38", Unmeasured("few"), (EVIDENCE,)),
        Verdict(CLAIMS[1], "unverifiable", "alignment", "nothing, 100% nothing", Unmeasured("few")),
    ),
    findings=(Finding("EEP", "loop", "error", "again", "once", (JUDGED.index("always"), len(JUDGED))),),
    plan=Plan("verification", "verify", 0, 0, 0, ()),
    judged=JUDGED,
)
FILE = JudgedFile("docs/the tower.md", TEXT)


@pytest.mark.parametrize(("word", "line"), [("# Tower", 3), ("The tower", 5), ("It is", 6), ("always", 7)])
def test_lines_are_those_of_the_file_whatever_ends_them(word: str, line: int) -> None:
    assert FILE.line(JUDGED.index(word)) == line


def test_an_old_line_ending_counts_and_a_page_has_no_lines() -> None:
    assert JudgedFile("a.txt", "one\rtwo").line(4) == 2
    assert JudgedFile("a.html", None).place(4) == ""


def test_claims_and_findings_of_a_file_begin_with_its_path_and_line() -> None:
    shown = as_text(OUTPUT, FILE).splitlines()
    assert "docs/the tower.md:5: x refuted by number, confidence unmeasured" in shown
    assert "docs/the tower.md:6: ? unverifiable by alignment, confidence unmeasured" in shown
    assert "docs/the tower.md:7: error EEP loop: again → once" in shown
    assert "docs/the tower.md:5: x The tower is 3 m high." in shown
    assert "  x refuted by number, confidence unmeasured" in as_text(OUTPUT).splitlines()


def test_annotations_are_errors_where_the_status_fails_and_hold_no_raw_line_break() -> None:
    first, second, finding, tally = as_github(OUTPUT, FILE, {"refuted"}).splitlines()
    assert first == (
        "::error file=docs/the tower.md,line=5,endLine=5,title=refuted by number::The tower is 3 m high."
        "%0A3 is not 38%0Arefutes: a.md “The tower is 38 m high.”"
    )
    assert second.startswith("::notice file=docs/the tower.md,line=6,endLine=7,title=unverifiable by alignment::")
    assert "100%25 nothing" in second
    assert finding == "::warning file=docs/the tower.md,line=7,endLine=7,title=EEP loop::again; once"
    assert tally == "Result: 0 supported, 1 refuted, 1 unverifiable"


def test_annotations_of_no_file_or_a_page_name_no_line_and_nothing_breaks_out_of_a_property() -> None:
    assert as_github(OUTPUT, None, {"refuted", "unverifiable"}).count("::error title=") == 2
    assert "::error file=a.html,title=" in as_github(OUTPUT, JudgedFile("a.html", None), {"refuted"})
    nasty = JudgedFile("a,b:c\n::error::.md", TEXT)
    assert "file=a%2Cb%3Ac%0A%3A%3Aerror%3A%3A.md,line=5" in as_github(OUTPUT, nasty, {"refuted"})
    hostile = msgspec.structs.replace(OUTPUT.verdicts[0], reason="x\n::add-mask::y")
    lines = as_github(msgspec.structs.replace(OUTPUT, verdicts=(hostile,)), FILE, {"refuted"}).splitlines()
    assert not any(line.startswith("::add-mask") for line in lines)


def test_line_ends_of_two_characters_are_not_spelled_out() -> None:
    assert visible("one\r\ntwo\rthree") == "one\ntwo\\rthree"
