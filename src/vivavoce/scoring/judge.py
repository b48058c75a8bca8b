"""Judging an answer, and a whole session: everything put together around a rater, and around readers where there are.

given ──► examine (gates) ──► windows ──► rater ──► quotes found ──► lean ──► quotes alone, rater ──► hold ──► total
                     └──► readers (readers.py, before) ──► findings ──────────── the rater's vote ──► merge ────┘
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from vivavoce.interviews.steps import fold_wording
from vivavoce.interviews.weights import DEFAULT_WEIGHTS, Weights
from vivavoce.providers.raters.port import Judged, Rater
from vivavoce.scoring.content import is_silent
from vivavoce.scoring.denial import LANGUAGE, find_denials
from vivavoce.scoring.evidence import MORE_THAN_HALF, Leaning, Sighting, hold, join, lean
from vivavoce.scoring.flags import RULES, Flag, Raised
from vivavoce.scoring.gates import Examined, examine, is_unreadable
from vivavoce.scoring.given import Given
from vivavoce.scoring.hearing import mark_heard, raise_heard
from vivavoce.scoring.interval import Calibration, find_agreement, find_interval
from vivavoce.scoring.judged import JudgedAnswer, JudgedSession, UnscoredReason
from vivavoce.scoring.merging import drop_overused, drop_unvoted, merge
from vivavoce.scoring.normalise import normalise
from vivavoce.scoring.quotes import find_quotes
from vivavoce.scoring.readers import Readings
from vivavoce.scoring.rubric import Claim, Rubric
from vivavoce.scoring.to_read import MASTERED
from vivavoce.scoring.total import LOWEST, find_mean, mix, score_verdicts
from vivavoce.scoring.verdicts import Doubt, Quote, ReaderFinding, ReadPart, Sureness, Verdict, VerdictState
from vivavoce.scoring.windows import AnswerWindow, finish, make_windows, round_off
from vivavoce.text.sentences import find_sentences
from vivavoce.text.tell_language import is_same

# Nothing in an answer is nearer than this to the question or to a claim: it is about something else.
NEAR = 0.15
# A verdict whose probability is below this could as well be another; when half of them are, a person looks.
SURE = 0.6


def judge_answer(
    given: Given,
    *,
    rater: Rater,
    calibration: Calibration | None = None,
    readings: Readings | None = None,
    of_readers: Calibration | None = None,
) -> JudgedAnswer:
    """One answer, against its question's own rubric.

    readings: what readers said of it; None: there are none. calibration, of_readers: of the rater's scores, of theirs.
    """
    claims = () if given.rubric is None else given.rubric.claims
    looked = _look(given, claims, rater, readings)
    return _judge_looked(looked, rater=rater, calibration=of_readers if looked.is_read else calibration)


def judge_session(
    given: Sequence[Given],
    *,
    rubric: Rubric | None,
    rater: Rater,
    weights: Weights = DEFAULT_WEIGHTS,
    calibration: Calibration | None = None,
    readings: Sequence[Readings] | None = None,
    of_readers: Calibration | None = None,
) -> JudgedSession:
    """Every answer against its own rubric, and all scored ones together against the interview's.

    given: what was asked, in any order. weights: of the answers and of the whole. readings: what readers said of each;
    None: there are none. calibration, of_readers: of the rater's scores, of theirs.
    """
    claims = () if rubric is None else rubric.claims
    read = [None] * len(given) if readings is None else readings
    looked = [
        _look(answer, (*claims, *(() if answer.rubric is None else answer.rubric.claims)), rater, of_answer)
        for answer, of_answer in zip(given, read, strict=True)
    ]
    answers = [
        _judge_looked(answer, rater=rater, calibration=of_readers if answer.is_read else calibration)
        for answer in looked
    ]
    heard = [answer for answer in looked if answer.given.is_scored and not answer.is_silent]
    if heard:
        # Somebody who answers elsewhere and is silent here has shown nothing here. All silent: nothing was judged.
        answers = [_count_silence(answer, look) for answer, look in zip(answers, looked, strict=True)]
    readable = [answer for answer in heard if not answer.is_unreadable]
    by_answer = [_judge_claims(answer, claims, rater) for answer in readable]
    verdicts = tuple(join(on_one) for on_one in zip(*filter(None, by_answer), strict=True))
    answers_score, session_score = find_mean(answer.score for answer in answers), score_verdicts(verdicts)
    raised = {flag for answer in answers for flag in (raised_flag.flag for raised_flag in answer.flags)} | _doubts(
        verdicts
    )
    if any(verdict.is_heard_doubtfully for verdict in verdicts):
        raised.add(Flag.DOUBTFUL_HEARING)
    reasons = [reason for answer in answers if answer.needs_review for reason in answer.reasons]
    reasons += _review_reasons(raised, verdicts)
    if any(look.is_unread for look in heard):
        reasons.append(UnscoredReason.READER_UNAVAILABLE)
    if len(readable) < len(heard):
        reasons.append(UnscoredReason.LANGUAGE_NOT_MASTERED)
    score = mix(answers=answers_score, session=session_score, weights=weights)
    if score is None and not reasons:
        reasons += sorted(
            {reason for answer in answers for reason in answer.reasons} or {UnscoredReason.NO_EXPECTATIONS}
        )
    return JudgedSession(
        answers=tuple(answers),
        verdicts=verdicts,
        answers_score=answers_score,
        session_score=session_score,
        score=score,
        asked=sum(answer.given.is_scored for answer in looked),
        heard=len(readable),
        needs_review=any(answer.needs_review for answer in answers)
        or any(look.is_unread for look in heard)
        or bool(_review_reasons(raised, verdicts)),
        reasons=tuple(dict.fromkeys(reasons)),
        is_rough=rater.is_rough and not (heard and all(answer.is_read or answer.given.is_choice for answer in heard)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _TurnWindow:
    """A window of one turn, ready for the rater."""

    turn: Examined
    window: AnswerWindow
    question: str
    quotes: tuple[Quote, ...]

    @property
    def reading(self) -> str:
        return self.window.text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """An answer behind the gates, cut into windows."""

    given: Given
    turns: tuple[Examined, ...]
    pieces: tuple[_TurnWindow, ...]
    raised: tuple[Raised, ...]
    is_silent: bool
    is_unreadable: bool
    readings: Readings | None

    @property
    def is_suspect(self) -> bool:
        """Whether something in it was said to whoever judges."""
        return any(raised.flag in (Flag.PROMPT_INJECTION, Flag.RUBRIC_ECHO) for raised in self.raised)

    @property
    def is_unread(self) -> bool:
        """Whether a reader was to read it, and none could."""
        return self.readings is not None and self.readings.is_failed

    @property
    def is_read(self) -> bool:
        """Whether readers judge it, and the rater only votes."""
        return self.readings is not None and not self.readings.is_failed


def _look(given: Given, claims: Sequence[Claim], rater: Rater, readings: Readings | None) -> _Looked:
    texts = [normalise(claim.text, language=given.language).text for claim in claims]
    mastered = rater.languages if readings is None or readings.is_failed else MASTERED
    # What was chosen was written by whoever asked: no gate applies.
    turns = examine(given, claims=texts, mastered=mastered, is_respelled=not given.is_choice)
    raised = () if given.is_choice else tuple(flag for turn in turns for flag in turn.raised)
    is_nothing = all(is_silent(turn.text.text) for turn in turns)
    unreadable = not given.is_choice and not is_nothing
    unreadable = unreadable and is_unreadable(turns, given.language, mastered=mastered)
    is_rated = not unreadable and any(is_same(given.language, language) for language in rater.languages)
    pieces = tuple(piece for turn in turns for piece in _cut(turn, given)) if is_rated and not given.is_choice else ()
    if pieces and texts and _is_elsewhere(pieces, [given.question, *texts], rater):
        raised = (*raised, Raised(flag=Flag.OFF_TOPIC))
    return _Looked(
        given=given,
        turns=turns,
        pieces=pieces,
        raised=raised,
        is_silent=is_nothing,
        is_unreadable=unreadable,
        readings=readings,
    )


def _cut(turn: Examined, given: Given) -> list[_TurnWindow]:
    windows = make_windows(turn.text.text, language=given.language, without=turn.left_out)
    question = normalise(turn.turn.question, language=given.language).text
    return [_make_piece(turn, window, question) for window in windows]


def _make_piece(turn: Examined, window: AnswerWindow, question: str) -> _TurnWindow:
    places = [turn.text.to_original(span.start, span.end) for span in window.spans]
    quotes = [
        Quote(turn=turn.turn.number, start=start, end=end, text=turn.turn.text[start:end]) for start, end in places
    ]
    return _TurnWindow(turn=turn, window=window, question=question, quotes=tuple(quotes))


def _is_elsewhere(pieces: Sequence[_TurnWindow], others: Sequence[str], rater: Rater) -> bool:
    near = rater.similar([piece.reading for piece in pieces], others)
    return max((max(row, default=0.0) for row in near), default=1.0) < NEAR


def _judge_looked(looked: _Looked, *, rater: Rater, calibration: Calibration | None) -> JudgedAnswer:
    given = looked.given
    if not given.is_scored:
        return JudgedAnswer(score=None, flags=looked.raised, reasons=(UnscoredReason.NOT_SCORED,))
    if given.rubric is None:
        return JudgedAnswer(score=None, flags=looked.raised, reasons=(UnscoredReason.NO_EXPECTATIONS,))
    if looked.is_silent:
        return JudgedAnswer(score=None, flags=looked.raised, reasons=(UnscoredReason.NO_CONTENT,))
    if looked.is_unreadable:
        unread = (UnscoredReason.READER_UNAVAILABLE,) if looked.is_unread else ()
        return JudgedAnswer(
            score=None, flags=looked.raised, needs_review=True, reasons=(UnscoredReason.LANGUAGE_NOT_MASTERED, *unread)
        )
    verdicts = _judge_claims(looked, given.rubric.claims, rater)
    if not verdicts:
        return JudgedAnswer(score=None, flags=looked.raised, reasons=(UnscoredReason.CHOICE_NOT_IN_RUBRIC,))
    score = score_verdicts(verdicts)
    doubts = sorted(_doubts(verdicts))
    raised = (*looked.raised, *(Raised(flag=flag) for flag in doubts), *raise_heard(verdicts, given))
    reasons = _review_reasons({finding.flag for finding in raised}, verdicts)
    if looked.is_unread:
        reasons.append(UnscoredReason.READER_UNAVAILABLE)
    measured = find_interval(score, calibration)
    return JudgedAnswer(
        score=score,
        verdicts=verdicts,
        interval=find_agreement(verdicts) if looked.is_read and measured is None else measured,
        is_rough=rater.is_rough and not looked.is_read and not given.is_choice,
        flags=raised,
        needs_review=bool(reasons),
        reasons=tuple(reasons),
    )


def _judge_claims(looked: _Looked, claims: Sequence[Claim], rater: Rater) -> tuple[Verdict, ...]:
    """One verdict a claim, in their order; none for a choice that no claim names."""
    if looked.given.is_choice:
        return _judge_choice(looked.given, claims)
    if looked.is_read:
        verdicts = drop_overused([_merge_claim(looked, claim, rater) for claim in claims])
    else:
        verdicts = tuple(_judge_claim(looked, claim, rater) for claim in claims)
    return tuple(mark_heard(verdict, looked.given) for verdict in verdicts)


def _judge_choice(given: Given, claims: Sequence[Claim]) -> tuple[Verdict, ...]:
    """A choice confirms the claim that is its very text, and is judged only where there is one."""
    turn = given.turns[0]
    whole = (Quote(turn=turn.number, start=0, end=len(turn.text), text=turn.text),)
    verdicts = [
        Verdict(claim=claim, state=VerdictState.CONFIRMED, p=1.0, quotes=whole)
        if fold_wording(claim.text) == fold_wording(turn.text)
        else Verdict(claim=claim, state=VerdictState.NOT_DISCUSSED, p=1.0)
        for claim in claims
    ]
    return tuple(verdicts) if any(verdict.state is VerdictState.CONFIRMED for verdict in verdicts) else ()


def _merge_claim(looked: _Looked, claim: Claim, rater: Rater) -> Verdict:
    """What readers say, with the rater's vote where it reads the language."""
    assert looked.readings is not None, "it was read"
    findings = looked.readings.by_claim.get(claim.text)
    if not findings:
        return Verdict(claim=claim, state=VerdictState.NOT_DISCUSSED, p=1.0)
    if not looked.pieces:
        return merge(claim, findings)
    verdict = _judge_claim(looked, claim, rater)
    vote = ReaderFinding(
        part=ReadPart.WINDOWS,
        round=1,
        reader=f"{rater.name} {rater.version}",
        state=verdict.state,
        sure=Sureness.LIKELY if verdict.p >= SURE else Sureness.UNSURE,
        quotes=verdict.quotes,
    )
    merged = merge(claim, (*findings, vote))
    return drop_unvoted(merged, vote) if looked.is_suspect else merged


