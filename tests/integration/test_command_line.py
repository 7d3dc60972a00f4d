"""The command line: exit codes, one result on standard output, four forms of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from subprocess import CompletedProcess

import msgspec
import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from simone.records import Output

QUESTION = "What did Belmar agree to pay?"
Command = Callable[..., "Said"]
Process = Callable[..., CompletedProcess[bytes]]
BLOCKED = """
import socket, sys
def refuse(*arguments, **options):
    raise AssertionError(f"the network was asked for: {arguments}")
for name in ("connect", "connect_ex", "sendto", "bind"):
    setattr(socket.socket, name, refuse)
socket.getaddrinfo = socket.create_connection = refuse
sys.argv = ["simone", *sys.argv[1:]]
from simone.cli.main import main
main()
"""


class Said(msgspec.Struct):
    """What the command line did, as the fixture tells it."""

    exit: int
    output: str
    error: str


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_exit_codes_of_the_module_as_a_process(process: Process, belmar: Path) -> None:
    done = process("run", QUESTION, "--sources", str(belmar))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"Belmar agreed to pay 40 talents of silver")
    assert re.fullmatch(rb"(note: .*\n)*\d+\.\d\d s, \d+ tokens, extractive/\d+\n", done.stderr)
    refuted = process(
        "verify", "Belmar agreed to pay 40 talents of gold over ten years.", "--against", str(belmar), "-q"
    )
    assert refuted.returncode == 1, refuted.stderr
    assert (b"refuted" in refuted.stdout, refuted.stderr) == (True, b"")
    wrong = process("run", "Who?", "--sources", "nowhere")
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    unable = process("run", QUESTION)
    assert (unable.returncode, unable.stdout) == (3, b"")


def test_the_version_is_that_of_the_package(process: Process) -> None:
    done = process("--version")
    assert (done.returncode, done.stdout.decode().split()) == (0, ["simone", version("simone")])


def test_a_verification_fails_on_what_it_is_told_to_fail_on(command: Command, ready_home: Path, belmar: Path) -> None:
    unsupported = "The Heron carried nineteen parrots."
    assert command("verify", unsupported, "--against", str(belmar), "-q").exit == 1
    assert command("verify", unsupported, "--against", str(belmar), "-q", "--fail-on", "refuted").exit == 0
    assert command("verify", "The siege lasted nine weeks.", "--against", str(belmar), "-q").exit == 0


def test_verify_explains_which_words_are_not_carried(command: Command, ready_home: Path, belmar: Path) -> None:
    claim = "The siege lasted eleven weeks."
    asked = ("verify", claim, "--against", str(belmar), "-q")
    assert "not carried by the evidence: “eleven weeks” 0.00" in command(*asked, "--explain").output
    output = msgspec.json.decode(command(*asked, "--explain", "--format", "json").output, type=Output)
    words = output.verdicts[0].words
    assert words
    assert [claim[word.start : word.end] for word in words if word.support < 0.5] == ["eleven", "weeks"]
    assert '"words"' not in command(*asked, "--format", "json").output


def test_a_withheld_answer_says_why_and_exits_with_1(
    command: Command, ready_home: Path, belmar: Path, tmp_path: Path
) -> None:
    policy = tmp_path / "never.toml"
    policy.write_text(
        'name = "never"\nversion = 1\n[[rules]]\nname = "no"\nscope = "output"\nwhen = "true"\n'
        'action = "withhold"\nreason = "nothing may leave"\n'
    )
    said = command("run", QUESTION, "--sources", str(belmar), "--policy", str(policy), "-q")
    assert (said.exit, said.error) == (1, "")
    assert said.output.startswith("Withheld: nothing may leave\n")


def test_json_is_the_whole_record(command: Command, ready_home: Path, belmar: Path) -> None:
    said = command("run", QUESTION, "--sources", str(belmar), "--format", "json", "-q")
    output = msgspec.json.decode(said.output, type=Output)
    assert output.verdicts[0].evidence[0].passage in (belmar / "treaty.md").read_text("utf-8")
    assert said.output.endswith("}\n")


def test_markdown_has_one_list_of_sources_and_a_table_of_claims(
    command: Command, ready_home: Path, belmar: Path
) -> None:
    said = command("run", QUESTION, "--sources", str(belmar), "--format", "md", "-q")
    page = LexborHTMLParser(MarkdownIt("commonmark").enable("table").render(said.output))
    titles = [node.text() for node in page.css("h2")]
    assert len(titles) == len(set(titles))
    assert {"Sources", "Claims"} <= set(titles)
    assert len(page.css("table tbody tr")) >= 1
    assert len(page.css("ol li")) >= 1


def test_html_is_one_file_that_loads_nothing_and_runs_nothing_of_the_sources(
    command: Command, ready_home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    (folder / "a.txt").write_text(f"The toll of the bridge was 12 crowns {hostile} a year, said the council.")
    question = '"><script>alert(2)</script> What was the toll of the bridge? </title>'
    said = command("run", question, "--sources", str(folder), "--format", "html", "-q")
    page = LexborHTMLParser(said.output)
    assert len(page.css("script")) == 1
    assert "alert" not in (page.css("script")[0].text() or "")
    assert page.css("img, link, iframe, object, embed, base") == []
    for node in page.css("*"):
        for name, value in node.attributes.items():
            inside = name == "href" and (value or "").startswith("#claim-")
            assert inside or name not in {"src", "srcset", "href", "action", "background"}, (node.tag, name)
            assert not name.startswith("on"), (node.tag, name)
            assert "alert" not in (value or "") or name == "title"
    style = "".join(node.text() or "" for node in page.css("style"))
    assert not re.search(r"url\(|@import|https?:", style)
    assert "alert(2)" in page.css("h1")[0].text()
    assert "alert(1)" in page.css("section.evidence")[0].text()
    assert page.css("blockquote mark")


def test_out_replaces_a_file_whole_or_leaves_it(
    command: Command, ready_home: Path, belmar: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out" / "answer.txt"
    out.parent.mkdir()
    out.write_text("before")
    said = command("verify", "The siege lasted nine weeks.", "--against", str(belmar), "--out", str(out), "-q")
    assert (said.exit, said.output, said.error) == (0, "", "")
    assert out.read_text().startswith("The siege lasted nine weeks.")
    assert names(out.parent) == ["answer.txt"]
    failed = command("verify", "The siege lasted.", "--against", str(belmar), "--out", str(out.parent), "-q")
    assert failed.exit == 2
    assert names(out.parent) == ["answer.txt"]
    assert names(tmp_path) == ["home", "out"]


def test_a_reader_that_goes_away_is_no_failure(ready_home: Path, belmar: Path) -> None:
    words = [sys.executable, "-m", "simone", "verify", "-", "--against", str(belmar), "--format", "json", "-q"]
    environment = {**os.environ, "SIMONE_HOME": str(ready_home)}
    running = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert running.stdin is not None
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    running.stdin.write(b"The siege lasted nine weeks. ")
    running.stdin.close()
    assert running.stderr.read() == b""
    assert running.wait() == 0
    running.stderr.close()


def test_with_the_weights_in_place_nothing_asks_for_the_network(ready_home: Path, belmar: Path) -> None:
    environment = {**os.environ, "SIMONE_HOME": str(ready_home), "SIMONE_OFFLINE": "1"}
    for arguments in (("run", QUESTION, "--sources", str(belmar), "--quiet"), ("models", "verify"), ("doctor",)):
        done = subprocess.run(
            [sys.executable, "-c", BLOCKED, *arguments], capture_output=True, env=environment, check=False
        )
        assert (done.returncode, done.stderr) == (0, b""), arguments


def test_a_run_can_be_listed_and_replayed_from_the_command_line(
    command: Command, ready_home: Path, belmar: Path
) -> None:
    asked = command("run", QUESTION, "--sources", str(belmar), "-q")
    listed = command("runs")
    (line,) = listed.output.splitlines()
    replayed = command("replay", line.split()[0], "-q")
    assert (replayed.exit, replayed.output, replayed.error) == (0, asked.output, "")


def test_standard_input_is_read_where_a_dash_stands(command: Command, ready_home: Path, belmar: Path) -> None:
    asked = command("run", QUESTION, "--sources", str(belmar), "-q")
    piped = command("run", "-", "--sources", str(belmar), "-q", given=QUESTION.encode() + b"\n")
    assert piped.output == asked.output


@pytest.mark.parametrize("arguments", [(), ("models",), ("bench",)])
def test_a_command_without_its_subcommand_shows_help(command: Command, arguments: tuple[str, ...]) -> None:
    said = command(*arguments)
    assert "Usage: " in said.output + said.error


def test_the_list_of_runs_shows_the_workflow_and_how_what_was_asked_begins(
    command: Command, ready_home: Path, belmar: Path
) -> None:
    command("run", QUESTION, "--sources", str(belmar), "-q")
    command("verify", "The siege \x1b lasted nine weeks. " * 20, "--against", str(belmar), "-q")
    verified, answered = command("runs", "--limit", "2").output.splitlines()
    assert answered.endswith(f"entries  finished  answer     {QUESTION}")
    assert "finished  verify     The siege \\x1b lasted nine weeks. The siege" in verified
    assert verified.endswith("…")
