"""No principle changes a verdict: whatever the text, whatever the levels, verdicts are those of the judge alone."""

from __future__ import annotations

from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from simone.clock import Deadline, FrozenClock
from simone.orchestration.drafts import make_draft
from simone.protocols.verification import Verification, claims_of
from simone.records import Case, PrincipleLevel, PrincipleName, Request
from simone.truth.judge import Judge, as_passage
from simone.truth.principles import principles

TEXTS = sorted({example.text for one in principles() for example in (*one.fires, *one.spares)})
SOURCES = sorted({source for one in principles() for example in one.fires for source in example.sources()})
WORDS = st.sampled_from(
    "the all some women Poles undoubtedly proves experts say that causes lazy are not wall held .".split()
)
PIECES = st.one_of(st.sampled_from(TEXTS), st.lists(WORDS, min_size=1, max_size=8).map(" ".join), st.text(max_size=12))
LEVELS = st.fixed_dictionaries({name: st.sampled_from(get_args(PrincipleLevel)) for name in get_args(PrincipleName)})
JUDGE = Judge(None)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(PIECES, min_size=1, max_size=4).map(" ".join),
    st.lists(st.sampled_from(SOURCES), max_size=3, unique=True),
    LEVELS,
)
def test_verdicts_are_those_of_the_judge_alone(
    text: str, sources: list[str], levels: dict[PrincipleName, PrincipleLevel]
) -> None:
    draft = make_draft(text)
    passages = tuple(as_passage(source, number) for number, source in enumerate(sources))
    case = Case(Request("", text=text), draft=draft, passages=passages)
    done = Verification(JUDGE, levels).apply(case, Deadline(FrozenClock(), 60.0))
    claims = sorted(claims_of(draft, passages), key=lambda claim: (claim.start, claim.end))
    assert done.verdicts == JUDGE.judge(claims, passages)
    for finding in done.principles:
        assert levels[finding.rule.removeprefix("principle-")] != "off"  # type: ignore[index]
        assert finding.span is not None
        sentence = draft.sentences[finding.sentence]
        assert sentence.start <= finding.span[0] < finding.span[1] <= sentence.end
