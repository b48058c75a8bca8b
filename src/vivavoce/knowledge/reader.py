"""A document as passages with their vectors. A program of its own, with limits: what reads may die of what it is given.

python -m vivavoce.knowledge.reader FORMAT < the document > JSON

FORMAT: pdf, docx, html, md or txt. It answers {"language": …, "passages": [[headings, text, vector in base64], …]}, or
{"fault": …}, a sentence for whoever uploaded it. What stands in a document is words to it, whatever they say.
"""

import base64
import io
import json
import os
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from xml.parsers.expat import ExpatError

import mammoth
import pypdfium2

from vivavoce.knowledge.bits import pack
from vivavoce.knowledge.formats import read_text
from vivavoce.knowledge.html_parts import split_html
from vivavoce.knowledge.split import LONGEST_MARKED, TextPart, split_text
from vivavoce.providers.vectors import find_vectors
from vivavoce.text.tell_language import tell_language

MOST_SECONDS = 900  # of the processor: MOST_PASSAGES take about two thirds of it on a slow one
MOST_BYTES = 2 * 1024**3  # of addresses, not of memory: a 50-page PDF takes less than 300 MB
MOST_PAGES = 2_000
MOST_CHARACTERS = 1_000_000  # some 400 pages of print
MOST_PASSAGES = 5_000
LONGEST_PASSAGE = 2_000  # characters: what has no sentences is parted between words
MOST_UNPACKED = 200 * 1024**2
NICE = 10  # whoever speaks with candidates goes first
MOST_THREADS = 4
PASSWORD_NEEDED = 4  # PDFium's own number for it

# By which mammoth and what it stands on say that they can't read a file. (Any other error ends the program, and whoever
# started it says the same.)
NOT_A_DOCX = (
    zipfile.BadZipFile, ExpatError, zlib.error, LookupError, ValueError, TypeError, AttributeError, OSError,
    NotImplementedError, EOFError,
)  # fmt: skip

LOCKED = "The PDF is locked by a password. Save it without one, and upload it again."
NO_WORDS = "There is no text in it; it may hold pictures of pages. Upload a version whose text can be selected."
DAMAGED = "It can't be read: it is damaged, or not what its name says. Save it anew, and upload it again."
TOO_LONG = (
    f"It is too long: at most {MOST_CHARACTERS:,} characters and {MOST_PAGES:,} pages are read. Upload it in parts."
)
TOO_PACKED = "It unpacks to more than 200 MB. Take out its pictures, and upload it again."


class Unreadable(Exception):
    """Says why, to whoever uploaded it."""


def read_parts(content: bytes, format_name: str) -> list[TextPart]:
    """The parts of a document. Raises Unreadable."""
    match format_name:
        case "pdf":
            parts = _split_plain(_read_pdf(content))
        case "docx":
            parts = split_html(_read_docx(content))
        case "html":
            parts = split_html(_checked(read_text(content)))
        case _:
            parts = _split_marked(_checked(read_text(content)))
    parts = [piece for part in parts for piece in _cut(part)]
    if not any(letter.isalnum() for part in parts for letter in part.text):
        raise Unreadable(NO_WORDS)
    if len(parts) > MOST_PASSAGES:
        raise Unreadable(TOO_LONG)
    return parts


def to_meant(part: TextPart) -> str:
    """What a machine reads to tell what a part means: its words under the last two of its headings."""
    return ": ".join((*part.headings[-2:], part.text))


def _read_pdf(content: bytes) -> str:
    """The text, page by page."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(LOCKED if getattr(error, "err_code", None) == PASSWORD_NEEDED else DAMAGED) from None
    if len(document) > MOST_PAGES:
        raise Unreadable(TOO_LONG)
    pages, left = [], MOST_CHARACTERS
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage().get_text_bounded()
            page.close()
        except pypdfium2.PdfiumError:
            continue  # a page that is damaged hides none of the others
        left -= len(text)
        if left < 0:
            raise Unreadable(TOO_LONG)
        pages.append(_SOFT_HYPHEN.sub("", text.replace("\r\n", "\n")))
    return "\n".join(pages)


def _read_docx(content: bytes) -> str:
    """The text as HTML."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(file.file_size for file in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable(TOO_PACKED)
        html: str = mammoth.convert_to_html(
            io.BytesIO(content),
            convert_image=mammoth.images.img_element(lambda image: {}),
            include_embedded_style_map=False,
        ).value
    except NOT_A_DOCX as error:
        raise Unreadable(DAMAGED) from error
    return _checked(html)


def _checked(text: str) -> str:
    if len(text) > MOST_CHARACTERS * 4:  # of HTML most may be marks
        raise Unreadable(TOO_LONG)
    return text


# --- Text without marks ---------------------------------------------------------------------------------------------

