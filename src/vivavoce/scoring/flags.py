"""What may be odd about an answer, and what follows from it. Pure.

No flag takes anything from a score. What may follow is that a stretch of the text is no evidence, that nothing is
judged at all, and that a person should look.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Flag(StrEnum):
    """What was noticed."""

    NO_CONTENT = "no_content"  # nothing is said: silence, "I don't know", a bare yes or no to a follow-up
    LANGUAGE_MISMATCH = "language_mismatch"  # another language than the one that was asked in
    REPETITION = "repetition"  # the same words over and over
    QUESTION_ECHO = "question_echo"  # a sentence that says the question again
    RUBRIC_ECHO = (
        "rubric_echo"  # claims of the rubric word for word, or a list of their words: candidates can't know them
    )
    KEYWORD_STUFFING = "keyword_stuffing"  # a list of terms without a sentence
    PROMPT_INJECTION = "prompt_injection"  # words to whoever judges instead of an answer
    SUSPICIOUS_UNICODE = "suspicious_unicode"  # characters that hide or disguise what is written
    TRUNCATED_OR_LONG = "truncated_or_long"  # ends within a sentence, or is longer than half an hour of speech
    PROFANITY = "profanity"  # coarse words
    OFF_TOPIC = "off_topic"  # nothing in it is near the question or what was expected
    UNSUPPORTED = "unsupported"  # a verdict fell, since its quote alone did not carry it
    CONTRADICTORY = "contradictory"  # a claim was confirmed in one place, or by one rater, and rejected in another
    DISAGREED = "disagreed"  # two readers came to different verdicts on a claim, twice
    DOUBTFUL_HEARING = "doubtful_hearing"  # a verdict rests on a word that the ear was unsure of


class Effect(StrEnum):
    """What follows."""

    NOTHING = "nothing"  # it is told, no more
    LEFT_OUT = "left_out"  # the stretch is no evidence, for or against
    ABSTAIN = "abstain"  # the answer is not judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What follows from a flag, and why. needs_review: whether a person must look before the score is used."""

    effect: Effect
    needs_review: bool
    why: str


RULES = MappingProxyType(
    {
        Flag.NO_CONTENT: Rule(
            effect=Effect.LEFT_OUT,
            needs_review=False,
            why="A bare word or an 'I don't know' shows nothing; a person who reads it would say the same.",
        ),
        Flag.LANGUAGE_MISMATCH: Rule(
            effect=Effect.LEFT_OUT,
            needs_review=True,
            why="What the rater can't read must not count for or against; when it is most of the answer, we abstain.",
        ),
        Flag.REPETITION: Rule(
            effect=Effect.NOTHING,
            needs_review=False,
            why="What is said again word for word is passed over, so a repeat wins nothing; stammering costs nothing.",
        ),
        Flag.QUESTION_ECHO: Rule(
            effect=Effect.LEFT_OUT,
            needs_review=False,
            why="The question's own words prove nothing, and many people say a question again to think.",
        ),
        Flag.RUBRIC_ECHO: Rule(
            effect=Effect.LEFT_OUT,
            needs_review=True,
            why="Recited claims come from the rubric and not from the person; a person finds out how they got there.",
        ),
        Flag.KEYWORD_STUFFING: Rule(
            effect=Effect.LEFT_OUT,
            needs_review=True,
            why="A list of terms says what was heard of, not what was done; short notes can look like one, so we ask.",
        ),
        Flag.PROMPT_INJECTION: Rule(
            effect=Effect.LEFT_OUT,
            needs_review=True,
            why="Words to whoever judges are no answer. What else was said is judged as if they were not there.",
        ),
        Flag.SUSPICIOUS_UNICODE: Rule(
            effect=Effect.NOTHING,
            needs_review=True,
            why="The text is read as a person sees it, so nothing is won; it may come from a harmless program.",
        ),
        Flag.TRUNCATED_OR_LONG: Rule(
            effect=Effect.NOTHING,
            needs_review=False,
            why="Whether an answer was cut off or is very long is for a person to know; all of it is judged.",
        ),
        Flag.PROFANITY: Rule(
            effect=Effect.NOTHING,
            needs_review=False,
            why="Manners are not evidence for or against a claim.",
        ),
        Flag.OFF_TOPIC: Rule(
            effect=Effect.NOTHING,
            needs_review=True,
            why="Measured by likeness alone, which errs on unusual but good answers.",
        ),
        Flag.UNSUPPORTED: Rule(
            effect=Effect.NOTHING,
            needs_review=True,
            why="The verdict has fallen already; a person may see what the rater saw.",
        ),
        Flag.CONTRADICTORY: Rule(
            effect=Effect.NOTHING,
            needs_review=True,
            why="Which of the two holds is for a person to find out.",
        ),
        Flag.DISAGREED: Rule(
            effect=Effect.NOTHING,
            needs_review=True,
            why="The claim counts as not discussed; what two readers read differently is for a person to read.",
        ),
        Flag.DOUBTFUL_HEARING: Rule(
            effect=Effect.NOTHING,
            needs_review=True,
            why="The verdict stands, but its words may not be what was said: a person listens.",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A flag and what raised it. start, end: code points of the turn's original text; None: the answer as a whole."""

    flag: Flag
    turn: int | None = None
    start: int | None = None
    end: int | None = None
