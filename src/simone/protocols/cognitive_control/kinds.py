"""What kind of request some wording is, by rules on the wording alone.

Not for choosing what to do about it.

The rules are tried in a fixed order: summary, verification, comparison, open, instruction, question; the first that
matches decides and names the words that made it match. What matches nothing is open.
"""

from __future__ import annotations

import re

from simone.records import RequestKind
from simone.truth.deferred import Deferred, pattern

_LOOKED_AT = 2_000
"""Characters looked at from each end of a long question: the request stands at its beginning or its end."""

_POLITE = re.compile(
    r"^(?:(?:hi|hello|hey|dear \w+|ok|okay|so|now|and|also|please|kindly|just|quickly|next|first|then)\b[\s,!.:]*"
    r"|(?:can|could|would|will) (?:you|someone|anybody|anyone)(?: please| kindly| possibly| also)*\s+"
    r"|would you mind (?=\w+ing)|(?:i (?:want|need)|i'd like|i would like|we need|we want|i wish) (?:you )?to\s+"
    r"|(?:help me|let's|let us|try to|be so kind as to|your task is to|you are to)\s+)+",
    re.IGNORECASE,
)
_WH = r"(?:who|whom|whose|what|when|where|which|why|how|what's|who's|where's|when's|how's)"
_AUXILIARY = (
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|"
    r"isn't|aren't|wasn't|weren't|don't|doesn't|didn't|hasn't|haven't|hadn't|can't|couldn't|won't|wouldn't|shouldn't)"
)
_COMPOSE = (
    r"(?:write|writing|draft|drafting|compose|author|rewrite|reword|rephrase|paraphrase|redraft|pen|prepare|produce|"
    r"create|generate|craft|put together)"
)
_DIRECT = (
    r"(?:list|listing|enumerate|explain|explaining|describe|describing|translate|show|outline|extract|find|identify|"
    r"name|define|calculate|compute|convert|turn|format|suggest|propose|design|fix|correct|edit|make|give|provide|"
    r"present|illustrate|state|quote|cite|count|sort|rank|group|classify|categorise|categorize|arrange|"
    r"organise|organize|plan|add|remove|delete|replace|change|update|shorten|expand|simplify|improve|"
    r"proofread|label|tag|highlight|mark|select|pick|choose|search|look up|look for|get|fetch|collect|gather|compile|"
    r"report|specify|set out|walk me through|go through|break down|annotate|number|recommend|order|estimate|solve|"
    r"return|print|output|use|answer|note|detail|spell out|point out|trace|map|build|fill in|complete|continue|read|"
    r"tabulate|determine|derive|work out|figure out|assign|split|merge|combine|reformat|render|say|mention)"
)
_PREPOSITION = (
    r"(?:in|on|at|to|from|by|for|with|of|under|during|after|before|about|into|through|since|until|against|among|"
    r"between|near|per|within|over|upon)"
)
_SUM = r"(?:summary|overview|gist|recap|digest|synopsis|precis|abstract)"
_POINTS = r"(?:points|takeaways|ideas|messages|findings)"
_CLAIMS = r"(?:claims?|statements?|text|assertions?|sentences?|figures?|numbers?|paragraphs?|drafts?|answers?)"
_RIGHT = r"(?:true|correct|accurate|right|supported|wrong|false|well-founded|backed|consistent|valid|justified)"
_MORE = r"(?:\w{3,}er|more|less|better|worse|as \w+ as)"


def _begins(*alternatives: str) -> str:
    return rf"^(?:{'|'.join(alternatives)})\b"


def _holds(*alternatives: str) -> str:
    return rf"\b(?:{'|'.join(alternatives)})\b"


def _rule(kind: RequestKind, reason: str, *patterns: str) -> tuple[RequestKind, str, Deferred]:
    return kind, reason, pattern("|".join(patterns), re.IGNORECASE)


