"""Spoken turns from WAV files, heard as a server hears them, by two voices: when they end, and when they do not."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.providers.speaking import clicks, hum, mix, noise, quieter, silence, speak, speak_otherwise
from tests.sound.listening import EAR_TAKES, PROMPT_TAKES, Scene, listen_to
from vivavoce.sound.turn_end import (
    DONE,
    MOST_FAINT,
    NO_WORD,
    NOBODY,
    ONLY_THINKING,
    PATIENCE,
    STILL_NO_WORD,
    THINKING_TIMES,
    Ended,
    Pace,
)

pytestmark = pytest.mark.slow

FIRST = "I moved the archive to a new building."
SECOND = "Nobody lost a single box."
NORMAL = PATIENCE[Pace.NORMAL]
ENDS = ["FirstWord", "Ended"]
NEAR = 0.5  # seconds: voices fade


@dataclass(frozen=True)
class Case:
    """What the microphone hears, what follows, and how long after the last word the turn ends."""

    name: str
    make: Callable[[Scene], Scene]
    follows: list[str]
    silence: tuple[float, float] | None = None


CASES = [
    Case("one sentence", lambda it: it.wait(1).say(FIRST).wait(8), ENDS, (NORMAL, NORMAL)),
    Case(
        "a pause for thought",
        lambda it: it.wait(2).say(FIRST).wait(NORMAL - 0.4).say(SECOND).wait(8),
        ENDS,
        (NORMAL, NORMAL),
    ),
    Case(
        "hesitations",
        lambda it: it.wait(1).say("I moved, um.").wait(2).say("The archive, uh.").wait(2.2).say(SECOND).wait(8),
        ENDS,
        (NORMAL, NORMAL),
    ),
    Case(
        "let me think",
        lambda it: it.wait(1).say(f"{FIRST} Let me think.").wait(NORMAL * THINKING_TIMES - 1).say(SECOND).wait(8),
        ENDS,
        (NORMAL, NORMAL),
    ),
    Case("only: let me think", lambda it: it.say("Let me think.").wait(ONLY_THINKING - 2).say(FIRST).wait(8), ENDS),
    Case(
        "that's all",
        lambda it: it.wait(1).say(FIRST).wait(0.7).say("That's all.").wait(8),
        ENDS,
        (DONE, EAR_TAKES + 1.0),
    ),
    Case("a long answer", lambda it: _long(it).wait(8), ENDS, (NORMAL, NORMAL)),
    Case("a fan", lambda it: _mixed(it.wait(1).say(FIRST).wait(8), noise(30, db=-45)), ENDS, (NORMAL, NORMAL)),
    Case("a hum", lambda it: it.add(hum(5)).say(FIRST).add(hum(8)), ENDS, (NORMAL, NORMAL)),
    Case("typing", lambda it: it.add(clicks(4)).say(FIRST).add(clicks(8)), ENDS, (NORMAL, NORMAL + 1)),
    Case(
        "a second voice far away",
        lambda it: it.say(f"{FIRST} {SECOND}").add(quieter(it.voice(f"{FIRST} {SECOND} " * 5), db=24)),
        ENDS,
        (NORMAL, NORMAL + MOST_FAINT),
    ),
    Case(
        "nobody",
        lambda it: it.wait(NO_WORD + STILL_NO_WORD + NOBODY + 2 * PROMPT_TAKES + 2),
        ["Prompt", "Prompt", "LineSilent"],
    ),
    Case("nobody, and a fan", lambda it: it.add(noise(NO_WORD + 2)), ["Prompt"]),
    Case("a word after a prompt", lambda it: it.wait(NO_WORD + 4).say(FIRST).wait(8), ["Prompt", *ENDS]),
    Case("over a prompt", lambda it: it.wait(NO_WORD + 0.5).say(FIRST).wait(8), ["Prompt", "Interrupted", *ENDS]),
]


@pytest.mark.parametrize("voice", [speak, speak_otherwise], ids=["hibari", "espeak"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_turn_goes_on_while_its_candidate_does(case: Case, voice: Callable[[str], bytes], tmp_path: Path) -> None:
    scene = case.make(Scene(voice=voice))
    heard = listen_to(scene, tmp_path)
    assert [name for name in heard.names if name not in ("Prepare", "Discard")] == case.follows
    if case.silence is not None:
        (ended,) = heard.at(Ended)
        least, most = case.silence
        assert least - NEAR <= ended - scene.said[-1].end <= most + NEAR


def _long(scene: Scene) -> Scene:
    """A minute and a half, with the pauses that a story has."""
    for at in range(14):
        scene.say(f"{FIRST} {SECOND}").wait((0.3, 0.9, 1.8)[at % 3])
    return scene.say(SECOND)


def _mixed(scene: Scene, other: bytes) -> Scene:
    scene.pcm = mix(scene.pcm, other + silence(scene.seconds))
    return scene
