"""The doctor: every question is answered, and a bad answer says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from simone.runtime import examine
from simone.runtime.remembering import open_memory
from simone.settings import Settings


def checks(home: Path) -> dict[str, tuple[bool, str]]:
    return {check.name: (check.ok, check.message) for check in examine(home)}


def test_an_empty_home_lacks_only_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMONE_OFFLINE", "1")
    found = examine(tmp_path / "not" / "yet")
    assert {check.name for check in found if not check.ok} == {"weights"}
    assert all("simone models pull" in check.message for check in found if not check.ok)
    assert checks(tmp_path)["network"] == (True, "offline: nothing is ever fetched")
    assert not (tmp_path / "not").exists()


def test_optional_weights_are_needed_only_where_the_settings_ask_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def large() -> list[bool]:
        return [check.ok for check in examine(tmp_path) if check.message.startswith("entailment-large")]

    assert large() == [True]
    monkeypatch.setenv("SIMONE_VERIFIER_READER", "large")
    assert large() == [False]


def test_a_home_below_a_file_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ok, message = checks(tmp_path / "file" / "home")["home"]
    assert (ok, "set SIMONE_HOME" in message) == (False, True)


def test_a_broken_ledger_and_a_bad_setting_are_told_and_stop_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"no database" * 100)
    monkeypatch.setenv("SIMONE_RETRIEVAL_SPEED", "3")
    found = checks(tmp_path)
    assert not found["ledger"][0]
    assert not found["settings"][0]
    assert found["kernels"][0]


def test_the_corpora_are_listed(tmp_path: Path) -> None:
    (tmp_path / "corpora").mkdir()
    for name in ("b", "a"):
        (tmp_path / "corpora" / f"{name}.sqlite").write_bytes(b"")
    assert checks(tmp_path)["corpora"] == (True, "a, b")


def test_the_memory_is_opened_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks(tmp_path)["memory"] == (True, "nothing is remembered yet")
    assert not (tmp_path / "memory.sqlite").exists()
    open_memory(tmp_path, Settings()).close()
    ok, message = checks(tmp_path)["memory"]
    assert (ok, message) == (True, f"{tmp_path / 'memory.sqlite'} opens; runs do not use it (memory.enabled)")
    (tmp_path / "memory.sqlite").write_bytes(b"no database" * 100)
    assert not checks(tmp_path)["memory"][0]
    monkeypatch.setenv("SIMONE_MEMORY_STORE", "gopher://here")
    assert "gopher" in checks(tmp_path)["memory"][1]
