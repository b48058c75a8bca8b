"""A merchant's logo: a picture is read, made small, and written anew, so that nothing but a picture is kept.

PNG, JPEG or WebP, known by their first bytes. Never SVG, which can hold scripts and load from elsewhere.
Loaded by the command that sets a logo, not by the server: it brings a library of pictures.
"""

import warnings
from collections.abc import Iterable
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from vivavoce.errors import Invalid
from vivavoce.merchants.accent import DAY, EVENING, Theme, contrast
from vivavoce.merchants.look import Logo

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 4000 * 4000
KEPT_WIDTH, KEPT_HEIGHT = 640, 128  # it is shown at most 160 by 32 pixels large, on screens of up to four dots a pixel
LEAST_SIDE = 16
UNSEEN = 1.7  # contrast below which a part of a picture is lost in its surface
LOST_SHARE = 0.15  # of a picture's visible dots that may be


def read_logo(sent: bytes) -> Logo:
    """The logo that these bytes hold. Raises Invalid."""
    if len(sent) > MOST_BYTES:
        raise Invalid(f"A logo has at most {MOST_BYTES // 1024**2} MB.", name="logo")
    kind = find_format(sent)
    picture = _open(sent, kind)
    picture.thumbnail((KEPT_WIDTH, KEPT_HEIGHT), Image.Resampling.LANCZOS)
    by_day, by_evening = (_share_lost(picture, theme) for theme in (DAY, EVENING))
    is_worse_by_day = by_day >= by_evening  # a plate in one theme at most: what is black and white is lost in both
    return Logo(
        format=kind,
        picture=_write(picture, kind),
        width=picture.width,
        height=picture.height,
        lost_by_day=by_day > LOST_SHARE and is_worse_by_day,
        lost_by_evening=by_evening > LOST_SHARE and not is_worse_by_day,
    )


def find_format(sent: bytes) -> str:
    """What picture begins with these bytes. Raises Invalid."""
    if sent.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if sent.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if sent[:4] == b"RIFF" and sent[8:12] == b"WEBP":
        return "webp"
    raise Invalid("Expected a PNG, JPEG or WebP file. Export an SVG as PNG, about 128 pixels high.", name="logo")


def _open(sent: bytes, kind: str) -> Image.Image:
    """The picture, upright, in RGBA (JPEG: RGB). Raises Invalid for what is none, is broken, or is too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            opened = Image.open(BytesIO(sent), formats=(kind.upper(),))
            if opened.width * opened.height > MOST_PIXELS:
                raise Invalid(f"A logo has at most {MOST_PIXELS:,} pixels; shrink it first.", name="logo")
            picture = ImageOps.exif_transpose(opened).convert("RGB" if kind == "jpeg" else "RGBA")
    # What a decoder makes of a broken file is its own choice.
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        if isinstance(error, Invalid):
            raise
        raise Invalid("This picture is broken: it could not be read to its end.", name="logo") from error
    if min(picture.size) < LEAST_SIDE or picture.width > 12 * picture.height or picture.height > 4 * picture.width:
        raise Invalid(
            f"A logo has at least {LEAST_SIDE} pixels a side, and is at most 12 times as wide as high, or 4 times as"
            " high as wide.",
            name="logo",
        )
    return picture


def _write(picture: Image.Image, kind: str) -> bytes:
    """The dots alone: without what the file said besides, as where a photograph was taken."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    written = BytesIO()
    if kind == "png":
        bare.save(written, "PNG", optimize=True)
    elif kind == "jpeg":
        bare.save(written, "JPEG", quality=90, optimize=True)
    else:
        bare.save(written, "WEBP", lossless=True)
    return written.getvalue()


def _share_lost(picture: Image.Image, theme: Theme) -> float:
    """How much of what is visible of a picture looks like the theme's bar; 0 where it fills its whole rectangle."""
    if picture.mode != "RGBA" or picture.getchannel("A").getextrema()[0] == 255:
        return 0.0
    # 64 colours are enough to tell, and few enough to compare each.
    small = picture.resize((64, 32))
    seen = [dot[:3] for dot in _dots(small) if dot[3] > 127]
    lost = sum(contrast(f"#{red:02x}{green:02x}{blue:02x}", theme.sheet) < UNSEEN for red, green, blue in seen)
    return lost / len(seen) if seen else 0.0


def _dots(picture: Image.Image) -> Iterable[tuple[int, ...]]:
    held = picture.tobytes()
    return (tuple(held[at : at + 4]) for at in range(0, len(held), 4))
