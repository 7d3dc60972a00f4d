"""The data files of the compiled validation hold the lists of the reference."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_compiled_lists_are_those_of_the_reference() -> None:
    spec = spec_from_file_location("validation_lists", ROOT / "tools" / "validation_lists.py")
    assert spec is not None and spec.loader is not None
    tool = module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert (tool.CRATE / "lists.txt").read_text(encoding="utf-8") == tool.lists()
    assert (tool.CRATE / "units.txt").read_text(encoding="utf-8") == tool.units()
