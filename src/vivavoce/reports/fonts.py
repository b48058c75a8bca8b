"""The fonts that reports are set in: Debian's Noto, wherever the system keeps it. Only what a text needs is loaded.

Set-up installs the two packages where it may. Without them a PDF is refused with a sentence that says so, since the
fonts that come with typst know neither Arabic nor Thai nor Japanese.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vivavoce.errors import Unavailable

PACKAGES = "fonts-noto-core fonts-noto-cjk"
PLACES = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)
STYLES = ("Regular", "Bold")
# By blocks of Unicode (first and last code point): which families show them. What is always there shows the rest.
ALWAYS = ("NotoSans", "NotoSerif")
BY_BLOCK: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0x0530, 0x058F, ("NotoSansArmenian",)),
    (0x0590, 0x05FF, ("NotoSansHebrew", "NotoSerifHebrew")),
    (0x0600, 0x06FF, ("NotoSansArabic", "NotoNaskhArabic")),
    (0x0750, 0x077F, ("NotoSansArabic", "NotoNaskhArabic")),
    (0x08A0, 0x08FF, ("NotoSansArabic", "NotoNaskhArabic")),
    (0x0900, 0x097F, ("NotoSansDevanagari", "NotoSerifDevanagari")),
    (0x0980, 0x09FF, ("NotoSansBengali",)),
    (0x0A00, 0x0A7F, ("NotoSansGurmukhi",)),
    (0x0A80, 0x0AFF, ("NotoSansGujarati",)),
    (0x0B80, 0x0BFF, ("NotoSansTamil", "NotoSerifTamil")),
    (0x0C00, 0x0C7F, ("NotoSansTelugu",)),
    (0x0C80, 0x0CFF, ("NotoSansKannada",)),
    (0x0D00, 0x0D7F, ("NotoSansMalayalam",)),
    (0x0E00, 0x0E7F, ("NotoSansThai", "NotoSerifThai")),
    (0x10A0, 0x10FF, ("NotoSansGeorgian",)),
    (0x1200, 0x137F, ("NotoSansEthiopic",)),
    (0x2190, 0x2BFF, ("NotoSansMath", "NotoSansSymbols", "NotoSansSymbols2")),
    (0x2E80, 0x9FFF, ("NotoSansCJK", "NotoSerifCJK")),
    (0xAC00, 0xD7AF, ("NotoSansCJK", "NotoSerifCJK")),
    (0x1100, 0x11FF, ("NotoSansCJK", "NotoSerifCJK")),
    (0xF900, 0xFAFF, ("NotoSansCJK", "NotoSerifCJK")),
    (0xFB50, 0xFDFF, ("NotoSansArabic", "NotoNaskhArabic")),
    (0xFE70, 0xFEFF, ("NotoSansArabic", "NotoNaskhArabic")),
    (0xFF00, 0xFFEF, ("NotoSansCJK", "NotoSerifCJK")),
    (0x1F000, 0x1FAFF, ("NotoSansSymbols", "NotoSansSymbols2")),
    (0x20000, 0x3134F, ("NotoSansCJK", "NotoSerifCJK")),
)


class NoFonts(Unavailable):
    """A PDF needs fonts that this server lacks. Ask for `html`, or have its operator install them."""

    retry_after = 3600


def wanted_families(text: str) -> frozenset[str]:
    """The families that show this text, as the files are called."""
    blocks = {ord(sign) >> 4 for sign in set(text) if ord(sign) >= BY_BLOCK[0][0]}
    wanted = set(ALWAYS)
    for first, last, families in BY_BLOCK:
        if any(first >> 4 <= block <= last >> 4 for block in blocks):
            wanted |= set(families)
    return frozenset(wanted)


def find_fonts(families: Iterable[str]) -> list[Path]:
    """The files of these families, as far as they are there. Raises NoFonts where the ones for every report are not."""
    names = {f"{family}-{style}" for family in families for style in STYLES}
    paths: dict[str, Path] = {}
    for path in _font_files():
        if path.stem in names:
            paths.setdefault(path.stem, path)
    missing = [family for family in ALWAYS if not any(name.startswith(f"{family}-") for name in paths)]
    if missing:
        raise NoFonts(
            "A PDF needs the fonts Noto Sans and Noto Serif, which this server lacks. Ask for `html`, or have its"
            f" operator install them (Debian: apt-get install {PACKAGES})."
        )
    return [paths[name] for name in sorted(paths)]


@contextmanager
def fonts_folder(files: Iterable[Path]) -> Iterator[Path]:
    """A folder with these fonts alone, so that nothing else is opened."""
    with tempfile.TemporaryDirectory(prefix="vivavoce-fonts-") as folder:
        for file in files:
            (Path(folder) / file.name).symlink_to(file)
        yield Path(folder)


def _font_files() -> Iterator[Path]:
    for place in PLACES:
        for folder, _, names in os.walk(place):
            for name in names:
                if name.startswith("Noto") and name.endswith((".ttf", ".otf", ".ttc")):
                    yield Path(folder, name)
