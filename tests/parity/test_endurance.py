"""No kernel holds on to memory, and none keeps a core busy or other threads waiting."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from simone.benchmarks.kernels import endurance
from simone.kernels.door import choose, installed_extension

EXTENSION = installed_extension()
if EXTENSION is None:
    pytest.skip("simone.kernels._rust is not built (make rust-build)", allow_module_level=True)

RUST = choose("rust", EXTENSION, "2")[0]
CASES = endurance.cases(RUST)
COMPILED = [name for name in CASES if name not in endurance.PROMISED or name in dir(EXTENSION.Kernels)]
"""Cases of compiled code: what the interpreter keeps between calls of the reference is its own affair."""


def test_every_function_of_the_contract_has_a_case() -> None:
    assert set(endurance.PROMISED) <= set(CASES), "add the function to simone.benchmarks.kernels.endurance.cases"
    assert CASES[endurance.REFUSALS]() == 6


@pytest.mark.parametrize("name", CASES)
def test_a_case_answers_twice_alike(name: str) -> None:
    assert repr(CASES[name]()) == repr(CASES[name]())


@pytest.mark.parametrize("name", COMPILED)
def test_a_function_called_again_and_again_holds_on_to_nothing(name: str) -> None:
    call = CASES[name]
    for _ in range(300):
        call()
    grown = []
    for _ in range(3):  # an allocator may take more once, a leak takes more each time
        before = endurance.resident_bytes()
        for _ in range(1500):
            call()
        grown.append(endurance.resident_bytes() - before)
    assert min(grown) < 1 << 18, f"{name} grew by {grown} bytes"


def test_a_leak_is_told_from_what_an_allocator_keeps() -> None:
    assert endurance.Held("a", 1_000_000, 9_000_000).is_leak
    assert not endurance.Held("a", 1_000_000, 900_000).is_leak
    assert not endurance.Held("a", 5_000_000, 4_000_000).is_leak
    held = (endurance.Held("chunker", 10, 0), endurance.Held("compress_rows", 10, 1 << 30))
    shown = endurance.render(RUST, held)
    assert "LEAKS: compress_rows" in shown and "not called: bounded_cache, check_contradictions, " in shown


IDLE = """
import time
import numpy as np
from simone.kernels.door import choose, installed_extension
kernels = choose("rust", installed_extension(), "4")[0]
rows = np.random.default_rng(0).standard_normal((20_000, 64), np.float32)
kernels.top_k_similarity(rows[:8], rows, 10)  # the threads have started
time.sleep(0.2)
before = time.process_time()
time.sleep(1.0)
print(time.process_time() - before)
"""


def test_threads_that_have_nothing_to_do_use_no_processor_time() -> None:
    done = subprocess.run([sys.executable, "-c", IDLE], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 0.02


ROWS = np.random.default_rng(0).standard_normal((6000, 384), np.float32)
PACKED = RUST.compress_rows(ROWS)
SENTENCES = [f"Dr. Adeyemi paid 3.5 million euros on May 4, 2021, for the ship Vessel{n}." for n in range(400)]
TEXTS = ["Dr. Adeyemi paid 3.5 million euros on May 4, 2021. She left at noon, and did not come back. " * 20] * 1500
LONG = ["x" * 200_000] * 2000
OCTETS = b"".join(text.encode() for text in LONG)
SLOTS = np.random.default_rng(0).integers(0, 8, (60_000, 128)).astype(np.uint32)
PATTERNS = RUST.compile_pattern_set([(f"p{number}", rf"\b\w+{number}\b") for number in range(40)])
CODE = "class A:\n    def f(self, x):\n        return [y for y in x if y]\n" * 4000
LENGTHY: dict[str, Callable[[], object]] = {
    "check_contradictions": lambda: RUST.check_contradictions(SENTENCES),
    "chunker": lambda: RUST.chunker().feed(OCTETS),
    "compile_pattern_set": lambda: PATTERNS.find_batch(TEXTS),
    "cosine_similarity_batch": lambda: [RUST.cosine_similarity_batch(ROWS[0], ROWS) for _ in range(100)],
    "coarsen_codes": lambda: [RUST.coarsen_codes(PACKED) for _ in range(10)],
    "compress_rows": lambda: [RUST.compress_rows(ROWS) for _ in range(10)],
    "consistent_hash": lambda: RUST.consistent_hash(LONG, 1000),
    "consolidate": lambda: RUST.consolidate(
        TEXTS[:1500],
        ROWS[:1500],
        np.arange(1500, dtype=np.uint64),
        np.zeros(1500),
        np.ones(1500, np.float32),
        1.0,
        1.0,
    ),
    "content_fingerprint": lambda: RUST.content_fingerprint(TEXTS),
    "content_sketches": lambda: RUST.content_sketches(TEXTS),
    "deduplicate_by_hash": lambda: RUST.deduplicate_by_hash(LONG),
    "detect_contradictions_fast": lambda: RUST.detect_contradictions_fast(SENTENCES),
    "euclidean_distance_batch": lambda: [RUST.euclidean_distance_batch(ROWS[0], ROWS) for _ in range(100)],
    "fact_tokens_batch": lambda: RUST.fact_tokens_batch(TEXTS),
    "find_mentions_batch": lambda: RUST.find_mentions_batch(TEXTS[:400]),
    "find_quotations_batch": lambda: RUST.find_quotations_batch([SENTENCES[0], "No one " + TEXTS[0][:90]], TEXTS),
    "find_words_batch": lambda: RUST.find_words_batch(TEXTS),
    "outline_batch": lambda: RUST.outline_batch([CODE], ["python"]),
    "parse_batch": lambda: RUST.parse_batch([CODE], ["python"]),
    "query_batch": lambda: RUST.query_batch([CODE], "python", '(identifier) @a (#eq? @a "b")'),
    "hash_content_batch": lambda: RUST.hash_content_batch(LONG),
    "hash_content_hex_batch": lambda: RUST.hash_content_hex_batch(LONG),
    "near_duplicates": lambda: RUST.near_duplicates(SLOTS, 0.9),
    "replace_patterns_batch": lambda: RUST.replace_patterns_batch(TEXTS, PATTERNS, ["x"] * 40),
    "rolling_hash": lambda: RUST.rolling_hash(OCTETS),
    "similarity_matrix": lambda: RUST.similarity_matrix(ROWS),
    "split_sentences_batch": lambda: RUST.split_sentences_batch(TEXTS * 5),
    "text_statistics_batch": lambda: RUST.text_statistics_batch(TEXTS * 2),
    "token_alignment_batch": lambda: RUST.token_alignment_batch([ROWS[:2000]] * 3, [ROWS[:2000]] * 3),
    "top_k_compressed": lambda: RUST.top_k_compressed(ROWS[:2000], ROWS, PACKED, 10),
    "top_k_similarity": lambda: RUST.top_k_similarity(ROWS[:1000], ROWS, 10),
    "validate_truth_claims_batch": lambda: RUST.validate_truth_claims_batch(SENTENCES[:200], SENTENCES[200:]),
    "vector_normalize_batch": lambda: [RUST.vector_normalize_batch(ROWS) for _ in range(30)],
}


@pytest.mark.parametrize("name", LENGTHY)
def test_other_threads_run_meanwhile(name: str) -> None:
    """A call without the interpreter's lock lets another thread take turns; one that held it would allow none."""
    call, turns, stop, interval = LENGTHY[name], [0.0], threading.Event(), sys.getswitchinterval()

    def other() -> None:
        while not stop.is_set():
            turns.append(time.perf_counter())
            time.sleep(0.0005)

    thread = threading.Thread(target=other)
    thread.start()
    sys.setswitchinterval(60.0)  # so that nothing but a released lock gives the other thread a turn
    try:
        for _ in range(5):  # a busy machine may give the other thread no core for a moment
            begin = time.perf_counter()
            call()
            end = time.perf_counter()
            inside = [turn for turn in turns if begin < turn < end]
            if len(inside) >= 3:
                return
        raise AssertionError(f"{name} took {end - begin:.3f} s and let another thread run {len(inside)} times")
    finally:
        sys.setswitchinterval(interval)
        stop.set()
        thread.join()
