"""Finds text in a source that speaks to the model instead of the reader: injected instructions.

Not for judging intent: a manual that quotes an attack fires too, and a plain task request ("What is 2 + 2?") does not.

Every rule needs one of its trigger words before its pattern runs, gaps inside patterns are bounded, and each hidden layer
(zero-width characters, Unicode tags, base64) is opened once: the time is linear in the length of the text.
"""

# ruff: noqa: E501, ISC004 - a pattern is broken where its meaning breaks, not where the line ends

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from functools import lru_cache

import msgspec

from simone.kernels.reference.validation.tokens import remembering
from simone.truth.deferred import pattern


class Injection(msgspec.Struct, frozen=True):
    """An instruction found in a source: its span, the rule that found it, and the text of the span.

    Rules: override, prompt, address, persona, response, code, output, conceal, exfiltrate, role, task, telling (what
    those who ask are to be told), asked (what to answer when asked), and for text that does not show, "hidden-" with
    the rule that its content fired.
    """

    start: int
    end: int
    rule: str
    text: str


_MODEL = (
    r"(?:a\.?i\.?(?:\s+(?:assistants?|models?|agents?|systems?|language\s+models?|chat-?bots?))?"
    r"|(?:virtual\s+|helpful\s+)?assistants?|(?:large\s+)?language\s+models?|llms?|chat-?bots?|chatgpt|gpt-?\d?|copilot)"
)
_ANSWER = r"(?:response|answer|reply|replies|responses|answers|output|message|summary)"
_YOUR_WORK = (
    r"(?:code(?:base)?|solution|implementation|response|answer|reply|algorithm|project|script|program|work|output"
    r"|application|explanation|elucidation)"
)
_GAP, _SHORT_GAP = r"[^.!?]{0,60}?", r"[^.!?]{0,25}?"
# Those whom an answer reaches. "Your doctor" and "the operator" are none: a manual tells its reader what to say to them.
_ASKER = (
    r"(?:(?:an?|the|any|every|each|all|some|our|these|those|potential|new)\s+){0,2}(?:end[\s-]?)?"
    r"(?:users?|customers?|clients?|buyers?|shoppers?|askers?|questioners?|readers?|visitors?|enquirers?|inquirers?"
    r"|person\s+(?:asking|who\s+asks)|people\s+who\s+ask|anyone(?:\s+who\s+asks)?|everyone(?:\s+who\s+asks)?|whoever\s+asks)"
)
_SENTENCE = r"(?:\A\s*|[.!?:]['\"”)]?\s+|\n\s{0,8}(?:\n\s{0,8}|(?-i:(?=[A-Z]))))[\"'“(*_]{0,3}"
_STANDING = r"(?:always|never|only|please|kindly|simply|just)"
_DUTY = r"(?:(?:" + _STANDING + r"|you\s+(?:must|should|shall|are\s+to)|(?:remember|make\s+sure|be\s+sure)\s+to),?\s+)"
_BIDDEN = r"(?:" + _SENTENCE + r"|[,;]\s+|(?:\A|\n)\s{0,8}(?:[-*+•>|#]{1,6}|\d{1,2}[.)])\s{1,8})" + _DUTY + r"{1,2}"
_SAY = (
    r"(?:say|answer|reply|respond|tell|state\s+that|claim|recommend|suggest|mention|promote|endorse|assure|advise|insist"
    r"|deny|refuse|confirm|declare)"
)
_MUST = r"(?:(?:must|should|shall|ha(?:ve|s)\s+to|needs?\s+to|(?:is|are)\s+(?:(?:required|instructed|obliged|ordered|told)\s+)?to)\s+)"
# What is to be said of "you" is the reader's own affair ("Say that you are a resident."), and no answer to a question.
# Nor does "that" open what is to be said where no more than a noun stands behind it ("State that on the form.").
_POINTING = (
    r"(?:\w+\s*)?(?:[.,;!?]|\Z|(?:on|in|at|by|to|of|for|from|with|only|when|if|as|first|again|here|below|above)\b)"
    r"(?![^.!?]{0,80}\b(?:is|are|was|were|be|will|can|cannot|must|should|has|have|does|do|did)\b)"
)
_CONTENT = r"that\s+(?!you|it\b|question|request|call|letter|message|one\b|" + _POINTING + r")"
_MATTER = r"(?:questions?|quer(?:y|ies)|inquir(?:y|ies)|enquir(?:y|ies))\s+(?:about|on|regarding|concerning|of)\s+"

