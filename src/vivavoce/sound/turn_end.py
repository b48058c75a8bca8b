"""When a spoken turn begins and ends, told from what the microphone hears. Pure: every time comes with what happened.

Candidates think before they go on, and cutting them off is the worst that can happen: in doubt, one waits.

    question spoken ──► listening ──first word──► speaking ◄──any speech── silent ──patience is over──► ended
                            │                                                │
                    11 s without a word:                           1 s: a follow-up may be prepared,
    a prompt, one more 30 s later; 45 s after                 and any speech throws it away
    that they may type

Time goes on with the sound alone: while the line is down, nobody's silence is counted.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from vivavoce.conversation.turn_words import Hint, find_hint


class Pace(StrEnum):
    """How long the interviewer waits."""

    FASTER = "faster"
    NORMAL = "normal"
    SLOWER = "slower"


# Seconds of silence that end a turn: what the platform whose contract we speak is known to take.
PATIENCE = {Pace.FASTER: 1.6, Pace.NORMAL: 2.65, Pace.SLOWER: 3.6}
THINKING_TIMES = 4.0  # as long, after "let me think"
UNFINISHED_TIMES = 1.5  # as long, after "and" or "um"
ONLY_THINKING = 30.0  # seconds, where "let me think" was all
DONE = 1.0  # seconds of silence after "that's all": it may be a part of a sentence
LAG = 3.0  # seconds more for an ear that has not told yet what was said
NO_WORD = 11.0  # seconds until a prompt
STILL_NO_WORD = 30.0  # seconds after it until the other one: who thinks is not pressed
NOBODY = 45.0  # seconds after the last prompt until the page goes over to typing; who thinks so long loses nothing
MUMBLED = 1.5  # seconds of speech: longer is no cough and no door, and they are asked to say it again
PROMPTS = 2  # to one turn, unless the candidate shows that they are there

STEP = 0.032  # seconds that one probability stands for
SPEECH, STILL_SPEECH = 0.5, 0.35  # probability at which speech begins, and down to which it goes on
LEAST_SPEECH = 0.1  # seconds; shorter is a click
GAP = 0.16  # seconds of silence within a word
INTERRUPTION = 0.3  # seconds of speech that stop the interviewer
PREPARE = 1.0  # seconds of silence after which a follow-up may be prepared
# A language model that is asked ahead costs, also when its words are thrown away. Pauses are many and mostly short: who
# paused before waits for a longer one.
MOST_ASKED = 2  # times in a turn
ASK_AGAIN = 0.6  # of the silence that ends the turn

PAUSE = 0.5  # seconds of silence after which what was said is given to the ear
LONG = 20.0  # seconds of speech after which a shorter pause does
SHORT_PAUSE = 0.2
LONGEST = 27.0  # seconds given to the ear at once
MARGIN = 0.3  # seconds around it: words begin and end softly
# Stretches that wait for the ear are heard as one, which takes little longer than one of them, and tells words better.
JOINED_PAUSE = 1.0  # seconds between them; an ear parts them anyway where there is more

# A voice so much fainter than the candidate's is somebody else's, or a television: it holds a turn open, though not for
# ever, since the candidate may have turned away.
FAINTER_DB = 15.0
MOST_FAINT = 8.0  # seconds
RISE, FALL = 0.2, 0.005  # how fast the candidate's loudness is learnt, a step


# What can happen.


@dataclass(frozen=True, slots=True)
class Opened:
    """The interviewer's words, or a prompt's, have been heard to their end."""

    at: float


@dataclass(frozen=True, slots=True)
class SoundChunk:
    """The 32 ms of microphone that end now. loudness_db: 0 is full."""

    at: float
    probability: float
    loudness_db: float


@dataclass(frozen=True, slots=True)
class WordsArrived:
    """The ear has told what comes next. text: all that was heard in this turn; stretches: how many it told at once."""

    at: float
    text: str
    stretches: int = 1


@dataclass(frozen=True, slots=True)
class SaidDone:
    """The button "I'm done"."""

    at: float


@dataclass(frozen=True, slots=True)
class AskedTime:
    """The button "let me think"."""

    at: float


@dataclass(frozen=True, slots=True)
class Typed:
    """The candidate is typing: there is somebody."""

    at: float


@dataclass(frozen=True, slots=True)
class Unheard:
    """What was said from then on until here is on another server, which is away: it counts as no silence."""

    at: float
    until: float


TurnInput = Opened | SoundChunk | WordsArrived | SaidDone | AskedTime | Typed | Unheard


# What follows.


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The candidate speaks while the interviewer does: stop playing."""


@dataclass(frozen=True, slots=True)
class FirstWord:
    """The first word. Never told twice in a turn."""

    at: float


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Give this stretch to the ear, and its words back as WordsArrived."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Prepare:
    """What comes next may be prepared: the turn is probably over. asks: by asking a language model, too."""

    asks: bool


@dataclass(frozen=True, slots=True)
class Discard:
    """The candidate goes on: what was prepared is worth nothing."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Nobody has said a word: ask kindly whether they are there, and offer to type. number: from 1."""

    number: int


