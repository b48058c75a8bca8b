"""Turns as the microphone hears them: scenes are made here, written as WAV files and listened to."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.providers.speaking import clicks, hum, mix, noise, quieter, silence, speak
from tests.sound.listening import EAR_TAKES, Heard, Scene, replay
from vivavoce.sound.turn_end import (
    ASK_AGAIN,
    DONE,
    INTERRUPTION,
    LAG,
    LONGEST,
    MARGIN,
    MOST_FAINT,
    NO_WORD,
    NOBODY,
    ONLY_THINKING,
    PATIENCE,
    PAUSE,
    PREPARE,
    PROMPTS,
    STEP,
    STILL_NO_WORD,
    AskedTime,
    Discard,
    Ended,
    FirstWord,
    Interrupted,
    LineSilent,
    Listening,
    Opened,
    Pace,
    Prepare,
    Prompt,
    SaidDone,
    Signal,
    SoundChunk,
    Transcribe,
    Typed,
    WordsArrived,
    join,
    listen,
)

pytestmark = pytest.mark.slow

FIRST = "In my last job I led the night shift of a small warehouse."
SECOND = "We moved all the goods within forty minutes."
NEAR = 0.25  # seconds: how exactly the network knows the end of a word


def listening(pace: Pace = Pace.NORMAL, *, may_interrupt: bool = True) -> Listening:
    """A turn that has not begun."""
    return Listening(pace=pace, language="en", may_interrupt=may_interrupt)


def silence_at_end(scene: Scene, heard: Heard) -> float:
    """How long after the last word of the scene the turn ended."""
    (ended,) = heard.at(Ended)
    return ended - scene.said[-1].end


# --- Patience ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pace", Pace)
def test_a_turn_ends_after_the_silence_of_its_pace(pace: Pace, tmp_path: Path) -> None:
    scene = Scene().wait(1).say(FIRST).wait(10)
    heard = replay(scene, tmp_path, listening=listening(pace))
    assert silence_at_end(scene, heard) == pytest.approx(PATIENCE[pace], abs=NEAR)
    assert heard.at(FirstWord) == pytest.approx([1.0], abs=NEAR)


@pytest.mark.parametrize("pace", Pace)
def test_a_pause_for_thought_ends_nothing(pace: Pace, tmp_path: Path) -> None:
    pause = PATIENCE[pace] - 2 * NEAR
    scene = Scene().say(FIRST).wait(pause).say(SECOND).wait(pause).say(FIRST).wait(10)
    heard = replay(scene, tmp_path, listening=listening(pace))
    assert silence_at_end(scene, heard) == pytest.approx(PATIENCE[pace], abs=NEAR)


def test_let_me_think_gives_four_times_as_long(tmp_path: Path) -> None:
    pause = 4 * PATIENCE[Pace.NORMAL] - 2 * NEAR
    scene = Scene().say(FIRST).say("Let me think.").wait(pause).say(SECOND).wait(10)
    assert silence_at_end(scene, replay(scene, tmp_path)) == pytest.approx(PATIENCE[Pace.NORMAL], abs=NEAR)


def test_whoever_said_only_that_has_half_a_minute(tmp_path: Path) -> None:
    scene = Scene().say("Let me think.").wait(28).say(SECOND).wait(10)
    assert replay(scene, tmp_path).names.count("Ended") == 1
    assert silence_at_end(scene, replay(scene, tmp_path)) == pytest.approx(PATIENCE[Pace.NORMAL], abs=NEAR)


def test_an_unfinished_sentence_is_waited_for(tmp_path: Path) -> None:
    scene = Scene().say("I called the driver and", heard="I called the driver, and").wait(3.6).say(SECOND).wait(10)
    assert silence_at_end(scene, replay(scene, tmp_path)) == pytest.approx(PATIENCE[Pace.NORMAL], abs=NEAR)


def test_hesitations_go_on_with_the_turn(tmp_path: Path) -> None:
    scene = Scene().say("I think, uh.", heard="I think, uh").wait(2.2).say("Um.").wait(2.2).say("Uh.").wait(2.2)
    scene = scene.say("It was the second driver.").wait(10)
    assert silence_at_end(scene, replay(scene, tmp_path)) == pytest.approx(PATIENCE[Pace.NORMAL], abs=NEAR)


def test_that_is_all_ends_it_as_soon_as_it_is_understood(tmp_path: Path) -> None:
    scene = Scene().say(FIRST).say("And that's all.").wait(10)
    heard = replay(scene, tmp_path, listening=listening(Pace.SLOWER))
    assert silence_at_end(scene, heard) == pytest.approx(max(DONE, PAUSE + EAR_TAKES), abs=NEAR)


def test_the_button_ends_it_at_once_and_the_ear_gets_the_rest(tmp_path: Path) -> None:
    scene = Scene().say(f"{FIRST} {SECOND}")
    heard = replay(scene, tmp_path, others=[SaidDone(3.0)])
    assert heard.at(Ended) == [3.0]
    assert heard.stretches[-1].end == pytest.approx(3.0 + MARGIN, abs=NEAR)


def test_the_button_ends_a_turn_without_a_word_too() -> None:
    opened = listen(listening(), Opened(5.0)).listening
    assert listen(opened, SaidDone(6.0)).signals == (Ended(5.0),)


def test_time_to_think_by_the_button_is_given_until_the_next_word(tmp_path: Path) -> None:
    scene = Scene().say(FIRST).wait(20).say(SECOND).wait(10)
    asked = AskedTime(scene.said[0].end + 1.0)
    assert silence_at_end(scene, replay(scene, tmp_path, others=[asked])) == pytest.approx(
        PATIENCE[Pace.NORMAL], abs=NEAR
    )


# --- What is no word ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sound",
    [silence(9), noise(9), noise(9, db=-20), hum(9), clicks(9), mix(noise(9), clicks(9))],
    ids=["silence", "a fan", "a loud fan", "a bad cable", "typing", "typing by a fan"],
)
def test_noise_is_no_first_word_and_holds_no_turn_open(sound: bytes, tmp_path: Path) -> None:
    assert replay(Scene().add(sound), tmp_path).signals == []
    scene = Scene().say(FIRST).add(sound)
    assert silence_at_end(scene, replay(scene, tmp_path)) == pytest.approx(PATIENCE[Pace.NORMAL], abs=2 * NEAR)


def test_speech_in_noise_is_followed_to_its_end(tmp_path: Path) -> None:
    scene = Scene().wait(1).say(FIRST).wait(1.5).say(SECOND).wait(8)
    scene.pcm = mix(scene.pcm, noise(40, db=-45))
    heard = replay(scene, tmp_path)
    assert silence_at_end(scene, heard) == pytest.approx(PATIENCE[Pace.NORMAL], abs=2 * NEAR)
    assert heard.names[0] == "FirstWord"


def test_a_cough_of_which_the_ear_makes_nothing_is_no_answer(tmp_path: Path) -> None:
    scene = Scene().wait(1).say("Hah!", heard="").wait(NO_WORD + PATIENCE[Pace.NORMAL] + LAG)
    heard = replay(scene, tmp_path)
    assert heard.names == ["FirstWord", "Prompt"]


def test_who_spoke_and_was_not_understood_is_asked_to_say_it_again(tmp_path: Path) -> None:
    scene = Scene().wait(1).say(f"{FIRST} {SECOND}", heard="").wait(PATIENCE[Pace.NORMAL] + LAG).say(FIRST).wait(8)
    heard = replay(scene, tmp_path)
    assert [name for name in heard.names if name != "Prepare"] == ["FirstWord", "Unclear", "FirstWord", "Ended"]


def test_a_second_voice_far_from_the_microphone_is_not_the_candidate(tmp_path: Path) -> None:
    radio = quieter(speak(f"{FIRST} {SECOND} " * 4), db=24)
    scene = Scene().say(f"{FIRST} {SECOND}")
    after = scene.seconds
    heard = replay(scene.add(radio), tmp_path)
    (ended,) = heard.at(Ended)
    assert PATIENCE[Pace.NORMAL] < ended - after < MOST_FAINT + PATIENCE[Pace.NORMAL]
    assert max(stretch.end for stretch in heard.stretches) < after + 2 * MARGIN


def test_a_candidate_who_turns_away_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    scene = Scene().say(f"{FIRST} {SECOND}").add(quieter(speak(SECOND), db=24)).wait(0.5).say(SECOND).wait(10)
    assert silence_at_end(scene, replay(scene, tmp_path)) == pytest.approx(PATIENCE[Pace.NORMAL], abs=NEAR)


# --- No first word ---------------------------------------------------------------------------------------------------


def test_two_prompts_far_apart_then_long_after_them_the_candidate_may_type(tmp_path: Path) -> None:
    said = 3.0  # seconds that a prompt takes to say
    second = NO_WORD + said + STILL_NO_WORD
    times = [NO_WORD, second, second + said + NOBODY]
    opened = [Opened(at + said) for at in times[:PROMPTS]]
    heard = replay(Scene().wait(times[-1] + 5), tmp_path, others=opened)
    assert [signal for _, signal in heard.signals] == [Prompt(1), Prompt(2), LineSilent()]
    assert [at for at, _ in heard.signals] == pytest.approx(times, abs=0.1)


def keyboard(seconds: float) -> bytes:
    """Somebody types beside the microphone, near enough to knock."""
    return mix(clicks(seconds), noise(seconds, db=-40, seed=3))


def street(seconds: float) -> bytes:
    """Cars go by: noise that swells and falls, every five seconds."""
    return b"".join(noise(1.0, db=-50 + 25 * (second % 5) / 4, seed=second) for second in range(int(seconds)))


@pytest.mark.parametrize("room", [keyboard, street, lambda seconds: mix(keyboard(seconds), street(seconds))])
def test_who_thinks_for_longer_than_a_minute_in_a_noisy_room_is_not_given_up(
    room: Callable[[float], bytes], tmp_path: Path
) -> None:
    scene = Scene().add(room(65)).say(FIRST).wait(10)
    opened = [Opened(NO_WORD + 3.0), Opened(NO_WORD + STILL_NO_WORD + 6.0)]
    heard = replay(scene, tmp_path, others=opened)
    names = [name for name in heard.names if name not in ("Prepare", "Transcribe")]
    assert names == ["Prompt", "Prompt", "FirstWord", "Ended"]


def test_two_knocks_are_no_words_that_nobody_could_make_out(tmp_path: Path) -> None:
    """However far apart they lie: it is speech that counts, not the time from the first to the last."""
    scene = Scene().wait(1)
    for _ in range(4):
        scene.say("Hah!", heard="").wait(1.2)
    heard = replay(scene.wait(NO_WORD), tmp_path)
    assert "Unclear" not in heard.names


def test_asking_for_time_after_the_last_prompt_gives_all_of_it_anew(tmp_path: Path) -> None:
    opened = [Opened(NO_WORD + 3.0), Opened(NO_WORD + STILL_NO_WORD + 6.0)]
    asked = AskedTime(opened[-1].at + 20.0)
    heard = replay(Scene().wait(asked.at + ONLY_THINKING + 5), tmp_path, others=[*opened, asked])
    assert heard.names == ["Prompt"] * 3


def test_who_was_heard_before_is_told_once_that_there_is_no_hurry_and_then_waited_for(tmp_path: Path) -> None:
    thinking = Listening(pace=Pace.NORMAL, language="en", was_heard=True)
    scene = Scene().wait(6 * NO_WORD).say(FIRST).wait(10)
    heard = replay(scene, tmp_path, listening=thinking, others=[Opened(NO_WORD + 0.1)])
    assert [name for name in heard.names if name not in ("Prepare", "Transcribe")] == ["Prompt", "FirstWord", "Ended"]


def test_a_word_after_a_prompt_is_an_answer_as_any(tmp_path: Path) -> None:
    scene = Scene().wait(NO_WORD + 3).say(FIRST).wait(10)
    heard = replay(scene, tmp_path, others=[Opened(NO_WORD + 2)])
    assert [name for name in heard.names if name != "Prepare"] == ["Prompt", "FirstWord", "Ended"]


def test_a_prompt_can_be_spoken_over(tmp_path: Path) -> None:
    scene = Scene().wait(NO_WORD + 1).say(FIRST).wait(10)
    heard = replay(scene, tmp_path)
    assert [name for name in heard.names if name != "Prepare"] == ["Prompt", "Interrupted", "FirstWord", "Ended"]


def test_whoever_types_or_asked_for_time_is_there(tmp_path: Path) -> None:
    typed = [Typed(float(at)) for at in range(1, 60, 5)]
    assert replay(Scene().wait(60), tmp_path, others=typed).signals == []
    assert replay(Scene().wait(30), tmp_path, others=[AskedTime(1.0)]).signals == []
    assert replay(Scene().wait(35), tmp_path, others=[AskedTime(1.0)]).names == ["Prompt"]


# --- Interruptions ---------------------------------------------------------------------------------------------------


def test_the_interviewer_is_stopped_by_three_tenths_of_a_second_of_speech(tmp_path: Path) -> None:
    scene = Scene().wait(2).say(FIRST).wait(5)
    heard = replay(scene, tmp_path, is_open=False)
    assert heard.names[:2] == ["Interrupted", "FirstWord"]
    assert heard.at(Interrupted) == pytest.approx([2 + INTERRUPTION], abs=NEAR)
    assert heard.stretches[0].start == pytest.approx(2 - MARGIN, abs=NEAR)


@pytest.mark.parametrize(
    "sound", [noise(3), clicks(3), speak("Mm.")[8_000:14_000]], ids=["a fan", "typing", "a sound of assent"]
)
def test_noise_and_short_sounds_do_not_stop_the_interviewer(sound: bytes, tmp_path: Path) -> None:
    assert replay(Scene().wait(1).add(sound).wait(2), tmp_path, is_open=False).signals == []


def test_a_template_can_switch_interruptions_off(tmp_path: Path) -> None:
    scene = Scene().wait(1).say(f"{FIRST} {SECOND}").wait(10)
    quiet = listening(may_interrupt=False)
    heard = replay(scene, tmp_path, listening=quiet, is_open=False, others=[Opened(3.0)])
    assert "Interrupted" not in heard.names
    assert heard.at(FirstWord) == pytest.approx([3.0], abs=NEAR)
    assert heard.stretches[0].start == pytest.approx(1 - MARGIN, abs=NEAR)


# --- What comes next, prepared ahead ----------------------------------------------------------------------------------


def test_what_was_prepared_is_discarded_by_any_speech(tmp_path: Path) -> None:
    scene = Scene().say(FIRST).wait(2.3).say("Yes.").wait(10)
    heard = replay(scene, tmp_path)
    # Twice at the end: a model is asked again only in a silence that is longer than most pauses.
    assert heard.names == ["FirstWord", "Prepare", "Discard", "Prepare", "Prepare", "Ended"]
    assert heard.at(Prepare)[0] == pytest.approx(scene.said[0].end + max(PREPARE, PAUSE + EAR_TAKES), abs=NEAR)
    assert heard.at(Discard)[0] == pytest.approx(scene.said[1].start, abs=NEAR)


def test_a_model_is_asked_ahead_twice_in_a_turn_at_most(tmp_path: Path) -> None:
    scene = Scene().say(FIRST).wait(2.3).say("Yes.").wait(2.3).say(SECOND).wait(10)
    heard = replay(scene, tmp_path, ear_takes=0.2)
    prepared = [signal.asks for _, signal in heard.signals if isinstance(signal, Prepare)]
    assert prepared == [True, False, True, False]
    (*_, later, _) = heard.at(Prepare)
    assert later - scene.said[1].end == pytest.approx(ASK_AGAIN * PATIENCE[Pace.NORMAL], abs=NEAR)


def test_nothing_is_prepared_while_the_candidate_thinks(tmp_path: Path) -> None:
    scene = Scene().say(FIRST).say("Let me think.").wait(9)
    assert replay(scene, tmp_path).names == ["FirstWord"]


# --- The ear ---------------------------------------------------------------------------------------------------------


def test_a_long_answer_goes_to_the_ear_while_it_is_spoken(tmp_path: Path) -> None:
    scene = Scene()
    for _ in range(12):
        scene.say(FIRST).wait(0.6).say(SECOND).wait(0.1)
    heard = replay(scene.wait(10), tmp_path)
    assert scene.seconds > 70
    assert len(heard.stretches) >= 12
    assert all(stretch.end - stretch.start <= LONGEST + 2 * MARGIN for stretch in heard.stretches)
    assert heard.at(Transcribe)[0] < scene.said[2].end
    for said in scene.said:
        assert any(one.start <= said.start + NEAR and said.end - NEAR <= one.end for one in heard.stretches)


@pytest.mark.slow
def test_speech_without_a_pause_is_cut_and_nothing_is_lost(tmp_path: Path) -> None:
    words = " ".join(f"number {number}" for number in range(100, 140))
    scene = Scene().say(words).say(words).wait(10)
    heard = replay(scene, tmp_path)
    assert all(stretch.end - stretch.start <= LONGEST + 2 * MARGIN for stretch in heard.stretches)
    assert all(two.start - one.end < PAUSE for one, two in pairwise(heard.stretches))
    assert silence_at_end(scene, heard) == pytest.approx(PATIENCE[Pace.NORMAL], abs=NEAR)


@pytest.mark.parametrize(("takes", "waits"), [(3.0, PAUSE + 3.0), (None, PATIENCE[Pace.NORMAL] + LAG)])
def test_a_slow_ear_is_waited_for_and_a_dead_one_is_not(takes: float | None, waits: float, tmp_path: Path) -> None:
    scene = Scene().say(FIRST).wait(15)
    heard = replay(scene, tmp_path, ear_takes=takes)
    assert silence_at_end(scene, heard) == pytest.approx(waits, abs=NEAR)


def test_while_the_line_is_down_nobody_is_silent() -> None:
    state = listen(listening(), Opened(0.0)).listening
    spoken = [SoundChunk(at * STEP, 0.9, -20.0) for at in range(1, 50)]
    after = [SoundChunk(60.0 + at * STEP, 0.9, -20.0) for at in range(1, 50)]
    signals: list[Signal] = []
    for sound in [*spoken, *after]:
        noticed = listen(state, sound)
        state, signals = noticed.listening, [*signals, *noticed.signals]
    assert [type(signal) for signal in signals if not isinstance(signal, Transcribe)] == [FirstWord]


def test_after_the_end_nothing_follows() -> None:
    over = replace(listening(), is_over=True)
    for happening in (Opened(1.0), SoundChunk(1.0, 0.9, -20.0), WordsArrived(1.0, "x"), SaidDone(1.0), AskedTime(1.0)):
        assert listen(over, happening).signals == ()


# --- Whatever is heard ---------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.4, 0.6, 1.0]), st.integers(1, 120)), max_size=25),
    st.sampled_from(list(Pace)),
    st.booleans(),
)
def test_no_turn_ends_sooner_than_its_patience(runs: list[tuple[float, int]], pace: Pace, does_tell: bool) -> None:
    state = listen(listening(pace), Opened(0.0)).listening
    at, last_loud, stretches, ends = 0.0, 0.0, list[Transcribe](), 0
    for probability, steps in [*runs, (0.0, 900)]:
        for _ in range(steps):
            at += STEP
            noticed = listen(state, SoundChunk(at, probability, -20.0))
            state = noticed.listening
            last_loud = at if probability >= 0.5 and steps * STEP > 0.2 and not ends else last_loud
            for signal in noticed.signals:
                if isinstance(signal, Transcribe):
                    stretches.append(signal)
                    if does_tell:
                        state = listen(state, WordsArrived(at, "It went well.")).listening
                if isinstance(signal, Ended):
                    ends += 1
                    assert at - last_loud >= PATIENCE[pace] - 2 * STEP
    assert ends <= 1
    assert all(one.start < one.end <= two.end for one, two in pairwise(stretches))
    assert state.given == len(stretches)


# --- What is one word, and what one stretch -------------------------------------------------------------------------


def begins(*steps: bool) -> bool:
    """Whether a turn has begun after these steps of 32 ms, each loud or silent."""
    now = listen(listening(), Opened(at=0.0)).listening
    for number, is_loud in enumerate(steps, start=1):
        sound = SoundChunk(at=number * STEP, probability=0.9 if is_loud else 0.0, loudness_db=-20.0)
        now = listen(now, sound).listening
    return now.begun is not None


@pytest.mark.parametrize(
    ("silent_steps", "is_word"),
    [
        (3, True),  # 96 ms: the stop within "atka"
        (7, False),  # 224 ms: a click, and another one
    ],
)
def test_two_short_sounds_are_a_word_only_where_they_lie_close_together(silent_steps: int, is_word: bool) -> None:
    assert begins(True, True, *[False] * silent_steps, True, True) is is_word


@pytest.mark.parametrize(("pause", "are_one"), [(0.9, True), (1.2, False), (4.0, False)])
def test_what_an_ear_would_part_anyway_is_not_heard_as_one(pause: float, are_one: bool) -> None:
    one, following = Transcribe(start=1.0, end=3.0), Transcribe(start=3.0 + pause, end=5.0 + pause)
    assert join(one, following) == (Transcribe(start=1.0, end=5.0 + pause) if are_one else None)


@pytest.mark.parametrize(("length", "are_one"), [(LONGEST + 1.5 * MARGIN, True), (LONGEST + 2.5 * MARGIN, False)])
def test_nothing_is_joined_that_is_too_long_for_an_ear(length: float, are_one: bool) -> None:
    one, following = Transcribe(start=1.0, end=20.0), Transcribe(start=20.5, end=1.0 + length)
    assert join(one, following) == (Transcribe(start=1.0, end=1.0 + length) if are_one else None)


@pytest.mark.parametrize("begin", [0.0, 1.0], ids=["the first sound of all", "later"])
@pytest.mark.parametrize(("steps", "is_stopped"), [(9, False), (10, True)])  # 0.288 s, which is a "mhm", and 0.32 s
def test_a_word_of_assent_does_not_stop_the_interviewer(begin: float, steps: int, is_stopped: bool) -> None:
    now = listening()
    signals: list[Signal] = []
    for number in range(1, steps + 1):
        noticed = listen(now, SoundChunk(at=begin + number * STEP, probability=0.9, loudness_db=-20.0))
        now, signals = noticed.listening, [*signals, *noticed.signals]
    assert any(isinstance(signal, Interrupted) for signal in signals) is is_stopped
