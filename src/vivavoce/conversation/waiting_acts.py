"""Which act that was learnt of a turn is acted on: how sure it must be that the question stays open. Pure.

acts (dialogue_acts.py) + what rules know of the words ──► one act, or that they may be the answer
"""

from vivavoce.conversation.asking_us import (
    asks_plainly,
    begins_as_question,
    breaks_off,
    find_asked_at_end,
    find_asked_first,
    knows_asides,
    may_begin_as_question,
    says_sorry,
    speaks_of_job,
    split_spoken,
    wants_words,
)
from vivavoce.conversation.course import Turn
from vivavoce.conversation.dialogue_acts import Acts, DialogueAct
from vivavoce.conversation.intents import (
    QuestionAim,
    find_asking,
    is_chat,
    is_declining,
    is_question,
    telling_stems,
    wants_story,
)
from vivavoce.conversation.utterances import find_asking_back

# How sure it must be, of words that were learnt, that they leave the question open: where one of their sentences has a
# question mark, where none has, and where they speak in a word of the question. Chosen on bench/turns/seen.tsv for a
# precision of 0.95, and on answers of pupils, of which one in 744 is taken for something else.
# Such words as begin no answer, or apologize and are likely about an earlier one: chosen on sentences of our own.
SURE_BEGUN, SURE_SORRY = 0.15, 0.2
LONGEST_BEGUN, LONGEST_REMARK = 12, 15  # words
SURE_TONED = 0.5  # the same, of such as begin a question or a statement, by the tone alone
LONGEST_LEAD = 8  # words before or behind a question that are no answer by themselves: "I don't have a car, …?"; ours
MOST_BROKEN_OFF = 6  # words of an answer that somebody breaks off to ask
SURE_MARKED, SURE_PLAIN, SURE_OF_QUESTION = 0.5, 0.7, 0.9
BRIEF, SURE_BRIEF = 3, 0.92  # words without a mark: "tester" answers, and looks like anything


def find_waiting_act(text: str, turn: Turn, acts: Acts) -> DialogueAct | None:
    """What these words surely do that leaves the question open, as it was learnt; None where they may be the answer.

    turn: that they were said in, whose question is ours. acts: of the words.
    """
    if not knows_asides(turn.language):
        return None
    if acts.asks_back:
        act = DialogueAct.CLARIFY
    elif _only_remarks(text, turn, acts):
        act = DialogueAct.ASK
    elif _breaks_off(text, turn, acts):
        act = DialogueAct.CLARIFY
    elif _asks_first(text, turn):
        act = max(DialogueAct.ASK, DialogueAct.CLARIFY, key=lambda asked: _likely(acts, asked))
    elif _corrects_likely(text, turn, acts):
        act = DialogueAct.EARLIER
    elif is_declining(text, language=turn.language) or acts.waits < _least_sure(text, turn) or _is_figure(text):
        return None  # that rule is sure
    elif _answers_first(text, turn, acts):
        return None
    elif _begins_as_question(text, turn):
        asking = (DialogueAct.ASK, DialogueAct.CLARIFY)
        waits = acts.whole.get(DialogueAct.WAIT, 0.0) >= SURE_MARKED  # "Can I have a minute to think of one?"
        act = DialogueAct.WAIT if waits else max(asking, key=lambda asked: acts.whole.get(asked, 0.0))
    else:
        act = acts.likeliest_waiting
    if act is DialogueAct.CLARIFY and not acts.asks_back and _asks_of_job(text, turn):
        act = DialogueAct.ASK
    return act


def find_misread(text: str, *, question: str, language: str) -> tuple[str, bool]:
    """What of an answer was a question, as somebody says, and whether the rest of it is an answer none the less.

    question: that it was given to. Where no part of it is known to ask, all of it does.
    """
    sentences = split_spoken(text)
    asking = find_asked_at_end(text, question=question, language=language) or tuple(
        sentence for sentence in sentences if is_question(sentence) or begins_as_question(sentence, language=language)
    )
    rest = text
    for part in asking:
        rest = rest.replace(part, "", 1)
    told = [sentence for sentence in split_spoken(rest) if not is_chat(sentence, language=language)]
    is_answered = bool(asking) and sum(len(sentence.split()) for sentence in told) > LONGEST_LEAD
    return (" ".join(asking) if is_answered else text), is_answered


