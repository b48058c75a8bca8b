"""Whether an answer is followed up, and in which words. Pure.

Without a language model a follow-up is neutral: it asks for what the answer has not, never for what a rubric wants. It
shares no content word with a claim of the rubric beyond what the question and the answers have said already.

One that does not fit what was said is worse than none. So nobody is asked for a number of what can't be counted, for an
example of a reason, for more where much was said, or for anything about words that speak of something else. How it
turned out is asked only where it surely was not told (left_open.py), one thing after an answer, two after an expert's,
and nothing twice in the same words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from vivavoce.attempts.answer import Answer
from vivavoce.conversation.course import Conversation, Course
from vivavoce.conversation.intents import (
    Lack,
    QuestionAim,
    asks_for_event,
    find_asking,
    find_lacks,
    find_sure_lacks,
    gives_reason,
    is_beside,
    is_declining,
    is_denying,
    is_plain_no,
    is_refused,
    may_tell_end,
    telling_stems,
    tells_only_ours,
)
from vivavoce.conversation.left_open import asks_for_names, asks_how, asks_of_ways, leaves_end_open, says_none, weighs
from vivavoce.conversation.lines import Manner, Probe, count_variants, word_probe
from vivavoce.conversation.phrase_patterns import split_clauses
from vivavoce.conversation.turn_words import is_spent
from vivavoce.conversation.utterances import Utterance, gives_orders, tell_apart
from vivavoce.interviews.length import budget_of
from vivavoce.interviews.steps import AnsweredBy, Step
from vivavoce.text.languages import CODES, UNSPACED

SECONDS_A_QUESTION = 60  # kept free for each question that is still to come: all of them before any follow-up
# Whoever said so many words is not asked merely for more; of what happened to them, and no end of it; of why.
MANY_WORDS, MANY_OF_EVENTS, MANY_OF_REASONS = 7, 10, 5
LIST, LIST_OF_DEEDS = 2, 3  # clauses that are an answer by themselves: "Excel mostly, Word at times"
MANY_OF_WAYS = 16  # nor for an example of how they go about something
MANY_OF_EXPERTS = (10, 40)  # words: whoever said fewer is asked for more, whoever said as many for nothing
MOST, MOST_OF_EXPERTS = 1, 2  # follow-ups to a question, however many a merchant allows
LEAST_GONE_ON = 4  # words: whoever said fewer to a follow-up is asked no other
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
    if not may_follow_up(course, conversation, step) or not _is_told_of(step, given) or _is_enough(course, step, given):
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
    return not (last.is_skipped or is_denied or is_over or any(map(is_refused, given)))


def _is_enough(course: Course, step: Step, given: Sequence[Answer]) -> bool:
    """Whether as many follow-ups were asked as rules may ask, or nothing more is to be had."""
    most, last = min(MOST_OF_EXPERTS, course.max_follow_ups) if step.question.is_expert else MOST, given[-1]
    is_brief = len(given) > 1 and last.language not in UNSPACED and len(last.text.split()) < LEAST_GONE_ON
    return len(given) > most or is_brief or says_none(last.text, language=last.language)


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

    @property
    def sure_lacks(self) -> tuple[Lack, ...]:
        return find_sure_lacks(self.question, self.text, language=self.language)


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
        return () if is_beside else _find_depth(heard)
    lacks = find_lacks(heard.question, heard.text, language=heard.language)
    if is_beside:
        lacks = tuple(lack for lack in lacks if lack is Lack.MORE)  # which fits whatever was said
    return (PROBE_FOR[lack] for lack in lacks if _fits(lack, heard))


def _find_depth(heard: _StepSoFar) -> Iterable[Probe]:
    """What goes deeper than an expert's answer, where it neither goes there itself nor says much."""
    few, many = MANY_OF_EXPERTS
    words, language = len(heard.text.split()), heard.language
    is_few = words < few
    if language in UNSPACED:
        is_few = Lack.MORE in find_lacks(heard.question, heard.text, language=language)
    if is_few and len(heard.answers) == 1:
        yield Probe.MORE if asks_how(heard.question, language=language) else Probe.MECHANISM
    # What a thing is has no limits that one could ask for.
    is_of_doing = asks_how(heard.question, language=language)
    if is_of_doing and words < many and not weighs(f"{heard.question}\n{heard.text}", language=language):
        yield Probe.LIMIT
        if asks_of_ways(heard.question, language=language):  # of what one does: there is no other way that a law is
            yield Probe.ALTERNATIVE


def _fits(lack: Lack, heard: _StepSoFar) -> bool:
    """Whether it is surely missing, and worth asking for after what was said."""
    aim = find_asking(heard.question, language=heard.language)
    match lack:
        case Lack.MORE:
            is_told = aim is QuestionAim.MOTIVATION and gives_reason(heard.text, language=heard.language)
            least = LIST if aim in (QuestionAim.KNOWLEDGE, QuestionAim.MOTIVATION) else LIST_OF_DEEDS
            is_list = len(split_clauses(heard.text, language=heard.language)) >= least
            is_named = asks_for_names(heard.question, language=heard.language)
            return not (is_told or is_list or is_named) and _is_thin(heard.text, heard.language, least=_least_of(heard))
        case Lack.EXAMPLE:
            is_way = asks_of_ways(heard.question, language=heard.language) and len(heard.text.split()) < MANY_OF_WAYS
            return is_way or (aim is QuestionAim.EXPERIENCE and lack in heard.sure_lacks)
        case Lack.FIGURE:
            return lack in heard.sure_lacks
        case Lack.OWN_PART:
            is_ours = tells_only_ours(heard.text, language=heard.language)
            return is_ours and asks_for_event(heard.question, language=heard.language)
        case Lack.RESULT:
            return leaves_end_open(heard.question, heard.text, language=heard.language)


def _least_of(heard: _StepSoFar) -> int:
    """From how many words on somebody has said enough not to be asked merely for more."""
    if find_asking(heard.question, language=heard.language) is QuestionAim.MOTIVATION:
        return MANY_OF_REASONS
    is_ended = may_tell_end(heard.text, language=heard.language)
    is_event = asks_for_event(heard.question, language=heard.language)
    return MANY_OF_EVENTS if is_event and not is_ended else MANY_WORDS


def _is_thin(text: str, language: str, *, least: int = MANY_WORDS) -> bool:
    """Whether so few words were said that more may be asked for; where no spaces part them, their stems tell."""
    return language in UNSPACED or len(text.split()) < least


def _allowed(course: Course, conversation: Conversation, probe: Probe, heard: _StepSoFar) -> tuple[str, ...]:
    """The wordings that leak nothing and were not heard in this conversation."""
    manner = replace(course.manner, language=heard.language)
    *wordings, plain = _word_all(probe, manner)
    start = conversation.number % len(wordings)  # so that two questions are not followed up in the same words
    asked = [answer.asked for answer in conversation.answers]
    ordered = (text for text in (*wordings[start:], *wordings[:start], plain) if not _leaks(text, heard))
    allowed = [wording for wording in ordered if not any(text.endswith(wording) for text in asked)]
    # Put differently, it is never longer.
    first = len(allowed[0].split()) if allowed else 0
    return tuple(wording for wording in allowed if wording == plain or len(wording.split()) <= first)


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
