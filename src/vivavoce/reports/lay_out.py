"""Laying a result out: what was read becomes a sheet, worded in one language.

Proof comes before the number: what a program and people did, what to read first, the words that speak for and against,
claim by claim, and only then the score with how far it may be off. Nothing is told that the features leave out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from unicodedata import bidirectional
from uuid import UUID

from vivavoce.attempts.answer import HeardWord
from vivavoce.attempts.difference import find_difference, is_rewritten
from vivavoce.attempts.faults import Fault
from vivavoce.attempts.keep import Kept
from vivavoce.attempts.yields import YIELDS
from vivavoce.conversation.intents import is_refused
from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.steps import Step
from vivavoce.reports.features import Layout, ReportFeatures
from vivavoce.reports.read import ReadResult
from vivavoce.reports.sheet import (
    PrintedWords,
    Sheet,
    SheetBar,
    SheetBracket,
    SheetClaim,
    SheetNumber,
    SheetPiece,
    SheetQuestion,
    SheetQuote,
    SheetResult,
    SheetRubric,
    SheetTurn,
)
from vivavoce.reports.words import ReportWords
from vivavoce.scoring.calibrations import find_kept_calibration
from vivavoce.scoring.interval import find_interval
from vivavoce.scoring.judgement import Judgement
from vivavoce.scoring.total import LOWEST, show, to_ten
from vivavoce.scoring.verdicts import Quote, Verdict, VerdictState
from vivavoce.text.languages import BY_CODE

TEN = Fraction(10)
MINUTE = 60
_ORDER = (Bracket.WEAK, Bracket.MODERATE, Bracket.STRONG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where recordings of one attempt are heard, signed; empty where they are not asked for, or there are none.

    answers: by turn; whole: all that was said; film: the introduction. until: how long they are good; None: none is.
    """

    answers: Mapping[int, str] = field(default_factory=dict)
    whole: str = ""
    film: str = ""
    until: datetime | None = None


def lay_out(
    results: Sequence[tuple[ReadResult, Addresses]], features: ReportFeatures, words: ReportWords, *, now: datetime
) -> Sheet:
    """The report on these results, in their order; a table of them first, where there are several."""
    laid = tuple(_Laying(read, addresses, features, words).result() for read, addresses in results)
    if features.layout is Layout.ONE_PAGER:
        laid = tuple(map(_shorten, laid))
    is_one = len(laid) == 1
    title = f"{words.say('title')}: {laid[0].name}" if is_one else f"{words.say('title_many')} ({len(laid)})"
    return Sheet(
        tag=words.tag,
        direction=words.direction,
        layout=features.layout.value,
        title=title,
        made=words.say("made", when=words.moment(now)),
        quotes=words.general.quotes,
        labels=dict(words.texts),
        results=laid,
        rows=() if is_one else tuple(_row(result, words) for result in laid),
    )


def _row(result: SheetResult, words: ReportWords) -> tuple[str, str, str, str]:
    score = result.number.text if result.number is not None and result.number.text else words.say("none")
    needs = words.say("yes" if result.needs_review else "no")
    if not result.has_assessment:
        score = needs = words.say("none")
    return (result.name, result.evidence or words.say("none"), score, needs)


# What fits onto one page, whatever somebody is called and says.
MOST_LINES, MOST_CLAIMS = 4, 3
LONGEST_NAME_SHOWN, LONGEST_CLAIM_SHOWN, LONGEST_QUOTE_SHOWN, LONGEST_VALUE_SHOWN = 90, 140, 190, 60


