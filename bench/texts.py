"""Real texts in five languages, to search among: help, handbooks and sayings, as Debian packages bring them.

They are fetched by apt and unpacked into a folder, nothing is installed; a folder that has them is used as it is, and
so is one with files of Markdown.
"""

import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from vivavoce.knowledge.reader import Unreadable, read_parts
from vivavoce.knowledge.split import TextPart

A_BOOK = 400  # passages of a document
FEWEST_WORDS = 4
SEED = 7
HELP = "usr/share/libreoffice/help/{}/**/*.html"
BOOK = "usr/share/doc/debian-handbook/html/{}/*.html"
DESKTOP = "usr/share/help/{}/gnome-help/*.page"
MONEY = "usr/share/help/{}/gnucash-guide/*.docbook"
SAYINGS = "usr/share/games/fortunes/{}*.u8"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBook:
    """Passages that stand together, as a document has them."""

    language: str
    parts: tuple[TextPart, ...]

    def __len__(self) -> int:
        return len(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSource:
    """Files of a Debian package, all in one language."""

    language: str
    package: str
    files: str  # a pattern, below the package's root


def _sources(language: str, help_code: str, book_code: str, desktop_code: str) -> tuple[TextSource, ...]:
    return (
        TextSource(language=language, package=f"libreoffice-help-{help_code.lower()}", files=HELP.format(help_code)),
        TextSource(language=language, package="debian-handbook", files=BOOK.format(book_code)),
        TextSource(language=language, package="gnome-user-docs", files=DESKTOP.format(desktop_code)),
    )


SOURCES = (
    *_sources("en", "en-US", "en-US", "C"),
    TextSource(language="en", package="gnucash-docs", files=MONEY.format("C")),
    TextSource(language="en", package="fortunes", files=SAYINGS.format("")),
    *_sources("de", "de", "de-DE", "de"),
    TextSource(language="de", package="gnucash-docs", files=MONEY.format("de")),
    TextSource(language="de", package="fortunes-de", files=SAYINGS.format("de/")),
    *_sources("es", "es", "es-ES", "es"),
    TextSource(language="es", package="fortunes-es", files=SAYINGS.format("es/")),
    *_sources("fr", "fr", "fr-FR", "fr"),
    *_sources("it", "it", "it-IT", "it"),
    TextSource(language="it", package="fortunes-it", files=SAYINGS.format("")),
)


ANY_MARKDOWN = TextSource(language="en", package=".", files="**/*.md")


def fetch_texts(folder: Path) -> None:
    """Fetches and unpacks what the folder lacks."""
    if any(folder.glob(ANY_MARKDOWN.files)):
        return
    folder.mkdir(parents=True, exist_ok=True)
    for package in sorted({source.package for source in SOURCES}):
        if not (folder / package).is_dir():
            subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True)
            (file,) = folder.glob(f"{package}_*.deb")
            subprocess.run(["dpkg-deb", "-x", file.name, package], cwd=folder, check=True)
            file.unlink()


def read_books(folder: Path, count: int) -> list[TextBook]:
    """Books of so many passages in all, as many in each language as there are enough; the first ones of all languages.

    A book is a stretch of one source as it stands there, so that passages have the neighbours that they have in life.
    Each text comes once.
    """
    is_fetched = (folder / SOURCES[0].package).is_dir()
    by_language: dict[str, list[TextBook]] = {}
    known: set[str] = set()
    for source in SOURCES if is_fetched else (ANY_MARKDOWN,):
        parts: dict[str, TextPart] = {}
        for file in sorted((folder / source.package).glob(source.files)):
            for part in _read(file):
                if part.text not in known:
                    parts.setdefault(part.text, part)
        known |= parts.keys()
        books = [tuple(parts.values())[at : at + A_BOOK] for at in range(0, len(parts), A_BOOK)]
        by_language.setdefault(source.language, []).extend(
            TextBook(language=source.language, parts=book) for book in books
        )
    mixed = random.Random(SEED)
    for of_language in by_language.values():
        mixed.shuffle(of_language)
    chosen: list[list[TextBook]] = []
    left = count
    for place, of_language in enumerate(sorted(by_language.values(), key=lambda them: sum(map(len, them)))):
        chosen.append(list(_take(of_language, left // (len(by_language) - place))))
        left -= sum(map(len, chosen[-1]))
    return [book for of_all in zip_longest(*chosen) for book in of_all if book is not None]


def _take(books: Sequence[TextBook], count: int) -> Iterator[TextBook]:
    """The first books, the last one cut, so that there are so many passages."""
    for book in books:
        if count > 0:
            yield TextBook(language=book.language, parts=book.parts[:count])
        count -= len(book)


def _read(file: Path) -> Iterator[TextPart]:
    content = file.read_bytes()
    if file.suffix == ".u8":
        # One saying after another, a line of "%" between two.
        parts = [
            TextPart(headings=(), text=" ".join(saying.split())[:600])
            for saying in content.decode(errors="replace").split("\n%\n")
        ]
    else:
        try:
            parts = read_parts(content, "md" if file.suffix == ".md" else "html")
        except Unreadable:
            return
    yield from (part for part in parts if len(_WORD.findall(part.text)) >= FEWEST_WORDS and not _DEBUG.match(part.text))


_WORD = re.compile(r"[^\W\d_]{2,}")
_DEBUG = re.compile(r"(?:This page|Title) is:")