_RULES = (
    _rule(
        "summary",
        "asks for a summary",
        _begins(
            r"summari[sz](?:e|ing|ation)",
            r"sum (?:(?:it|this|that|them) )?(?:all )?up",
            r"tl;?dr|recap|condense|digest|abridge|distil|abstract of",
            r"boil (?:this|that|it|the|them)",
            r"shorten (?:this|the|it) to",
            rf"give (?:\S+ ){{0,5}}?(?:{_SUM}|key points|main points|highlights|takeaways|rundown)",
            rf"(?:{_SUM}|key points|main points|takeaways)(?: (?:of|for|on)|\s*[:.?!]*$)",
        ),
        _holds(
            r"summari[sz]e (?:this|the|it|that|these|those|all|everything|what|in|for|how|section|chapter|as)",
            rf"(?:a|an|the|brief|short|quick|executive|one-\w+|\w+-sentence|\w+-line) {_SUM} (?:of|about|for|on)",
            rf"(?:write|provide|produce|need|want|make|create|prepare|draft|have) (?:\S+ ){{0,5}}?{_SUM}",
            rf"(?:key|main|central|most important|essential) {_POINTS} (?:of|in|from|made)",
            r"tl;?dr|in a nutshell|the gist of",
            r"(?:brief|quick|short|general|high-level|broad) overview",
        ),
    ),
    _rule(
        "verification",
        "asks whether something is true",
        _begins(
            r"verify(?:ing)?|confirm|validate|corroborate|debunk|audit|check",
            r"(?:fact|double|cross)[- ]?check",
            r"true or false|prove or disprove|make sure|assess whether|test the claim",
            r"find (?:any |all |the |out )?(?:factual )?(?:errors|mistakes|whether|if)",
            r"is it (?:really |actually |in fact )?(?:true|correct|accurate|right|the case|a fact|false)",
            rf"(?:is|are|was|were) (?:this|that|these|those|the following|my|the (?:\S+ )?{_CLAIMS})\b.*?\b{_RIGHT}",
            rf"(?:does|do) (?:this|that|these|the following|my|the (?:\S+ )?{_CLAIMS})\b.*?"
            r"\b(?:agree|match|contradict|hold|check out|correspond|conform|stand up)",
            r"(?:does|do) (?:the |our |these |any |my )?(?:sources?|evidence|documents?|records?|files?|data|minutes) "
            r"(?:\S+ )?(?:support|confirm|back|contradict|agree|bear)",
        ),
        r"[.,;:!?)\"'] ?(?:is (?:that|this|it)(?: really| actually)? (?:true|so|right|correct|accurate|the case|a fact)"
        r"|true or false|correct or not|right or wrong|right|correct|true|can you (?:confirm|verify)"
        r"|fact or (?:fiction|myth)|please (?:verify|confirm|check)[^.?!]*)\s*[?.!]*$",
        _holds(
            r"fact-?check|is (?:the|this) claim|true or false|whether it is true",
            r"is supported by the (?:sources|evidence|documents)",
        ),
    ),
    _rule(
        "comparison",
        "asks to hold things against each other",
        _begins(
            r"compar(?:e|ing|ison)|contrast(?:ing)?|differentiate|distinguish|weigh|which of the two",
            rf"which\b.{{0,80}}?\b{_MORE}\b.{{1,160}}\bor",
        ),
        rf"^(?:is|are|was|were|did|does|do|has|have)\b.{{2,120}}?\b{_MORE}\b.{{0,60}}?\b(?:than|or|as)\b.*\?$",
        _holds(
            r"(?:comparison|contrast|differences?|distinctions?|similarit\w+|parallels?) (?:between|of the|among)",
            r"how (?:do|does|did|is|are|was|were|would|should|can) .{2,200}?"
            r"\b(?:compared?|differ|different|stack up|relate to each other)",
            r"what (?:distinguishes|separates|sets) .{2,200}? (?:from|apart)",
            r"(?:vs\.?|versus)(?= )",
            r"pros and cons|side by side|have in common|how similar|trade-?offs? between",
            r"advantages? (?:and disadvantages )?of .{2,100}? (?:over|compared)",
            r"in (?:comparison|contrast) (?:to|with)",
            r"(?:similar|different) (?:to each other|from (?:one another|each other))",
        ),
    ),
    _rule(
        "open",
        "leaves the form of the answer open",
        _begins(
            r"discuss|explore|reflect|muse|brainstorm|speculate|imagine|consider|ponder|chat|talk|elaborate|comment",
            r"tell (?:me|us) (?:\w+ ){0,3}?about|say something|speak about|share (?:your|some)",
            r"(?:any|your) (?:thoughts|ideas|views|opinions?|advice)|thoughts on",
            r"what if|what about|how about|how do you feel|what(?:'s| is| are) your",
            r"what (?:do|would|should|can|could) (?:you|we|i) (?:think|make|do|say|suggest|recommend|learn)",
            r"let's talk|i wonder|i(?:'m| am) (?:curious|interested|thinking|wondering)",
        ),
    ),
    _rule(
        "question",
        "asks a question in a polite wrapping",
        _begins(
            rf"(?:tell|let|remind|inform|show) (?:me|us) (?:know )?(?:\w+ ){{0,3}}?(?:{_WH}|whether|if)",
            r"(?:do you know|does anyone know|any idea|i (?:want|need|wish|would like) to know|know|find out|"
            rf"what i want to know is) (?:{_WH}|whether|if)",
        ),
        r"^name the\b.*\?",
    ),
    _rule("instruction", "begins with an order", rf"^(?:{_COMPOSE}|{_DIRECT})\b(?!['’]|\s+(?:is|was|are|were|has)\b)"),
    _rule(
        "question",
        "is worded as a question",
        rf"^{_WH}\b",
        rf"^{_AUXILIARY}\b .",
        rf"^{_PREPOSITION}\s+(?:\w+ ){{0,2}}?(?:what|which|whom|whose|how|where|when)\b",
    ),
    _rule(
        "question",
        "ends by asking",
        rf"[.!;:]\s+{_WH}\b[^.!?]*\??$",
        r"\?",
        r"\b(?:how (?:many|much)|what|which) \w+\s*$",
    ),
    _rule(
        "instruction",
        "contains an order",
        rf"[.!;:,]\s+(?:please\s+)?(?:{_COMPOSE}|{_DIRECT})\s+(?:a|an|the|all|every|each|me|us|it|this|these|\d+)\b",
    ),
)
_EXPLANATORY = re.compile(
    r"\b(?:why|how (?!many|much|old|long|far|tall|big|large|often|deep|high|wide)\w+)\b", re.IGNORECASE
)
_COMPOSITION = re.compile(
    rf"^{_COMPOSE}\b|\b(?:essay|letter|e-?mail|article|report|memo|poem|story|press release)\b", re.I
)


