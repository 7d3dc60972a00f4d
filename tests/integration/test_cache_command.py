"""`simone cache`: what is kept, and letting go of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_what_a_command_kept_is_counted_and_can_be_let_go_of(
    command: Callable[..., Any], ready_home: Path, belmar: Path
) -> None:
    asked = ("verify", "The siege lasted nine weeks.", "--against", str(belmar), "-q")
    assert command(*asked).exit == 0
    assert command(*asked).exit == 0
    shown = command("cache", "stats")
    assert shown.exit == 0
    assert "entries" in shown.output
    assert int(next(line.split()[0] for line in shown.output.splitlines() if line.endswith(" hits"))) > 0
    assert command("cache", "clear").output.endswith("entries let go of\n")
    assert "\n0 entries" in command("cache", "stats").output


def test_nothing_kept_is_said_plainly(command: Callable[..., Any]) -> None:
    assert "nothing is kept" in command("cache", "stats").output
    assert command("cache", "clear").output == "0 entries let go of\n"


def test_a_cache_that_cannot_be_used_says_so(command: Callable[..., Any], ready_home: Path) -> None:
    for file in sorted((ready_home / "cache").glob("cache.sqlite*")):
        file.unlink()
    (ready_home / "cache" / "cache.sqlite").mkdir()
    shown = command("cache", "stats")
    assert shown.exit == 3
    assert "the cache is off" in shown.error
    assert "cannot be cleared" in command("cache", "clear").error
