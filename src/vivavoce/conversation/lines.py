"""What the interviewer says besides the questions: calm, kind, true, and never about how good an answer was. Pure.

The words stand in phrases/*.toml. In a language that we have no words in, they are English and marked as English.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vivavoce.conversation.phrase_patterns import between_sentences, read_phrases
from vivavoce.interviews.draft import Tone
from vivavoce.text.languages import CODES
from vivavoce.text.sentences import split_sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the interviewer speaks in one interview, and about what."""

    language: str
    tone: Tone
    style: str | None  # one of the contract's interview types; any other text says nothing
    seniority: str | None  # a value of Seniority; any other text says nothing
    company: str | None  # the name of the company that hires
    role: str  # the interview's name


class Line(StrEnum):
    """What there is to say."""

    OPENING = "opening"  # the welcome
    INSTRUCTION = "instruction"  # how the conversation goes
    THANKS = "thanks"  # after an answer
    AFTER_SKIP = "after_skip"
    AFTER_DECLINING = "after_declining"  # the person does not know, or would rather not say
    REPEAT = "repeat"  # before the question, again
    REPHRASE = "rephrase"  # before the question in other words
    NO_OTHER_WORDS = "no_other_words"  # there are none
    THINK = "think"
    CONFIRM_SKIP = "confirm_skip"
    CONFIRM_END = "confirm_end"
    STAY = "stay"  # neither skipped nor ended after all
    TROUBLE = "trouble"  # something does not work
    PERSON = "person"  # a person is wanted
    PASSED_ON = "passed_on"  # the candidate's question can't be answered here
    FOUND = "found"  # before the passage that answers it
    ANYTHING_ELSE = "anything_else"  # more questions of the candidate?
    TIME_UP = "time_up"
    ENDED_EARLY = "ended_early"
    CLOSING = "closing"  # when all was asked
    FAREWELL = "farewell"  # when not
    BACK = "back"  # before a follow-up to an answer that speaks of something else
    FAULT = "fault"  # the line broke on our side
    LAST_ONE = "last_one"  # time is nearly up


class Probe(StrEnum):
    """What a follow-up asks for, and nothing beyond it."""

    MORE = "more"
    EXAMPLE = "example"
    OWN_PART = "own_part"
    RESULT = "result"
    FIGURE = "figure"
    MECHANISM = "mechanism"  # how it works underneath
    LIMIT = "limit"  # where it would no longer hold
    ALTERNATIVE = "alternative"  # what else one could do


class Offer(StrEnum):
    """What every tone offers in the same words."""

    NONE_OF_THESE = "none_of_these"  # one more choice, where the merchant offers it
    OWN_WORDS = "own_words"  # asked after it
    SKIPPED = "skipped"  # before a question that was skipped, once all others were asked
    LAST_TO_ASK = "last_to_ask"  # more questions of the candidate? One can be taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Words of ours, and the language that they are in."""

    text: str
    language: str


def say(line: Line, manner: Manner, *, turn: int = 0) -> Said:
    """The line in this manner. turn picks its variant: where there are several, the next turn has another one.

    Of the opening only the first sentence, so that the question waits behind no speech: show_opening has the rest.
    """
    language = manner.language if manner.language in CODES else "en"
    variants: list[str] = read_phrases(language)["lines"][line][manner.tone]
    text = variants[turn % len(variants)]
    return Said(text=split_sentences(text)[0] if line is Line.OPENING else text, language=language)


def show_opening(manner: Manner) -> Said:
    """What follows the opening and is read, not said: how it goes, and what only this interview has."""
    language = manner.language if manner.language in CODES else "en"
    phrases = read_phrases(language)
    rest = split_sentences(phrases["lines"][Line.OPENING][manner.tone][0])[1:]
    text = between_sentences(language).join([*rest, *_particulars(phrases["opening"], manner)])
    return Said(text=text, language=language)


def word_offer(offer: Offer, *, language: str) -> Said:
    """The offer; in English where we have no words in the language."""
    language = language if language in CODES else "en"
    text: str = read_phrases(language)["offers"][offer]
    return Said(text=text, language=language)


def word_probe(probe: Probe, manner: Manner, *, variant: int) -> str | None:
    """The probe in one of its wordings, from 0; None when there is no such one, or no words in this language.

    The last one is made of small words alone: it can't name anything.
    """
    wordings = _wordings(probe, manner)
    return wordings[variant] if 0 <= variant < len(wordings) else None


def count_variants(probe: Probe, manner: Manner) -> int:
    """How many wordings the probe has in this manner."""
    return len(_wordings(probe, manner))


def _particulars(opening: dict[str, Any], manner: Manner) -> list[str]:
    """The sentences that only this interview has: what it is, for whom, and of which kind."""
    sentences: list[str] = []
    # Names are put in last and as they are: they may hold braces.
    if role := manner.role.strip():
        sentences.append(opening["role"][manner.tone].replace("{role}", role))
    if company := (manner.company or "").strip():
        sentences.append(opening["company"][manner.tone].replace("{company}", company))
    if manner.style in opening["style"]:
        sentences.append(opening["style"][manner.style])
    if manner.seniority in opening["seniority"]:
        sentences.append(opening["seniority"][manner.seniority])
    return sentences


def _wordings(probe: Probe, manner: Manner) -> list[str]:
    if manner.language not in CODES:
        return []
    phrases = read_phrases(manner.language)
    told: dict[str, list[str]] = phrases["probes"][probe]
    first, *others = told[manner.tone]
    # Once is enough: the other wordings go without.
    hint: str | None = phrases["hints"].get(manner.seniority, {}).get(probe)
    space = between_sentences(manner.language)
    return [first if hint is None else f"{first}{space}{hint}", *others, *told["plain"]]