_RULES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "override",
        ("ignore", "disregard", "forget", "override", "bypass", "discard", "instead of", "do not follow", "stop following"),
        r"\b(?:ignore|disregard|forget|override|bypass|discard|(?:do\s+not|don't|stop)\s+follow(?:ing)?)\s+"
        r"(?:(?:all|any|every|everything|of|the|your|these|those|my|and|other)\s+){0,4}"
        r"(?:(?:(?:previous|prior|preceding|earlier|foregoing|above|system|original|initial|given|safety)\s+"
        r"(?:\w+\s+){0,2}?|your\s+(?:\w+\s+){0,2}?)"
        r"(?:instructions?|prompts?|directions|directives?|guidelines|commands|orders|programming|training|context|tasks?)"
        r"|(?:instructions?|prompts?)\s+(?:above|before|so\s+far|you|that)"
        r"|(?:that\s+)?(?:you\s+(?:were|have\s+been)\s+(?:told|given|instructed)|was\s+said\s+(?:above|before)))",
    ),
    (
        "prompt",
        ("prompt", "your instructions", "your hidden", "your secret", "your initial", "your original"),
        r"\b(?:reveal|print|show|repeat|output|display|leak|tell|give|disclose|share|recite|expose|dump|quote)\s+"
        r"(?:(?:me|us|out|back|all|of|the|to|verbatim|user)\s+){0,3}"
        r"(?:your\s+(?:\w+\s+){0,2}?(?:prompt|instructions|rules|guidelines)|(?:system|hidden|initial)\s+prompt)",
    ),
    (
        "address",
        ("assistant", "language model", "llm", "chatbot", "chat-bot", "gpt", "copilot", " ai", "ai ", "a.i."),
        r"(?:\b(?:dear|hey|hello|attention|listen|note\s+(?:to|for)|(?:message|instructions?|memo|notice)\s+(?:to|for)"
        r"|important\s+for)[\s,:]+(?:(?:all|any|every|the|whichever|future)\s+){0,2}" + _MODEL + r"\b(?=[\s]*[,:;!.\u2013\u2014-]|\s+(?:reading|who|that|processing|summari|you))"
        r"|\bif\s+you\s+are\s+(?:an?\s+|the\s+)?(?:" + _MODEL + r")\b"
        r"|\bas\s+(?:an?|the)\s+" + _MODEL + r",?\s+you\s+(?:must|should|will|need|are|have)\b"
        r"|\b" + _MODEL + r"\s+(?:reading|processing|summari[sz]ing|analy[sz]ing|parsing)\s+this\b"
        r"|(?:^|[.!?\n]\s*)" + _MODEL + r"\s*[:,]\s*(?:please|you\s+(?:must|should)|ignore|do\s+not|always|never)\b"
        r"|" + _SENTENCE + r"(?:(?:all|any|every|each|the|this|an?)\s+){0,2}" + _MODEL + r"\s+" + _MUST + r"(?:" + _STANDING + r"\s+|not\s+){0,2}"
        r"(?:(?:answer|reply|respond)\s+(?:to\s+\w+\s+)?(?:that|with|by|as|in|only|yes|no)|(?!answer|reply|respond)" + _SAY + r")\b)",
    ),
    (
        "persona",
        ("you are now", "from now on", "pretend", "act as", "developer mode", "do anything now", "jailbreak", "roleplay", "role-play"),
        r"\b(?:you\s+are\s+now\s+(?:an?|in|the|my|going|free|called|named)\b|from\s+now\s+on,?\s+(?:you\s+(?:are|will|must)|respond|answer|reply|act|always|only|speak)"
        r"|pretend\s+(?:to\s+be|you\s+are|that\s+you)\s|(?<!can )(?<!may )(?<!to )(?<!will )(?<!could )act\s+as\s+(?:if\s+you|an?\s+(?:hacker|expert|unrestricted|" + _MODEL + r"))"
        r"|developer\s+mode\s+(?:enabled|on|activated)|do\s+anything\s+now|jailbr(?:eak|oken)\s+(?:mode|prompt))",
    ),
    (
        "response",
        ("your response", "your answer", "your reply", "your output", "your message", "your summary", "your replies"),
        r"(?:(?:^|[.!?:\n]\s*|[\"'“]\s?|\b(?:please|must|should|to|and|always|then)\s+)"
        r"(?:add|include|insert|modify|integrate|augment|enhance|incorporate|append|prepend|embed|mention|provide|render|convert|replace|substitute"
        r"|use|remove|group|combine|rearrange|scramble|jumble|misspell|introduce|anagram|encode|encrypt|reverse|translate|begin|start|end|finish|close"
        r"|conclude|write|format|present|craft|infuse|weave|inject|apply|express|deliver|transform|shift|swap|mirror|flip|spell|sprinkle|decorate|make|put|place"
        r"|limit|keep|change|alter|rewrite|attach|expand|enrich|adapt|adjust|refer|promote|highlight|suggest|state|claim|invert|interlace|feature|base64|give|turn|have|link|display|utili[sz]e|implement|employ|describe|share|output|represent)\b"
        r"(?:[^.!?]|[.!?](?=[\w\"'”])){0,120}?\byour\s+(?:(?:entire|whole|final|next|every|own)\s+)?" + _ANSWER + r"(?:'s)?\b"
        r"|(?:^|[.!?:\n]\s*)(?:in|within|throughout|for|with|at\s+the\s+(?:end|start|beginning)\s+of)\s+your\s+" + _ANSWER + r",?\s+\w+)",
    ),
    (
        "code",
        ("code snippet", "code block", "code section", "code excerpt", "code segment", "code fragment", "piece of code", "lines of code", "following snippet"),
        r"(?:\b(?:the\s+)?(?:following|below|subsequent|given|ensuing)\s+(?:code\s+)?(?:snippet|block|section|excerpt|segment|fragment|piece\s+of\s+code|lines\s+of\s+code)\b"
        r"[^.!?]{0,80}?\b(?:your|you)\s+(?:\w+\s+){0,2}?(?:" + _YOUR_WORK + r"|develop|write|create|produce|generate)\b"
        r"|\byour\s+(?:\w+\s+){0,2}?" + _YOUR_WORK + r"\b[^.!?]{0,80}?\b(?:following|below|subsequent|given|ensuing)\s+(?:code\s+)(?:snippet|block|section|excerpt|segment|fragment))",
    ),
    (
        "output",
        ("respond", "reply", "answer", "say ", "output", "print"),
        r"(?:^|[.!?:;,\n]\s*|\b(?:please|must|should|always|then|and|you)\s+)(?:only\s+|just\s+|simply\s+)?"
        r"(?:(?:respond|reply|answer)\s+(?:to\s+\w+\s+\w+\s+)?(?:only\s+|exactly\s+|just\s+|simply\s+|always\s+)?(?:with\s+(?:only\s+|just\s+|exactly\s+)?(?:the\s+(?:word|phrase|sentence|text|exact|string)|[\"“'`])|in\s+(?:all\s+caps|pirate|emoji|base64|rot13|morse))"
        r"|(?:say|output|print)\s+(?:only|exactly|nothing\s+but)\s+(?:the\s+(?:word|phrase|sentence|exact|string)|[\"“]))",
    ),
    (
        "conceal",
        ("do not tell", "don't tell", "do not mention", "don't mention", "never mention", "never tell", "do not reveal", "do not inform", "without telling", "do not let", "don't let"),
        r"\b(?:(?:do\s+not|don't|never)\s+(?:tell|mention|reveal|inform|alert|disclose|warn|let(?=[\w\s]{1,30}\sknow))|without\s+(?:telling|informing|alerting))\s+"
        + _GAP + r"\b(?:(?:the\s+)?users?|(?:this|these|the)\s+(?:instructions?|prompts?|message)|this\s+(?:note|comment|paragraph|text|request|remark))\b",
    ),
    (
        "exfiltrate",
        ("send", "post", "forward", "upload", "transmit", "exfiltrate", "email", "append", "encode", "]("),
        r"(?:\b(?:send|post|forward|upload|transmit|exfiltrate|e-?mail|append|encode)\s+" + _GAP
        + r"\b(?:conversation|chat\s+(?:history|log)|(?:the\s+)?user'?s?'?\s+(?:data|name|password|messages?|questions?|personal)|credentials|passwords?|api\s+keys?|secrets|private\s+(?:data|information)|personal\s+(?:data|information))\b"
        + _SHORT_GAP + r"\b(?:to|at|into)\s+(?:https?://|www\.|[\w.+-]{1,64}@|(?:this|the\s+following|my)\s+(?:address|url|server|link|e-?mail))"
        r"|!\[[^\]\n]{0,200}\]\(\s*https?://[^)\s]{1,300}[?&/][\w-]{0,40}=?(?:\{\{?|\[|<|\$\{?|%7b)[^)\n]{0,200}\))",
    ),
    (
        "telling",
        ("tell", "inform ", "assure ", "convince ", "persuade ", "remind ", "advise ", "let ", "recommend", "mention", "suggest", "promote", "offer ", "praise ", "say that", "state that", "answer that", "reply that", "respond that", "claim that", "insist that"),
        r"(?:(?:" + _BIDDEN + r"|" + _SENTENCE + r"(?=tell\b))(?:tell|inform|assure|convince|persuade|remind|advise|let)\s+" + _ASKER + r"\s+(?:know\s+)?"
        r"(?:that\b|(?!(?:about|how|what|where|when|which|who|why|whether|if|to|of|with|by|in|on|for|before|and|or|as|at)\b)(?:\w+\s+){1,4}?(?:is|are|was|were|will|can|cannot|must|should|has|have|does|do)\b)"
        r"|" + _SENTENCE + _DUTY + r"{0,2}(?:answer|reply|respond|claim|insist)\s+" + _CONTENT
        + r"|" + _BIDDEN + r"(?:say|state)\s+" + _CONTENT
        + r"|" + _BIDDEN + r"(?:recommend|mention|suggest|promote|offer|praise)\s+" + _SHORT_GAP + r"\bto\s+" + _ASKER + r"\b)",
    ),
    (
        "asked",
        ("asked", "asks", " ask ", "question", "quer", "inquir", "enquir"),
        r"(?:\b(?:when|whenever|if|should|every\s+time|each\s+time|once)\s+(?:(?:you|they|someone|somebody|anyone|anybody|people|he|she|it|we|" + _ASKER + r")\s+)?"
        r"(?:(?:are|is|be|gets?|ever)\s+)?(?:asked|asks?|inquires?|enquires?)\b(?!\s+(?:(?:about|whether|if|for)\s+)?(?:to|you|your)\b)(?!\s+by\s+(?!" + _ASKER + r"\b))[^.!?,]{0,100},\s+"
        r"(?:then\s+)?(?:(?:you|(?:the\s+|an?\s+)?" + _MODEL + r")\s+" + _MUST + r")?(?:" + _STANDING + r"\s+|do\s+not\s+){0,2}" + _SAY + r"\b(?!\s+(?:that\s+)?(?:your?|me)\b)"
        r"|" + _SENTENCE + _DUTY + r"{0,2}(?:answer|respond\s+to|reply\s+to|meet)\s+(?:(?:any|all|every|each|the|such)\s+)?" + _MATTER + _GAP + r"\b(?:with|by\s+saying|by\s+stating|as\s+follows|saying)\b"
        r"|\b" + _MATTER + _GAP + r"\b" + _MUST + r"(?:always\s+|only\s+)?be\s+(?:answered|met|replied\s+to|responded\s+to)\s+(?:with|as|that|by\s+\w+ing)\b)",
    ),
    (
        "role",
        ("<|", "[inst]", "[/inst]", "<<sys", "system:", "assistant:", "###", "system prompt", "system message", "begin_system", "<system>"),
        r"(?:<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id|begin_of_text)\|>|\[/?inst\]|<</?sys>>|</?system>"
        r"|(?:^|\n)[ \t>*#]*(?:(?:new\s+)?system(?:\s+(?:prompt|message|instruction|override))?|assistant)[ \t*]*:[ \t*]*(?=\w+[ \t]+\w)[^\n]{1,200}"
        r"|(?:^|\n)###[ \t]*(?:instruction|system)s?[ \t]*:)",
    ),
    (
        "task",
        ("tell me", "give me", "show me", "write me", "explain to me", "help me", "can you", "could you", "send me", "teach me"),
        r"(?:^|[.!?\n]\s*|[.!?][\"'”]\s)(?:(?:please\s+)?(?:tell|give|show|write|send|teach|help|explain\s+to)\s+me\s+(?:how|what|the|an?|who|when|where|some|about|why|with|to|if|in|more|your|all|steps)\b"
        r"|(?:can|could)\s+you\s+(?:please\s+)?(?:show|tell|explain|help|write|give|provide|translate|summari[sz]e|list|find|suggest|recommend|describe|create|generate|analy[sz]e)\b[^.!?\n]{1,200}\?)",
    ),
)  # fmt: skip
_DEFERRED = tuple((name, triggers, pattern(source, re.IGNORECASE)) for name, triggers, source in _RULES)

