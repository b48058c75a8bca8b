"""Drawings as pictures: SVG by name in, PNG by name out, in JSON and base64. A program of its own, with limits.

python -m vivavoce.web.face_program < drawings > pictures
"""

import json
import resource
import sys
import tempfile
from base64 import b64encode
from pathlib import Path

import typst

MOST_SECONDS = 60  # of the processor
MOST_MEMORY = 3 * 1024**3  # of addresses
# As high as the film, and as wide as what is left of it beside a camera's picture (recordings/beside.py).
LAYOUT = """
#set page(width: 208pt, height: 360pt, margin: 0pt, fill: rgb("#f1f2ed"))
#place(horizon + center, image(sys.inputs.face, width: 196pt))
"""


def draw(drawings: dict[str, str]) -> dict[str, bytes]:
    """The pictures."""
    pictures = {}
    with tempfile.TemporaryDirectory(prefix="vivavoce-faces-") as folder:
        layout = Path(folder) / "face.typ"
        layout.write_text(LAYOUT, encoding="utf-8")
        compiler = typst.Compiler(input=str(layout), root=folder, ignore_system_fonts=True)
        for name, svg in drawings.items():
            (Path(folder) / f"{name}.svg").write_text(svg, encoding="utf-8")
            png = compiler.compile(format="png", ppi=72.0, sys_inputs={"face": f"{name}.svg"})
            assert isinstance(png, bytes)
            pictures[name] = png
    return pictures


def main() -> None:
    """Standard input to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    pictures = draw(json.load(sys.stdin))
    json.dump({name: b64encode(png).decode() for name, png in pictures.items()}, sys.stdout)


if __name__ == "__main__":
    main()
