"""What is asked next. Pure.

last answer ──► more to ask about it? ──► a follow-up, or "anything else you would like to know?"
                     │ no
                     └──► time left? ──► the next step that is due; a conditional one by its branch
                                              │ none
                                              └──► what was skipped, once more
"""

from collections import Counter
from dataclasses import replace
from uuid import UUID, uuid5

from vivavoce.attempts.answer import Answer, Branch
from vivavoce.attempts.states import UNDER_WAY, AttemptState
from vivavoce.conversation.branches import find_branch, find_open_condition
from vivavoce.conversation.course import OWN_WORDS, Conversation, Course, Turn
from vivavoce.conversation.follow_ups import find_follow_up
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.lines import Line, Offer, say, word_offer
from vivavoce.conversation.proposals import may_speak
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, Step, fold_wording

TAKEN_UP = "taken_up"  # a follow-up that takes up the candidate's own words
ANYTHING_ELSE = "question"  # a turn in which the candidate may ask once more
LONGEST_ASKED = 60  # words: who tells more has answered, whatever they ask besides
MOST_QUESTIONS = 12  # of the candidate's, at one step


def next_turn(course: Course, conversation: Conversation) -> Turn | None:
    """What waits for an answer, or None when nothing more is asked."""
    if conversation.state is not AttemptState.BEGUN:
        return None
    return _ask_on(course, conversation) or _ask_next(course, _settle(course, conversation))


def advance(course: Course, conversation: Conversation, *, leaves_open: bool = False) -> Conversation:
    """With a branch for every conditional step whose place has come, once nothing more is asked about the last one.

    leaves_open: up to one whose condition no rule can tell about, for a language model to say.
    """
    if _ask_on(course, conversation) is not None:
        return conversation
    settled = _settle(course, conversation, leaves_open=leaves_open)
    # What the time did not reach is decided neither way.
    return conversation if _is_time_up(course, conversation) and _find_step(course, settled) is not None else settled


def is_anything_left(course: Course, conversation: Conversation) -> bool:
    """Whether a question would still be due."""
    return _find_step(course, _settle(course, conversation)) is not None


def awaits_beginning(course: Course, conversation: Conversation) -> bool:
    """Whether the instruction is still to be read."""
    if course.instruction is None or conversation.state is not AttemptState.BEGUN or conversation.answers:
        return False
    return all(wished.wish != Wish.BEGIN for wished in conversation.wishes)


def is_last(course: Course, conversation: Conversation) -> bool:
    """Whether no question comes after the one that waits, which may still be followed up."""
    if conversation.spent_seconds + conversation.open_seconds >= course.max_seconds:
        return True
    turn = next_turn(course, conversation)
    if turn is None:
        return False
    over = {answer.step_id for answer in conversation.answers} | {turn.step.id}
    skipped = _skipped_once(course, conversation) - {turn.step.id}
    return count_questions(course, conversation) == len(over) and not skipped


def count_questions(course: Course, conversation: Conversation) -> int:
    """How many questions this conversation has at most, those that are over included; follow-ups are none."""
    skipped = {
        answer.step_id
        for answer in conversation.answers
        # A choice that was made later leads on after all.
        if answer.is_skipped and answer.follow_up is None and conversation.choice_of(answer) is None
    }
    not_asked = {branch.step_id for branch in conversation.branches if not branch.is_asked}
    barren: set[UUID] = set()  # skipped, not asked, or below such a one: nothing that depends on it comes
    over = {answer.step_id for answer in conversation.answers}  # whatever became of the choice that led there
    count = 0
    for step in course.steps:
        is_out = step.id not in over and (step.id in not_asked or step.parent_id in barren)
        count += not is_out
        if is_out or step.id in skipped:
            barren.add(step.id)
    return count


