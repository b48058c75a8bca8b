"""What the results page says of an attempt: own words first, then advice, the number last, and only what may be shown.

What a view does not show is not told here, so that no template can show it. A candidate is never told an expectation,
its bracket, or what the person who decides is recommended, in practice neither.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any
from uuid import UUID

from vivavoce.attempts.answer import Answer, HeardWord, Reply, find_doubts
from vivavoce.attempts.difference import find_difference, read_apart
from vivavoce.attempts.keep import Kept
from vivavoce.attempts.read import Record
from vivavoce.attempts.yields import YIELDS
from vivavoce.conversation.asides import find_helped, find_still_asked
from vivavoce.conversation.asking_us import find_told
from vivavoce.conversation.intents import (
    QuestionAim,
    Wish,
    find_asking,
    find_sure_lacks,
    is_declining,
    is_refused,
    may_give_reason,
    may_tell_end,
    may_tell_moment,
)
from vivavoce.conversation.turns import LONGEST_ASKED, word_choices
from vivavoce.interviews.steps import AnsweredBy, Step
from vivavoce.interviews.views import View
from vivavoce.scoring.advice import Advice, AnsweredQuestion, GivenAdvice, WantedAnswer, advise, find_main
from vivavoce.scoring.interval import Interval
from vivavoce.scoring.judged import JudgedAnswer, UnscoredReason
from vivavoce.scoring.judgement import Judgement
from vivavoce.scoring.previews import Preview
from vivavoce.scoring.total import HIGHEST, LOWEST, THIRD, show, to_ten
from vivavoce.scoring.verdicts import Quote, Verdict, VerdictState
from vivavoce.text.sentences import Span
from vivavoce.web.candidate.poster import name_source, tag_of

MOST_STANDING_OUT = 3
LEAST_QUOTED_WORDS = 3  # fewer words do not stand out
LONGEST_SENTENCE = 320  # characters that are read as one; of a longer one the quote alone is shown
TEN = Fraction(10)
# A number whose interval is wider than so much of its scale says nothing: three points of ten. A word stands for it.
WIDEST = Fraction(3, 10)
ROUNDED = Fraction(1, 200)  # a score is kept to two decimals: 3.33 was a third of ten, and so "some"


def tell_answers(
    record: Record,
    view: View,
    preview: Preview | None,
    *,
    can_correct: bool,
    words: Mapping[int, Sequence[HeardWord]],
    offers_none: bool = False,
) -> list[dict[str, Any]]:
    """Each question with what was said to it and to its follow-ups, in their order. words: as heard, by turn.

    offers_none: whether the merchant offers "none of these" where a choice can be corrected.
    """
    judgement = preview.judgement if preview is not None and view.has_answers else None
    quotes = [] if judgement is None else _find_quotes(record, judgement)
    given = {} if preview is None or not view.has_advice else _advise(record, preview.judgement)
    told = []
    offered = _find_offered(record) if can_correct else {}
    for number, (step, turns) in enumerate(_by_question(record), 1):
        # Who says that they won't or can't answer is told nothing of what came up: nothing was meant to.
        judged = None if judgement is None or _is_declined(turns) else judgement.answer_of(step.id)
        advice = given.get(number)
        if advice is not None and advice.advice is Advice.TOLD_BEFORE:
            judged = None  # whoever is told to choose another story doesn't read how much came up in this one
        told.append(
            {
                "number": number,
                "is_new": number in offered,
                "leads_to": [other for other, parent_id in offered.items() if parent_id == step.id],
                "turns": [
                    _tell_turn(
                        kept, step, quotes, can_correct=can_correct, doubts=_doubts(kept, words) if can_correct else []
                    )
                    | _tell_choices(kept, step, record.definition.language, offers_none=offers_none)
                    | {"can_ask": can_correct and _may_have_asked(kept, step, turns)}
                    for kept in turns
                    if _is_shown(kept, own=turns[0])
                ],
                "found": None
                if judged is None or judgement is None
                else _tell_found(
                    judged, view, judgement, is_practice=not YIELDS[record.definition.kind].has_recruiter_view
                ),
                "advice": None if advice is None else {"kind": advice.advice.value, "earlier": advice.earlier},
            }
        )
    return told


def tell_standing_out(record: Record, preview: Preview | None, view: View) -> list[dict[str, Any]]:
    """The few quotes that carry most, each as the whole sentence that it stands in."""
    if preview is None or not view.has_answers:
        return []
    numbers, answers = {}, {}
    given = _advise(record, preview.judgement) if view.has_advice else {}
    repeated = {number for number, advised in given.items() if advised.advice is Advice.TOLD_BEFORE}
    for number, (_, turns) in enumerate(_by_question(record), 1):
        for kept in turns if number not in repeated else ():
            numbers[kept.answer.number], answers[kept.answer.number] = number, kept.counting
    sentences: dict[tuple[int, int, int], str] = {}
    for quote in _find_quotes(record, preview.judgement):
        is_enough = len(quote.text.split()) >= LEAST_QUOTED_WORDS or not quote.text.isascii()
        answer = answers.get(quote.turn)
        if is_enough and answer is not None and answer.text[quote.start : quote.end] == quote.text:
            start, end = _widen(answer, quote)
            sentences.setdefault((quote.turn, start, end), " ".join(answer.text[start:end].split()))
    chosen: list[tuple[int, int, int]] = []
    for turn, start, end in sorted(sentences, key=lambda place: place[1] - place[2]):
        if not any(other == turn and begin < end and start < stop for other, begin, stop in chosen):
            chosen.append((turn, start, end))
    language = tag_of(record.definition.language)
    return [
        {"text": sentences[place], "turn": place[0], "question": numbers[place[0]], "language": language}
        for place in sorted(chosen[:MOST_STANDING_OUT])
    ]


def tell_main(record: Record, preview: Preview | None, view: View) -> dict[str, Any] | None:
    """The one thing to work on, by what is advised and about which questions; None where nothing is advised."""
    if preview is None or not view.has_advice:
        return None
    given = _advise(record, preview.judgement)
    numbers = find_main(given)
    main = given[numbers[0]] if numbers else None
    return None if main is None else {"kind": main.advice.value, "numbers": list(numbers), "earlier": main.earlier}


def tell_number(preview: Preview | None, view: View) -> dict[str, Any] | None:
    """How much of what was looked for came up, in a word, and the overall score, 0 to 10, where it says more than that;
    with all details the two parts that it is mixed of. why: why there is no number.

    Of a rough rater, and where the interval is wider than WIDEST, there is a word alone: a number that may be off by so
    much misleads.
    """
    if preview is None or not view.has_score:
        return None
    session, interval = preview.judgement.session, preview.interval
    if session.score is None:
        return {"score": None, "amount": None, "why": _find_why_not(session.answers)}
    told: dict[str, Any] = {"amount": _tell_amount(session.score / to_ten(Fraction(LOWEST + 1)) + LOWEST)}
    if preview.judgement.is_rough:
        return told | {"score": None, "why": "rough"}
    if interval is None or _is_wide(interval, of=TEN):
        return told | {"score": None, "why": "wide"}
    told |= {"score": _number(session.score), "at": _percent(session.score, of=TEN)}
    told |= _tell_interval(interval, lowest=Fraction(0), highest=TEN)
    parts = {
        "answers": session.answers_score if view.has_advice else None,
        "whole": session.session_score if view.has_advice else None,
    }
    return told | {name: None if score is None else _number(to_ten(score)) for name, score in parts.items()}


def _find_why_not(answers: Sequence[JudgedAnswer]) -> str:
    reasons = {reason for answer in answers for reason in answer.reasons}
    if not answers:
        return "nothing"  # all of it was skipped
    if UnscoredReason.LANGUAGE_NOT_MASTERED in reasons:
        return "language"
    # Nothing was looked for, so nothing can be said of what was found.
    return "unasked" if reasons <= {UnscoredReason.NO_EXPECTATIONS, UnscoredReason.NOT_SCORED} else "nothing"


def tell_progress(number: Mapping[str, Any] | None, before: tuple[int, Decimal] | None) -> dict[str, Any] | None:
    """Whether more came up than in the attempt before. before: its number, and its score of 0 to 10."""
    if number is None or number["amount"] is None or before is None:
        return None
    was = _tell_amount((Fraction(before[1]) + ROUNDED) / to_ten(Fraction(LOWEST + 1)) + LOWEST)
    order = ("little", "some", "much")
    step = order.index(number["amount"]) - order.index(was)
    if number.get("why") == "rough" and step <= 0:
        return None  # what a rough program misses in the better attempt would be held against it
    return {"than": before[0], "is": "more" if step > 0 else "less" if step < 0 else "same"}


def tell_questions(record: Record, replies: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the candidate asked of the position, whenever, and what they were told, or are still to be.

    replies: of a person, by the question. A question that was taken out of an answer again is left out, unless a person
    has replied to it.
    """
    replied = {asked for text in replies for asked in text.split("\n")}
    steps = {step.id: step.question.answered_by for step in record.definition.steps}
    asked: list[tuple[int, tuple[str, ...], str, Reply | None]] = [
        (wish.wished.number, (wish.wished.text,), wish.wished.text, wish.wished.reply)
        for wish in record.wishes
        if wish.wished.wish == Wish.ASK
    ]
    for kept in record.answers:
        answer = kept.counting
        is_own = steps[answer.step_id] is AnsweredBy.CANDIDATE_ASKS
        if is_own:
            asked.append((answer.number, (answer.text,), kept.answer.text, answer.reply))
        elif answer.reply is not None:
            # Of what came beside an answer, the questions alone.
            still = find_still_asked(kept.answer, answer.text)
            parts = tuple(
                part for part in answer.reply.parts if not part.is_aside and (part in still or part.asked in replied)
            )
            texts = tuple(part.asked for part in parts)
            asked.append((answer.number, texts, texts[0] if texts else "", replace(answer.reply, parts=parts)))
    told = [
        told
        for _, texts, first, reply in sorted(asked, key=lambda question: question[0])
        if reply is not None and not reply.is_aside and any(text.strip() for text in texts)
        for told in _tell_question(texts, first, reply, replies)
    ]
    return _tell_once(told)


