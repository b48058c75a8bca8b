"""What the page of a result tells: claims with quotes, turns with marks, and where the number comes from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any
from uuid import UUID

from vivavoce.attempts.answer import HeardWord, find_doubts, find_heard_at
from vivavoce.attempts.difference import find_difference, is_rewritten
from vivavoce.attempts.keep import Kept
from vivavoce.attempts.read import Record
from vivavoce.conversation.intents import is_refused
from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.steps import SentQuestion
from vivavoce.scoring.amend import Place, verdicts_by_place
from vivavoce.scoring.calibrations import find_calibration_named
from vivavoce.scoring.flags import RULES
from vivavoce.scoring.interval import find_interval_of_ten
from vivavoce.scoring.judgements import KeptJudgement
from vivavoce.scoring.total import show
from vivavoce.scoring.verdicts import Quote, Verdict, VerdictState
from vivavoce.words.mark import mark

BRACKETS = {
    Bracket.WEAK: mark("What every viable candidate shows"),
    Bracket.MODERATE: mark("What a solid one shows"),
    Bracket.STRONG: mark("What only a standout shows"),
}
STATES = {
    VerdictState.CONFIRMED: mark("Confirmed"),
    VerdictState.REJECTED: mark("Rejected by what was said"),
    VerdictState.NOT_DISCUSSED: mark("Not discussed"),
}
# What asks for a look, in a sentence. What is not here is told to the log alone.
REASONS = {
    "no_expectations": mark("Nobody wrote down what a good answer shows, so nothing was assessed."),
    "no_content": mark("Nothing was said that could be assessed."),
    "language_not_mastered": mark("An answer is in a language that the program can’t read. Read it yourself."),
    "choice_not_in_rubric": mark("The chosen answer is none of those that were expected."),
    "uncertain": mark("Half of the marks could go either way. Read the quotes and decide yourself."),
    "language_mismatch": mark("Part of an answer is in another language, and nothing of it was counted."),
    "rubric_echo": mark("Part of an answer repeats what was expected, word for word. Find out how that got there."),
    "keyword_stuffing": mark("Part of an answer is a list of terms, and nothing of it was counted."),
    "prompt_injection": mark("Part of an answer speaks to the program instead of to you. It wasn’t counted."),
    "suspicious_unicode": mark("An answer holds characters that disguise what is written."),
    "off_topic": mark("An answer seems to be about something else. Good but unusual answers can look like that."),
    "unsupported": mark("A mark fell, since its quote alone didn’t carry it."),
    "contradictory": mark("A requirement was confirmed in one place and rejected in another."),
    "not_comparable": mark("Too much failed on our side, so don’t compare this one with others by its number."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSegment:
    """A run of an answer's text. quotes: numbers of the claims that it proves; is_doubtful: may be misheard."""

    text: str
    quotes: tuple[int, ...] = ()
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedAnswer:
    """An answer, and as which it stands on the page, from 1: what was skipped and asked again keeps its place."""

    kept: Kept
    position: int


@dataclass(slots=True)
class Places:
    """Where each turn's words are. words: as they were heard, by turn; of the turns that are shown or quoted."""

    record: Record
    words: Mapping[int, tuple[HeardWord, ...]]
    quotes: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)  # turn: (start, end, claim's number)
    answers: Mapping[int, "PlacedAnswer"] = field(init=False)  # by turn

    def __post_init__(self) -> None:
        self.answers = {
            kept.answer.number: PlacedAnswer(kept=kept, position=position)
            for position, kept in enumerate(self.record.answers, 1)
        }

    def moment(self, turn: int, text: str, place: int) -> float | None:
        """When the words at this place of a turn were said; None: they were typed, or set right beyond finding."""
        words, placed = self.words.get(turn), self.answers.get(turn)
        if not words or placed is None:
            return None
        if placed.kept.is_corrected:
            place = max(0, placed.kept.answer.text.find(text))
        return find_heard_at(words, place)


def tell_claims(kept: KeptJudgement, places: Places) -> list[dict[str, Any]]:
    """The requirements by bracket: the interview's own, then those of each question. Notes each quote in places."""
    number = 0
    groups: list[dict[str, Any]] = []
    as_found = verdicts_by_place(kept.as_found)
    session = kept.judgement.session
    sources: list[tuple[UUID | None, Sequence[Verdict]]] = [(None, session.verdicts)]
    sources += [
        (step_id, answer.verdicts) for step_id, answer in zip(kept.judgement.steps, session.answers, strict=True)
    ]
    texts = {step.id: step.question.text for step in places.record.definition.steps}
    for step_id, verdicts in sources:
        for bracket in Bracket:
            claims = []
            for verdict in (verdict for verdict in verdicts if verdict.claim.bracket is bracket):
                number += 1
                place = (step_id, verdict.claim.bracket, verdict.claim.index)
                claims.append(_tell_claim(verdict, place, number, kept, places, as_found=as_found.get(place)))
            if claims:
                states = [claim["state"] for claim in claims]
                groups.append(
                    {
                        "id": f"b{len(groups)}",
                        "question": None if step_id is None else texts.get(step_id, ""),
                        "word": BRACKETS[bracket],
                        "claims": claims,
                        "confirmed": states.count("confirmed"),
                        "rejected": states.count("rejected"),
                    }
                )
    return groups


