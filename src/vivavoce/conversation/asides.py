"""What is told to whoever says something beside the answer: the question stays open, and is asked again after it. Pure.

The words stand in phrases/*.toml, one way for every tone, since they are rarely said.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from vivavoce.attempts.answer import Answer, RepliedPart, Reply
from vivavoce.conversation.asking_us import (
    AskingUs,
    asks_alone,
    asks_leave,
    asks_what_it_costs,
    corrects_earlier,
    cut_lead,
    find_asked_at_end,
    find_asking_us,
    find_last_clause,
    is_adding,
    is_brief,
    is_no_answer,
    is_of_said,
    is_worried,
    knows_asides,
    speaks_of_nerves,
    split_spoken,
    wants_words,
    was_question,
)
from vivavoce.conversation.dialogue_acts import DialogueAct
from vivavoce.conversation.intents import (
    LONGEST_WISH,
    QuestionAim,
    Wish,
    asks_who,
    find_asked_beside,
    find_asking,
    is_chat,
    is_declining,
    is_plain_no,
    is_question,
    wants_knowledge,
)
from vivavoce.conversation.lines import Line, Manner, Said, say
from vivavoce.conversation.phrase_patterns import between_sentences, read_phrases
from vivavoce.conversation.utterances import (
    OF_INTERVIEW,
    AskingBack,
    Utterance,
    asks_which_of_two,
    find_asking_back,
    tell_apart,
)
from vivavoce.interviews.length import InterviewLength
from vivavoce.replies.asking import AskedPart, MeantSentence, Passage, find_answers, to_flow, word_answer, word_help
from vivavoce.text.languages import CODES
from vivavoce.text.sentences import split_sentences
from vivavoce.words.catalog import find_words
from vivavoce.words.quotes import find_quotes

MOST_CLARIFIED = 3  # questions about one question; the next one is taken for the answer
MOST_QUESTIONS = 20  # whose every sentence has its mark: those are none


class Aside(StrEnum):
    """What there is to tell."""

    MEANING = "meaning"  # take the words as they are used every day
    SCOPE = "scope"  # speak of what you like
    EITHER = "either"  # to "A or B?": whichever one can tell most about
    ABOUT = "about"  # before the sentence of the last answer that a follow-up asks about
    ABOUT_LAST = "about_last"  # where there is no such sentence
    LENGTH = "length"
    PURPOSE = "purpose"
    WHO = "who"  # this is a program
    CHAT = "chat"
    SAID_BEFORE = "said_before"
    OFF_TOPIC = "off_topic"
    PASSED_ON = "passed_on"  # a question about the position, and who has it now
    PASSED_ON_ALL = "passed_on_all"  # who has several questions now
    MAY_HELP = "may_help"  # before a sentence that may answer it
    NOTED = "noted"  # to who tells something where they may ask
    OPENLY = "openly"  # to who says that they have nothing to tell: never did it, or does not know
    MISTAKES = "mistakes"  # that how one speaks or writes never counts
    TONGUE = "tongue"  # which language the interview is in
    COUNTS = "counts"  # what counts against nobody
    SKIPPING = "skipping"  # how to skip
    ENOUGH = "enough"
    LATER = "later"
    ADDED = "added"  # to who adds to an earlier answer
    WAS_QUESTION = "was_question"  # to who says that what was taken for an answer was a question
    CALM = "calm"  # to who is nervous
    AS_IT_STANDS = "as_it_stands"  # to who asks something about the question that nobody has laid down
    ASK_AWAY = "ask_away"  # to who would like to ask something


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """How far the interview has come. place: of its questions, from 1. opens_again: as of the course.

    follows_up: whether what waits follows up the last answer. taken_up: the sentence of that answer which it stands
    below; None where there is none. heard: what was told before, in whole replies.
    """

    place: int
    questions: int
    length: InterviewLength
    opens_again: bool
    follows_up: bool = False
    taken_up: str | None = None
    heard: frozenset[str] = frozenset()


MOST_POINTING = 7  # words of a question that only points at what it is about; ours, from looks at real ones
WISH_OF = {
    Utterance.QUESTION: Wish.CLARIFY,
    Utterance.SMALL_TALK: Wish.CHAT,
    Utterance.SAID_BEFORE: Wish.SAID_BEFORE,
    Utterance.OFF_TOPIC: Wish.OFF_TOPIC,
}
# How often each is told in one turn; after that, words of that kind are the answer.
MOST_TOLD = {
    Wish.CLARIFY: MOST_CLARIFIED,
    Wish.ASK: MOST_CLARIFIED,
    Wish.CHAT: 1,
    Wish.SAID_BEFORE: 1,
    Wish.OFF_TOPIC: 1,
    # Where they were told by what was learnt: a button and known words are always granted.
    Wish.REPEAT: MOST_CLARIFIED,
    Wish.THINK: MOST_CLARIFIED,
}


# These lead to words of somebody else.
LEADING = frozenset({Aside.MAY_HELP, Aside.ABOUT})


def say_aside(aside: Aside, manner: Manner, *, team: str = "", heard: Collection[str] = ()) -> Said:
    """The words, in English where we have none in the language. team: who a question was passed on to. heard: of
    several ways to say it, the first that is not among these.
    """
    if aside is Aside.PASSED_ON and not team:
        return say(Line.PASSED_ON, manner)
    language = manner.language if manner.language in CODES else "en"
    ways = _ways(aside, language)
    told = next((way for way in ways if way not in heard), ways[len(heard) % len(ways)])
    if aside is Aside.OFF_TOPIC:
        told = between_sentences(language).join((say(Line.BACK, manner).text, told))
    return Said(text=told.replace("{company}", team), language=language)


def _ways(aside: Aside, language: str) -> list[str]:
    told: str | list[str] = read_phrases(language)["asides"][aside]
    return [told] if isinstance(told, str) else told


def say_course(so_far: SoFar, manner: Manner) -> Said:
    """Which question this is, and how long the interview takes, as its pages say it."""
    words, length = find_words(manner.language), so_far.length
    if length.least_minutes == length.most_minutes:
        told = words.count("About one minute.", "About %(count)s minutes.", length.least_minutes)
        told %= {"count": length.least_minutes}
    else:
        told = words.say("%(least)s to %(most)s minutes, follow-ups included") + "."
        told %= {"least": length.least_minutes, "most": length.most_minutes}
    course: str = read_phrases(manner.language)["asides"]["course"]
    numbers = {"{place}": str(so_far.place), "{questions}": str(so_far.questions)}
    for name, value in (*numbers.items(), ("{length}", told[0].lower() + told[1:])):
        course = course.replace(name, value)
    return Said(text=course, language=manner.language)


def say_asides(manner: Manner, *, team: str) -> Iterator[Said]:
    """All that may be told in this language, but what leads to a sentence of the employer's; where nobody understands
    asides, what is told where one may ask.
    """
    if not knows_asides(manner.language):
        yield from (say_aside(aside, manner, team=team) for aside in (Aside.PASSED_ON, Aside.NOTED))
        return
    for aside in (aside for aside in Aside if aside not in LEADING):
        ways = _ways(aside, manner.language)
        yield from (say_aside(aside, manner, team=team, heard=ways[:count]) for count in range(len(ways)))


def find_aside(
    text: str, *, question: str, earlier: Sequence[str], language: str, is_follow_up: bool = False
) -> Wish | None:
    """What is said beside the answer; None where it is the answer, or a wish that the interviewer grants anyway.

    is_follow_up: whether the question follows up the last answer: whoever adds to that answers it.
    """
    is_correcting = corrects_earlier(text, language=language) and not is_question(text)
    if was_question(text, language=language):
        return Wish.CLARIFY
    if earlier and (is_correcting or (not is_follow_up and is_adding(text, question=question, language=language))):
        return Wish.CLARIFY
    utterance = tell_apart(text, question=question, earlier=earlier, language=language)
    # Who only asks has answered nothing, whether or not a text of the employer's answers it.
    if utterance is Utterance.ANSWER and len(text) <= LONGEST_WISH and _asks_only(text, question, language):
        return Wish.ASK
    return WISH_OF.get(utterance)


def reply_to(
    wish: Wish,
    text: str,
    *,
    question: str,
    passages: Sequence[Passage],
    manner: Manner,
    team: str,
    so_far: SoFar,
    meant: Mapping[str, MeantSentence] = MappingProxyType({}),
) -> Reply:
    """What is told to it: never of a rubric, since none is known here."""
    match wish:
        case Wish.ASK:
            asked = cut_lead(_without_remark(text, question, manner.language), language=manner.language)
            return reply_with_passages(asked, passages=passages, manner=manner, team=team, meant=meant)
        case Wish.CLARIFY:
            back = find_asking_back(text, question=question, language=manner.language)
            if was_question(text, language=manner.language):
                return _to_reply(_tell_of_earlier(text, manner, so_far))
            if back is None and is_adding(text, question=question, language=manner.language):
                return _to_reply(_while_open(say_aside(Aside.ADDED, manner), so_far))
            back = back or AskingBack.MEANING
            if back in OF_INTERVIEW:
                return _to_reply(_tell_of_interview(AskingUs(back.value), manner, so_far))
            is_of_what = back is AskingBack.MEANING or is_brief(text, language=manner.language)
            return _to_reply(_tell_of_question(Aside(back.value), manner, so_far, is_of_what=is_of_what))
        case Wish.CHAT:
            return _to_reply(say_aside(find_chat(text, manner.language), manner))
        case _:
            return _to_reply(say_aside(Aside(wish.value), manner))


def _without_remark(text: str, question: str, language: str) -> str:
    """What is asked behind a remark ("I've no car, is there parking?"); all of it, where that is asked about it."""
    asked = find_asked_at_end(text, question=question, language=language)
    return text if any(is_of_said(part, language=language) for part in asked) else " ".join(asked) or text


def reply_to_act(act: DialogueAct, text: str, *, question: str, manner: Manner, so_far: SoFar) -> Reply | None:
    """What is told to what was learnt to be this act, where a rule would say something else; None: it says it."""
    if act is DialogueAct.EARLIER:
        return _to_reply(_tell_of_earlier(text, manner, so_far))
    if act is DialogueAct.CLARIFY and find_asking_back(text, question=question, language=manner.language) is None:
        is_either = asks_which_of_two(text, language=manner.language)
        told = Aside.EITHER if is_either else Aside.AS_IT_STANDS
        return _to_reply(_tell_of_question(told, manner, so_far, is_of_what=not is_either))
    return None


def _tell_of_question(aside: Aside, manner: Manner, so_far: SoFar, *, is_of_what: bool) -> Said:
    """What is told of the question that waits. is_of_what: whether a follow-up is told to be about the last answer, the
    first time.
    """
    if is_of_what and so_far.follows_up:
        about = _tell_about(so_far, manner)
        if about.text not in so_far.heard:
            return about
    return say_aside(aside, manner, heard=so_far.heard)


def _tell_about(so_far: SoFar, manner: Manner) -> Said:
    if so_far.taken_up is None:
        return say_aside(Aside.ABOUT_LAST, manner)
    said = say_aside(Aside.ABOUT, manner)
    return replace(said, text=said.text.replace("{sentence}", _quote(so_far.taken_up, manner)))


def offers_skip(text: str, *, language: str) -> bool:
    """Whether somebody says that they don't know, and asks what that costs, or whether they may skip: an answer that
    says nothing is judged, and a question that is skipped is not. A refusal counts as skipped as it is.
    """
    first, _, rest = text.partition(". ")
    is_open = bool(rest) and is_declining(first, language=language) and not find_asked_beside(text, language=language)
    return is_open and asks_what_it_costs(rest, language=language)


def reply_beside_declining(*, manner: Manner, turn: int) -> Reply:
    """What they are told: that skipping costs nothing, and whether they would like to."""
    counts = _tell_of_interview(AskingUs.COUNTS, manner, None)
    offer = say(Line.CONFIRM_SKIP, manner, turn=turn)
    return _to_reply(replace(counts, text=between_sentences(manner.language).join((counts.text, offer.text))))


def reply_beside_answer(
    asked: Sequence[str],
    text: str,
    *,
    question: str | None,
    within: Sequence[str] = (),
    enough: Collection[str] = (),
    required: str = "",
    passages: Sequence[Passage],
    manner: Manner,
    team: str,
    so_far: SoFar,
    meant: Mapping[str, MeantSentence] = MappingProxyType({}),
) -> Reply:
    """What somebody is told whose answer, this text, ends with these questions. within: what it asks before that.

    question: what they answer; None where they refuse to. enough: of the questions, those that are about the answer.
    required: what of them asks whether the job requires something.
    """
    parts: list[RepliedPart] = []
    for part in (*within, *asked):
        kind = _find_kind(part, manner.language)
        if required and part.endswith(required):
            parts.append(_pass_on_with(part, text, manner=manner, team=team))
            continue
        if question is not None and (
            _may_cost(part, kind, manner.language) or is_of_said(part, language=manner.language)
        ):
            # "Is that ok?" behind a story asks for no more than that; "Is that a problem?" a person must say.
            is_enough = kind is not AskingUs.COUNTS and _is_told(question, manner.language)
            if not is_enough:
                parts.append(_pass_on_with(part, text, manner=manner, team=team))
                continue
            kind = AskingUs.ENOUGH
        if part in enough and kind in (None, AskingUs.OTHER):
            kind = AskingUs.ENOUGH
        if kind is not None and kind is not AskingUs.OTHER:
            said = _tell_of_interview(kind, manner, so_far)
            parts.append(RepliedPart(asked=part, text=said.text, is_aside=True))
            continue
        asked_of = cut_lead(part, language=manner.language)
        reply = reply_with_passages(asked_of, passages=passages, manner=manner, team=team, meant=meant)
        own = RepliedPart(asked=part, text=reply.text, source=reply.source, passage=reply.passage)
        parts += reply.parts or (own,)
    return replace(
        _join_told(parts, manner, team),
        parts=tuple(parts),
        is_aside=all(part.is_aside for part in parts),
        beside=text[text.rindex(asked[0]) :].rstrip() if asked else within[0],
    )


def _may_cost(part: str, kind: AskingUs | None, language: str) -> bool:
    """Whether it asks what the answer before it may cost, which only a person knows: "Three points. Do they count
    against me?". "Does it count against me if I leave that out?" tells by itself what it asks about.
    """
    if kind is not AskingUs.COUNTS:
        return False
    clause = find_last_clause(part)
    is_whole = clause == part or _find_kind(clause, language) is AskingUs.COUNTS
    return is_whole and len(clause.split()) <= MOST_POINTING


def _is_told(question: str, language: str) -> bool:
    """Whether the question asks to be told something, of which there may be enough, and not for a fact."""
    aim = find_asking(question, language=language)
    return aim is QuestionAim.EXPERIENCE or wants_knowledge(question, language=language)


def _pass_on_with(part: str, text: str, *, manner: Manner, team: str) -> RepliedPart:
    """That the question is passed on, with the sentence that it is about: "I finish at 5. Would that be a problem?"."""
    before = split_spoken(text[: text.rindex(part)])[-1:]
    told = say_aside(Aside.PASSED_ON, manner, team=team).text
    return RepliedPart(asked=" ".join((*before, part)), text=told)


def reply_beside_refusal(
    asked: str,
    *,
    question: str,
    passages: Sequence[Passage],
    manner: Manner,
    team: str,
    so_far: SoFar,
    meant: Mapping[str, MeantSentence] = MappingProxyType({}),
) -> Reply | None:
    """What somebody is told who asks this while they refuse to answer; None for a mere greeting. Why it was asked is
    told without the offer to skip it: it is over.
    """
    language = manner.language
    asked_us = split_sentences(asked)
    if any(_find_kind(part, language) not in (None, AskingUs.OTHER) for part in asked_us):
        told = reply_beside_answer(
            asked_us, asked, question=None, passages=passages, manner=manner, team=team, so_far=so_far, meant=meant
        )
        return replace(told, beside="")
    if find_asking_back(asked, question=question, language=language) is AskingBack.PURPOSE:
        said = say_aside(Aside.PURPOSE, manner)
        return _to_reply(replace(said, text=split_sentences(said.text)[0]))
    if is_chat(asked, language=language):
        return _to_reply(say_aside(Aside.WHO, manner)) if asks_who(asked, language=language) else None
    reply = reply_with_passages(asked, passages=passages, manner=manner, team=team, meant=meant)
    if reply.parts:
        return reply
    # The refusal that it stands beside is no part of what was asked.
    part = RepliedPart(asked=asked, text=reply.text, source=reply.source, passage=reply.passage)
    return replace(reply, parts=(part,))


def find_still_asked(answer: Answer, text: str) -> tuple[RepliedPart, ...]:
    """Of what an answer asked us beside it, what its words as they are now still ask: whoever puts them right may have
    reworded a question, and whoever leaves no question in them asks none.
    """
    parts = () if answer.reply is None else answer.reply.parts
    language, words = answer.language, " ".join(text.split())
    if any(map(is_question, split_spoken(text))) or find_asked_at_end(text, question=answer.asked, language=language):
        return parts
    return tuple(part for part in parts if " ".join(part.asked.split()) in words)


def find_helped(text: str, *, language: str) -> str:
    """What may help, of what was told, with the words that lead to it: "This may help: “You work 37 hours.”"; '' where
    nothing was shown as that.
    """
    code = language if language in CODES else "en"
    before, after = find_quotes(code)
    quoted = f"{re.escape(before)}.+?{re.escape(after)}"
    lead, _, rest = _ways(Aside.MAY_HELP, code)[0].partition("{sentence}")
    told = re.search(rf"{re.escape(lead)}{quoted}(?:\s*{quoted})*{re.escape(rest)}", text)
    return "" if told is None else told[0]


def thank_openly(manner: Manner, *, heard: Collection[str]) -> Said:
    """What somebody is told who says that they have nothing to tell. It says neither that this is enough nor that it is
    not: what they lack may be needed.
    """
    return say_aside(Aside.OPENLY, manner, heard=heard)


def note_earlier(text: str, *, manner: Manner, so_far: SoFar, passes_on: bool) -> Reply:
    """What somebody is told who puts an earlier answer right, or asks to, where they may ask: that it is kept, and
    where to change the answer. passes_on: as of note_told.
    """
    told, added = _tell_of_earlier(text, manner, so_far), say_aside(Aside.ADDED, manner).text
    if passes_on and added.startswith(told.text):
        kept = say_aside(Aside.NOTED, manner).text
        told = replace(told, text=told.text.replace(split_sentences(added)[0], kept))
    return _hear(told)


def _tell_of_earlier(text: str, manner: Manner, so_far: SoFar) -> Said:
    if was_question(text, language=manner.language):
        has_answered = so_far.place > 1 or so_far.follows_up
        return _while_open(say_aside(Aside.WAS_QUESTION if has_answered else Aside.ASK_AWAY, manner), so_far)
    kinds = [find_asking_us(sentence, language=manner.language) for sentence in split_spoken(text)]
    is_asking = AskingUs.LATER in kinds or any(map(is_question, split_spoken(text)))
    return _while_open(say_aside(Aside.LATER if is_asking else Aside.ADDED, manner), so_far)


def tells_of_earlier(reply: Reply) -> bool:
    """Whether it is a reply to who added to an earlier answer, or put it right, and asked nothing."""
    language = reply.language if reply.language in CODES else "en"
    return any(reply.text in (told, split_sentences(told)[0]) for told in _ways(Aside.ADDED, language))


def note_told(*, manner: Manner, passes_on: bool, turn: int) -> Reply:
    """What somebody is told who says something where they may ask. passes_on: whether there is a team to read it."""
    return _hear(say_aside(Aside.NOTED, manner)) if passes_on else thank(manner=manner, turn=turn)


def thank(*, manner: Manner, turn: int) -> Reply:
    """A word that is true of a question and of none: what follows asks for another one."""
    return _hear(say(Line.THANKS, manner, turn=turn))


def _hear(said: Said) -> Reply:
    return replace(_to_reply(said), is_heard=True)


def keep_from_team(reply: Reply, *, manner: Manner, team: str) -> Reply:
    """The reply in practice, from which nothing goes to anybody: what would be passed on is only not told."""
    whole, (first, passed_on) = say_aside(Aside.PASSED_ON, manner, team=team).text, _part_passed_on(manner, team)
    all_passed_on = say_aside(Aside.PASSED_ON_ALL, manner, team=team).text

    def keep(text: str) -> str:
        return text.replace(whole, first).removesuffix(passed_on).removesuffix(all_passed_on).rstrip()

    parts = tuple(
        part if part.passage is not None or part.is_aside else replace(part, text=keep(part.text), is_aside=True)
        for part in reply.parts
    )
    return replace(reply, text=keep(reply.text), parts=parts, is_aside=reply.is_aside or reply.passage is None)


def _part_passed_on(manner: Manner, team: str) -> tuple[str, str]:
    """That it can't be told, and that it was passed on: a sentence each."""
    whole = say_aside(Aside.PASSED_ON, manner, team=team).text
    # Thai ends a sentence by a space alone.
    first = whole.partition(" ")[0] if manner.language == "th" else split_sentences(whole)[0]
    return first, whole.removeprefix(first).lstrip()


