"""Rooms have a job and a name that says it; the vendor's words stay at the doors."""

import ast
import re
from pathlib import Path

from tests.architecture.tree import ROOT, SRC, kept_files, modules
from tests.folding import folded

VENDOR_WORDS = re.compile(
    r"mojito|interview_def|coach_status|merchant_invite|merchant_public|merchant_unlisted|profile_interview|interview_result",
    re.IGNORECASE,
)
# docs/design.md, part 2: the wire's rooms, and what the command line prints of them.
WHERE_VENDOR_WORDS_LIVE = ("api/", "client/", "mcp.py", "cli/")

NAMES_OF_NOTHING = {"utils", "util", "common", "core", "helpers", "services", "managers"}


@folded("path", modules(), ids=str)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse((SRC / path).read_text())), "Begin it with one sentence that says what it holds."


def test_vendor_words_stay_at_the_doors() -> None:
    inside = [p for p in kept_files() if p.is_relative_to("src/vivavoce")]
    elsewhere = [p for p in inside if not str(p.relative_to("src/vivavoce")).startswith(WHERE_VENDOR_WORDS_LIVE)]
    assert inside
    assert _lines_with(VENDOR_WORDS, elsewhere) == []


def test_no_room_is_named_for_nothing() -> None:
    names = {part.removesuffix(".py") for path in modules() for part in path.parts}
    assert names & NAMES_OF_NOTHING == set()


def test_no_room_is_empty() -> None:
    rooms = {path.parent for path in modules() if path.name == "__init__.py"}
    furnished = {room for path in modules() if _holds_code(path) for room in path.parents}
    assert rooms - furnished == set()


def _holds_code(path: Path) -> bool:
    tree = ast.parse((SRC / path).read_text())
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return path.name != "__init__.py" and any(isinstance(node, kinds) for node in tree.body)


def _lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """path:line of each line that the pattern finds; names of files count as their line 0."""
    found = [f"{path}:0" for path in paths if pattern.search(str(path))]
    for path in paths:
        lines = (ROOT / path).read_text(errors="replace").splitlines()
        found += [f"{path}:{number}" for number, line in enumerate(lines, 1) if pattern.search(line)]
    return found
