"""Whether an answer is followed up, and in which words. Pure.

Without a language model a follow-up is neutral: it asks for what the answer has not, never for what a rubric wants. It
shares no content word with a claim of the rubric beyond what the question and the answers have said already.

One that does not fit what was said is worse than none. So nobody is asked for a number of what can't be counted, for an
example of a reason, for more where much was said, or for anything about words that speak of something else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from vivavoce.attempts.answer import Answer
from vivavoce.conversation.course import Conversation, Course
from vivavoce.conversation.intents import (
    Lack,
    QuestionAim,
    find_asking,
    find_lacks,
    gives_reason,
    is_beside,
    is_declining,
    is_denying,
    is_measurable,
    is_plain_no,
    telling_stems,
)
from vivavoce.conversation.lines import Manner, Probe, count_variants, word_probe
from vivavoce.conversation.turn_words import is_spent
from vivavoce.conversation.utterances import Utterance, gives_orders, tell_apart
from vivavoce.interviews.length import budget_of
from vivavoce.interviews.steps import AnsweredBy, Step
from vivavoce.text.languages import CODES, UNSPACED

SECONDS_A_QUESTION = 60  # kept free for each question that is still to come: all of them before any follow-up
MANY_WORDS = 12  # whoever said so many is not asked merely for more
EXPERT_PROBES = (Probe.MECHANISM, Probe.LIMIT, Probe.ALTERNATIVE)
PROBE_FOR = {
    Lack.MORE: Probe.MORE,
    Lack.EXAMPLE: Probe.EXAMPLE,
    Lack.OWN_PART: Probe.OWN_PART,
    Lack.RESULT: Probe.RESULT,
    Lack.FIGURE: Probe.FIGURE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A probe, in words that may be said. wordings: the first is asked, the others when it is to be put differently."""

    probe: Probe
    wordings: tuple[str, ...]


def find_follow_up(course: Course, conversation: Conversation, step: Step) -> FollowUp | None:
    """What is still asked about this step, which was answered last; None: go on."""
    given = _given(conversation, step)
    if not may_follow_up(course, conversation, step) or not _is_told_of(step, given):
        return None
    tried = {answer.follow_up for answer in given}
    heard = _StepSoFar(question=step.question.text, answers=given, claims=course.claims.get(step.id, ()))
    for probe in _wanted(step, heard):
        wordings = () if probe.value in tried else _allowed(course, conversation, probe, heard)
        if wordings:
            return FollowUp(probe=probe, wordings=wordings)
    return None


def may_follow_up(course: Course, conversation: Conversation, step: Step) -> bool:
    """Whether this step, which was answered last, may be followed up at all, by whoever words it."""
    given = _given(conversation, step)
    if not given:
        return False
    question, last = step.question, given[-1]
    if question.answered_by is not AnsweredBy.OPEN or not question.is_scored or last.language not in CODES:
        return False
    if len(given) > budget_of(step, most=course.max_follow_ups) or not _has_time(course, conversation):
        return False
    is_denied = is_plain_no(last.text, language=last.language)
    # "No, since he might fall." may be what somebody knows, and is no denial.
    if not is_denied and find_asking(question.text, language=last.language) is not QuestionAim.KNOWLEDGE:
        is_denied = is_denying(last.text, language=last.language)
    is_over = is_declining(last.text, language=last.language) or is_spent(last.text, language=last.language)
    return not (last.is_skipped or is_denied or is_over)


def _given(conversation: Conversation, step: Step) -> list[Answer]:
    """What was answered to this step and its follow-ups; a question that was skipped was not."""
    answers = [answer for answer in conversation.answers if answer.step_id == step.id]
    given = [answer for answer in answers if answer.follow_up is not None or not answer.is_skipped]
    return [replace(answer, text=answer.own_words) for answer in given]


@dataclass(frozen=True, slots=True, kw_only=True)
class _StepSoFar:
    """All that was said about a step, and what nobody may say."""

    question: str
    answers: Sequence[Answer]
    claims: tuple[str, ...]

    @property
    def language(self) -> str:
        return self.answers[0].language

    @property
    def text(self) -> str:
        return "\n".join(answer.text for answer in self.answers)


