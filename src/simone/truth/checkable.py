"""What states nothing that sources could support, and why: questions, orders, opinions, courtesies, headings, code.

Not for judging what does.
"""

from __future__ import annotations

import re
from typing import Literal

from simone.kernels.reference.validation import lexicon as lex
from simone.truth.fragments import has_surely_no_verb, is_fragment
from simone.truth.language import is_english
from simone.truth.markup import NO_WORDS, is_picture, lead_of, without_markup
from simone.truth.reading import Reading, read
from simone.truth.speakers import MAX_CHARACTERS, find_speaker, without_quotations

Kind = Literal[
    "question", "opinion", "instruction", "heading", "fragment", "code", "about", "introduction", "courtesy", "empty",
    "image", "reference", "notice",
]  # fmt: skip
WHY_NOT: dict[Kind, str] = {
    "question": "it is a question",
    "opinion": "it is an opinion",
    "instruction": "it is an instruction",
    "heading": "it is a heading or a label",
    "fragment": "it is a fragment without a verb",
    "code": "it is code or markup",
    "about": "it speaks about the text, not about the matter",
    "introduction": "it only introduces what follows",
    "courtesy": "it is a courtesy",
    "empty": NO_WORDS,
    "image": "it is an image",
    "reference": "it is a footnote or a link's address, and says nothing itself",
    "notice": "it is a notice of rights",
}

