"""A film comes in: for whom it is taken, where it goes, and what is left of one that does not come whole."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.attempts.losing import Loses, losing_commits
from tests.attempts.test_introduction import WEBM, files_in, finished
from tests.builders import KEYS, NOW, House, a_seat, an_attempt, an_interview, store_in
from vivavoce.attempts import film_file
from vivavoce.attempts.film_file import MOST_AT_ONCE, FilmFile, ManyFilms
from vivavoce.attempts.film_sweep import AT_A_TIME, SAFE_AGE, sweep_films
from vivavoce.attempts.films import keep_film, open_film, receiving_film, remove_film
from vivavoce.attempts.introduction import MOST_BYTES, Introduction, NoFilm, find_introduction
from vivavoce.candidates.links import LinkRevoked, Seat
from vivavoce.candidates.revoke import Whom, revoke_links
from vivavoce.candidates.sealed_file import SealBroken
from vivavoce.cli.worker import Errands, make_tidy
from vivavoce.clock import now
from vivavoce.conversation.happenings import HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, NoSpace, NotFound, TooLarge, Unavailable
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.providers.raters import embedded_rater

MEGABYTE = 1024 * 1024
KEY = bytes(32)
LATER = SAFE_AGE + timedelta(minutes=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def send(database: Database, folder: Path, seat: Seat, attempt_id: UUID, content: bytes = WEBM) -> Introduction:
    async with receiving_film(database, store_in(folder), seat, attempt_id) as film:
        film.write(content)
        return await keep_film(database, store_in(folder), seat, attempt_id, film, now=NOW)


async def kept(database: Database, seat: Seat, attempt_id: UUID) -> Introduction | None:
    async with database.tenant(seat.merchant_id) as connection:
        return await find_introduction(connection, attempt_id)


async def opened(database: Database, folder: Path, film: Introduction) -> bytes:
    found = await open_film(database, store_in(folder), film)
    return b"".join(found.pieces(0, found.size))


async def taking(database: Database, house: House) -> tuple[Seat, UUID]:
    """An attempt that waits for a film."""
    return await finished(database, house, intro_video="optional")


# --- For whom it is taken ------------------------------------------------------------------------------------------


async def test_a_film_is_kept_and_the_one_before_it_goes(database: Database, house: House, folder: Path) -> None:
    seat, attempt_id = await taking(database, house)
    await send(database, folder, seat, attempt_id)
    second = await send(database, folder, seat, attempt_id, WEBM + b"more")
    assert await kept(database, seat, attempt_id) == second
    assert [one.relative_to(folder).as_posix() for one in files_in(folder)] == [second.place]
    assert await opened(database, folder, second) == WEBM + b"more"
    assert WEBM[20:] not in (folder / second.place).read_bytes(), "it lies sealed"


async def test_a_film_that_is_taken_back_leaves_nothing(database: Database, house: House, folder: Path) -> None:
    seat, attempt_id = await taking(database, house)
    await send(database, folder, seat, attempt_id)
    await remove_film(database, store_in(folder), seat, attempt_id)
    await remove_film(database, store_in(folder), seat, attempt_id)
    assert await kept(database, seat, attempt_id) is None
    assert list((folder / "introductions" / str(seat.merchant_id)).iterdir()) == []


async def test_nobody_sends_a_film_to_what_takes_none(database: Database, house: House, folder: Path) -> None:
    """Nothing is read, and no folder is made, for an attempt that is not there, another's, too early or too late."""
    seat, attempt_id = await taking(database, house)
    stranger, _ = await taking(database, house)
    begun = await a_seat(database, house, await an_interview(database, house))
    begun_id = await an_attempt(database, begun)
    unasked, unasked_id = await finished(database, house)
    done, done_id = await taking(database, house)
    await happen(database, done, done_id, HandedIn(key=new_id()), now=NOW)
    shut, shut_id = await taking(database, house)
    whom = Whom(merchant_id=shut.merchant_id, environment=DEFAULT_ENVIRONMENT, candidate_id=shut.candidate_id)
    async with database.tenant(shut.merchant_id) as connection:
        await revoke_links(connection, whom, actor="test")
    refused = [
        (replace(shut, issued_at=NOW), shut_id, LinkRevoked),
        (seat, new_id(), NotFound),
        (stranger, attempt_id, NotFound),
        (begun, begun_id, Conflict),
        (unasked, unasked_id, Conflict),
        (done, done_id, Conflict),
    ]
    for who, where, error in refused:
        with pytest.raises(error):
            async with receiving_film(database, store_in(folder), who, where):
                raise AssertionError("it is taken in")
    assert files_in(folder) == []
    assert list(folder.parent.iterdir()) == []


