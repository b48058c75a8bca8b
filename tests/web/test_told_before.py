"""A story that was told to an earlier question is quoted once, and nothing praises it where another is advised."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.reports.samples import TELLINGS, a_result
from vivavoce.attempts.answer import Reply
from vivavoce.interviews.views import VIEWS
from vivavoce.scoring.previews import Preview
from vivavoce.scoring.verdicts import Quote, Verdict
from vivavoce.web.candidate.outcome import tell_answers, tell_helped, tell_progress, tell_standing_out

STORY = TELLINGS["en"].answers[0]
SENTENCE = TELLINGS["en"].quoted[0]


def _quote_in(turn: int, verdict: Verdict) -> Verdict:
    start = STORY.index(SENTENCE)
    quote = Quote(turn=turn, start=start, end=start + len(SENTENCE), text=SENTENCE)
    return replace(verdict, quotes=(quote,) if verdict.quotes else ())


def test_a_story_that_was_told_before_is_quoted_and_praised_once() -> None:
    result = a_result(is_spoken=False)
    first, second, third = result.record.answers
    again = replace(second, answer=replace(second.answer, text=STORY))
    record = replace(result.record, answers=(first, again, third))
    assert result.judged is not None
    judgement = result.judged.judgement
    answers = tuple(
        replace(answer, verdicts=tuple(_quote_in(min(number, 2), verdict) for verdict in answer.verdicts))
        for number, answer in enumerate(judgement.session.answers, 1)
    )
    session = replace(judgement.session, answers=answers, verdicts=())
    preview = Preview(judgement=replace(judgement, session=session), interval=None, is_current=True)
    told = tell_answers(record, VIEWS["full"], preview, can_correct=False, words={})
    assert told[1]["advice"] == {"kind": "told_before", "earlier": 1}
    assert told[1]["found"] is None
    assert told[0]["found"] is not None
    assert [quote["question"] for quote in tell_standing_out(record, preview, VIEWS["full"])] == [1]


def test_progress_is_told_by_the_words_that_were_shown() -> None:
    """A third of ten is kept as 3.33, and was shown as "some"."""
    steps = {
        (amount, before): tell_progress({"amount": amount}, (1, Decimal(before)))
        for amount, before in (("little", "3.33"), ("some", "3.33"), ("little", "3.32"), ("much", "6.66"))
    }
    assert [None if step is None else step["is"] for step in steps.values()] == ["less", "same", "same", "more"]


@pytest.mark.parametrize(
    ("language", "text", "helped"),
    [
        ("en", "This may help: “You work 37 hours.” I’ve passed your question on.", ["You work 37 hours."]),
        ("en", "“Is it paid?” I can’t tell you that here. I’ve passed your question on.", []),
        ("en", "I can’t tell you that here. I’ve passed your question on.", []),
    ],
)
def test_what_may_help_stays_beside_the_question_until_somebody_replies(
    language: str, text: str, helped: list[str]
) -> None:
    assert tell_helped(Reply(text=text, language=language), ["Is it paid?"]) == helped
