"""What the styles of an HTML page hide: those of its elements and the simple rules of its own style sheets.

Not for layout: what covers what, media queries, scripts and style sheets of other files are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

MAX_SHEET = 1_000_000
"""Of the style sheets of a page so much is read, characters."""
MAX_RULES = 2_000
"""Of the rules that can hide something the first so many are kept: every element is held against them."""
FAINT = 0.1
"""Opacity, and size relative to the text around, below which nobody reads, as a share."""
TINY_PX = 2.0
"""Letters of at most this height nobody reads."""
OUTSIDE_PX = 500.0
"""What begins so far above or left of its place is off the page; to the right and below ten times as far."""
NEAR_COLOUR = 12
"""Colours whose channels (0..255) differ by no more look the same."""
MOST_KEPT = 10_000
"""Of so many kinds of elements of a page (tag, classes and id that rules name) what the rules say is kept."""

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_COMPOUND = re.compile(r"([a-zA-Z][\w-]*)?((?:[.#][\w-]+)*)")
_LAST = re.compile(r"[\s>+~]")
_PSEUDO = re.compile(r"::?[\w-]{1,40}(?:\([^()]{0,200}\))?|\[[^\[\]]{0,200}\]")
_LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(px|pt|pc|r?em|ex|ch|cm|mm|in|%|v[hw]|vmin|vmax)?")
_FONT = re.compile(r"(?:^|\s)((?:\d+\.?\d*|\.\d+)(?:px|pt|r?em|%)?)(?:\s*/|\s+\S|$)")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "cm": 37.8, "mm": 3.78,
           "in": 96.0, "vh": 10.0, "vw": 10.0, "vmin": 10.0, "vmax": 10.0}  # fmt: skip
"""Of one unit, on a screen of usual size."""
_PLACED = ("left", "top", "right", "bottom", "inset", "margin-left", "margin-top", "text-indent")
_READ = frozenset(
    "display visibility content-visibility opacity font font-size color background-color background-clip"
    " -webkit-background-clip overflow overflow-y height clip clip-path transform".split()
).union(_PLACED)
_UNPAINTED = frozenset("none inherit initial unset revert".split())
_NAMED = {"white": "#ffffff", "black": "#000000"}
_CLIPPED = re.compile(r"rect\((?:[\s,]*[01](?:\.0)?(?:px)?){4}\s*\)|inset\(\s*(?:[5-9]\d|100)%|circle\(\s*0")
_SHRUNK = re.compile(r"scale[xy]?\(\s*0?(?:\.0+)?\s*[,)]|translate[xy]?\(\s*-\d{4,}")
_CHANNELS = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*(?:[,/]\s*([\d.]+)(%?)\s*)?\)")

Declarations = Mapping[str, tuple[str, bool]]
"""Property -> its value, lower-cased, and whether it is `!important`; "" where it cannot be told."""


class Look(msgspec.Struct, frozen=True):
    """How text looks that an element hands down. Colours are "#rrggbb", another name of one, or "" for unknown."""

    is_visible: bool = True
    is_tiny: bool = False
    colour: str = ""
    background: str = ""

    @property
    def shows(self) -> bool:
        """Whether somebody can read it."""
        blank = self.colour == "transparent" or (self.colour != "" and _alike(self.colour, self.background))
        return self.is_visible and not self.is_tiny and not blank


class _Rule(msgspec.Struct, frozen=True):
    tag: str
    names: frozenset[str]
    declarations: Declarations
    weight: tuple[int, int, int, bool]
    """What decides between rules that fit one element, the heaviest last: of equals one that may not fit."""


class Styles:
    """The style sheets of one page."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._rules: dict[str, list[_Rule]] = {}
        self._names: set[str] = set()
        self._kept: dict[tuple[str, frozenset[str]], Declarations] = {}
        self._count = 0
        text = _COMMENT.sub(" ", "\n".join(sheets)[:MAX_SHEET])
        for place, (selectors, body) in enumerate(_top_rules(text)):
            declarations = _declarations(body)
            for selector in selectors.split(",") if declarations else ():
                self._keep(selector.strip(), declarations, place)

    def _keep(self, selector: str, declarations: Declarations, place: int) -> None:
        """A rule for a tag, classes and an id; of others it is only known that their element may look otherwise."""
        selector = selector.replace(":root", "html")
        last = _LAST.split(_PSEUDO.sub("", selector).rstrip())[-1]
        found = _COMPOUND.fullmatch(last)
        if found is None or not last or self._count == MAX_RULES:
            return
        self._count += 1
        is_open = last != selector
        if is_open:
            declarations = {name: ("", important) for name, (_, important) in declarations.items()}
        tag, names = (found[1] or "").lower(), frozenset(re.findall(r"[.#][\w-]+", found[2]))
        ids = sum(name[0] == "#" for name in names)
        rule = _Rule(tag, names, declarations, (ids + is_open, len(names) - ids, place, is_open))
        self._names |= names
        self._rules.setdefault(min(names, default=tag), []).append(rule)

    def of(self, tag: str, attributes: Mapping[str, str | None]) -> Mapping[str, str]:
        """The properties of an element that can hide it, by its attributes and the rules that fit it."""
        own = attributes.get("style") or ""
        found = [self._ruled(tag, attributes)]
        if "bgcolor" in attributes:
            found.insert(0, {"background-color": ((attributes["bgcolor"] or "").lower(), False)})
        if tag == "font" and "color" in attributes:
            found.insert(0, {"color": ((attributes["color"] or "").lower(), False)})
        if own:
            found.append(_declarations(_COMMENT.sub(" ", own)))
        return {name: value for name, (value, _) in _merged(found).items()}

    def _ruled(self, tag: str, attributes: Mapping[str, str | None]) -> Declarations:
        """What the rules that fit an element say, the heavier over the lighter."""
        if not self._rules:
            return {}
        all_names = [f".{name}" for name in (attributes.get("class") or "").split()]
        names = self._names.intersection([*all_names, f"#{attributes.get('id') or ''}"])
        kind = tag, frozenset(names)
        found = self._kept.get(kind)
        if found is None:
            rules = [rule for key in (tag, *names) for rule in self._rules.get(key, ())]
            fitting = [rule for rule in rules if rule.tag in ("", tag) and rule.names <= names]
            found = _merged([rule.declarations for rule in sorted(fitting, key=lambda rule: rule.weight)])
            if len(self._kept) < MOST_KEPT:
                self._kept[kind] = found
        return found


