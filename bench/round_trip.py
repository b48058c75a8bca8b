"""How well what the offline voices say is heard by the offline ear, and what that costs.

    make bench-round-trip                        (50 English sentences: a minute on two cores)
    make bench-round-trip ARGS="--also de fr"    (these languages too)
    make bench-round-trip ARGS=--all             (every language: ten minutes)

What was measured goes into bench/speech/measured.csv, and from there into docs/reference/speech.md.

The error rate is the share of words that come back wrong: left out, put in, or taken for others; of characters in
Japanese, Thai and Chinese. espeak is a synthetic voice, harder to understand than people are: its rows compare
languages, and are the worse end of how people are heard. The command ends with code 1 when English is above 5 %.
"""

import argparse
import csv
import resource
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vivavoce.errors import ProviderError
from vivavoce.providers.ears.activity import STEP_SECONDS, Activity
from vivavoce.providers.ears.compare import Errors, count_errors
from vivavoce.providers.ears.port import RATE_HZ, Ear, SoundWindow, to_text
from vivavoce.providers.ears.whisper import PROVEN, open_ear
from vivavoce.providers.sound import Sound as Recording
from vivavoce.providers.sound import loudness_db
from vivavoce.providers.voices import espeak, hibari
from vivavoce.providers.voices.port import RATE_HZ as VOICE_HZ
from vivavoce.providers.voices.port import Voice
from vivavoce.settings import read_settings
from vivavoce.sound.turn_end import Listening, Opened, Pace, SoundChunk, listen
from vivavoce.text.languages import BY_CODE, UNSPACED

SENTENCES = Path(__file__).parent / "speech"
MEASURED = SENTENCES / "measured.csv"
PAGE = Path(__file__).parents[1] / "docs" / "reference" / "speech.md"
MOST_WRONG = 0.05  # of the words, in English
UNSPOKEN = frozenset({"fil"})  # espeak has no voice for it

Measured = dict[tuple[str, str], Errors]  # by language and voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One voice in one language, there and back."""

    language: str
    voice: str
    errors: Errors
    speech_seconds: float
    voice_cpu_seconds: float
    ear_cpu_seconds: float
    longest_seconds: float  # that the ear took for one sentence