def find_place(conversation: Conversation, turn: Turn | None) -> int:
    """Which question of them this is, from 1; a follow-up has its question's place, as has one that was skipped."""
    asked = list(dict.fromkeys(answer.step_id for answer in conversation.answers))
    if turn is None:
        return len(asked)
    return asked.index(turn.step.id) + 1 if turn.step.id in asked else len(asked) + 1


def can_open_again(course: Course, conversation: Conversation, answer: Answer) -> bool:
    """Whether this answer may still be given anew, before the end, where the merchant allows it: in own words, or by
    another choice.

    A question of their own, too, while it waits for a person.
    """
    step = next(step for step in course.steps if step.id == answer.step_id)
    answered_by = step.question.answered_by
    is_theirs = answered_by in (AnsweredBy.OPEN, AnsweredBy.CHOICE)
    # A question of theirs that waits for a person; what our texts answered is answered.
    is_theirs = is_theirs or (answer.reply is not None and answer.reply.is_passed_on)
    return (
        course.opens_again
        and conversation.state in UNDER_WAY
        and is_theirs
        and not _is_asked_again(course, conversation, answer)
    )


def can_be_question(course: Course, conversation: Conversation, answer: Answer, *, turn: Turn | None) -> bool:
    """Whether this answer, in own words, may be taken back as a question of the candidate's. turn: what waits."""
    step = next(step for step in course.steps if step.id == answer.step_id)
    # What followed it up was answered: that would be left without what it adds to.
    is_built_on = any(
        later.step_id == answer.step_id and later.number > answer.number and conversation.text_of(later)
        for later in conversation.answers
    )
    return (
        not is_built_on
        and 0 < len(conversation.text_of(answer).split()) <= LONGEST_ASKED
        and conversation.choice_of(answer) is None
        and step.question.answered_by is not AnsweredBy.CANDIDATE_ASKS
        # It would be asked again itself, in the middle of another.
        and not (turn is not None and turn.is_again)
        and can_open_again(course, conversation, answer)
    )


def find_choices(course: Course, answer: Answer) -> tuple[str, ...]:
    """What could be chosen where this was answered; empty where it was answered in own words."""
    step = next(step for step in course.steps if step.id == answer.step_id)
    if answer.follow_up is not None:
        return ()
    return word_choices(step.question, language=course.language, offers_none=course.offers_none)


def word_choices(question: SentQuestion, *, language: str, offers_none: bool) -> tuple[str, ...]:
    """What can be chosen in answer to this question; empty where it is answered in own words.

    language: the interview's. offers_none: whether the merchant offers "none of these".
    """
    if question.answered_by is not AnsweredBy.CHOICE:
        return ()
    none_of_these = _word_none(question, language=language) if offers_none else ""
    return (*question.alternatives, *([none_of_these] if none_of_these else []))


def forget_branches(course: Course, conversation: Conversation, step_id: UUID) -> Conversation:
    """Without what was decided of the steps that hang on this one, and were not answered yet: it is decided anew."""
    answered = {answer.step_id for answer in conversation.answers}
    hanging = {step_id}
    for step in course.steps:
        if step.parent_id in hanging and step.id not in answered:
            hanging.add(step.id)
    kept = (branch for branch in conversation.branches if branch.step_id not in hanging - {step_id})
    return replace(conversation, branches=tuple(kept))


def offer_at_end(course: Course, conversation: Conversation, step_id: UUID, *, key: UUID) -> Conversation:
    """With a branch for what hangs on this step and has none, after the last question: a question that is due by now is
    there as if it had been skipped, to be answered like one. key: of what led there."""
    hanging, over = {step_id}, {answer.step_id for answer in conversation.answers}
    for step in course.steps:
        if step.parent_id not in hanging or step.id in over:
            continue
        hanging.add(step.id)
        branch = find_branch(step, conversation)
        conversation = replace(conversation, branches=(*conversation.branches, branch))
        if branch.is_asked:
            offered = Answer(
                number=conversation.number,
                step_id=step.id,
                asked=step.question.text,
                language=step.question.language or course.language,
                text="",
                choice=None,
                is_skipped=True,
                key=uuid5(key, str(step.id)),
            )
            conversation = replace(conversation, answers=(*conversation.answers, offered))
    return conversation


