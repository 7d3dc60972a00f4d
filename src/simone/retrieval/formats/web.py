"""HTML: the visible text of a page as blocks, read by selectolax.

Not for links and citations: those are a protocol's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simone.retrieval.formats.blocks import BlockKind, Reading, TextBuilder, Unreadable
from simone.retrieval.formats.styles import Look, Styles, handed_down, hides

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_DEPTH = 512
"""Deeper nesting is refused: the parser's time grows with depth. Browsers stop at the same depth."""
MAX_REBUILT = 20_000_000
"""Open formatting elements times tags: the most elements a parser may have to rebuild for misnested formatting."""

_SILENT = frozenset(
    "script style template noscript head svg iframe object embed canvas audio video select textarea".split()
)
_BLOCKS: dict[str, BlockKind] = {
    **dict.fromkeys(
        "address article aside blockquote body caption center dd details div dl fieldset figcaption figure footer form "
        "header hgroup hr html legend main menu nav ol p section summary table tbody tfoot thead ul".split(),
        "prose",
    ),
    **dict.fromkeys(("li", "dt"), "item"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("pre", "listing", "xmp"), "code"),
    "tr": "row",
}
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_IMPLIED = frozenset("p li dt dd tr td th tbody thead tfoot option optgroup rp rt html head body".split())
_FORMATTING = frozenset("b big code em font i nobr s small strike strong tt u".split())
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>")
_SPACE = re.compile(r"\s+")


def read(markup: str) -> Reading:
    """The visible text of a page; what the page itself hides is left out.

    That is scripts, `hidden`, `aria-hidden`, and what its own styles do not show: not displayed, faint, tiny, off the
    page, clipped, or written in the colour behind it.

    Raises:
        Unreadable: the page is nested so deeply that parsing it would not end in reasonable time.
    """
    from selectolax.lexbor import LexborHTMLParser  # lazy: parsers are not needed until a file of their kind is read

    _refuse_bombs(markup)
    tree = LexborHTMLParser(markup)
    heading = tree.css_first("title")
    title = _SPACE.sub(" ", heading.text()).strip() if heading is not None else ""
    builder = TextBuilder()
    if tree.body is not None:
        sheets = [sheet.text() for sheet in tree.css("style")]
        links = any("stylesheet" in (link.attributes.get("rel") or "").lower() for link in tree.css("link"))
        is_whole = not links and not any("@import" in sheet for sheet in sheets)
        _Walk(builder, Styles(sheets), Look(background="#ffffff" if is_whole else "")).run(tree.body)
    return Reading(builder.text(), title, builder.blocks)


def _refuse_bombs(markup: str) -> None:
    opened: dict[str, int] = {}
    depth = deepest = formatting = tags = 0
    for found in _TAG.finditer(markup):
        closing, name = found.group(1), found.group(2).lower()
        tags += 1
        if name in _VOID or name in _IMPLIED:
            continue
        count = opened.get(name, 0)
        if closing and not count:
            continue
        opened[name] = count + (-1 if closing else 1)
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
        if name in _FORMATTING:
            formatting = max(formatting, opened[name])
    if deepest > MAX_DEPTH or formatting * tags > MAX_REBUILT:
        raise Unreadable(
            "unreadable", f"elements are nested {deepest} deep, at most {MAX_DEPTH} are read; close the open elements"
        )


class _Walk:
    """Visits the tree without recursion and gathers inline text until a block begins or ends."""

    def __init__(self, builder: TextBuilder, styles: Styles, page: Look) -> None:
        self.builder = builder
        self.styles = styles
        self.looks = [page]
        self.words: list[str] = []
        self.kinds: list[BlockKind] = ["prose"]
        self.level = 0

    def run(self, body: LexborNode) -> None:
        for outer in (body.parent, body):  # pages hide these until a script has run
            if outer is not None:
                self.looks = [_shown(handed_down(self.looks[0], self.styles.of(outer.tag or "", outer.attributes)))]
        node: LexborNode | None = body.first_child
        depth = 0
        while node is not None:
            child = self._enter(node)
            if child is not None:
                node, depth = child, depth + 1
                continue
            self._leave(node)
            while node is not None and node.next is None and depth:
                node, depth = node.parent, depth - 1
                if node is not None:
                    self._leave(node)
            node = node.next if node is not None else None
        self._flush()

    def _enter(self, node: LexborNode) -> LexborNode | None:
        name = node.tag or ""
        if name == "-text":
            self.looks.append(self.looks[-1])
            self.words.append((node.text_content or "") if self.looks[-1].shows else " ")
            return None
        properties = self.styles.of(name, node.attributes) if name[:1] != "-" else {}
        self.looks.append(handed_down(self.looks[-1], properties))
        if name == "br":
            self.words.append("\n" if self.kinds[-1] == "code" else " ")
        elif name in ("td", "th") and any(word.strip() for word in self.words):
            self.words.append(" | ")
        kind = _BLOCKS.get(name)
        if kind:
            self._flush()
            inherits = kind == "prose" and self.kinds[-1] in ("row", "item", "code")
            self.kinds.append(self.kinds[-1] if inherits else kind)
            self.level = int(name[1]) if kind == "heading" else self.level
        return None if name in _SILENT or _left_out(node) or hides(properties) else node.first_child

    def _leave(self, node: LexborNode) -> None:
        self.looks.pop()
        if (node.tag or "") in _BLOCKS:
            self._flush()
            self.kinds.pop()

    def _flush(self) -> None:
        text, kind = "".join(self.words), self.kinds[-1]
        self.words.clear()
        if kind != "code":
            text = _SPACE.sub(" ", text)
        self.builder.add(kind, text.strip(" |") if kind == "row" else text, self.level if kind == "heading" else 0)


def _left_out(node: LexborNode) -> bool:
    return "hidden" in node.attributes or (node.attributes.get("aria-hidden") or "").strip().lower() == "true"


def _shown(look: Look) -> Look:
    return Look(colour=look.colour, background=look.background)
