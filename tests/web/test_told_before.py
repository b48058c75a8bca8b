"""A story that was told to an earlier question is quoted once, and nothing praises it where another is advised."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from tests.builders import NOW
from tests.reports.samples import TELLINGS, a_result
from vivavoce.attempts.answer import RecordedWish
from vivavoce.attempts.keep import WishKept
from vivavoce.conversation.asides import Aside, reply_with_parts, say_aside
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.lines import Manner
from vivavoce.interviews.draft import Tone
from vivavoce.interviews.views import VIEWS
from vivavoce.replies.asking import AskedPart, MeantSentence, Passage
from vivavoce.scoring.previews import Preview
from vivavoce.scoring.verdicts import Quote, Verdict
from vivavoce.text.languages import CODES
from vivavoce.web.candidate.outcome import tell_answers, tell_progress, tell_questions, tell_standing_out
from vivavoce.words.quotes import find_quotes

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


@pytest.mark.parametrize("language", sorted(CODES))
def test_each_question_of_a_turn_keeps_what_may_help_with_it(language: str) -> None:
    before, after = find_quotes(language)
    manner = Manner(language=language, tone=Tone.SIMPLE, style=None, seniority=None, company=None, role="Cook")
    helps = MeantSentence(passage=Passage(source="Work", text="You work days."), text="You work days.", certain=0.7)
    asked = (
        AskedPart(asked="Is there a gym?", passage=None),
        AskedPart(asked="Nights?", passage=None, may_help=(helps,)),
    )
    reply = reply_with_parts(asked, manner=manner, team="Acme")
    result = a_result(is_spoken=False).record
    wished = RecordedWish(
        key=UUID(int=1), number=1, wish=Wish.ASK, is_by_word=True, text="Is there a gym? Nights?", reply=reply
    )
    told = tell_questions(replace(result, wishes=(WishKept(wished=wished, at=NOW),)), {})
    assert [entry["texts"] for entry in told] == [["Is there a gym?"], ["Nights?"]]
    lead = say_aside(Aside.MAY_HELP, manner).text
    assert [entry["helped"] for entry in told] == ["", lead.replace("{sentence}", f"{before}You work days.{after}")]
    (answered,) = tell_questions(
        replace(result, wishes=(WishKept(wished=wished, at=NOW),)), {"Is there a gym?\nNights?": "No."}
    )
    assert (answered["texts"], answered["reply"], answered["helped"]) == (["Is there a gym?", "Nights?"], "No.", "")
