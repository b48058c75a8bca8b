"""Everything that an interviewer is known to say before anybody has spoken: so that it can be spoken beforehand. Pure.

What is not in it: words that answer a candidate's question, and whatever is put together during a conversation.
"""

from collections.abc import Iterator
from dataclasses import replace

from vivavoce.conversation.asides import say_asides
from vivavoce.conversation.course import Conversation, Course, Turn
from vivavoce.conversation.lines import Line, Manner, Offer, Probe, Said, count_variants, say, word_offer, word_probe
from vivavoce.conversation.silence_prompts import AGAIN, CHOOSE, say_prompt
from vivavoce.conversation.turns import other_wordings
from vivavoce.conversation.wording import reply_now, say_instruction, say_now, say_thanks
from vivavoce.interviews.steps import AnsweredBy
from vivavoce.sound.turn_end import PROMPTS

MOST_VARIANTS = 12  # of one line


def fixed_lines(course: Course) -> tuple[Said, ...]:
    """Each line once, in about the order in which it is needed. course: with all its steps, none drawn."""
    return tuple(dict.fromkeys(line for line in _lines(course) if line.text.strip()))


def _lines(course: Course) -> Iterator[Said]:
    yield Said(text=course.welcome, language=course.language) if course.welcome else say(Line.OPENING, course.manner)
    if (instruction := instruction_of(course)) is not None:
        yield instruction
    yield from _questions(course)
    for language in _languages(course):
        manner = replace(course.manner, language=language)
        for number in (*range(1, PROMPTS + 1), AGAIN):
            yield say_prompt(number, language=language)
        if any(step.question.answered_by is AnsweredBy.CHOICE for step in course.steps):
            yield say_prompt(CHOOSE, language=language)
        for line in (Line.THANKS, *Line):
            yield from _variants(line, manner)
        for offer in (Offer.SKIPPED, Offer.OWN_WORDS):
            yield word_offer(offer, language=language)
        for probe in Probe:
            yield from _probes(probe, manner)
        yield from say_asides(manner, team=course.team)
    if course.thanks:
        yield Said(text=course.thanks, language=course.language)


def _questions(course: Course) -> Iterator[Said]:
    for step in course.steps:
        question = step.question
        language = question.language or course.language
        yield Said(text=question.text, language=language)
        yield from (Said(text=wording, language=language) for wording in other_wordings(question, language=language))


def _languages(course: Course) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys([course.language, *(step.question.language or course.language for step in course.steps)])
    )


def _variants(line: Line, manner: Manner) -> Iterator[Said]:
    # The opening names the interview: it is said once, in the interview's own language.
    turns = range(0 if line is Line.OPENING else MOST_VARIANTS)
    yield from dict.fromkeys(say(line, manner, turn=turn) for turn in turns)


def _probes(probe: Probe, manner: Manner) -> Iterator[Said]:
    for variant in range(count_variants(probe, manner)):
        words = word_probe(probe, manner, variant=variant)
        if words is not None:
            yield Said(text=words, language=manner.language)


def instruction_of(course: Course) -> Said | None:
    """What is read before the first question; None where nothing is."""
    if course.instruction is None:
        return None
    own = Said(text=course.instruction, language=course.language)
    return own if course.instruction else say(Line.INSTRUCTION, course.manner)


def scene_lines(course: Course, conversation: Conversation, turn: Turn | None) -> tuple[Said, ...]:
    """What the interviewer says where the conversation stands, in its order."""
    said = list(say_now(course, conversation, turn))
    told = [say_instruction(course, conversation), say_thanks(course, conversation)]
    said += [line for line in told if line is not None]
    reply = reply_now(conversation)
    if reply is not None and reply.passage is not None:
        said.append(Said(text=reply.passage, language=reply.language))
    if turn is not None:
        said.append(Said(text=turn.asked, language=turn.language))
    return tuple(said)
