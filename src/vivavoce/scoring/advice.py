"""Advice on each answer, to its candidate, from what can be seen in the answer itself. Pure.

It names no expectation: those are the merchant's, and stay hidden. So it speaks of what was skipped, of what is short
or beside the question, of a story that was told before, and of what a story lacks; which sentence says so is the
page's business. One answer gets one advice, and none against what was just praised in it.

Only what is surely so is said: of an answer that may hold what is missing in words that we don't know, nothing. How it
turned out can be told in any words, so nobody is told to add it.

Practice is for getting better: there, every story and every view gets something to try. Where nothing is surely missing
it is something to check that may be missing, and another one for each answer; where all of it was told, or may have
been, it is to say the same once more.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vivavoce.attempts.difference import UNSPACED
from vivavoce.scoring.flags import Flag
from vivavoce.scoring.judged import JudgedAnswer
from vivavoce.scoring.total import LOWEST, THIRD
from vivavoce.scoring.verdicts import VerdictState
from vivavoce.text.fold import fold

FEWEST_WORDS = 12  # an answer of fewer is short before it is anything else
HALF_A_MINUTE = 65  # words: English is spoken at about 130 a minute, and no language that we speak much faster
MOSTLY = 0.5  # of an answer's characters
CHARACTERS_A_WORD = 2  # in languages that write no spaces
SAME_STORY = 0.7  # of the shorter answer's words, in runs of RUN: so much of it was told before
LEAST_STORY_WORDS = 12  # fewer are alike by chance
RUN = 3


class Advice(StrEnum):
    """What is advised about an answer, the weightiest first."""

    SKIPPED = "skipped"
    ELSEWHERE = "elsewhere"  # about something else than was asked
    QUESTION_REPEATED = "question_repeated"  # mostly the question's own words
    TOLD_BEFORE = "told_before"  # the story of an earlier answer
    SHORT = "short"
    REASON = "reason"  # short, and asked for no deed: why, or an example
    OWN_PART = "own_part"  # "we" did it
    EXAMPLE = "example"
    FIGURE = "figure"
    ROOM = "room"  # in practice: it takes less than half a minute to say
    NUMBER = "number"  # in practice: whether a number shows how big it was
    STEPS = "steps"  # in practice: whether all parts of a story are there
    MOMENT = "moment"  # in practice: whether one time shows it
    AGAIN = "again"  # in practice: the same once more, which fits whatever was said
    KEEP = "keep"  # its words carry weight, more than a little of it came up, and there is nothing to add


class WantedAnswer(StrEnum):
    """What a question wants to hear."""

    DEED = "deed"  # what somebody did, and what came of it
    VIEW = "view"  # what they would do, know, or want
    FACT = "fact"  # which may be as short as it is


# What a story may lack, by the words of whoever reads it so (conversation/intents.py `Lack`), and what is said of it.
OF_LACK = {
    "own_part": Advice.OWN_PART,
    "example": Advice.EXAMPLE,
    "figure": Advice.FIGURE,
}


# What is worth checking in practice, where nothing is surely missing.
TO_CHECK = {
    WantedAnswer.DEED: (Advice.ROOM, Advice.NUMBER, Advice.STEPS, Advice.AGAIN),
    WantedAnswer.VIEW: (Advice.MOMENT, Advice.AGAIN),
    WantedAnswer.FACT: (Advice.MOMENT, Advice.AGAIN),  # or in a language whose questions we can't tell apart
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredQuestion:
    """One question as it was answered, follow-ups included. number: as the page counts them. text: '' when skipped.

    lacks: what the answer surely has not, by the keys of OF_LACK and others, the most useful first. wants: what its
    question wants; nobody who was asked for anything but a deed is told to say what they did. has_reason: whether it
    says why. may_tell_moment, may_tell_end: whether a real moment, and how it turned out, may be told in it.
    is_retried: whether it was said once more already.
    """

    number: int
    text: str
    is_skipped: bool
    counts: bool  # whether it is scored, and answered in own words
    lacks: tuple[str, ...] = ()
    wants: WantedAnswer = WantedAnswer.DEED
    has_reason: bool = False
    may_tell_moment: bool = False
    may_tell_end: bool = False
    is_retried: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAdvice:
    """What is advised about one answer. earlier: the question whose story it tells again."""

    advice: Advice
    earlier: int | None = None


def advise(
    heard: Sequence[AnsweredQuestion], judged: Mapping[int, JudgedAnswer], *, is_practice: bool = False
) -> dict[int, GivenAdvice]:
    """What is advised, by the question's number; nothing for an answer that needs nothing, except in practice.

    judged: by the question's number.
    """
    advised: dict[int, GivenAdvice] = {}
    before: list[AnsweredQuestion] = []
    for question in heard:
        if not question.counts:
            continue
        advice = _advise_one(question, judged.get(question.number), before)
        if advice is None and is_practice:
            said = [given.advice for given in advised.values()]
            advice = _find_to_check(question, said, is_quoted=_is_quoted(judged.get(question.number)))
        if advice is not None:
            advised[question.number] = advice
        before.append(question)
    return advised


def find_main(told: Mapping[int, GivenAdvice]) -> tuple[int, ...]:
    """The questions with the one thing to work on: what is advised most often; none when nothing is.

    To say it once more is nothing to work on.
    """
    counts = Counter(given.advice for given in told.values() if given.advice not in (Advice.KEEP, Advice.AGAIN))
    if not counts:
        return ()
    order = list(Advice)
    main = min(counts, key=lambda advice: (-counts[advice], order.index(advice)))
    return tuple(number for number, given in told.items() if given.advice is main)


def _advise_one(
    question: AnsweredQuestion, judged: JudgedAnswer | None, before: Sequence[AnsweredQuestion]
) -> GivenAdvice | None:
    if question.is_skipped:
        return GivenAdvice(advice=Advice.SKIPPED)
    earlier = next(
        (
            earlier_question.number
            for earlier_question in before
            if _is_same_story(earlier_question.text, question.text)
        ),
        None,
    )
    if earlier is not None:
        return GivenAdvice(advice=Advice.TOLD_BEFORE, earlier=earlier)
    quotes = [] if judged is None else _find_quotes(judged)
    if judged is not None and not quotes:
        # What the program takes for beside the question, and quotes all the same, is not.
        if any(raised.flag is Flag.OFF_TOPIC for raised in judged.flags):
            return GivenAdvice(advice=Advice.ELSEWHERE)
        if _is_mostly_repeated(question.text, judged):
            return GivenAdvice(advice=Advice.QUESTION_REPEATED)
    advice = None if quotes else _find_lack(question)
    if advice is not None:
        return GivenAdvice(advice=advice)
    return GivenAdvice(advice=Advice.KEEP) if judged is not None and _may_keep(question, judged, quotes) else None


def _is_mostly_repeated(text: str, judged: JudgedAnswer) -> bool:
    """Whether the question's own words are most of the answer: many begin with them, and go on."""
    echoed = sum(
        raised.end - raised.start
        for raised in judged.flags
        if raised.flag is Flag.QUESTION_ECHO and raised.start is not None and raised.end is not None
    )
    return echoed > MOSTLY * len(text)


