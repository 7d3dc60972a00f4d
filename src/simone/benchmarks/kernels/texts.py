"""Sentence splitting, beside nupunkt.

Not for accuracy: the labelled contexts in the tests hold that.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from simone.benchmarks.collections import read
from simone.benchmarks.kernels.measuring import Contestants, Setting, Task, all_equal, size_of


def sentences(setting: Setting) -> Iterator[Task]:
    """The abstracts of Cranfield."""
    texts = list(read("cran", setting.data).documents)
    contestants: Contestants = {name: partial(b.split_sentences_batch, texts) for name, b in setting.named()}
    ours = list(contestants)
    if find_spec("nupunkt") is not None:
        peer = import_module("nupunkt")
        contestants["nupunkt"] = lambda: [peer.sent_spans(text) for text in texts]
    yield Task(f"sentences of {len(texts):,} texts", size_of(texts), contestants, partial(all_equal, ours))