_JUDGEMENTS = (
    "beautiful wonderful awful terrible amazing delicious boring ugly lovely fantastic disgusting gorgeous great nice"
    " brilliant superb dreadful horrible hideous charming delightful magnificent pointless stupid silly fun tasty"
    " disappointing excellent overrated underrated annoying exciting shameful disgraceful"
)
_JUDGING = "|".join(_JUDGEMENTS.split())
_DEGREES = r"(?:(?:really|very|so|quite|simply|just|truly|absolutely|rather|pretty|far|much|too|such|a bit)\s+)*"
_OPINION = re.compile(
    r"(?i)^(?:(?:but|and|so|still|well|yes|no)[, ]+)?(?:"
    r"(?:i|we)(?:['’]d| would)? (?:(?:really|still|also|personally|do(?:n['’]t| not)) )?"
    r"(?:think|believe|feel|guess|hope|love|hate|prefer|recommend|suggest|like|enjoy|find|wish|doubt|rather|adore)\b"
    r"|(?:personally|frankly|honestly|to be honest|to my mind|if you ask me)\b"
    r"|in (?:my|our) (?:\w+ )?(?:opinion|view)\b|(?:my|our) (?:\w+ )?(?:opinion|view|feeling|impression) is\b)"
    r"|\b(?:in (?:my|our) (?:opinion|view)|if you ask me|to my taste)\b"
    r"|\bi would rather\b"
    rf"|\b(?:is|are|was|were|looks?|looked|tastes?|tasted|sounds?|seems?|feels?)\s+{_DEGREES}"
    rf"(?:(?:an?|the)\s+{_DEGREES})?(?:{_JUDGING})\b"
    r"|\b(?:far|way|much) too \w+\.?$"
    r"|\bought to\b"
    r"|\b(?:nobody|no one|everybody|everyone|we|they|people) should\b|\bshould be (?:ashamed|proud)\b"
)
_EXCLAIMED = re.compile(r"(?i)^(?:what an?|how)\b[^?]*!$")
_COURTESY = re.compile(
    r"(?i)^(?:hi|hello|hey|dear|welcome|cheers|congratulations|goodbye|bye|greetings|enjoy|good luck|well done)\b"
    r"[^.?]{0,40}"
    r"[!.,]*$"
    r"|^good (?:morning|afternoon|evening|night|day)\b[^.?]{0,40}[!.,]*$"
    r"|^(?:many )?thanks?\b(?: you\b)?|^you(?:['’]re| are) (?:very |most )?welcome\b|^no problem\b|^my pleasure\b"
    r"|^(?:i['’]m |i am |we(?:['’]re| are) )?(?:so |very )?sorry\b|^(?:my )?apologies\b|^excuse me\b"
    r"|^(?:great|good|excellent|interesting) (?:question|point)\b[^.?]{0,30}[!.]*$"
    r"|^have an? (?:\w+ )?(?:day|evening|weekend|trip|time)\b|^see you\b|^(?:kind|best) (?:regards|wishes)\b"
)
_META = re.compile(
    r"(?i)^(?:sure|certainly|of course|okay|ok)\b[,.!:]|^here(?:['’]s| is| are)\b"
    r"|^(?:in summary|to summari[sz]e|in conclusion)[,:]?$"
    r"|^(?:this|the following) (?:text|summary|answer|response|section|list|document|article|page|chapter)"
    r" (?:is|gives|describes|summari[sz]es|contains|covers|explains|lists|shows)\b"
    r"|^(?:let me(?! know)|let us (?:look|see|turn|start|begin)"
    r"|i(?: will| can|['’]ll) (?:now |also )?(?:help|explain|tell|show|give|summari[sz]e|answer|offer|describe|try)"
    r"|(?:i am|i['’]m) (?:just |only )?an? (?:\w+ ){0,2}(?:ai|model|assistant|chatbot|bot|program)"
    r"|as an? (?:ai|language model|assistant)|i hope (?:this|that|it) (?:helps|answers|is))\b"
    r"|^in (?:this|the following) (?:answer|text|section|summary|article|chapter|document)\b"
    r"|^(?:based on|according to) (?:the )?(?:sources|passages|text)[,:]?$"
)
_INTO = re.compile(
    r"(?:(?:first|second|third|then|next|finally|afterwards|now|also|lastly)\b,? )?(?:(?:and|but|or|so) )?"
    r"(?:(?:please|just|simply|always|never|kindly|carefully|gently)\b,? )*",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?i)^(?:do not|don['’]t|please\b|let['’]?s? (?:me|us)?\b|never \w+ (?:the|a|an|your|any|it|them)\b"
    r"|you (?:should|ought to|need to|had better)\b|make (?:sure|certain)\b|see also\b|be (?:sure|careful|aware)\b)"
)
_PURPOSE = re.compile(r"(?i)^(?:to|in order to|before|after|if|when|for)\b[^,.;:]{2,60}, ")
_ORDERS = (
    "add apply arrange ask assume avoid bake bear beat blend boil borrow bring brush buy call carry change charge"
    " check choose chop clean clear click close combine compare complete confess connect consider consult contact"
    " continue cook cool copy cover create cut delete describe disable discard discuss dissolve double download"
    " drain drink drop dry eat edit enable ensure enter explain fast fill find fix fold follow fry get give go"
    " grease grind heat hire hold ignore imagine increase inhale inject insert install invest join keep leave let"
    " lift list listen load lock look lower make mark mash measure melt mind mix move note observe open pay peel"
    " place plead plug pour preheat prepare press print protect pull push put quit raise read reduce refer refuse"
    " remember remove rent repeat replace report reset rest restart return rinse roast roll rotate run save season"
    " see select sell send serve set shake share sign simmer skip slice soak sprinkle start stay stir stop store"
    " strain sue swallow switch take talk taste tell test think throw tie tighten toss transfer treat trim try"
    " turn type unplug update use vaccinate visit wait walk wash watch water wear weigh whisk wipe work wrap write"
)
_BASES = frozenset(_ORDERS.split())
_MARKUP = re.compile(r"^(?:\s*(?:#{1,6}\s|>+\s?|[-*+•]\s|\d{1,3}[.)]\s|\|))+")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s")
_CODE = re.compile(
    r"^(?:```|~~~|\s{4,}\S)|[{};]\s*$|^\s*(?:def|class|import|return|from \S+ import|SELECT|<\w+)\b"
    r"|=>|</\w+>|^\s*\w+\s*=[^=]"
)
_BRACKETED = re.compile(r"[(){}=<>]")
_CAPTION = re.compile(
    r"^(?:table|figure|fig\.|box|chart|section|chapter|part|appendix) (?:\d+|[IVX]+|[A-Z])[.:]? ", re.I
)
_CITATION = re.compile(r"\s*\[(?:\d+(?:\s*[,–-]\s*\d+)*)\]")
_DEFINES = re.compile(r"\s*\[(\^?)([^\[\]\n]{1,200})\]:\s+(.*)", re.DOTALL)
_LEADS_TO = re.compile(r"<?(?:[a-zA-Z][\w+.-]{1,20}:/?/?|www\.|\.{0,2}/|#)\S|[\w./-]{1,200}\.[a-z]{2,5}(?:\s|\Z)")
_NAMES = re.compile(r"\[[^\[\]\n]{1,200}\]:|<?(?:https?://|www\.)\S+")
_CODE_SPAN = re.compile(r"`[^`\n]{1,200}`")
_MARKED_NOTICE = re.compile(r"\(c\) ?\d{4}(?: ?[-–] ?\d{4})?,? (?:by )?[A-Z][^:|\d]*", re.IGNORECASE)
"""What opens like an item with the letter c."""
_NOTICE = re.compile(
    r"(?:copyright|©|\(c\))[\s,]*(?:(?:©|\(c\)|by\b|\d{4})|(?<=©)|(?<=\)))(?P<whose>.*)|all rights reserved\b.{0,40}",
    re.IGNORECASE | re.DOTALL,
)
_SUBORDINATE = lex.SUBORDINATORS | {"and", "or", "until", "before", "after", "as", "to"}
_CAN_FOLLOW = lex.DETERMINERS | {"it", "them", "him", "us", "me", "yourself", "up", "out", "off", "down"}
_FIRM = frozenset("and or then thinly well again carefully gently only sure".split())


def is_code(text: str) -> bool:
    """Whether a claim that a caller states to be one is code; a semicolon at the end alone makes it none."""
    return bool(_CODE.search(text)) and not (text.rstrip().endswith(";") and not _BRACKETED.search(text))


def why_not_checkable(sentence: str) -> str:
    """Why a sentence states nothing that sources could support; "" where it does."""
    kind = kind_of(sentence)
    return WHY_NOT[kind] if kind else ""