def _shorten(result: SheetResult) -> SheetResult:
    """The result on one page: what is left out is left out whole, and what is cut shows it by an ellipsis."""
    return replace(
        result,
        name=_cut(result.name, LONGEST_NAME_SHOWN),
        interview=replace(result.interview, text=_cut(result.interview.text, LONGEST_NAME_SHOWN)),
        facts=tuple((name, _cut(value, LONGEST_VALUE_SHOWN)) for name, value in result.facts),
        contact=tuple((name, _cut(value, LONGEST_VALUE_SHOWN)) for name, value in result.contact),
        person=tuple(_cut(line, LONGEST_QUOTE_SHOWN) for line in result.person[:MOST_LINES]),
        review=tuple(_cut(line, LONGEST_CLAIM_SHOWN) for line in result.review[: MOST_LINES + 1]),
        speaks_for=tuple(map(_shorten_claim, result.speaks_for[:MOST_CLAIMS])),
        speaks_against=tuple(map(_shorten_claim, result.speaks_against[:MOST_CLAIMS])),
        practice=tuple(map(_shorten_claim, result.practice[:MOST_CLAIMS])),
        key=None,
        rubrics=(),
        changed=tuple(_cut(line, LONGEST_QUOTE_SHOWN) for line in result.changed[:MOST_LINES]),
        faults=result.faults[:MOST_LINES],
        questions=(),
        analytics=(),
    )