def _judge_claim(looked: _Looked, claim: Claim, rater: Rater) -> Verdict:
    text = normalise(claim.text, language=looked.given.language).text
    seen = _see(looked, text, rater)
    if rater.is_rough:
        # To "I don't think there's more to add" it is a denial of whatever was claimed.
        seen = [sight for sight in seen if not _takes_back_unseen(sight, text, looked.given.language)]
    leaning = lean(claim, [sight.sighting for sight in seen if sight.is_found])
    if rater.is_rough and leaning.state is VerdictState.REJECTED:
        leaning = _lean_by_rule(leaning, seen, text, looked.given.language)
    verdict = _check(leaning, seen, text, looked, rater)
    claimed = max((max(sight.sighting.judged.confirmed, sight.sighting.judged.rejected) for sight in seen), default=0.0)
    if (
        verdict.state is VerdictState.NOT_DISCUSSED
        and verdict.doubt is None
        and not all(sight.is_found for sight in seen)
    ):
        return replace(verdict, p=min(verdict.p, max(0.0, 1 - claimed)), doubt=Doubt.UNSUPPORTED)
    return verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What the rater says of a piece. piece: narrowed to its quotes, where they were found."""

    piece: _TurnWindow
    sighting: Sighting
    is_found: bool


def _see(looked: _Looked, claim: str, rater: Rater) -> list[_Seen]:
    seen = []
    for question in dict.fromkeys(piece.question for piece in looked.pieces):
        asked = [piece for piece in looked.pieces if piece.question == question]
        judged = rater.judge(question, claim, [piece.reading for piece in asked])
        seen += [_find(piece, on_piece, looked.given.language) for piece, on_piece in zip(asked, judged, strict=True)]
    return seen


def _find(piece: _TurnWindow, judged: Judged, language: str) -> _Seen:
    """The rater's quotes in the answer's own words. What carries nothing needs no quote."""
    quoted: AnswerWindow | None = piece.window
    if max(judged.confirmed, judged.rejected) > MORE_THAN_HALF:
        is_spoken = piece.turn.turn.is_spoken
        quoted = find_quotes(judged.quotes, piece.window, language=language, is_spoken=is_spoken)
    narrowed = piece if quoted is None else _make_piece(piece.turn, quoted, piece.question)
    return _Seen(piece=narrowed, sighting=_to_sighting(narrowed, judged), is_found=quoted is not None)


def _lean_by_rule(leaning: Leaning, seen: Sequence[_Seen], claim: str, language: str) -> Leaning:
    """A rough rater's rejection, where a rule sees the denial too; else not discussed, by how little was confirmed."""
    denied = lean(
        leaning.claim, [sight.sighting for sight in seen if sight.is_found and _is_denied(sight.piece, claim, language)]
    )
    if denied.state is VerdictState.REJECTED:
        return denied
    most = max(sight.sighting.judged.confirmed for sight in seen)
    return Leaning(claim=leaning.claim, state=VerdictState.NOT_DISCUSSED, p=max(0.0, 1 - most))


