"""Reading `multipart/form-data` piece by piece: bytes in, parts with their data out. It keeps nothing of the data."""

from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from vivavoce.errors import NotUnderstood

MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True, eq=False)
class FormPart:
    """One part; two with the same name are two parts.

    is_file: whether a file's name, even an empty one, is given; filename: that name, without folders.
    """

    name: str
    is_file: bool
    filename: str = ""


class Multipart:
    """One body. Raises NotUnderstood where it can't be read, or has more than most_parts parts."""

    def __init__(self, content_type: str, *, most_parts: int) -> None:
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise _broken()
        self._most_parts = self._parts_left = most_parts
        self._header, self._value, self._disposition = b"", b"", b""
        self._part: FormPart | None = None
        self._found: list[tuple[FormPart, bytes]] = []
        self._is_whole = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._add_to_header,
                    "on_header_value": self._add_to_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._name_part,
                    "on_part_data": self._add_data,
                    "on_end": self._end,
                },
            )
        except FormParserError:
            raise _broken() from None

    def feed(self, piece: bytes) -> list[tuple[FormPart, bytes]]:
        """What these bytes hold: each part once as it begins, with no data, then with its data as it comes."""
        try:
            self._parser.write(piece)
        except FormParserError:
            raise _broken() from None
        pieces, self._found = self._found, []
        return pieces

    def finish(self) -> None:
        """No more bytes come. Raises NotUnderstood where the body did not come to its end."""
        if not self._is_whole:
            raise _broken()

    # What the parser calls. It holds every header to a few kilobytes, and their number to eight a part.

    def _begin(self) -> None:
        self._disposition = b""
        self._parts_left -= 1
        if self._parts_left < 0:
            raise too_many(self._most_parts)

    def _add_to_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _add_to_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _name_part(self) -> None:
        options = parse_options_header(self._disposition)[1]
        if b"name" not in options:
            raise _broken()
        self._part = FormPart(
            name=options[b"name"].decode(errors="replace"),
            is_file=b"filename" in options,
            filename=options.get(b"filename", b"").decode(errors="replace").replace("\\", "/").rpartition("/")[2],
        )
        self._found.append((self._part, b""))

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        assert self._part is not None
        self._found.append((self._part, data[start:end]))

    def _end(self) -> None:
        self._is_whole = True


def _broken() -> NotUnderstood:
    return NotUnderstood("The form can't be read: it is damaged, or not whole. Please send it again.")


def too_many(most: int) -> NotUnderstood:
    """What is said of a form with more fields than these."""
    return NotUnderstood(f"This form has too many fields: at most {most} are taken.")
