"""What the results page says of an attempt: own words first, then advice, the number last, and only what may be shown.

What a view does not show is not told here, so that no template can show it. A candidate is never told an expectation,
its bracket, or what the person who decides is recommended; in practice, where nobody decides, the feedback names them.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

from vivavoce.attempts.answer import Answer, HeardWord, find_doubts
from vivavoce.attempts.difference import find_difference
from vivavoce.attempts.keep import Kept
from vivavoce.attempts.read import Record
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.steps import AnsweredBy, Step
from vivavoce.interviews.views import View
from vivavoce.scoring.advice import AnsweredQuestion, advise
from vivavoce.scoring.interval import Interval
from vivavoce.scoring.judged import JudgedAnswer, UnscoredReason
from vivavoce.scoring.judgements import Judgement
from vivavoce.scoring.previews import Preview
from vivavoce.scoring.total import HIGHEST, LOWEST, show, to_ten
from vivavoce.scoring.verdicts import Quote, Verdict, VerdictState
from vivavoce.web.candidate.poster import tag_of

MOST_STANDING_OUT = 3
LEAST_QUOTED_WORDS = 3  # fewer words do not stand out
TEN = Fraction(10)


def tell_answers(
    record: Record,
    view: View,
    preview: Preview | None,
    *,
    can_correct: bool,
    words: Mapping[int, Sequence[HeardWord]],
) -> list[dict[str, Any]]:
    """Each question with what was said to it and to its follow-ups, in their order. words: as heard, by turn."""
    judgement = preview.judgement if preview is not None and view.has_answers else None
    steps = {step.id: step for step in record.definition.steps}
    quotes = [] if judgement is None else _find_quotes(judgement)
    told = []
    for number, (step, turns) in enumerate(_by_question(record.answers, steps), 1):
        judged = None if judgement is None else judgement.answer_of(step.id)
        told.append(
            {
                "number": number,
                "turns": [
                    _tell_turn(
                        kept, step, quotes, can_correct=can_correct, doubts=_doubts(kept, words) if can_correct else []
                    )
                    for kept in turns
                    if _is_shown(kept, own=turns[0])
                ],
                "found": None
                if judged is None or judgement is None
                else _tell_found(judged, view, is_rough=judgement.is_rough),
            }
        )
    return told


def tell_standing_out(preview: Preview | None, view: View, definition: Draft) -> list[dict[str, Any]]:
    """The few quotes that carry most, in the person's own words."""
    if preview is None or not view.has_answers:
        return []
    found: dict[tuple[int, int, int], Quote] = {}
    for verdict in _confirmed(preview.judgement):
        for quote in verdict.quotes:
            if len(quote.text.split()) >= LEAST_QUOTED_WORDS or not quote.text.isascii():
                found.setdefault((quote.turn, quote.start, quote.end), quote)
    chosen: list[Quote] = []
    for quote in sorted(found.values(), key=lambda one: one.start - one.end):
        if not any(one.turn == quote.turn and one.start < quote.end and quote.start < one.end for one in chosen):
            chosen.append(quote)
    chosen = sorted(chosen[:MOST_STANDING_OUT], key=lambda one: (one.turn, one.start))
    language = tag_of(definition.language)
    return [{"text": " ".join(one.text.split()), "turn": one.turn, "language": language} for one in chosen]


def tell_advice(record: Record, preview: Preview | None, view: View) -> list[dict[str, Any]]:
    """What to keep and what to try: by what is advised, and the numbers of the questions."""
    if preview is None or not view.has_advice:
        return []
    steps = {step.id: step for step in record.definition.steps}
    heard, judged = [], {}
    for number, (step, turns) in enumerate(_by_question(record.answers, steps), 1):
        is_open = step.question.answered_by is AnsweredBy.OPEN
        heard.append(
            AnsweredQuestion(
                number=number,
                text=" ".join(one.counting.text for one in turns),
                is_skipped=all(one.counting.is_skipped for one in turns),
                counts=is_open and step.question.is_scored,
            )
        )
        answer = preview.judgement.answer_of(step.id)
        if answer is not None and is_open:
            judged[number] = answer
    return [{"kind": one.value, "numbers": list(numbers)} for one, numbers in advise(heard, judged).items()]


def tell_practice(preview: Preview | None, view: View) -> dict[str, Any] | None:
    """For somebody who practises: one next step, and with all details what a solid answer shows besides."""
    feedback = None if preview is None or not view.has_answers else preview.judgement.feedback
    if feedback is None:
        return None
    also = [one.claim.text for one in feedback.also if one != feedback.step_claim] if view.has_advice else []
    return {"next_step": feedback.next_step, "also": also, "language": tag_of(feedback.language)}


def tell_number(preview: Preview | None, view: View) -> dict[str, Any] | None:
    """The overall score, 0 to 10, never without its interval; with all details the two parts that it is mixed of.

    Of a rough rater's only how much came up, in a word: a number that errs by so much misleads.
    """
    if preview is None or not view.has_score:
        return None
    session = preview.judgement.session
    if session.score is None:
        return {"score": None}
    if preview.judgement.is_rough:
        return {"score": None, "amount": _tell_amount(session.score / to_ten(Fraction(LOWEST + 1)) + LOWEST)}
    told = {"score": _number(session.score), "at": _percent(session.score, of=TEN), "is_measured": False}
    if preview.interval is not None:
        told |= _tell_interval(preview.interval, lowest=Fraction(0), highest=TEN)
    parts = {
        "answers": session.answers_score if view.has_advice else None,
        "whole": session.session_score if view.has_advice else None,
    }
    return told | {name: None if score is None else _number(to_ten(score)) for name, score in parts.items()}


