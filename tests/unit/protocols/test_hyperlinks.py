from __future__ import annotations

import os
from pathlib import Path

import pytest

from simone.benchmarks import links as benchmark
from simone.clock import Deadline, FrozenClock
from simone.kernels import kernels
from simone.protocols.hyperlinks import Hyperlinks
from simone.protocols.hyperlinks.finding import find_links
from simone.protocols.hyperlinks.urls import doubt_host, kind_of, normalise
from simone.records import (
    Case,
    Claim,
    Draft,
    DraftSentence,
    Evidence,
    Finding,
    Link,
    Passage,
    Request,
    Status,
    Unmeasured,
    Verdict,
)

PEP = "Smith wrote in 2004 that lines have 79 characters. See https://a.org/x for more."
PASSAGES = (
    Passage("docs/pep-0008.rst", "p8", 1, 0, len(PEP), PEP, (0, 50)),
    Passage("eip-1559.md", "e1559", 1, 100, 140, "The base fee is burned in every block ok", (100, 140)),
)


def read(text: str, verdicts: tuple[Verdict, ...] = (), passages: tuple[Passage, ...] = PASSAGES) -> Case:
    spans = kernels.split_sentences_batch([text])[0].tolist()
    draft = Draft(text, tuple(DraftSentence(text[start:end], start, end) for start, end in spans))
    case = Case(Request("q"), draft=draft, passages=passages, verdicts=verdicts)
    return Hyperlinks().apply(case, Deadline(FrozenClock(), 10))


def one(text: str) -> tuple[Link, tuple[Finding, ...]]:
    case = read(text)
    assert len(case.links) == 1, case.links
    return case.links[0], case.link_findings


def rules(text: str) -> list[str]:
    return [finding.rule for finding in read(text).link_findings]


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("See [here](HTTP://EXAMPLE.com:80/a/../b).", "web", "http://example.com/b"),
        ("See <https://example.com/ü>.", "web", "https://example.com/%C3%BC"),
        ("See [a]( <b c.md> 'title') now.", "file", "b c.md"),
        ("See [up](#top) now.", "anchor", "#top"),
        ("Mail <me@example.org> today.", "mail", "mailto:me@example.org"),
        ("Mail me@example.org today.", "mail", "mailto:me@example.org"),
        ("See www.example.org/x, please.", "web", "http://www.example.org/x"),
        ("See `the list <https://example.org/l>`_ there.", "web", "https://example.org/l"),
        ('See <a class="x" href="https://example.org/?a=1&amp;b=2">it</a>.', "web", "https://example.org/?a=1&b=2"),
        ('An <img src="pic.png"> here.', "file", "pic.png"),
        ("Fees are burned [2].", "citation", "[2]"),
        ("Fees are burned (Smith et al., 2004).", "citation", "Smith et al. 2004"),
        ("Smith and Jones (2004) burned fees.", "citation", "Smith and Jones 2004"),
        ("As EIP-1559 says.", "citation", "EIP 1559"),
        ("As PEP 0008 says.", "citation", "PEP 8"),
        ("A note[^n] here.", "reference", "n"),
        ("A note [1]_ here.", "reference", "1"),
        ("A [word][key] here.", "reference", "key"),
    ],
)
def test_links_of_every_form_are_found_with_kind_and_normal_target(text: str, kind: str, target: str) -> None:
    link, _ = one(text)
    assert (link.kind, link.target) == (kind, target)
    assert text[link.start : link.end] == link.raw


@pytest.mark.parametrize(
    "text",
    [
        "Use `http://example.com/` in code.",
        "```\n[a](http://example.com)\n```",
        "<!-- http://example.com -->",
        "The main.py file and node.js and e.g. this.",
        "It rained in March (March 2004 was wet).",
        "The array a[3] has items.",
        "On 1.2.3.4.5 nothing.",
    ],
)
def test_code_file_names_and_month_names_are_no_links(text: str) -> None:
    assert find_links(text) == ()


