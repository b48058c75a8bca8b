"""A merchant's colour, made fit to read by: lightness moves until every pair has its contrast. Pure.

Hue stays as it is, and chroma as far as screens can show it (OKLCH: https://bottosson.github.io/posts/oklab/;
contrast: WCAG 2.2, "relative luminance").
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from vivavoce.errors import Invalid

COLOUR = re.compile(r"#?([0-9a-f]{6})")
TEXT_CONTRAST = 4.5
EDGE_CONTRAST = 3.0
STEP = 0.004  # of lightness: less than anybody sees

Rgb: TypeAlias = tuple[float, float, float]  # 0 to 1, as screens take it


@dataclass(frozen=True, slots=True)
class Theme:
    """The surfaces that an accent stands on, as in look/tokens.css; a test compares. wash: how much accent is in it."""

    paper: str
    sheet: str
    ink_soft: str
    edge: str
    wash: float


@dataclass(frozen=True, slots=True)
class Shade:
    """An accent for one theme, what is written on it, and the surface that it washes; each as `#rrggbb`."""

    accent: str
    on_accent: str
    wash: str


@dataclass(frozen=True, slots=True)
class AccentColour:
    """A colour by day and by evening."""

    day: Shade
    evening: Shade


DAY = Theme(paper="#f1f2ed", sheet="#fbfbf8", ink_soft="#4a5755", edge="#71807a", wash=0.13)
EVENING = Theme(paper="#121817", sheet="#1a2221", ink_soft="#b3bdb8", edge="#7f8f89", wash=0.15)
WRITTEN_ON = ("#ffffff", "#0e1f1a")


@lru_cache(maxsize=256)
def make_accent(colour: str) -> AccentColour:
    """The accent of this colour. Raises Invalid for anything but `#rrggbb`."""
    return AccentColour(day=fit(to_colour(colour), DAY), evening=fit(to_colour(colour), EVENING))


def to_colour(text: str) -> str:
    """The colour as it is kept: `#rrggbb` in lower case. Raises Invalid."""
    match = COLOUR.fullmatch(text.strip().lower())
    if match is None:
        raise Invalid("Expected a colour as `#aa3366`: six hexadecimal digits.", name="colour")
    return f"#{match[1]}"


def fit(colour: str, theme: Theme) -> Shade:
    """The colour at the nearest lightness that can be read in this theme."""
    lightness, a, b = _to_oklab(_from_hex(colour))
    chroma, hue = math.hypot(a, b), math.atan2(b, a)
    for step in range(math.ceil(1 / STEP) + 1):
        for tried in (lightness - step * STEP, lightness + step * STEP):
            shade = _shade(_within_screens(tried, chroma, hue), theme) if 0 <= tried <= 1 else None
            if shade is not None and is_readable(shade, theme):
                return shade
    raise AssertionError("every theme has a readable lightness of each hue")


def is_readable(shade: Shade, theme: Theme) -> bool:
    """Whether the accent can be read wherever it stands, and whatever stands on it or on its wash."""
    surfaces = (theme.paper, theme.sheet, shade.wash, shade.on_accent)
    return (
        all(contrast(shade.accent, surface) >= TEXT_CONTRAST for surface in surfaces)
        and contrast(theme.ink_soft, shade.wash) >= TEXT_CONTRAST
        and contrast(theme.edge, shade.wash) >= EDGE_CONTRAST
    )


def contrast(colour: str, other: str) -> float:
    """How far two colours stand apart: 1 (alike) to 21."""
    darker, lighter = sorted((_luminance(colour), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _shade(accent: str, theme: Theme) -> Shade:
    return Shade(
        accent=accent,
        on_accent=max(WRITTEN_ON, key=lambda written: contrast(written, accent)),
        wash=mix(accent, theme.sheet, share=theme.wash),
    )


def mix(colour: str, surface: str, *, share: float) -> str:
    """What browsers make of `color-mix(in oklab, colour share, surface)`."""
    first, other = _to_oklab(_from_hex(colour)), _to_oklab(_from_hex(surface))
    lightness, a, b = (share * x + (1 - share) * y for x, y in zip(first, other, strict=True))
    return _to_hex(_from_oklab(lightness, a, b))


def _within_screens(lightness: float, chroma: float, hue: float) -> str:
    """The colour of this lightness and hue, with as much of the chroma as a screen can show."""
    least, most = 0.0, chroma
    if _is_shown(lightness, most, hue):
        least = most
    for _ in range(20):  # halves: to a millionth
        middle = (least + most) / 2
        least, most = (middle, most) if _is_shown(lightness, middle, hue) else (least, middle)
    return _to_hex(_from_oklab(lightness, least * math.cos(hue), least * math.sin(hue)))


def _is_shown(lightness: float, chroma: float, hue: float) -> bool:
    rgb = _from_oklab(lightness, chroma * math.cos(hue), chroma * math.sin(hue))
    return all(-0.001 <= channel <= 1.001 for channel in rgb)


def _luminance(colour: str) -> float:
    red, green, blue = (_to_linear(channel) for channel in _from_hex(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _from_hex(colour: str) -> Rgb:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _to_hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(min(1.0, max(0.0, channel)) * 255):02x}" for channel in rgb)


def _to_linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _from_linear(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _to_oklab(rgb: Rgb) -> Rgb:
    red, green, blue = (_to_linear(channel) for channel in rgb)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> Rgb:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _from_linear(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _from_linear(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _from_linear(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )
