"""The conductor: what happens next in a conversation. Pure: the same course, state and happening give the same orders.

happening ──► decide(course, state, happening) ──► new state + orders
                                                      │
                          the loop carries them out in this order, saving before it acknowledges
"""

from dataclasses import dataclass, replace
from uuid import UUID

from vivavoce.attempts.answer import MOST_CORRECTIONS, Answer, Correction, NextWords, RecordedWish, Reply
from vivavoce.attempts.states import UNDER_WAY, AttemptState, Ending
from vivavoce.conversation.asides import (
    MOST_QUESTIONS,
    MOST_TOLD,
    SoFar,
    find_aside,
    find_still_asked,
    keep_from_team,
    note_earlier,
    note_told,
    offers_skip,
    reply_beside_answer,
    reply_beside_declining,
    reply_beside_refusal,
    reply_to,
    reply_to_act,
    reply_with_parts,
    reply_with_passages,
    thank,
    thank_openly,
)
from vivavoce.conversation.asking_us import (
    AskingUs,
    asks_plainly,
    corrects_earlier,
    cut_lead,
    find_asked_at_end,
    find_asked_within,
    find_asking_us,
    find_required,
    is_adding,
    knows_asides,
    split_spoken,
    tells_before,
    was_question,
)
from vivavoce.conversation.course import Conversation, Course, Turn, key_of_question
from vivavoce.conversation.dialogue_acts import Acts, DialogueAct
from vivavoce.conversation.happenings import (
    LONGEST_ANSWER,
    Acknowledge,
    Answered,
    Arrived,
    Asked,
    CallPerson,
    Corrected,
    Errand,
    Finish,
    ForgetBranches,
    HandedIn,
    Happening,
    LineBroke,
    Listened,
    NextProposal,
    NotTaken,
    Order,
    ProposalKind,
    Proposed,
    Refuse,
    RepliesProposal,
    SaveAnswer,
    SaveBranch,
    SaveCorrection,
    SaveFault,
    SaveNextWords,
    SavePlayed,
    SaveWish,
    SaveWords,
    Submit,
    TakeBack,
    UtteranceProposal,
    WentWrong,
)
from vivavoce.conversation.intents import (
    ASIDES,
    Wish,
    asks_who,
    find_asked_beside,
    find_wish,
    is_chat,
    is_plain_no,
    is_question,
    is_refusing,
    is_yes,
)
from vivavoce.conversation.proposing import (
    is_usable,
    propose_next_words,
    propose_replies,
    propose_utterance,
    to_decided,
    to_next_words,
    to_parts,
    to_reply,
)
from vivavoce.conversation.turn_words import adds_nothing
from vivavoce.conversation.turns import (
    advance,
    awaits_beginning,
    can_be_question,
    can_open_again,
    count_questions,
    find_choices,
    find_place,
    forget_branches,
    is_anything_left,
    next_turn,
    offer_at_end,
)
from vivavoce.conversation.utterances import Utterance, find_asking_back, find_reasoned_wish
from vivavoce.conversation.waiting_acts import find_misread, find_waiting_act, is_about_question
from vivavoce.conversation.wording import take_up, to_confirm
from vivavoce.interviews.steps import AnsweredBy
from vivavoce.replies.asking import SURE_TOLD, SpeechAct, find_act
from vivavoce.text.sentences import split_sentences