def test_reference_links_take_the_kind_of_their_definition() -> None:
    case = read("A [word][Key] and [key].\n\n[key]: https://example.org/x")
    assert [(link.kind, link.target) for link in case.links] == [("web", "https://example.org/x")] * 3


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("Lines are short [1].", "docs/pep-0008.rst"),
        ("Fees are burned [2].", "eip-1559.md"),
        ("So says PEP 8.", "docs/pep-0008.rst"),
        ("So says EIP-1559.", "eip-1559.md"),
        ("So it was (Smith, 2004).", "docs/pep-0008.rst"),
        ("See [it](./docs/pep-0008.rst#intro).", "docs/pep-0008.rst"),
        ("See https://a.org/x there.", "docs/pep-0008.rst"),
    ],
)
def test_targets_are_resolved_against_the_passages(text: str, resolved: str) -> None:
    link, findings = one(text)
    assert link.resolved == resolved
    assert findings == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("See [x](javascript:alert(1)).", "dangerous-target"),
        ('See <a href="java\tscript:alert(1)">x</a>.', "dangerous-target"),
        ("See [x](data:text/html,hi).", "dangerous-target"),
        ("See [x](https://exa%mple.org/).", "broken-url"),
        ("See [x]().", "broken-url"),
        ("See https://xn--80ak6aa92e.com/ now.", "confusable-host"),
        ("See https://xn--bcher-kva.de/ now.", "punycode-host"),
        ("See [www.bank.com](https://evil.example/).", "misleading-text"),
        ("Fees are burned [7].", "unresolved-citation"),
        ("So says PEP 999.", "unresolved-citation"),
        ("A note[^n] here.", "unresolved-reference"),
        ("See [there](#nowhere).", "unresolved-reference"),
        ("See https://b.org/ now.", "unsourced-link"),
    ],
)
def test_each_problem_has_its_rule(text: str, rule: str) -> None:
    assert rule in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "See [www.a.org](https://a.org/x).",
        "See [docs.a.org](https://a.org/x).",
        "See [there](#the-end).\n\n# The end!\n\nText.",
        "A note[^n] here.\n\n[^n]: Text.",
        "See [the paper](https://a.org/x).",
    ],
)
def test_honest_links_have_no_findings(text: str) -> None:
    assert rules(text) == []


def verdict(status: Status, passage: Passage) -> Verdict:
    evidence = Evidence(passage.document, passage.document_id, 1, passage.start, passage.end, "q", "supports", 1.0)
    return Verdict(Claim("c", 0, 1, 0), status, "exact", "because", Unmeasured("a test"), (evidence,))


@pytest.mark.parametrize(
    ("status", "passage", "carried"),
    [("supported", 0, True), ("supported", 1, False), ("refuted", 0, False), ("unverifiable", 0, None)],
)
@pytest.mark.parametrize("text", ["Lines have 79 characters [1].", "Lines have 79 characters. [1]"])
def test_a_citation_carries_its_sentence_when_the_verdict_rests_on_the_cited_passage(
    text: str, status: Status, passage: int, carried: bool | None
) -> None:
    case = read(text, (verdict(status, PASSAGES[passage]),))
    assert case.links[0].carries is carried
    assert [finding.rule for finding in case.link_findings] == (["not-carried"] if carried is False else [])


def test_a_document_that_is_only_spoken_of_is_no_broken_citation() -> None:
    case = read("PEP 8 limits lines.", (verdict("supported", PASSAGES[1]),))
    assert [(finding.rule, finding.severity) for finding in case.link_findings] == [("not-carried", "info")]


def test_hosts_in_one_script_are_told_from_imitations() -> None:
    assert doubt_host("http://example.org") is None
    mixed, plain = doubt_host("https://gооgle.com"), doubt_host("http://пример.рф")
    assert mixed is not None and mixed.is_imitation
    assert plain is not None and not plain.is_imitation


def test_a_draft_less_case_has_no_links() -> None:
    assert Hyperlinks().apply(Case(Request("q")), Deadline(FrozenClock(), 10)).links == ()


@pytest.mark.parametrize(
    "piece", ["[", "](", "a.", "(", "`", "<a ", "http://", "a@", "[1], ", "[^", "Aa, ", "``` ", "!["]
)
def test_hostile_repetition_is_read_without_delay(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    assert all(text[link.start : link.end] for link in find_links(text))


@pytest.mark.data
def test_the_whatwg_cases_and_the_link_lists_come_out_as_documented() -> None:
    data = Path(os.environ.get("SIMONE_DATA", "../shared/data"))
    if not (data / "links" / "urltestdata.json").is_file():
        pytest.skip(f"no data under {data / 'links'}")
    scores = benchmark.run(data)
    assert scores.urls_right == scores.urls > 800
    assert scores.links_found >= 114
    assert scores.not_links_left == scores.not_links
    assert "missed" in benchmark.render(scores)


def test_relative_and_absolute_targets_are_told_apart() -> None:
    assert [kind_of(url) for url in ("#a", "a/b.md", "//a.org", "file:///a", "mailto:a@b.c")] == [
        "anchor",
        "file",
        "web",
        "file",
        "mail",
    ]
    assert normalise("http://a b/") is None