def find_turns_shown(
    record: Record, kept: KeptJudgement | None, *, most_claims: int | None, most_answers: int | None
) -> set[int]:
    """The turns whose words are needed: of the answers that are told, and of quotes beside the claims that are.

    most_claims, most_answers: None: all.
    """
    turns = {answer.answer.number for answer in record.answers[:most_answers]}
    if kept is None:
        return turns
    key = None if kept.judgement.report is None else kept.judgement.report.key_statement
    if key is not None:
        turns.add(key.turn)
    session = kept.judgement.session
    left = len(verdicts_by_place(kept.judgement)) if most_claims is None else most_claims
    for verdicts in (session.verdicts, *(answer.verdicts for answer in session.answers)):  # as `cut_long` cuts them
        if left <= 0:
            break
        turns |= {quote.turn for verdict in verdicts for quote in verdict.quotes}
        left -= len(verdicts)
    return turns


def tell_turns(places: Places, *, most: int | None) -> dict[str, Any]:
    """What was asked and answered, in order, with the quotes that `tell_claims` noted; and what follows those told.

    most: so many are told; None: all.
    """
    steps = {step.id: step for step in places.record.definition.steps}
    numbers = list(places.answers)
    told = [places.answers[number] for number in numbers[:most]]
    return {
        "turns": [_tell_turn(placed, places, steps[placed.kept.answer.step_id].question) for placed in told],
        "positions": {number: placed.position for number, placed in places.answers.items()},
        "turn_count": len(numbers),
        "turn_after": numbers[len(told)] if len(told) < len(numbers) else None,
    }


def cut_long(groups: list[dict[str, Any]], *, most: int | None) -> dict[str, Any]:
    """The requirements that a page shows of a long result at first, and how many there are; most: None for all."""
    claim_count = sum(len(group["claims"]) for group in groups)
    shown: list[dict[str, Any]] = []
    left = claim_count if most is None else most
    for group in groups:
        if left <= 0:
            break
        shown.append(group)  # whole, so that its heads count what stands below them
        left -= len(group["claims"])
    return {
        "groups": shown,
        "claim_count": claim_count,
        "hidden_claims": claim_count - sum(len(group["claims"]) for group in shown),
    }


def tell_reasons(kept: KeptJudgement, *, is_comparable: bool) -> list[str]:
    """What to read before the number, each a sentence to say."""
    reasons = [*kept.judgement.session.reasons, *([] if is_comparable else ["not_comparable"])]
    raised = [
        raised_flag.flag.value
        for answer in kept.judgement.session.answers
        for raised_flag in answer.flags
        if RULES[raised_flag.flag].needs_review
    ]
    return [REASONS[str(reason)] for reason in dict.fromkeys([*reasons, *raised]) if str(reason) in REASONS]


def tell_number(kept: KeptJudgement, record: Record) -> dict[str, Any] | None:
    """The score with its interval, the answers' own, and what it was before people changed anything. None: no score."""
    session = kept.judgement.session
    if session.score is None:
        return None
    is_changed = session.score != kept.as_found.session.score
    interval = find_interval_of_ten(session.score, find_calibration_named(kept.rater))
    texts = {step.id: step.question.text for step in record.definition.steps}
    return {
        "score": float(show(session.score)),
        "at": float(session.score) * 10,
        "low": None if interval is None else float(show(interval.low)),
        "high": None if interval is None else float(show(interval.high)),
        "found": None
        if not is_changed or kept.as_found.session.score is None
        else float(show(kept.as_found.session.score)),
        "session": None if session.session_score is None else float(show(session.session_score)),
        "answers": [
            {"question": texts.get(step_id, ""), "score": float(show(answer.score))}
            for step_id, answer in zip(kept.judgement.steps, session.answers, strict=True)
            if answer.score is not None
        ],
        "is_rough": kept.judgement.is_rough,
    }