MOST_WISHES = 500  # in one attempt; more are a page gone wild
ABOUT_A_TURN = frozenset({Wish.REPEAT, Wish.REPHRASE, Wish.THINK, Wish.SKIP, Wish.STAY})
# What a language model may take words for, besides the answer. It begins nothing, and takes nothing back.
MODEL_WISHES = {
    Utterance.QUESTION.value: Wish.CLARIFY,
    Utterance.SMALL_TALK.value: Wish.CHAT,
    **{wish.value: wish for wish in Wish if wish not in (Wish.BEGIN, Wish.STAY, Wish.CLARIFY, Wish.CHAT)},
}
# What is done on an act that was learnt from examples.
WISH_OF_ACT = {
    DialogueAct.CLARIFY: Wish.CLARIFY,
    DialogueAct.ASK: Wish.ASK,
    DialogueAct.REPEAT: Wish.REPEAT,
    DialogueAct.WAIT: Wish.THINK,
    DialogueAct.EARLIER: Wish.CLARIFY,
    DialogueAct.CHAT: Wish.CHAT,
}
ERRANDS = {Wish.PERSON: Errand.MEET, Wish.TROUBLE: Errand.LOOK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The conversation from here on, and what is to be done, in this order."""

    conversation: Conversation
    orders: tuple[Order, ...] = ()


def decide(course: Course, conversation: Conversation, happening: Happening) -> Decision:
    """What follows from what happened."""
    match happening:
        case Arrived():
            return Decision(conversation=conversation)
        case Answered():
            return _once(conversation, happening.key) or _on_answer(course, conversation, happening)
        case Corrected():
            return _once(conversation, happening.key) or _on_correction(course, conversation, happening)
        case Asked():
            return _once(conversation, happening.key) or _on_wish(course, conversation, happening)
        case LineBroke(key=key, seconds=seconds):
            orders = (SaveFault(key=key, seconds=seconds), Acknowledge(key=key, number=None))
            return Decision(conversation=conversation, orders=orders)
        case WentWrong(key=key, trouble=trouble, seconds=seconds, is_told_by_page=by_page):
            fault = SaveFault(key=key, seconds=seconds, trouble=trouble, is_told_by_page=by_page)
            orders = (fault, Acknowledge(key=key, number=None))
            return Decision(conversation=conversation, orders=orders)
        case Listened(played=played):
            acknowledge = Acknowledge(key=played.key, number=played.number)
            return Decision(conversation=conversation, orders=(SavePlayed(played), acknowledge))
        case Proposed(kind=ProposalKind.UTTERANCE, answered=Answered() as answered):
            return _once(conversation, answered.key) or _on_utterance(course, conversation, happening, answered)
        case Proposed(kind=ProposalKind.REPLIES, answered=Answered() as answered):
            return _once(conversation, answered.key) or _on_replies(course, conversation, happening, answered)
        case Proposed():
            return _on_next_words(course, conversation, happening)
        case HandedIn():
            return _on_hand_in(conversation, happening)


def _once(conversation: Conversation, key: UUID) -> Decision | None:
    """The receipt again, for what was taken before: the first one was lost on its way."""
    taken: list[Answer | RecordedWish | Correction] = [
        *conversation.answers,
        *conversation.wishes,
        *conversation.corrections,
    ]
    number = next((answer.number for answer in taken if answer.key == key), None)
    if number is None:
        return None
    return Decision(conversation=conversation, orders=(Acknowledge(key=key, number=number),))


def _refuse(conversation: Conversation, key: UUID, reason: NotTaken) -> Decision:
    return Decision(conversation=conversation, orders=(Refuse(key=key, reason=reason),))


# --- Answers -------------------------------------------------------------------------------------------------------


def _on_answer(
    course: Course,
    conversation: Conversation,
    happening: Answered,
    *,
    told: UtteranceProposal | None = None,
    may_ask: bool = True,
) -> Decision:
    """told: what a language model takes the words for; None: the rule tells. may_ask: whether one may be asked."""
    turn = next_turn(course, conversation)
    reason = _why_not_now(conversation, turn, happening)
    if reason is not None or turn is None:
        return _refuse(conversation, happening.key, reason or NotTaken.OVER)
    if happening.text is not None and not happening.is_meant:
        understood = _understand(course, conversation, turn, happening, told=told, may_ask=may_ask)
        if understood is not None:
            return understood
    reason = _why_not_so(turn, happening)
    if reason is not None:
        return _refuse(conversation, happening.key, reason)
    propose = None
    if may_ask and _asks_us(course, turn, happening.text or "", happening.acts):
        propose = propose_replies(course, turn, happening)
    if propose is not None:
        return Decision(conversation=conversation, orders=(propose,))
    return _take(course, conversation, turn, happening)


def _why_not_now(conversation: Conversation, turn: Turn | None, happening: Answered) -> NotTaken | None:
    if happening.number < conversation.number:
        return NotTaken.ALREADY_ANSWERED
    if turn is None or conversation.state not in UNDER_WAY:
        return NotTaken.OVER
    return None if happening.number == turn.number else NotTaken.NOT_ASKED


def _why_not_so(turn: Turn, happening: Answered) -> NotTaken | None:
    if happening.choice is not None:
        if not turn.choices:
            return NotTaken.NOT_A_CHOICE
        return None if 0 <= happening.choice < len(turn.choices) else NotTaken.NO_SUCH_CHOICE
    if happening.text is None:
        return None
    if turn.choices:
        return NotTaken.NO_SUCH_CHOICE
    if not happening.text.strip():
        return NotTaken.EMPTY
    return NotTaken.TOO_LONG if len(happening.text) > LONGEST_ANSWER else None


def _on_utterance(course: Course, conversation: Conversation, happening: Proposed, answered: Answered) -> Decision:
    """A language model has said what the words that wait for it are, or has not: then the rule says it."""
    proposal = happening.proposal if isinstance(happening.proposal, UtteranceProposal) else None
    is_late = course.proposing is None or happening.seconds > course.proposing.seconds
    return _on_answer(course, conversation, answered, told=None if is_late else proposal, may_ask=False)


def _on_replies(course: Course, conversation: Conversation, happening: Proposed, answered: Answered) -> Decision:
    """A language model has found what answers the candidate's questions, or has not: then the rule looks for it."""
    turn, text = next_turn(course, conversation), answered.text or ""
    reason = _why_not_now(conversation, turn, answered)
    if reason is not None or turn is None:
        return _refuse(conversation, answered.key, reason or NotTaken.OVER)
    is_late = course.proposing is None or happening.seconds > course.proposing.seconds
    proposal = happening.proposal if isinstance(happening.proposal, RepliesProposal) and not is_late else None
    parts = None if proposal is None else to_parts(course, turn, text, proposal)
    manner = replace(course.manner, language=turn.language)
    reply = reply_with_parts(parts, manner=manner, team=course.team, turn=turn.number) if parts else None
    if turn.step.question.answered_by is AnsweredBy.CANDIDATE_ASKS:
        return _take(course, conversation, turn, answered, reply=reply)
    return _tell_aside(course, conversation, turn, answered.key, Wish.ASK, text, reply=reply)


def _understand(
    course: Course,
    conversation: Conversation,
    turn: Turn,
    happening: Answered,
    *,
    told: UtteranceProposal | None,
    may_ask: bool,
) -> Decision | None:
    """What is wanted by these words, where they are no answer; None when they are one."""
    key, text = happening.key, happening.text or ""
    pending = to_confirm(conversation)
    wish = find_wish(text, language=turn.language) or (
        None if _is_own(turn) else find_reasoned_wish(text, question=turn.asked, language=turn.language)
    )
    if pending is not None and (wish is pending or is_yes(text, language=turn.language)):
        if pending is Wish.END:
            return _end(course, conversation, _wished(conversation, key, Wish.END, is_by_word=True))
        return _take(course, conversation, turn, Answered(key=key, number=turn.number))
    if pending is not None and is_plain_no(text, language=turn.language):
        wish = Wish.STAY
    if len(conversation.wishes) >= MOST_WISHES:
        return None
    # "What do you mean by that?", where there are no other words to put it in, is a question like any other.
    if wish is not None and (wish is not Wish.REPHRASE or turn.has_other_words):
        return _grant(conversation, _wished(conversation, key, wish, is_by_word=True), remark=text)
    before = next((wished for wished in conversation.wishes_now if wished.wish == Wish.SAID_BEFORE), None)
    if before is not None and not _is_own(turn) and adds_nothing(text, language=turn.language):
        # Nothing to add: that it was said before is the answer, and not the "no" to what we asked. To a follow-up,
        # which asks for more of it, the "no" is.
        kept = happening if turn.follow_up is not None else replace(happening, text=before.text, words=())
        return _take(course, conversation, turn, kept)
    required = _find_required(course, turn, text)
    if required and tells_before(text, required, language=turn.language):
        return None
    if required and _may_tell(conversation, Wish.ASK, text):
        return _tell_aside(course, conversation, turn, key, Wish.ASK, text)
    aside = _find_aside(course, conversation, turn, text)
    if aside is Wish.CLARIFY and happening.acts.is_answering and happening.acts.asked:
        aside = None  # "Only a little, at college. Does that count?" answers before it asks
    if aside is None and _offers_skip(conversation, turn, text):
        manner = replace(course.manner, language=turn.language)
        reply = reply_beside_declining(manner=manner, turn=turn.number)
        wished = replace(_wished(conversation, key, Wish.SKIP, is_by_word=True), text=text, reply=reply)
        return _grant(conversation, wished, remark=text)
    act = _find_act(conversation, turn, happening) if aside is None else None
    acts = happening.acts
    is_asked = bool(_find_beside(turn, text) or _find_at_end(turn, text, acts) or _find_within(turn, text, acts))
    if aside is None and act is None and is_asked:
        return None  # an answer or a refusal, and whatever is asked with it is replied to
    # A rule that knows only that something is asked, or is beside the question, gives way to what was learnt of it.
    if aside in (Wish.ASK, Wish.OFF_TOPIC) and (learnt := _find_act(conversation, turn, happening)) is not None:
        aside, act = None, learnt
    # That it was said before, only the rule knows: a model is not told what was.
    may_ask = may_ask and aside is not Wish.SAID_BEFORE
    propose = propose_utterance(course, turn, happening, is_aside=(aside or act) is not None) if may_ask else None
    if propose is not None:
        return Decision(conversation=conversation, orders=(propose,))
    if told is not None:
        return _follow_model(course, conversation, turn, happening, told)
    if aside is None and wish is not None:
        return _grant(conversation, _wished(conversation, key, wish, is_by_word=True), remark=text)
    if act is not None:
        return _follow_act(course, conversation, turn, happening, act)
    return None if aside is None else _tell_aside(course, conversation, turn, key, aside, text)


def _find_required(course: Course, turn: Turn, text: str) -> str:
    """What asks whether the job requires something, where no language model reads the words; '' for none."""
    if course.proposing is not None or _is_own(turn):
        return ""
    return find_required(text, question=turn.asked, language=turn.language)


def _follow_model(
    course: Course, conversation: Conversation, turn: Turn, happening: Answered, told: UtteranceProposal
) -> Decision | None:
    """What a language model takes the words for; None where that is the answer, or was told too often."""
    text = happening.text or ""
    wish = MODEL_WISHES.get(told.utterance)
    if wish is None:
        return None
    if wish not in ASIDES:
        return _grant(conversation, _wished(conversation, happening.key, wish, is_by_word=True), remark=text)
    if not _may_tell(conversation, wish, text):
        return None
    propose = propose_replies(course, turn, happening) if wish is Wish.ASK else None
    if propose is not None:
        return Decision(conversation=conversation, orders=(propose,))
    reply = to_reply(course, turn, text, told) if wish is Wish.CLARIFY else None
    return _tell_aside(course, conversation, turn, happening.key, wish, text, reply=reply)


def _find_aside(course: Course, conversation: Conversation, turn: Turn, text: str) -> Wish | None:
    """What is said beside the answer, as often as the interviewer lets it pass; None: it is the answer."""
    if turn.step.question.answered_by is AnsweredBy.CANDIDATE_ASKS:
        return None  # whatever is asked here is the answer
    aside = find_aside(
        text,
        question=turn.asked,
        earlier=[conversation.text_of(answer) for answer in conversation.answers],
        language=turn.language,
        is_follow_up=turn.follow_up is not None,
    )
    return aside if aside is not None and _may_tell(conversation, aside, text) else None


def _find_act(conversation: Conversation, turn: Turn, happening: Answered) -> DialogueAct | None:
    """What these words surely do that leaves the question open, as it was learnt; None where they may be the answer, or
    were told so too often."""
    text = happening.text or ""
    act = None if _is_own(turn) else find_waiting_act(text, turn, happening.acts)
    return act if act is not None and _may_tell(conversation, WISH_OF_ACT[act], text) else None


def _follow_act(
    course: Course, conversation: Conversation, turn: Turn, happening: Answered, act: DialogueAct
) -> Decision:
    key, text, wish = happening.key, happening.text or "", WISH_OF_ACT[act]
    if wish is Wish.REPEAT and not happening.words:
        # Whoever types has the question before their eyes: it is its words that they want help with.
        wish = Wish.REPHRASE
    if wish not in ASIDES:
        return _grant(conversation, _wished(conversation, key, wish, is_by_word=True), remark=text)
    manner, so_far = replace(course.manner, language=turn.language), _so_far(course, conversation, turn)
    reply = reply_to_act(act, text, question=turn.asked, manner=manner, so_far=so_far)
    return _tell_aside(course, conversation, turn, key, wish, text, reply=reply)


def _may_tell(conversation: Conversation, aside: Wish, text: str) -> bool:
    """Whether it was not told too often in this turn. Who says the same words again means them."""
    told = [wished for wished in conversation.wishes_now if Wish(wished.wish) in MOST_TOLD]
    is_same = any(wished.text == text for wished in told)
    asks_alone = aside in (Wish.CLARIFY, Wish.ASK) and all(map(is_question, split_sentences(text)))
    most = MOST_QUESTIONS if asks_alone else MOST_TOLD[aside]
    return not is_same and sum(wished.wish == aside for wished in told) < most


def _tell_aside(
    course: Course,
    conversation: Conversation,
    turn: Turn,
    key: UUID,
    aside: Wish,
    text: str,
    *,
    reply: Reply | None = None,
) -> Decision:
    """reply: of a language model, checked; None: by rule."""
    manner = replace(course.manner, language=turn.language)
    reply = reply or reply_to(
        aside,
        text,
        question=turn.asked,
        passages=course.passages,
        manner=manner,
        team=course.team,
        so_far=_so_far(course, conversation, turn),
        meant=course.meant.sentences,
    )
    wished = replace(
        _wished(conversation, key, aside, is_by_word=True), text=text, reply=_may_pass_on(course, turn, reply)
    )
    return _grant(conversation, wished, remark=text)


def _may_pass_on(course: Course, turn: Turn, reply: Reply | None) -> Reply | None:
    if reply is None or course.passes_on:
        return reply
    return keep_from_team(reply, manner=replace(course.manner, language=turn.language), team=course.team)


def _take(
    course: Course, conversation: Conversation, turn: Turn, happening: Answered, *, reply: Reply | None = None
) -> Decision:
    """reply: of a language model, checked, to a candidate who asks; None: by rule."""
    answer = _to_answer(course, conversation, turn, happening, reply=reply)
    # What was left to a language model for this turn, and was asked by rule.
    settled = advance(course, conversation)
    answered = replace(settled, answers=(*settled.answers, answer), open_seconds=0.0)
    after = advance(course, answered, leaves_open=course.proposing is not None)
    orders: list[Order] = [SaveAnswer(answer)]
    if answer.next_words is not None:
        orders.append(SaveNextWords(number=answer.number, next_words=answer.next_words))
    if happening.words:
        orders.append(SaveWords(key=answer.key, number=answer.number, words=happening.words))
    if answer.reply is not None and answer.reply.is_passed_on:
        orders.append(CallPerson(errand=Errand.ANSWER, text=_passed_on(answer, answer.text)))
    orders += [SaveBranch(branch) for branch in after.branches[len(conversation.branches) :]]
    if next_turn(course, after) is None:
        ending = Ending.TIME_UP if is_anything_left(course, after) else Ending.ALL_ASKED
        return _finish(course, after, ending, orders, key=answer.key, number=answer.number)
    orders.append(Acknowledge(key=answer.key, number=answer.number))
    propose = propose_next_words(course, after)
    return Decision(conversation=after, orders=tuple(orders if propose is None else [*orders, propose]))


def _on_next_words(course: Course, conversation: Conversation, happening: Proposed) -> Decision:
    """A language model has said how to go on, or has not. Whatever can't be used, the rule goes on as it stands."""
    turn, proposal = next_turn(course, conversation), happening.proposal
    if turn is None or not isinstance(proposal, NextProposal) or not is_usable(course, conversation, happening):
        return Decision(conversation=conversation)
    last = conversation.answers[-1]
    next_words = to_next_words(course, conversation, proposal)
    spoken = replace(conversation, answers=(*conversation.answers[:-1], replace(last, next_words=next_words)))
    branch = to_decided(course, spoken, proposal)
    after = spoken if branch is None else replace(spoken, branches=(*spoken.branches, branch))
    after = advance(course, after)
    orders: list[Order] = [SaveNextWords(number=last.number, next_words=next_words)]
    orders += [SaveBranch(branch) for branch in after.branches[len(conversation.branches) :]]
    if next_turn(course, after) is None:
        ending = Ending.TIME_UP if is_anything_left(course, after) else Ending.ALL_ASKED
        return _finish(course, after, ending, orders)
    return Decision(conversation=after, orders=tuple(orders))


def _to_answer(
    course: Course, conversation: Conversation, turn: Turn, happening: Answered, *, reply: Reply | None
) -> Answer:
    text = turn.choices[happening.choice] if happening.choice is not None else (happening.text or "")
    reply = _may_pass_on(course, turn, reply or _reply(course, conversation, turn, text, happening.acts))
    is_refused = turn.answered_by is AnsweredBy.OPEN and (
        happening.acts.is_refusing or is_refusing(text, language=turn.language)
    )
    return Answer(
        number=turn.number,
        step_id=turn.step.id,
        asked=turn.asked,
        language=turn.language,
        text=text,
        choice=happening.choice,
        is_skipped=happening.choice is None and happening.text is None,
        key=happening.key,
        follow_up=turn.follow_up,
        reply=reply,
        next_words=None if reply or is_refused else _hear_lack(course, conversation, turn, happening.acts),
        spent_seconds=conversation.open_seconds,
        is_spoken=bool(happening.words),
        is_refused=is_refused,
    )


def _hear_lack(course: Course, conversation: Conversation, turn: Turn, acts: Acts) -> NextWords | None:
    """What follows an answer that has nothing to tell: a warm word, and nothing more is asked about it. None for any
    other, and for a follow-up: who has nothing to add to their answer lacks nothing.
    """
    if turn.answered_by is not AnsweredBy.OPEN or turn.follow_up is not None or not acts.is_lacking:
        return None
    if not knows_asides(turn.language):
        return None
    said = thank_openly(replace(course.manner, language=turn.language), heard=_heard(conversation))
    return NextWords(remark=said.text, follow_up="", quote="")


def _reply(course: Course, conversation: Conversation, turn: Turn, text: str, acts: Acts) -> Reply | None:
    """What we say to a question of the candidate: words that stand in our texts, or that it is passed on."""
    manner = replace(course.manner, language=turn.language)
    so_far = _so_far(course, conversation, turn)
    beside = _find_beside(turn, text)
    if beside:
        return reply_beside_refusal(
            beside,
            question=turn.asked,
            passages=course.passages,
            manner=manner,
            team=course.team,
            so_far=so_far,
            meant=course.meant.sentences,
        )
    at_end, within = _find_at_end(turn, text, acts), _find_within(turn, text, acts)
    if at_end or within:
        return reply_beside_answer(
            at_end,
            text,
            question=turn.asked,
            within=within,
            enough=[part for part in at_end if acts.is_about_answer(part) or _asks_back(turn, part)],
            required=find_required(text, question=turn.asked, language=turn.language),
            passages=course.passages,
            manner=manner,
            team=course.team,
            so_far=so_far,
            meant=course.meant.sentences,
        )
    afterthought = "" if _is_own(turn) or not conversation.answers else acts.afterthought
    if afterthought and knows_asides(turn.language):
        noted = note_earlier(afterthought, manner=manner, so_far=so_far, passes_on=False)
        return replace(noted, is_heard=False, beside=text[text.rindex(afterthought) :])
    if _is_about_earlier(turn, text, acts):
        return note_earlier(text, manner=manner, so_far=so_far, passes_on=course.passes_on)
    if not _asks_us(course, turn, text, acts):
        return None
    reply = reply_with_passages(
        text, passages=course.passages, manner=manner, team=course.team, turn=turn.number, meant=course.meant.sentences
    )
    act = find_act(text, course.meant.speech, language=turn.language)
    is_asked = acts.is_asking or any(map(is_question, split_spoken(text)))
    # "I would like the late shift." names what a text tells, and asks nothing.
    is_surely_told = course.meant.speech.get(SpeechAct.TELLS, 0.0) >= SURE_TOLD and not is_asked
    if reply.passage is not None and not is_surely_told:
        return reply
    if act is SpeechAct.TELLS and not is_asked:
        return note_told(manner=manner, passes_on=course.passes_on, turn=turn.number)
    if act is None and not is_asked:  # whoever is heard once more without a question has none
        before = conversation.answers[-1].reply if turn.follow_up is not None else None
        return None if before is not None and before.is_heard else thank(manner=manner, turn=turn.number)
    return reply


def _so_far(course: Course, conversation: Conversation, turn: Turn) -> SoFar:
    taken_up = take_up(conversation, turn)
    return SoFar(
        place=find_place(conversation, turn),
        questions=count_questions(course, conversation),
        length=course.length,
        opens_again=course.opens_again,
        follows_up=turn.follow_up is not None and not _is_own(turn),
        taken_up=None if taken_up is None else taken_up.text,
        heard=_heard(conversation),
    )


def _heard(conversation: Conversation) -> frozenset[str]:
    """What was told before, beside answers and after them."""
    told = [wished.reply.text for wished in conversation.wishes if wished.reply is not None]
    remarks = [answer.next_words.remark for answer in conversation.answers if answer.next_words is not None]
    return frozenset((*told, *remarks))


def _find_beside(turn: Turn, text: str) -> str:
    """What somebody asks us who would rather not answer this question; '' where it is theirs to ask."""
    return "" if _is_own(turn) else find_asked_beside(text, language=turn.language)


def _find_at_end(turn: Turn, text: str, acts: Acts) -> tuple[str, ...]:
    """What an answer asks us at its end, or what it was learnt to ask; empty where it is theirs to ask."""
    if _is_own(turn):
        return ()
    asked = find_asked_at_end(text, question=turn.asked, language=turn.language)
    required = find_required(text, question=turn.asked, language=turn.language)
    if required and not asked and tells_before(text, required, language=turn.language):
        return (required,)
    if asked or not knows_asides(turn.language) or _find_within(turn, text, acts):
        return tuple(part for part in asked if acts.may_ask_us(part))
    return acts.asked


def _asks_back(turn: Turn, part: str) -> bool:
    """Whether it asks what the question means, or what may be spoken of: beside an answer, whether that will do."""
    return find_asking_back(part, question=turn.asked, language=turn.language) is not None


def _find_within(turn: Turn, text: str, acts: Acts) -> tuple[str, ...]:
    """What an answer asks us before its end; empty where it is theirs to ask."""
    if _is_own(turn):
        return ()
    within = find_asked_within(text, question=turn.asked, language=turn.language)
    return tuple(part for part in within if acts.may_ask_us(part))


def _offers_skip(conversation: Conversation, turn: Turn, text: str) -> bool:
    """Whether somebody declines and asks what it costs. Who says so once more declines."""
    is_told = any(wished.wish == Wish.SKIP for wished in conversation.wishes_now)
    return not _is_own(turn) and not is_told and offers_skip(text, language=turn.language)


def _is_own(turn: Turn) -> bool:
    """Whether the turn is not answered in words, or its words are the candidate's question."""
    return turn.step.question.answered_by is AnsweredBy.CANDIDATE_ASKS or bool(turn.choices)


def _is_about_earlier(turn: Turn, text: str, acts: Acts) -> bool:
    """Whether these words, where the candidate may ask, put an earlier answer right, or add to one."""
    if turn.answered_by is not AnsweredBy.CANDIDATE_ASKS or not knows_asides(turn.language):
        return False
    kinds = [find_asking_us(sentence, language=turn.language) for sentence in split_spoken(text)]
    if AskingUs.LATER in kinds:
        return True
    if find_asked_at_end(text, question=turn.asked, language=turn.language):
        return False  # "Sorry, a typo. Do you pay weekly?"
    is_told = (
        was_question(text, language=turn.language)
        or corrects_earlier(text, language=turn.language)
        or is_adding(text, question="", language=turn.language)
    )
    return is_told or acts.is_of_earlier


def _asks_us(course: Course, turn: Turn, text: str, acts: Acts) -> bool:
    """Whether these words, where the candidate may ask, are a question, or may be one."""
    is_question = turn.step.question.answered_by is AnsweredBy.CANDIDATE_ASKS and text.strip()
    is_declined = find_act(text, course.meant.speech, language=turn.language) is SpeechAct.DECLINES
    is_declined = is_declined and not asks_plainly(text, language=turn.language)
    is_none = is_declined or is_plain_no(text, language=turn.language)
    # "Thanks, that's great!"
    is_thanks = is_chat(text, language=turn.language) and not asks_who(text, language=turn.language)
    return bool(is_question) and not (is_none or is_thanks or _is_about_earlier(turn, text, acts))


def _on_correction(course: Course, conversation: Conversation, happening: Corrected) -> Decision:
    """An earlier answer is opened again: its words change, and nothing that follows from it does; but another choice
    leads to its own questions."""
    answer = next((given for given in conversation.answers if given.number == happening.number), None)
    if happening.is_question:
        return _on_question_after_all(course, conversation, answer, happening)
    choices = () if answer is None else find_choices(course, answer)
    if answer is not None and choices:
        return _choose_anew(course, conversation, answer, happening, choices=choices)
    text = _to_text(answer, happening.text)
    reason = NotTaken.NOT_A_CHOICE if happening.choice is not None else None
    reason = _why_no_correction(course, conversation, answer, text) or reason
    if answer is None or reason is not None:
        return _refuse(conversation, happening.key, reason or NotTaken.NOT_ASKED)
    if _is_taken_back(conversation, answer, text):
        return _correct(
            course, conversation, Correction(key=happening.key, number=answer.number, text="", is_refused=False)
        )
    orders: list[Order] = []
    after = conversation
    if text != conversation.text_of(answer):
        is_refused = not _is_question(course, answer) and is_refusing(text, language=answer.language)
        correction = Correction(key=happening.key, number=answer.number, text=text, is_refused=is_refused)
        after = replace(conversation, corrections=(*conversation.corrections, correction))
        orders.append(SaveCorrection(correction))
        if answer.reply is not None and course.passes_on:
            orders += _reword(course, answer, before=conversation.text_of(answer), text=text)
    orders.append(Acknowledge(key=happening.key, number=answer.number))
    return Decision(conversation=after, orders=tuple(orders))


def _on_question_after_all(
    course: Course, conversation: Conversation, answer: Answer | None, happening: Corrected
) -> Decision:
    """What was taken for an answer was a question: it is taken back and replied to, and what was asked is open again:
    at once where it was the last, at the end else."""
    text = _to_text(answer, happening.text)
    if answer is not None and not text:
        text = conversation.text_of(answer)  # its words were cleared away, and it is those that asked
    reason = _why_no_correction(course, conversation, answer, text)
    if reason is None and answer is not None:
        turn = next_turn(course, conversation)
        is_one = can_be_question(course, conversation, answer, turn=turn)
        reason = None if is_one and len(conversation.wishes) < MOST_WISHES else NotTaken.NOT_NOW
    if answer is None or reason is not None:
        return _refuse(conversation, happening.key, reason or NotTaken.NOT_ASKED)
    asked, is_answered = find_misread(text, question=answer.asked, language=answer.language)
    if is_answered:
        return _ask_beside(course, conversation, answer, happening, asked)
    correction = Correction(key=happening.key, number=answer.number, text="", is_refused=False)
    wished = RecordedWish(
        key=key_of_question(happening.key),
        number=conversation.number,
        wish=Wish.ASK.value,
        is_by_word=False,
        text=text,
    )
    taken_back = replace(
        conversation, wishes=(*conversation.wishes, wished), corrections=(*conversation.corrections, correction)
    )
    wished, orders = _reply_after_all(course, taken_back, answer, wished, happening.acts)
    after = _correct(course, replace(conversation, wishes=(*conversation.wishes, wished)), correction)
    return Decision(conversation=after.conversation, orders=(*orders, *after.orders))


def _ask_beside(
    course: Course, conversation: Conversation, answer: Answer, happening: Corrected, asked: str
) -> Decision:
    """The question that was overheard in an answer is replied to, and the answer stays."""
    wished = RecordedWish(
        key=happening.key, number=conversation.number, wish=Wish.ASK.value, is_by_word=False, text=asked
    )
    wished, orders = _reply_after_all(course, conversation, answer, wished, happening.acts)
    after = replace(conversation, wishes=(*conversation.wishes, wished))
    return Decision(conversation=after, orders=(*orders, Acknowledge(key=wished.key, number=wished.number)))


def _reply_after_all(
    course: Course, taken_back: Conversation, answer: Answer, wished: RecordedWish, acts: Acts
) -> tuple[RecordedWish, list[Order]]:
    """The question that was taken for an answer, with what we say to it, and what is to be done. What it was told when
    it was asked holds: whoever is to answer it was called then."""
    told = (before.reply for before in taken_back.wishes if before.text == wished.text and before.key != wished.key)
    known = answer.reply or next((reply for reply in told if reply is not None), None)
    if known is not None:
        wished = replace(wished, reply=known)
        return wished, [SaveWish(wished)]
    wished = _reply_anew(course, taken_back, answer, wished, acts)
    orders: list[Order] = [SaveWish(wished)]
    if wished.reply is not None and wished.reply.is_passed_on:
        orders.append(CallPerson(errand=Errand.ANSWER, text="\n".join(wished.reply.passed_on) or wished.text))
    return wished, orders


def _reply_anew(
    course: Course, taken_back: Conversation, answer: Answer, wished: RecordedWish, acts: Acts
) -> RecordedWish:
    """The question with what we say to it: of the position, or of what was asked."""
    turn, text = next_turn(course, taken_back), wished.text
    manner = replace(course.manner, language=answer.language)
    if turn is not None and taken_back.taken_back is not None and is_about_question(text, turn, acts):
        so_far = _so_far(course, taken_back, turn)
        reply = reply_to_act(DialogueAct.CLARIFY, text, question=turn.asked, manner=manner, so_far=so_far) or reply_to(
            Wish.CLARIFY, text, question=turn.asked, passages=(), manner=manner, team=course.team, so_far=so_far
        )
        return replace(wished, wish=Wish.CLARIFY.value, reply=reply)
    reply = reply_with_passages(
        cut_lead(text, language=answer.language),
        passages=course.passages,
        manner=manner,
        team=course.team,
        meant=course.meant.sentences,
    )
    if not course.passes_on:
        reply = keep_from_team(reply, manner=manner, team=course.team)
    return replace(wished, reply=reply)


def _reword(course: Course, answer: Answer, *, before: str, text: str) -> list[Order]:
    """What becomes of the question that waits for a person, now that the words around it are others."""
    if _is_question(course, answer):
        was = _passed_on(answer, before)
        return [CallPerson(errand=Errand.ANSWER, text=_passed_on(answer, text), instead_of=was)]
    was, now = (_still_passed_on(answer, words) for words in (before, text))
    if was == now:
        return []
    if not now:
        return [TakeBack(errand=Errand.ANSWER, text=was)]
    return [CallPerson(errand=Errand.ANSWER, text=now, instead_of=was)]


def _still_passed_on(answer: Answer, text: str) -> str:
    """Of what came beside an answer, what a person is still to answer."""
    parts = find_still_asked(answer, text)
    return "\n".join(part.asked for part in parts if part.passage is None and not part.is_aside)


def _is_taken_back(conversation: Conversation, answer: Answer, text: str) -> bool:
    """Whether the last answer, as it was put right, wished to skip its question: it was misheard, and is none."""
    is_last = answer is conversation.answers[-1] and conversation.state is AttemptState.BEGUN
    is_heard = answer.is_spoken and answer.reply is None
    return is_last and is_heard and find_wish(text, language=answer.language) is Wish.SKIP


def _choose_anew(
    course: Course, conversation: Conversation, answer: Answer, happening: Corrected, *, choices: tuple[str, ...]
) -> Decision:
    """Another choice: what hangs on it and was not answered yet follows the new one."""
    is_first = happening.text is None and happening.choice is None
    choice = answer.choice if is_first else happening.choice
    is_known = is_first or (choice is not None and 0 <= choice < len(choices))
    text = answer.text if is_first else choices[choice] if choice is not None and is_known else ""
    reason = _why_no_correction(course, conversation, answer, text)
    if reason in (None, NotTaken.EMPTY) and not is_known:
        reason = NotTaken.NO_SUCH_CHOICE
    if reason is not None:
        return _refuse(conversation, happening.key, reason)
    if choice == conversation.choice_of(answer):
        acknowledge = Acknowledge(key=happening.key, number=answer.number)
        return Decision(conversation=conversation, orders=(acknowledge,))
    correction = Correction(key=happening.key, number=answer.number, text=text, choice=choice, is_refused=False)
    return _correct(course, conversation, correction, reopens=answer.step_id)


def _correct(
    course: Course, conversation: Conversation, correction: Correction, *, reopens: UUID | None = None
) -> Decision:
    """What follows where a correction moves the course: an answer without words counts as skipped, and nothing follows
    it up. After the last question nothing is asked any more, and what follows is there to be answered, like what was
    skipped. reopens: the step on which other questions hang; None: none do."""
    assert correction.key is not None
    orders: list[Order] = [SaveCorrection(correction)]
    corrected = replace(conversation, corrections=(*conversation.corrections, correction))
    reopened = corrected if reopens is None else forget_branches(course, corrected, reopens)
    left = {branch.step_id for branch in reopened.branches}
    gone = tuple(branch.step_id for branch in corrected.branches if branch.step_id not in left)
    if gone:
        orders.append(ForgetBranches(gone))
    is_over = conversation.state is not AttemptState.BEGUN
    if not is_over:
        after = advance(course, reopened)
    elif reopens is not None:
        after = offer_at_end(course, reopened, reopens, key=correction.key)
    else:
        after = reopened
    orders += [SaveBranch(branch) for branch in after.branches[len(reopened.branches) :]]
    orders += [SaveAnswer(answer) for answer in after.answers[len(reopened.answers) :]]
    if not is_over and next_turn(course, after) is None:
        ending = Ending.TIME_UP if is_anything_left(course, after) else Ending.ALL_ASKED
        return _finish(course, after, ending, orders, key=correction.key, number=correction.number)
    return Decision(conversation=after, orders=(*orders, Acknowledge(key=correction.key, number=correction.number)))


def _passed_on(answer: Answer, text: str) -> str:
    """What a person is to answer of a candidate's question: what nothing answered, or all of it once reworded."""
    if answer.reply is None or text != answer.text:
        return text
    return "\n".join(answer.reply.passed_on) or text


def _is_question(course: Course, answer: Answer) -> bool:
    """Whether the words are the candidate's question, and none that came beside an answer of theirs."""
    step = next(step for step in course.steps if step.id == answer.step_id)
    return step.question.answered_by is AnsweredBy.CANDIDATE_ASKS


def _to_text(answer: Answer | None, wanted: str | None) -> str:
    """As it is kept: white space around an answer is none of its words."""
    first = "" if answer is None else answer.text
    text = first if wanted is None else wanted.replace("\r\n", "\n").strip()
    return first if text == first.strip() else text


def _why_no_correction(course: Course, conversation: Conversation, answer: Answer | None, text: str) -> NotTaken | None:
    if conversation.state not in UNDER_WAY:
        return NotTaken.OVER
    if answer is None:
        return NotTaken.NOT_ASKED
    if not can_open_again(course, conversation, answer):
        return NotTaken.FIXED
    if len(conversation.corrections) >= MOST_CORRECTIONS:
        return NotTaken.NOT_NOW
    if not text and not answer.is_skipped:
        return NotTaken.EMPTY
    turn = next_turn(course, conversation)
    if not text and conversation.text_of(answer) and turn is not None and turn.is_again:
        return NotTaken.NOT_NOW  # it would be asked again itself, in the middle of another
    return NotTaken.TOO_LONG if len(text) > LONGEST_ANSWER else None


# --- Wishes --------------------------------------------------------------------------------------------------------


def _on_wish(course: Course, conversation: Conversation, happening: Asked) -> Decision:
    reason = _why_no_wish(conversation, happening)
    if reason is not None:
        return _refuse(conversation, happening.key, reason)
    wished = _wished(conversation, happening.key, happening.wish, is_by_word=False)
    if happening.wish is Wish.END:
        return _end(course, conversation, wished)
    if happening.wish is Wish.BEGIN and not awaits_beginning(course, conversation):
        # Another page went on already.
        acknowledge = Acknowledge(key=happening.key, number=conversation.number)
        return Decision(conversation=conversation, orders=(acknowledge,))
    return _grant(conversation, wished, remark=happening.remark)


def _why_no_wish(conversation: Conversation, happening: Asked) -> NotTaken | None:
    can_be_late = happening.wish in ERRANDS
    if conversation.state is not AttemptState.BEGUN and not (can_be_late and conversation.state in UNDER_WAY):
        return NotTaken.OVER
    if happening.wish in ASIDES:
        return NotTaken.NOT_NOW  # no button says them
    if happening.wish in ABOUT_A_TURN and happening.number != conversation.number:
        return NotTaken.ALREADY_ANSWERED if happening.number < conversation.number else NotTaken.NOT_ASKED
    return NotTaken.NOT_NOW if len(conversation.wishes) >= MOST_WISHES and happening.wish is not Wish.END else None


def _wished(conversation: Conversation, key: UUID, wish: Wish, *, is_by_word: bool) -> RecordedWish:
    return RecordedWish(key=key, number=conversation.number, wish=wish.value, is_by_word=is_by_word)


def _grant(conversation: Conversation, wished: RecordedWish, *, remark: str) -> Decision:
    orders: list[Order] = [SaveWish(wished)]
    errand = ERRANDS.get(Wish(wished.wish))
    if errand is not None:
        orders.append(CallPerson(errand=errand, text=remark))
    if wished.reply is not None and wished.reply.is_passed_on:
        orders.append(CallPerson(errand=Errand.ANSWER, text="\n".join(wished.reply.passed_on) or remark))
    orders.append(Acknowledge(key=wished.key, number=wished.number))
    after = replace(conversation, wishes=(*conversation.wishes, wished))
    return Decision(conversation=after, orders=tuple(orders))


# --- The end -------------------------------------------------------------------------------------------------------


def _end(course: Course, conversation: Conversation, wished: RecordedWish) -> Decision:
    after = replace(conversation, wishes=(*conversation.wishes, wished))
    return _finish(course, after, Ending.ENDED_EARLY, [SaveWish(wished)], key=wished.key, number=wished.number)


def _finish(
    course: Course,
    conversation: Conversation,
    ending: Ending,
    orders: list[Order],
    *,
    key: UUID | None = None,
    number: int = 0,
) -> Decision:
    """key, number: of what ended it; None where nobody waits for a receipt."""
    after = replace(conversation, state=AttemptState.FINISHED, ending=ending)
    orders.append(Finish(ending))
    if not course.is_reviewed:
        orders.append(Submit())
        after = replace(after, state=AttemptState.SUBMITTED)
    if key is not None:
        orders.append(Acknowledge(key=key, number=number))
    return Decision(conversation=after, orders=tuple(orders))


def _on_hand_in(conversation: Conversation, happening: HandedIn) -> Decision:
    match conversation.state:
        case AttemptState.FINISHED:
            after = replace(conversation, state=AttemptState.SUBMITTED)
            return Decision(conversation=after, orders=(Submit(), Acknowledge(key=happening.key, number=None)))
        case AttemptState.SUBMITTED:
            return Decision(conversation=conversation, orders=(Acknowledge(key=happening.key, number=None),))
        case AttemptState.BEGUN:
            return _refuse(conversation, happening.key, NotTaken.NOT_FINISHED)
        case _:
            return _refuse(conversation, happening.key, NotTaken.OVER)
