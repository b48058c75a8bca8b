"""What the interviewer says beside its questions, told from where the conversation stands: a page that comes back hears
the same. Pure."""

from dataclasses import replace

from vivavoce.attempts.answer import Answer, RecordedWish, Reply
from vivavoce.attempts.states import AttemptState, Ending
from vivavoce.conversation.asides import tells_of_earlier
from vivavoce.conversation.asking_us import was_question
from vivavoce.conversation.course import OWN_WORDS, Conversation, Course, Turn
from vivavoce.conversation.intents import Wish, find_asked_beside, is_declining, is_plain_no
from vivavoce.conversation.lines import Line, Manner, Offer, Probe, Said, say, show_opening, word_offer
from vivavoce.conversation.taking_up import find_quoted, find_taken_up
from vivavoce.conversation.turns import ANYTHING_ELSE, TAKEN_UP, awaits_beginning

LINE_FOR = {
    Wish.REPEAT: Line.REPEAT,
    Wish.THINK: Line.THINK,
    Wish.SKIP: Line.CONFIRM_SKIP,
    Wish.END: Line.CONFIRM_END,
    Wish.STAY: Line.STAY,
    Wish.TROUBLE: Line.TROUBLE,
    Wish.PERSON: Line.PERSON,
}
LINE_AT_END = {Ending.ENDED_EARLY: Line.ENDED_EARLY, Ending.TIME_UP: Line.TIME_UP}


def say_now(course: Course, conversation: Conversation, turn: Turn | None) -> tuple[Said, ...]:
    """What is said before the turn that waits, or where none does."""
    if awaits_beginning(course, conversation):
        return ()
    if turn is None:
        line = LINE_AT_END.get(conversation.ending) if conversation.ending else None
        last_line = () if line is None else (say(line, course.manner, turn=conversation.number),)
        # Nobody who asks with their last words goes without a reply; who ended it themselves has heard it.
        told = None if conversation.wishes_now or not conversation.answers else _tell_beside(conversation.answers[-1])
        return last_line if told is None else (told, *last_line)
    wishes = [wished for wished in conversation.wishes_now if wished.wish != Wish.BEGIN]
    if wishes:
        return (_answer_wish(course, wishes[-1], turn, conversation),)
    if not conversation.answers:
        return (_open(course),)
    last = conversation.answers[-1]
    taken = _take(_manner(course, turn.language), last, conversation.number)
    if not (turn.is_again and turn.follow_up is None):
        return taken
    offered = word_offer(Offer.SKIPPED, language=turn.language)
    return (*taken, offered) if last.reply is not None else (offered,)


def show_now(course: Course, conversation: Conversation, turn: Turn | None) -> Said | None:
    """What stands below the greeting, to be read and not said; None anywhere else, and where the merchant greets."""
    is_greeted = turn is not None and say_now(course, conversation, turn) == (say(Line.OPENING, course.manner),)
    shown = show_opening(course.manner) if is_greeted else None
    return shown if shown is not None and shown.text else None


def take_up(conversation: Conversation, turn: Turn) -> Said | None:
    """The candidate's own sentence that a follow-up takes up, to stand above it. None for a question of its own, and
    where no sentence bears on it."""
    if (
        turn.follow_up in (None, ANYTHING_ELSE, OWN_WORDS)
        or not conversation.answers
        or conversation.answers[-1].is_skipped
    ):
        return None
    answer = conversation.answers[-1]
    text = replace(answer, text=conversation.text_of(answer)).own_words
    if turn.follow_up == TAKEN_UP:
        quote = "" if answer.next_words is None else answer.next_words.quote
        sentence = find_quoted(text, quote, language=answer.language) if quote.strip() else None
    else:
        probe = Probe(turn.follow_up)
        sentence = find_taken_up(text, question=turn.step.question.text, probe=probe, language=answer.language)
    return None if sentence is None else Said(text=sentence, language=answer.language)


def say_instruction(course: Course, conversation: Conversation) -> Said | None:
    """What is read before the first question, while it waits."""
    if not awaits_beginning(course, conversation):
        return None
    if course.instruction:
        return Said(text=course.instruction, language=course.language)
    return say(Line.INSTRUCTION, course.manner)