def _asks_first(text: str, turn: Turn) -> bool:
    """Whether a question is asked before any answer, and what follows it is a remark that speaks of something else."""
    asked = find_asked_first(text, language=turn.language)
    rest = text.replace(asked, "", 1)
    return bool(asked) and len(rest.split()) <= LONGEST_REMARK and not _shares(rest, turn)


def _only_remarks(text: str, turn: Turn, acts: Acts) -> bool:
    """Whether somebody says how things stand with them and asks whether that will do, where the question wants to hear
    what they did, know or would do, in no word of it.
    """
    return acts.is_remark_asking and wants_story(turn.asked, language=turn.language) and not _shares(text, turn)


def _is_figure(text: str) -> bool:
    """Whether it is a word or two with a number and no mark, which no turn is that leaves a question open."""
    return len(text.split()) <= BRIEF and any(map(str.isdigit, text)) and not is_question(text)


def _answers_first(text: str, turn: Turn, acts: Acts) -> bool:
    """Whether an answer stands before what is asked: a rule says so, or it was learnt, where a fact is asked for."""
    if find_asked_at_end(text, question=turn.asked, language=turn.language):
        return not acts.is_begun_beside
    return acts.is_answered_first and find_asking(turn.asked, language=turn.language) is QuestionAim.FACT


def _breaks_off(text: str, turn: Turn, acts: Acts) -> bool:
    """Whether somebody has hardly begun to answer, and stops to ask: "I'd call the.. wait, is it night or day"."""
    if not acts.is_broken_off or wants_words(turn.asked, language=turn.language):
        return False
    last, _ = acts.sentences[-1]
    before = text[: text.rindex(last)]
    return len(before.split()) <= MOST_BROKEN_OFF and breaks_off(last, language=turn.language)


def _likely(acts: Acts, act: DialogueAct) -> float:
    """How likely the first sentence is it, by itself where it stands with others."""
    return (acts.sentences[0][1] if acts.sentences else acts.whole).get(act, 0.0)


def _corrects_likely(text: str, turn: Turn, acts: Acts) -> bool:
    """Whether an apology begins what may be about an earlier answer, and speaks in no word of the question."""
    is_likely = acts.whole.get(DialogueAct.EARLIER, 0.0) >= SURE_SORRY and says_sorry(text, language=turn.language)
    return is_likely and not _shares(text, turn)


def _begins_as_question(text: str, turn: Turn) -> bool:
    """Whether a few words begin as nothing but a question does, where the question wants no question to be said."""
    is_begun = len(text.split()) <= LONGEST_BEGUN and begins_as_question(text, language=turn.language)
    return is_begun and not wants_words(turn.asked, language=turn.language)


def _asks_of_job(text: str, turn: Turn) -> bool:
    """Whether what looks like a question about the question is about the job, of which the question says nothing."""
    return (
        begins_as_question(text, language=turn.language)
        and speaks_of_job(text, language=turn.language)
        and not _shares(text, turn)
    )


def _shares(text: str, turn: Turn) -> bool:
    language = turn.language
    return bool(telling_stems(text, language=language) & telling_stems(turn.asked, language=language))


def _least_sure(text: str, turn: Turn) -> float:
    """How sure it must be that these words leave the question open."""
    if _begins_as_question(text, turn):
        return SURE_BEGUN
    if may_begin_as_question(text, language=turn.language) and not wants_words(turn.asked, language=turn.language):
        return SURE_TONED
    if any(map(is_question, split_spoken(text))) or asks_plainly(text, language=turn.language):
        return SURE_MARKED
    if len(text.split()) <= BRIEF:
        return SURE_BRIEF
    return SURE_OF_QUESTION if _shares(text, turn) else SURE_PLAIN


def is_about_question(text: str, turn: Turn, acts: Acts) -> bool:
    """Whether a question is about what was asked, and not about the job."""
    if find_asking_back(text, question=turn.asked, language=turn.language) is not None:
        return True
    is_likelier = _likely(acts, DialogueAct.CLARIFY) > _likely(acts, DialogueAct.ASK)
    return is_likelier and not _asks_of_job(text, turn)
