"""Two servers with disks of their own and one store: what is over is there for both, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.builders import KEYS, House
from tests.sound.conftest import own_means
from tests.sound.own_microphone import FRAME, PAUSE_FRAMES, SILENCE, SPEECH, Line, ListeningEar, open_line
from tests.sound.test_microphone import begin
from vivavoce.attempts.erase import erase_person
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.candidates.links import Seat
from vivavoce.conversation.loop import Scene
from vivavoce.db.database import Database
from vivavoce.providers.files.folder import FolderFiles
from vivavoce.providers.files.port import FilesAway
from vivavoce.recordings.stored_sound import Gap, StoredPart, StoredSound, list_parts
from vivavoce.sound.frames import ACKNOWLEDGE_FRAMES
from vivavoce.sound.microphones import Microphones
from vivavoce.sound.notices import HeardTo, Hello, Saved, Understood
from vivavoce.sound.retention import files_in
from vivavoce.sound.sound_file import PageStart
from vivavoce.sound.storing import open_key, store_sound

MARKED = [bytes([number, 1]) * (FRAME // 2) for number in range(1, 100)]


@dataclass
class Two:
    """An attempt, and two servers that may take it."""

    database: Database
    here: Microphones
    there: Microphones
    store: RecordingStore
    seat: Seat
    attempt_id: UUID
    scene: Scene

    async def open(self, server: Microphones, page_start: PageStart | None = None) -> Line:
        return await open_line(server, self.seat, self.attempt_id, self.scene, page_start=page_start)

    @property
    def place(self) -> str:
        return recordings_folder(merchant_id=self.seat.merchant_id, attempt_id=self.attempt_id)

    async def until_stored(self, count: int) -> list[StoredPart]:
        """The parts, once the store has so many: nobody is told of that."""
        for _ in range(3_000):
            if len(parts := list_parts(self.store, self.place)) >= count:
                return parts
            await asyncio.sleep(0.01)
        raise AssertionError("nothing is stored")

    async def store_rest(self, server: Microphones) -> None:
        """As a worker does beside a server that has died, once it is back."""
        key = await open_key(self.database, self.store, merchant_id=self.seat.merchant_id, attempt_id=self.attempt_id)
        folder = server.means.data_dir / "sound" / str(self.seat.merchant_id) / str(self.attempt_id)
        store_sound(self.store, folder, key, place=self.place, incoming=server.means.data_dir / "incoming")

    async def read(self) -> StoredSound:
        key = await open_key(self.database, self.store, merchant_id=self.seat.merchant_id, attempt_id=self.attempt_id)
        return StoredSound(self.store, self.place, list_parts(self.store, self.place), key)


@pytest.fixture
async def two(database: Database, house: House, tmp_path: Path) -> AsyncIterator[Two]:
    def server(name: str) -> Microphones:
        store = RecordingStore(files=FolderFiles(tmp_path / "shared"), data_dir=tmp_path / name, wrapping=KEYS.wrapping)
        return Microphones(own_means(database, tmp_path / name, recordings=store, ears=ListeningEar()))

    here, there = server("here"), server("there")
    seat, attempt_id, scene = await begin(database, house)
    store = here.means.recordings
    assert store is not None
    yield Two(database, here, there, store, seat, attempt_id, scene)
    await here.close()
    await there.close()


async def say_a_turn(line: Line) -> int:
    """A turn that is over and saved; how many frames have gone by now."""
    for _ in range(20):
        await line.say(SPEECH)
    await line.seconds_of_silence()
    await line.until_told(Saved)
    return line.sent


async def say_acknowledged(line: Line, frames: list[bytes]) -> None:
    for pcm in frames:
        await line.say(pcm)
    for _ in range(3_000):
        if HeardTo(line.sent) in line.told:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("there is no receipt")


async def test_a_turn_is_in_the_store_when_it_is_over_and_another_server_goes_on(two: Two) -> None:
    line = await two.open(two.here)
    over = await say_a_turn(line)
    await two.until_stored(2)  # the second one at the end of the turn
    first = await two.read()
    assert first.read(0, 20 * FRAME) == SPEECH * 20
    assert first.entries[0]["turn"] == 1
    # The next turn has begun; its server dies, with sound that it had acknowledged.
    await say_acknowledged(line, MARKED[:ACKNOWLEDGE_FRAMES])
    died_at = line.sent

    other = await two.open(two.there, PageStart(frame=died_at, frame_bytes=FRAME))
    assert await other.until_told(Hello) == Hello(next=died_at, frame_bytes=FRAME)
    other.sent = died_at
    await say_acknowledged(other, MARKED[ACKNOWLEDGE_FRAMES : 2 * ACKNOWLEDGE_FRAMES])
    await two.store_rest(two.there)
    told = await two.read()
    assert [(round(gap.begin, 2), round(gap.end, 2)) for gap in told.gaps] == [
        (round(first.size / FRAME * 0.04, 2), round(died_at * 0.04, 2))
    ], "what the first one alone has is missing, and told"

    await two.store_rest(two.here)
    whole = await two.read()
    assert whole.gaps == []
    assert whole.read(over * FRAME, whole.size) == b"".join(MARKED[: 2 * ACKNOWLEDGE_FRAMES])


async def begin_an_answer(two: Two) -> tuple[Line, int]:
    """Words that were understood, a pause, and more sound that has a receipt; where the store ends by then."""
    line = await two.open(two.here)
    await say_acknowledged(line, [SPEECH] * ACKNOWLEDGE_FRAMES)
    for _ in range(PAUSE_FRAMES):
        await line.say(SILENCE)
    await asyncio.wait_for(line.understood.wait(), 30)
    await two.until_stored(1)
    stored = (await two.read()).size // FRAME
    await say_acknowledged(line, MARKED[:ACKNOWLEDGE_FRAMES])
    return line, stored


async def until_saved(line: Line, two: Two) -> str:
    """What the answer says, once its words and a long silence have come."""
    await line.seconds_of_silence()
    told: Saved = await line.until_told(Saved)
    return told.text


async def test_words_of_an_answer_that_one_server_began_stand_in_the_one_that_another_saves(two: Two) -> None:
    line, stored = await begin_an_answer(two)
    assert 0 < stored < line.sent, "a turn is in the store before it is over"
    other = await two.open(two.there, PageStart(frame=line.sent, frame_bytes=FRAME, kept=0, number=1))
    assert await other.until_told(Hello) == Hello(next=stored, frame_bytes=FRAME), "the page sends the rest again"
    assert (await other.until_told(Understood)).text == "Yes"
    other.sent = stored
    for pcm in [*[SILENCE] * (line.sent - ACKNOWLEDGE_FRAMES - stored), *MARKED[:ACKNOWLEDGE_FRAMES]]:
        await other.say(pcm)
    assert await until_saved(other, two) == "Yes Yes", "what was said before, and what comes again"

    await two.until_stored(2)
    whole = await two.read()
    await two.store_rest(two.here)
    again = await two.read()
    assert (again.gaps, again.size) == ([], whole.size), "the dead server's rest takes nothing from the other one's"
    assert again.read(0, again.size) == whole.read(0, whole.size)


async def test_what_nobody_here_has_of_an_answer_ends_no_turn(two: Two) -> None:
    _, stored = await begin_an_answer(two)
    following = stored + 2_000  # 80 seconds that the first server alone has
    other = await two.open(two.there, PageStart(frame=following, frame_bytes=FRAME))
    assert await other.until_told(Hello) == Hello(next=following, frame_bytes=FRAME)
    other.sent = following
    await say_acknowledged(other, [SPEECH] * ACKNOWLEDGE_FRAMES)
    await other.microphone.close()
    again = await two.open(two.there, PageStart(frame=other.sent, frame_bytes=FRAME))
    again.sent = other.sent
    assert await until_saved(again, two) == "Yes Yes", "it is heard again after a restart, too"
    await two.until_stored(2)
    (gap,) = (await two.read()).gaps
    assert (round(gap.begin * 25), round(gap.end * 25)) == (stored, following), "the copy is not stored again"


async def test_a_page_that_knows_nothing_leaves_room_for_what_another_server_has(two: Two) -> None:
    line = await two.open(two.here)
    await say_a_turn(line)
    await two.until_stored(2)
    stored = (await two.read()).size // FRAME
    other = await two.open(two.there)
    hello: Hello = await other.until_told(Hello)
    assert stored < hello.next <= stored + 600 * 25


async def test_the_first_server_goes_on_behind_what_the_second_has_taken(two: Two) -> None:
    line = await two.open(two.here)
    await say_acknowledged(line, [SILENCE] * ACKNOWLEDGE_FRAMES)
    again = await two.open(two.here, PageStart(frame=200, frame_bytes=FRAME))
    assert await again.until_told(Hello) == Hello(next=200, frame_bytes=FRAME)
    again.sent = 200
    await say_acknowledged(again, MARKED[:ACKNOWLEDGE_FRAMES])
    await again.microphone.close()
    await two.store_rest(two.here)
    sound = await two.read()
    assert sound.gaps == [Gap(begin=1.0, end=8.0)]
    assert sound.read(200 * FRAME, sound.size) == b"".join(MARKED[:ACKNOWLEDGE_FRAMES])


async def test_a_store_that_is_away_holds_nobody_up(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise FilesAway

    with monkeypatch.context() as without:
        without.setattr(FolderFiles, "take", away)
        without.setattr(FolderFiles, "list", away)
        line = await two.open(two.here)
        await say_a_turn(line)
        await line.microphone.close()
    assert list_parts(two.store, two.place) == []
    await two.store_rest(two.here)
    assert (await two.read()).read(0, 20 * FRAME) == SPEECH * 20, "it goes later"


async def test_erasing_wins_over_a_part_that_is_on_its_way(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """The part is on its way when its person is erased on another machine, and arrives afterwards."""
    loop, real = asyncio.get_running_loop(), FolderFiles.take
    is_sent = asyncio.Event()

    async def erase() -> None:
        await erase_person(
            two.database,
            files_in(RecordingStore(files=two.store.files, data_dir=Path("/nowhere"), wrapping=KEYS.wrapping)),
            merchant_id=two.seat.merchant_id,
            candidate_id=two.seat.candidate_id,
            environment=None,
            actor="test",
            now=datetime.now(UTC),
        )

    def take(self: FolderFiles, path: Path, name: str) -> None:
        asyncio.run_coroutine_threadsafe(erase(), loop).result(30)
        real(self, path, name)
        loop.call_soon_threadsafe(is_sent.set)

    monkeypatch.setattr(FolderFiles, "take", take)
    line = await two.open(two.here)
    # Where the part is on its way before the turn is saved, nobody is told of the turn any more.
    saying = asyncio.create_task(say_a_turn(line))
    await asyncio.wait_for(is_sent.wait(), 30)
    saying.cancel()
    await asyncio.wait([saying])
    await line.microphone.close()
    assert list_parts(two.store, two.place) == []