def _tell_once(asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Questions that the same words answered, as one entry, and each that waits once: nobody reads the same twice."""
    once: dict[Any, dict[str, Any]] = {}
    for question in asked:
        answered = (question["reply"], question["source"]) if question["reply"] else tuple(question["texts"])
        earlier = once.setdefault(answered, question)
        if earlier is not question:
            once[answered] = earlier | {"texts": list(dict.fromkeys(earlier["texts"] + question["texts"]))}
    return list(once.values())


def _tell_question(
    texts: tuple[str, ...], first: str, reply: Reply, replies: Mapping[str, str]
) -> Iterable[dict[str, Any]]:
    """What was asked in one turn, letter by letter; of several questions those answered at once by themselves, and so
    those for which something may help.

    first: as it was worded then: it may have been answered before its words were put right.
    """
    language, passed_on = tag_of(reply.language), "\n".join(reply.passed_on)
    entry = {"language": language, "reply": None, "source": None, "helped": ""}
    parts = reply.parts if texts[0] == first else ()
    for part in parts:
        if part.passage is not None:
            source = name_source(part.source, reply.language)
            yield entry | {"texts": [part.asked], "reply": part.passage, "source": source}
    if parts:
        texts = reply.passed_on
        if not texts:
            return
    if not reply.is_passed_on:
        source = name_source(reply.source, reply.language)
        yield entry | {"texts": list(texts), "reply": reply.passage, "source": source}
        return
    of_person = replies.get("\n".join(texts)) or replies.get(passed_on) or replies.get(first)
    if of_person or not parts:
        helped = "" if of_person else find_helped(reply.text, language=reply.language)
        yield entry | {"texts": list(texts), "reply": of_person, "helped": helped}
        return
    waiting = (part for part in parts if part.asked in texts)
    for helped, run in groupby(waiting, key=lambda part: find_helped(part.text, language=reply.language)):
        yield entry | {"texts": [part.asked for part in run], "helped": helped}


def tell_moment(moment: datetime) -> dict[str, Any]:
    """A day, which the page writes as its language does, and as a program reads it."""
    return {"iso": moment.isoformat(), "day": moment}


def _advise(record: Record, judgement: Judgement) -> dict[int, GivenAdvice]:
    is_practice = not YIELDS[record.definition.kind].has_recruiter_view
    if judgement.session.score is None and not is_practice:
        return {}  # the page says that nothing was assessed
    heard, judged = [], {}
    for number, (step, turns) in enumerate(_by_question(record), 1):
        is_open = step.question.answered_by is AnsweredBy.OPEN
        text, language = "\n".join(turn.counting.own_words for turn in turns), turns[0].answer.language
        heard.append(
            replace(
                to_question(number, step.question.text, text, language=language, is_practice=is_practice),
                is_skipped=all(turn.counting.is_skipped for turn in turns),
                is_retried=any(turn.is_corrected for turn in turns),
                counts=is_open and step.question.is_scored and not _is_declined(turns) and not _has_refused(turns),
            )
        )
        answer = judgement.answer_of(step.id)
        if answer is not None and is_open:
            judged[number] = answer
    return advise(heard, judged, is_practice=is_practice)


def to_question(number: int, asked: str, text: str, *, language: str, is_practice: bool = False) -> AnsweredQuestion:
    """A question that counts, and what can be seen in the words that answer it."""
    aim = find_asking(asked, language=language)
    return AnsweredQuestion(
        number=number,
        text=text,
        is_skipped=False,
        counts=True,
        lacks=find_sure_lacks(asked, text, language=language),
        wants=(_PRACTISED if is_practice else _WANTS)[aim],
        has_reason=may_give_reason(asked, text, language=language),
        may_tell_moment=may_tell_moment(text, language=language),
        may_tell_end=may_tell_end(text, language=language),
    )


_WANTS = {
    QuestionAim.EXPERIENCE: WantedAnswer.DEED,
    QuestionAim.KNOWLEDGE: WantedAnswer.FACT,  # "By bus": a way may be told in a word
    QuestionAim.MOTIVATION: WantedAnswer.VIEW,
    QuestionAim.FACT: WantedAnswer.FACT,
}
# Whoever practises wants to hear how more could be made of it.
_PRACTISED = _WANTS | {QuestionAim.KNOWLEDGE: WantedAnswer.VIEW}


def _is_declined(turns: Sequence[Kept]) -> bool:
    said = [turn.counting for turn in turns if not turn.counting.is_skipped]
    return bool(said) and all(is_declining(answer.own_words, language=answer.language) for answer in said)


def _has_refused(turns: Sequence[Kept]) -> bool:
    """Whether they would not say more, asked for it: nobody is told to."""
    return any(is_refused(turn.counting) for turn in turns)


def _widen(answer: Answer, quote: Quote) -> tuple[int, int]:
    """The sentences that the quote stands in, begin and end; the quote alone where they are too long to be read. Of
    what was said beside the answer none is shown.
    """
    touched = _find_touched(answer, quote)
    if not touched or touched[-1].end - touched[0].start > LONGEST_SENTENCE:
        return quote.start, quote.end
    return touched[0].start, touched[-1].end


def _find_touched(answer: Answer, quote: Quote) -> list[Span]:
    """The sentences that the quote stands in, and that answer."""
    told = find_told(answer.own_words, language=answer.language)
    return [sentence for sentence in told if sentence.start < quote.end and quote.start < sentence.end]


def _by_question(record: Record) -> Iterable[tuple[Step, list[Kept]]]:
    steps = {step.id: step for step in record.definition.steps}
    for step_id, turns in groupby(record.answers, key=lambda kept: kept.answer.step_id):
        yield steps[step_id], list(turns)


def _find_offered(record: Record) -> dict[int, UUID | None]:
    """The questions that another choice led to after the last one, and that wait for an answer, with the step that they
    hang on."""
    ended = record.finished_at
    return {
        number: step.parent_id
        for number, (step, turns) in enumerate(_by_question(record), 1)
        if ended is not None and turns[0].answered_at > ended and turns[0].counting.is_skipped
    }


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
    is_open = can_correct and _is_theirs(answer, step)
    # What was asked beside an answer or a refusal goes with it, where it was put right.
    versions = (kept.answer.text, answer.text)
    is_beside = is_refused(answer) or answer.own_words != answer.text
    is_asked_for = step.question.answered_by is AnsweredBy.CANDIDATE_ASKS
    is_asked = is_beside or is_asked_for
    return {
        "number": answer.number,
        "asked": answer.asked,
        "language": tag_of(answer.language),
        "text": answer.text,
        "pieces": _mark(answer, quotes, doubts if is_open else ()),  # marked to be put right
        "has_doubts": bool(doubts) and is_open,
        "is_follow_up": answer.follow_up is not None,
        "is_skipped": answer.is_skipped,
        "had_none": answer.is_skipped and step.question.answered_by is AnsweredBy.CANDIDATE_ASKS,
        "is_refused": is_refused(answer),
        "is_spoken": answer.is_spoken,
        "is_corrected": kept.is_corrected,
        "difference": [
            {"change": piece.change.value, "text": piece.text}
            for piece in read_apart(find_difference(*versions), *versions)
            if piece.text
        ]
        if kept.is_corrected
        else [],
        "can_correct": is_open,
        "reply": _tell_reply(answer.reply) if answer.reply is not None and is_asked else None,
    }


def _is_theirs(answer: Answer, step: Step) -> bool:
    """Whether it can be given anew: words or a choice of the candidate's, or their question that waits for a person."""
    if answer.reply is not None and answer.reply.is_passed_on:
        return True
    return step.question.answered_by is not AnsweredBy.CANDIDATE_ASKS


def _may_have_asked(kept: Kept, step: Step, turns: Sequence[Kept]) -> bool:
    """Whether it may be taken back as a question to us: as `can_be_question` has it. turns: of its question."""
    answer = kept.counting
    is_own_words = bool(answer.text) and answer.choice is None and len(answer.text.split()) <= LONGEST_ASKED
    is_built_on = any(turn.answer.number > answer.number and turn.counting.text for turn in turns)
    return is_own_words and not is_built_on and step.question.answered_by is not AnsweredBy.CANDIDATE_ASKS


def _tell_choices(kept: Kept, step: Step, language: str, *, offers_none: bool) -> dict[str, Any]:
    """What could be chosen, and what is; no choices where it was answered in own words."""
    is_own = kept.answer.follow_up is None
    choices = word_choices(step.question, language=language, offers_none=offers_none) if is_own else ()
    return {"choices": list(choices), "choice": kept.counting.choice}


def _tell_reply(reply: Reply) -> dict[str, Any]:
    return {
        "text": reply.text,
        "language": tag_of(reply.language),
        "passage": reply.passage,
        "source": name_source(reply.source, reply.language),
        "is_listed": not reply.is_aside and not any(part.is_aside for part in reply.parts),
    }


def _mark(answer: Answer, quotes: Sequence[Quote], doubts: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """The answer's words, cut where a quote or a doubt begins or ends. Lamplight falls on what somebody said, and
    carries."""
    is_quoted = _cover(answer.text, [(quote.start, quote.end) for quote in quotes if quote.turn == answer.number])
    is_doubtful = _cover(answer.text, doubts)
    cut = groupby(zip(answer.text, is_quoted, is_doubtful, strict=True), key=lambda cell: cell[1:])
    return [
        {"text": "".join(cell[0] for cell in run), "is_quoted": quoted, "is_doubtful": doubtful}
        for (quoted, doubtful), run in cut
    ]


def _cover(text: str, stretches: Iterable[tuple[int, int]]) -> list[bool]:
    """For each character of the text, whether it lies in one of the stretches."""
    inside = [False] * len(text)
    for start, end in stretches:
        inside[start:end] = [True] * len(inside[start:end])
    return inside


def _find_quotes(record: Record, judgement: Judgement) -> list[Quote]:
    """The quotes that confirm something, but for those of an apology, a worry or a question to us."""
    answers = {kept.answer.number: kept.counting for kept in record.answers}
    return [
        quote
        for verdict in _confirmed(judgement)
        for quote in verdict.quotes
        if quote.turn in answers and _find_touched(answers[quote.turn], quote)
    ]


def _confirmed(judgement: Judgement) -> Iterable[Verdict]:
    session = judgement.session
    for verdicts in (session.verdicts, *(answer.verdicts for answer in session.answers)):
        yield from (verdict for verdict in verdicts if verdict.state is VerdictState.CONFIRMED)


def _tell_amount(score: Fraction) -> str:
    """How much came up, 1 to 5, in a word."""
    return "little" if score < LOWEST + THIRD else "some" if score < LOWEST + 2 * THIRD else "much"


def _tell_found(judged: JudgedAnswer, view: View, judgement: Judgement, *, is_practice: bool) -> dict[str, Any] | None:
    """How much of what was looked for came up, in a word; with all details as a number too, unless it is rough."""
    if judged.score is None:
        # Where nothing was scored, the page says so once.
        unread = UnscoredReason.LANGUAGE_NOT_MASTERED in judged.reasons and judgement.session.score is not None
        return {"amount": "unread"} if unread else None
    told: dict[str, Any] = {"amount": _tell_amount(judged.score), "is_rough": judgement.is_rough}
    if is_practice and judgement.is_rough and told["amount"] == "little":
        return None  # a program that often misses what is there teaches nobody that it is not
    lowest, highest = Fraction(LOWEST), Fraction(HIGHEST)
    is_sure = judged.interval is not None and not _is_wide(judged.interval, of=highest - lowest)
    if view.has_advice and not judgement.is_rough and judged.interval is not None and is_sure:
        told["score"] = _number(judged.score)
        told |= _tell_interval(judged.interval, lowest=lowest, highest=highest)
    return told


def _is_wide(interval: Interval, *, of: Fraction) -> bool:
    return interval.high - interval.low > WIDEST * of


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