def kind_of(sentence: str) -> Kind | None:
    """What a sentence is that states nothing; None where it states something."""
    marked = without_markup(sentence[lead_of(sentence) :]).strip()
    bare = _CITATION.sub("", _MARKUP.sub("", marked)).strip().strip("*_` \"“”'")
    if (listed := _kind_of_apparatus(sentence, bare)) is not None:
        return listed
    if not any(c.isalnum() for c in bare):
        return "empty"
    if marked.startswith("#"):
        return "heading"
    if _CODE.search(marked) and not _is_stated_item(marked, is_item=bool(_ITEM.match(sentence))):
        return "code"
    if bare.endswith("?") and not _is_quoted_question(marked):
        return "question"
    if (spoken := _kind_of_address(bare)) is not None:
        return spoken
    if len(bare) > MAX_CHARACTERS:
        return None
    if _is_order(bare):
        return "instruction"
    if find_speaker(marked) is None and _is_opinion(without_quotations(bare)):
        return "opinion"
    if is_english(bare) and bare[-1] not in '.!…)”"':
        reading = read(bare)
        if _CAPTION.match(bare) and not _finite(reading):
            return "heading"
        if not reading.verbs and _ITEM.match(sentence) and ":" not in bare:
            return "fragment"
        if not reading.verbs and not reading.quantities and not reading.dates:
            return "heading"
    if bare[-1] == "." and is_fragment(read(_CODE_SPAN.sub("code", bare))) and is_english(bare):
        return "fragment"
    return None


def _kind_of_apparatus(sentence: str, bare: str) -> Kind | None:
    """Whether it is an image, a footnote that only names, the address of a link, or a notice of rights."""
    if is_picture(sentence[lead_of(sentence) :].strip()):
        return "image"
    if (defines := _DEFINES.match(sentence)) and len(defines[3]) <= MAX_CHARACTERS:
        is_note = bool(defines[1]) or defines[2].isdigit()
        if _LEADS_TO.match(defines[3]) or (is_note and has_surely_no_verb(read(_NAMES.sub("", defines[3])))):
            return "reference"
    told = sentence.strip() if _MARKED_NOTICE.fullmatch(sentence.strip()) else bare
    notice = _NOTICE.fullmatch(told) if len(told) <= MAX_CHARACTERS else None
    if notice and (not notice["whose"] or not read(re.sub("(?i)all rights reserved", "", notice["whose"])).verbs):
        return "notice"
    return None


def _is_stated_item(marked: str, is_item: bool) -> bool:
    """Whether a semicolon only parts an item of a list, or a line, from the next, and makes it no code."""
    if is_code(marked) or (len(words := marked.split()) < 3):
        return False
    return is_item or any(word.lower() in lex.FUNCTION for word in words)


def _is_quoted_question(marked: str) -> bool:
    """Whether the question is another's, told: Lund asked, “Who built it?”"""
    speaker = find_speaker(marked)
    return bool(speaker and speaker.name and speaker.quoted) and "?" not in without_quotations(marked)


def _kind_of_address(bare: str) -> Kind | None:
    """Whether it speaks to the reader, about the text or the talk itself."""
    if _META.search(bare):
        return "about"
    if bare.endswith(":"):
        return "introduction"
    if _COURTESY.match(bare):
        return "courtesy"
    return None


def _is_opinion(bare: str) -> bool:
    return bool(_OPINION.search(bare) or _EXCLAIMED.match(bare))


def _is_order(bare: str) -> bool:
    """Whether it tells the reader to do something: a verb in its base form opens it, and nothing shows it is a noun."""
    into = _INTO.match(bare)
    rest = bare[into.end() :] if into else bare
    if _ORDER.match(bare) or _ORDER.match(rest):
        return True
    purpose = _PURPOSE.match(rest)
    if purpose:
        rest = rest[purpose.end() :]
    reading = read(rest)
    words = [w for w in reading.words if w.is_word]
    if not words or words[0].lower not in _BASES or (purpose and rest[0].isupper()):
        return False
    if len(words) == 1:
        return bare.endswith(("!", "."))
    following = words[1].lower
    if following in ("of", "is", "are", "was", "were", "has", "had", "have", "'s", "’s", ","):
        return False
    after = rest[words[0].end : words[1].start]
    is_label = ":" in after  # "Report: the dam is old."
    if not is_label and (following in _CAN_FOLLOW or following in _FIRM or "`" in after or '"' in after):
        return True
    return not any(_is_main(reading, verb.first) for verb in reading.verbs if verb.head > 0)


def _is_main(reading: Reading, first: int) -> bool:
    """Whether a verb group stands in no clause that a word before it opens, and so needs the first word as subject."""
    verb = next(v for v in reading.verbs if v.first == first)
    lower = reading.words[verb.head].lower
    if lower in _BASES or lower.endswith("ing"):
        return False
    return not any(w.lower in _SUBORDINATE or w.lower in (";", ",") for w in reading.words[1:first])


def _finite(reading: Reading) -> bool:
    return any(verb.head > 0 and not reading.words[verb.head].lower.endswith("s") for verb in reading.verbs)
