"""Sentence boundaries of written text: prose, hard-wrapped lines, lists, headings, tables, tweets, CJK stops.

Not for words or grammar: it looks at the stop, the token before it and the first sign of what follows.

One pass of one compiled expression proposes boundaries; a few short rules on the neighbouring token decide. A single
line break inside a paragraph is white space. Method: ordered rules with closed lists of our own, by what may follow an
abbreviation rather than by frequency, so that the result needs no training data and never changes.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ── closed lists ────────────────────────────────────────────────────────────────────────────────

_TITLES = _words(
    "mr mrs ms mx dr prof rev hon gen col lt sgt capt cpt cmdr maj adm brig cpl pvt sen rep gov pres supt insp det "
    "fr messrs mme mlle mt ft msgr amb atty asst assoc"
)
"""Stand before a name: never the end of a sentence."""

_LEADING = _words(
    "e.g i.e cf vs viz ca approx al no nos fig figs eq eqs sec ch chap vol vols pp p para art app tab ed eds nr op "
    "cit ver v ref refs dept ext est tel min max avg incl excl resp esp int misc stat sect ser trans var "
    "apt ste rm adj adv abbr syn"
)
"""Stand before what they abbreviate; the end of a sentence only where an unmistakable opening word follows."""

_TRAILING = _words(
    "inc corp ltd co llc llp plc bros gmbh jr sr esq st ave blvd rd sq hwy ln etc ph.d m.d b.a m.a b.sc m.sc d.c u.s "
    "u.k u.n e.u a.m p.m a.d b.c b.c.e c.e jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu "
    "thur thurs fri sat sun hr hrs sec secs mins lb lbs oz kg km cm mm yd yds gal mph univ assn intl natl govt mfg "
    "bldg n.b p.s r.i.p calif fla ill mass mich minn tenn wash conn ariz ala ga va pa ky"
)
"""May end a sentence: they do where an opening word follows."""

_NUMBERED = _words("no nos fig figs eq eqs sec ch chap vol vols pp p para art app tab nr ver ref refs apt ste rm")
"""Stand before a number; before anything else `no` and its like are ordinary words or labels."""

_OPENERS = _words(
    "the this that these those there then thus therefore he she it they we you his her its their our your my a an in "
    "on at but and or however if when after before as while since for by to from what who why how where which is are "
    "was were do does did can could would should will may no not yes so yet still also both each all some many most "
    "meanwhile instead moreover furthermore finally first second next once although though because until unless "
    "during with without under over nobody everyone everything nothing please let "
    "two three four five six seven eight nine ten"
)
"""Words whose capital is owed to a new sentence, not to a name."""

_WITH_MARK = _words("yahoo jeopardy")
"""Names that end in an exclamation mark."""

_SPEECH = r"(?:said|says|asked|asks|replied|cried|shouted|whispered|answered|added|wrote|exclaimed|muttered|yelled)\b"

# ── what may be a boundary ──────────────────────────────────────────────────────────────────────

_OPENING = "\"'“‘«‹„([{*_<「『（【《¿¡"
_CLOSING = "\"'”’»›)]}*_」』）】》"
_CLOSED = f"[{re.escape(_CLOSING)}]*"
_FACE = r"(?:[:;=][-'^]?[)(DPp/|]+|<3|[\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F\u200D]+)"
_BULLET = r"[-*+•‣◦▪●–—]"
_ENUMERATOR = r"(?:\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})[.)])"
_RULE = r"(?:(?P<rule>[=\-~^\"#*+_`:.])(?P=rule){2,}|\+[-=+]{3,})[ \t]*\r?(?=\n|\Z)"

_SIGN = re.compile("[\n\u2029.!?…‽。！？｡।॥؟۔።։:;=<\U0001f300-\U0001faff\u2600-\u27bf]")
_RUN = re.compile("(?<=[.!?…‽])[.!?…‽]+")
_CANDIDATE = re.compile(
    rf"""
      (?P<blank> \n [ \t\r\f\v]* (?=\n) | \u2029 )
    | (?P<fence> (?:\A|\n) [ \t]* (?P<ticks>`{{3,4}}(?!`)|~{{3,4}}(?!~)) [^\n]* \n
          (?:[\s\S]*?\n)?? [ \t]* (?:(?P=ticks)[^\n]*|\Z) )
    | \n [ \t]* (?:
          (?P<line> {_RULE} | \#{{1,6}}[ ] | \|[^\n]*\| | \.\.[ ]\S | :[A-Za-z][\w -]{{0,30}}: | {_BULLET}[ \t]+(?=\S) )
        | (?P<item> {_ENUMERATOR}[ \t]+(?=\S) )
        | (?P<field> [A-Z][A-Za-z-]{{0,24}}:[ \t] )
        | (?P<quoted> >[ \t>]* )
        | (?P<wrapped> (?=[^\sa-z0-9]) )
      )
    | (?P<wide> [。！？｡।॥؟۔።։]+ {_CLOSED} )
    | (?P<stop> (?: (?:\.[ \xa0]){{2,}}\. | [.!?…‽]+ ) (?P<closed> {_CLOSED} )
          (?: \[\w{{1,4}}\] )* (?=\s|\Z|[–—]\s) )
    | (?P<face> (?<=\s) {_FACE} (?=\s) )
    """,
    re.VERBOSE,
)

_AFTER_STOP = re.compile(rf"\s+((?:{_FACE}(?=\s|\Z)\s*)*)")
_FIRST_WORD = re.compile(rf"[{re.escape(_OPENING)}]*([^\W\d_]*)([’'](?:s|t|m|d|ll|re|ve)\b)?(\.?)")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\Z")
_MARKER = re.compile(rf"[ \t>]*(?:{_BULLET}[ \t]+)?(?:\(?(?:\d{{1,3}}(?:\.\d{{1,3}})*|[A-Za-z]|[ivxIVX]{{1,5}}))\Z")
_ITEM_LINE = re.compile(rf"[ \t>]*(?:{_BULLET}|{_ENUMERATOR})[ \t]")
_FIELD_LINE = re.compile(r"[A-Z][A-Za-z-]{0,24}:(?:[ \t]|\r?\Z)")
_RULE_LINE = re.compile(rf"[ \t]*{_RULE}")
_HEADING_LINE = re.compile(r"[ \t]*#{1,6} ")
_TABLE_LINE = re.compile(r"[ \t]*\|.*\|[ \t\r]*\Z")
_SAID = re.compile(rf"(?:I|[^\W\d_]+(?: [A-Z][^\W\d_]+)?) {_SPEECH}|{_SPEECH}")
_SAID_WIDE = re.compile(r"と|って|.{0,4}[说說道問问喊叫]")

_TOKEN_REACH = 24
_SHORT_OF_WIDTH = 0.5
_NARROWEST_WRAP = 40


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans [start, end) of the sentences of `text`, trimmed of white space; every non-blank character is in one."""
    spans: list[tuple[int, int]] = []
    begin = 0
    at = 0
    while at < len(text):
        found = _CANDIDATE.match(text, at)
        if found is not None:
            for cut in _cuts(text, begin, found):
                begin = _close(text, begin, cut, spans)
            at = found.end()
        else:
            run = _RUN.match(text, at + 1)
            at = run.end() if run else at + 1
        # a plain set is scanned for several times faster than the expression can be tried at every character
        sign = _SIGN.search(text, at)
        if sign is None:
            break
        at = sign.start()
    _close(text, begin, len(text), spans)
    return spans


def _close(text: str, begin: int, end: int, spans: list[tuple[int, int]]) -> int:
    piece = text[begin:end]
    bare = piece.strip()
    if bare:
        start = begin + len(piece) - len(piece.lstrip())
        spans.append((start, start + len(bare)))
    return max(begin, end)


def _cuts(text: str, begin: int, found: re.Match[str]) -> tuple[int, ...]:
    """Where the candidate divides the text, if anywhere."""
    kind = found.lastgroup
    if kind == "stop":
        return _stop_cuts(text, begin, found)
    if kind == "blank":
        return (found.end(),)
    if kind == "fence":
        return (found.start(), found.end())
    if kind == "wide":
        closed = text[found.end() - 1] in _CLOSING
        return () if closed and _SAID_WIDE.match(text, found.end()) else (found.end(),)
    if kind == "face":
        follows = _FIRST_WORD.match(text, _skip_blank(text, found.end()))
        return (found.end(),) if follows and follows[1][:1].isupper() else ()
    return (found.start(),) if _is_new_line(text, found, kind or "") else ()


# ── line breaks ─────────────────────────────────────────────────────────────────────────────────


def _is_new_line(text: str, found: re.Match[str], kind: str) -> bool:
    """Whether the line break at the candidate begins a new unit."""
    previous = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    if _HEADING_LINE.match(previous) or _RULE_LINE.match(previous) or _TABLE_LINE.match(previous):
        return True
    if kind == "line":
        return True
    if kind == "item":
        marker = found["item"].strip("(). \t")
        return previous.rstrip()[-1:] in ".:;!?" or marker in ("1", "a", "A", "i") or bool(_ITEM_LINE.match(previous))
    if kind == "quoted":
        return not previous.lstrip().startswith(">")
    if kind == "field":
        return bool(_FIELD_LINE.match(previous)) or _is_cut_short(text, found.start(), previous)
    return _is_cut_short(text, found.start(), previous)


def _is_cut_short(text: str, at: int, previous: str) -> bool:
    """Whether the line before the break ends long before the paragraph's width, so that its break was meant."""
    line = previous.rstrip()
    if not line or line[-1] in ",;-–—(/&" or line.rsplit(None, 1)[-1].lower() in _OPENERS:
        return False
    following = text[at + 1 : at + 400].split("\n", 1)[0].rstrip()
    width = max(len(line), len(following))
    return width >= _NARROWEST_WRAP and len(line) < _SHORT_OF_WIDTH * width and following.lstrip()[:1].isupper()


# ── stops ───────────────────────────────────────────────────────────────────────────────────────


def _stop_cuts(text: str, begin: int, found: re.Match[str]) -> tuple[int, ...]:
    after = _AFTER_STOP.match(text, found.end())
    if after is None:  # the end of the text, or a dash that carries the sentence on
        return (found.end(),) if found.end() == len(text) else ()
    faces = len(after[1].rstrip())
    end = after.start(1) + faces if faces else found.end()
    follow = _FIRST_WORD.match(text, after.end())
    if follow is None or after.end() == len(text):
        return (end,)
    return (end,) if _is_end(text, begin, found, after.end(), follow) else ()


def _is_end(text: str, begin: int, found: re.Match[str], next_at: int, follow: re.Match[str]) -> bool:
    """Whether the stop ends its sentence, given what stands before and after it."""
    word = follow[1]
    sign = word[:1] or text[follow.end() : follow.end() + 1] or text[next_at]
    if sign in ",;:)]}%&=|/":
        return False
    closed, run = found["closed"], text[found.start() : found.start("closed")]
    if closed and any(mark in closed for mark in "\"'”’»›") and _is_speech_tag(text, next_at, word):
        return False
    if closed.startswith("]") and text[found.start() - 1 : found.start()] == "[":
        return False
    is_lower = sign.islower() and not word[1:2].isupper()
    if len(run) > 1 or run == "…":
        return not is_lower and not (word == "I" and set(run) <= {".", "…", " "})
    if run != ".":
        return not (is_lower and (closed or _token_before(text, found.start()).lower() in _WITH_MARK))
    return _is_full_stop(text, begin, found, follow, is_lower and word != "i")


def _is_full_stop(text: str, begin: int, found: re.Match[str], follow: re.Match[str], is_lower: bool) -> bool:
    """Whether a single "." is more than the mark of an abbreviation, initial or list number."""
    stop_at, word = found.start(), follow[1]
    token = _token_before(text, stop_at)
    lower = token.lower()
    if not found["closed"] and _is_marker(text, begin, stop_at):
        return False
    if is_lower:
        return _ends_lower_case(lower, found["closed"])
    opens = word.lower() in _OPENERS and not follow[3]
    if len(token) == 1 and token.isupper():
        return opens
    if lower in _TITLES:
        return found["closed"] != ""
    if lower in _NUMBERED:
        return opens or not (text[follow.end() : follow.end() + 1].isdigit() or (len(word) == 1 and word != "I"))
    if lower in _LEADING:
        return opens and lower not in ("e.g", "i.e", "cf", "vs")
    if lower in _TRAILING or _ACRONYM.match(token):
        is_quoted = follow.start(1) > follow.start()
        return opens or is_quoted or lower == "etc" or (lower in ("a.m", "p.m") and bool(word) and not _is_zone(word))
    return True


def _ends_lower_case(lower: str, closed: str) -> bool:
    """Whether a stop before a lower-case word ends a sentence: only after a plain word of some length."""
    is_known = lower in _TITLES or lower in _LEADING or lower in _TRAILING
    return (
        not closed and not is_known and len(lower) > 2 and lower.isalpha() and any(vowel in lower for vowel in "aeiouy")
    )


def _is_speech_tag(text: str, at: int, word: str) -> bool:
    return (word == "I" or word.lower() not in _OPENERS) and _SAID.match(text, at) is not None


def _is_zone(word: str) -> bool:
    return word.isupper() or word.lower()[:3] in {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}


def _token_before(text: str, at: int) -> str:
    window = text[max(0, at - _TOKEN_REACH) : at]
    if not window or window[-1].isspace():
        return ""
    token = window.rsplit(None, 1)[-1].rsplit("—", 1)[-1].rsplit("–", 1)[-1].rsplit("/", 1)[-1]
    return token.lstrip(_OPENING)


def _is_marker(text: str, begin: int, at: int) -> bool:
    """Whether what precedes `at` is a list number or letter that opens its line or sentence."""
    reach = max(begin, at - _TOKEN_REACH)
    start = text.rfind("\n", reach, at) + 1
    if start == 0:
        if reach > begin:
            return False
        start = begin
    return _MARKER.match(text, _skip_blank(text, start), at) is not None


def _skip_blank(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
