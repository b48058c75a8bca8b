"""How long a merchant keeps what its candidates gave: its own times, by kind, in place of the server's."""

from dataclasses import asdict, dataclass
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.events.record import Event, record

MOST_DAYS = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingTimes:
    """Days after which something goes, counted from when its candidate was last there.

    words: the attempt with all that is in it; None: as the server's setting says. sound, pictures, films: those alone,
    before that; None: with the words.
    """

    words: int | None = None
    sound: int | None = None
    pictures: int | None = None
    films: int | None = None


async def read_keeping_times(connection: Connection, merchant_id: UUID) -> KeepingTimes:
    """The merchant's own times."""
    row = await connection.fetchrow(
        "select keep_words_days as words, keep_sound_days as sound, keep_pictures_days as pictures,"
        " keep_films_days as films"
        " from merchants where id = $1",
        merchant_id,
    )
    return KeepingTimes() if row is None else KeepingTimes(**dict(row))


async def find_keep_days(connection: Connection, merchant_id: UUID, *, server_days: int) -> int:
    """After how many days an attempt at this merchant is erased; 0: not by its age."""
    return (await read_keeping_times(connection, merchant_id)).words or server_days


async def set_keeping_times(database: Database, times: KeepingTimes, *, merchant_id: UUID, actor: str) -> None:
    """Sets all of them: what is None is as the server's setting says. It holds for what is kept already, too."""
    async with database.tenant(merchant_id) as connection:
        await connection.execute(
            "update merchants set keep_words_days = $2, keep_sound_days = $3, keep_pictures_days = $4,"
            " keep_films_days = $5 where id = $1",
            merchant_id,
            times.words,
            times.sound,
            times.pictures,
            times.films,
        )
        await record(
            connection,
            Event.KEEPING_CHANGED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=merchant_id,
            actor=actor,
            data=asdict(times),
        )
