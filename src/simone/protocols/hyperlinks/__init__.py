"""HIP: links and citations of the draft: what they point at, whether that exists here, and whether it carries them.

Not for fetching: nothing outside the case's own passages is looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from simone.clock import Deadline
from simone.protocols.hyperlinks.finding import Found, find_links, footnote_keys
from simone.protocols.hyperlinks.resolving import anchors, carries, is_series, resolve
from simone.protocols.hyperlinks.urls import DANGEROUS_SCHEMES, doubt_host, host_of, kind_of, normalise, scheme_of
from simone.records import Case, DraftSentence, Finding, Link, LinkKind, Passage, Severity, Verdict

_BASE = "file:///"


class Hyperlinks:
    """The reader of links. It holds nothing."""

    code = "HIP"
    purpose = "finds links and citations, normalises and resolves them, and checks that they carry their sentence"
    reads = frozenset({"draft", "passages", "verdicts"})
    writes = frozenset({"links", "link_findings"})

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with its links by place, and the findings about them in the same order.

        Raises:
            Cancelled, BudgetExceeded: from the deadline.
        """
        deadline.check("reading links")
        if case.draft is None:
            return msgspec.structs.replace(case, links=(), link_findings=())
        links: list[Link] = []
        findings: list[Finding] = []
        footnotes, places = footnote_keys(case.draft.text), anchors(case.draft.text)
        of_sentence: dict[int, list[Verdict]] = {}
        for verdict in case.verdicts:
            of_sentence.setdefault(verdict.claim.sentence, []).append(verdict)
        for found in deadline.over(find_links(case.draft.text), "reading links"):
            index = _sentence_at(case.draft.sentences, found)
            verdicts = of_sentence.get(index, ())
            link, problems = _read(found, index, verdicts, case.passages, case.draft.text, footnotes, places)
            links.append(link)
            findings.extend(problems)
        return msgspec.structs.replace(case, links=tuple(links), link_findings=tuple(findings))


def _read(
    found: Found,
    index: int,
    verdicts: Sequence[Verdict],
    given: Sequence[Passage],
    text: str,
    footnotes: frozenset[str],
    places: frozenset[str],
) -> tuple[Link, tuple[Finding, ...]]:
    """A link of the sentence numbered `index`, which has these verdicts, and what is wrong with it."""
    kind, target = _classified(found)
    passages = resolve(kind, target, given)
    held = carries(passages, verdicts) if kind in ("citation", "file") else None
    link = Link(
        start=found.start,
        end=found.end,
        kind=kind,
        raw=text[found.start : found.end],
        target=target,
        resolved=passages[0].document if passages else "",
        carries=held,
    )
    known = (kind == "reference" and found.form == "footnote" and target in footnotes) or target[1:] in places
    problems = (*_about_target(found, link), *_about_sources(link, passages, given, known))
    return link, tuple(_finding(link, index, rule, severity, why, remedy) for rule, severity, why, remedy in problems)


_Problem = tuple[str, Severity, str, str]


def _classified(found: Found) -> tuple[LinkKind, str]:
    if found.form in ("citation",):
        return "citation", found.target
    if found.form in ("footnote", "reference"):
        return "reference", found.target
    url = found.target
    if found.form == "autolink" and "@" in url and not scheme_of(url):
        url = f"mailto:{url}"
    kind = kind_of(url)
    if kind in ("anchor", "file") and not scheme_of(url):
        return kind, url
    return kind, normalise(url, "https:" if url.startswith("//") else None) or url


def _about_target(found: Found, link: Link) -> list[_Problem]:
    """What is wrong with the target itself."""
    if link.kind not in ("web", "mail", "file"):
        return []
    problems: list[_Problem] = []
    scheme = scheme_of(found.target)
    if scheme in DANGEROUS_SCHEMES:
        return [
            ("dangerous-target", "error", f"the target is a {scheme}: URL, which runs or makes content", "remove it")
        ]
    relative = link.kind == "file" and not scheme
    if not found.target or normalise(link.target, _BASE if relative else None) is None:
        problems.append(("broken-url", "error", f"{found.target!r} is not a URL that can be followed", "correct it"))
    doubt = doubt_host(link.target) if link.kind == "web" else None
    if doubt is not None and doubt.is_imitation:
        why = f"the host is {doubt.shown!r}: {doubt.reason}"
        problems.append(("confusable-host", "error", why, "make sure that the right site is meant"))
    elif doubt is not None:
        problems.append(("punycode-host", "info", f"the host is {doubt.shown!r}: {doubt.reason}", ""))
    shown = _shown_host(found.label)
    if shown and link.kind == "web" and not _same_site(shown, host_of(link.target)):
        why = f"the text shows {shown!r} but the link leads to {host_of(link.target)!r}"
        problems.append(("misleading-text", "error", why, "show the site that the link leads to"))
    return problems


def _about_sources(link: Link, passages: tuple[Passage, ...], given: Sequence[Passage], known: bool) -> list[_Problem]:
    """What the case's own sources say about the link."""
    if link.carries is False:
        why = f"{link.raw!r} points at {link.resolved!r}, which does not carry this sentence"
        # "PEP 8" and a path may be the subject of the sentence; [3] and (Smith 2004) can only be its source.
        severity: Severity = "error" if link.kind == "citation" and not is_series(link.target) else "info"
        return [("not-carried", severity, why, "cite the passage that carries the sentence, or change the sentence")]
    if passages or known:
        return []
    if link.kind == "citation":
        why = f"{link.raw!r} matches none of the {len(given)} passages at hand"
        return [("unresolved-citation", "warning", why, "cite a source that was used, or remove the citation")]
    if link.kind in ("reference", "anchor"):
        return [
            ("unresolved-reference", "warning", f"{link.raw!r} points at nothing in this text", "define its target")
        ]
    if link.target.startswith(("http:", "https:", "ftp:")) and given:
        why = f"{link.target!r} occurs in none of the {len(given)} passages at hand"
        return [("unsourced-link", "info", why, "check that the address exists")]
    return []


def _finding(link: Link, sentence: int, rule: str, severity: Severity, message: str, remedy: str) -> Finding:
    return Finding("HIP", rule, severity, message, remedy, (link.start, link.end), sentence)


def _sentence_at(sentences: tuple[DraftSentence, ...], found: Found) -> int:
    """The sentence that the link belongs to: a mark like [1] after a full stop belongs to the sentence before it."""
    at = bisect_right(sentences, found.start, key=lambda one: one.start) - 1
    if at >= 0 and found.start >= sentences[at].end:
        at = -1
    is_mark = found.form == "footnote" or (found.form == "citation" and found.target.startswith("["))
    return at - 1 if at > 0 and is_mark and sentences[at].start == found.start else at


def _shown_host(label: str) -> str:
    """The host that the words of a link show, "" where they are no address."""
    words = label.strip().rstrip("/.")
    if not words or any(letter.isspace() for letter in words) or "." not in words or "@" in words:
        return ""
    bare = find_links(words)
    if len(bare) != 1 or bare[0].form != "bare" or bare[0].start != 0:
        return ""
    return host_of(bare[0].target)


def _same_site(shown: str, target: str) -> bool:
    return shown == target or target.endswith("." + shown) or shown.endswith("." + target)
