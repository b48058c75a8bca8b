"""Whether a conditional step is asked, and why. Pure. In doubt it is asked."""

from dataclasses import replace
from enum import StrEnum

from vivavoce.attempts.answer import Answer, Branch
from vivavoce.conversation.course import OWN_WORDS, Conversation
from vivavoce.conversation.intents import is_denying, telling_stems
from vivavoce.interviews.steps import Step


class Because(StrEnum):
    """Why a conditional step is asked, or is not."""

    PARENT_NOT_ASKED = "parent_not_asked"
    PARENT_SKIPPED = "parent_skipped"
    CHOICE_MET = "choice_met"  # one of the choices that the condition names
    CHOICE_NOT_MET = "choice_not_met"
    PLAIN_NO = "plain_no"  # the answer denies, and takes nothing of it back
    MENTIONED = "mentioned"  # the answer speaks of what the condition names
    ANSWERED = "answered"  # there is no condition, and the answer denies nothing
    UNSURE = "unsure"  # nothing tells whether the condition holds
    CONDITION_MET = "condition_met"  # a language model says so, by a quote
    CONDITION_NOT_MET = "condition_not_met"


ASKED = frozenset({Because.CHOICE_MET, Because.MENTIONED, Because.ANSWERED, Because.UNSURE, Because.CONDITION_MET})


def find_branch(step: Step, conversation: Conversation) -> Branch:
    """What holds for this conditional step, whose place has come."""
    because = _weigh(step, conversation)
    return Branch(step_id=step.id, is_asked=because in ASKED, reason=because.value)


def find_open_condition(step: Step, conversation: Conversation) -> str | None:
    """The condition in words that no rule can tell about; None where a rule tells, or there is none."""
    if _weigh(step, conversation) not in (Because.MENTIONED, Because.UNSURE):
        return None
    when: str = (step.question.condition or {})["when"]
    return when


def to_branch(step: Step, *, is_met: bool, quote: str) -> Branch:
    """What a language model decided of the condition, by these words of the candidate."""
    because = Because.CONDITION_MET if is_met else Because.CONDITION_NOT_MET
    return Branch(step_id=step.id, is_asked=is_met, reason=because.value, quote=quote)


def _weigh(step: Step, conversation: Conversation) -> Because:
    answer = next((earlier for earlier in conversation.answers if earlier.step_id == step.parent_id), None)
    if answer is None:
        return Because.PARENT_NOT_ASKED
    is_chosen = conversation.choice_of(answer) is not None
    if answer.is_skipped and not is_chosen:
        return Because.PARENT_SKIPPED
    condition = step.question.condition or {}
    # The choice that counts; own words lead where they led first.
    text = conversation.text_of(answer) if is_chosen else answer.text
    if "choices" in condition:
        return Because.CHOICE_MET if text in condition["choices"] else Because.CHOICE_NOT_MET
    is_explained = any(
        given.step_id == answer.step_id and given.follow_up == OWN_WORDS for given in conversation.answers
    )
    if not is_explained and is_denying(text, language=answer.language):
        return Because.PLAIN_NO
    if "when" in condition:
        return _weigh_text(condition["when"], replace(answer, text=text), conversation)
    return Because.ANSWERED


def _weigh_text(when: str, answer: Answer, conversation: Conversation) -> Because:
    """By words alone nobody can tell whether a condition holds, only whether it was spoken of."""
    others = (given for given in conversation.answers if given.step_id == answer.step_id)
    said = " ".join(answer.text if given.number == answer.number else given.text for given in others)
    shared = telling_stems(when, language=answer.language) & telling_stems(said, language=answer.language)
    return Because.MENTIONED if shared else Because.UNSURE
