"""A second voice in a recorded answer is noted once, where its person was told, and never where our own line played."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.attempts.test_introduction import finished
from tests.builders import NOW, House, store_in
from tests.providers.speaking import hibari
from vivavoce.attempts.answer import HeardWord, PlayedLine, Playout
from vivavoce.attempts.consent import VOICES_TOLD_FROM, Consent, Purpose
from vivavoce.attempts.consent_log import log_consents
from vivavoce.attempts.facts import read_facts
from vivavoce.attempts.heard_words import save_played, save_words
from vivavoce.attempts.integrity import FactKind, FactStrength
from vivavoce.attempts.observations import read_observations
from vivavoce.attempts.tally import tally_attempt
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.providers.sound import Sound
from vivavoce.providers.voices.espeak import open_voice as open_espeak
from vivavoce.providers.voices.port import RATE_HZ
from vivavoce.recordings import voices_apart
from vivavoce.recordings.voices_apart import NotHeardApart, note_other_voices
from vivavoce.settings import Settings
from vivavoce.sound.resting import rest_sound
from vivavoce.sound.sound_file import SoundFile, sound_folder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"),
]

MOVE = (
    "Last year I led the move of our whole archive into a new building. I planned every step myself, and not one of"
    " nine hundred boxes was lost. In the end we were two days early, and my team had learnt a lot about each other."
)
BELT = "A belt stopped twice in one night, so I read the log first, and then I asked the people who had been there."
PROMPT = (
    "Tell them that you measured the tension of the belt every week, and that you changed the rollers before winter."
)
FRAME = 640


def say(voice: Any, text: str) -> bytes:
    """The text as a microphone at 16 kHz records it, in whole frames."""
    pcm = b"".join(piece.pcm_24khz for piece in voice.say(text, language="en"))
    heard = Sound(pcm=pcm, rate_hz=RATE_HZ).at(16_000)
    return heard + bytes(-len(heard) % FRAME)


@pytest.fixture(scope="module")
def answers() -> tuple[bytes, bytes, bytes]:
    """Two answers of one person, and what somebody else says."""
    person = hibari()
    return say(person, MOVE), say(person, BELT), say(open_espeak(Settings()), PROMPT)


async def handed_in(
    database: Database, house: House, folder: Path, *said: bytes, told: bool = True, lines: tuple[PlayedLine, ...] = ()
) -> tuple[Seat, UUID]:
    """An attempt with answers said aloud, whose sound rests."""
    seat, attempt_id = await finished(database, house, answer_recording="audio_all")
    async with database.tenant(seat.merchant_id) as connection:
        if told:
            consent = Consent(purpose=Purpose.NOTING_TOLD, is_given=True, language="en")
            await log_consents(connection, [consent], merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
        if lines:
            played = Playout(
                key=new_id(), number=2, seconds=9.0, of_seconds=9.0, is_interrupted=False, how="sound", lines=lines
            )
            await save_played(connection, played, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
        at = 0.0
        for number, pcm in enumerate(said, 1):
            at += len(pcm) / 32_000
            word = HeardWord(text="there.", start=at - 0.5, end=at, probability=0.9)
            await save_words(
                connection,
                [word],
                merchant_id=seat.merchant_id,
                attempt_id=attempt_id,
                number=number,
                key=new_id(),
                now=NOW + timedelta(seconds=100 * number),
            )
    file = SoundFile(sound_folder(folder, merchant_id=seat.merchant_id, attempt_id=attempt_id))
    pcm = b"".join(said)
    begins = [sum(map(len, said[:number])) for number in range(len(said))]
    entries = [
        {"turn": number, "from": begin // FRAME, "start": begin / 32_000} for number, begin in enumerate(begins, 1)
    ]
    file.append([pcm[start : start + FRAME] for start in range(0, len(pcm), FRAME)], entries)
    file.close()
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    async for _ in rest_sound(database, store_in(folder)):
        pass
    return seat, attempt_id


async def listen(database: Database, folder: Path, seat: Seat, attempt_id: UUID) -> list[tuple[str, int | None]]:
    """What is noted, by a worker that does it twice."""
    for _ in range(2):
        await note_other_voices(
            database, store_in(folder), merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW
        )
    async with database.tenant(seat.merchant_id) as connection:
        return [(one.kind.value, one.number) for one in await read_observations(connection, attempt_id)]


async def test_a_second_voice_is_noted_once_with_its_moment_and_its_place_in_the_recording(
    database: Database, house: House, tmp_path: Path, answers: tuple[bytes, bytes, bytes]
) -> None:
    move, belt, prompt = answers
    seat, attempt_id = await handed_in(database, house, tmp_path, move, prompt + belt)
    await tally_attempt(database, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    assert await listen(database, tmp_path, seat, attempt_id) == [("second_voice", 2)]
    async with database.tenant(seat.merchant_id) as connection:
        (kept,) = await read_facts(connection, attempt_id)
    assert (kept.fact.kind, kept.fact.strength, kept.fact.times) == (FactKind.SECOND_VOICE, FactStrength.WEAK, 1)
    (moment,) = kept.fact.moments
    began = len(move) / 32_000
    assert abs(moment.amount / 1000 - began) < 1.5
    assert abs(moment.seconds - len(prompt) / 32_000) < 2.5
    # The last word of the second answer ended when it was kept, 200 seconds after the beginning.
    spoken = len(prompt + belt) / 32_000
    assert abs((moment.at - NOW).total_seconds() - (200 - spoken)) < 1.5


async def test_of_one_voice_and_of_whoever_was_not_told_nothing_is_noted(
    database: Database,
    house: House,
    tmp_path: Path,
    answers: tuple[bytes, bytes, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    move, belt, prompt = answers
    seat, attempt_id = await handed_in(database, house, tmp_path, move, belt)
    assert await listen(database, tmp_path, seat, attempt_id) == []
    seat, attempt_id = await handed_in(database, house, tmp_path, move, prompt + belt, told=False)
    assert await listen(database, tmp_path, seat, attempt_id) == []
    with monkeypatch.context() as earlier:
        earlier.setattr("vivavoce.attempts.consent_log.TEXT_VERSION", "2026-11-30.2")
        seat, attempt_id = await handed_in(database, house, tmp_path, move, prompt + belt)
    assert VOICES_TOLD_FROM > "2026-11-30.2"
    assert await listen(database, tmp_path, seat, attempt_id) == [], "the words of then did not name it"


async def test_the_echo_of_our_own_line_is_nobody(
    database: Database, house: House, tmp_path: Path, answers: tuple[bytes, bytes, bytes]
) -> None:
    move, belt, prompt = answers
    at, until = len(move) / 32_000, len(move + prompt) / 32_000
    line = PlayedLine(file="a" * 32, begin=0.0, seconds=until - at, at=at, until=until, is_recorded=True)
    seat, attempt_id = await handed_in(database, house, tmp_path, move, prompt + belt, lines=(line,))
    assert await listen(database, tmp_path, seat, attempt_id) == []


async def test_a_program_that_fails_is_tried_again_and_what_has_no_sound_is_let_be(
    database: Database,
    house: House,
    tmp_path: Path,
    answers: tuple[bytes, bytes, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    move, belt, prompt = answers
    seat, attempt_id = await handed_in(database, house, tmp_path, move, prompt + belt)
    with monkeypatch.context() as broken:
        broken.setattr(voices_apart, "HEARER", ("false",))
        with pytest.raises(NotHeardApart):
            await listen(database, tmp_path, seat, attempt_id)
    assert await listen(database, tmp_path / "elsewhere", seat, attempt_id) == []
    assert await listen(database, tmp_path, seat, new_id()) == []
    assert await listen(database, tmp_path, seat, attempt_id) == [("second_voice", 2)]