def say_thanks(course: Course, conversation: Conversation) -> Said | None:
    """The last words; None while questions are asked."""
    if conversation.state is AttemptState.BEGUN:
        return None
    if course.thanks:
        return Said(text=course.thanks, language=course.language)
    return say(Line.CLOSING if conversation.ending is Ending.ALL_ASKED else Line.FAREWELL, course.manner)


def to_confirm(conversation: Conversation) -> Wish | None:
    """What the candidate is asked to confirm: to skip, or to end, since neither can be undone."""
    wishes = conversation.wishes_now
    last = Wish(wishes[-1].wish) if wishes else None
    return last if last in (Wish.SKIP, Wish.END) else None


def heard_by_word(conversation: Conversation) -> Wish | None:
    """The wish that was understood from words alone, and might have been an answer."""
    wishes = conversation.wishes_now
    return Wish(wishes[-1].wish) if wishes and wishes[-1].is_by_word else None


def asked_now(conversation: Conversation, turn: Turn) -> Said | None:
    """The candidate's own question beside the answer, which what is said now replies to; None where there is none."""
    last = conversation.wishes_now[-1] if conversation.wishes_now else None
    if last is None or not last.text or last.wish not in (Wish.ASK, Wish.CLARIFY):
        return None
    is_misread = was_question(last.text, language=turn.language)
    if is_misread or (last.reply is not None and tells_of_earlier(last.reply)):
        return None  # it puts an earlier answer right
    return Said(text=last.text, language=turn.language)


def reply_now(conversation: Conversation) -> Reply | None:
    """What the candidate has just asked was told this; None where something else was said last."""
    if conversation.wishes_now:
        return conversation.wishes_now[-1].reply
    return conversation.answers[-1].reply if conversation.answers else None


def _open(course: Course) -> Said:
    return Said(text=course.welcome, language=course.language) if course.welcome else say(Line.OPENING, course.manner)


def _answer_wish(course: Course, wished: RecordedWish, turn: Turn, conversation: Conversation) -> Said:
    manner = _manner(course, turn.language)
    if wished.reply is not None:
        return Said(text=wished.reply.text, language=wished.reply.language)
    if wished.wish != Wish.REPHRASE:
        return say(LINE_FOR[Wish(wished.wish)], manner, turn=conversation.number)
    # Who asks again hears another sentence: this one, and what else there is to do.
    times = sum(1 for before in conversation.wishes_now if before.wish == Wish.REPHRASE)
    if turn.is_in_other_words:
        return say(Line.REPHRASE, manner, turn=conversation.number)
    return say(Line.NO_OTHER_WORDS, manner, turn=times - 1)


def _take(manner: Manner, answer: Answer, number: int) -> tuple[Said, ...]:
    """A word for the answer that was just given, and what it asked was told. It never judges."""
    said = answer.own_words
    is_declined = is_declining(said, language=answer.language) and not is_plain_no(said, language=answer.language)
    is_refused = is_declined or answer.is_refused is True
    if answer.reply is not None:
        told = _tell_beside(answer)
        line = Line.AFTER_DECLINING if is_refused else Line.THANKS
        own = Said(text=answer.reply.text, language=answer.reply.language)
        return (own,) if told is None else (say(line, manner, turn=number), told)
    if answer.next_words is not None and answer.next_words.remark:
        return (Said(text=answer.next_words.remark, language=answer.language),)
    if answer.is_skipped:
        return (say(Line.AFTER_SKIP, manner, turn=number),)
    return (say(Line.AFTER_DECLINING if is_refused else Line.THANKS, manner, turn=number),)


def _tell_beside(answer: Answer) -> Said | None:
    """What was told to whoever asked us something beside their answer or refusal."""
    if answer.reply is None:
        return None
    is_beside = answer.reply.beside or find_asked_beside(answer.text, language=answer.language)
    return Said(text=answer.reply.text, language=answer.reply.language) if is_beside else None


def _manner(course: Course, language: str) -> Manner:
    return replace(course.manner, language=language)
