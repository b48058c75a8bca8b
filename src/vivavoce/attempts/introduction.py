"""A candidate's introduction: a film of themselves that they send before they hand in. It is kept, and never judged.

    introductions/MERCHANT/ATTEMPT/ID.webm     in the store of files, sealed; one folder an attempt, which goes with it

What is sent is known by its first bytes alone, whatever its name or its sender says; it is never opened by us, and
given out under a policy that lets nothing in it run. How it comes in: film_file.py; what a candidate does with it:
films.py; what happens to files that belong to nobody: film_sweep.py.
"""

import logging
import shutil
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.viewers import ADDRESS_LIFE, CLAIMS, RecordingViewer, read_viewer
from vivavoce.db.database import Connection
from vivavoce.errors import Conflict, Invalid, NotFound, Unavailable
from vivavoce.merchants.keys import Keys

log = logging.getLogger(__name__)

FOLDER = "introductions"
MOST_BYTES = 200 * 1024 * 1024  # five minutes of a telephone's film, about
HEAD_BYTES = 64  # enough to know a film by
_FOR = "introduction"
_REQUIRED: Options = {"require": ["exp", "aud", "mid", "aid", "sub", *CLAIMS]}


class Wanted(StrEnum):
    """Whether an interview asks for one."""

    HIDDEN = "hidden"
    OPTIONAL = "optional"
    REQUIRED = "required"  # nobody hands in without it


class NoFilm(Invalid):
    """This file is not a film that we can keep. Please send an MP4, MOV, WebM, MKV or 3GP file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """A film that is kept. format: also the ending of its file's name. is_sealed: or from before, in clear."""

    id: UUID
    merchant_id: UUID
    attempt_id: UUID
    format: str
    size_bytes: int
    kept_at: datetime
    is_sealed: bool

    @property
    def media_type(self) -> str:
        """As browsers name the format."""
        return MEDIA_TYPES[self.format]

    @property
    def place(self) -> str:
        """Its name in the store of files."""
        return film_name(
            merchant_id=self.merchant_id, attempt_id=self.attempt_id, film_id=self.id, film_format=self.format
        )


MEDIA_TYPES = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "3gp": "video/3gpp",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
}
# ISO base media files by their major brand (ISO/IEC 14496-12): films alone, no pictures (heic, avif), no sound (M4A).
_BRANDS = {b"qt  ": "mov", b"3gp": "3gp", b"3g2": "3gp"}
_FILMS = (b"isom", b"iso", b"mp4", b"avc1", b"M4V", b"MSNV", b"dash", b"f4v", b"mmp4", b"hvc1", b"av01")


def find_format(head: bytes) -> str:
    """What film begins with these bytes. Raises NoFilm."""
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        kind = next((name for start, name in _BRANDS.items() if brand.startswith(start)), None)
        if kind is not None or brand.startswith(_FILMS):
            return kind or "mp4"
    if head[:4] == b"\x1a\x45\xdf\xa3":  # EBML (RFC 8794); the kind of document stands in the header
        if b"webm" in head:
            return "webm"
        if b"matroska" in head:
            return "mkv"
    raise NoFilm


def films_folder(*, merchant_id: UUID, attempt_id: UUID) -> str:
    """Below which name an attempt's films lie in the store."""
    return f"{FOLDER}/{merchant_id}/{attempt_id}"


def film_name(*, merchant_id: UUID, attempt_id: UUID, film_id: UUID, film_format: str) -> str:
    """A film's name in the store, which it is sealed for."""
    return f"{films_folder(merchant_id=merchant_id, attempt_id=attempt_id)}/{film_id}.{film_format}"


async def save_introduction(connection: Connection, film: Introduction) -> Introduction | None:
    """Makes this film the attempt's; the one before it, whose file can go once this is committed.

    The attempt must be locked. Raises Conflict unless it waits to be handed in.
    """
    before = await take_introduction(connection, film.attempt_id)
    await connection.execute(
        "insert into introductions (merchant_id, id, attempt_id, format, size_bytes, kept_at, is_sealed)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        film.merchant_id,
        film.id,
        film.attempt_id,
        film.format,
        film.size_bytes,
        film.kept_at,
        film.is_sealed,
    )
    return before


async def take_introduction(connection: Connection, attempt_id: UUID) -> Introduction | None:
    """Lets the film go, which it returns. The attempt must be locked. Raises Conflict unless it can be handed in."""
    state = await connection.fetchval("select state from attempts where id = $1", attempt_id)
    if state != AttemptState.FINISHED.value:
        raise Conflict("This attempt is handed in already.")
    introduction = await find_introduction(connection, attempt_id)
    await connection.execute("delete from introductions where attempt_id = $1", attempt_id)
    return introduction


async def find_introduction(connection: Connection, attempt_id: UUID) -> Introduction | None:
    """The attempt's film, or None."""
    row = await connection.fetchrow("select * from introductions where attempt_id = $1", attempt_id)
    return None if row is None else Introduction(**dict(row))


def erase_file(store: RecordingStore, film: Introduction) -> None:
    """Removes one film's file. It blocks. What can't be removed now belongs to nobody, and is swept a day later."""
    try:
        store.files.delete([film.place])
    except Unavailable as error:
        log.warning("a film that nobody has any more can't be removed now: %s", error.message)


def erase_introductions(store: RecordingStore, *, merchant_id: UUID, attempt_id: UUID) -> bool:
    """Removes all films of an attempt, and what is coming in; whether they are gone. It blocks."""
    incoming = store.incoming(merchant_id=merchant_id, attempt_id=attempt_id)
    shutil.rmtree(incoming, ignore_errors=True)
    try:
        store.files.delete_all(films_folder(merchant_id=merchant_id, attempt_id=attempt_id))
    except Unavailable:
        return False
    return not incoming.exists()


def sign_address(keys: Keys, film: Introduction, *, viewer: RecordingViewer, now: datetime) -> str:
    """What opens this film alone, to whoever the merchant hands it to."""
    claims = {
        "aud": _FOR,
        "exp": now + ADDRESS_LIFE,
        "mid": str(film.merchant_id),
        "aid": str(film.attempt_id),
        "sub": str(film.id),
        **viewer.to_claims(),
    }
    return jwt.encode(claims, keys.link, algorithm="HS256")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmAddress:
    """What a signed address opens."""

    merchant_id: UUID
    attempt_id: UUID
    introduction_id: UUID
    viewer: RecordingViewer


def read_address(keys: Keys, token: str) -> FilmAddress:
    """The film that the token opens. Raises NotFound."""
    try:
        claims = jwt.decode(token, keys.link, algorithms=["HS256"], audience=_FOR, options=_REQUIRED)
        return FilmAddress(
            merchant_id=UUID(claims["mid"]),
            attempt_id=UUID(claims["aid"]),
            introduction_id=UUID(claims["sub"]),
            viewer=read_viewer(claims),
        )
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        raise NotFound("This address has expired, or was cut short.") from None
