"""Every format becomes text, blocks and sections whose offsets hold."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from simone.retrieval import readers
from simone.retrieval.formats import markdown
from simone.retrieval.formats.blocks import Unreadable
from simone.retrieval.sentences import KINDS, Cut, cut, plain, section_paths

MARKDOWN = """---
title: Harbour report
created: 2031-05-04
---
# Harbour

The crane lifts 40 t. It was
built in 1931.

- first item
- second item
  goes on

> Quoted words
> go on here. A second one.

| place | depth |
|-------|-------|
| quay  | 9 m   |

```python
depth = 9
```

Under a line
------------

See [the plan](plan.md) for `more`.
"""

RESTRUCTURED = """PEP: 9999
Title: A Title
 That Goes On
Status: Draft

=====
Outer
=====

Inner
=====

Prose before code::

    x = 1
    y = 2

.. note::
   A note is read.

.. code-block:: python
   :linenos:

   z = 3

.. [1] A footnote is read.

.. a comment is not

* bullet one
  wrapped
* bullet two

term
    Its definition.

=====  =====
Left   Right
=====  =====
one    two
=====  =====

>>> print(1)
1
"""


def read(text: str | bytes, kind: str) -> tuple[str, str, list[tuple[str, str, str]]]:
    reading = readers.parse(text.encode() if isinstance(text, str) else text, kind)
    pieces = cut(reading.text, reading.blocks)
    return reading.text, reading.title, listed(reading.text, pieces)


def listed(text: str, pieces: Cut) -> list[tuple[str, str, str]]:
    paths = section_paths(pieces.sections)
    columns = (pieces.starts.tolist(), pieces.ends.tolist(), pieces.kinds.tolist(), pieces.inside.tolist())
    return [(KINDS[kind], text[start:end], paths[at]) for start, end, kind, at in zip(*columns, strict=True)]


def test_markdown_keeps_prose_items_rows_fields_and_code_apart() -> None:
    text, title, found = read(MARKDOWN, "md")
    assert (text, title) == (MARKDOWN, "Harbour report")
    assert found == [
        ("field", "title: Harbour report", ""),
        ("field", "created: 2031-05-04", ""),
        ("prose", "The crane lifts 40 t.", "Harbour"),
        ("prose", "It was\nbuilt in 1931.", "Harbour"),
        ("item", "first item", "Harbour"),
        ("item", "second item\n  goes on", "Harbour"),
        ("prose", "Quoted words\n> go on here.", "Harbour"),
        ("prose", "A second one.", "Harbour"),
        ("row", "place | depth", "Harbour"),
        ("row", "quay  | 9 m", "Harbour"),
        ("code", "depth = 9", "Harbour"),
        ("prose", "See [the plan](plan.md) for `more`.", "Harbour > Under a line"),
    ]


def test_restructured_text_keeps_its_parts_apart() -> None:
    text, title, found = read(RESTRUCTURED, "rst")
    assert (text, title) == (RESTRUCTURED, "A Title That Goes On")
    assert found == [
        ("field", "PEP: 9999", ""),
        ("field", "Title: A Title\n That Goes On", ""),
        ("field", "Status: Draft", ""),
        ("prose", "Prose before code:", "Outer > Inner"),
        ("code", "    x = 1\n    y = 2", "Outer > Inner"),
        ("prose", "A note is read.", "Outer > Inner"),
        ("code", "   z = 3", "Outer > Inner"),
        ("item", "A footnote is read.", "Outer > Inner"),
        ("item", "bullet one\n  wrapped", "Outer > Inner"),
        ("item", "bullet two", "Outer > Inner"),
        ("prose", "term", "Outer > Inner"),
        ("prose", "Its definition.", "Outer > Inner"),
        ("row", "Left   Right", "Outer > Inner"),
        ("row", "one    two", "Outer > Inner"),
        ("code", ">>> print(1)\n1", "Outer > Inner"),
    ]


def test_plain_text_is_paragraphs_and_items() -> None:
    _, title, found = read("One sentence\nwrapped. Two.\r\n\r\n* an item\n* another\n", "txt")
    assert title == ""
    assert [(kind, text) for kind, text, _ in found] == [
        ("prose", "One sentence\nwrapped."),
        ("prose", "Two."),
        ("item", "an item"),
        ("item", "another"),
    ]


def test_line_endings_are_not_translated() -> None:
    source = "# A\r\n\r\nOne line\rand another. Two.\r\n"
    text, _, found = read(source, "md")
    assert text == source
    assert [sentence for _, sentence, _ in found] == ["One line\rand another.", "Two."]


def test_html_gives_what_a_reader_of_the_page_sees() -> None:
    page = (
        "<html><head><title>The  page</title><style>p{}</style></head><body><h1>Top</h1><p>Para <b>one</b>. Two.</p>"
        "<script>evil()</script><p hidden>secret</p><p style='display: none'>secret</p><ul><li>a<li>b</ul>"
        "<table><tr><th>A<th>B<tr><td>1<td>2</table><pre>x = 1\n  y</pre>tail &amp; end</body></html>"
    )
    _, title, found = read(page, "html")
    assert title == "The page"
    assert [(kind, text) for kind, text, _ in found] == [
        ("prose", "Para one."),
        ("prose", "Two."),
        ("item", "a"),
        ("item", "b"),
        ("row", "A | B"),
        ("row", "1 | 2"),
        ("code", "x = 1\n  y"),
        ("prose", "tail & end"),
    ]
    assert {section for _, _, section in found} == {"Top"}


def test_html_that_is_a_nesting_bomb_is_refused() -> None:
    with pytest.raises(Unreadable, match="nested 20000 deep"):
        read("<div>" * 20_000 + "x", "html")


def test_a_word_document_gives_headings_items_and_rows() -> None:
    document = docx.Document()
    document.add_heading("Report", 0)
    document.add_heading("Costs", 1)
    document.add_paragraph("It costs 5 dollars. Done.")
    document.add_paragraph("a bullet", style="List Bullet")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
    hidden = document.add_paragraph("seen ").add_run("unseen")
    hidden.font.hidden = True
    target = io.BytesIO()
    document.save(target)
    _, title, found = read(target.getvalue(), "docx")
    assert title == "Report"
    assert found == [
        ("prose", "It costs 5 dollars.", "Report > Costs"),
        ("prose", "Done.", "Report > Costs"),
        ("item", "a bullet", "Report > Costs"),
        ("row", "left | right", "Report > Costs"),
        ("prose", "seen", "Report > Costs"),
    ]


def pdf(lines: list[str]) -> bytes:
    """A one-page PDF with each line on its own, written by hand as the standard says."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 %s >> >> >>"
        % b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(body)
    return body + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def test_pdf_lines_become_paragraphs_and_split_words_are_joined() -> None:
    lines = [
        "The harbour crane lifts forty tonnes and was re-",
        "paired twice in the year 1931 by the",
        "city. It runs.",
    ]
    _, _, found = read(pdf(lines), "pdf")
    assert [(kind, " ".join(text.split())) for kind, text, _ in found] == [
        ("prose", "The harbour crane lifts forty tonnes and was repaired twice in the year 1931 by the city."),
        ("prose", "It runs."),
    ]


