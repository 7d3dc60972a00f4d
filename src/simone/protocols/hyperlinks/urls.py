"""URLs by the WHATWG standard: normal form, kind, host, and hosts that imitate others.

Not for finding them in text, and not for fetching: nothing here touches the network.
"""

from __future__ import annotations

import re
import unicodedata

import ada_url
import msgspec

from simone.records import LinkKind

DANGEROUS_SCHEMES = frozenset({"javascript", "vbscript", "data", "blob"})
"""Schemes whose target is code or content made up by the link itself."""

_SPECIAL = frozenset({"http:", "https:", "ftp:", "ws:", "wss:", "file:"})
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_IMITATED = str.maketrans(
    "аеорсухіјѕһԁԛԝѵӏοανιρτυκ",  # Cyrillic, then Greek
    "aeopcyxijshdqwvloaviptuk",
)
"""Letters that most typefaces draw like an ASCII letter.

Source: Unicode Technical Standard 39, section 4 (the idea of a skeleton); the table is our own small one.
"""


class HostDoubt(msgspec.Struct, frozen=True):
    """Why a host may not be what it looks like. `is_imitation` False where it is merely not ASCII."""

    shown: str
    reason: str
    is_imitation: bool


def normalise(url: str, base: str | None = None) -> str | None:
    """The URL as a browser would write it, or None where it would fail.

    Source: WHATWG URL Standard, basic URL parser.
    """
    try:
        parsed = ada_url.URL(url, base) if base is not None else ada_url.URL(url)
    except ValueError:
        return None
    if parsed.protocol in _SPECIAL and not all(_is_sound(label) for label in str(parsed.hostname).split(".")):
        return None
    return str(parsed.href)


def _is_sound(label: str) -> bool:
    """Whether a punycode label stands for letters that a host may have; the parser lets some others pass.

    Source: Unicode Technical Standard 46, section 4.1, validity criteria 1 and 7 (normal form, no mapped letters).
    """
    if not label.startswith("xn--"):
        return True
    try:
        letters = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return False
    return not letters.isascii() and unicodedata.normalize("NFKC", letters).lower() == letters


def host_of(url: str) -> str:
    """The host of an absolute URL in ASCII form without a leading "www.", "" if it has none."""
    try:
        return str(ada_url.URL(url).hostname).removeprefix("www.")
    except ValueError:
        return ""


def scheme_of(url: str) -> str:
    """The scheme, lower case, as a browser reads it (white space and control characters inside it removed), or ""."""
    found = _SCHEME.match(re.sub(r"[\x00-\x20]", "", url))
    return found.group(1).lower() if found else ""


def kind_of(url: str) -> LinkKind:
    """What the target is: mail, anchor (a place in this text), file (a path), else web."""
    if url.startswith("#"):
        return "anchor"
    scheme = scheme_of(url)
    if scheme == "mailto":
        return "mail"
    if scheme == "file" or (not scheme and not url.startswith("//")):
        return "file"
    return "web"


def doubt_host(url: str) -> HostDoubt | None:
    """What to doubt about the URL's host, None for an ASCII host without punycode."""
    host = host_of(url)
    if "xn--" not in host:
        return None
    shown = str(ada_url.idna_to_unicode(host)) if isinstance(host, str) else host
    for label in shown.split("."):
        scripts = sorted({unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()})
        if len(scripts) > 1 and not set(scripts) <= {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "LATIN"}:
            return HostDoubt(shown, f"{label!r} mixes {' and '.join(scripts)} letters", True)
        skeleton = label.translate(_IMITATED)
        if not label.isascii() and skeleton.isascii():
            return HostDoubt(shown, f"{label!r} looks like {skeleton!r}", True)
    return HostDoubt(shown, "it is written in punycode", False)
