"""Settings: read once, from a file and the environment, and refused when nobody knows them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simone import settings
from simone.errors import BadSettings
from simone.settings import Settings


def environment(tmp_path: Path, toml: str | None = None, **variables: str) -> dict[str, str]:
    if toml is not None:
        (tmp_path / "settings.toml").write_text(toml)
    return {"SIMONE_HOME": str(tmp_path), **variables}


def test_without_file_and_variables_the_defaults_hold(tmp_path: Path) -> None:
    assert settings.load(environment(tmp_path)) == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    toml = "durable = false\n[retrieval]\npassages = 4\nwindow = 2\n"
    loaded = settings.load(environment(tmp_path, toml, SIMONE_RETRIEVAL_PASSAGES="6"))
    assert (loaded.retrieval.passages, loaded.retrieval.window, loaded.durable) == (6, 2, False)


def test_every_setting_can_be_given_by_its_variable(tmp_path: Path) -> None:
    for section in msgspec.structs.fields(Settings):
        default = getattr(Settings(), section.name)
        inner = msgspec.structs.fields(default) if isinstance(default, msgspec.Struct) else ()
        for field in inner:
            value = getattr(default, field.name)
            variable = f"SIMONE_{section.name}_{field.name}".upper()
            loaded = settings.load(environment(tmp_path, **{variable: str(value)}))
            assert loaded == Settings(), variable
    assert settings.load(environment(tmp_path, SIMONE_DURABLE="false")).durable is False


def test_variables_that_are_read_elsewhere_are_no_settings_and_no_error(tmp_path: Path) -> None:
    variables = dict.fromkeys(settings.RESERVED - {"SIMONE_HOME", "SIMONE_SETTINGS"}, "x")
    assert settings.load(environment(tmp_path, **variables)) == Settings()


@pytest.mark.parametrize(
    ("toml", "variables", "found"),
    [
        ("[retrieval]\npasages = 4\n", {}, "unknown field `pasages`"),
        ("speed = 4\n", {}, "unknown field `speed`"),
        ("[retrieval]\npassages = 0\n", {}, ">= 1"),
        ('[retrieval]\npassages = "many"\n', {}, "Expected `int`"),
        ("retrieval = 3\n", {}, "Expected `object`"),
        ("[retrieval\n", {}, "cannot be read"),
        (None, {"SIMONE_RETRIEVAL_PASAGES": "4"}, "unknown field `pasages`"),
        (None, {"SIMONE_SPEED": "4"}, "'SIMONE_SPEED' is not a setting"),
        (None, {"SIMONE_RETRIEVAL": "4"}, "Expected `object`"),
        (None, {"SIMONE_MODEL_TIMEOUT_S": "0"}, "> 0"),
        (None, {"SIMONE_SETTINGS": "nowhere.toml"}, "not a file"),
    ],
)
def test_what_nobody_knows_is_refused_by_name(
    tmp_path: Path, toml: str | None, variables: dict[str, str], found: str
) -> None:
    with pytest.raises(BadSettings) as caught:
        settings.load(environment(tmp_path, toml, **variables))
    assert found in str(caught.value)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b"\xff")
    with pytest.raises(BadSettings, match="cannot be read"):
        settings.load(environment(tmp_path))


def test_the_home_is_the_one_named_or_the_platforms(tmp_path: Path) -> None:
    assert settings.home({"SIMONE_HOME": "~/simone"}) == Path("~/simone").expanduser()
    assert settings.home({}).name == "simone"