def _shorten_claim(claim: SheetClaim) -> SheetClaim:
    return replace(
        claim,
        text=replace(claim.text, text=_cut(claim.text.text, LONGEST_CLAIM_SHOWN)),
        quotes=tuple(
            replace(quote, words=replace(quote.words, text=_cut(quote.words.text, LONGEST_QUOTE_SHOWN)))
            for quote in claim.quotes[:1]
        ),
        changes=claim.changes[:1],
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


class _Laying:
    """One result, laid out. Made for one, and used once."""

    def __init__(self, read: ReadResult, addresses: Addresses, features: ReportFeatures, words: ReportWords) -> None:
        self._read = read
        self._record = read.record
        self._addresses = addresses
        self._features = features
        self._words = words
        self._judgement: Judgement | None = None if read.judged is None else read.judged.judgement
        self._turns = {kept.answer.number: kept for kept in read.record.answers}
        self._numbers = {
            kept.answer.number: number for number, (_, turns) in enumerate(self._by_question(), 1) for kept in turns
        }
        self._overturns = () if read.judged is None else read.judged.overturns
        self._is_practice = YIELDS[read.record.definition.kind].has_candidate_feedback

    def result(self) -> SheetResult:
        """All of it."""
        say, definition, shows = self._words.say, self._record.definition, self._features.has_assessment
        report = None if self._judgement is None else self._judgement.report
        feedback = None if self._judgement is None else self._judgement.feedback
        name = self._read.contact.name or say("nameless")
        review = self._review() if shows else ()
        has_rubric = self._features.shows_rubric
        return SheetResult(
            name=name,
            direction=self._words.direction if not self._read.contact.name else find_direction(name),
            interview=self._spoken(definition.name, definition.language),
            facts=tuple(self._facts()),
            contact=self._contact() if self._features.has_contact else (),
            program=tuple(self._program()) if shows else (),
            person=tuple(self._person()) if shows else (),
            has_assessment=shows,
            evidence=say(f"evidence_{report.recommendation.value}") if shows and report is not None else "",
            review=review,
            needs_review=self._needs_review(),
            speaks_for=self._claims(report.reasons_for) if shows and report is not None else (),
            speaks_against=self._claims(report.reasons_against) if shows and report is not None else (),
            key=self._quote(report.key_statement)
            if shows and report is not None and report.key_statement is not None
            else None,
            chart=(chart := tuple(self._chart()) if shows else ()),
            chart_alt=" ".join(f"{bar.title}: {bar.counts}." for bar in chart),
            chart_note=self._chart_note(chart) if chart else "",
            rubrics=tuple(self._rubrics()) if has_rubric else (),
            changed=tuple(self._changed()) if shows else (),
            faults=tuple(self._faults()),
            number=self._number() if shows else None,
            practice=self._claims(feedback.shown) if shows and feedback is not None else (),
            next_step=self._spoken(feedback.next_step, feedback.language) if shows and feedback is not None else None,
            also=tuple(self._spoken(advice.claim.text, definition.language) for advice in feedback.also)
            if shows and feedback is not None
            else (),
            questions=tuple(self._questions()) if self._features.has_transcript else (),
            analytics=tuple(self._analytics()) if self._features.has_analytics else (),
            recordings=tuple(self._recordings()),
            links_until=""
            if self._addresses.until is None
            else say("links_until", when=self._words.moment(self._addresses.until)),
        )

    # --- What it is -------------------------------------------------------------------------------------------------

    def _facts(self) -> Iterator[tuple[str, str]]:
        say, record = self._words.say, self._record
        yield say("attempt"), str(record.number)
        yield say("begun"), self._words.moment(record.begun_at)
        yield say("sent"), say("not_sent") if record.submitted_at is None else self._words.moment(record.submitted_at)
        if record.talk_seconds is not None:
            yield say("length"), self._length(float(record.talk_seconds))
        if record.coverage_percent is not None:
            yield say("answered"), say("percent", percent=self._words.number(float(record.coverage_percent), digits=0))
        if record.ending is not None:
            yield say("ending"), say(f"ending_{record.ending.value}")

    def _length(self, seconds: float) -> str:
        if seconds < MINUTE:
            return self._words.say("seconds", seconds=self._words.number(seconds, digits=0))
        return self._words.say("minutes", minutes=self._words.number(seconds / MINUTE, digits=0))

    def _contact(self) -> tuple[tuple[str, str], ...]:
        say, contact = self._words.say, self._read.contact
        return tuple((say(key), value) for key, value in (("email", contact.email), ("phone", contact.phone)) if value)

    # --- Who did what -----------------------------------------------------------------------------------------------

    def _program(self) -> Iterator[str]:
        say, judged = self._words.say, self._read.judged
        if self._record.is_test:
            yield say("trial")
        if judged is None:
            yield say("program_waiting")
            return
        yield say("program_judged", day=self._words.day(judged.judged_at))
        yield say("program_rater", rater=judged.rater)
        if judged.judgement.is_rough:
            yield say("program_rough")
        yield say("program_sum")

    def _person(self) -> Iterator[str]:
        say = self._words.say
        decision = self._read.decision
        if decision is not None:
            yield say(
                f"person_{decision.kind.value}",
                person=decision.person,
                day=self._words.day(decision.decided_at),
                reason=decision.reason,
            )
        elif not self._is_practice:
            yield say("person_nobody")
        if self._overturns:
            yield say("person_changed", count=len(self._overturns))
        if self._read.is_contested:
            yield say("person_contested")

    def _needs_review(self) -> bool:
        if self._judgement is None:
            return False
        return self._judgement.session.needs_review or not self._record.is_comparable or self._read.is_contested

    def _review(self) -> tuple[str, ...]:
        if not self._needs_review():
            return ()
        assert self._judgement is not None
        say = self._words.say
        reasons = [str(reason) for reason in self._judgement.session.reasons]
        told = []
        for reason in reasons:
            key = self._words.find(f"review_{reason}", "")
            if key:
                told.append(say(key))
            elif f"why_{reason}" not in self._words.texts:
                told.append(say("review_other", reason=reason))
        if not self._record.is_comparable:
            told.append(say("review_not_comparable"))
        if self._read.is_contested:
            told.append(say("review_contested"))
        return (say("review_first"), *dict.fromkeys(told))

    def _changed(self) -> Iterator[str]:
        """What people changed, the first one first: both verdicts, who, when and why."""
        say = self._words.say
        for overturn in self._overturns:
            why = say("changed_why", reason=overturn.reason)
            who = {"person": overturn.person, "day": self._words.day(overturn.at)}
            if overturn.place is None:
                after = (
                    say("none_before")
                    if overturn.score is None
                    else self._words.number(float(overturn.score), digits=2)
                )
                yield f"{say('changed_score', **who, before=overturn.before or say('none_before'), after=after)} {why}"
                continue
            before = say(self._words.find(f"state_{overturn.before}", "state_not_discussed"))
            after = say(f"state_{overturn.state.value}") if overturn.state is not None else before
            yield f"{overturn.claim}: {say('changed_claim', **who, before=before, after=after)} {why}"

    def _faults(self) -> Iterator[str]:
        say = self._words.say
        kinds = [fault.kind for fault in sorted(self._record.faults, key=_when)]
        for kind in dict.fromkeys(kinds):
            fault = say(f"fault_{kind.value}")
            times = kinds.count(kind)
            yield fault if times == 1 else say("fault_times", fault=fault.rstrip(".。।"), count=times)

    # --- What was found ---------------------------------------------------------------------------------------------

    def _verdicts(self) -> tuple[Verdict, ...]:
        """On the interview's expectations, or where it has none on those of its questions."""
        if self._judgement is None:
            return ()
        session = self._judgement.session
        return session.verdicts or tuple(verdict for answer in session.answers for verdict in answer.verdicts)

    def _chart(self) -> Iterator[SheetBar]:
        for bracket in _ORDER:
            states = [verdict.state for verdict in self._verdicts() if verdict.claim.bracket is bracket]
            if states:
                yield SheetBar(
                    title=self._words.say(f"bracket_{bracket.value}"),
                    counts=self._counts(states),
                    confirmed=states.count(VerdictState.CONFIRMED),
                    rejected=states.count(VerdictState.REJECTED),
                    open=states.count(VerdictState.NOT_DISCUSSED),
                )

    def _chart_note(self, chart: Sequence[SheetBar]) -> str:
        confirmed, rejected, left = (
            sum(getattr(bar, name) for bar in chart) for name in ("confirmed", "rejected", "open")
        )
        return self._words.say(
            "chart_note", all=confirmed + rejected + left, confirmed=confirmed, rejected=rejected, open=left
        )

    def _counts(self, states: Sequence[VerdictState]) -> str:
        return self._words.say(
            "counts",
            confirmed=states.count(VerdictState.CONFIRMED),
            rejected=states.count(VerdictState.REJECTED),
            open=states.count(VerdictState.NOT_DISCUSSED),
        )

    def _rubrics(self) -> Iterator[SheetRubric]:
        if self._judgement is None:
            return
        if self._judgement.session.verdicts:
            title = PrintedWords(
                text=self._words.say("claims_interview"), tag=self._words.tag, direction=self._words.direction
            )
            yield self._rubric(title, self._judgement.session.verdicts)
        for step, turns in self._by_question():
            judged = self._judgement.answer_of(step.id)
            if judged is not None and judged.verdicts:
                yield self._rubric(self._spoken(step.question.text, turns[0].answer.language), judged.verdicts)

    def _rubric(self, title: PrintedWords, verdicts: Sequence[Verdict]) -> SheetRubric:
        return SheetRubric(
            title=title,
            brackets=tuple(
                SheetBracket(
                    title=self._words.say(f"bracket_{bracket.value}"),
                    counts=self._counts([verdict.state for verdict in inside]),
                    claims=self._claims(inside),
                )
                for bracket in _ORDER
                if (inside := [verdict for verdict in verdicts if verdict.claim.bracket is bracket])
            ),
        )

    def _claims(self, verdicts: Iterable[Verdict]) -> tuple[SheetClaim, ...]:
        return tuple(
            SheetClaim(
                text=self._spoken(verdict.claim.text, self._record.definition.language),
                state=verdict.state.value,
                word=self._words.say(f"state_{verdict.state.value}"),
                quotes=tuple(self._quote(quote) for quote in verdict.quotes),
            )
            for verdict in verdicts
        )

    def _quote(self, quote: Quote) -> SheetQuote:
        kept = self._turns[quote.turn]
        number = self._numbers[quote.turn]
        say = self._words.say
        where = say("question_follow_up" if kept.answer.follow_up is not None else "question", number=number)
        moment = None if kept.is_corrected else find_moment(self._read.spoken.get(quote.turn, ()), quote.start)
        url, listen = "", ""
        if moment is not None:
            time = tell_time(moment)
            where = f"{where} · {time}"
            if self._addresses.whole:
                url, listen = f"{self._addresses.whole}#t={moment:.1f}", say("listen_from", time=time)
        return SheetQuote(
            words=self._spoken(" ".join(quote.text.split()), kept.answer.language),
            where=where,
            url=url,
            listen=listen,
            note=say("corrected") if kept.is_corrected else "",
        )

    # --- The number -------------------------------------------------------------------------------------------------

    def _number(self) -> SheetNumber:
        say, number = self._words.say, self._words.number
        judged = self._read.judged
        score = None if judged is None else judged.judgement.session.score
        if judged is None or score is None:
            why = say("no_number", why=say(self._why_no_number()))
            return SheetNumber(
                text="", said=why, why=why, at=0.0, low=None, high=None, interval="", how="", parts=(), alt=why
            )
        session = judged.judgement.session
        text = number(float(show(score)), digits=2)
        said = say("of_ten", score=text)
        calibration = find_kept_calibration(judged.rater)
        estimate = find_interval(LOWEST + score / to_ten(Fraction(LOWEST + 1)), calibration)
        interval, low, high = say("no_interval"), None, None
        if estimate is not None:
            low, high = float(to_ten(estimate.low) / TEN), float(to_ten(estimate.high) / TEN)
            interval = say(
                "interval" if estimate.is_calibrated else "interval_hint",
                low=number(low * 10, digits=1),
                high=number(high * 10, digits=1),
                level=number((estimate.level or 0) * 100, digits=0),
            )
        own = next((change for change in reversed(self._overturns) if change.place is None), None)
        is_own = own is not None and own.score is not None
        if is_own:  # nothing was measured of a person's number
            interval, low, high = "", None, None
        parts = [
            (say(key), say("of_ten", score=number(float(show(to_ten(part))), digits=2)))
            for key, part in (("number_answers", session.answers_score), ("number_session", session.session_score))
            if part is not None
        ]
        return SheetNumber(
            text=text,
            said=said,
            why="",
            at=float(score / TEN),
            low=low,
            high=high,
            interval=interval,
            how=list(self._changed())[self._overturns.index(own)] if own is not None and is_own else say("number_how"),
            parts=tuple(parts),
            alt=f"{said}. {interval}".strip(),
        )

    def _why_no_number(self) -> str:
        if self._judgement is None:
            return "why_waiting"
        keys = [f"why_{reason}" for reason in self._judgement.session.reasons]
        return next((key for key in keys if key in self._words.texts), "why_other")

    # --- What was said ----------------------------------------------------------------------------------------------

    def _questions(self) -> Iterator[SheetQuestion]:
        asked = list(self._by_question())
        if not self._features.is_by_question:
            for number, (step, turns) in enumerate(asked, 1):
                yield self._question(step, turns, number)
            return
        by_step: dict[UUID, tuple[int, list[Kept]]] = {
            step.id: (number, turns) for number, (step, turns) in enumerate(asked, 1)
        }
        for step in self._record.definition.steps:
            number, turns = by_step.get(step.id, (0, []))
            yield self._question(step, turns, number)

    def _question(self, step: Step, turns: Sequence[Kept], number: int) -> SheetQuestion:
        say = self._words.say
        judged = None if self._judgement is None else self._judgement.answer_of(step.id)
        score = ""
        if self._features.has_assessment and judged is not None and judged.score is not None:
            score = say("of_five", score=self._words.number(float(show(judged.score)), digits=1))
        language = step.question.language or self._record.definition.language
        return SheetQuestion(
            title=say("question", number=number) if number else "",
            asked=self._spoken(turns[0].counting.asked if turns else step.question.text, language),
            label=step.question.label or "",
            score=score,
            turns=tuple(self._turn(kept, step) for kept in turns),
            notes=() if turns else (say("never_reached"),),
        )

    def _turn(self, kept: Kept, step: Step) -> SheetTurn:
        say, answer = self._words.say, kept.counting
        notes = [say("skipped")] if answer.is_skipped else []
        if is_refused(answer):
            notes.append(say("refused"))
        if kept.is_corrected:
            much = is_rewritten(find_difference(kept.answer.text, answer.text))
            notes.append(say("rewritten" if much else "corrected"))
        url = self._addresses.answers.get(answer.number, "")
        reply = answer.reply
        return SheetTurn(
            asked=self._spoken(answer.asked, answer.language),
            is_follow_up=answer.follow_up is not None,
            pieces=tuple(self._pieces(answer.number, answer.text)),
            tag=_tag(answer.language),
            direction=find_direction(answer.text, otherwise=_direction(answer.language)),
            notes=tuple(notes),
            reply=self._spoken(reply.text, reply.language) if reply is not None else None,
            url=url,
            listen=say("listen") if url else "",
        )

    def _pieces(self, number: int, text: str) -> Iterator[SheetPiece]:
        is_quoted = [False] * len(text)
        if self._features.has_assessment and self._judgement is not None:
            session = self._judgement.session
            for verdicts in (session.verdicts, *(answer.verdicts for answer in session.answers)):
                for quote in (quote for verdict in verdicts for quote in verdict.quotes):
                    if quote.turn == number and text[quote.start : quote.end] == quote.text:
                        is_quoted[quote.start : quote.end] = [True] * (quote.end - quote.start)
        for quoted, run in groupby(zip(text, is_quoted, strict=True), key=lambda pair: pair[1]):
            yield SheetPiece(text="".join(sign for sign, _ in run), is_quoted=quoted)

    def _analytics(self) -> Iterator[tuple[str, str, str]]:
        none = self._words.say("none")
        for number, (step, turns) in enumerate(self._by_question(), 1):
            seconds = sum(
                kept.counting.spent_seconds or (kept.answered_at - kept.asked_at).total_seconds() for kept in turns
            )
            judged = None if self._judgement is None else self._judgement.answer_of(step.id)
            shown = self._features.has_assessment and judged is not None and judged.score is not None
            yield (
                self._words.say("question", number=number),
                self._length(seconds),
                self._words.say("of_five", score=self._words.number(float(show(judged.score)), digits=1))
                if shown and judged is not None and judged.score is not None
                else none,
            )

    def _recordings(self) -> Iterator[tuple[str, str]]:
        if self._features.has_session_recording:
            if self._addresses.whole:
                yield self._words.say("whole_recording"), self._addresses.whole
            if self._addresses.film:
                yield self._words.say("introduction"), self._addresses.film

    # --- Helpers ----------------------------------------------------------------------------------------------------

    def _by_question(self) -> Iterator[tuple[Step, list[Kept]]]:
        steps = {step.id: step for step in self._record.definition.steps}
        for step_id, turns in groupby(self._record.answers, key=lambda kept: kept.answer.step_id):
            yield steps[step_id], list(turns)

    def _spoken(self, text: str, language: str) -> PrintedWords:
        return PrintedWords(
            text=text, tag=_tag(language), direction=find_direction(text, otherwise=_direction(language))
        )


def find_moment(heard: Sequence[HeardWord], place: int) -> float | None:
    """The second of the attempt's sound in which the character at this place of an answer is said; None: unknown."""
    if not heard:
        return None
    at = -(len(heard[0].text) - len(heard[0].text.lstrip()))
    for word in heard:
        at += len(word.text)
        if place < at:
            return word.start
    return None


def tell_time(seconds: float) -> str:
    """3:20, or 1:03:20."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _when(fault: Fault) -> datetime:
    return fault.began_at


def _tag(language: str) -> str:
    return BY_CODE[language].tag if language in BY_CODE else "und"


def _direction(language: str) -> str:
    return "rtl" if language in BY_CODE and BY_CODE[language].is_right_to_left else "ltr"


def find_direction(text: str, *, otherwise: str = "ltr") -> str:
    """By its first letter with a direction, as `dir=auto` does."""
    for sign in text:
        kind = bidirectional(sign)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return otherwise
