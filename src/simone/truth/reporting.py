"""The verbs of saying, each in its forms, and which of them leave what is said standing.

Not for the verbs whose clause the comparison leaves open: those are the kernels' own (`lexicon.REPORTING`).
"""

from __future__ import annotations

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.words import stem

_FORMS = {
    forms.split()[0]: tuple(forms.split())
    for forms in (
        "say says said|tell tells told|add adds added|reply replies replied|admit admits admitted"
        "|concede concedes conceded|warn warns warned|argue argues argued|claim claims claimed|insist insists insisted"
        "|deny denies denied|announce announces announced|explain explains explained|note notes noted"
        "|write writes wrote|state states stated|report reports reported|suggest suggests suggested"
        "|predict predicts predicted|conclude concludes concluded|ask asks asked|answer answers answered"
        "|recall recalls recalled|confirm confirms confirmed|promise promises promised|complain complains complained"
        "|observe observes observed|remark remarks remarked|declare declares declared|believe believes believed"
        "|think thinks thought|maintain maintains maintained|estimate estimates estimated|hold holds held"
        "|rule rules ruled|find finds found|assert asserts asserted|allege alleges alleged"
        "|acknowledge acknowledges acknowledged|stress stresses stressed|joke jokes joked|shout shouts shouted"
    ).split("|")
}
_STATING = "say state announce report find conclude note explain write argue claim confirm declare add warn".split()
_ALSO = frozenset(
    "announce report state write explain declare confirm assert call describe read ask add reply promise".split()
)

SAYING = "|".join(sorted((form for forms in _FORMS.values() for form in forms), key=lambda form: (-len(form), form)))
"""Forms of the verbs with which somebody is quoted or reported, as a pattern, the longest first."""
BASES = tuple(_FORMS)
"""The same verbs in their base form."""
STATING = "|".join(form for verb in _STATING for form in _FORMS[verb])
"""Forms of verbs after which what is said stands as said, as a pattern: not "deny", "ask", "promise", nor "hold"."""
STEMS = frozenset(stem(verb) for verb in lex.REPORTING | _ALSO)
"""Stems of the verbs by which a sentence shows that it is somebody's word."""
