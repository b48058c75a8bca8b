"""What a candidate's turn does: answers, asks back, wants a moment. How sure that is was learnt from examples. Pure.

Rules know what is said in known words (utterances.py, intents.py). People say it in others, and for those there is
this: of each act, how likely the words are it. Where no machine tells what texts mean, nothing is known, and the rules
stand alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class DialogueAct(StrEnum):
    """What a turn can do."""

    ANSWER = "answer"
    ANSWER_ASKS = "answer_asks"  # an answer, and a question to us beside it
    CLARIFY = "clarify"  # asks about the question
    ASK = "ask"  # asks about the position, the company or the interview
    REPEAT = "repeat"  # wants it again, or in other words
    WAIT = "wait"  # wants a moment
    EARLIER = "earlier"  # is about an earlier answer
    CHAT = "chat"  # greets, is nervous, thanks, says a word to somebody else
    SAID_BEFORE = "said_before"
    REFUSE = "refuse"
    LACKS = "lacks"  # has nothing to tell: never did it, or does not know
    REMARK_ASKS = (
        "remark_asks"  # says how things stand with them, and asks us whether that will do: "I'm 17, is that ok"
    )


# After these the question still waits.
WAITING = frozenset(
    {
        DialogueAct.CLARIFY,
        DialogueAct.ASK,
        DialogueAct.REPEAT,
        DialogueAct.WAIT,
        DialogueAct.EARLIER,
        DialogueAct.CHAT,
    }
)

# Chosen on bench/turns/seen.tsv, so that few who answer or refuse are told something else than that it was taken.
SURE_REFUSING = 0.8
SURE_BEGUN_REFUSING = 0.5  # that its beginning refuses, where what follows reads like an answer; ours
SURE_LACKING, SURE_OF_EARLIER = 0.5, 0.4
SURE_ABOUT = 0.9  # that a question is about the answer: else nobody hears of it who could reply
SURE_ASKED = 0.5  # that all of it asks, and that this sentence does
SURE_ASKED_BACK = 0.6  # that the last sentence asks about the question, where the others have nothing to tell
SURE_BESIDE = 0.55  # that it answers, and asks besides
SURE_REMARKED, LEAST_REMARKED = 0.75, 0.25  # that all of it says how things stand, and asks; that it says so
SURE_BROKEN_OFF = 0.7  # that what breaks an answer off asks about the question, or us
SURE_BEGUN_BESIDE = 0.5  # that the first sentence is chat, against a rule that takes it for an answer
SURE_AFTERTHOUGHT = 0.9  # that the last sentence is about an earlier answer, where the one before it answers
SURE_ANSWERED = 0.8  # the same, against a rule that knows a question about the question


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """How likely words are each act: all of them, and each sentence by itself, where there are some. Empty where
    nobody told.
    """

    whole: Mapping[DialogueAct, float] = field(default_factory=dict)
    sentences: tuple[tuple[str, Mapping[DialogueAct, float]], ...] = ()

    @property
    def waits(self) -> float:
        """How likely all of it leaves the question open."""
        return sum(self.whole.get(act, 0.0) for act in WAITING)

    @property
    def is_asking(self) -> bool:
        """Whether all of it most likely asks us something."""
        return _asks(self.whole) >= SURE_ASKED

    @property
    def is_refusing(self) -> bool:
        """Whether all of it surely refuses to answer, or its first sentence does and no other answers: "Not much,
        sorry, I know you can't tell anyone" has little to tell, and tells it.
        """
        acts = [likely for _, likely in self.sentences]
        tells = bool(acts) and acts[0].get(DialogueAct.REFUSE, 0.0) < SURE_BEGUN_REFUSING
        if self.whole.get(DialogueAct.REFUSE, 0.0) >= SURE_REFUSING and not (tells and any(map(_answers, acts[1:]))):
            return True
        return bool(acts) and acts[0].get(DialogueAct.REFUSE, 0.0) >= SURE_REFUSING and not any(map(_answers, acts[1:]))

    @property
    def is_lacking(self) -> bool:
        """Whether all of it surely says that there is nothing to tell. An honest answer, and no refusal."""
        return self.whole.get(DialogueAct.LACKS, 0.0) >= SURE_LACKING

    @property
    def asks_back(self) -> bool:
        """Whether it has nothing to tell so far, and ends by asking about the question: "Nothing comes to mind. Could
        you give me an example?".
        """
        if len(self.sentences) < 2:
            return False
        *before, (_, last) = self.sentences
        is_empty = all(_likeliest(acts) in (DialogueAct.LACKS, DialogueAct.CHAT) for _, acts in before)
        return is_empty and last.get(DialogueAct.CLARIFY, 0.0) + last.get(DialogueAct.REPEAT, 0.0) >= SURE_ASKED_BACK

    @property
    def is_remark_asking(self) -> bool:
        """Whether all of it most likely says how things stand with somebody, and asks us whether that will do: "I'm on
        crutches until March, is it a standing job". Where that was asked for, it is the answer.
        """
        remark, beside = (self.whole.get(act, 0.0) for act in (DialogueAct.REMARK_ASKS, DialogueAct.ANSWER_ASKS))
        return remark >= max(beside, LEAST_REMARKED) and remark + _asks(self.whole) + beside >= SURE_REMARKED

    @property
    def is_broken_off(self) -> bool:
        """Whether the last sentence, of several, surely asks something."""
        return len(self.sentences) > 1 and _asks(self.sentences[-1][1]) >= SURE_BROKEN_OFF

    @property
    def is_answered_first(self) -> bool:
        """Whether the first sentence, of several, surely answers."""
        return len(self.sentences) > 1 and _tells(self.sentences[0][1]) >= SURE_ANSWERED

    @property
    def is_begun_beside(self) -> bool:
        """Whether the first sentence, of several, most likely only greets or thanks: "Okay. Is there a van?"."""
        return len(self.sentences) > 1 and self.sentences[0][1].get(DialogueAct.CHAT, 0.0) >= SURE_BEGUN_BESIDE

    @property
    def afterthought(self) -> str:
        """The last sentence, where it surely is about an earlier answer and the others answer this question; ''."""
        if len(self.sentences) < 2:
            return ""
        *_, (_, before), (last, acts) = self.sentences
        return last if _answers(before) and acts.get(DialogueAct.EARLIER, 0.0) >= SURE_AFTERTHOUGHT else ""

    @property
    def is_of_earlier(self) -> bool:
        """Whether all of it most likely is about an earlier answer."""
        return self.whole.get(DialogueAct.EARLIER, 0.0) >= SURE_OF_EARLIER

    @property
    def asked(self) -> tuple[str, ...]:
        """What surely asks us something beside the answer: the sentence that does most likely."""
        if self._asks_beside < SURE_BESIDE or not self.sentences:
            return ()
        likely, asked = max((_asks(acts), sentence) for sentence, acts in self.sentences)
        if likely >= SURE_ASKED:
            return (asked,)
        # "Does that count?" by itself is known from such answers, and looks like one of them.
        last, acts = self.sentences[-1]
        return (
            (last,) if self.is_answering and _asks(acts) + acts.get(DialogueAct.ANSWER_ASKS, 0.0) >= SURE_ASKED else ()
        )

    @property
    def _asks_beside(self) -> float:
        return self.whole.get(DialogueAct.ANSWER_ASKS, 0.0) + self.whole.get(DialogueAct.REMARK_ASKS, 0.0)

    @property
    def is_answering(self) -> bool:
        """Whether it answers before it asks, most surely."""
        return self.whole.get(DialogueAct.ANSWER_ASKS, 0.0) >= SURE_ANSWERED

    def is_about_answer(self, sentence: str) -> bool:
        """Whether this sentence asks about the question or the answer, and not about us."""
        return any(
            said == sentence and acts.get(DialogueAct.CLARIFY, 0.0) >= SURE_ABOUT for said, acts in self.sentences
        )

    def may_ask_us(self, sentence: str) -> bool:
        """Whether this sentence may ask us something: not to leave the question out, and, beside a refusal, no more
        than that it is all right."""
        told = next((_likeliest(acts) for said, acts in self.sentences if said == sentence), None)
        return told is None or (told is DialogueAct.ASK if self.is_refusing else told is not DialogueAct.REFUSE)

    @property
    def likeliest_waiting(self) -> DialogueAct:
        """Of what leaves the question open, the likeliest."""
        return max(sorted(WAITING), key=lambda act: self.whole.get(act, 0.0))


def _asks(acts: Mapping[DialogueAct, float]) -> float:
    return acts.get(DialogueAct.ASK, 0.0) + acts.get(DialogueAct.CLARIFY, 0.0)


def _tells(acts: Mapping[DialogueAct, float]) -> float:
    return sum(acts.get(act, 0.0) for act in (DialogueAct.ANSWER, DialogueAct.ANSWER_ASKS, DialogueAct.LACKS))


def _answers(acts: Mapping[DialogueAct, float]) -> bool:
    return _likeliest(acts) in (DialogueAct.ANSWER, DialogueAct.ANSWER_ASKS, DialogueAct.LACKS)


def _likeliest(acts: Mapping[DialogueAct, float]) -> DialogueAct:
    return max(sorted(acts), key=acts.__getitem__)