@dataclass(frozen=True, slots=True)
class Unclear:
    """Somebody spoke, and the ear made nothing of it: ask them to say it again. The turn stays open."""


@dataclass(frozen=True, slots=True)
class LineSilent:
    """Still not a word, long after the last prompt: the candidate types, until they want to speak again."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The turn is over. at: when the last word ended."""

    at: float


Signal = Interrupted | FirstWord | Transcribe | Prepare | Discard | Prompt | Unclear | LineSilent | Ended


# What is known.


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """One turn as it is heard. A new question begins with a new one, closed: the interviewer speaks first.

    level_db goes over from one turn to the next. was_heard: in an earlier turn, so that whoever is silent now thinks.
    """

    pace: Pace
    language: str
    may_interrupt: bool = True
    was_heard: bool = False

    is_open: bool = False  # the interviewer is silent
    is_over: bool = False
    opened: float = 0.0  # when the wait for a word began, or began anew
    begun: float | None = None  # when the first word did
    voiced: float = 0.0  # seconds of speech since then
    run: float | None = None  # since when there has been voice, gaps apart
    voice: float = 0.0  # when there was voice last
    speech: float = 0.0  # when there was voice last that lasted
    stretch: float | None = None  # since when speech has not been given to the ear
    given: int = 0  # stretches that the ear got
    told: int = 0  # of them: stretches that it told
    text: str = ""
    is_asking_time: bool = False
    is_preparing: bool = False
    is_asking: bool = False  # a language model, for this silence
    asked: int = 0  # silences of this turn for which one was
    prompts: int = 0
    level_db: float | None = None  # the candidate's loudness
    faint: float | None = None  # since when only a faint voice has been speaking
    faint_last: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """The turn from here on, and what follows, in this order."""

    listening: Listening
    signals: tuple[Signal, ...] = ()


def listen(listening: Listening, happening: TurnInput) -> Noticed:
    """What follows from what happened. Happenings come in order of time; after Ended or LineSilent nothing follows."""
    if listening.is_over:
        return Noticed(listening=listening)
    match happening:
        case Opened(at=at):
            return Noticed(listening=replace(listening, is_open=True, opened=at))
        case Typed(at=at):
            return Noticed(listening=replace(listening, opened=at, prompts=0))
        case AskedTime(at=at):
            return Noticed(listening=replace(listening, opened=at, is_asking_time=True, prompts=0))
        case SaidDone():
            return _end(listening)
        case WordsArrived(text=text, stretches=stretches):
            return Noticed(listening=replace(listening, told=listening.told + stretches, text=text))
        case Unheard(until=until):
            return _pass_over(listening, until)
        case SoundChunk():
            return _hear(listening, happening)


def join(stretch: Transcribe, following: Transcribe) -> Transcribe | None:
    """Both as one stretch; None where it would be too long for an ear, or the pause between them is."""
    if following.start - stretch.end > JOINED_PAUSE or following.end - stretch.start > LONGEST + 2 * MARGIN:
        return None
    return Transcribe(start=stretch.start, end=following.end)


def _pass_over(now: Listening, until: float) -> Noticed:
    """Goes on behind what nobody here knows: what was said before it is given to the ear, and waiting begins anew."""
    signals: list[Signal] = []
    if now.stretch is not None:
        signals.append(Transcribe(start=now.stretch - MARGIN, end=now.speech + MARGIN))
    after = replace(
        now,
        opened=until,
        run=None,
        faint=None,
        speech=until,
        stretch=None,
        given=now.given + len(signals),
    )
    return Noticed(listening=after, signals=tuple(signals))


def _hear(before: Listening, sound: SoundChunk) -> Noticed:
    now, is_speech = _follow(before, sound)
    signals: list[Signal] = []
    if is_speech:
        start = now.run if now.run is not None else sound.at
        if not now.is_open:
            if not now.may_interrupt or sound.at - start < INTERRUPTION:
                # While the interviewer speaks, a word of assent is no turn.
                return Noticed(listening=now)
            signals.append(Interrupted())
            now = replace(now, is_open=True, opened=sound.at)
        if now.begun is None:
            signals.append(FirstWord(start))
        if now.is_preparing:
            signals.append(Discard())
        now = replace(
            now,
            begun=start if now.begun is None else now.begun,
            stretch=start if now.stretch is None else now.stretch,
            speech=sound.at,
            voiced=now.voiced + (LEAST_SPEECH if now.speech < start else STEP),
            is_preparing=False,
            is_asking=False,
            is_asking_time=False,
        )
    if not now.is_open:
        return Noticed(listening=now)
    now, given = _give(now, sound.at)
    noticed = _wait(now, sound.at) if now.begun is None else _judge_silence(now, sound.at)
    return Noticed(listening=noticed.listening, signals=(*signals, *given, *noticed.signals))


