"""The HTML page: sentences by verdict, evidence in its source, and nothing that anyone else wrote is markup."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from simone.orchestration.drafts import make_draft
from simone.records import Decision, DraftSentence, Evidence, Measured, Output, Verdict, WordSupport
from simone.reports.page import AROUND, as_html
from simone.truth.claims import as_claim

SOURCE = "x" * 2000 + " The siege lasted nine weeks. " + "y" * 2000
QUOTE = "The siege lasted nine weeks."
AT = SOURCE.index(QUOTE)
EVIDENCE = Evidence("siege.md", "1", 1, AT, AT + len(QUOTE), QUOTE, "supports", 1.0)
DRAFT = make_draft("The siege lasted nine weeks. It was grim.\n\nVey won.")
OUTPUT = Output(
    run="r" * 64,
    text=DRAFT.text,
    decision=Decision("release", (), ""),
    sentences=DRAFT.sentences,
    verdicts=(
        Verdict(as_claim(QUOTE, 0), "supported", "quote", "word for word", Measured(0.9, 10), (EVIDENCE,)),
        Verdict(as_claim("Vey won.", 2), "refuted", "polarity", "he lost", Measured(0.8, 10)),
    ),
)


def page(output: Output, source: str = SOURCE, title: str = "What?") -> LexborHTMLParser:
    return LexborHTMLParser(as_html(output, lambda document: source, title))


def test_each_sentence_carries_its_verdict_and_points_to_its_card() -> None:
    shown = page(OUTPUT)
    spans = shown.css("main section.text > p .s")
    assert [span.attributes["class"] for span in spans] == ["s supported", "s none", "s refuted"]
    assert [span.attributes.get("data-claims") for span in spans] == ["0", None, "1"]
    assert {card.attributes["id"] for card in shown.css("article")} == {"claim-0", "claim-1"}
    assert [span.attributes.get("href") for span in spans] == ["#claim-0", None, "#claim-1"]
    assert len(shown.css("main section.text > p")) == 2


def test_the_evidence_stands_marked_in_its_source() -> None:
    (quote,) = page(OUTPUT).css("blockquote")
    assert [mark.text() for mark in quote.css("mark")] == [QUOTE]
    assert quote.text() == f"…{SOURCE[AT - AROUND : AT + len(QUOTE) + AROUND]}…"


def test_a_source_that_changed_shows_only_what_was_recorded() -> None:
    (quote,) = page(OUTPUT, source="something else").css("blockquote")
    assert quote.text() == QUOTE


def test_a_citation_between_two_sentences_ends_no_paragraph() -> None:
    text = f"{QUOTE} [1] Vey won.\n\nIt was grim."
    places = [(text.index(said), said) for said in (QUOTE, "Vey won.", "It was grim.")]
    sentences = tuple(DraftSentence(said, at, at + len(said)) for at, said in places)
    shown = page(msgspec.structs.replace(OUTPUT, text=text, sentences=sentences))
    assert [len(p.css(".s")) for p in shown.css("main section.text > p")] == [2, 1]


def test_words_that_an_explanation_marks_are_underlined_with_how_far_they_are_carried() -> None:
    words = (WordSupport(0, 3, 1.0), WordSupport(4, 7, 0.25))
    explained = msgspec.structs.replace(OUTPUT.verdicts[1], words=words)
    shown = page(msgspec.structs.replace(OUTPUT, verdicts=(OUTPUT.verdicts[0], explained)))
    assert [(u.text(), u.attributes["title"]) for u in shown.css("article u")] == [("won", "carried 0.25")]
    assert shown.css("article .note")[0].text() == "Underlined: words that the sources do not carry, or hardly."


def test_a_withheld_text_shows_the_reason_alone() -> None:
    withheld = msgspec.structs.replace(OUTPUT, decision=Decision("withhold", ("r",), "nothing carries it"))
    shown = page(withheld)
    assert shown.css("p.withheld")[0].text() == "Withheld: nothing carries it"
    assert shown.css("main section.text .s") == []


def test_the_overview_counts_and_filters_by_verdict() -> None:
    buttons = page(OUTPUT).css("header button")
    assert [(b.attributes["data-only"], b.css("b")[0].text()) for b in buttons] == [
        ("", "2"), ("refuted", "1"), ("unverifiable", "0"), ("supported", "1"),
    ]  # fmt: skip
    assert [bar.attributes["class"] for bar in page(OUTPUT).css(".bar i")] == ["refuted", "supported"]


def test_contradicting_evidence_is_shown_with_what_it_says_of_the_claim() -> None:
    other = msgspec.structs.replace(EVIDENCE, document="camp.md", quote="It lasted ten weeks.", stance="refutes")
    verdict = msgspec.structs.replace(
        OUTPUT.verdicts[0], status="unverifiable", decided_by="contradiction", evidence=(EVIDENCE, other)
    )
    shown = page(msgspec.structs.replace(OUTPUT, verdicts=(verdict,)))
    assert [figure.attributes["class"] for figure in shown.css("article figure")] == ["supports", "refutes"]
    assert [one.text() for one in shown.css("figcaption b")] == ["✓ supports", "✗ refutes"]
    assert [[cell.text() for cell in row.css("th, td")] for row in shown.css("footer tr")][1:] == [
        ["siege.md", "1", "0"], ["camp.md", "0", "1"],
    ]  # fmt: skip


def test_words_that_the_evidence_lacks_are_marked_in_the_claim() -> None:
    claim = as_claim("The long siege lasted < ten > weeks & 'more'.", 0)
    verdict = msgspec.structs.replace(OUTPUT.verdicts[0], claim=claim)
    shown = page(msgspec.structs.replace(OUTPUT, verdicts=(verdict,)))
    assert [word.text() for word in shown.css("article h2 u")] == ["long", "ten"]
    assert shown.css("article h2")[0].text() == claim.text


def test_the_page_loads_nothing_and_is_readable_without_scripts() -> None:
    html = as_html(OUTPUT, lambda document: SOURCE, "What?")
    shown = LexborHTMLParser(html)
    assert not shown.css("link, img, iframe, [src]")
    assert "url(" not in html
    assert "default-src 'none'" in html
    assert not shown.css("[hidden]")


def test_a_source_is_cut_between_words() -> None:
    source = "word " * 400 + QUOTE + " word" * 400
    at = source.index(QUOTE)
    piece = msgspec.structs.replace(EVIDENCE, start=at, end=at + len(QUOTE))
    verdict = msgspec.structs.replace(OUTPUT.verdicts[0], evidence=(piece,))
    (quote,) = page(msgspec.structs.replace(OUTPUT, verdicts=(verdict,)), source).css("blockquote")
    before, after = quote.text().split(QUOTE)
    assert set(before[1:].split()) == set(after[:-1].split()) == {"word"}


HOSTILE = st.sampled_from(
    ["<script>x()</script>", '"><img src=x onerror=y>', "</title></style><b>", "&lt;i&gt;", "'-alert-'", "<!--", "]]>"]
)


@settings(max_examples=40, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_word_of_source_text_or_question_is_markup(question: str, said: str, source: str) -> None:
    draft = make_draft(f"It is {said} so.")
    piece = Evidence(source, "1", 1, 0, len(source), source, "supports", 1.0)
    verdict = Verdict(as_claim(f"Claim {said}", 0), "supported", said, said, Measured(0.9, 10), (piece,))
    output = msgspec.structs.replace(OUTPUT, text=draft.text, sentences=draft.sentences, verdicts=(verdict,))
    shown = page(output, source, question)
    plain = page(
        msgspec.structs.replace(
            output,
            text="It is so.",
            sentences=make_draft("It is so.").sentences,
            verdicts=(msgspec.structs.replace(verdict, claim=as_claim("x", 0), decided_by="x", reason="x"),),
        ),
        source,
        "x",
    )
    for tree in (shown, plain):
        for node in tree.css("article u, .note"):  # ours, as many as the words that the evidence lacks
            node.unwrap() if node.tag == "u" else node.decompose()
    tags = [node.tag for node in shown.css("*")]
    assert tags == [node.tag for node in plain.css("*")]
    assert shown.css("h1")[0].text() == question
    assert shown.css("mark")[0].text() == source
