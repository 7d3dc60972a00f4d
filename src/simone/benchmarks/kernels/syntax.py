"""Errors, trees and outlines of code beside tree-sitter's own binding and Python's parser; JSON beside its readers.

Not for what the errors are worth: the peers stop at the first one or build objects, and are compared by time alone.
"""

from __future__ import annotations

import ast
import json
import os
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path

import msgspec
import numpy as np

from simone.benchmarks.kernels.measuring import Bar, Contestants, Setting, Task, size_of
from simone.kernels.door import choose, installed_extension

SIZES = (100_000, 3_000_000)
"""Octets of code in one measurement."""
ALONE = "rust, one thread"


def syntax(setting: Setting) -> Iterator[Task]:
    """Files of Python's standard library, whole, until there is enough; then JSON made of what they hold."""
    files = _library()
    for size in SIZES:
        texts = _enough(files, size)
        languages = ["python"] * len(texts)
        backends = dict(setting.named())
        if (extension := installed_extension()) is not None:
            backends[ALONE] = choose("rust", extension, "1")[0]
        label = f"of {size_of(texts) / 1e6:.1f} MB of Python in {len(texts)} files"
        for what, bars in (("syntax_errors_batch", _bars()), ("outline_batch", ()), ("parse_batch", ())):
            contestants: Contestants = {
                name: partial(getattr(backend, what), texts, languages) for name, backend in backends.items()
            }
            ours = list(contestants)
            if what == "syntax_errors_batch":
                contestants["tree-sitter"] = partial(_each, _tree_sitter(), texts)
                contestants["ast.parse"] = partial(_each, ast.parse, texts)
            slow = frozenset(("reference", "ast.parse"))
            yield Task(f"{what} {label}", size_of(texts), contestants, partial(_same, ours), bars, slow=slow)
    yield from _json(setting, files)


def _bars() -> tuple[Bar, ...]:
    # with one processor there is nothing that a second thread could gain
    two = (Bar(ALONE, 1.8),) if (os.cpu_count() or 1) > 1 else ()
    return (Bar("tree-sitter", 1.0), Bar("tree-sitter", 1.0, ALONE), *two)


def _json(setting: Setting, files: Sequence[str]) -> Iterator[Task]:
    for size in SIZES:
        texts = [
            json.dumps(
                {"lines": [{"number": n, "text": line, "ends": None} for n, line in enumerate(text.split("\n"))]}
            )
            for text in _enough(files, size // 2)
        ]
        languages = ["json"] * len(texts)
        contestants: Contestants = {
            name: partial(backend.syntax_errors_batch, texts, languages) for name, backend in setting.named()
        }
        ours = list(contestants)
        contestants["json"] = partial(_each, json.loads, texts)
        contestants["msgspec"] = partial(_each, msgspec.json.decode, texts)
        if find_spec("orjson") is not None:
            contestants["orjson"] = partial(_each, import_module("orjson").loads, texts)
        label = f"syntax_errors_batch of {size_of(texts) / 1e6:.1f} MB of JSON in {len(texts)} texts"
        yield Task(label, size_of(texts), contestants, partial(_same, ours), slow=frozenset(("reference",)))


def _library() -> list[str]:
    folder = Path(sysconfig.get_paths()["stdlib"])
    return [
        path.read_text(encoding="utf-8")
        for path in sorted([*folder.glob("*.py"), *folder.glob("email/*.py"), *folder.glob("asyncio/*.py")])
    ]


def _enough(files: Sequence[str], size: int) -> list[str]:
    """Files of together `size` octets, none larger than a tenth of it, so that threads have what to share."""
    files = [text for text in files if len(text) <= size // 10]
    found: list[str] = []
    total = 0
    for text in cycle(files):
        if total >= size:
            return found
        found.append(text)
        total += len(text)
    return found


def _tree_sitter() -> Callable[[str], object]:
    from tree_sitter import Parser

    from simone.kernels.reference.code.trees import grammar

    parser = Parser(grammar("python"))
    return lambda text: parser.parse(text.encode()).root_node.has_error


def _each(read: Callable[[str], object], texts: Sequence[str]) -> list[object]:
    return [read(text) for text in texts]


def _same(names: Sequence[str], answers: dict[str, object]) -> bool:
    """Whether the named contestants gave the same columns."""
    first, *others = (answers[name] for name in names)
    assert isinstance(first, tuple)
    for other in others:
        assert isinstance(other, tuple)
        for one, two in zip(first, other, strict=True):
            if not np.array_equal(one, two):
                return False
    return True
