"""When a language model is asked, what it is told, and what becomes of what it proposes. Pure.

words ──► doubtful by rule? ──► Propose(UTTERANCE) ──► Proposed: an aside, or the answer after all
question to us ───────────────► Propose(REPLIES) ────► Proposed: each part of it with the passage that answers it
answer saved ─────────────────► Propose(NEXT_WORDS) ─► Proposed: remark, follow-up, whether a condition is met
"""

from dataclasses import replace

from vivavoce.attempts.answer import Answer, Branch, NextWords, Reply
from vivavoce.conversation.branches import find_open_condition, to_branch
from vivavoce.conversation.course import Conversation, Course, Turn
from vivavoce.conversation.follow_ups import may_follow_up
from vivavoce.conversation.happenings import (
    Answered,
    ConditionState,
    NextProposal,
    ProposalKind,
    Propose,
    Proposed,
    RepliesProposal,
    UtteranceProposal,
)
from vivavoce.conversation.intents import is_declining, is_plain_no
from vivavoce.conversation.proposals import (
    SaidSoFar,
    find_fault_of_follow_up,
    find_fault_of_parts,
    find_fault_of_remark,
    find_fault_of_reply,
    is_quoted,
    may_speak,
)
from vivavoce.conversation.question_form import keep_first_question
from vivavoce.conversation.turns import find_open_step
from vivavoce.conversation.utterances import LONGEST_ASKING
from vivavoce.interviews.steps import AnsweredBy, Step
from vivavoce.replies.asking import LONGEST_QUESTION, AskedPart, asks_for_judging
from vivavoce.text.languages import BY_CODE

MOST_PARTS = 5  # questions of one turn that are answered
MOST_REMEMBERED = 2  # remarks that the next one may not begin like
MOST_TOLD_OF = 6_000  # characters of an answer, and of our texts, that a model is told
QUESTION_MARKS = ("?", "？", "؟")


def propose_utterance(course: Course, turn: Turn, happening: Answered, *, is_aside: bool) -> Propose | None:
    """The order to ask what these words are; None where no model is to be asked. is_aside: what the rule says."""
    text = happening.text or ""
    is_open = turn.step.question.answered_by is AnsweredBy.OPEN and may_speak(turn.language)
    is_doubtful = is_aside or any(mark in text for mark in QUESTION_MARKS)
    if course.proposing is None or not is_open or not is_doubtful or len(text) > LONGEST_ASKING:
        return None
    return Propose(
        kind=ProposalKind.UTTERANCE,
        number=turn.number,
        seconds=course.proposing.seconds,
        given=_manner_of(course, turn.language)
        | {"question": turn.asked, "words": text, "texts": _shorten("\n\n".join(_texts_of(course)))},
        answered=happening,
    )


def propose_replies(course: Course, turn: Turn, happening: Answered) -> Propose | None:
    """The order to find what answers a candidate who asks about the position; None where no model is to be asked."""
    text = happening.text or ""
    if course.proposing is None or not course.passages or not text.strip() or len(text) > LONGEST_QUESTION:
        return None
    texts = "\n".join(f"[{passage.source}] {' '.join(passage.text.split())}" for passage in course.passages)
    return Propose(
        kind=ProposalKind.REPLIES,
        number=turn.number,
        seconds=course.proposing.seconds,
        given=_manner_of(course, turn.language) | {"words": text, "texts": _shorten(texts)},
        answered=happening,
    )


def propose_next_words(course: Course, conversation: Conversation) -> Propose | None:
    """The order to ask what is said after the last answer; None where no model is to be asked."""
    last = conversation.answers[-1]
    step = step_of(course, last)
    if course.proposing is None or not _is_worth_words(step, last):
        return None
    open_step = find_open_step(course, replace(conversation, answers=_without_rule(conversation)))
    condition = None if open_step is None else find_open_condition(open_step, conversation)
    return Propose(
        kind=ProposalKind.NEXT_WORDS,
        number=conversation.number,
        seconds=course.proposing.seconds,
        given=_manner_of(course, last.language)
        | {
            "question": step.question.text,
            "asked": last.asked,
            "answer": _shorten(last.own_words),
            "before": "\n".join(_before(conversation, step)),
            "may_follow_up": "yes" if may_follow_up(course, conversation, step) else "no",
            "condition": condition or "",
            "is_expert": "yes" if step.question.is_expert else "no",
            # Named by what it is for, since the prompt is the same with it and without.
            **({"how_this_is_done_here": _shorten("\n\n".join(course.background))} if course.background else {}),
        },
    )


def _before(conversation: Conversation, step: Step) -> list[str]:
    """What was asked and answered of this step, before the last answer."""
    return [
        text
        for answer in conversation.answers[:-1]
        if answer.step_id == step.id
        for text in (answer.asked, answer.text)
    ]


def _is_worth_words(step: Step, last: Answer) -> bool:
    is_answered = last.choice is None and bool(last.text.strip()) and may_speak(last.language)
    is_closed = is_declining(last.text, language=last.language) or is_plain_no(last.text, language=last.language)
    return step.question.answered_by is AnsweredBy.OPEN and is_answered and not is_closed


def _without_rule(conversation: Conversation) -> tuple[Answer, ...]:
    """The answers as if a model wanted no follow-up: which condition is then the next one to be met."""
    *before, last = conversation.answers
    return (*before, replace(last, next_words=NextWords(remark="", follow_up="", quote="")))