def reply_with_passages(
    text: str,
    *,
    passages: Sequence[Passage],
    manner: Manner,
    team: str,
    turn: int = 0,
    meant: Mapping[str, MeantSentence] = MappingProxyType({}),
) -> Reply:
    """What is told to a question about the position: each part in a sentence and by its passage, or passed on.

    meant: as of find_answers.
    """
    parts = find_answers(text, passages, language=manner.language, meant=meant)
    return reply_with_parts(parts, manner=manner, team=team, turn=turn)


def reply_with_parts(parts: Sequence[AskedPart], *, manner: Manner, team: str, turn: int = 0) -> Reply:
    """What is told to the questions of one turn, each with the passage that answers it or none."""
    if not any(part.is_met for part in parts):
        return _to_reply(say_aside(Aside.PASSED_ON, manner, team=team), is_aside=False)
    if len(parts) == 1 and parts[0].passage is not None:
        passage = parts[0].passage
        sentence = _word(parts[0], passage, manner)
        # What stands in the passage that is shown need not be said twice.
        is_shown = sentence.rstrip(" .") in passage.text
        said = (
            say(Line.FOUND, manner, turn=turn) if is_shown else Said(text=to_flow(sentence), language=manner.language)
        )
        return Reply(text=said.text, language=said.language, source=passage.source, passage=passage.text)
    told = [_tell(part, manner, team, is_one=len(parts) == 1) for part in parts]
    return replace(_join_told(told, manner, team), parts=tuple(told) if len(told) > 1 else ())