def _takes_back_unseen(sight: _Seen, claim: str, language: str) -> bool:
    """Whether an answer to a follow-up is held against what was said before, and no rule sees it denied."""
    is_against = sight.piece.turn.turn.is_follow_up and sight.sighting.judged.rejected > MORE_THAN_HALF
    return is_against and not _is_denied(sight.piece, claim, language)


def _is_denied(piece: _TurnWindow, claim: str, language: str) -> bool:
    """Whether the rule finds a denial among the piece's words. It reads whole sentences: an "if" may stand there."""
    if language != LANGUAGE:
        return False
    text, spans = piece.turn.text.text, piece.window.spans
    kept = list(text)
    for span in piece.turn.left_out:
        kept[span.start : span.end] = " " * (span.end - span.start)
    around = [
        sentence
        for sentence in find_sentences(text)
        if sentence.start < spans[-1].end and spans[0].start < sentence.end
    ]
    begin = around[0].start
    denials = find_denials(claim, "".join(kept[begin : around[-1].end]))
    return any(
        begin + denial.start < span.end and span.start < begin + denial.end for denial in denials for span in spans
    )


def _to_sighting(piece: _TurnWindow, judged: Judged) -> Sighting:
    return Sighting(quotes=piece.quotes, reading=piece.reading, question=piece.question, judged=judged)


