"""Paragraphs that suppose, dream or retell a story, and sentences that take back what stands before them.

What is supposed, dreamed or told reaches to the end of its paragraph, or to a sentence that leaves it ("In reality").
What takes back reaches over the sentence before it, or back to where the plan or theory that it names is named first.

Not for headings and labels: `framing` knows those.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from simone.kernels import kernels
from simone.truth.deferred import Deferred, pattern
from simone.truth.reading import read

LONGEST_OPENING = 300
"""Characters of a paragraph in which its frame stands, count."""
MOST_TAKEN_BACK = 40
"""Sentences that one sentence behind them takes back, count."""
_BLOCK = re.compile(r"\S[^\n]*(?:\n[ \t]*\S[^\n]*)*")
_LEAVES = pattern(
    r"\W*(?:but|however|in (?:fact|reality|truth|practice)|actually|back in reality|today|now|nowadays|really"
    r"|in real life)\b",
    re.IGNORECASE,
)
"""Sentences that leave what is supposed or told."""
_INTO = r"\W*(?:(?:now|just|for a moment|please|let['’]s|let (?:us|me))[ ,]+){0,3}"
_SUPPOSES = pattern(
    rf"{_INTO}(?P<key>suppose|imagine|assume|picture|pretend)\b(?! (?:you|that|your) (?:are|have) (?:ready|done))"
    r"|\W*(?P<b>what if|once upon a time)\b|\W*in (?:an?|this|the|that) (?P<c>parallel|fictional|hypothetical"
    r"|imaginary|alternat\w+"
    r"|fictitious|made-up) ",
    re.IGNORECASE,
)
_WORKS = (
    r"novel|novella|film|movie|story|stories|play|poem|legend|myth|tale|fairy tale|fable|opera|comic|saga|screenplay"
    r"|sitcom|musical|painting|video game|thought experiment|simulation"
)
_TELLS = pattern(rf"\W*in (?:[\w’'.-]+ ){{1,5}}?(?P<key>{_WORKS})\b[^.,;:!?]{{0,60}},", re.IGNORECASE)
_OF_WORK = pattern(rf"\b(?:{_WORKS}|author|writer|director|actors?|premiered|published|filmed|starring|stars)\b")
_DREAMS = pattern(
    r"[^.!?\n]{0,60}?\b(?P<key>dream(?:ed|t|s)? (?:of|about|that)(?! \w+ing\b)|imagined (?:an?|the|that)"
    r"|had (?:an?|the same|another)"
    r" (?:\w+ )?(?:dream|nightmare)|in (?:his|her|their|my|the|a|one) (?:dream|nightmare)s?\b)",
    re.IGNORECASE,
)
_JOKES = pattern(
    r"\W*(?P<key>april fools?(?:['’]s?)?(?: day)?(?: joke)?|just kidding|satire|(?:all )?(?:this|the above"
    r"|everything) (?:here )?is (?:only |just |all |pure )?(?:a work of )?(?:fiction|fictional|satire|parody|a joke"
    r"|a parody|made up|invented|hypothetical))[.!)]*(?=\s|$)\W*",
    re.IGNORECASE,
)
_IF = pattern(
    r"\W*(?P<key>if|should|were|unless|provided|assuming|in the event)\b[^.!?\n]{1,200}\b(?:will|would|could|'ll)\b",
    re.IGNORECASE,
)
_WILL = pattern(r"\b(?:will|would|could|won't)\b|['’](?:ll|d)\b")
_THEORIES = (
    r"theor(?:y|ies)|claims?|ideas?|beliefs?|views?|hypothes[ei]s|arguments?|statements?|assumptions?|rumou?rs?"
    r"|stor(?:y"
    r"|ies)|accounts?|explanations?|conclusions?|predictions?|allegations?|accusations?|reports?"
)
_WRONG = (
    r"wrong|false|untrue|mistaken|incorrect|refuted|disproved|disproven|debunked|rejected|nonsense|discredited"
    r"|unfounded|baseless"
)
_IS = r"(?:is|was|are|were|has been|have been|proved|turned out)"
_WAS_WRONG = pattern(
    rf"[^.!?\n]{{0,80}}?\b(?:{_THEORIES}) {_IS}\b[^.!?\n]{{0,30}}?\b(?P<key>{_WRONG})\b[^.!?\n]{{0,40}}[.!]",
    re.IGNORECASE,
)
_SEES = pattern(
    r"(?P<key>[^.!?,\n]{1,60}?) (?:(?:see|sees|saw) (?:it|this|that|things|the matter) differently|disagrees?"
    r"|disagreed"
    r"|(?:gave|gives|told|tells) (?:her|his|their|its|an?|the|another) (?:\w+ )?(?:account|version|story|side"
    r"|testimony))"
    r"(?: of [^.!?\n]{1,40})?\.",
    re.IGNORECASE,
)
_PLANS = (
    r"plans?|proposals?|motions?|offers?|bills?|requests?|bids?|amendments?|ideas?|petitions?|applications?"
    r"|suggestions?"
    r"|measures?|drafts?|hypothes[ei]s|theor(?:y|ies)|deals?|demands?"
)
_NO = (
    r"reject(?:s|ed)|decline[sd]|turned down|voted down|withdr(?:ew|awn)|dropped|abandoned|shelved|defeated|refused"
    r"|dismissed|scrapped|vetoed|threw out|thrown out|refuted|disproved|blocked|denied"
)
_STATED = r"statements?|claims?|remarks?|allegations?|accusations?|reports?|rumou?rs?|words?|accounts?|assertions?"
_STATED_ONE = r"statement|claim|remark|report|rumou?r|account|assertion|story"
_RETRACTS = pattern(
    r"[^.!?\n]{1,80}?\b(?P<key>withdr(?:ew|awn)|withdraws|retract(?:s|ed)|recant(?:s|ed)|took back|taken back"
    r"|den(?:y|ies|ied)|disput(?:es?|ed)|contradict(?:s|ed)?|(?:rejects?|rejected|refuted?|debunked|disproved)"
    rf"(?= \w+ (?:{_STATED})))"
    rf" (?:(?:that|this|these|those|his|her|their)(?: (?:{_STATED}))|the (?:{_STATED_ONE})|that|this|it"
    rf"|everything)(?: [a-z]+){{0,3}}\W*"
    rf"|\W*(?:that|this|the|his|her|their|its) (?:{_STATED}) (?:has|have|was|were)(?: \w+){{0,2}}"
    r" (?P<b>withdrawn|retracted|recanted|denied|refuted|debunked|disproved|disputed|rejected)\b[^.!?\n]{0,40}\W*"
    r"|[^.!?\n]{1,60}? (?P<d>no longer (?:holds?|believes?|thinks?|claims?|supports?|stands? by)"
    r"|regrets?)"
    r" (?:this|that|so|it|the error)\b[^.!?\n]{0,30}\W*",
    re.IGNORECASE,
)
_CALLED_WRONG = pattern(
    r"\W*(?:(?:all|none|much|most|nothing) of (?:this|that|it|these|those)|this|that|these|those|(?:the|this|that)"
    rf" (?:{_STATED_ONE})) {_IS}"
    rf"(?: \w+){{0,2}}? (?P<key>{_WRONG}|made up|invented|an? (?:lie|myth|hoax|invention)|not (?:true|so"
    r"|correct|the case)|no longer (?:true|valid|the case|so)|(?<=none of this is )true|(?<=none of that is )true"
    r"|(?<=none of it is )true)"
    r"\b[^.!?\n]{0,40}\W*|\W*(?:correction|erratum)\s*[:—–-]\s*(?P<b>\w+)\b[^.!?\n]{0,80}\W*",
    re.IGNORECASE,
)
_ASKS_BACK = pattern(
    r"\W*(?P<key>(?:or|but) (?:is|was|are|were|does|do|did|has|have|had|can|will)) (?:it|he|she|they|that|this"
    r"|there|we)\b"
    r"[^.!?\n]{0,30}\?\W*|\W*(?P<b>not quite|not so fast|(?:or )?(?:maybe|perhaps) not|far from it|hardly"
    r"|if only)[.!?]*\W*",
    re.IGNORECASE,
)
_RESULT = pattern(
    r"\W*(?:(?:the )?(?:result|outcome|decision|vote|status|verdict|ruling|resolution)\s*[:—–-]\s*)?(?P<key>not"
    r" (?:approved|adopted|accepted|carried|passed|confirmed|supported)|rejected|defeated|declined|withdrawn"
    r"|failed|lost"
    r"|voted down|turned down|dismissed|denied|refused|refuted|struck down)\b[^.!?\n]{0,30}\W*",
    re.IGNORECASE,
)
_NONE_HOLDS = pattern(
    rf"\W*(?:(?P<key>neither|none|no|not one)(?: of (?:the|these|those|them|our|his|her|their|this|that|it))?"
    rf"(?: (?:two|three|four|five|\d{{1,2}}))?(?: (?P<thing>{_THEORIES}|{_PLANS}))? (?:{_IS}|could be|can be"
    rf"|has|have)"
    r"(?: \w+){0,2} (?:confirmed|supported|true|correct|accepted|adopted|approved|proved|proven|verified|upheld"
    r"|carried"
    r"|passed|right|substantiated|implemented)"
    rf"|(?:both|all|all of)(?: (?:the|these|those|three|four))* (?P<c>{_THEORIES}|{_PLANS}) {_IS}(?: \w+){{0,2}}"
    rf" (?P<b>{_WRONG}|{_NO}))\b[^.!?\n]{{0,60}}\W*",
    re.IGNORECASE,
)
_TURNS_DOWN = pattern(
    rf"[^.!?\n]{{1,80}}?\b(?P<key>{_NO}) (?:the|this|that|his|her|their|its) (?:\w+ )?(?P<thing>{_PLANS})\b"
    rf"[^.!?\n]{{0,60}}\W*|\W*(?:the|this|that|his|her|their|its) (?P<c>{_PLANS})"
    rf" (?:(?:was|were|has been|have been|is|got)(?: \w+){{0,2}} (?P<b>{_NO})|failed|fell through|did not pass"
    rf"|was lost)"
    r"\b[^.!?\n]{0,60}\W*",
    re.IGNORECASE,
)
_SINGULAR = re.compile(r"(?:ies|[ei]s|s|y)$")
_DECLINES = pattern(r"[A-Z]\S*(?: \S+){0,3} (?P<key>declined|refused|said no)(?: politely)?\W*")
_BELIEVED = pattern(r"\b(?:believed|thought|assumed|held|taught) that\b", re.IGNORECASE)
_NOBODY = pattern(
    r"\W*(?P<key>nobody|no one|few people|hardly anybody) (?:still )?(?:thinks?|believes?|holds?|claims?) (?:so"
    r"|this|that"
    r"|it)\b[^.!?\n]{0,30}\W*",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\W*([A-Za-z]+)")
_FIRSTS = frozenset(
    "now just for please let once suppose imagine assume picture pretend what in if should were unless provided"
    " assuming april satire".split()
)
"""Words with which a paragraph can open that supposes or tells."""
_END = re.compile(r"[.!?\n]")


class _Sentence(NamedTuple):
    """A sentence of a paragraph; code points of its text."""

    start: int
    end: int
    text: str


_Reach = Sequence[_Sentence]
_Opening = tuple[Deferred, Callable[[str], bool]]
Found = tuple[int, int, str, str]
"""A stretch [start, end) that is no statement, the words that say so, and the word that is why."""


def find_paragraphs(text: str) -> list[tuple[int, int]]:
    """Spans of what blank lines part; code points."""
    return [block.span() for block in _BLOCK.finditer(text)]


def find_retold(text: str) -> list[Found]:
    """Every stretch that its paragraph supposes, dreams or tells, or that a sentence behind it takes back, in order.

    What a paragraph says reaches no further than itself and the one before.
    """
    lower = text.lower()
    lower = lower if len(lower) == len(text) else text
    blocks = find_paragraphs(text)
    begins = [start for start, _ in blocks]
    found: list[Found] = []
    for n, (start, _) in enumerate(blocks):
        first = _FIRST.match(lower, start)
        if first and first[1] in _FIRSTS:
            found += _opened(text, blocks[n], _OPENINGS)
    for n in sorted({bisect_right(begins, place) - 1 for place in _places(lower, _OPEN_WITH)}):
        found += _opened(text, blocks[n], _OPENINGS_WITH)
    for form, reach, words in _VERDICTS:
        places = {_sentence_at(text, place) for place in _places(lower, words)}
        hit = {bisect_right(begins, end - 1) - 1 for start, end in places if form().fullmatch(text, start, end)}
        for n in sorted(hit):
            before = _cut(text, *blocks[n - 1]) if n else ()
            found += _taken_back(before, _cut(text, *blocks[n]), form, reach)
    return sorted(set(found))


def _places(lower: str, words: Sequence[str]) -> Iterator[int]:
    for word in words:
        place = lower.find(word)
        while place >= 0:
            yield place
            place = lower.find(word, place + len(word))


def _sentence_at(text: str, place: int) -> tuple[int, int]:
    """The stretch around a place that no mark of an end parts."""
    low = max(0, place - LONGEST_OPENING)
    start = max(low, *(text.rfind(mark, low, place) + 1 for mark in ".!?\n"))
    end = _END.search(text, place)
    return start, min(end.end() if end else len(text), place + LONGEST_OPENING)


def _opened(text: str, block: tuple[int, int], forms: Sequence[_Opening]) -> Iterator[Found]:
    start, end = block
    for form, follows in forms:
        if opening := form().match(text, start, min(end, start + LONGEST_OPENING)):
            yield from _carried(_cut(text, start, end), opening, follows)
            return


def is_past(sentence: str) -> bool:
    """Whether a sentence tells of the past: its first verb stands in the past tense."""
    reading = read(sentence)
    if not reading.verbs:
        return False
    verb = reading.verbs[0]
    word = reading.words[verb.first].lower
    if verb.first != verb.head or verb.stem in ("be", "have", "do"):
        return word in ("was", "were", "had", "did")
    return word.endswith("ed") or not (word.endswith("s") or word.startswith(verb.stem[:3]))


def _cut(text: str, start: int, end: int) -> _Reach:
    rows = kernels.split_sentences_batch([text[start:end]])[0].tolist()
    return [_Sentence(start + a, start + b, text[start + a : start + b]) for a, b in rows]


def _carried(paragraph: _Reach, opening: re.Match[str], follows: Callable[[str], bool]) -> Iterator[Found]:
    """The sentences behind an opening over which it reaches."""
    key = next(group for group in opening.groups() if group)
    for start, end, sentence in paragraph:
        if start < opening.end():
            if follows is _always:
                yield start, end, opening.group().strip(), key
            continue
        if _LEAVES().match(sentence):
            return
        if follows(sentence):
            yield start, end, opening.group().strip(), key


def _always(_: str) -> bool:
    return True


def _is_told(sentence: str) -> bool:
    """Whether a sentence may go on a story told in the present tense."""
    return not _OF_WORK().search(sentence.lower()) and not is_past(sentence)


def _is_seen(sentence: str) -> bool:
    """Whether a sentence may go on a dream: it tells how things were."""
    reading = read(sentence)
    firsts = {reading.words[verb.first].lower for verb in reading.verbs[:1]}
    return bool(firsts & {"was", "were"}) and not reading.dates


def _will(sentence: str) -> bool:
    return _WILL().search(sentence) is not None


def _is_present(sentence: str) -> bool:
    return not is_past(sentence)


_OPENINGS: tuple[_Opening, ...] = ((_SUPPOSES, _always), (_JOKES, _always), (_TELLS, _is_told), (_IF, _will))
_OPENINGS_WITH: tuple[_Opening, ...] = (
    (_SEES, _always),
    (_DREAMS, _is_seen),
    (_WAS_WRONG, _is_present),
    (_JOKES, _always),
)
_OPEN_WITH = tuple(
    (
        " differently,disagree, account, version, story, side, testimony,dream,nightmare,imagined, wrong,"
        " false,untrue,mistaken,incorrect,refuted,disprove,debunk,rejected,nonsense,discredited,unfounded,"
        "baseless,kidding,fiction,satire,parody, joke,made up,invented"
    ).split(",")
)
"""What stands in each opening of the second kind, in lower case."""


def _taken_back(before: _Reach, own: _Reach, form: Deferred, reach: Callable[[_Reach, str], _Reach]) -> Iterator[Found]:
    """What the sentences of a paragraph take back, in it or at the end of the one before."""
    for n, (_, _, sentence) in enumerate(own):
        earlier = own[max(0, n - MOST_TAKEN_BACK) : n] or before[-MOST_TAKEN_BACK:]
        found = form().fullmatch(sentence) if earlier else None
        if found is None:
            continue
        parts = found.groupdict()
        key = parts["key"] or parts.get("b") or parts.get("d") or sentence
        thing = _SINGULAR.sub("", (parts.get("thing") or parts.get("c") or "\n").lower())
        for start, end, _ in reach(earlier, thing):
            yield start, end, sentence, key


def _last(earlier: _Reach, _: str) -> _Reach:
    return earlier[-1:]


def _whole(earlier: _Reach, _: str) -> _Reach:
    return earlier


def _behind_named(earlier: _Reach, thing: str) -> _Reach | None:
    """The sentences behind the one that first names the plan or theory, None where none does."""
    named = next((n for n, (_, _, sentence) in enumerate(earlier) if thing in sentence.lower()), None)
    return None if named is None else earlier[named + 1 :]


def _all_named(earlier: _Reach, thing: str) -> _Reach:
    """The same; all that are no past where none names it."""
    behind = _behind_named(earlier, thing)
    return [one for one in earlier if not is_past(one[2])] if behind is None else behind


def _since_named(earlier: _Reach, thing: str) -> _Reach:
    """The same; the last one, if it is no past, where none names it."""
    behind = _behind_named(earlier, thing)
    return _last_plan(earlier, thing) if behind is None else behind


def _last_plan(earlier: _Reach, _: str) -> _Reach:
    return [one for one in earlier[-1:] if not is_past(one[2])]


def _since_believed(earlier: _Reach, _: str) -> _Reach:
    """The sentences since one that says what was believed; the last one where none does."""
    named = next((n for n, (_, _, sentence) in enumerate(earlier) if _BELIEVED().search(sentence)), len(earlier) - 1)
    return [one for one in earlier[named:] if not _LEAVES().match(one[2])]


_VERDICTS: tuple[tuple[Deferred, Callable[[_Reach, str], _Reach], tuple[str, ...]], ...] = tuple(
    (form, reach, tuple(words.split(",")))
    for form, reach, words in (
        (
            _ASKS_BACK,
            _last,
            (
                "or is ,or was ,or are ,or were ,or do,or did ,or ha,or can ,or will ,but is ,but was ,but do,"
                "but did ,not quite,not so fast,maybe not,perhaps not,far from it,hardly,if only"
            ),
        ),
        (
            _CALLED_WRONG,
            _last,
            (
                " wrong, false,untrue,mistaken,incorrect,refuted,disprove,debunk,rejected,nonsense,discredited,"
                "unfounded,baseless,made up,invented, lie,myth,hoax,invention,not true,not so,not correct,"
                "not the case,no longer,is true,correction,erratum"
            ),
        ),
        (
            _JOKES,
            _whole,
            "april fool,kidding,satire,parody,fiction, joke,made up,invented,hypothet",
        ),
        (
            _RESULT,
            _last,
            (
                "not approved,not adopted,not accepted,not carried,not passed,not confirmed,not supported,"
                "rejected,defeated,declined,withdrawn,failed,lost,voted down,turned down,dismissed,denied,refused,"
                "refuted,struck down"
            ),
        ),
        (
            _NONE_HOLDS,
            _all_named,
            "neither,none of,not one of,both ,all ,no ",
        ),
        (
            _RETRACTS,
            _last,
            (
                "withdr,retract,recant,took back,taken back,deny ,denie,disput,contradict,reject,refute,debunk,"
                "disprov,no longer ,regret"
            ),
        ),
        (
            _TURNS_DOWN,
            _since_named,
            (
                "reject,decline,turned down,voted down,withdr,dropped,abandoned,shelved,defeated,refused,"
                "dismissed,scrapped,vetoed,threw out,thrown out,refuted,disproved,blocked,denied,failed,"
                "fell through,did not pass,was lost"
            ),
        ),
        (
            _DECLINES,
            _last_plan,
            "declined,refused,said no",
        ),
        (
            _NOBODY,
            _since_believed,
            "nobody,no one,few people,hardly anybody",
        ),
    )
)
"""Forms of sentences that take back, how far each reaches, and what stands in each, in lower case."""
