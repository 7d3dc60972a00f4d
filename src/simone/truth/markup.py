"""The words of a sentence without the marks that Markdown and HTML put around and before them.

Not for reading documents: `retrieval` has readers for those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import pairwise

from simone.truth.unspoken import STRUCK_OUT

TABLE_HEAD = "it is the head of a table"
NO_WORDS = "it holds no words"
_LINK = re.compile(r"!?\[([^\[\]]{1,500})\](?:\([^()\s]{0,2000}(?:\s\"[^\"]{0,500}\")?\)|\[[^\[\]]{0,200}\])")
_ADDRESS = r"<?(?:https?://|www\.)[^\s<>()]{1,2000}>?"
_POINTING = (
    r"(?i:(?:(?:the|read|original|primary) )?(?:sources?|links?|here|refs?|references?|citation|details|more|website"
    r"|web page|archived?|pdf|doi|wikipedia|documentation|docs|\d{1,4}))"
)
"""Words of a link that only say that there is one."""
_TARGET = r"\([^()\s]{0,2000}\)"
_POINTER = rf"\[{_POINTING}\]{_TARGET}"
_LOOK = r"(?i:see(?: also)?|sources?|via|cf\.|refs?|references?):?\s"
_CITED = re.compile(
    rf"\s{{0,8}}(?:\((?:(?:{_LOOK})?{_POINTER}|{_LOOK}{_ADDRESS})(?:[,;]?\s(?:{_POINTER}|{_ADDRESS})){{0,20}}\)"
    rf"|\[\({_POINTING}\)\]{_TARGET})"
)
"""Where to read more, in brackets."""
_ADDRESSED = re.compile(rf"\s{{0,8}}\({_ADDRESS}\)(?=\s{{0,8}}[.!?…]{{0,3}}\s{{0,8}}\Z)")
_HAS_ADDRESS = re.compile(
    r"(?i:\b(?:address|archive|at|domain|download|endpoint|forum|from|host|hub|index|link|mirror|page|portal|registry"
    r"|repo|repository|server|service|site|store|url|website|wiki)s?)\Z"
)
"""Words before an address in brackets that it tells apart: not "the mirror (https://a.example)"."""
_PLACE = re.compile(r"<((?:https?://|mailto:)[^\s<>]{1,2000})>")
_VALUE = re.compile(r"(?<!`)`([+−-]?\d[\d.,]{0,40}(?:(?: ?%| ?°[CF]?| [A-Za-zµ]{1,12})(?:/[a-z]{1,8})?)?)`(?!`)")
"""A number with its unit as code: the marks add nothing to it, as they do to a name."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_CITATION = re.compile(r"\s*\[(?:\^?\d+(?:\s*[,–-]\s*\d+)*|\^[\w-]{1,40})\]")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"(?<!`)</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]{0,2000})?/?>")
_BLOCK = re.compile(
    r"</?(?:p|div|li|ul|ol|dl|dt|dd|br|hr|h[1-6]|table|tr|blockquote|section|article|header|footer|main|nav|center"
    r"|details|summary)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{2,3})(?=\S)([^*_]{1,1000}?)(?<=\S)\1(?![\w*])")
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Characters that only say where a line may break."""
_LABELS = (
    "note notes warning tip hint important caution attention danger example examples info information remark reminder"
    " notice answer fact update summary result conclusion"
)
_STRESS = r"(?:\*\*|__|\*|_)?+"
_IMAGE = r"!\[[^\[\]]{0,300}\](?:\([^()\s]{0,1000}(?:\s\"[^\"]{0,200}\")?\)|\[[^\[\]]{0,200}\])"
_PICTURE = rf"(?:{_IMAGE}|\[{_IMAGE}\](?:\([^()\s]{{0,1000}}(?:\s\"[^\"]{{0,200}}\")?\)|\[[^\[\]]{{0,200}}\]))"
_PICTURES = re.compile(rf"(?:\s*{_PICTURE})+\s*")
_LEAD = re.compile(
    rf"(?:{_PICTURE}(?=\s)"
    r"|\s+|>(?!=?\d)|\[!\w{1,20}\]|(?:!!!|:::)\s?\w{1,20}(?: \"[^\"\n]{0,100}\")?(?=\s)"
    r"|[-*+–—](?=\s)|[•▪‣◦●]|\[[ xX]\](?=\s)"
    r"|(?:\d{1,3}|(?:\d{1,3}\.){1,4}\d{1,3}(?=[.)])|[ivx]{1,4}|[IVX]{2,4})[.)](?=\s)|[a-zA-Z]\)(?=\s)"
    r"|\((?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})\)(?=\s)"
    r"|\[(?:\^?\d{1,4}(?:\s*[,–-]\s*\d{1,4}){0,20}|\^[\w-]{1,40})\]:?(?=\s)"
    rf"|{_STRESS}(?i:{'|'.join(_LABELS.split())}|n\.?b\.?)(?: \d{{1,3}})?{_STRESS} ?:{_STRESS}(?=\s+\S)"
    r"|(?i:(?:please )?(?:note|remember|keep in mind|be aware) that)(?=\s+\S))++"
)
"""Marks of lists, quotations and references, and labels, before the words of a sentence."""
_QUOTATION = re.compile(r"(?m)^[ \t]*>[> \t]*")
_RULE = re.compile(r"[ \t]*+\|?+(?:[ \t]*+:?+-++:?+[ \t]*+\|)++[ \t:-]*+\Z")


def without_markup(text: str) -> str:
    """The text without link targets, citations, tags, emphasis and what is struck out, its entities spelled out."""
    if not any(mark in text for mark in "[<*_~`&") and not ("(" in text and ("http" in text or "www." in text)):
        return text
    text = STRUCK_OUT.sub("", text) if "~~" in text else text
    text = _without_links(text) if "[" in text or "://" in text or "www." in text else text
    text = _EMPHASIS.sub(r"\2", _TAG.sub("", _CITATION.sub("", text)))
    text = _VALUE.sub(r"\1", text) if "`" in text else text
    return _ENTITY.sub(_spelled_out, text) if "&" in text else text


def _without_links(text: str) -> str:
    text = _LINK.sub(r"\1", _CITED.sub("", text))
    found = _ADDRESSED.search(text)
    if found and not _HAS_ADDRESS.search(text, 0, found.start()):
        text = text[: found.start()] + text[found.end() :]
    return _PLACE.sub(r"\1", text)


def _spelled_out(entity: re.Match[str]) -> str:
    character = unescape(entity[0])
    return " " if character.isspace() else "" if character in _UNSEEN else character


def lead_of(sentence: str) -> int:
    """Where the words of a sentence begin: behind the mark of a list, quotation or reference, and behind "Note:"."""
    found = _LEAD.match(sentence)
    return found.end() if found else 0


def without_quotation_marks(text: str) -> str:
    """The text with the ">" that begin its lines blanked, equally long."""
    return _QUOTATION.sub(lambda found: " " * len(found[0]), text) if ">" in text else text


def is_picture(sentence: str) -> bool:
    """Whether it only shows images, alone or as links."""
    return _PICTURES.fullmatch(sentence) is not None


def is_rule(line: str) -> bool:
    """Whether a line parts the head of a table from its rows."""
    return bool(_RULE.match(line.rstrip()))


def blocks_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence as it is, or what stands in it between the tags of HTML's blocks: two paragraphs are two sentences."""
    at, found = start, list[tuple[int, int]]()
    for tag in _BLOCK.finditer(text, start, end) if "<" in text[start:end] else ():
        if text.count("`", start, tag.start()) % 2 == 0:  # else it is quoted as code
            found.append(trimmed(text, at, tag.start()))
            at = tag.end()
    found.append(trimmed(text, at, end))
    spoken = [(a, b) for a, b in found if any(map(str.isalnum, text[a:b]))]
    yield from spoken if at > start and spoken else [(start, end)]


def rows_of(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """A sentence as it is, or the lines of the table that it holds, the head and its rule with what they are."""
    lines = _lines(text, start, end) if "|" in text[start:end] else []
    rule = next((n for n, (a, b) in enumerate(lines) if n and is_rule(text[a:b])), 0)
    if not rule:
        yield from _bare_rows(text, lines) or [(start, end, "")]
        return
    if rule > 1:
        yield start, lines[rule - 2][1], ""
    yield *lines[rule - 1], TABLE_HEAD
    for n, (a, b) in enumerate(lines[rule:]):
        if "|" not in text[a:b]:
            yield *trimmed(text, a, end), ""
            return
        yield a, b, "" if n else NO_WORDS


def _bare_rows(text: str, lines: list[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """The rows of a table without a rule, as pages have them; [] where some line is none.

    The first is the head where it alone has no figures.
    """
    lines = [(a, b) for a, b in lines if a < b]
    if len(lines) < 2 or not all(" | " in text[a:b] for a, b in lines):
        return []
    has_figures = [any(map(str.isdigit, text[a:b])) for a, b in lines]
    head = TABLE_HEAD if all(has_figures[1:]) and not has_figures[0] else ""
    return [(a, b, "" if n else head) for n, (a, b) in enumerate(lines)]


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    places = [start]
    for line in text[start:end].splitlines(keepends=True):
        places.append(places[-1] + len(line))
    return [trimmed(text, a, b) for a, b in pairwise(places)]


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), max(start, start + len(piece.rstrip()))


def without_hidden(text: str, evidence: Sequence[str]) -> str:
    """The text without the comments, tags and link targets that no text of the evidence holds.

    A claim is its words without these (`without_markup`), so that what hides in them would leave unchecked.
    """

    def shown(found: re.Match[str]) -> str:
        if any(found[0] in held for held in evidence):
            return found[0]
        return found[1] if found.re is _LINK else ""

    if not any(mark in text for mark in "<["):
        return text
    for hidden in (_COMMENT, _LINK, _TAG):
        text = hidden.sub(shown, text)
    return text
