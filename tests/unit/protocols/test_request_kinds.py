"""How often CCP reads a request as a person would: labelled requests in many styles."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from simone.protocols.cognitive_control.kinds import classify
from simone.records import RequestKind

LABELLED: dict[RequestKind, tuple[str, ...]] = {
    "question": (
        "What did Belmar agree to pay?",
        "who signed the harbour treaty",
        "When was the lighthouse rebuilt?",
        "In which year did the mine close?",
        "how many people live in Orsk",
        "Hi, could you tell me when the ferry leaves on Sundays?",
        "Does the warranty cover water damage?",
        "Is the museum open on Mondays?",
        "Tell me who wrote the second report.",
        "I need to know whether the payment arrived.",
        "What's the boiling point of ethanol at sea level?",
        "To whom was the letter addressed?",
        "Why did the council reject the plan?",
        "How does a heat pump work?",
        "The valve failed twice in March. What caused it?",
        "Which of the three suppliers delivered late?",
        "any idea why the build fails on arm64",
        "Do you know how long the contract runs?",
        "hey what time does the meeting start",
        "Of what material are the seals made?",
        "What happens if the pressure exceeds 8 bar?",
        "We closed the books in May. How much was left over?",
        "The minister resigned in which month?",
        "Are there any restrictions on exporting the device?",
        "Could anyone explain me... what is a monad?",
    ),
    "summary": (
        "Summarize the annual report.",
        "Please summarise this in three sentences.",
        "tl;dr",
        "TLDR of the minutes please",
        "Give me a brief overview of the project.",
        "Can you give me the gist of chapter two?",
        "What are the key points of the agreement?",
        "I'd like a short summary of the findings.",
        "Sum up the discussion about the bridge.",
        "Condense the following into one paragraph.",
        "Boil this down to two lines.",
        "Write an executive summary of the audit.",
        "What is, in a nutshell, the argument of PEP 20?",
        "Could you recap last week's decisions?",
        "Overview of the pension reform",
        "Provide a one-page synopsis of the novel.",
        "Main points of the speech?",
        "Hello! I need to have a summary of these notes.",
        "Give a two-sentence summary for executives.",
        "What are the main takeaways from the study?",
    ),
    "comparison": (
        "Compare the 2019 and 2021 budgets.",
        "What is the difference between a list and a tuple?",
        "How does plan A differ from plan B?",
        "Ferry vs train to the island",
        "Which is cheaper, the steel or the timber bridge?",
        "contrast the two witnesses' accounts",
        "What do Orsk and Belmar have in common?",
        "Is the new pump quieter than the old one?",
        "pros and cons of remote work",
        "How do the two treaties compare on fishing rights?",
        "List the similarities between the two designs.",
        "What distinguishes a guideline from a standard?",
        "Please compare and contrast EIP-1559 with the earlier fee market.",
        "Which has more bandwidth, fibre or copper?",
        "Differences between drafts 7 and 2020-12?",
        "What are the advantages of solar over wind for the village?",
        "How is the revised charter different from the original?",
        "Did Lena earn more than Tomas in 2020?",
        "Put the two proposals side by side.",
        "Python versus Rust for text processing",
    ),
    "instruction": (
        "Write a letter to the harbour master.",
        "List all members of the committee.",
        "Explain the approval procedure step by step.",
        "Please draft a press release about the opening.",
        "Translate the first paragraph into French.",
        "Could you create a table of the deadlines?",
        "I want you to extract every date from the minutes.",
        "Describe the filtration process.",
        "Rewrite this in plain language.",
        "Generate five titles for the article.",
        "Make a timeline of the dispute.",
        "Name three causes of the delay.",
        "Outline the steps needed to renew a licence.",
        "Convert the measurements to metric units.",
        "Find the clause about termination.",
        "Would you please prepare an agenda for Monday?",
        "Propose a better heading for section 4.",
        "Your task is to classify each complaint by product.",
        "Show how the tariff is calculated.",
        "Define 'force majeure' as used in the contract.",
        "Put together a checklist for new employees.",
        "You are an editor. Correct the spelling in the text below.",
        "Sort the items by price.",
    ),
    "verification": (
        "Verify that the bridge opened in 1931.",
        "Is it true that Belmar paid 4 million?",
        "Fact-check this paragraph.",
        "The mine closed in 1987. Is that correct?",
        "True or false: the treaty was never ratified.",
        "Check whether the figures in the draft are right.",
        "please confirm the delivery date of 3 June",
        "Is the following statement supported by the documents?",
        "Does this text agree with the sources?",
        "Find factual errors in this answer.",
        "Double-check the numbers below.",
        "Can you verify the claims in my essay?",
        "Are these statements accurate?",
        "Orsk has 40,000 inhabitants, right?",
        "Did the council vote against it? True or false?",
        "Validate the following claims against the reports.",
        "Do the sources support the claim that prices doubled?",
        "Is the claim about the dam correct?",
        "They say the tower is 90 m high. Fact or fiction?",
        "Assess whether the summary is faithful to the report.",
    ),
    "open": (
        "Tell me about the harbour.",
        "harbour treaty",
        "What do you think about the merger?",
        "Any thoughts on the new layout?",
        "Discuss the future of rail transport.",
        "I wonder about the old lighthouse.",
        "Belmar Orsk payment 1931",
        "Let's talk about water quality.",
        "Reflect on the council's role in the crisis.",
        "the state of the pension fund",
        "Brainstorm ways to use the empty hall.",
        "Talk a bit about the history of the mine.",
        "What if the dam had failed?",
        "Good morning.",
        "Climate adaptation in coastal towns",
        "Share your views on nuclear power.",
        "I am curious about medieval glass.",
        "How about the second option?",
        "Elaborate on the idea of shared ownership.",
        "lighthouse keepers of the north coast",
    ),
}
UNSEEN: dict[RequestKind, tuple[str, ...]] = {  # worded after the rules, and never used to change them
    "question": (
        "Where can I find the original minutes?",
        "Was the tunnel ever finished?",
        "quick one: who chairs the board?",
        "Since when has the clinic been closed?",
        "how come the lights went out",
        "Please let me know if the road is open.",
        "The invoice says 40 EUR but I paid 30; why?",
    ),
    "summary": (
        "Can I get a summary of all this?",
        "Shorten the report to its essentials: what are the main points of it?",
        "summarising the whole thread would be great",
        "Bring me up to speed on the negotiations in a few sentences.",
        "Give the highlights of the conference.",
    ),
    "comparison": (
        "Is A faster than B?",
        "In what ways are cats and dogs alike?",
        "How much bigger is the new hall than the old hall?",
        "Apples or oranges: which keep longer?",
        "Contrast inheritance with composition.",
        "what's the diff between v1 and v2",
    ),
    "instruction": (
        "Tabulate the results.",
        "Give me ten examples of passive sentences.",
        "Add a paragraph on safety.",
        "Turn the notes into bullet points.",
        "Write me a poem about rust.",
        "I need a cover letter for this job.",
        "Remove all names from the text.",
    ),
    "verification": (
        "Is the statement 'the lake froze in 1956' true?",
        "Please check my facts.",
        "I read that the tower was sold in 1990 - is this true?",
        "Confirm or refute: the plant uses coal.",
        "Does the evidence back the headline?",
        "Are the numbers in this table consistent with the report?",
    ),
    "open": (
        "Thoughts on chapter three?",
        "river pollution northern district",
        "I'm interested in early printing.",
        "Tell us something about yourself.",
        "hello",
        "Say something about the economy of Orsk.",
        "What would you do in her place?",
    ),
}
TEXT_STYLES = (str, str.upper, lambda text: f"  {text}\n", lambda text: f'"{text}"')


def confusion(labelled: dict[RequestKind, tuple[str, ...]]) -> Counter[tuple[str, str]]:
    return Counter((kind, classify(text, False)[0]) for kind, texts in labelled.items() for text in texts)


def test_at_least_120_labelled_requests_are_read_right_in_95_of_100_cases() -> None:
    counts = confusion(LABELLED)
    assert counts.total() >= 120
    right = sum(count for (label, answer), count in counts.items() if label == answer)
    wrong = [
        f"{kind} read as {classify(text, False)[0]}: {text}"
        for kind, texts in LABELLED.items()
        for text in texts
        if classify(text, False)[0] != kind
    ]
    assert right / counts.total() >= 0.95, "\n".join(wrong)


def test_requests_worded_after_the_rules_are_read_right_in_three_of_four_cases() -> None:
    counts = confusion(UNSEEN)
    right = sum(count for (label, answer), count in counts.items() if label == answer)
    assert right / counts.total() >= 0.75


@pytest.mark.parametrize("style", range(len(TEXT_STYLES)))
def test_case_quotes_and_white_space_do_not_change_the_kind(style: int) -> None:
    for texts in LABELLED.values():
        for text in texts:
            if not text.startswith(("'", '"')):
                assert classify(TEXT_STYLES[style](text), False)[0] == classify(text, False)[0], text


def test_every_kind_comes_with_a_sentence_that_names_the_words_which_decided() -> None:
    kind, reason = classify("Please compare the two budgets.", False)
    assert kind == "comparison"
    assert reason == "Kind comparison: the wording 'compare' asks to hold things against each other."


@pytest.mark.data
def test_encyclopedia_questions_are_read_as_questions() -> None:
    path = Path(os.environ.get("SIMONE_DATA", "../shared/data")) / "qa" / "xquad_en_dev.json"
    if not path.is_file():
        pytest.skip(f"no data at {path}")
    tree = json.loads(path.read_text("utf-8"))
    questions = [qa["question"] for paragraph in tree for qa in paragraph["questions"]]
    kinds = Counter(classify(question, False)[0] for question in questions)
    others = [
        (classify(question, False), question) for question in questions if classify(question, False)[0] != "question"
    ]
    assert kinds["question"] / len(questions) >= 0.95, others
