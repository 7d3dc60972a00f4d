"""What a heading, a label, a lead-in or an opening sentence says of what stands under it: that it is no fact.

Not for how far it reaches: `framing` says that. Plain topics ("History", "Prices", "Example") say nothing.
"""

from __future__ import annotations

import re

from simone.kernels.reference.validation.tokens import remembering
from simone.truth.deferred import pattern
from simone.truth.reporting import BASES, SAYING

LONGEST_HEADING = 12
"""Words of a line that can be a heading, count."""
_MYTHS = (
    r"myths?|misconceptions?|falsehoods?|fallac(?:y|ies)|lies|hoax(?:es)?|rumou?rs?|fake news|urban legends?"
    r"|conspiracy theor(?:y|ies)|misinformation|disinformation|propaganda"
)
_UNFULFILLED = (
    r"false|untrue|wrong|incorrect|mistaken|debunked|disproved|disproven|refuted|rejected|declined|withdrawn"
    r"|retracted"
    r"|abandoned|discarded|defeated|dismissed|superseded|obsolete|outdated|expired|revoked|repealed|invalid"
    r"|unconfirmed|unverified|unproven|alleged|hypothetical|fictional|fictitious|imaginary|invented|proposed"
    r"|suggested"
    r"|planned|expected|desired|intended|not (?:approved|adopted|accepted|confirmed"
    r"|included|supported|implemented|recommended|allowed|permitted|covered|true|valid|final)"
)
_STATEMENTS = (
    r"claims?|statements?|proposals?|ideas?|options?|alternatives?|hypothes[ei]s|theor(?:y|ies)|assumptions?|beliefs?"
    r"|views?|answers?|solutions?|approach(?:es)?|designs?|plans?|motions?|amendments?|bills?|requests?|applications?"
    r"|behaviou?rs?|results?|outcomes?|outputs?|polic(?:y|ies)|rules?|terms|features?|changes|wording|measures|facts"
    r"|news|reports?|accounts?|explanations?|arguments?|conclusions?|predictions?|forecasts?|scenarios?|examples?"
    r"|cases?|situations?|stor(?:y|ies)|future"
)
_OLD = r"old|former|previous|earlier|past|outdated|obsolete|superseded|expired|prior"
_RULES = (
    r"polic(?:y|ies)|rules?|terms|conditions|prices?|fees?|rates?|tariffs?|versions?|contracts?|agreements?|laws?"
    r"|regulations?|timetable|(?:opening )?hours|procedures?|behaviou?r|wording|text|guidelines?|requirements"
)
_INTENT = (
    r"proposals?|hypothes[ei]s|hypotheticals?|assumptions?|thought experiments?|wish[ -]?list|to[ -]?dos?"
    r"|to[ -]?do list"
    r"|backlog|road ?map|future work|future plans|open tasks|what if|satire|parody"
    r"|april fools?(?:['’]s?)?(?: day| joke)?"
    r"|fiction|storyline|opinions?|testimonials|allegations|accusations|scenarios?"
)
_ABOUT = r"(?: (?:about|on|of|for|by|from|to|around|concerning|regarding|against)\b.*)?"
_DRAFT = (
    r"drafts?(?: (?:version|proposal|policy|bill|text|report|law|document|agreement|contract|plan|budget|rules"
    r"|only)| for [\w ]{1,40})?"
)
_LABELS = (
    r"goal|aims?|idea|suggestion|wish|vision|premise|plan|request|demand|offer|promise|forecast|prediction|motion"
    r"|theory|example|e\.g\.|hypothetically|fictional example|thought experiment|expectation|satire|dream"
)
_NEVER = r"(?:please )?(?:do not|don['’]t|never)(?: ever)?(?: do)?(?: (?:this|that|so|any of .*|(?:the )?following))?"
_UNNAMED = (
    rf"(?:{_NEVER}|don['’]ts|what not to .*|(?:things|what|mistakes) (?:not )?to avoid|avoid|forbidden|prohibited"
    r"|(?:things|what) \w+ (?:often )?get wrong.*)"
)
_COUNT = r"(?:(?:\d{1,3}|common|popular|frequent|widespread|some|many|the|other|more|our|top|an?|two|three|five|ten) )*"
_NAMED = pattern(
    rf"{_COUNT}(?P<a>{_MYTHS})(?: (?:debunked|busted|and \w+))?{_ABOUT}|(?:[\w’'-]+ ){{1,4}}(?P<b>{_MYTHS})"
    rf"|{_COUNT}(?P<c>{_UNFULFILLED})(?: (?:and|or) [\w-]+)?(?: (?:{_STATEMENTS}){_ABOUT})?"
    rf"|{_COUNT}(?P<d>{_OLD}) (?:[\w-]+ )?(?:{_RULES})(?: ?\(.*\))?|(?:[\w-]+ )?(?:{_RULES}) (?P<e>\(until \S+\))"
    rf"|{_COUNT}(?P<f>{_INTENT})(?: (?:\d{{1,3}}|[a-z]))?{_ABOUT}|(?P<g>{_DRAFT})(?: ?[-–—:,(].*)?"
    rf"|(?P<h>{_UNNAMED}|plot(?: summary)?|proposed (?!by|to)[a-z]+)|(?P<i>motion (?:\d{{1,3}}|[a-z]))"
    rf"|(?P<j>(?:considered |rejected )?alternatives considered)"
    rf"|(?:[\w’'-]+ ){{1,6}}[-–—:(\[] ?(?P<k>{_UNFULFILLED}|draft|satire|fiction|proposal)[)\]]?"
)
"""Headings that say that what is under them is not so, or not yet, or not any more."""
_FACTUAL = pattern(
    r"(?:the )?(?:facts?|realit(?:y|ies)|truth|actual(?:ly)?|correct|right|current(?:ly)?|new|accepted|adopted"
    r"|approved"
    rf"|confirmed|included|true|in (?:fact|practice))(?: (?:{_STATEMENTS}|{_RULES}))?(?: ?\(.*\))?{_ABOUT}"
)
"""Headings that take such a one back."""
_BANNER = pattern(r"\W*(?:draft|satire|parody|april fools?|fiction|fictional|not approved|sample|template)\b")
_LABELLED = pattern(rf"(?P<key>{_LABELS})(?: (?:\d{{1,3}}|[a-z]))?|(?:[\w’'.-]+ ){{0,4}}[\w.-]+['’]s? (?P<word>"
                       r"statement|account|testimony|claim|version|theory|view|opinion|argument|hypothesis|position"
                       r"|story|dream|plan|offer|proposal)")  # fmt: skip