def _follow(before: Listening, sound: SoundChunk) -> tuple[Listening, bool]:
    """The run of voice, and whether it is speech by now: the candidate's, and longer than a click."""
    is_voice = sound.probability >= (SPEECH if before.run is None else STILL_SPEECH)
    is_faint = before.level_db is not None and sound.loudness_db < before.level_db - FAINTER_DB
    if is_voice and is_faint:
        since = before.faint if before.faint is not None and sound.at - before.faint_last < 1.0 else sound.at
        return _let_go(replace(before, faint=since, faint_last=sound.at), sound.at), False
    if not is_voice:
        return _let_go(before, sound.at), False
    level = sound.loudness_db if before.level_db is None else before.level_db
    level += (sound.loudness_db - level) * (RISE if sound.loudness_db > level else FALL)
    run = before.run if before.run is not None else sound.at - STEP
    is_speech = sound.at - run >= LEAST_SPEECH
    return replace(
        before, run=run, voice=sound.at, level_db=level, faint=None if is_speech else before.faint
    ), is_speech


def _let_go(before: Listening, at: float) -> Listening:
    return replace(before, run=None) if before.run is not None and at - before.voice > GAP else before


def _give(now: Listening, at: float) -> tuple[Listening, list[Signal]]:
    """Hands over what was said since the last pause, where there is one, or where it gets too long."""
    if now.stretch is None:
        return now, []
    silence, length = at - now.speech, at - now.stretch
    if silence >= PAUSE or (length >= LONG and silence >= SHORT_PAUSE):
        stretch = Transcribe(start=now.stretch - MARGIN, end=now.speech + MARGIN)
        return replace(now, stretch=None, given=now.given + 1), [stretch]
    if length >= LONGEST:
        return replace(now, stretch=at, given=now.given + 1), [Transcribe(start=now.stretch - MARGIN, end=at)]
    return now, []


def _wait(now: Listening, at: float) -> Noticed:
    """Nobody has spoken yet."""
    if at - now.opened < _patience_for_a_word(now):
        return Noticed(listening=now)
    if now.was_heard and now.prompts:
        return Noticed(listening=now)  # one calm word is enough: their microphone works, and there is no hurry
    if now.prompts == PROMPTS:
        return Noticed(listening=replace(now, is_over=True), signals=(LineSilent(),))
    prompted = replace(now, prompts=now.prompts + 1, is_open=False, is_asking_time=False)
    return Noticed(listening=prompted, signals=(Prompt(prompted.prompts),))


def _patience_for_a_word(now: Listening) -> float:
    """How long nobody has to speak, in seconds, before something is said or done."""
    if now.prompts == PROMPTS:
        return NOBODY
    if now.is_asking_time:
        return ONLY_THINKING
    return STILL_NO_WORD if now.prompts else NO_WORD


def _judge_silence(now: Listening, at: float) -> Noticed:
    """Somebody has spoken: whether the silence since then ends the turn."""
    silence, is_told = at - now.speech, now.given == now.told and now.stretch is None
    hint = find_hint(now.text, language=now.language) if is_told and silence >= DONE else Hint.NOTHING
    patience = _patience(now, hint)
    is_faint_voice = now.faint is not None and at - now.faint_last < 1.0 and at - now.faint < MOST_FAINT
    if now.run is not None or is_faint_voice:
        # Somebody may just be going on.
        return Noticed(listening=now)
    if silence >= patience + (0.0 if is_told else LAG):
        if is_told and not now.text.strip():
            # Nobody has said a word yet. It was a cough, or a door, where it was short.
            is_mumbled = now.voiced >= MUMBLED
            anew = replace(now, begun=None, voiced=0.0, opened=at if is_mumbled else now.speech)
            return Noticed(listening=anew, signals=(Unclear(),) if is_mumbled else ())
        return _end(now)
    is_likely = is_told and now.text.strip() and hint in (Hint.NOTHING, Hint.DONE)
    return _prepare(now, silence, patience) if is_likely and silence >= PREPARE else Noticed(listening=now)


def _prepare(now: Listening, silence: float, patience: float) -> Noticed:
    least = 0.0 if now.asked == 0 else patience * ASK_AGAIN
    asks = not now.is_asking and now.asked < MOST_ASKED and silence >= least
    if now.is_preparing and not asks:
        return Noticed(listening=now)
    preparing = replace(now, is_preparing=True, is_asking=now.is_asking or asks, asked=now.asked + asks)
    return Noticed(listening=preparing, signals=(Prepare(asks=asks),))


def _patience(now: Listening, hint: Hint) -> float:
    patience = PATIENCE[now.pace]
    if now.is_asking_time:
        return ONLY_THINKING
    match hint:
        case Hint.DONE:
            return DONE
        case Hint.UNFINISHED:
            return patience * UNFINISHED_TIMES
        case Hint.THINKING:
            return patience * THINKING_TIMES
        case Hint.ONLY_THINKING:
            return ONLY_THINKING
        case Hint.NOTHING:
            return patience


def _end(now: Listening) -> Noticed:
    signals: list[Signal] = []
    if now.stretch is not None:
        signals.append(Transcribe(start=now.stretch - MARGIN, end=now.speech + MARGIN))
    signals.append(Ended(now.speech if now.begun is not None else now.opened))
    return Noticed(
        listening=replace(now, is_over=True, stretch=None, given=now.given + len(signals) - 1), signals=tuple(signals)
    )