def to_next_words(course: Course, conversation: Conversation, proposal: NextProposal) -> NextWords:
    """What of the proposal is said. A follow-up that may not be asked leaves the decision to the rule.

    Of two questions in one, the first is asked.
    """
    last = conversation.answers[-1]
    step = step_of(course, last)
    so_far = _so_far(course, conversation, step)
    follow_up: str | None = keep_first_question(proposal.follow_up.strip(), language=last.language)
    if follow_up:
        is_fit = may_follow_up(course, conversation, step)
        is_fit = is_fit and not find_fault_of_follow_up(follow_up, proposal.quote, so_far)
        follow_up = follow_up if is_fit else None
    is_sound = not find_fault_of_remark(proposal.remark, so_far, follow_up=follow_up or "")
    return NextWords(
        remark=proposal.remark.strip() if is_sound else "",
        follow_up=follow_up,
        quote=proposal.quote if follow_up else "",
    )


def to_decided(course: Course, conversation: Conversation, proposal: NextProposal) -> Branch | None:
    """What the proposal decides of the conditional step that comes next: by a quote alone, and else nothing."""
    step = find_open_step(course, conversation)
    if step is None or proposal.condition is ConditionState.UNSURE:
        return None
    said = [answer.text for answer in conversation.answers if answer.step_id == step.parent_id]
    if not is_quoted(proposal.condition_quote, said):
        return None
    is_met = proposal.condition is ConditionState.MET
    return to_branch(step, is_met=is_met, quote=proposal.condition_quote)


def to_reply(course: Course, turn: Turn, text: str, proposal: UtteranceProposal) -> Reply | None:
    """The model's reply to a question about the question; None where it may not be said."""
    so_far = SaidSoFar(
        language=turn.language,
        question=turn.asked,
        answers=(text,),
        claims=course.claims.get(turn.step.id, ()),
        texts=_texts_of(course),
    )
    if find_fault_of_reply(proposal.reply, proposal.quote, so_far):
        return None
    passage = next((given for given in course.passages if is_quoted(proposal.quote, (given.text,))), None)
    return Reply(
        text=proposal.reply.strip(),
        language=turn.language,
        source=None if passage is None else passage.source,
        passage=None if passage is None else passage.text,
        is_aside=True,
    )


def to_parts(course: Course, turn: Turn, text: str, proposal: RepliesProposal) -> tuple[AskedPart, ...] | None:
    """Each question of the candidate with the passage that answers it; None where the proposal can't be used.

    What of a model's own words may not be said is worded by rule, from the same passage.
    """
    if find_fault_of_parts(proposal, text, [" ".join(passage.text.split()) for passage in course.passages]):
        return None
    every = tuple(claim for claims in course.claims.values() for claim in claims)
    parts = []
    for asked, reply, quote in zip(proposal.asked, proposal.replies, proposal.quotes, strict=True):
        passage = next((given for given in course.passages if is_quoted(quote, (given.text,))), None)
        if passage is None or asks_for_judging(asked, language=turn.language):
            parts.append(AskedPart(asked=asked, passage=None))
            continue
        so_far = SaidSoFar(language=turn.language, question=text, claims=every, texts=(passage.text,))
        is_sound = not find_fault_of_reply(reply, passage.text, so_far)
        parts.append(AskedPart(asked=asked, passage=passage, told=reply.strip() if is_sound else ""))
    return tuple(parts)


def is_usable(course: Course, conversation: Conversation, happening: Proposed) -> bool:
    """Whether what came is of the turn that waits, came in time, and nothing was said in that turn meanwhile."""
    is_now = happening.number == conversation.number and not conversation.wishes_now
    is_in_time = course.proposing is not None and happening.seconds <= course.proposing.seconds
    is_new = bool(conversation.answers) and conversation.answers[-1].next_words is None
    return is_now and is_in_time and is_new


def step_of(course: Course, answer: Answer) -> Step:
    """The step that was answered."""
    return next(step for step in course.steps if step.id == answer.step_id)


def _so_far(course: Course, conversation: Conversation, step: Step) -> SaidSoFar:
    given = [answer for answer in conversation.answers if answer.step_id == step.id]
    remarks = [
        answer.next_words.remark for answer in conversation.answers if answer.next_words and answer.next_words.remark
    ]
    return SaidSoFar(
        language=given[-1].language,
        question=step.question.text,
        answers=[answer.text for answer in given],
        asked=[answer.asked for answer in conversation.answers] + [step.question.text for step in course.steps],
        role=course.manner.role,
        remarks=remarks[-MOST_REMEMBERED:],
        claims=(*course.claims.get(step.id, ()), *course.background),
    )


def _texts_of(course: Course) -> tuple[str, ...]:
    return tuple(f"{passage.source}: {passage.text}" for passage in course.passages)


def _manner_of(course: Course, language: str) -> dict[str, str]:
    manner = course.manner
    return {
        "language": BY_CODE[language].name_english if language in BY_CODE else language,
        "tone": manner.tone.value,
        "style": manner.style or "",
        "seniority": manner.seniority or "",
        "company": manner.company or "",
        "role": manner.role,
    }


def _shorten(text: str) -> str:
    return text if len(text) <= MOST_TOLD_OF else text[:MOST_TOLD_OF]
