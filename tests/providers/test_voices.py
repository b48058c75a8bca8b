"""What every voice does, and what each does for itself."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from tests.folding import folded
from tests.providers.endpoint import KEY, SpeechServer
from tests.providers.speaking import hibari
from vivavoce.errors import BadSetting, ProviderError, UnknownLanguage
from vivavoce.providers.failover import MachinePlace
from vivavoce.providers.sound import is_silent
from vivavoce.providers.voices import open_voices
from vivavoce.providers.voices.espeak import MISSING, UNINTELLIGIBLE, EspeakVoice
from vivavoce.providers.voices.espeak import open_voice as open_espeak
from vivavoce.providers.voices.openai import open_voice as open_openai
from vivavoce.providers.voices.port import RATE_HZ, Shape, Spoken, Voice
from vivavoce.settings import Settings, read_settings
from vivavoce.text.languages import BY_CODE, CODES

pytestmark = pytest.mark.slow

SENTENCE = "Tell me about a time when a delivery went wrong, and what you did about it."
has_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="espeak-ng is not installed (Debian: apt-get install espeak-ng)"
)


def espeak() -> EspeakVoice:
    """The voice of the installed program."""
    return open_espeak(Settings())


def openai(server: SpeechServer, key: str = KEY) -> Voice:
    """The voice of the small server."""
    return open_openai(Settings(speech_url=server.url, speech_key=key))


@pytest.fixture(params=["hibari", pytest.param("espeak", marks=has_espeak), "openai"])
def voice(request: pytest.FixtureRequest) -> Iterator[Voice]:
    """Each voice in turn."""
    match request.param:
        case "hibari":
            yield hibari()
        case "espeak":
            yield espeak()
        case _:
            with SpeechServer() as server:
                yield openai(server)


def seconds(pieces: list[Spoken]) -> float:
    """How long they are together."""
    return sum(len(piece.pcm_24khz) for piece in pieces) / 2 / RATE_HZ


# --- Every voice ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", [SENTENCE, "Yes.", "One. Two. Three!", "It is 7:30 on 3 March 2024, and it costs €9.99."]
)
def test_speech_is_as_long_as_the_text_takes_to_say(voice: Voice, text: str) -> None:
    spoken = list(voice.say(text, language="en"))
    assert len(text) / 30 < seconds(spoken) < len(text) / 5 + 1.5


def test_every_piece_can_be_heard_and_is_whole(voice: Voice) -> None:
    pieces = list(voice.say(f"{SENTENCE} Please take your time.", language="en"))
    assert pieces
    assert not any(is_silent(piece.pcm_24khz) for piece in pieces)
    assert all(len(piece.pcm_24khz) % 2 == 0 for piece in pieces)


@folded("text", ["", "   ", "\n\n", "…", "?!", "\0\x07", "👍", "—"])
def test_a_text_without_letters_is_silence(voice: Voice, text: str) -> None:
    assert list(voice.say(text, language="en")) == []


@pytest.mark.parametrize("language", ["xx", "", "EN", "en-US", "../de"])
def test_a_language_that_it_does_not_know_is_refused_in_a_sentence(voice: Voice, language: str) -> None:
    with pytest.raises(ProviderError, match="does not know the language") as refused:
        list(voice.say("Hello.", language=language))
    assert not refused.value.retryable


def test_a_huge_text_begins_at_once_and_comes_in_short_pieces(voice: Voice) -> None:
    saying = voice.say(f"{SENTENCE} " * 2_000, language="en")
    pieces = [next(saying) for _ in range(5)]
    saying.close()
    assert all(0 < seconds([piece]) < 30 for piece in pieces)


def test_a_text_without_any_pause_is_cut(voice: Voice) -> None:
    pieces = list(voice.say("word " * 200, language="en"))
    assert len(pieces) > 1
    assert all(seconds([piece]) < 60 for piece in pieces)


def test_a_voice_that_is_stopped_says_nothing_more_and_the_next_text_is_whole(voice: Voice) -> None:
    saying = voice.say(f"{SENTENCE} " * 20, language="en")
    next(saying)
    saying.close()
    assert list(saying) == []
    assert seconds(list(voice.say(SENTENCE, language="en"))) > 2


@folded(
    "text",
    [
        "Read [[h@l'oU]] this.",
        "Follow [the link](https://example.org) here.",
        "<speak>Is this <b>bold</b>?</speak>",
        "-v de --path=/tmp \\ ' \" $(true) `true`",
        "Naïve café, Łódź, Zażółć.",
        "Half of a pair: \ud800 here",
        "Supercalifragilistic" * 40,
        "COVID-19, C++, f(x)=x², 100%, A&B, #1, @home",
    ],
)
def test_odd_texts_are_said_as_words(voice: Voice, text: str) -> None:
    assert seconds(list(voice.say(text, language="en"))) > 0.3


def test_several_may_be_spoken_to_at_once(voice: Voice) -> None:
    texts = [f"Number {number}: {SENTENCE}" for number in range(6)]
    alone = [seconds(list(voice.say(text, language="en"))) for text in texts]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda text: seconds(list(voice.say(text, language="en"))), texts))
    assert together == pytest.approx(alone, rel=0.02)


def test_it_knows_languages_of_interviews_alone(voice: Voice) -> None:
    assert voice.abilities.languages
    assert voice.abilities.languages <= CODES


def test_the_languages_are_those_of_interviews() -> None:
    assert set(BY_CODE) == CODES


# --- hibari --------------------------------------------------------------------------------------------------------


def test_hibari_says_how_the_mouth_moves_from_the_first_sample_to_the_last() -> None:
    (piece,) = hibari().say("My bumper broke.", language="en")
    assert hibari().abilities.tells_mouth
    assert piece.mouth[0].start == 0
    assert piece.mouth[-1].end == pytest.approx(seconds([piece]), abs=0.02)
    assert all(one.end == two.start for one, two in pairwise(piece.mouth))
    assert all(one.end > one.start for one in piece.mouth)


@pytest.mark.parametrize(
    ("word", "shapes"),
    [
        ("Mom.", [Shape.CLOSED, Shape.OPEN, Shape.CLOSED]),
        ("Five.", [Shape.TEETH, Shape.WIDE, Shape.TEETH]),
        ("Boo.", [Shape.CLOSED, Shape.ROUND]),
        ("These.", [Shape.TONGUE, Shape.WIDE, Shape.NARROW]),
    ],
)
def test_the_lips_do_what_the_word_needs(word: str, shapes: list[Shape]) -> None:
    (piece,) = hibari().say(word, language="en")
    assert [one.shape for one in piece.mouth if one.shape is not Shape.REST] == shapes


def test_the_same_words_sound_the_same() -> None:
    assert list(hibari().say(SENTENCE, language="en")) == list(hibari().say(SENTENCE, language="en"))


def test_words_in_a_script_that_it_cannot_read_are_left_to_another_voice() -> None:
    with pytest.raises(ProviderError) as refused:
        list(hibari().say("你好", language="en"))
    assert not refused.value.retryable


# --- espeak --------------------------------------------------------------------------------------------------------


@has_espeak
def test_espeak_is_offered_where_it_is_understood() -> None:
    """docs/reference/speech.md measures what comes back: of some languages far more than was said."""
    table = (Path(__file__).parents[2] / "docs" / "reference" / "speech.md").read_text(encoding="utf-8")
    misheard = {code: float(share) for code, share in re.findall(r"`(\w+)` \| espeak \| \w+ \| ([\d.]+)%", table)}
    garbled = {code for code, share in misheard.items() if share > 105}
    assert garbled == UNINTELLIGIBLE
    assert CODES - espeak().abilities.languages == {"fil"} | garbled
    assert list(espeak().say("こんにちは。", language="ja"))  # for whoever measures it


@has_espeak
@folded(
    ("text", "language", "locale"),
    [
        ("Ich habe den Fahrer angerufen und um Hilfe gebeten.", "de", "de-AT"),
        ("Fale-me de uma entrega que correu mal.", "br", "pt-BR"),
        ("Cuénteme de una entrega que salió mal.", "es", "es-MX"),
        ("Parlez-moi d'une livraison qui a mal tourné.", "fr", "fr-CH"),
        ("حدثني عن شحنة تأخرت.", "ar", "ar-EG"),
        ("请谈谈一次延误的送货。", "zh", "zh-CN"),
        ("请谈谈一次延误的送货。", "zh", "zh-HK"),
        ("เล่าเรื่องการส่งของที่ผิดพลาด", "th", None),
        ("Tell me about it.", "en", "en-GB"),
        ("Fortell meg om en leveranse.", "no", "xx-XX"),
    ],
)
def test_espeak_speaks_a_language_with_its_accent(text: str, language: str, locale: str | None) -> None:
    spoken = list(espeak().say(text, language=language, locale=locale))
    assert seconds(spoken) > 0.8
    assert not any(is_silent(piece.pcm_24khz) for piece in spoken)


def test_a_machine_without_espeak_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProviderError) as missing:
        espeak()
    assert missing.value.message == MISSING


@pytest.mark.parametrize(
    ("script", "says", "is_retryable"),
    [
        ("exec sleep 60", "longer than", True),
        ("echo no such data >&2; exit 3", "ended with code 3: no such data", True),
        ("cat >/dev/null; echo no wave", "wrote no sound", True),
    ],
    ids=["hangs", "fails", "writes something else"],
)
def test_a_program_that_misbehaves_is_a_failure_in_a_sentence(
    tmp_path: Path, script: str, says: str, is_retryable: bool
) -> None:
    program = tmp_path / "espeak-ng"
    listed = 'if [ "$1" = --voices ]; then echo head; echo "5 en-us --/M English gmw/en"; exit; fi'
    program.write_text(f"#!/bin/sh\n{listed}\n{script}\n")
    program.chmod(0o755)
    voice = EspeakVoice(str(program), most_seconds=1.0)
    with pytest.raises(ProviderError, match=says) as failed:
        list(voice.say("Hello.", language="en"))
    assert failed.value.retryable is is_retryable


@has_espeak
def test_espeak_leaves_no_process_behind() -> None:
    saying = espeak().say(f"{SENTENCE} " * 20, language="en")
    next(saying)
    saying.close()
    children = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "comm="], capture_output=True, text=True, check=False
    )
    assert "espeak" not in children.stdout


# --- openai --------------------------------------------------------------------------------------------------------


def test_the_endpoint_is_asked_for_plain_sound_by_the_model_and_voice_of_the_settings(server: SpeechServer) -> None:
    settings = Settings(speech_url=f"{server.url}/", speech_key=KEY, speech_model="small", speech_voice="nova")
    list(open_openai(settings).say("Hello there.", language="de"))
    assert server.asked == [{"model": "small", "voice": "nova", "input": "Hello there.", "response_format": "pcm"}]


def test_sentences_go_together_once_the_first_one_is_under_way(server: SpeechServer) -> None:
    list(openai(server).say(f"First one. {SENTENCE} {SENTENCE}", language="en"))
    assert [request["input"] for request in server.asked] == ["First one.", f"{SENTENCE} {SENTENCE}"]


def test_the_line_is_hung_up_when_the_voice_is_stopped(server: SpeechServer) -> None:
    server.is_endless = True
    saying = openai(server).say(SENTENCE, language="en")
    next(saying)
    saying.close()
    assert server.was_hung_up.wait(10)


@pytest.mark.parametrize(
    ("status", "is_retryable"), [(400, False), (401, False), (404, False), (429, True), (500, True), (503, True)]
)
def test_a_status_says_whether_to_try_again(server: SpeechServer, status: int, is_retryable: bool) -> None:
    server.status = status
    with pytest.raises(ProviderError, match=str(status)) as failed:
        list(openai(server).say("Hello.", language="en"))
    assert failed.value.retryable is is_retryable
    assert "secret words" not in failed.value.message


def test_a_wrong_key_is_named_as_such(server: SpeechServer) -> None:
    with pytest.raises(ProviderError, match="invalid_api_key") as failed:
        list(openai(server, key="wrong").say("Hello.", language="en"))
    assert not failed.value.retryable


def test_nobody_there_is_worth_another_try() -> None:
    voice = open_openai(Settings(speech_url="http://127.0.0.1:9/v1"))
    with pytest.raises(ProviderError, match="did not answer") as failed:
        list(voice.say("Hello.", language="en"))
    assert failed.value.retryable


def test_silence_and_sound_without_end_are_failures(server: SpeechServer) -> None:
    server.is_silent = True
    with pytest.raises(ProviderError, match="nothing that can be heard"):
        list(openai(server).say("Hello.", language="en"))
    server.is_silent, server.is_endless = False, True
    with pytest.raises(ProviderError, match="more sound"):
        list(openai(server).say("Hello.", language="en"))


# --- In their order ------------------------------------------------------------------------------------------------


def in_order(names: str, **settings: object) -> tuple[Callable[..., list[Spoken]], list[str]]:
    """What says a text by these voices, and the names of those that failed."""
    failed: list[str] = []
    voices = open_voices(
        read_settings({}, given={"voices": names, **settings}), tell=lambda failure: failed.append(failure.provider)
    )
    return lambda text, language="en": list(voices.say(text, language=language)), failed


def test_the_next_voice_speaks_where_the_first_one_fails(server: SpeechServer) -> None:
    server.status = 503
    say, failed = in_order("openai,hibari", speech_url=server.url, speech_key=KEY)
    assert seconds(say(SENTENCE)) > 2
    assert failed == ["openai"]


def test_a_voice_that_failed_three_times_is_left_alone(server: SpeechServer) -> None:
    server.status = 503
    say, failed = in_order("openai,hibari", speech_url=server.url, speech_key=KEY)
    for _ in range(5):
        say("Hello.")
    assert failed == ["openai"] * 3


def test_a_voice_that_breaks_in_the_middle_is_not_begun_again_by_another(server: SpeechServer) -> None:
    server.breaks_after = 60_000
    failed: list[str] = []
    settings = read_settings({}, given={"voices": "openai,hibari", "speech_url": server.url, "speech_key": KEY})
    voices = open_voices(settings, tell=lambda failure: failed.append(failure.provider))
    saying = voices.say(SENTENCE, language="en")
    assert seconds([next(saying)]) == 0.5
    server.status = 503
    with pytest.raises(ProviderError):
        list(saying)
    assert failed == ["openai"]


@has_espeak
def test_a_language_goes_to_the_voice_that_knows_it() -> None:
    say, failed = in_order("hibari,espeak")
    assert seconds(say("Guten Tag, wie geht es Ihnen?", "de")) > 1
    assert seconds(say("Now read 你好 aloud.")) > 0.5
    assert failed == []


def test_a_language_that_no_voice_knows_is_told_with_the_voices() -> None:
    say, _ = in_order("hibari")
    with pytest.raises(UnknownLanguage, match="'ta': hibari") as refused:
        say("Hello.", "ta")
    assert not refused.value.retryable


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"voices": "nobody"}, "no 'nobody' for voices. There are: espeak, hibari, openai"),
        ({"voices": "openai"}, "VIVAVOCE_SPEECH_URL"),
        ({"voices": "hibari,,espeak"}, "VIVAVOCE_VOICES"),
    ],
)
def test_a_wrong_setting_is_told_before_anyone_speaks(given: dict[str, object], says: str) -> None:
    with pytest.raises(BadSetting, match=says):
        open_voices(read_settings({}, given=given), tell=lambda _: None)


def test_the_key_is_in_no_message_and_no_description() -> None:
    settings = Settings(speech_url="http://127.0.0.1:9/v1", speech_key="sk-secret")
    with pytest.raises(ProviderError) as failed:
        list(open_openai(settings).say("Hello.", language="en"))
    assert "sk-secret" not in json.dumps([failed.value.message, repr(settings)])


def test_a_voice_is_made_once_whoever_asks_first() -> None:
    made: list[object] = []
    voice = hibari()

    def make() -> Voice:
        time.sleep(0.1)
        made.append(voice)
        return voice

    place = MachinePlace(name="hibari", make=make)
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda _: place.machine(), range(4)))
    assert (len(made), got) == (1, [voice] * 4)