async def test_a_film_that_comes_too_late_is_not_the_attempt_s(database: Database, house: House, folder: Path) -> None:
    seat, attempt_id = await taking(database, house)
    async with receiving_film(database, store_in(folder), seat, attempt_id) as film:
        film.write(WEBM)
        await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
        with pytest.raises(Conflict):
            await keep_film(database, store_in(folder), seat, attempt_id, film, now=NOW)
    assert await kept(database, seat, attempt_id) is None
    assert await sweep_films(database, store_in(folder), now=now() + LATER) == 1
    assert files_in(folder) == []


# --- What does not come whole --------------------------------------------------------------------------------------


async def test_a_film_that_breaks_off_leaves_nothing(database: Database, house: House, folder: Path) -> None:
    seat, attempt_id = await taking(database, house)
    async with receiving_film(database, store_in(folder), seat, attempt_id) as film:
        film.write(WEBM)
        film.write(bytes(MEGABYTE))
        assert len(files_in(folder)) == 1
        assert WEBM not in files_in(folder)[0].read_bytes(), "what is coming in is sealed too"
    assert list((folder / "incoming").iterdir()) == []


async def test_whoever_is_cancelled_leaves_nothing(database: Database, house: House, folder: Path) -> None:
    seat, attempt_id = await taking(database, house)
    has_begun = asyncio.Event()

    async def send_for_ever() -> None:
        async with receiving_film(database, store_in(folder), seat, attempt_id) as film:
            await asyncio.to_thread(film.write, WEBM)
            has_begun.set()
            while True:
                await asyncio.to_thread(film.write, b"x")

    sending = asyncio.create_task(send_for_ever())
    await has_begun.wait()
    sending.cancel()
    await asyncio.wait([sending])
    assert sending.cancelled()
    assert files_in(folder) == []


