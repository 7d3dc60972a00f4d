"""`simone bench leaks`: what a process holds on to after calling each kernel again and again.

Not for speed. A kernel of the contract without a case here is named in the report, and a test asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.benchmarks.report import machine, table
from simone.errors import BadRequest, KernelError, MissingSource
from simone.kernels.contract import BoundedCache, Floats, Kernels

Call = Callable[[], object]
PROMISED = tuple(name for name in dir(Kernels) if not name.startswith("_") and name != "backend")
"""Functions of the contract."""
REFUSALS = "what is refused"
_STATM = Path("/proc/self/statm")
_WARM = 1000
_SLACK_BYTES = 1 << 20
"""What an allocator may keep for later, whatever the number of calls."""


class Held(msgspec.Struct, frozen=True):
    """What one function left behind."""

    name: str
    calls: int
    grown_bytes: int

    @property
    def is_leak(self) -> bool:
        """More than an allocator keeps, and more than a byte for each call."""
        return self.grown_bytes > _SLACK_BYTES and self.grown_bytes > self.calls


def resident_bytes() -> int:
    """Memory that this process holds in RAM.

    Raises:
        MissingSource: the system does not tell.
    """
    try:
        pages = int(_STATM.read_text("ascii").split()[1])
    except OSError as error:
        raise MissingSource(f"{error}; resident memory is read from {_STATM}, which Linux has") from error
    return pages * os.sysconf("SC_PAGE_SIZE")


def cases(kernels: Kernels) -> dict[str, Call]:
    """A call of every function by name: small, but with something in it for every branch."""
    random = np.random.default_rng(0)
    rows = random.standard_normal((60, 24), np.float32)
    queries, packed, mask = rows[:3] + np.float32(0.1), kernels.compress_rows(rows), np.arange(60) % 2 == 0
    coarse = kernels.coarsen_codes(packed)
    texts = [
        "Dr. Adeyemi paid 3.5 million euros on May 4, 2021. She left at 5 p.m.",
        "He did not pay. \ud800 \0 \U0001f600 straße",
        "",
    ]
    data = ['{"a": [1, -2.5e3, "\\u00e9", true, null], "a": {}}', '{"a": [1,]', ""]
    code = ["import a\nclass B:\n    def c(self): return '\ud800'\n", "def f(:\n", "```rust\nfn f() { (\n", "(" * 300]
    languages = ["python", "python", "markdown", "sql"]
    items: list[str | bytes] = [*texts, b"bytes", "x" * 3000]
    octets = random.bytes(20_000)
    slots = kernels.content_fingerprint(texts * 3, 2, 16)
    hashes = kernels.hash_content_batch([f"memory {number}" for number in range(6)])
    patterns = [("year", r"\b(?:19|20)\d\d\b"), ("name", r"(?i)\bdr\.? [a-z]+")]
    compiled = kernels.compile_pattern_set(patterns)
    times, saliences = np.arange(6.0), np.ones(6, np.float32)

    def cut() -> object:
        chunker = kernels.chunker(256, 1024, 4096)
        return chunker.feed(octets), chunker.finish()

    def match() -> object:
        return kernels.compile_pattern_set(patterns[:1]).names, compiled.match_batch(texts), compiled.find_batch(texts)

    lasting: BoundedCache[str] = kernels.bounded_cache(2000, float)

    def remember() -> object:
        passing: BoundedCache[str] = kernels.bounded_cache(100, float)
        for number in range(9):
            passing.put(
                b"%d" % number, texts[0], 30, 5.0 if number % 2 else None, number / 9, ("even", "odd")[: number % 3]
            )
            lasting.put(f"{number}", texts[0] * number, 400, None, 0.5, texts)
            lasting.get(texts[number % 3])
        done = passing.get(b"8"), passing.get("8"), passing.remove(b"8"), passing.drop("even")
        lasting.clear()
        return done, passing.counts(), lasting.counts().entries

    tensors = _transformer(random)
    headless = kernels.load_transformer({name: one for name, one in tensors.items() if not name.startswith("head.")})

    def read() -> object:
        model = kernels.load_transformer(tensors)
        two = np.arange(9), np.arange(9) // 5, np.array([4, 9])
        lone = np.arange(96) % 9, np.zeros(96, np.int64), np.array([96])  # its rows are shared out
        return model.logits(*two), headless.states(*two), headless.states(*lone), model.most_pieces

    return {
        "bounded_cache": remember,
        "check_contradictions": lambda: kernels.check_contradictions(texts),
        "chunker": cut,
        "coarsen_codes": lambda: kernels.coarsen_codes(packed),
        "compile_pattern_set": match,
        "compress_rows": lambda: kernels.compress_rows(rows),
        "consistent_hash": lambda: kernels.consistent_hash(items, 7),
        "consolidate": lambda: kernels.consolidate(texts * 2, rows[:6], hashes, times, saliences, 9.0, 1.0),
        "content_fingerprint": lambda: kernels.content_fingerprint(texts, 2, 16),
        "content_sketches": lambda: kernels.content_sketches(texts, 2, 16),
        "cosine_similarity_batch": lambda: kernels.cosine_similarity_batch(queries[0], rows),
        "content_stems_batch": lambda: kernels.content_stems_batch(texts),
        "deduplicate_by_hash": lambda: kernels.deduplicate_by_hash(items),
        "detect_contradictions_fast": lambda: kernels.detect_contradictions_fast(texts),
        "euclidean_distance_batch": lambda: kernels.euclidean_distance_batch(queries[0], rows),
        "extract_entities_batch": lambda: kernels.extract_entities_batch(texts),
        "fact_tokens_batch": lambda: kernels.fact_tokens_batch(texts),
        "find_mentions_batch": lambda: kernels.find_mentions_batch(texts),
        "find_quotations_batch": lambda: kernels.find_quotations_batch(texts, texts),
        "find_terms_batch": lambda: kernels.find_terms_batch(texts, frozenset(("the", "of"))),
        "find_words_batch": lambda: kernels.find_words_batch(texts),
        "hash_content_batch": lambda: kernels.hash_content_batch(items),
        "hash_content_hex_batch": lambda: kernels.hash_content_hex_batch(items),
        "json_paths_batch": lambda: kernels.json_paths_batch(data),
        "load_transformer": read,
        "multi_pattern_match": lambda: kernels.multi_pattern_match(patterns, texts),
        "near_duplicates": lambda: kernels.near_duplicates(slots, 0.5),
        "outline_batch": lambda: kernels.outline_batch(code[:3], languages[:3]),
        "parse_batch": lambda: kernels.parse_batch([*code[:3], data[0]], [*languages[:3], "json"]),
        "query_batch": lambda: kernels.query_batch(code[:2], "python", "(class_definition name: (_) @a) (ERROR) @b"),
        "read_sentences_batch": lambda: kernels.read_sentences_batch(texts),
        "replace_patterns_batch": lambda: kernels.replace_patterns_batch(texts, compiled, ["-", "+"]),
        "rolling_hash": lambda: kernels.rolling_hash(octets, 256, 1024, 4096),
        "similarity_matrix": lambda: kernels.similarity_matrix(rows),
        "split_sentences_batch": lambda: kernels.split_sentences_batch(texts),
        "syntax_errors_batch": lambda: kernels.syntax_errors_batch([*data, *code], ["json"] * len(data) + languages),
        "text_statistics_batch": lambda: kernels.text_statistics_batch(texts),
        "token_alignment_batch": lambda: kernels.token_alignment_batch([queries, rows], [rows, queries]),
        "top_k_compressed": lambda: kernels.top_k_compressed(queries, rows, packed, 5, mask, coarse),
        "top_k_similarity": lambda: kernels.top_k_similarity(queries.astype(np.float64), rows, 5, mask),
        "validate_truth_claims_batch": lambda: kernels.validate_truth_claims_batch(texts[:2], texts),
        "vector_normalize_batch": lambda: kernels.vector_normalize_batch(rows[::2]),
        REFUSALS: lambda: _refused(kernels, rows, texts),
    }


def _transformer(random: np.random.Generator) -> dict[str, NDArray[Any]]:
    """The tensors of a transformer as small as there is."""
    width = 32
    sizes: dict[str, tuple[int, ...]] = {
        "places": (96, width),
        "types": (2, width),
        "words.scales": (9, 1),
        "head.in": (3 * width, 16),
    }
    sizes |= {"head.in.bias": (16,), "head.out": (16, 3), "head.out.bias": (3,), "distance": (1, 96, 96)}
    for name in ("embeddings.LayerNorm", "0.attention.output.LayerNorm", "0.output.LayerNorm"):
        sizes |= {f"{name}.weight": (width,), f"{name}.bias": (width,)}
    found: dict[str, NDArray[Any]] = {"words.codes": random.integers(-127, 128, (9, width), np.int8)}
    for name, columns in (
        *(("0.attention.self", 3 * width), ("0.attention.output.dense", width)),
        *(("0.intermediate.dense", width), ("0.output.dense", width)),
    ):
        found[f"{name}.codes"] = random.integers(-63, 64, (width, columns), np.int8)
        found[f"{name}.inverse"] = np.ones(width, np.float32)
        sizes |= {f"{name}.scales": (columns,), f"{name}.bias": (columns,)}
    found |= {name: random.uniform(0, 1, size).astype(np.float32) for name, size in sizes.items()}
    return found | {"heads": np.ones(1, np.float32), "epsilon": np.full(1, 1e-5, np.float32)}


def run(
    kernels: Kernels, calls: int, tell: Callable[[str], None] = lambda _: None, only: Sequence[str] = ()
) -> tuple[Held, ...]:
    """Every case, or those named in `only`, `calls` times, after a thousand calls for what is made once.

    Raises:
        BadRequest: there is no case of a name in `only`.
    """
    given = cases(kernels)
    if unknown := [name for name in only if name not in given]:
        raise BadRequest(f"there is no case {unknown[0]!r}; cases: {', '.join(given)}")
    found = []
    for name, call in given.items():
        if only and name not in only:
            continue
        tell(name)
        for _ in range(min(_WARM, calls)):
            call()
        before = resident_bytes()
        for _ in range(calls):
            call()
        found.append(Held(name, calls, resident_bytes() - before))
    return tuple(found)


def render(kernels: Kernels, found: tuple[Held, ...]) -> str:
    """The figures, then what leaks, then what was not called."""
    rows = [(one.name, f"{one.calls:,}", f"{one.grown_bytes / 1024:+,.0f}") for one in found]
    leaks = [one.name for one in found if one.is_leak]
    missing = sorted(set(PROMISED) - {one.name for one in found})
    return "\n".join(
        [
            f"{machine()}; backend {kernels.backend}",
            table(("function", "calls", "resident KiB more"), rows),
            f"LEAKS: {', '.join(leaks)}" if leaks else "nothing leaks",
            *([f"not called: {', '.join(missing)}"] if missing else []),
        ]
    )


def _refused(kernels: Kernels, rows: Floats, texts: list[str]) -> int:
    """Calls that must be refused -> how many were."""
    spoiled = rows.copy()
    spoiled[7, 3] = np.nan
    number = 0
    for call in (
        lambda: kernels.similarity_matrix(spoiled),
        lambda: kernels.top_k_similarity(rows, rows[:, :5], 3),
        lambda: kernels.hash_content_batch([*texts, None]),  # type: ignore[list-item]
        lambda: kernels.content_fingerprint(texts, 0),
        lambda: kernels.query_batch(texts, "python", "(a"),
        lambda: kernels.parse_batch(texts, ["python"]),
    ):
        try:
            call()
        except KernelError:
            number += 1
    return number