def hides(properties: Mapping[str, str]) -> bool:
    """Whether an element with these properties shows nothing of what is inside it, however that looks."""
    get = properties.get
    if get("display") == "none" or get("content-visibility") == "hidden" or _share(get("opacity", "")) < FAINT:
        return True
    if (
        _CLIPPED.search(get("clip", ""))
        or _CLIPPED.search(get("clip-path", ""))
        or _SHRUNK.search(get("transform", ""))
    ):
        return True
    if any(_is_outside(part) for name in _PLACED for part in get(name, "").split()):
        return True
    is_cut = get("overflow") in ("hidden", "clip") or get("overflow-y") in ("hidden", "clip")
    height = _pixels(get("height", ""))
    return is_cut and height is not None and height <= 1.0


def handed_down(look: Look, properties: Mapping[str, str]) -> Look:
    """How text inside an element with these properties looks, where around it it looks like `look`."""
    if not properties:
        return look
    visible = look.is_visible
    if "visibility" in properties:
        visible = properties["visibility"] not in ("hidden", "collapse")
    painted, written = properties.get("background-color", "none"), properties.get("color", "inherit")
    background = "transparent" if painted in _UNPAINTED else _colour(painted)
    if background == "transparent":
        background = look.background
    colour = look.colour if written in ("inherit", "currentcolor") else _colour(written)
    if "text" in (properties.get("background-clip"), properties.get("-webkit-background-clip")):
        colour = ""  # its background is what the letters are painted with
    return Look(visible, _is_tiny(look.is_tiny, properties), colour, background)


def _is_tiny(around: bool, properties: Mapping[str, str]) -> bool:
    size = properties.get("font-size")
    if size is None and (found := _FONT.search(properties.get("font", ""))):
        size = found[1]
    length = _LENGTH.fullmatch(size) if size else None
    if length is None:
        return around and size in (None, "", "inherit")
    number, unit = float(length[1]), length[2] or ""
    if unit in ("em", "%", "ex", "ch"):
        return around or number * (0.01 if unit == "%" else 1.0) < FAINT
    return number * _PIXELS.get(unit, 1.0) <= TINY_PX


def _is_outside(value: str) -> bool:
    pixels = _pixels(value)
    return pixels is not None and not -OUTSIDE_PX < pixels < 10 * OUTSIDE_PX


def _pixels(value: str) -> float | None:
    length = _LENGTH.fullmatch(value)
    return float(length[1]) * _PIXELS[length[2] or "px"] if length and length[2] != "%" else None


def _share(value: str) -> float:
    length = _LENGTH.fullmatch(value)
    return float(length[1]) * (0.01 if length[2] else 1.0) if length else 1.0


def _colour(value: str) -> str:
    """The colour in one spelling; "" for what is none, such as a picture."""
    value = _NAMED.get(value, value)
    if found := _CHANNELS.fullmatch(value):
        if found[4] and float(found[4]) * (0.01 if found[5] else 1.0) < FAINT:
            return "transparent"
        return "#" + "".join(f"{min(int(channel), 255):02x}" for channel in found.groups()[:3])
    if re.fullmatch(r"#[0-9a-f]{3,4}", value):
        value = "#" + "".join(2 * digit for digit in value[1:])
    if re.fullmatch(r"#[0-9a-f]{8}", value):
        return "transparent" if int(value[7:], 16) < 256 * FAINT else value[:7]
    is_one = re.fullmatch(r"#[0-9a-f]{6}|[a-z]+", value) and value not in ("initial", "unset", "revert", "none")
    return value if is_one else ""


def _alike(one: str, other: str) -> bool:
    if one[0] != "#" or other[:1] != "#":
        return one == other
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return all(abs(a - b) <= NEAR_COLOUR for a, b in pairs)


def _merged(found: Iterable[Declarations]) -> Declarations:
    """Later ones over earlier ones, but for what these say is important."""
    merged: dict[str, tuple[str, bool]] = {}
    for declarations in found:
        for name, (value, important) in declarations.items():
            if important or not merged.get(name, ("", False))[1]:
                merged[name] = value, important
    return merged


def _declarations(body: str) -> Declarations:
    found: dict[str, tuple[str, bool]] = {}
    for declaration in body.split(";"):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        name = "background-color" if name == "background" else name
        if colon and name in _READ:
            value, mark, _ = value.lower().partition("!")
            found[name] = " ".join(value.split()), bool(mark)
    return found


def _top_rules(text: str) -> Iterator[tuple[str, str]]:
    """Selectors and body of each rule outside "@media" and its like, which hold on some screens only."""
    depth = start = opened = 0
    selectors = ""
    for found in re.finditer(r"[{};]", text):
        mark, at = found[0], found.start()
        if mark == "{":
            if not depth:
                selectors, opened = text[start:at].strip(), at + 1
            depth += 1
        elif mark == "}":
            if depth == 1 and not selectors.startswith("@"):
                yield selectors, text[opened:at]
            depth = max(0, depth - 1)
            start = start if depth else at + 1
        elif not depth:
            start = at + 1
