"""What the pages' forms send, read whole and within limits: the one way in for every form but that of a film.

Anybody can send a form, signed in or not. So a body costs next to nothing, whatever is in it: it is no longer than a
few fields of text, holds no file, and never touches the disk. Films come in by web/candidate/film_form.py.
"""

import re
from binascii import a2b_qp
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect, Request

from vivavoce.errors import NotUnderstood, TooLarge
from vivavoce.multipart import MULTIPART, FormPart, Multipart, too_many

# The longest texts (5,000 characters, 12 bytes for each where it is neither Latin nor common) fit with what stands
# around them. A text that may be longer says so to read_form.
MOST_BYTES = 64 * 1024
MOST_FIELDS = 64  # the start screen of an interview in every language has about fifty
BYTES_OF_CHARACTER = 12  # at most: four bytes of UTF-8, each written %F0
URLENCODED = "application/x-www-form-urlencoded"
_TAKEN = "vivavoce.form"  # what a request's form held, in its scope


class CutOff(NotUnderstood):
    """The form broke off before its end. Please send it again."""


async def read_form(
    request: Request, *, most_bytes: int = MOST_BYTES, most_fields: int = MOST_FIELDS
) -> dict[str, str]:
    """The fields of a form, as browsers send it; of a name that comes twice the last one, and none for no body.

    Asked again for the same request, the same fields: web/routes.py reads a form before anything is looked up for it.
    Raises TooLarge (413) as soon as the announced or the received length passes most_bytes; NotUnderstood (400) for
    another kind of body, one that can't be read, that broke off, or that has a file or more than most_fields fields.
    """
    if (taken := request.scope.get(_TAKEN)) is not None:
        return cast(dict[str, str], taken)
    body = bytearray()
    async with aclosing(take_in(request, most_bytes=most_bytes)) as pieces:
        async for piece in pieces:
            body += piece
    content_type = request.headers.get("content-type", "")
    match kind_of(content_type):
        case "application/x-www-form-urlencoded":
            fields = _read_urlencoded(bytes(body), most_fields)
        case "multipart/form-data":
            fields = _read_multipart(content_type, bytes(body), most_fields)
        case _ if not body:
            fields = {}
        case _:
            raise NotUnderstood(f"Expected a form: {URLENCODED} or {MULTIPART}.")
    form = {name: value.replace("\0", "") for name, value in fields.items()}  # NUL is nothing that can be kept
    request.scope[_TAKEN] = form
    return form


async def take_in(request: Request, *, most_bytes: int) -> AsyncGenerator[bytes]:
    """The pieces of a body as they come.

    Raises TooLarge before the first one where too much is announced, and before any that would pass the limit; CutOff
    where the client goes away.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > len(str(most_bytes)) or int(announced) > most_bytes):
        raise TooLarge
    taken = 0
    try:
        async with aclosing(request.stream()) as stream:
            async for piece in stream:
                taken += len(piece)
                if taken > most_bytes:
                    raise TooLarge
                yield piece
    except ClientDisconnect:
        raise CutOff from None


def kind_of(content_type: str) -> str:
    """A media type without what follows it: `multipart/form-data`."""
    return parse_options_header(content_type)[0].decode("latin-1")


def _read_urlencoded(body: bytes, most_fields: int) -> dict[str, str]:
    if body.count(b"&") >= most_fields:
        raise too_many(most_fields)
    pairs = (field.partition(b"=") for field in body.split(b"&") if field)
    return {_decode(name): _decode(value) for name, _, value in pairs}


_NO_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def _decode(text: bytes) -> str:
    """As urllib.parse.unquote_plus has it, at a price that hangs on the length alone.

    Escapes are read as those of quoted-printable mail, which differ by their first character alone and are read in C:
    0.4 to 8 ms for 64 KiB of anything, where parse_qsl takes 3 ms for %41%41… and 20 to 70 ms for %é%é…, which anybody
    can send.
    """
    plain = _NO_ESCAPE.sub(b"%25", text.replace(b"+", b" ")).replace(b"=", b"=3D")
    return a2b_qp(plain.replace(b"%", b"=")).decode(errors="replace")


def _read_multipart(content_type: str, body: bytes, most_fields: int) -> dict[str, str]:
    parts: dict[FormPart, bytearray] = {}
    reader = Multipart(content_type, most_parts=most_fields)
    for part, data in reader.feed(body):
        if part.is_file:
            raise NotUnderstood("This form takes no file.")
        parts.setdefault(part, bytearray()).extend(data)
    reader.finish()
    return {part.name: data.decode(errors="replace") for part, data in parts.items()}
