"""Drawing a film of somebody who speaks. A program of its own, with limits.

python -m vivavoce.web.film_program FONTS < asked > WebM

asked    one line of JSON (`film_asked.FilmAsked`); what is said, as WAV
"""

import io
import json
import resource
import sys
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
import typst
from av.video.reformatter import ColorRange

from vivavoce.recordings.mouth import RATE, mouth_by_loudness, mouth_by_marks
from vivavoce.web.film_asked import FilmAsked

MOST_SECONDS = 300  # of the processor: six minutes of film take a third of it
MOST_MEMORY = 3 * 1024**3  # of addresses
WIDTH, HEIGHT = 640, 360
BIT_RATE = 250_000
RATE_HZ = 48_000
LAYOUT = """
#set page(width: 640pt, height: 360pt, margin: 0pt, fill: rgb("#f1f2ed"))
#set text(
  size: 19pt, fill: rgb("#26312f"), font: json(bytes(sys.inputs.fonts)), lang: sys.inputs.lang,
  dir: if sys.inputs.from_right == "yes" { rtl } else { ltr },
)
#place(top + center, dy: 8pt, image(sys.inputs.face, height: 258pt))
#place(bottom + center, dy: -14pt, box(width: 580pt, align(center, sys.inputs.caption)))
"""


def draw(source: BinaryIO, fonts: str) -> bytes:
    """The film."""
    asked: FilmAsked = json.loads(source.readline())
    samples = _decode(source.read())
    seconds = len(samples) / RATE_HZ
    held = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="vivavoce-film-") as folder:
        stills = _Stills(asked, Path(folder), fonts)
        with av.open(held, "w", format="webm") as film:
            picture: Any = film.add_stream("libvpx", rate=RATE)
            picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            picture.time_base, picture.bit_rate = Fraction(1, RATE), BIT_RATE
            picture.options = {"deadline": "good", "cpu-used": "5", "g": str(RATE * 5)}
            voice: Any = film.add_stream("libopus", rate=RATE_HZ, layout="mono")
            voice.bit_rate = 32_000
            for number in range(max(1, round(seconds * RATE))):
                moment = number / RATE
                frame = stills.at(moment, seconds, samples)
                frame.pts, frame.time_base = number, Fraction(1, RATE)
                film.mux(picture.encode(frame))
                for packet in _encode(voice, samples, number):
                    film.mux(packet)
            film.mux(picture.encode(None))
            film.mux(voice.encode(None))
    return held.getvalue()


def _encode(voice: Any, samples: Any, number: int) -> Iterator[Any]:
    """The sound of one picture."""
    piece = samples[number * RATE_HZ // RATE : (number + 1) * RATE_HZ // RATE]
    if len(piece):
        frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, number * RATE_HZ // RATE
        yield from voice.encode(frame)


class _Stills:
    """Pictures, each drawn once."""

    def __init__(self, asked: FilmAsked, folder: Path, fonts: str) -> None:
        self._asked = asked
        self._drawn: dict[tuple[str, str], Any] = {}
        for mouth, svg in asked["faces"].items():
            (folder / f"{mouth}.svg").write_text(svg, encoding="utf-8")
        layout = folder / "film.typ"
        layout.write_text(LAYOUT, encoding="utf-8")
        self._compiler = typst.Compiler(
            input=str(layout), root=str(folder), font_paths=[fonts], ignore_system_fonts=True
        )
        families = typst.Fonts(include_system_fonts=False, font_paths=[fonts]).families()
        self._fonts = json.dumps([name.lower() for name in families if name.startswith("Noto")])

    def at(self, moment: float, seconds: float, samples: Any) -> Any:
        """What is seen now."""
        mouth = self._mouth(moment, samples)
        captions = self._asked["captions"]
        share = moment / seconds if seconds else 1.0
        caption = next((text for text, until in captions if share < until), captions[-1][0] if captions else "")
        if (mouth, caption) not in self._drawn:
            self._drawn[mouth, caption] = self._draw(mouth, caption)
        return av.VideoFrame.from_ndarray(self._drawn[mouth, caption], format="yuv420p")

    def _mouth(self, moment: float, samples: Any) -> str:
        if self._asked["marks"]:
            return mouth_by_marks(self._asked["marks"], moment)
        begin = round(moment * RATE_HZ)
        piece = samples[begin : begin + RATE_HZ // RATE].astype(float) / 32_768
        return mouth_by_loudness(float(np.sqrt((piece**2).mean())) if len(piece) else 0.0)

    def _draw(self, mouth: str, caption: str) -> Any:
        png = self._compiler.compile(
            format="png",
            ppi=72.0,
            sys_inputs={
                "face": f"{mouth}.svg",
                "caption": caption,
                "fonts": self._fonts,
                "lang": self._asked["tag"].partition("-")[0].lower(),
                "from_right": "yes" if self._asked["is_from_right"] else "no",
            },
        )
        assert isinstance(png, bytes)
        with av.open(io.BytesIO(png), "r") as container:
            frame = next(container.decode(video=0))
            # Films are of the narrower range; without a word each side takes its own for granted.
            return frame.reformat(
                width=WIDTH, height=HEIGHT, format="yuv420p", dst_color_range=ColorRange.MPEG
            ).to_ndarray()


def _decode(wav: bytes) -> Any:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    with av.open(io.BytesIO(wav), "r") as container:
        pieces = [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    pieces += resampler.resample(None)
    return np.concatenate([piece.to_ndarray().reshape(-1) for piece in pieces])


def main() -> None:
    """Standard input to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    sys.stdout.buffer.write(draw(sys.stdin.buffer, sys.argv[1]))


if __name__ == "__main__":
    main()
