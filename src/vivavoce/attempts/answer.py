"""One answer, and what stands beside the answers of an attempt. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

# Words that are less probable are marked. Of Whisper's words at one half, about every second is another one than was
# said (docs/explanation/living-voice.md).
DOUBT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class RepliedPart:
    """What one of several questions was told. source, passage, is_aside: as of the reply."""

    asked: str
    text: str
    source: str | None = None
    passage: str | None = None
    is_aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What we said when the candidate asked.

    source, passage: where it stands, and its very words; None when it was passed on to the people who hire. parts: each
    question with its own, where there was more than one; source and passage are then all of theirs.
    is_aside: whether it was about the question or the conversation, which our texts need not hold.
    beside: the candidate's words that this replies to, where an answer ends with them; '' where they are the turn.
    is_heard: whether it only says that the words were heard, which asked nothing where one may ask.
    """

    text: str
    language: str
    source: str | None = None
    passage: str | None = None
    parts: tuple[RepliedPart, ...] = ()
    is_aside: bool = False
    beside: str = ""
    is_heard: bool = False

    @property
    def is_passed_on(self) -> bool:
        """Whether nothing that we may tell answers it, or one of its parts."""
        return bool(self.passed_on) if self.parts else self.passage is None and not self.is_aside

    @property
    def passed_on(self) -> tuple[str, ...]:
        """Which of several questions nothing answers."""
        return tuple(part.asked for part in self.parts if part.passage is None and not part.is_aside)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextWords:
    """What is said after an answer: what a language model proposed, once code has let it through, or our word to who
    has nothing to tell.

    remark: a word about the answer; '' for one of ours. follow_up: what is asked about it; '' when nothing is, None
    when the rule decides. quote: the answer's own words that the follow-up takes up.
    """

    remark: str
    follow_up: str | None
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked in one turn, and what was answered.

    number: the turn, from 1. text: '' when skipped; the alternative's words for a choice. key: made by the page, the
    same whenever it sends this answer again. is_refused: whether it says no more than that its person would rather not
    answer; None: kept before that was marked.
    """

    number: int
    step_id: UUID
    asked: str
    language: str
    text: str
    choice: int | None
    is_skipped: bool
    key: UUID
    follow_up: str | None = None  # what a follow-up asked for; None: the step's own question
    reply: Reply | None = None  # where the candidate asked
    next_words: NextWords | None = None  # None: the interviewer speaks by the answer's words
    spent_seconds: float = 0.0  # with the page open
    is_spoken: bool = False  # heard; otherwise typed or chosen
    is_refused: bool | None = None

    @property
    def counts_as_skipped(self) -> bool:
        """Whether it is in no sum: skipping counts against nobody, however it is said."""
        return self.is_skipped or self.is_refused is True

    @property
    def own_words(self) -> str:
        """The text without what the candidate asked us at its end: that is neither quoted nor judged."""
        beside = self.reply.beside if self.reply is not None else ""
        return self.text.rstrip().removesuffix(beside).rstrip() if beside else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardWord:
    """A word of a spoken answer, as an ear heard it.

    text: with the space before it, where the language writes one. start, end: seconds of the attempt's sound.
    probability: None when the ear does not tell.
    """

    text: str
    start: float
    end: float
    probability: float | None

    @property
    def is_doubtful(self) -> bool:
        """Whether it is marked, so that nobody takes it for granted."""
        return self.probability is not None and self.probability < DOUBT


def find_heard_at(words: Sequence[HeardWord], place: int) -> float | None:
    """When the word was said that stands at this place of the answer's text, in seconds of the attempt's sound.

    place: in characters, as of `find_doubts`. None where nothing was heard.
    """
    at, start = -_indent(words), None
    for word in words:
        if at > place:
            break
        start = word.start
        at += len(word.text)
    return start


def find_doubts(words: Sequence[HeardWord]) -> list[tuple[int, int]]:
    """Which stretches of the answer's text may have been misheard: begin and end, in characters."""
    doubts: list[tuple[int, int]] = []
    at = -_indent(words)
    for word in words:
        begin = at + _indent((word,))
        at += len(word.text)
        if word.is_doubtful:
            doubts.append((begin, at))
    return doubts


def _indent(words: Sequence[HeardWord]) -> int:
    """The blanks before the first word, which the text does not have."""
    return len(words[0].text) - len(words[0].text.lstrip()) if words else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Playout:
    """What was really heard of the interviewer's words in one turn.

    seconds: heard; of_seconds: of so many. is_interrupted: the candidate spoke, and it stopped. how: the sound of ours,
    the browser's own voice, or text alone. lines: when the sound of ours was heard, where the page tells.
    """

    key: UUID
    number: int
    seconds: float
    of_seconds: float
    is_interrupted: bool
    how: str
    lines: tuple["PlayedLine", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedLine:
    """A stretch of a line's sound that was heard without a break.

    file: the key of the line's sound. begin: seconds into it; seconds: how long. at, until: where the attempt's own
    sound stood when it began and when it ended; None where the page did not know. is_recorded: whether the microphone
    was recording when it began.
    """

    file: str
    begin: float
    seconds: float
    at: float | None
    until: float | None
    is_recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Whether a conditional step is asked, and why. Decided once, when its place comes.

    quote: the candidate's own words that a language model decided by; '' where a rule did.
    """

    step_id: UUID
    is_asked: bool
    reason: str
    quote: str = ""


MOST_CORRECTIONS = 500  # in one attempt; more are a page that misbehaves


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What an earlier answer says now: all of it. key: made by the page; None where it was made without one.

    choice: which one it is now, where it was answered by choosing. is_refused: as of an answer.
    """

    key: UUID | None
    number: int
    text: str
    choice: int | None = None
    is_refused: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedWish:
    """What the candidate asked for besides answering: never counted for or against anyone.

    number: of the turn that was open. is_by_word: said or typed instead of an answer; otherwise by a button.
    text: the words, where they were something else than a wish that the interviewer grants; reply: what they were told.
    """

    key: UUID
    number: int
    wish: str
    is_by_word: bool
    text: str = ""
    reply: Reply | None = None