def _join_told(told: Sequence[RepliedPart], manner: Manner, team: str) -> Reply:
    """What is told to several questions, as one: first what is known. That the others are passed on is said once."""
    passed_on = _part_passed_on(manner, team)[1]
    answered = [part for part in told if part.passage is not None]
    left = [part for part in told if part.passage is None and not part.is_aside]
    lines = dict.fromkeys(part.text for part in told if part not in left)
    lines |= dict.fromkeys(part.text.removesuffix(passed_on).rstrip() for part in left)
    if left:
        lines[passed_on if len(left) == 1 else say_aside(Aside.PASSED_ON_ALL, manner, team=team).text] = None
    return Reply(
        text=between_sentences(manner.language).join(lines),
        language=manner.language,
        source="; ".join(dict.fromkeys(part.source or "" for part in answered)) or None,
        passage="\n".join(dict.fromkeys(part.passage or "" for part in answered)) or None,
    )


def _tell(part: AskedPart, manner: Manner, team: str, *, is_one: bool) -> RepliedPart:
    """is_one: whether nothing else was asked, so that nobody need say which of the questions this is."""
    if part.passage is None and part.may_help:
        space = between_sentences(manner.language)
        helps = (_quote(word_help(sentence, language=manner.language), manner) for sentence in part.may_help)
        helped = say_aside(Aside.MAY_HELP, manner).text.replace("{sentence}", space.join(helps))
        passed_on = _part_passed_on(manner, team)[1]
        which = () if is_one else (_quote(part.asked, manner),)
        return RepliedPart(asked=part.asked, text=space.join((*which, helped, passed_on)))
    if part.passage is None:
        said = say_aside(Aside.PASSED_ON, manner, team=team).text
        space = between_sentences(manner.language)
        return RepliedPart(asked=part.asked, text=f"{_quote(part.asked, manner)}{space}{said}")  # which of them it is
    return RepliedPart(
        asked=part.asked,
        text=to_flow(_word(part, part.passage, manner)),
        source=part.passage.source,
        passage=part.passage.text,
    )