def test_no_film_is_larger_than_the_largest(tmp_path: Path) -> None:
    film = FilmFile(store_in(tmp_path), KEY, merchant_id=new_id(), attempt_id=new_id())
    film.write(WEBM + bytes(MEGABYTE - len(WEBM)))
    for _ in range(MOST_BYTES // MEGABYTE - 1):
        film.write(bytes(MEGABYTE))
    with pytest.raises(TooLarge, match=f"at most {MOST_BYTES // MEGABYTE} MB"):
        film.write(b"x")
    assert sum(one.stat().st_size for one in files_in(tmp_path)) <= MOST_BYTES
    film.leave()
    assert files_in(tmp_path) == []


def test_a_film_is_read_alike_however_it_is_cut(tmp_path: Path) -> None:
    content = WEBM + bytes(range(256)) * 8
    for size in (1, 3, 64, 65, 1000, len(content)):
        film = FilmFile(store_in(tmp_path), KEY, merchant_id=new_id(), attempt_id=new_id())
        for start in range(0, len(content), size):
            film.write(content[start : start + size])
        found = film.complete(now=NOW)
        film.leave()
        file = store_in(tmp_path).open(found.place, KEY)
        assert file.read(0, file.size) == content
        assert (found.format, found.size_bytes) == ("webm", len(content))


def test_what_is_no_film_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    film = FilmFile(store_in(tmp_path), KEY, merchant_id=new_id(), attempt_id=new_id())
    with pytest.raises(NoFilm):
        film.write(b"MZ" + bytes(MEGABYTE))
    short = FilmFile(store_in(tmp_path), KEY, merchant_id=new_id(), attempt_id=new_id())
    short.write(b"MZ")
    with pytest.raises(NoFilm):
        short.complete(now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_only_so_many_come_in_for_one_attempt_at_once(tmp_path: Path) -> None:
    whose = {"merchant_id": new_id(), "attempt_id": new_id()}
    films = [FilmFile(store_in(tmp_path), KEY, **whose) for _ in range(MOST_AT_ONCE)]
    for film in films:
        film.write(WEBM)
    late = FilmFile(store_in(tmp_path), KEY, **whose)
    other = FilmFile(store_in(tmp_path), KEY, merchant_id=new_id(), attempt_id=new_id())
    other.write(WEBM)
    with pytest.raises(ManyFilms):
        late.write(WEBM)
    late.leave()
    assert len(files_in(tmp_path)) == MOST_AT_ONCE + 1
    films[0].leave()
    late = FilmFile(store_in(tmp_path), KEY, **whose)
    late.write(WEBM)
    for film in (*films, late, other):
        film.leave()
    assert files_in(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full is a device of Linux")
def test_a_full_disk_is_said_in_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film_file, "create_file", lambda _: os.open("/dev/full", os.O_WRONLY))
    film = FilmFile(store_in(tmp_path), KEY, merchant_id=new_id(), attempt_id=new_id())
    with pytest.raises(NoSpace):
        film.write(WEBM + bytes(MEGABYTE))
    film.leave()


# --- A commit of which nobody hears --------------------------------------------------------------------------------


@asynccontextmanager
async def losing(address: DatabaseAddress, tmp_path: Path, how: Loses) -> AsyncIterator[Database]:
    """The database behind a line that breaks at the next commit."""
    async with losing_commits(address, tmp_path / "line", how) as opened:
        yield opened


@pytest.mark.parametrize("how", Loses)
async def test_a_film_stays_where_nobody_heard_of_its_commit(
    database: Database, address: DatabaseAddress, house: House, folder: Path, tmp_path: Path, how: Loses
) -> None:
    seat, attempt_id = await taking(database, house)
    async with (
        losing(address, tmp_path, how) as behind,
        receiving_film(database, store_in(folder), seat, attempt_id) as film,
    ):
        film.write(WEBM)
        with pytest.raises(Unavailable):
            await keep_film(behind, store_in(folder), seat, attempt_id, film, now=NOW)
    assert len(files_in(folder)) == 1
    found = await kept(database, seat, attempt_id)
    if how is Loses.THE_ANSWER:
        assert found is not None
        assert await opened(database, folder, found) == WEBM
        assert await sweep_films(database, store_in(folder), now=now() + LATER) == 0
        assert len(files_in(folder)) == 1
    else:
        assert found is None
        assert await sweep_films(database, store_in(folder), now=now()) == 0
        assert await sweep_films(database, store_in(folder), now=now() + LATER) == 1
        assert files_in(folder) == []


# --- The sweep -----------------------------------------------------------------------------------------------------


def lay(folder: Path, seat: Seat, attempt_id: UUID, name: str) -> Path:
    """A file in a film's place, that nobody has."""
    path = folder / "introductions" / str(seat.merchant_id) / str(attempt_id) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(WEBM)
    return path


async def test_the_sweep_takes_what_nobody_has_and_nothing_else(database: Database, house: House, folder: Path) -> None:
    seat, attempt_id = await taking(database, house)
    own = folder / (await send(database, folder, seat, attempt_id)).place
    other, other_id = await taking(database, house)
    orphans = [lay(folder, seat, attempt_id, f"{new_id()}.webm"), lay(folder, other, other_id, f"{new_id()}.mp4")]
    of_another_database = lay(folder, seat, new_id(), f"{new_id()}.webm")
    not_ours = lay(folder, seat, attempt_id, "notes.txt")
    assert await sweep_films(database, store_in(folder), now=now()) == 0  # too young
    assert set(files_in(folder)) == {own, *orphans, of_another_database, not_ours}
    assert await sweep_films(database, store_in(folder), now=now() + LATER) == 2
    assert set(files_in(folder)) == {own, of_another_database, not_ours}
    assert not orphans[1].parent.exists()
    assert await sweep_films(database, store_in(folder), now=now() + LATER) == 0


async def test_the_sweep_leaves_a_film_that_is_just_coming_in(database: Database, house: House, folder: Path) -> None:
    """However long ago its last byte came: whoever writes it holds it, in this process or in another."""
    seat, attempt_id = await taking(database, house)
    left = folder / "incoming" / str(seat.merchant_id) / str(new_id()) / f"{new_id()}.webm"
    left.parent.mkdir(parents=True)
    left.write_bytes(WEBM)
    async with receiving_film(database, store_in(folder), seat, attempt_id) as film:
        film.write(WEBM + bytes(MEGABYTE))
        with left.open("rb") as elsewhere:
            fcntl.flock(elsewhere, fcntl.LOCK_EX)
            assert await sweep_films(database, store_in(folder), now=now() + LATER) == 0
        assert await sweep_films(database, store_in(folder), now=now()) == 0
        assert await sweep_films(database, store_in(folder), now=now() + LATER) == 1
        kept_now = await keep_film(database, store_in(folder), seat, attempt_id, film, now=NOW)
    assert files_in(folder) == [folder / kept_now.place]
    assert list((folder / "incoming").iterdir()) == []


async def test_many_films_are_swept(database: Database, house: House, folder: Path) -> None:
    seat, attempt_id = await taking(database, house)
    for _ in range(AT_A_TIME + 1):
        lay(folder, seat, attempt_id, f"{new_id()}.webm")
    assert await sweep_films(database, store_in(folder), now=now() + LATER) == AT_A_TIME + 1
    assert files_in(folder) == []


async def test_a_worker_sweeps_every_ten_minutes(database: Database, house: House, folder: Path) -> None:
    seat, attempt_id = await taking(database, house)
    old, young = (lay(folder, seat, attempt_id, f"{new_id()}.webm") for _ in range(2))
    two_days_ago = (now() - timedelta(days=2)).timestamp()
    os.utime(old, (two_days_ago, two_days_ago))
    await make_tidy(database, Errands(keys=KEYS, mailer=None, find_rater=embedded_rater, recordings=store_in(folder)))()
    assert files_in(folder) == [young]


async def test_where_no_film_ever_came_there_is_nothing_to_sweep(database: Database, tmp_path: Path) -> None:
    assert await sweep_films(database, store_in(tmp_path / "none"), now=now()) == 0


# --- Sealed --------------------------------------------------------------------------------------------------------


async def test_a_film_that_was_changed_is_told_and_not_shown(database: Database, house: House, folder: Path) -> None:
    seat, attempt_id = await taking(database, house)
    film = await send(database, folder, seat, attempt_id)
    path = folder / film.place
    sealed = bytearray(path.read_bytes())
    sealed[-20] ^= 1
    path.write_bytes(sealed)
    with pytest.raises(SealBroken, match=r"frame 0 of 1 was changed"):
        await opened(database, folder, film)
    path.write_bytes(WEBM)
    with pytest.raises(SealBroken):
        await opened(database, folder, film)


async def test_nobody_s_film_opens_in_another_s_place(database: Database, house: House, folder: Path) -> None:
    films = []
    for _ in range(2):
        seat, attempt_id = await taking(database, house)
        films.append(await send(database, folder, seat, attempt_id))
    (folder / films[0].place).replace(folder / films[1].place)
    with pytest.raises(SealBroken):
        await opened(database, folder, films[1])


async def test_a_film_from_before_is_still_shown(database: Database, house: House, folder: Path) -> None:
    seat, attempt_id = await taking(database, house)
    film = replace(await send(database, folder, seat, attempt_id), is_sealed=False)
    (folder / film.place).write_bytes(WEBM * 30_000)
    assert await opened(database, folder, film) == WEBM * 30_000