def _check(leaning: Leaning, seen: Sequence[_Seen], claim: str, looked: _Looked, rater: Rater) -> Verdict:
    """The verdict after its quoted words were judged by themselves.

    Whole sentences are quoted where they carry it, else the words that were judged, to their sentence's end where it is
    near: where a sentence ends is the typist's or the ear's, and no verdict hangs on that.
    """
    if leaning.sighting is None:
        return hold(leaning, alone=None)
    piece = next(sight.piece for sight in seen if sight.sighting is leaning.sighting)
    for rounded in _round_off(piece, claim, leaning.state, looked, rater):
        verdict = _check_alone(replace(leaning, sighting=rounded), claim, rater)
        if verdict.state is leaning.state:
            return verdict
    verdict = _check_alone(leaning, claim, rater)
    return replace(verdict, quotes=_finish(piece, looked).quotes) if verdict.state is leaning.state else verdict


def _finish(piece: _TurnWindow, looked: _Looked) -> _TurnWindow:
    turn = piece.turn
    finished = finish(turn.text.text, piece.window, language=looked.given.language, without=turn.left_out)
    return _make_piece(turn, finished, piece.question)


def _check_alone(leaning: Leaning, claim: str, rater: Rater) -> Verdict:
    sighting = leaning.sighting
    assert sighting is not None, "something is quoted"
    return hold(leaning, alone=rater.judge(sighting.question, claim, [sighting.reading])[0])