_BASE64 = re.compile(r"(?<![\w+/=])[A-Za-z0-9+/]{24,4096}={0,2}(?![\w+/=])")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad")
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")
_LOOK_ALIKE = dict(
    zip("аеорсухіјѕԁһӏАВЕКМНОРСТХΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "aeopcyxijsdhlABEKMHOPCTXABEZHIKMNOPTYXo", strict=True)
)


@remembering(512)
def find_instructions(text: str) -> tuple[Injection, ...]:
    """Every instruction found in `text`, by start; overlapping finds are joined under the rule of the first.

    Letters that only look Latin are read as Latin, invisible characters are read away, and comments, Unicode tags and
    base64 are opened: what fires inside them carries the rule "hidden-…" over the visible span.
    """
    if text.isascii():
        found = _plain(text)
    else:
        found = _tags(text)
        if _is_legible(text):
            found += _plain(text)
        else:
            plain, places = _legible(text)
            found += [(places[start], places[end - 1] + 1, rule) for start, end, rule in _plain(plain)]
    found += _inside(text)
    return _joined(text, found)


def _plain(text: str) -> list[tuple[int, int, str]]:
    lowered = " ".join(text.lower().split())
    found: list[tuple[int, int, str]] = []
    for name, triggers, deferred in _DEFERRED:
        if any(trigger in lowered for trigger in triggers):
            for match in deferred().finditer(text):
                raw = match.group()
                lead = len(raw) - len(raw.lstrip(" \t\n.!?:;,\"'“”"))
                if match.end() - match.start() > lead:
                    found.append((match.start() + lead, match.end(), name))
    return found


def _inside(text: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    start = text.find("<!--")
    while start >= 0 and (end := text.find("-->", start + 4)) >= 0:
        if inner := _plain(text[start + 4 : end]):
            found.append((start, end + 3, f"hidden-{inner[0][2]}"))
        start = text.find("<!--", end + 3)
    for match in _BASE64.finditer(text):
        decoded = _decoded(match.group())
        if decoded and (inner := _plain(decoded)):
            found.append((match.start(), match.end(), f"hidden-{inner[0][2]}"))
    return found


def _decoded(blob: str) -> str:
    try:
        raw = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True)
        shown = raw.decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return shown if shown.isprintable() or "\n" in shown else ""


def _tags(text: str) -> list[tuple[int, int, str]]:
    # Tag characters mirror ASCII and show nothing: nobody but a machine reads them, so their presence is the finding.
    found = []
    for match in _TAGS.finditer(text):
        shown = "".join(chr(ord(character) - 0xE0000) for character in match.group())
        inner = _plain(shown)
        found.append((match.start(), match.end(), f"hidden-{inner[0][2] if inner else 'text'}"))
    return found


def _is_legible(text: str) -> bool:
    """Whether every character is visible and what it looks like, as in prose with curly quotes."""
    return all(one < "\u0080" or (one not in _INVISIBLE and _latin(one) == one) for one in set(text))


def _legible(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character not in _INVISIBLE:
            letters.append(character if character < "\u0080" else _latin(character))
            places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=4096)
def _latin(character: str) -> str:
    plain = unicodedata.normalize("NFKC", _LOOK_ALIKE.get(character, character))
    return plain if len(plain) == 1 else character


def _joined(text: str, found: list[tuple[int, int, str]]) -> tuple[Injection, ...]:
    joined: list[tuple[int, int, str]] = []
    for start, end, rule in sorted(found):
        if joined and start < joined[-1][1]:
            first, last, name = joined[-1]
            joined[-1] = (first, max(last, end), name)
        else:
            joined.append((start, end, rule))
    return tuple(Injection(start, end, rule, text[start:end]) for start, end, rule in joined)