def main() -> None:
    """Measures, prints, and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--also", nargs="*", default=[], choices=sorted(BY_CODE), help="these languages too, by espeak")
    parser.add_argument("--all", action="store_true", help="every language")
    parser.add_argument("--first", type=int, help="so many sentences alone; nothing is written then")
    parser.add_argument("--wrong", action="store_true", help="print what came back wrong")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "vivavoce-bench", metavar="FOLDER")
    options = parser.parse_args()
    settings = read_settings(given={"data_dir": options.data})
    ear = open_ear(settings)
    first = travel(hibari.open_voice(settings), ear, "en", does_tell=options.wrong, most=options.first)
    show(first)
    if options.first is None:
        keep(first)
    for language in sorted(BY_CODE) if options.all else options.also:
        try:
            trip = travel(espeak.open_voice(settings), ear, language, does_tell=options.wrong, most=options.first)
        except ProviderError as error:
            print(f"{language:4} {error.message}")
        else:
            show(trip)
            if options.first is None:
                keep(trip)
    print(f"\nlistening for the end of a turn: {measure_listening():.2%} of a core for one conversation")
    sys.exit(1 if first.errors.rate > MOST_WRONG else 0)


def keep(trip: Trip) -> None:
    """Writes what was measured into the file, and the page anew."""
    measured = read_measured() | {(trip.language, trip.voice): trip.errors}
    with MEASURED.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["language", "voice", "wrong", "said"])
        out.writerows([*key, errors.wrong, errors.words] for key, errors in sorted(measured.items()))
    PAGE.write_text("\n".join(make_page(measured)), encoding="utf-8")


def read_measured() -> Measured:
    """What was measured so far."""
    with MEASURED.open(encoding="utf-8", newline="") as file:
        return {
            (row["language"], row["voice"]): Errors(int(row["wrong"]), int(row["said"])) for row in csv.DictReader(file)
        }


def show(trip: Trip) -> None:
    """One line."""
    speech, errors = trip.speech_seconds, trip.errors
    print(
        f"{trip.language:4} {trip.voice:7} {errors.wrong:4} of {errors.words:4} wrong ({errors.rate:6.1%})"
        f"  CPU seconds a second of speech: voice {trip.voice_cpu_seconds / speech:.3f}, ear"
        f" {trip.ear_cpu_seconds / speech:.2f};  longest wait for the ear {trip.longest_seconds:.1f} s",
        flush=True,
    )


def travel(voice: Voice, ear: Ear, language: str, *, does_tell: bool, most: int | None) -> Trip:
    """Each sentence of the language, or at most so many, spoken and heard.

    Raises ProviderError when the voice does not know the language.
    """
    errors, speech, voice_cpu, ear_cpu, longest = Errors(0, 0), 0.0, 0.0, 0.0, 0.0
    list(voice.say("Hello.", language=language))  # the first one loads things
    for sentence in read_sentences(language)[:most]:
        begun = cpu_seconds()
        pcm = b"".join(piece.pcm_24khz for piece in voice.say(sentence, language=language))
        voice_cpu += cpu_seconds() - begun
        sound = Recording(pcm=pcm, rate_hz=VOICE_HZ)
        begun, clock = cpu_seconds(), time.perf_counter()
        heard = to_text(ear.hear([SoundWindow(pcm_16khz=sound.at(RATE_HZ))], language=language))
        ear_cpu += cpu_seconds() - begun
        longest = max(longest, time.perf_counter() - clock)
        speech += sound.seconds
        counted = count_errors(sentence, heard, language=language)
        errors += counted
        if does_tell and counted.wrong:
            print(f"     said   {sentence}\n     heard  {heard}")
    return Trip(
        language=language,
        voice=voice.abilities.name,
        errors=errors,
        speech_seconds=speech,
        voice_cpu_seconds=voice_cpu,
        ear_cpu_seconds=ear_cpu,
        longest_seconds=longest,
    )


def read_sentences(language: str) -> list[str]:
    """The sentences of this language; none where there are none."""
    if language == "en":
        return (SENTENCES / "en.txt").read_text(encoding="utf-8").splitlines()
    others: dict[str, list[str]] = tomllib.loads((SENTENCES / "others.toml").read_text(encoding="utf-8"))
    return others.get(language, [])


def cpu_seconds() -> float:
    """Of this process and of those that it ran."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def measure_listening() -> float:
    """The share of a core that the voice activity and the end of a turn take: two minutes in frames of 20 ms."""
    voice = hibari.open_voice(read_settings({}))
    some = b"".join(piece.pcm_24khz for piece in voice.say("I called the driver. We moved the goods.", language="en"))
    pcm = (Recording(pcm=some, rate_hz=VOICE_HZ).at(RATE_HZ) + bytes(RATE_HZ)) * 30
    activity, listening = Activity(), listen(Listening(pace=Pace.SLOWER, language="en"), Opened(0.0)).listening
    frame = RATE_HZ // 50 * 2
    begun = cpu_seconds()
    for at in range(0, len(pcm), frame):
        for moment in activity.feed(pcm[at : at + frame]):
            sound = SoundChunk(moment.at, moment.probability, loudness_db(pcm[at : at + frame]))
            listening = listen(listening, sound).listening
    assert listening.speech > len(pcm) / 2 / RATE_HZ - 100 * STEP_SECONDS
    return (cpu_seconds() - begun) / (len(pcm) / 2 / RATE_HZ)


def make_page(measured: Measured) -> Iterator[str]:
    """docs/reference/speech.md."""
    yield "<!-- Made by `make bench-round-trip`: change it in bench/round_trip.py. -->"
    yield "# What the offline voice and ear can do"
    yield ""
    yield (
        "Sentences of an interview, spoken by the voices that come with Vivavoce and heard by the ear that does: fifty"
        " in English, six in every other language. An error is a word that came back wrong, was left out or put in; in"
        " Japanese, Thai and Chinese a character. More than 100 % means that more was put in than said."
    )
    yield ""
    yield (
        "**What it says, and what it does not.** In English by hibari the whole way from text to sound to text is"
        " measured. espeak is a synthetic voice, harder to understand than people are: compare the two rows of English."
        " So the other rows are the worse end of what the ear does with people; how well it hears people who speak"
        " those languages, nobody has measured here. Until somebody does, the ear counts as **weak** wherever this"
        " table does not prove it: there a page offers typing first, or the settings name another ear"
        " ([how](../howto/hear-and-speak.md))."
    )
    yield ""
    yield "| Language | Code | Voice | Ear | Errors | |"
    yield "|---|---|---|---|---|---|"
    for language in BY_CODE.values():
        weak = "" if language.code in PROVEN else "weak"
        begins = f"| {language.name_english} | `{language.code}` |"
        told = [(voice, errors) for (code, voice), errors in measured.items() if code == language.code]
        for voice, errors in sorted(told, reverse=True):
            unit = "characters" if language.code in UNSPACED else "words"
            yield f"{begins} {voice} | whisper | {errors.rate:.1%} of {errors.words} {unit} | {weak} |"
        if not told:
            voice = "the browser's own" if language.code in UNSPOKEN else espeak.NAME
            yield f"{begins} {voice} | whisper | not measured | {weak} |"
    yield ""


if __name__ == "__main__":
    main()
