"""The compiled validation equals the reference: the same mentions, checks and contradictions, on any text."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.errors import BadArray
from simone.kernels.door import choose, installed_extension
from simone.kernels.reference import Reference

EXTENSION = installed_extension()
if EXTENSION is None:
    pytest.skip("simone.kernels._rust is not built (make rust-build)", allow_module_level=True)

REFERENCE = Reference()
BACKENDS = {threads: choose("rust", EXTENSION, threads)[0] for threads in ("1", "2", "4")}
RUST = BACKENDS["2"]
NUMBERS = Path(os.environ.get("SIMONE_DATA", "../shared/data")) / "numbers"

PIECES = """the 5 12 1,234 3.5 0.25 1931 2019-12-31 05/03/1931 25.12.2020 11/2016 1930s 1931–34 44 BC March may 5th
of twenty-one hundred thousand million bn k M half quarter third thirds and a one dozen point two minus $
€ US$ USD % percent km miles per hour m² square feet °C lb kg GB minutes years months an about at least
more than or up to between from – - to until early mid- noon half past o'clock 12:30 5 pm a.m. in the
evening chapter PEP no. # [ ] ( ) . , ; : ! ? “ ” " ' ’ 's not n't never no without failed rose fell
before after all some most only Ada Lovelace J. Smith UN United Nations Dr. The company ships won lost
sold bridge https://x.org/1/2 a@b.de x 10^6 ½ 1/2 × Σ ΟΔΟΣ İ K ſ ² ٣ été NASA Apollo 11 Monday Tue. Sept.
spring century BC AD did cannot hardly U.S. was is were large small open closed"""
WORD = st.sampled_from(PIECES.split())
JOIN = st.sampled_from([" ", " ", " ", "", "-", ", ", ". ", "\n", "\n\n"])
ANY = st.text(st.characters(exclude_categories=()), max_size=12)  # every plane, NUL and lone surrogates
TEXT = st.lists(st.tuples(st.one_of(WORD, WORD, WORD, ANY), JOIN).map("".join), max_size=25).map("".join)


def same(left: Any, right: Any) -> bool:
    """Equal columns, to the bit."""
    if isinstance(left, np.ndarray):
        return (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes())
    if isinstance(left, tuple) and hasattr(left, "_fields"):
        return type(left) is type(right) and all(map(same, left, right))
    return bool(left == right)


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXT, max_size=4))
def test_mentions_are_equal_on_any_text(texts: list[str]) -> None:
    assert same(RUST.find_mentions_batch(texts), REFERENCE.find_mentions_batch(texts))


def test_mentions_of_published_cases_are_equal() -> None:
    if not NUMBERS.is_dir():
        pytest.skip("SIMONE_DATA/numbers is absent")
    found = {case["Input"] for path in NUMBERS.glob("*.json") for case in json.loads(path.read_text("utf-8-sig"))}
    texts = sorted(map(str, found))
    assert len(texts) > 3000
    expected = REFERENCE.find_mentions_batch(texts)
    for backend in BACKENDS.values():
        assert same(backend.find_mentions_batch(texts), expected)


@pytest.mark.parametrize("texts", [[1], ["a", None], [b"bytes"]])
def test_what_is_no_text_is_refused_in_the_same_words(texts: list[Any]) -> None:
    with pytest.raises(BadArray) as expected:
        REFERENCE.find_mentions_batch(texts)
    with pytest.raises(BadArray) as found:
        RUST.find_mentions_batch(texts)
    assert str(found.value) == str(expected.value)