def _by_question(answers: Sequence[Kept], steps: Mapping[Any, Step]) -> Iterable[tuple[Step, list[Kept]]]:
    for step_id, turns in groupby(answers, key=lambda kept: kept.answer.step_id):
        yield steps[step_id], list(turns)


def _is_shown(kept: Kept, *, own: Kept) -> bool:
    """Whoever asked us and then had no further question has skipped nothing. own: the question's own turn."""
    return kept is own or not kept.counting.is_skipped or own.answer.reply is None


def _doubts(kept: Kept, words: Mapping[int, Sequence[HeardWord]]) -> list[tuple[int, int]]:
    """What may have been misheard, where it is worth a look: whoever corrected the words has looked at them."""
    is_open = kept.answer.is_spoken and kept.answer.choice is None and not kept.is_corrected
    return find_doubts(words.get(kept.answer.number, ())) if is_open else []


def _tell_turn(
    kept: Kept, step: Step, quotes: Sequence[Quote], *, can_correct: bool, doubts: Sequence[tuple[int, int]]
) -> dict[str, Any]:
    answer = kept.counting
    is_own = not answer.is_skipped and answer.choice is None
    return {
        "number": answer.number,
        "asked": answer.asked,
        "language": tag_of(answer.language),
        "text": answer.text,
        "pieces": _mark(answer, quotes, doubts),
        "has_doubts": bool(doubts),
        "is_follow_up": answer.follow_up is not None,
        "is_skipped": answer.is_skipped,
        "is_spoken": answer.is_spoken,
        "is_corrected": kept.is_corrected,
        "difference": [
            {"change": one.change.value, "text": one.text}
            for one in find_difference(kept.answer.text, answer.text)
            if one.text
        ]
        if kept.is_corrected
        else [],
        "can_correct": can_correct and is_own and step.question.answered_by is AnsweredBy.OPEN,
        "reply": None
        if answer.reply is None
        else {"text": answer.reply.text, "language": tag_of(answer.reply.language)},
    }


def _mark(answer: Answer, quotes: Sequence[Quote], doubts: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """The answer's words, cut where a quote or a doubt begins or ends. Lamplight falls on what somebody said, and
    carries."""
    is_quoted = _cover(answer.text, [(one.start, one.end) for one in quotes if one.turn == answer.number])
    is_doubtful = _cover(answer.text, doubts)
    cut = groupby(zip(answer.text, is_quoted, is_doubtful, strict=True), key=lambda one: one[1:])
    return [
        {"text": "".join(one[0] for one in run), "is_quoted": quoted, "is_doubtful": doubtful}
        for (quoted, doubtful), run in cut
    ]


def _cover(text: str, stretches: Iterable[tuple[int, int]]) -> list[bool]:
    """For each sign of the text, whether it lies in one of the stretches."""
    inside = [False] * len(text)
    for start, end in stretches:
        inside[start:end] = [True] * len(inside[start:end])
    return inside


def _find_quotes(judgement: Judgement) -> list[Quote]:
    return [quote for verdict in _confirmed(judgement) for quote in verdict.quotes]


def _confirmed(judgement: Judgement) -> Iterable[Verdict]:
    session = judgement.session
    for verdicts in (session.verdicts, *(answer.verdicts for answer in session.answers)):
        yield from (one for one in verdicts if one.state is VerdictState.CONFIRMED)


# The scale's thirds, as everywhere (scoring/recommend.py `explain`).
THIRD = Fraction(HIGHEST - LOWEST, 3)


def _tell_amount(score: Fraction) -> str:
    """How much came up, 1 to 5, in a word."""
    return "little" if score < LOWEST + THIRD else "some" if score < LOWEST + 2 * THIRD else "much"


def _tell_found(judged: JudgedAnswer, view: View, *, is_rough: bool) -> dict[str, Any] | None:
    """How much of what was looked for came up, in a word; with all details as a number too, unless it is rough."""
    if judged.score is None:
        unread = UnscoredReason.LANGUAGE_NOT_MASTERED in judged.reasons
        return {"amount": "unread"} if unread else None
    told: dict[str, Any] = {"amount": _tell_amount(judged.score)}
    if view.has_advice and not is_rough:
        told["score"] = _number(judged.score)
        lowest, highest = Fraction(LOWEST), Fraction(HIGHEST)
        if judged.interval is not None:
            told |= _tell_interval(judged.interval, lowest=lowest, highest=highest)
    return told


def _tell_interval(interval: Interval, *, lowest: Fraction, highest: Fraction) -> dict[str, Any]:
    of = highest - lowest
    return {
        "low": round(float(interval.low), 1),
        "high": round(float(interval.high), 1),
        "from": _percent(interval.low - lowest, of=of),
        "width": _percent(interval.high - interval.low, of=of),
        "is_measured": interval.is_calibrated,
    }


def _number(score: Fraction) -> float:
    return float(show(score))


def _percent(part: Fraction, *, of: Fraction) -> str:
    """As SVG writes it, in every language alike."""
    return f"{float(100 * part / of):.2f}%"
