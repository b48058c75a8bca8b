"""Setting a sheet as a PDF. A program of its own, with limits, since what sets may run away with what it is given.

python -m vivavoce.reports.typeset LAYOUT FONTS < the sheet as JSON > PDF

LAYOUT is a file of ours, by its name; the sheet comes in as data, and none of it is ever read as markup. FONTS: a
folder.
"""

import json
import os
import re
import resource
import sys
from pathlib import Path
from typing import Any

import typst

MOST_SECONDS = 60  # of the processor: a hundred results take a third of it
MOST_BYTES = 3 * 1024**3  # of addresses, not of memory: each font is mapped, and so is the engine
LAYOUT = Path(__file__).parent / "layout"
MOST_TRIES = 40  # each finds characters that no font has
REPLACED = "\N{WHITE SQUARE}"
_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


class CannotSet(Exception):
    """The layout does not fit the sheet: a fault of ours."""


def typeset(given: bytes, *, layout: str, fonts: Path) -> bytes:
    """The sheet as a tagged PDF (PDF/UA-1). What no font can show becomes a square, and the sheet says so.

    given: JSON. The sheet itself is not kept while it is set: of a hundred results it is as large as their pages.
    """
    compiler = typst.Compiler(
        input=str(LAYOUT / layout), root=str(LAYOUT), font_paths=[str(fonts)], ignore_system_fonts=True
    )
    known = [name.lower() for name in typst.Fonts(include_system_fonts=False, font_paths=[str(fonts)]).families()]
    written = _with(given, fonts=known, is_replaced=False)
    del given
    for _ in range(MOST_TRIES):
        try:
            pdf = compiler.compile(format="pdf", sys_inputs={"sheet": written}, pdf_standards=["ua-1"])
        except typst.TypstError as error:
            missing = find_missing(f"{error.message}\n{error.diagnostic}")
            if not missing:
                raise CannotSet(error.diagnostic) from error
            written = _with(json.dumps(_without(json.loads(written), missing)), is_replaced=True)
        else:
            assert isinstance(pdf, bytes)
            return pdf
    raise CannotSet("too many characters that no font has")


def find_missing(said: str) -> frozenset[str]:
    """The characters that the engine says it can't show."""
    return frozenset(
        character
        for text in _MISSING.findall(said)
        for character in _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
        if not character.isspace()
    )


def _with(written: str | bytes, **more: Any) -> str:
    """ASCII alone: one character of another kind would make each of a million two or four bytes long."""
    return json.dumps(json.loads(written) | more)


def _without(value: Any, missing: frozenset[str]) -> Any:
    if isinstance(value, str):
        return value.translate({ord(character): REPLACED for character in missing})
    if isinstance(value, list):
        return [_without(item, missing) for item in value]
    if isinstance(value, dict):
        return {name: _without(item, missing) for name, item in value.items()}
    return value


def main() -> None:
    """Sets standard input to standard output."""
    os.environ["RAYON_NUM_THREADS"] = "1"  # nobody's report takes more than one core
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    sys.stdout.buffer.write(typeset(sys.stdin.buffer.read(), layout=sys.argv[1], fonts=Path(sys.argv[2])))


if __name__ == "__main__":
    main()