def _find_lack(question: AnsweredQuestion) -> Advice | None:
    """What would help the answer most, which nothing of is quoted; None where it may have all that is asked for."""
    is_short = _count_words(question.text) < FEWEST_WORDS
    match question.wants:
        case WantedAnswer.DEED if is_short:
            return Advice.SHORT
        case WantedAnswer.DEED:
            return next((OF_LACK[missing] for missing in question.lacks if missing in OF_LACK), None)
        case WantedAnswer.VIEW if is_short and not question.has_reason:
            return Advice.REASON
        case _:
            return None


def _find_to_check(question: AnsweredQuestion, said: Sequence[Advice], *, is_quoted: bool) -> GivenAdvice | None:
    """What is worth checking in the answer, preferably what was said of none before."""
    if question.wants is WantedAnswer.FACT and _count_words(question.text) < FEWEST_WORDS:
        return None
    fitting = [advice for advice in TO_CHECK[question.wants] if _may_lack(advice, question, is_quoted=is_quoted)]
    advice = min(fitting, key=said.count)
    # To say it once more is worth saying once, and not to who has just done so.
    is_said = advice is Advice.AGAIN and (advice in said or question.is_retried)
    return None if is_said else GivenAdvice(advice=advice)


def _may_lack(advice: Advice, question: AnsweredQuestion, *, is_quoted: bool) -> bool:
    match advice:
        case Advice.ROOM:  # it asks how it ended, as STEPS does
            return _count_words(question.text) < HALF_A_MINUTE and not question.may_tell_end
        case Advice.NUMBER:
            return not any(character.isnumeric() for character in question.text)
        case Advice.STEPS:
            return not question.may_tell_end
        case Advice.MOMENT:
            return not is_quoted and not question.may_tell_moment
        case _:
            return True


def _may_keep(question: AnsweredQuestion, judged: JudgedAnswer, quotes: Sequence[str]) -> bool:
    """Nobody is told to keep on as they did beside a score in the lowest third, or of what they would do."""
    is_little = judged.score is None or judged.score < LOWEST + THIRD
    return bool(quotes) and not is_little and question.wants is WantedAnswer.DEED


def _is_quoted(judged: JudgedAnswer | None) -> bool:
    return judged is not None and bool(_find_quotes(judged))


def _find_quotes(answer: JudgedAnswer) -> list[str]:
    confirmed = (verdict for verdict in answer.verdicts if verdict.state is VerdictState.CONFIRMED)
    return [quote.text.strip() for verdict in confirmed for quote in verdict.quotes]


def _is_same_story(story: str, other: str) -> bool:
    """Whether most of the shorter one stands in the longer one, in runs of its words."""
    words, others = fold(story).split(), fold(other).split()
    if min(len(words), len(others)) < LEAST_STORY_WORDS:
        return False
    runs, other_runs = _find_runs(words), _find_runs(others)
    return len(runs & other_runs) >= SAME_STORY * min(len(runs), len(other_runs))


def _find_runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


def _count_words(text: str) -> int:
    """Words; characters of scripts without spaces count for as many as they would be."""
    characters = len(UNSPACED.findall(text))
    return len(UNSPACED.sub("", text).split()) + characters // CHARACTERS_A_WORD
