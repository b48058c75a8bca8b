"""Conditional questions: asked, or not, and why."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.folding import folded
from vivavoce.attempts.answer import Answer, Branch
from vivavoce.attempts.states import AttemptState
from vivavoce.conversation.branches import find_branch
from vivavoce.conversation.course import Conversation
from vivavoce.interviews.steps import SentQuestion, Step

PARENT, CHILD = UUID(int=1), UUID(int=2)
GIVEN = Answer(
    number=1, step_id=PARENT, asked="Have you led people?", language="en", text="", choice=None, is_skipped=False,
    key=UUID(int=9),
)  # fmt: skip


def branch(condition: dict[str, Any] | None, *answers: Answer) -> Branch:
    child = Step(
        id=CHILD, question=SentQuestion(text="How many?", is_conditional=True, condition=condition), parent_id=PARENT
    )
    return find_branch(child, Conversation(state=AttemptState.BEGUN, answers=answers))


@folded(
    ("condition", "text", "is_asked", "reason"),
    [
        (None, "Yes, six of them.", True, "answered"),
        (None, "No.", False, "plain_no"),
        (None, "No, I haven't", False, "plain_no"),
        (None, "No, but I have trained apprentices.", True, "answered"),
        (None, "I don't know.", True, "answered"),
        ({"when": "they have led people"}, "I led a team of six people.", True, "mentioned"),
        ({"when": "they have led people"}, "Only once, in the army.", True, "unsure"),
        ({"when": "they have led people"}, "No.", False, "plain_no"),
        ({"choices": ["Yes", "Sometimes"]}, "Sometimes", True, "choice_met"),
        ({"choices": ["Yes", "Sometimes"]}, "Never", False, "choice_not_met"),
        ({"choices": ["No"]}, "No", True, "choice_met"),  # the condition decides, where there is one
    ],
)
def test_the_parents_answer_decides(condition: dict[str, Any] | None, text: str, is_asked: bool, reason: str) -> None:
    assert branch(condition, replace(GIVEN, text=text)) == Branch(step_id=CHILD, is_asked=is_asked, reason=reason)


@pytest.mark.parametrize("condition", [None, {"when": "always"}, {"choices": ["Yes"]}])
def test_without_the_parents_answer_it_is_not_asked(condition: dict[str, Any] | None) -> None:
    assert branch(condition) == Branch(step_id=CHILD, is_asked=False, reason="parent_not_asked")
    skipped = replace(GIVEN, is_skipped=True)
    assert branch(condition, skipped) == Branch(step_id=CHILD, is_asked=False, reason="parent_skipped")


@pytest.mark.parametrize(
    ("language", "no"),
    [("de", "Nein, leider nicht."), ("fr", "Non, jamais."), ("es", "No, nunca."), ("it", "No, mai.")],
)
def test_a_plain_no_is_understood_in_the_questions_language(language: str, no: str) -> None:
    assert branch(None, replace(GIVEN, text=no, language=language)).reason == "plain_no"


@folded(
    ("language", "text", "is_asked"),
    [
        ("en", "Nah, never got asked. I'd like to though", False),
        ("en", "nope never done that", False),
        ("en", "No problem, I led six of them.", True),
        ("de", "nee, wurde mir nie angeboten. würds aber gern machen", False),
        ("de", "bisher leider nicht, bin selber erst 2 jahre fertig", False),
        ("de", "Nein, aber ich habe Auszubildende angeleitet.", True),
        ("fr", "Bah non j'en ai pas, chez nous c'était calme", False),
        ("fr", "Non seulement je l'ai fait, mais deux fois.", True),
        ("es", "No, la verdad, nunca me lo pidieron.", False),
        ("es", "No, pero formé a aprendices.", True),
        ("ar", "لا، لم يطلب مني أحد ذلك", False),
        ("ar", "لا، لكني دربت متدربين", True),
    ],
)
def test_a_no_at_the_beginning_decides_unless_it_is_taken_back(language: str, text: str, is_asked: bool) -> None:
    assert branch(None, replace(GIVEN, text=text, language=language)).is_asked is is_asked


def test_a_choice_that_says_no_is_a_plain_no() -> None:
    assert branch(None, replace(GIVEN, text="No", choice=1)).reason == "plain_no"


def test_what_was_said_to_a_follow_up_counts_for_what_was_mentioned() -> None:
    more = replace(GIVEN, number=2, text="I led six people there.", follow_up="more", key=UUID(int=10))
    assert branch({"when": "they have led people"}, replace(GIVEN, text="In the army."), more).reason == "mentioned"
