"""What every ear does, and what each does for itself."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.providers.endpoint import KEY, SpeechServer
from tests.providers.speaking import clicks, fetch_whisper, hum, mix, noise, quieter, silence, speak
from vivavoce.errors import BadSetting, ProviderError
from vivavoce.providers.ears import open_ears
from vivavoce.providers.ears import whisper_files as files_of
from vivavoce.providers.ears.openai import OpenAIEar
from vivavoce.providers.ears.openai import open_ear as open_openai
from vivavoce.providers.ears.port import Ear, SoundWindow, TimedWord, to_text
from vivavoce.providers.ears.whisper import WhisperEar
from vivavoce.providers.ears.whisper_files import DIGESTS, FOLDER, MODEL, WhisperFiles, fetch_from_hub, find_files
from vivavoce.providers.sound import Sound
from vivavoce.providers.voices.espeak import open_voice as open_espeak
from vivavoce.settings import Settings, read_settings
from vivavoce.text.languages import CODES

SENTENCE = "Tell me about a delivery."


@pytest.fixture(scope="module")
def whisper() -> WhisperEar:
    """The ear with its released weights, loaded once."""
    return WhisperEar(files_of.read_files(fetch_whisper()), threads=2)


def openai(server: SpeechServer, *, model: str = "whisper-1", key: str = KEY) -> OpenAIEar:
    """The ear of the small server, which hears SENTENCE in everything."""
    return open_openai(Settings(transcription_url=server.url, transcription_key=key, transcription_model=model))


@pytest.fixture(params=[pytest.param("whisper", marks=pytest.mark.slow), "openai"])
def ear(request: pytest.FixtureRequest) -> Iterator[Ear]:
    """Each ear in turn."""
    if request.param == "whisper":
        yield request.getfixturevalue("whisper")
        return
    with SpeechServer() as server:
        yield openai(server)


def hear(ear: Ear, *sounds: bytes, language: str = "en") -> list[TimedWord]:
    """What the ear hears in these sounds, one after the other."""
    windows, at = [], 0.0
    for sound in sounds:
        windows.append(SoundWindow(pcm_16khz=sound, start=at))
        at = windows[-1].end
    return list(ear.hear(windows, language=language))


# --- Every ear -----------------------------------------------------------------------------------------------------


def test_a_sentence_is_heard_word_by_word(ear: Ear) -> None:
    assert to_text(hear(ear, speak(SENTENCE))).rstrip(".") == "Tell me about a delivery"


def test_words_come_in_order_and_within_their_window(ear: Ear) -> None:
    sound = speak(SENTENCE)
    words = list(ear.hear([SoundWindow(pcm_16khz=sound, start=100.0)], language="en"))
    times = [moment for word in words for moment in (word.start, word.end)]
    assert len(words) == 5
    assert times == sorted(times)
    assert times[0] >= 100.0
    assert times[-1] <= 100.0 + len(sound) / 32_000


def test_probabilities_are_probabilities(ear: Ear) -> None:
    told = [word.probability for word in hear(ear, speak(SENTENCE))]
    assert all(one is not None and 0 < one <= 1 for one in told)


@pytest.mark.parametrize(
    "sound",
    [
        silence(5),
        noise(10),
        noise(5, db=-15, seed=4),
        hum(10),
        clicks(10),
        mix(noise(5), clicks(5)),
        silence(0.01),
        b"\0",
        b"",
    ],
    ids=["silence", "a fan", "a loud fan", "a bad cable", "typing", "typing by a fan", "10 ms", "a byte", "nothing"],
)
def test_where_nobody_speaks_there_are_no_words(ear: Ear, sound: bytes) -> None:
    assert hear(ear, sound) == []


def test_no_window_no_word(ear: Ear) -> None:
    assert hear(ear) == []


def test_silence_around_a_sentence_changes_nothing(ear: Ear) -> None:
    words = hear(ear, silence(20), silence(10) + speak(SENTENCE) + silence(30))
    assert to_text(words).rstrip(".") == "Tell me about a delivery"
    assert 30 <= words[0].start < 31
    assert words[-1].end < 33.5


def test_each_window_is_heard_as_soon_as_it_is_there(ear: Ear) -> None:
    given: list[int] = []

    def windows() -> Iterator[SoundWindow]:
        for number in range(3):
            given.append(number)
            yield SoundWindow(pcm_16khz=speak(SENTENCE), start=10.0 * number)

    hearing = ear.hear(windows(), language="en")
    next(hearing)
    assert given == [0]
    hearing.close()
    assert list(hearing) == []


@pytest.mark.parametrize("language", ["xx", "", "EN", "en-US"])
def test_a_language_that_it_does_not_know_is_refused_in_a_sentence(ear: Ear, language: str) -> None:
    with pytest.raises(ProviderError, match="does not know the language") as refused:
        hear(ear, speak(SENTENCE), language=language)
    assert not refused.value.retryable


def test_it_tells_which_languages_it_knows(ear: Ear) -> None:
    assert ear.abilities.languages == CODES
    assert ear.abilities.weak <= ear.abilities.languages


# --- whisper -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_whisper_hears_a_faint_voice_by_a_fan(whisper: WhisperEar) -> None:
    sound = mix(quieter(speak(SENTENCE), db=12), noise(30, db=-50))
    assert to_text(hear(whisper, sound)).rstrip(".") == "Tell me about a delivery"


@pytest.mark.slow
def test_whisper_hears_short_answers(whisper: WhisperEar) -> None:
    heard = [to_text(hear(whisper, speak(text))).strip(".,!").casefold() for text in ("Yes.", "No.", "Not yet.")]
    assert heard == ["yes", "no", "not yet"]


@pytest.mark.nightly
def test_whisper_hears_an_answer_of_two_minutes_to_the_end(whisper: WhisperEar) -> None:
    sentences = [
        "In my last job I led the night shift of a small warehouse.",
        "One evening a truck with frozen food broke down on the road.",
        "I called the driver, and then I asked a second driver for help.",
        "We moved all the goods within forty minutes.",
    ]
    told = " ".join(sentences * 7)
    sound = b"".join(speak(sentence) + silence(0.4) for sentence in sentences * 7)
    words = hear(whisper, sound)
    assert len(sound) / 32_000 > 100
    assert abs(len(words) - len(told.split())) <= 6
    assert to_text(words).count("second driver") == 7
    times = [word.start for word in words]
    assert times == sorted(times)


@pytest.mark.slow
def test_whisper_leaves_out_what_lies_between_two_sentences(whisper: WhisperEar) -> None:
    words = hear(whisper, speak("My answer is yes.") + noise(40) + speak("Nobody was hurt."))
    assert to_text(words) == "My answer is yes. Nobody was hurt."


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed (apt-get install espeak-ng)")
def test_whisper_gets_into_no_loop_on_speech_that_it_hardly_understands(whisper: WhisperEar) -> None:
    spoken = open_espeak(Settings()).say("Hábleme de una vez en que una entrega salió mal.", language="es")
    sound = Sound(pcm=b"".join(piece.pcm_24khz for piece in spoken), rate_hz=24_000).at(16_000)
    words = [word for word in hear(whisper, sound, language="es") if word.probability]
    assert 5 < len(words) < 15


@pytest.mark.slow
@pytest.mark.parametrize("name", DIGESTS)
def test_a_changed_file_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / FOLDER
    shutil.copytree(fetch_whisper(), folder)
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ProviderError, match=rf"{name} is not the released one.*not used") as refused:
        find_files(folder, ["registry"], say=lambda _: None)
    assert not refused.value.retryable


def test_a_missing_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="VIVAVOCE_WHISPER_FOLDER"):
        find_files(tmp_path, [], say=lambda _: None)


def test_nothing_is_fetched_where_nothing_may_be(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match=r"may not be fetched.*VIVAVOCE_WHISPER_FOLDER"):
        find_files(tmp_path / "none", [], say=lambda _: None)


@pytest.mark.slow
def test_the_next_source_is_asked_and_what_failed_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lay_wrong(folder: Path) -> None:
        for name in DIGESTS:
            (folder / name).write_bytes(b"something else")

    def lay(folder: Path) -> None:
        shutil.copytree(fetch_whisper(), folder, dirs_exist_ok=True)

    monkeypatch.setitem(files_of.SOURCES, "registry", lay_wrong)
    monkeypatch.setitem(files_of.SOURCES, "hub", lay)
    said: list[str] = []
    found = find_files(tmp_path / "data" / FOLDER, ["registry", "hub"], say=said.append)
    assert set(found.contents) == set(DIGESTS)
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FOLDER]
    assert len(said) == 2
    monkeypatch.setitem(files_of.SOURCES, "hub", lay_wrong)
    with pytest.raises(ProviderError, match=r"registry: .*released.*hub: .*released"):
        find_files(tmp_path / "other" / FOLDER, ["registry", "hub"], say=said.append)
    assert list((tmp_path / "other").iterdir()) == []


def test_a_hub_that_does_not_have_them_is_a_failure_in_a_sentence(tmp_path: Path, server: SpeechServer) -> None:
    with pytest.raises(ProviderError, match="the hub answered 501"):
        fetch_from_hub(tmp_path, hub=server.url)
    with pytest.raises(ProviderError, match="the hub did not answer"):
        fetch_from_hub(tmp_path, hub="http://127.0.0.1:9")


def test_only_what_was_checked_is_run(whisper_files: WhisperFiles) -> None:
    assert len(whisper_files.contents[MODEL]) == 145_217_532


# --- openai --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "sent"), [("en", "en"), ("br", "pt"), ("fil", "tl"), ("no", "no"), ("zh", "zh")])
def test_the_language_is_always_sent(server: SpeechServer, language: str, sent: str) -> None:
    hear(openai(server), speak(SENTENCE), language=language)
    (asked,) = server.asked
    assert asked == {
        "model": "whisper-1",
        "language": sent,
        "temperature": "0",
        "response_format": "verbose_json",
        "timestamp_granularities[]": "word",
        "seconds": pytest.approx(len(speak(SENTENCE)) / 32_000, abs=1.0),
    }


def test_a_model_that_tells_no_times_is_not_asked_for_them(server: SpeechServer) -> None:
    server.tells_words = False
    words = hear(openai(server, model="gpt-4o-transcribe"), speak(SENTENCE))
    assert server.asked[0]["response_format"] == "json"
    assert "timestamp_granularities[]" not in server.asked[0]
    assert to_text(words) == SENTENCE
    assert {word.probability for word in words} == {None}
    assert words[0].start < words[-1].start < words[-1].end <= len(speak(SENTENCE)) / 32_000


def test_a_language_without_spaces_comes_sign_by_sign(server: SpeechServer) -> None:
    server.text = "我叫了第二个司机。"
    words = hear(openai(server), speak(SENTENCE), language="zh")
    assert [word.text for word in words] == list(server.text)


def test_silence_is_not_even_sent(server: SpeechServer) -> None:
    hear(openai(server), silence(30), noise(30))
    assert server.asked == []


@pytest.mark.parametrize("body", [b"", b"[]", b"no json", b'{"text": 5}', b'{"words": []}'])
def test_what_is_no_transcription_is_a_failure(server: SpeechServer, body: bytes) -> None:
    server.body = body
    with pytest.raises(ProviderError, match="no transcription") as failed:
        hear(openai(server), speak(SENTENCE))
    assert failed.value.retryable


@pytest.mark.parametrize(
    "told",
    [{"words": "x"}, {"words": [{"start": "a", "end": None}] * 5}, {"segments": [{}]}, {"words": [{}], "segments": 1}],
)
def test_odd_times_never_cost_the_words(server: SpeechServer, told: dict[str, object]) -> None:
    server.body = json.dumps({"text": SENTENCE, **told}).encode()
    assert to_text(hear(openai(server), speak(SENTENCE))) == SENTENCE


# --- In their order ------------------------------------------------------------------------------------------------


def in_order(folder: Path, names: str, server: SpeechServer) -> tuple[Callable[[bytes], str], list[str]]:
    """What hears a sound by these ears, and the names of those that failed."""
    failed: list[str] = []
    given = {"ears": names, "whisper_folder": folder, "transcription_url": server.url, "transcription_key": KEY}
    ears = open_ears(read_settings({}, given=given), tell=lambda failure: failed.append(failure.provider))
    return lambda sound: to_text(ears.hear([SoundWindow(pcm_16khz=sound)], language="en")), failed


@pytest.mark.slow
def test_the_next_ear_hears_what_the_first_one_failed_to_hear(whisper_folder: Path, server: SpeechServer) -> None:
    hear_all, failed = in_order(whisper_folder, "openai,whisper", server)
    server.status = 500
    assert hear_all(speak("My answer is yes.")) == "My answer is yes."
    assert failed == ["openai"]


def test_an_ear_that_cannot_be_made_is_passed_over(tmp_path: Path, server: SpeechServer) -> None:
    hear_all, failed = in_order(tmp_path, "whisper,openai", server)
    assert hear_all(speak(SENTENCE)) == SENTENCE
    assert failed == ["whisper"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "has_files", "weak"),
    [
        ("whisper,openai", True, CODES - {"en"}),
        ("whisper,openai", False, frozenset()),
        ("openai,whisper", True, frozenset()),
        ("whisper", False, CODES),
    ],
)
def test_weak_is_what_the_first_ear_that_can_be_asked_does_not_hear_well(
    whisper_folder: Path, tmp_path: Path, server: SpeechServer, names: str, has_files: bool, weak: frozenset[str]
) -> None:
    folder = whisper_folder if has_files else tmp_path
    given = {"ears": names, "whisper_folder": folder, "transcription_url": server.url}
    assert open_ears(read_settings({}, given=given), tell=lambda _: None).find_weak() == weak


def test_when_all_have_failed_it_is_told_with_their_names(server: SpeechServer, tmp_path: Path) -> None:
    hear_all, failed = in_order(tmp_path, "openai", server)
    server.status = 500
    for _ in range(3):
        with pytest.raises(ProviderError, match="openai") as refused:
            hear_all(speak(SENTENCE))
        assert refused.value.retryable
    begun = len(server.asked)
    with pytest.raises(ProviderError):
        hear_all(speak(SENTENCE))
    assert len(server.asked) == begun
    assert failed == ["openai"] * 3


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"ears": "nobody"}, "no 'nobody' for ears. There are: openai, whisper"),
        ({"ears": "openai"}, "VIVAVOCE_TRANSCRIPTION_URL"),
        ({"whisper_sources": "anywhere"}, "VIVAVOCE_WHISPER_SOURCES"),
    ],
)
def test_a_wrong_setting_is_told_before_anyone_listens(given: dict[str, object], says: str) -> None:
    with pytest.raises(BadSetting, match=says):
        open_ears(read_settings({}, given=given), tell=lambda _: None)