def classify(question: str, has_text: bool) -> tuple[RequestKind, str]:
    """The kind of request and a plain sentence on why. `has_text`: material to work on was given beside it."""
    wording = _core(question)
    if not wording:
        return "open", "Kind open: material is given and nothing particular is asked of it."
    for kind, reason, deferred in _RULES:
        found = deferred().search(wording)
        if found:
            words = " ".join(found.group().split())[:60]
            return kind, f"Kind {kind}: the wording {words!r} {reason}."
    if has_text:
        return "open", "Kind open: the wording neither asks nor orders; the material is analysed under that heading."
    return "open", "Kind open: the wording neither asks nor orders anything particular."


def is_composition(question: str) -> bool:
    """Whether a text is to be written, rather than facts looked up or arranged."""
    return _COMPOSITION.search(_core(question)) is not None


def is_explanatory(question: str) -> bool:
    """Whether reasons or a course of events are asked for, which takes more sentences than a fact."""
    return _EXPLANATORY.search(_core(question)) is not None


def _core(question: str) -> str:
    text = " ".join((question if len(question) <= 2 * _LOOKED_AT else _ends(question)).split()).replace("’", "'")
    return _POLITE.sub("", text.strip("\"'“”‘’()[]*-#> ")).strip()


def _ends(question: str) -> str:
    return question[:_LOOKED_AT] + " " + question[-_LOOKED_AT:]
