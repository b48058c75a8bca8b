"""The form that brings a film: its parts are read as they come, and the film goes straight to its place."""

import asyncio
from contextlib import aclosing

from starlette.requests import Request

from vivavoce.attempts.film_file import FilmFile
from vivavoce.attempts.introduction import MOST_BYTES
from vivavoce.errors import NotUnderstood
from vivavoce.multipart import MULTIPART, FormPart, Multipart
from vivavoce.web.forms import kind_of, read_form, take_in

FRAME_BYTES = 64 * 1024  # of a form around a film
MOST_PARTS = 8
FILM, REMOVE = "film", "remove"


async def read_film_form(request: Request, film: FilmFile) -> bool:
    """Writes what stands in `film`; whether the form says to `remove` it instead.

    Raises what FilmFile.write does, TooLarge for a body that is larger than any film, and NotUnderstood for one that
    can't be read, or broke off.
    """
    content_type = request.headers.get("content-type", "")
    if kind_of(content_type) != MULTIPART:
        return bool((await read_form(request)).get(REMOVE))
    reader = _FilmForm(content_type, film)
    async with aclosing(take_in(request, most_bytes=MOST_BYTES + FRAME_BYTES)) as pieces:
        async for piece in pieces:
            # In a thread, for the disk as for the parser, whose time the sender decides.
            await asyncio.to_thread(reader.read, piece)
    reader.parts.finish()
    return reader.removes


class _FilmForm:
    """One form, piece by piece."""

    def __init__(self, content_type: str, film: FilmFile) -> None:
        self.parts = Multipart(content_type, most_parts=MOST_PARTS)
        self.removes = False
        self._film = film
        self._part: FormPart | None = None

    def read(self, piece: bytes) -> None:
        """Takes the next bytes. It blocks."""
        for part, data in self.parts.feed(piece):
            if part.name == FILM and part.is_file:
                if self._part not in (None, part):
                    raise NotUnderstood("One film at a time is taken.")
                self._part = part
                if data:
                    self._film.write(data)
            elif part.name == REMOVE and data:
                self.removes = True
