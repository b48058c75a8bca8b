"""What is told to whoever says something beside the answer: the question stays open, and is asked again after it. Pure.

The words stand in phrases/*.toml, one way for every tone, since they are rarely said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum

from vivavoce.attempts.answer import RepliedPart, Reply
from vivavoce.conversation.intents import LONGEST_WISH, Wish, asks_who, is_chat
from vivavoce.conversation.lines import Line, Manner, Said, say
from vivavoce.conversation.phrase_patterns import between_sentences, read_phrases
from vivavoce.conversation.utterances import (
    AskingBack,
    Utterance,
    find_asking_back,
    tell_apart,
    understands_asides,
)
from vivavoce.replies.asking import AskedPart, Passage, find_answers, word_answer
from vivavoce.text.languages import CODES
from vivavoce.text.sentences import split_sentences
from vivavoce.words.quotes import find_quotes

MOST_CLARIFIED = 3  # questions about one question; the next one is taken for the answer


class Aside(StrEnum):
    """What there is to tell."""

    MEANING = "meaning"  # take the words as they are used every day
    SCOPE = "scope"  # speak of what you like
    LENGTH = "length"
    PURPOSE = "purpose"
    WHO = "who"  # this is a program
    CHAT = "chat"
    SAID_BEFORE = "said_before"
    OFF_TOPIC = "off_topic"
    PASSED_ON = "passed_on"  # a question about the position, and who has it now


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
}


def say_aside(aside: Aside, manner: Manner, *, team: str = "") -> Said:
    """The words, in English where we have none in the language. team: who a question was passed on to."""
    if aside is Aside.PASSED_ON and not team:
        return say(Line.PASSED_ON, manner)
    language = manner.language if manner.language in CODES else "en"
    told: str = read_phrases(language)["asides"][aside]
    if aside is Aside.OFF_TOPIC:
        told = between_sentences(language).join((say(Line.BACK, manner).text, told))
    return Said(text=told.replace("{company}", team), language=language)


def say_asides(manner: Manner, *, team: str) -> Iterator[Said]:
    """All that may be told in this language: where nobody understands asides, a question that is passed on alone."""
    told = Aside if understands_asides(manner.language) else (Aside.PASSED_ON,)
    return (say_aside(aside, manner, team=team) for aside in told)


def find_aside(
    text: str, *, question: str, earlier: Sequence[str], passages: Sequence[Passage], language: str
) -> Wish | None:
    """What is said beside the answer; None where it is the answer, or a wish that the interviewer grants anyway."""
    utterance = tell_apart(text, question=question, earlier=earlier, language=language)
    # Who only asks has answered nothing, whether or not a text of the employer's answers it.
    if utterance is Utterance.ANSWER and len(text) <= LONGEST_WISH and _asks_only(text):
        return Wish.ASK
    return WISH_OF.get(utterance)


def reply_to(wish: Wish, text: str, *, question: str, passages: Sequence[Passage], manner: Manner, team: str) -> Reply:
    """What is told to it: never of a rubric, since none is known here."""
    match wish:
        case Wish.ASK:
            return reply_with_passages(text, passages=passages, manner=manner, team=team)
        case Wish.CLARIFY:
            back = find_asking_back(text, question=question, language=manner.language) or AskingBack.MEANING
            return _to_reply(say_aside(Aside(back.value), manner))
        case Wish.CHAT:
            aside = Aside.WHO if asks_who(text, language=manner.language) else Aside.CHAT
            return _to_reply(say_aside(aside, manner))
        case _:
            return _to_reply(say_aside(Aside(wish.value), manner))


def reply_beside_refusal(
    asked: str, *, question: str, passages: Sequence[Passage], manner: Manner, team: str
) -> Reply | None:
    """What somebody is told who asks this while they refuse to answer; None for a mere greeting. Why it was asked is
    told without the offer to skip it: it is over.
    """
    language = manner.language
    if find_asking_back(asked, question=question, language=language) is AskingBack.PURPOSE:
        said = say_aside(Aside.PURPOSE, manner)
        return _to_reply(replace(said, text=split_sentences(said.text)[0]))
    if is_chat(asked, language=language):
        return _to_reply(say_aside(Aside.WHO, manner)) if asks_who(asked, language=language) else None
    reply = reply_with_passages(asked, passages=passages, manner=manner, team=team)
    if reply.parts:
        return reply
    # The refusal that it stands beside is no part of what was asked.
    part = RepliedPart(asked=asked, text=reply.text, source=reply.source, passage=reply.passage)
    return replace(reply, parts=(part,))


def reply_with_passages(text: str, *, passages: Sequence[Passage], manner: Manner, team: str, turn: int = 0) -> Reply:
    """What is told to a question about the position: each part in a sentence and by its passage, or passed on."""
    parts = find_answers(text, passages, language=manner.language)
    return reply_with_parts(parts, manner=manner, team=team, turn=turn)


def reply_with_parts(parts: Sequence[AskedPart], *, manner: Manner, team: str, turn: int = 0) -> Reply:
    """What is told to the questions of one turn, each with the passage that answers it or none."""
    if not any(part.passage is not None for part in parts):
        return _to_reply(say_aside(Aside.PASSED_ON, manner, team=team), is_aside=False)
    if len(parts) == 1 and parts[0].passage is not None:
        passage = parts[0].passage
        sentence = _word(parts[0], passage, manner)
        # What stands in the passage that is shown need not be said twice.
        is_shown = sentence in passage.text
        said = say(Line.FOUND, manner, turn=turn) if is_shown else Said(text=sentence, language=manner.language)
        return Reply(text=said.text, language=said.language, source=passage.source, passage=passage.text)
    told = [_tell(part, manner, team) for part in parts]
    lines = dict.fromkeys(part.text for part in told if part.passage is not None)
    lines |= dict.fromkeys(part.text for part in told if part.passage is None)
    answered = [part for part in told if part.passage is not None]
    return Reply(
        text=between_sentences(manner.language).join(lines),
        language=manner.language,
        source="; ".join(dict.fromkeys(part.source or "" for part in answered)),
        passage="\n".join(dict.fromkeys(part.passage or "" for part in answered)),
        parts=tuple(told),
    )


def _tell(part: AskedPart, manner: Manner, team: str) -> RepliedPart:
    if part.passage is None:
        said = say_aside(Aside.PASSED_ON, manner, team=team).text
        space = between_sentences(manner.language)
        before, after = find_quotes(manner.language)
        return RepliedPart(asked=part.asked, text=f"{before}{part.asked}{after}{space}{said}")  # which of them it is
    return RepliedPart(
        asked=part.asked,
        text=_word(part, part.passage, manner),
        source=part.passage.source,
        passage=part.passage.text,
    )


def _word(part: AskedPart, passage: Passage, manner: Manner) -> str:
    return part.told or word_answer(part.asked, passage, language=manner.language)


def _asks_only(text: str) -> bool:
    sentences = split_sentences(text)
    return bool(sentences) and all(sentence.endswith(("?", "؟", "？")) for sentence in sentences)


def _to_reply(said: Said, *, is_aside: bool = True) -> Reply:
    return Reply(text=said.text, language=said.language, is_aside=is_aside)
