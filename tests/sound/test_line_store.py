"""Lines as files: spoken once, checked, and named by what was said."""

import io
import json
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

from tests.providers.speaking import hibari
from vivavoce.conversation.lines import Said
from vivavoce.errors import ProviderError
from vivavoce.providers.sound import loudness_db, read_wav
from vivavoce.providers.voices.port import RATE_HZ, Mouth, Shape, Spoken
from vivavoce.sound.line_store import KEY, LineStore, SpokenLine, to_line
from vivavoce.sound.render_line import speak_line

OURS, THEIRS = UUID(int=1), UUID(int=2)
LINE = SpokenLine(text="What did you do last year?", language="en", locale="en-US")


@dataclass
class FixedVoice:
    """Says the same sound to everything, and counts."""

    pieces: list[Spoken]
    said: list[str] = field(default_factory=list)

    def say(self, text: str, *, language: str, locale: str | None = None) -> Generator[Spoken, None, None]:
        self.said.append(text)
        yield from self.pieces


def tone(seconds: float, *, mouth: tuple[Mouth, ...] = ()) -> Spoken:
    return Spoken(pcm_24khz=b"\x00\x20\x00\xe0" * int(seconds * RATE_HZ / 2), mouth=mouth)


@pytest.fixture
def store(tmp_path: Path) -> LineStore:
    return LineStore(tmp_path, voices="hibari,espeak")


def test_a_line_is_spoken_once(store: LineStore) -> None:
    voice = FixedVoice([tone(1.0)])
    assert not store.has(OURS, store.key(LINE))
    keys = {speak_line(store, voice, OURS, LINE) for _ in range(3)}
    assert keys == {store.key(LINE)}
    assert len(voice.said) == 1
    assert store.has(OURS, store.key(LINE))
    assert not store.has(THEIRS, store.key(LINE))


def test_what_hibari_says_is_a_wav_file_with_the_mouth_beside_it(store: LineStore) -> None:
    key = speak_line(store, hibari(), OURS, LINE)
    sound = read_wav(store.path(OURS, key, kind="wav"))
    assert sound.rate_hz == 24_000
    assert 1.0 < sound.seconds < 4.0
    assert loudness_db(sound.pcm) > -35
    told = json.loads(store.path(OURS, key, kind="json").read_text())
    assert told["seconds"] == pytest.approx(sound.seconds, abs=0.01)
    assert len(told["marks"]) > 8
    assert told["marks"][-1][1] == pytest.approx(sound.seconds, abs=0.05)
    assert {shape for _, _, shape in told["marks"]} <= {shape.value for shape in Shape}


def test_marks_go_on_from_piece_to_piece_and_are_all_or_none(store: LineStore) -> None:
    mouth = (Mouth(shape=Shape.OPEN, start=0.1, end=0.4),)
    key = speak_line(store, FixedVoice([tone(0.5, mouth=mouth), tone(0.5, mouth=mouth)]), OURS, LINE)
    told = json.loads(store.path(OURS, key, kind="json").read_text())
    assert told == {"seconds": 1.0, "marks": [[0.1, 0.4, "open"], [0.6, 0.9, "open"]]}
    other = SpokenLine(text="And then what happened?", language="en")
    key = speak_line(store, FixedVoice([tone(0.5, mouth=mouth), tone(0.5)]), OURS, other)
    assert json.loads(store.path(OURS, key, kind="json").read_text())["marks"] == []


@pytest.mark.parametrize(
    "pieces",
    [[], [Spoken(pcm_24khz=bytes(48_000))], [tone(0.1)], [tone(60.0)]],
    ids=["nothing", "silence", "too short", "too long"],
)
def test_what_is_no_speech_of_the_line_is_not_kept(store: LineStore, pieces: list[Spoken]) -> None:
    with pytest.raises(ProviderError, match="that is not what was to be said"):
        speak_line(store, FixedVoice(pieces), OURS, LINE)
    assert not store.has(OURS, store.key(LINE))


def test_a_name_holds_the_words_their_language_and_the_voices(store: LineStore, tmp_path: Path) -> None:
    others = [
        store.key(SpokenLine(text=LINE.text + " ", language="en", locale="en-US")),
        store.key(SpokenLine(text=LINE.text, language="de", locale="en-US")),
        store.key(SpokenLine(text=LINE.text, language="en", locale="en-GB")),
        store.key(SpokenLine(text=LINE.text, language="en")),
        LineStore(tmp_path, voices="openai").key(LINE),
    ]
    assert len({store.key(LINE), *others}) == 6
    assert all(KEY.fullmatch(key) for key in others)


def test_a_locale_holds_for_words_of_its_language_alone() -> None:
    assert to_line(Said(text="Hello", language="en"), locale="en-GB").locale == "en-GB"
    assert to_line(Said(text="Hallo", language="de"), locale="en-GB").locale is None


def test_a_half_pair_of_a_sign_has_a_name_too(store: LineStore) -> None:
    assert KEY.fullmatch(store.key(SpokenLine(text="\ud83d", language="en")))


def test_the_wav_file_is_there_last(store: LineStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is, the marks are there too: a killed worker leaves nothing half."""
    made: list[str] = []
    rename = Path.rename

    def noted(self: Path, target: Path) -> Path:
        made.append(Path(target).suffix)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", noted)
    speak_line(store, FixedVoice([tone(1.0)]), OURS, LINE)
    assert made == [".json", ".wav"]
    assert io.BytesIO(store.path(OURS, store.key(LINE), kind="wav").read_bytes()).read(4) == b"RIFF"