def _tell_claim(
    verdict: Verdict, place: Place, number: int, kept: KeptJudgement, places: Places, *, as_found: Verdict | None
) -> dict[str, Any]:
    latest = next((overturn for overturn in reversed(kept.overturns) if overturn.place == place), None)
    is_changed = latest is not None and latest.state is not None
    return {
        "number": number,
        "name": name_place(place),
        "text": verdict.claim.text,
        "state": verdict.state.value,
        "word": STATES[verdict.state],
        "is_close": verdict.doubt is not None,
        "found": None if not is_changed or as_found is None else STATES[as_found.state],
        "person": None if latest is None or not is_changed else latest.person,
        "reason": None if latest is None or not is_changed else latest.reason,
        "at": None if latest is None or not is_changed else latest.at,
        "quotes": [_tell_quote(quote, number, places) for quote in verdict.quotes],
    }


def _tell_quote(quote: Quote, number: int, places: Places) -> dict[str, Any]:
    places.quotes.setdefault(quote.turn, []).append((quote.start, quote.end, number))
    placed = places.answers.get(quote.turn)
    kept = None if placed is None else placed.kept
    text = kept.counting.text if kept is not None else quote.text
    return {
        "before": _sentence_before(text, quote.start),
        "text": quote.text,
        "after": _sentence_after(text, quote.end),
        "turn": quote.turn,
        "position": quote.turn if placed is None else placed.position,
        "language": "" if kept is None else kept.answer.language,
        "is_follow_up": kept is not None and kept.answer.follow_up is not None,
        "is_corrected": kept is not None and kept.is_corrected,
        "moment": places.moment(quote.turn, quote.text, quote.start),
    }


ENDS = ".!?。！？؟।"


def _sentence_before(text: str, start: int) -> str:
    """What stands before the quote in its sentence, 120 characters at most."""
    begin = max((text.rfind(sign, 0, start) for sign in ENDS), default=-1) + 1
    return text[max(begin, start - 120) : start].lstrip()


def _sentence_after(text: str, end: int) -> str:
    if text[:end].rstrip()[-1:] in ENDS:
        return ""
    ends = [place for sign in ENDS if (place := text.find(sign, end)) >= 0]
    return text[end : min([*(place + 1 for place in ends), end + 120])].rstrip()


def _tell_turn(placed: PlacedAnswer, places: Places, question: SentQuestion) -> dict[str, Any]:
    kept = placed.kept
    answer, words = kept.counting, places.words.get(kept.answer.number, ())
    doubts = [] if kept.is_corrected else find_doubts(words)
    pieces = find_difference(kept.answer.text, answer.text) if kept.is_corrected else ()
    return {
        "number": answer.number,
        "position": placed.position,
        "question": question.text,
        "label": question.label or "" if answer.follow_up is None else "",
        "asked": answer.asked,
        "language": answer.language,
        "is_follow_up": answer.follow_up is not None,
        "is_skipped": answer.is_skipped,
        "is_refused": is_refused(answer),
        "is_spoken": answer.is_spoken,
        "segments": _cut(answer.text, places.quotes.get(answer.number, []), doubts),
        "doubts": len(doubts),
        "pieces": [{"change": piece.change.value, "text": piece.text} for piece in pieces],
        "is_rewritten": is_rewritten(pieces) if pieces else False,
        "moment": words[0].start if words else None,
        "reply": None
        if answer.reply is None
        else {
            "text": answer.reply.text,
            "language": answer.reply.language,
            "passage": answer.reply.passage,
            "source": answer.reply.source,
            "is_passed_on": answer.reply.is_passed_on,
        },
    }


def _cut(text: str, quotes: Iterable[tuple[int, int, int]], doubts: Iterable[tuple[int, int]]) -> list[ToldSegment]:
    """The text in runs, each with all that is to be said of it."""
    marked, doubtful = list(quotes), list(doubts)
    cuts = sorted(
        {
            0,
            len(text),
            *(place for span in marked for place in span[:2]),
            *(place for span in doubtful for place in span),
        }
    )
    return [
        ToldSegment(
            text=text[begin:end],
            quotes=tuple(number for start, stop, number in marked if start < end and stop > begin),
            is_doubtful=any(start < end and stop > begin for start, stop in doubtful),
        )
        for begin, end in pairwise(cuts)
        if begin < end <= len(text)
    ]


def name_place(place: Place) -> str:
    """A claim's place as a form names it: `weak-0`, or `ID-weak-0` of a question's own."""
    step_id, bracket, number = place
    return f"{'' if step_id is None else f'{step_id}_'}{bracket.value}-{number}"


def read_place(name: str) -> Place | None:
    """The place of such a name; None for any other text."""
    step, _, rest = name.rpartition("_")
    bracket, _, number = rest.partition("-")
    try:
        return (UUID(step) if step else None, Bracket(bracket), int(number))
    except ValueError:
        return None


def percent(score: Fraction | float) -> str:
    """Where a score of 0 to 10 lies, as SVG writes it."""
    return f"{float(score) * 10:.1f}%"
