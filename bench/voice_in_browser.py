"""How long somebody at a real Chromium waits for the interviewer's next words: a part of bench/voice.py.

    tape   lead │ answer │ gap │ answer │ gap │ …        a WAV, the browser's only microphone
    page          pieces of 20 ms, as its own worklet hands them over ──► when the answer's last sample came
                  the sound of the interviewer's lines, as it runs  ──► when the next words were heard

The page is the product's own and is only looked at: a script that is there before it listens in on the microphone's
pieces, on the line's messages and on each sound that is started. Where an answer ends in the page's time is found by
laying the tape's last seconds over the pieces, so it does not matter when the browser began to play the tape. The words
are heard from the first sample above −40 dB on, when the audio output plays it.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from playwright.sync_api import sync_playwright

from tests.journeys.desk import Desk
from tests.journeys.speaker import Tape, published, speak_up, speaking_browser, visiting
from tests.providers.speaking import silence, speak
from vivavoce.providers.ears.port import RATE_HZ
from vivavoce.providers.sound import Sound, to_samples, write_wav
from vivavoce.sound.turn_end import PATIENCE, Pace

LEAD = 12.0  # seconds: the welcome and the first question are said meanwhile
# Seconds between two answers: what the next question takes, with five to spare; in less than 11 without a word there
# would be a prompt.
GAP = 12.0
AFTER = 60.0  # seconds that a conversation may take longer than its tape
LOOK_MS = 1_000
LATE_MS = 2_000  # before the next answer, nothing more is waited for
PIECE, PIECE_MS = RATE_HZ // 50, 20  # samples, and how long they take
LAID_OVER = 200  # pieces of an answer's end
APART = 250  # pieces of silence between two answers at least, and more than within one
AUDIBLE = 0.01  # of full, -40 dB
DUE_MS = 1000 * PATIENCE[Pace.NORMAL]

Loudness = npt.NDArray[np.float64]

# Each answer tells of "we", of no end and of no figure: whoever listens asks on.
ASKED = (
    (
        "Tell me about a difficult project.",
        "We had to move the whole archive into a new building, and nobody had done that before. We looked at every room"
        " and at every shelf. Then we made a plan, and we carried the boxes over to the other side of the town.",
    ),
    (
        "Tell me about a difficult decision.",
        "Our supplier had raised the prices, and we had to decide whether we would stay with him. We looked at the"
        " other offers, and we asked the people in the workshop. Nobody liked it, and we talked for a long while.",
    ),
    (
        "Tell me about a conflict.",
        "A colleague wanted to keep the old deadline, and our team did not agree with him. We talked about it for a"
        " long while, and we looked at the calendar together. It was hard, and we were all tired of it.",
    ),
    (
        "Describe a mistake that you made.",
        "Once we sent the wrong letters to our customers, and we noticed it in the evening. It was a mistake that"
        " anybody could have made. We had to call all of them, and we had to say that we were sorry.",
    ),
    (
        "Tell me about a difficult customer.",
        "There was a customer who was not content with the machine that we had sold to him. He came to the shop and"
        " he was very loud. We listened to him, and we looked for another machine together with him.",
    ),
    (
        "Tell me about a technical problem.",
        "The belt in our hall stopped again and again, and nobody knew the reason. We read the log of the machine, and"
        " we asked the people who were there that night. We looked at every motor, and we changed a cable.",
    ),
)

# Tells at what time of the page each of it happened, in milliseconds. The output's clock says when a sample is heard.
LISTEN_IN = """(audible) => {
    const told = [];
    globalThis.tellBench = () => told.splice(0);
    const note = (what, more) => told.push({ what, at: performance.now(), ...more });

    globalThis.AudioWorkletNode = class extends AudioWorkletNode {
        constructor(world, name, options) {
            super(world, name, options);
            const hear = ({ data }) => note("piece", { loudness: data.loudness });
            if (name === "capture") this.port.addEventListener("message", hear);
        }
    };

    globalThis.WebSocket = class extends WebSocket {
        constructor(...where) {
            super(...where);
            this.addEventListener("message", ({ data }) => {
                const { kind, number, question, reason } = JSON.parse(data);
                if (kind !== "heard_to") note(kind, { number, text: question?.text, reason });
            });
        }
        send(data) {
            const { kind, how } = typeof data === "string" ? JSON.parse(data) : {};
            if (kind === "played") note("played", { how });
            super.send(data);
        }
    };

    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (...when) {
        start.apply(this, when);
        const begun = performance.now();
        const world = this.context;
        const seconds = this.buffer.duration - (when[1] ?? 0);
        const ear = new AnalyserNode(world, { fftSize: 32_768 });
        const samples = new Float32Array(ear.fftSize);
        this.connect(ear);
        const looking = setInterval(() => {
            ear.getFloatTimeDomainData(samples);
            const now = world.currentTime;
            const first = samples.findIndex((sample) => Math.abs(sample) > audible);
            if (first < 0 && performance.now() - begun < 2_000) return;
            clearInterval(looking);
            this.disconnect(ear);
            if (first < 0) return note("mute", { begun });
            const { contextTime, performanceTime } = world.getOutputTimestamp();
            const moment = now - (samples.length - first) / world.sampleRate;
            note("sound", { begun, seconds, heard: performanceTime + 1_000 * (moment - contextTime) });
        }, 5);
    };
}"""


@dataclass(frozen=True, slots=True)
class Wait:
    """After one answer, in milliseconds beyond the configured silence.

    heard: the first words. over, scene, begun: the page learns that the turn is over, learns what is asked next, begins
    to play. pause: between the first words and the question itself; None where it was not heard.
    """

    is_followed_up: bool
    heard: float
    over: float
    scene: float
    begun: float
    pause: float | None

    def __str__(self) -> str:
        question = "" if self.pause is None else f", the question {self.pause:.0f} ms after these words"
        return (
            f"{'follow-up' if self.is_followed_up else 'next question'} heard at {self.heard:+.0f} ms"
            f" (over {self.over:+.0f}, scene {self.scene:+.0f}, begun {self.begun:+.0f}{question})"
        )


@dataclass(frozen=True, slots=True)
class Listened:
    """A conversation. missing: answers after which nothing was heard before the next one; trouble: what ended it."""

    waits: tuple[Wait, ...]
    missing: int
    trouble: str = ""


def listen_in_browser(desk: Desk, folder: Path, *, answers: int, name: str) -> Listened:
    """Takes an interview by speaking, and tells after each answer how long it took. name: at the head of its lines.

    It is over with its tape, or AFTER seconds later.
    """
    stories = [trim(speak(ASKED[number // 2 % len(ASKED)][1])) for number in range(answers)]
    tape = Tape(folder / "microphone.wav")
    seconds = record(tape, stories)
    written = [f"Question {number}. {ASKED[number % len(ASKED)][0]}" for number in range(answers + 1)]
    link = desk.link(*({"question": text} for text in written), max_followups=1, welcome_message="Good to meet you.")
    published(desk, link)
    log, waits = Log(), dict[int, Wait]()
    with (
        sync_playwright() as playwright,
        speaking_browser(playwright, tape) as browser,
        visiting(browser) as visitor,
    ):
        visitor.page.add_init_script(f"({LISTEN_IN})({AUDIBLE})")
        speak_up(visitor, link)
        ends_by = time.monotonic() + seconds + AFTER
        while len(waits) < answers and not log.trouble and time.monotonic() < ends_by:
            visitor.page.wait_for_timeout(LOOK_MS)
            log.take(visitor.page.evaluate("() => globalThis.tellBench?.() ?? []"))
            for number, wait in find_waits(log, stories, written=written):
                if number not in waits:
                    waits[number] = wait
                    print(f"    {name}, answer {number + 1} of {answers}: {wait}", flush=True)
    return Listened(waits=tuple(waits.values()), missing=answers - len(waits), trouble=log.trouble)


def record(tape: Tape, stories: Sequence[bytes]) -> float:
    """Puts the answers on the tape; how many seconds it takes."""
    pcm = silence(LEAD) + b"".join(story + silence(GAP) for story in stories)
    write_wav(tape.path, Sound(pcm=pcm, rate_hz=RATE_HZ))
    return len(pcm) / 2 / RATE_HZ


def trim(pcm: bytes) -> bytes:
    """Speech without the quiet before and after it."""
    (loud,) = np.nonzero(_loudness(pcm) > AUDIBLE)
    return pcm[2 * PIECE * int(loud[0]) : 2 * PIECE * (int(loud[-1]) + 1)]


def _loudness(pcm: bytes) -> Loudness:
    """Of each piece, as the worklet tells it."""
    samples = to_samples(pcm).astype(np.float64)
    whole = samples[: len(samples) // PIECE * PIECE].reshape(-1, PIECE)
    return np.asarray(np.sqrt(np.mean(np.square(whole), axis=1)))


@dataclass(slots=True)
class Log:
    """What the page told. pieces: of the microphone, when each came (ms) and its loudness; events: everything else."""

    pieces: list[tuple[float, float]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""

    def take(self, told: list[dict[str, Any]]) -> None:
        """More of it."""
        for event in told:
            if event["what"] == "piece":
                self.pieces.append((event["at"], event["loudness"]))
                continue
            self.events.append(event)
            if event["what"] in ("typing_only", "mute") and event.get("reason") != "elsewhere":
                self.trouble = f"{event['what']} {event.get('reason') or ''}".strip()

    def find(self, what: str, *, after: float, before: float) -> list[dict[str, Any]]:
        """All events of a kind between two moments; of a sound, the moment when it was begun counts."""
        events = [
            event for event in self.events if event["what"] == what and after < event.get("begun", event["at"]) < before
        ]
        return sorted(events, key=lambda event: float(event.get("begun", event["at"])))


def find_waits(log: Log, stories: Sequence[bytes], *, written: Sequence[str]) -> Iterator[tuple[int, Wait]]:
    """The answers after which the next words were heard, by number from 0. written: all questions but follow-ups."""
    spoken = find_spoken(log)
    for number, (story, (first, last)) in enumerate(zip(stories, spoken, strict=False)):
        end = find_end(log, story, first=first, last=last)
        next_begins = log.pieces[spoken[number + 1][0]][0] if number + 1 < len(spoken) else float("inf")
        sounds = log.find("sound", after=end, before=next_begins)
        scenes = log.find("scene", after=end, before=sounds[0]["begun"]) if sounds else []
        is_told = len(sounds) > 1 or log.pieces[-1][0] - end > 1000 * GAP - LATE_MS
        if not scenes or not is_told or scenes[-1]["text"] is None:
            continue
        due, line = end + DUE_MS, sounds[0]
        over = log.find("turn_over", after=end, before=line["begun"])
        pause = sounds[1]["begun"] - line["begun"] - 1000 * line["seconds"] if len(sounds) > 1 else None
        yield (
            number,
            Wait(
                is_followed_up=scenes[-1]["text"] not in written,
                heard=line["heard"] - due,
                over=over[0]["at"] - due if over else math.nan,
                scene=scenes[-1]["at"] - due,
                begun=line["begun"] - due,
                pause=pause,
            ),
        )


def find_spoken(log: Log) -> list[tuple[int, int]]:
    """The first and the last piece of each answer that is over."""
    (loud,) = np.nonzero(np.asarray([loudness for _, loudness in log.pieces]) > AUDIBLE / 2)
    parts = [part for part in np.split(loud, np.nonzero(np.diff(loud) > APART)[0] + 1) if len(part)]
    return [(int(part[0]), int(part[-1])) for part in parts if len(log.pieces) - part[-1] > APART]


def find_end(log: Log, story: bytes, *, first: int, last: int) -> float:
    """When the page had the last sample of this answer, had nothing kept it waiting: in its milliseconds."""
    sought = _loudness(story)[-LAID_OVER:]
    around = log.pieces[max(0, first - 25) : last + 25]
    heard = np.asarray([loudness for _, loudness in around])
    lag = int(np.argmax(np.correlate(heard, sought - sought.mean(), "valid")))
    moments = [came - PIECE_MS * at for at, (came, _) in enumerate(around[lag : lag + len(sought)], lag)]
    return min(moments) + PIECE_MS * (lag + len(sought) - 1)