def _is_asked_again(course: Course, conversation: Conversation, answer: Answer) -> bool:
    """Whether this question was skipped, and is, or was, asked once more: it is answered there."""
    if answer.follow_up is not None or conversation.text_of(answer):
        return False
    if any(later.step_id == answer.step_id and later.number > answer.number for later in conversation.answers):
        return True
    turn = next_turn(course, conversation)
    is_own = turn is not None and turn.follow_up is None
    return turn is not None and is_own and turn.step.id == answer.step_id


def _ask_on(course: Course, conversation: Conversation) -> Turn | None:
    """More about the step that was answered last."""
    if not conversation.answers or _is_time_up(course, conversation):
        return None
    last = conversation.answers[-1]
    if not conversation.text_of(last):
        return None  # skipped, at once or once it was put right
    step = next(step for step in course.steps if step.id == last.step_id)
    if step.question.answered_by is AnsweredBy.CANDIDATE_ASKS:
        count = sum(1 for answer in conversation.answers if answer.step_id == step.id)
        if last.reply is None or count >= MOST_QUESTIONS:
            return None
        if count + 1 == MOST_QUESTIONS:
            asked = word_offer(Offer.LAST_TO_ASK, language=last.language)
        else:
            asked = say(Line.ANYTHING_ELSE, replace(course.manner, language=last.language), turn=conversation.number)
        return Turn(
            number=conversation.number, step=step, asked=asked.text, language=asked.language, follow_up=ANYTHING_ELSE
        )
    choice = conversation.choice_of(last)
    if choice is not None and choice >= len(step.question.alternatives):
        asked = word_offer(Offer.OWN_WORDS, language=last.language)
        return Turn(
            number=conversation.number, step=step, asked=asked.text, language=asked.language, follow_up=OWN_WORDS
        )
    if last.next_words is not None and last.next_words.follow_up is not None:
        return _take_up(conversation, step, last.next_words.follow_up)
    follow_up = find_follow_up(course, conversation, step)
    if follow_up is None:
        return None
    return Turn(
        number=conversation.number,
        step=step,
        asked=_put(follow_up.wordings, conversation),
        language=last.language,
        follow_up=follow_up.probe.value,
        has_other_words=_count_rephrased(conversation) + 1 < len(follow_up.wordings),
        is_in_other_words=0 < _count_rephrased(conversation) < len(follow_up.wordings),
    )


def _take_up(conversation: Conversation, step: Step, asked: str) -> Turn | None:
    """The follow-up of a language model; None where it wants none."""
    if not asked:
        return None
    language = conversation.answers[-1].language
    return Turn(number=conversation.number, step=step, asked=asked, language=language, follow_up=TAKEN_UP)


def _ask_next(course: Course, settled: Conversation) -> Turn | None:
    due = _find_taken_back(course, settled) or _find_step(course, settled)
    step = due or _find_skipped(course, settled)
    if step is None or (settled.answers and _is_time_up(course, settled)):
        return None
    question = step.question
    language = question.language or course.language
    wordings = (question.text, *other_wordings(question, language=language))
    return Turn(
        number=settled.number,
        step=step,
        asked=_put(wordings, settled),
        language=language,
        has_other_words=_count_rephrased(settled) + 1 < len(wordings),
        is_in_other_words=0 < _count_rephrased(settled) < len(wordings),
        choices=word_choices(question, language=course.language, offers_none=course.offers_none),
        is_again=due is None,
    )


def other_wordings(question: SentQuestion, *, language: str) -> tuple[str, ...]:
    """How the question can be put differently: the merchant's own wordings, then a model's drafts, where code can check
    what a model says."""
    if question.answered_by is AnsweredBy.CHOICE:
        return ()
    return (*question.alternatives, *((question.drafted_wordings or ()) if may_speak(language) else ()))