_SOFT_HYPHEN = re.compile("\u00ad(?!\\n)")
_SHORT = 0.6  # of a page's usual line: a line that ends before it ends a paragraph
_LONGEST_HEADING = 8  # words
_BULLET = re.compile(r"\s*(?:[•●▪◦‣–—*-]|\d{1,2}[.)])\s+")


def _split_plain(text: str) -> list[TextPart]:
    """The parts of text whose lines were wrapped by a page, under what look like headings."""
    parts: list[TextPart] = []
    heading = ""
    for paragraph in _paragraphs(text):
        if _is_heading(paragraph):
            if heading:
                parts.append(TextPart(headings=(), text=heading))
            heading = paragraph
            continue
        above = (heading,) if heading else ()
        parts += [TextPart(headings=(*above, *part.headings), text=part.text) for part in split_text(paragraph)]
        heading = ""
    if heading:
        parts.append(TextPart(headings=(), text=heading))
    return parts


def _paragraphs(text: str) -> Iterator[str]:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    open_lines: list[str] = []
    for line in lines:
        if open_lines and (not line or _BULLET.match(line) or _begins_anew(open_lines[-1], line, usual)):
            yield _join(open_lines)
            open_lines = []
        if line:
            open_lines.append(line)
    if open_lines:
        yield _join(open_lines)


def _begins_anew(before: str, line: str, usual: int) -> bool:
    return len(before) < usual * _SHORT and not line[:1].islower() and before[-1:] not in ",;-\u00ad"


def _join(lines: Sequence[str]) -> str:
    """One line; a word that was parted at a line's end is whole again."""
    text = lines[0]
    for line in lines[1:]:
        is_parted = text[-1:] in ("-", "\u00ad", "\ufffe") and text[-2:-1].isalpha() and line[:1].islower()
        text = text[:-1] + line if is_parted else f"{text} {line}"
    return text


def _is_heading(paragraph: str) -> bool:
    is_short = len(paragraph.split()) <= _LONGEST_HEADING and len(paragraph) <= 80
    return (
        is_short and paragraph[-1:] not in ".!?:;,。！？" and not _BULLET.match(paragraph) and paragraph[:1].isupper()
    )


# --- Markdown, and plain text that was not wrapped by a page -------------------------------------------------------


def _split_marked(text: str) -> list[TextPart]:
    """The parts of Markdown of any length: piece by piece, each under the headings that the one before ended in."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(TOO_LONG)
    parts: list[TextPart] = []
    for piece in _pieces(text):
        above = "".join(
            f"{'#' * (level + 1)} {words}\n\n" for level, words in enumerate(parts[-1].headings if parts else ())
        )
        parts += split_text(above + piece)
    return parts


def _pieces(text: str) -> Iterator[str]:
    longest = LONGEST_MARKED - 5_000  # with room for the headings above
    while len(text) > longest:
        end = text.rfind("\n\n", longest // 2, longest)
        end = end if end > 0 else text.rfind("\n", longest // 2, longest)
        end = end if end > 0 else longest
        yield text[:end]
        text = text[end:]
    yield text


def _cut(part: TextPart) -> Iterator[TextPart]:
    """The part, in pieces where it has no sentences to be parted by."""
    text = part.text
    while len(text) > LONGEST_PASSAGE:
        end = text.rfind(" ", LONGEST_PASSAGE // 2, LONGEST_PASSAGE)
        end = end if end > 0 else LONGEST_PASSAGE
        yield TextPart(headings=part.headings, text=text[:end].strip())
        text = text[end:]
    if text.strip():
        yield TextPart(headings=part.headings, text=text.strip())


# --- The program ----------------------------------------------------------------------------------------------------


def _read(content: bytes, format_name: str) -> dict[str, object]:
    try:
        parts = read_parts(content, format_name)
    except Unreadable as error:
        return {"fault": str(error)}
    except (MemoryError, RecursionError):
        return {"fault": DAMAGED}
    detected = tell_language(" ".join(part.text for part in parts[:40]))
    vectors = _make_vectors([to_meant(part) for part in parts])
    return {
        "language": None if detected is None else detected.language,
        "passages": [[list(part.headings), part.text, vector] for part, vector in zip(parts, vectors, strict=True)],
    }


def _make_vectors(texts: Sequence[str]) -> list[str | None]:
    maker = find_vectors(threads=min(os.cpu_count() or 1, MOST_THREADS))
    if maker is None:
        return [None] * len(texts)
    return [base64.b64encode(pack(vector)).decode() for vector in maker.of_passages(texts)]


def main() -> None:
    """Reads standard input to standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand in our answer
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    with answers:
        answers.write(json.dumps(_read(sys.stdin.buffer.read(), sys.argv[1])).encode())


if __name__ == "__main__":
    main()
