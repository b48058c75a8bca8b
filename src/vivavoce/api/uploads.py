"""Documents that come in: as forms or as base64 in JSON, within limits."""

import base64
import binascii
from dataclasses import dataclass

from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from vivavoce.api.body import parse_object, read_body
from vivavoce.errors import Invalid, NotUnderstood, TooLarge
from vivavoce.knowledge.documents import MOST_BYTES
from vivavoce.multipart import MULTIPART, FormPart, Multipart

AROUND_BYTES = 64 * 1024  # what stands around a document: fields, boundaries
MOST_FIELDS = 16
TOO_LARGE = f"The document is too large: at most {MOST_BYTES // 1024**2} MB are taken."


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """What came: the fields beside the file, and the file. content: None where none came."""

    fields: dict[str, object]
    content: bytes | None


async def read_upload(request: Request) -> SentFile:
    """A form or a JSON object, whole.

    Raises TooLarge as soon as the announced or the received length passes the limit, Invalid for what is not base64,
    and what `parse_object` and `Multipart` raise.
    """
    content_type = request.headers.get("content-type", "")
    if parse_options_header(content_type)[0].decode("latin-1") == MULTIPART:
        return _read_form(content_type, await _read(request, MOST_BYTES + AROUND_BYTES))
    fields = parse_object(await _read(request, MOST_BYTES * 4 // 3 + AROUND_BYTES))
    sent = fields.get("file")
    if not isinstance(sent, str):  # what it should be, the model says
        return SentFile(fields=fields, content=None)
    return SentFile(fields=fields, content=_hold_to_limit(_decode(sent)))


async def _read(request: Request, limit: int) -> bytes:
    try:
        return await read_body(request, limit=limit)
    except TooLarge:
        raise TooLarge(TOO_LARGE) from None


def _read_form(content_type: str, body: bytes) -> SentFile:
    parts: dict[FormPart, bytearray] = {}
    reader = Multipart(content_type, most_parts=MOST_FIELDS)
    for part, piece in reader.feed(body):
        parts.setdefault(part, bytearray()).extend(piece)
    reader.finish()
    fields: dict[str, object] = {}
    content: bytes | None = None
    for part, data in parts.items():
        if part.name == "file":
            content = _hold_to_limit(bytes(data))
            fields["file"] = part.filename  # a text, as in JSON; the name where no other one is given
            if part.filename:
                fields.setdefault("name", part.filename)
        elif "\0" in (text := _read_text(data)):
            raise Invalid("Expected text without the character NUL, which can't be kept.", name=part.name[:100])
        elif text:
            fields[part.name] = text
    return SentFile(fields=fields, content=content)


def _read_text(data: bytearray) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NotUnderstood("A field of the form is not UTF-8.") from None


def _decode(sent: str) -> bytes:
    # `data:application/pdf;base64,` stands before it where a browser made it.
    text = sent.partition(",")[2] if sent.startswith("data:") else sent
    try:
        # Lines of 76, as mail has them: twenty million characters are taken apart for them alone.
        return base64.b64decode("".join(text.split()) if "\n" in text[:100] else text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("Expected the document in base64.", name="file") from None


def _hold_to_limit(content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise TooLarge(TOO_LARGE)
    return content