def _round_off(piece: _TurnWindow, claim: str, state: VerdictState, looked: _Looked, rater: Rater) -> list[Sighting]:
    """What may be quoted in its place, in whole sentences: the one that carries most, then the others, then all."""
    turn = piece.turn
    single, together = (
        [_make_piece(turn, window, piece.question) for window in windows]
        for windows in round_off(turn.text.text, piece.window, language=looked.given.language, without=turn.left_out)
    )
    judged = rater.judge(piece.question, claim, [rounded.reading for rounded in (*single, *together)])
    tried = [_to_sighting(rounded, p) for rounded, p in zip([*single, *together], judged, strict=True)]
    ranked = sorted(tried[: len(single)], key=lambda sighting: -sighting.p(state))
    return [*ranked, *tried[len(single) :]]


def _count_silence(answer: JudgedAnswer, looked: _Looked) -> JudgedAnswer:
    given = looked.given
    if not looked.is_silent or not given.is_scored or given.rubric is None or given.is_choice:
        return answer
    verdicts = tuple(Verdict(claim=claim, state=VerdictState.NOT_DISCUSSED, p=1.0) for claim in given.rubric.claims)
    return replace(answer, score=Fraction(LOWEST), verdicts=verdicts)


def _doubts(verdicts: Sequence[Verdict]) -> set[Flag]:
    return {Flag(verdict.doubt.value) for verdict in verdicts if verdict.doubt is not None}


def _review_reasons(flags: set[Flag], verdicts: Sequence[Verdict]) -> list[str]:
    """Why a person should look, in the order of the flags."""
    reasons = [flag.value for flag in Flag if flag in flags and RULES[flag].needs_review]
    unsure = sum(verdict.p < SURE for verdict in verdicts)
    return [*reasons, UnscoredReason.UNCERTAIN.value] if unsure and unsure * 2 >= len(verdicts) else reasons