def test_a_pdf_without_text_is_empty_and_a_broken_one_unreadable() -> None:
    with pytest.raises(Unreadable) as empty:
        read(pdf([]), "pdf")
    with pytest.raises(Unreadable) as broken:
        read(b"%PDF-1.4\n1 0 obj\n<<", "pdf")
    assert (empty.value.rule, broken.value.rule) == ("empty", "unreadable")


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_damaged_bytes_never_raise_anything_but_unreadable(kind: str) -> None:
    target = io.BytesIO()
    docx.Document().save(target)
    whole = pdf(["Some words here."]) if kind == "pdf" else target.getvalue()
    step = max(1, len(whole) // 60)
    for place in range(0, len(whole), step):
        damaged = whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :]
        for content in (damaged, whole[:place]):
            try:
                reading = readers.parse(content, kind)
            except Unreadable:
                continue
            cut(reading.text, reading.blocks)


def test_code_is_kept_in_chunks_and_endless_sentences_are_cut_at_white_space() -> None:
    _, _, code = read("```\n" + "value = 1\n" * 100 + "\nlast = 2\n```\n", "md")
    assert all(kind == "code" and len(text) <= 420 for kind, text, _ in code)
    assert code[-1][1] == "last = 2"
    _, _, words = read("word " * 1000, "txt")
    assert all(len(text) <= 1000 and not text.startswith("ord") for _, text, _ in words)


def test_a_long_heading_is_a_sentence_and_a_document_of_headings_is_not_empty() -> None:
    _, _, found = read("# Belmar agrees to pay three million\n\nText.\n\n## Why\n\nMore.\n", "md")
    assert [(kind, text) for kind, text, _ in found] == [
        ("heading", "Belmar agrees to pay three million"),
        ("prose", "Text."),
        ("prose", "More."),
    ]
    assert [text for _, text, _ in read("# One\n\n# Two\n", "md")[2]] == ["One", "Two"]


def test_long_markdown_is_read_in_slices_with_the_same_result() -> None:
    part = "## Part\n\nA sentence stands here. Another one.\n\n```\n\n# not a heading\n\n```\n\n- item\n\n  more\n\n"
    whole, sliced = list(markdown.blocks(part * 50)), list(markdown.blocks(part * 50, slice_characters=200))
    assert sliced == whole
    assert sum(block.kind == "heading" for block in whole) == 50


def test_a_sentence_is_searched_without_link_targets_and_marks() -> None:
    assert (
        plain('See [the\nplan](a_(b).md "t"), **bold** and :pep:`8` or `text <u>`__.')
        == "See the plan, bold and 8 or text."
    )


def test_every_format_has_a_suffix() -> None:
    assert {readers.kind_of(Path("a" + suffix.upper())) for suffix in readers.KINDS} == {
        "txt",
        "md",
        "rst",
        "html",
        "pdf",
        "docx",
    }