_AS_FOLLOWS = (
    r"\b(?:offer|plan|proposal|idea|request|demand|motion|bid|suggestion|amendment|petition|bet|wish|scenario)s?"
    r" (?:is|was|are|were|reads?|ran|runs|went|goes)(?: as follows| this| that| simple| clear)?$"
)
_OPEN_LEAD = pattern(r"(?:suppose|imagine|assume|if|unless|whether)\b")
_FOLLOWS = pattern(
    rf"{_AS_FOLLOWS}|\b(?:{_MYTHS}|false|untrue|wrong|incorrect|mistaken|rejected|declined|withdrawn|retracted|never"
    r"|not(?! (?:only|just|merely|limited))|cannot|\w+n['’]t|avoid(?:ed)?|forbidden|prohibited|refused|denied"
    r"|abandoned"
    r"|hypothetical\w*|fictional|dream(?:ed|s|t)|if|unless|proposed|proposes|suggested|suggests|expected"
    r"|according to \w+(?: \w+)?$)\b|\bnone of (?:the following|these)\b|\b(?:no|none|without)\b(?=.*\b(?:for"
    r"|of|in|on|to|by|from|with|following)$)"
    rf"|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\b(?:{SAYING})"
    r"(?= (?:the following|this|that|so|as follows|(?:on|in) \w+)$|$)"
)
"""Words of a lead-in after which what follows is denied, supposed, wanted or somebody's word."""
_APART = pattern(r"\b(?:which|that|who|why|where|because|since|while|but|so)\b|[,;(]")
LONGEST_TAIL = 8
"""Words at the end of a lead-in that say how what follows is meant, count."""
_IDLE_LEADS = frozenset(BASES) | frozenset(
    "finds found notes noted rules ruled holds held states reports recalls".split()
)
"""Forms of saying that mostly are nouns or mean something else in a lead-in, or say what stands."""
_MARKS = re.compile(r"^[\s#>*_\[\]“”\"~=.-]+|[\s#*_:\[\]“”\"~=.!-]+$")
_IDLE = frozenset(
    "the a an of or but to that this these those it he she they we there do does did is was are were has have had can"
    " will his her their my one in following by until".split()
)
_PREFIX = 6
"""Letters by which a claim shows that it says the same, count."""


def _plain(line: str) -> str:
    return " ".join(_MARKS.sub("", line).lower().split())


@remembering(4096)
def of_heading(line: str) -> tuple[bool, str] | None:
    """(whether what is under it is so, the words by which it says that), None where it is a plain topic."""
    text = _plain(line)
    if not text or text.endswith("?") or len(text.split()) > LONGEST_HEADING:
        return None
    if _FACTUAL().fullmatch(text):
        return True, text
    found = _NAMED().fullmatch(text)
    if found is None:
        return None
    return False, next(group for group in found.groups() if group)


def is_banner(line: str) -> bool:
    """Whether a first line speaks of the whole document: "[Draft]", "SATIRE"."""
    return _BANNER().match(line.lower()) is not None


@remembering(4096)
def of_label(label: str) -> tuple[bool, str] | None:
    """The same of a label before a colon on the same line, which may also be "Example" or "Lund's statement"."""
    if (found := of_heading(label)) is not None:
        return found
    text = _plain(label)
    own = _LABELLED().fullmatch(text)
    if own is not None:
        return False, own["key"] or own["word"]
    follows = re.search(_AS_FOLLOWS, text)
    return (False, follows.group()) if follows else None


@remembering(4096)
def of_lead(sentence: str) -> tuple[bool, str] | None:
    """The same of a sentence that ends with a colon, before what it introduces."""
    if (found := of_heading(sentence)) is not None:
        return found
    text = _plain(sentence)
    own = _LABELLED().fullmatch(text)
    if own is not None and own["word"]:
        return False, own["word"]
    if (opening := _OPEN_LEAD().match(text)) is not None:
        return False, opening.group()
    tail = " ".join(_APART().split(text)[-1].split()[-LONGEST_TAIL:])
    follows = next((one for one in _FOLLOWS().finditer(tail) if one.group() not in _IDLE_LEADS), None)
    return (False, follows.group()) if follows else None


def says_as_much(claim: str, key: str) -> bool:
    """Whether a claim says itself by what it is framed."""
    text = claim.lower()
    words = [word[:_PREFIX] for word in re.findall(r"[^\W_]+", key.lower()) if word not in _IDLE]
    if not words:
        return re.search(rf"(?<!\w){re.escape(key.lower())}(?!\w)", text) is not None
    return any(re.search(rf"(?<!\w){re.escape(word)}", text) for word in words)