def _word_none(question: SentQuestion, *, language: str) -> str:
    """The choice for whom no other fits; '' where the merchant has written one itself."""
    words = word_offer(Offer.NONE_OF_THESE, language=question.language or language).text
    written = {fold_wording(alternative) for alternative in question.alternatives}
    return "" if fold_wording(words) in written else words


def _find_skipped(course: Course, conversation: Conversation) -> Step | None:
    """The first question that was skipped, is unanswered still, and was not asked again. Nobody who has just skipped
    one is asked it at once."""
    skipped = _skipped_once(course, conversation)
    latest = {answer.step_id for answer in conversation.answers[-1:] if answer.follow_up is None}
    return next((step for step in course.steps if step.id in skipped - latest), None)


def _find_taken_back(course: Course, conversation: Conversation) -> Step | None:
    """The question that is open again at once: what was taken for its answer was a question."""
    last = conversation.taken_back if course.opens_again else None
    return None if last is None else next(step for step in course.steps if step.id == last.step_id)


def _skipped_once(course: Course, conversation: Conversation) -> set[UUID]:
    """The questions that are still to be asked once more: skipped, unanswered, and not asked again."""
    if not course.opens_again:
        return set()
    own = [answer for answer in conversation.answers if answer.follow_up is None]
    counts = Counter(answer.step_id for answer in own)
    of_theirs = {step.id for step in course.steps if step.question.answered_by is AnsweredBy.CANDIDATE_ASKS}
    return {
        answer.step_id for answer in own if counts[answer.step_id] == 1 and not conversation.text_of(answer)
    } - of_theirs


def find_open_step(course: Course, conversation: Conversation) -> Step | None:
    """The conditional step that comes next, where no rule can tell whether its condition is met."""
    if conversation.state is not AttemptState.BEGUN or _ask_on(course, conversation) is not None:
        return None
    step = _find_step(course, _settle(course, conversation, leaves_open=True))
    return step if step is not None and _is_open(step, conversation) else None


def _is_open(step: Step, conversation: Conversation) -> bool:
    is_undecided = step.parent_id is not None and _branch_of(step, conversation) is None
    return is_undecided and find_open_condition(step, conversation) is not None


def _settle(course: Course, conversation: Conversation, *, leaves_open: bool = False) -> Conversation:
    """With a branch for every conditional step whose place has come."""
    step = _find_step(course, conversation)
    while step is not None and step.parent_id is not None and _branch_of(step, conversation) is None:
        if leaves_open and _is_open(step, conversation):
            break
        branch = find_branch(step, conversation)
        conversation = replace(conversation, branches=(*conversation.branches, branch))
        step = _find_step(course, conversation)
    return conversation


def _find_step(course: Course, conversation: Conversation) -> Step | None:
    """The first step that was not asked and is not to be left out."""
    answered = {answer.step_id for answer in conversation.answers}
    left_out = {branch.step_id for branch in conversation.branches if not branch.is_asked}
    return next((step for step in course.steps if step.id not in answered and step.id not in left_out), None)


def _branch_of(step: Step, conversation: Conversation) -> Branch | None:
    return next((branch for branch in conversation.branches if branch.step_id == step.id), None)


def _put(wordings: tuple[str, ...], conversation: Conversation) -> str:
    """The wording after as many others as it was asked to put it differently; after all, the shortest."""
    times = _count_rephrased(conversation)
    return wordings[times] if times < len(wordings) else min(wordings, key=len)


def _count_rephrased(conversation: Conversation) -> int:
    """How often it was asked to put the turn that waits differently."""
    return sum(1 for wished in conversation.wishes_now if wished.wish == Wish.REPHRASE)


def _is_time_up(course: Course, conversation: Conversation) -> bool:
    return conversation.spent_seconds >= course.max_seconds
