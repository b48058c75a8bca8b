"""Rooms have a job and a name that says it; the vendor's words stay at the doors."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.architecture.tree import ROOT, SRC, kept_files, modules
from tests.folding import folded

VENDOR_WORDS = re.compile(
    r"mojito|interview_def|coach_status|merchant_invite|merchant_public|merchant_unlisted|profile_interview|interview_result",
    re.IGNORECASE,
)
# docs/design.md, part 2: the wire's rooms, and what the command line prints of them; what pages around ours hear, too.
WHERE_VENDOR_WORDS_LIVE = ("api/", "client/", "mcp.py", "cli/", "web/static/embed/")

# A name that stands for two things on purpose, and why. Five at most: a reader holds no more of them.
TWICE_ON_PURPOSE: dict[str, str] = {}
MOST_TWICE = 5

# They hold anything: `for step in steps` says what is at hand, `for one in steps` does not. Fields may be called so.
VARIABLES_OF_ANYTHING = {"one", "found"}
PAGE_VARIABLES_OF_ANYTHING = re.compile(
    r"(\{% (for|set)|\b(let|const|var)|^ *for) (one|found)\b(?!-)|\((one|found)\b[^)]*\) *(=>|%\})|\b(one|found) =>"
)

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


def test_one_name_stands_for_one_thing() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path in modules():
        for name in _named_kinds(ast.parse((SRC / path).read_text())):
            places[name].append(str(path))
    assert len(places) > 400
    twice = {name: paths for name, paths in places.items() if len(paths) > 1}
    assert {name: paths for name, paths in twice.items() if name not in TWICE_ON_PURPOSE} == {}, (
        "Say in the name what it is where it stands: `AttemptState`, not `State`."
    )
    assert set(TWICE_ON_PURPOSE) - set(twice) == set(), "It stands once now: take it off the list."
    assert len(TWICE_ON_PURPOSE) <= MOST_TWICE


def _named_kinds(tree: ast.Module) -> set[str]:
    """Classes, those inside others too, and the file's own unions of classes; `_Word` counts as `Word`."""
    classes = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    unions = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.BitOr)
        for target in node.targets
        if isinstance(target, ast.Name) and not target.id.isupper()
    }
    return {name.lstrip("_") for name in classes | unions}


def test_a_variable_says_what_it_holds() -> None:
    paths = [*(SRC / path for path in modules()), *sorted((ROOT / "bench").rglob("*.py"))]
    named = {path.relative_to(ROOT): _variables(ast.parse(path.read_text())) for path in paths}
    assert sum(map(len, named.values())) > 5_000
    told = [f"{path}:{line} {name}" for path, lines in named.items() for name, line in lines]
    assert [place for place in told if place.rsplit(" ", 1)[1] in VARIABLES_OF_ANYTHING] == [], (
        "Name it for what it is: `step`, `answer`, `row`."
    )


def test_a_variable_of_a_page_says_what_it_holds() -> None:
    kinds = (".html", ".js", ".typ")
    ours = [path for path in kept_files() if "vivavoce" in path.parts and "vendor" not in path.parts]
    pages = [path for path in ours if path.suffix in kinds]
    assert len(pages) > 100
    assert _lines_with(PAGE_VARIABLES_OF_ANYTHING, pages) == []


def _variables(tree: ast.Module) -> list[tuple[str, int]]:
    """Each binding of a variable or an argument, with its line. A class's fields are not variables."""
    fields: set[int] = set()
    bound: list[tuple[ast.AST, str, int]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            fields |= {id(field.target) for field in node.body if isinstance(field, ast.AnnAssign)}
        elif isinstance(node, ast.arg):
            bound.append((node, node.arg, node.lineno))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.append((node, node.id, node.lineno))
    return [(name, line) for node, name, line in bound if id(node) not in fields]


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
