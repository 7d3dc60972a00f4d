"""Which encoding a file is taken to be in, and when that is said."""

from __future__ import annotations

import random

import pytest

from simone.retrieval.formats.blocks import Unreadable
from simone.retrieval.formats.decoding import decode

ACCENTS = "The café in Zürich was opened by Señor Ibáñez in 1931."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_utf8_and_marked_encodings_are_certain(encoding: str) -> None:
    assert decode(ACCENTS.encode(encoding)) == (ACCENTS, "")


def test_a_legacy_encoding_is_guessed_and_said() -> None:
    text, remark = decode("“Naïve” costs £5 – a café’s price.".encode("cp1252"))
    assert text == "“Naïve” costs £5 – a café’s price."
    assert "cp1252" in remark
    assert "guess" in remark


def test_wide_text_without_a_mark_is_read_and_said() -> None:
    text, remark = decode("Wide text, one sentence.".encode("utf-16-le"))
    assert text == "Wide text, one sentence."
    assert "utf-16-le" in remark


def test_a_few_damaged_bytes_do_not_change_the_encoding() -> None:
    text, remark = decode(("é" * 40).encode() + b"\xff" + b" end")
    assert text == "é" * 40 + "\ufffd end"
    assert remark.startswith("read as utf-8; 1 undecodable")


def test_a_declared_encoding_of_a_page_is_certain() -> None:
    page = '<meta charset="iso-8859-2"><p>Łódź</p>'
    assert decode(page.encode("iso-8859-2"), markup=True) == (page, "")


def test_a_page_cannot_declare_a_codec_that_is_not_text() -> None:
    text, remark = decode(b'<meta charset="rot13"><p>caf\xe9</p>', markup=True)
    assert "charset" in text
    assert remark


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_binary(seed: int) -> None:
    with pytest.raises(Unreadable) as refused:
        decode(random.Random(seed).randbytes(3000))
    assert refused.value.rule == "binary"


def test_no_text_holds_what_the_store_cannot_keep() -> None:
    text, _ = decode("a".encode("utf-16") + b"\x00\xd8b\x00\x00\x00")
    text.encode("utf-8")
    assert "\x00" not in text