def _quote(text: str, manner: Manner) -> str:
    before, after = find_quotes(manner.language)
    return f"{before}{text}{after}"


def _word(part: AskedPart, passage: Passage, manner: Manner) -> str:
    return part.told or word_answer(part.asked, passage, language=manner.language)


def _find_kind(asked: str, language: str) -> AskingUs | None:
    """What it asks us; beside a refusal "Is that bad?" asks what it costs."""
    kind = find_asking_us(asked, language=language)
    return AskingUs.COUNTS if kind is None and asks_what_it_costs(asked, language=language) else kind


def _tell_of_interview(kind: AskingUs, manner: Manner, so_far: SoFar | None) -> Said:
    """so_far: None where only what counts is asked for."""
    if kind is AskingUs.COURSE and so_far is not None:
        return say_course(so_far, manner)
    if kind is AskingUs.PAUSE:
        words = find_words(manner.language)
        told = words.say("You can close this page and continue later with the same link.")
        return Said(text=told, language=manner.language)
    said = say_aside(Aside(kind.value), manner)
    return _while_open(said, so_far) if kind in (AskingUs.ENOUGH, AskingUs.LATER) else said


def _while_open(said: Said, so_far: SoFar | None) -> Said:
    """Without its second sentence, that an answer can be added to, where none can."""
    if so_far is None or so_far.opens_again:
        return said
    return replace(said, text=split_sentences(said.text)[0])


def find_chat(text: str, language: str) -> Aside:
    if asks_leave(text, language=language):
        return Aside.ASK_AWAY
    if is_worried(text, language=language) or speaks_of_nerves(text, language=language):
        return Aside.CALM
    return Aside.WHO if asks_who(text, language=language) else Aside.CHAT


def _asks_only(text: str, question: str, language: str) -> bool:
    """Whether every sentence asks, but for those that only lead to it, and none is the answer: "No. Is that bad?"."""
    is_answer = is_plain_no(text.partition(". ")[0], language=language) or wants_words(question, language=language)
    if is_answer or find_asked_at_end(text, question=question, language=language):
        return False
    sentences = split_spoken(text)
    asking = [sentence for sentence in sentences if asks_alone(sentence, language=language)]
    return bool(asking) and all(
        sentence in asking or (not is_question(sentence) and is_no_answer(sentence, language=language))
        for sentence in sentences
    )


def _to_reply(said: Said, *, is_aside: bool = True) -> Reply:
    return Reply(text=said.text, language=said.language, is_aside=is_aside)