def _is_told_of(step: Step, given: Sequence[Answer]) -> bool:
    """Whether the answers speak of what was asked, so that more can be asked about them in words that fit any."""
    last = given[-1]
    if gives_orders(last.text, language=last.language):
        return False
    # A few words name little, and may be to the point in words of their own: "2 years at Amazon, picking".
    if _is_beside(step.question.text, given) and not _is_thin(
        "\n".join(answer.text for answer in given), last.language
    ):
        return False
    # "I have told you that already", taken as it is: there is nothing in it to ask about.
    return tell_apart(last.text, question=last.asked, language=last.language) is Utterance.ANSWER


def _is_beside(question: str, given: Sequence[Answer]) -> bool:
    return all(is_beside(question, answer.text, language=answer.language) for answer in given)


def _has_time(course: Course, conversation: Conversation) -> bool:
    answered = {answer.step_id for answer in conversation.answers}
    to_come = sum(1 for step in course.steps if step.parent_id is None and step.id not in answered)
    return conversation.spent_seconds + to_come * SECONDS_A_QUESTION * course.time_factor < course.max_seconds


def _wanted(step: Step, heard: _StepSoFar) -> Iterable[Probe]:
    is_beside = _is_beside(heard.question, heard.answers)
    if step.question.is_expert:
        return () if is_beside else EXPERT_PROBES
    lacks = find_lacks(heard.question, heard.text, language=heard.language)
    if is_beside:
        lacks = tuple(lack for lack in lacks if lack is Lack.MORE)  # which fits whatever was said
    return (PROBE_FOR[lack] for lack in lacks if _fits(lack, heard))


def _fits(lack: Lack, heard: _StepSoFar) -> bool:
    """Whether it is worth asking for, after what was said."""
    aim = find_asking(heard.question, language=heard.language)
    match lack:
        case Lack.MORE:
            is_told = aim is QuestionAim.MOTIVATION and gives_reason(heard.text, language=heard.language)
            return not is_told and _is_thin(heard.text, heard.language)
        case Lack.EXAMPLE:
            return aim is not QuestionAim.MOTIVATION
        case Lack.FIGURE:
            return is_measurable(heard.text, language=heard.language)
        case _:
            return True


def _is_thin(text: str, language: str) -> bool:
    """Whether so few words were said that more may be asked for; where no spaces part them, their stems tell."""
    return language in UNSPACED or len(text.split()) < MANY_WORDS


def _allowed(course: Course, conversation: Conversation, probe: Probe, heard: _StepSoFar) -> tuple[str, ...]:
    """The wordings that leak nothing, those first that were not heard in this conversation."""
    manner = replace(course.manner, language=heard.language)
    *wordings, plain = _word_all(probe, manner)
    start = conversation.number % len(wordings)  # so that two questions are not followed up in the same words
    asked = [answer.asked for answer in conversation.answers]
    allowed = [text for text in (*wordings[start:], *wordings[:start], plain) if not _leaks(text, heard)]
    allowed.sort(key=lambda wording: any(text.endswith(wording) for text in asked))
    return tuple(allowed)


@lru_cache(maxsize=1024)
def _word_all(probe: Probe, manner: Manner) -> tuple[str, ...]:
    words = (word_probe(probe, manner, variant=variant) for variant in range(count_variants(probe, manner)))
    return tuple(word for word in words if word is not None)


def _leaks(wording: str, heard: _StepSoFar) -> bool:
    shared = telling_stems(wording, language=heard.language) & _stems_of_all(heard.claims, heard.language)
    if not shared:
        return False
    return not shared <= telling_stems(f"{heard.question}\n{heard.text}", language=heard.language)


@lru_cache(maxsize=1024)
def _stems_of_all(claims: tuple[str, ...], language: str) -> frozenset[str]:
    """Kept, since every attempt at an interview asks for the same."""
    return frozenset().union(*(telling_stems(claim, language=language) for claim in claims))
