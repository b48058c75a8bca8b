"""What the documentation says is there is there, and what is there is in the documentation."""

import ast
import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest

from tests.architecture.tree import ROOT, SRC, kept_files, modules
from tests.folding import folded
from vivavoce.api.body import MOST_BYTES as MOST_CALL_BYTES
from vivavoce.api.routes import PREFIX, ROUTES
from vivavoce.api.uploads import AROUND_BYTES
from vivavoce.attempts.introduction import MOST_BYTES as MOST_FILM_BYTES
from vivavoce.db.ids import new_id
from vivavoce.events.record import Event
from vivavoce.jobs.leave import Note
from vivavoce.knowledge.documents import MOST_BYTES as MOST_DOCUMENT_BYTES
from vivavoce.settings import PREFIX as VARIABLES
from vivavoce.settings import Settings
from vivavoce.web.candidate.film_form import FRAME_BYTES
from vivavoce.web.candidate.messages import LONGEST_MESSAGE
from vivavoce.web.candidate.results import CORRECTION_BYTES

PAGES = sorted(path for path in kept_files() if path.suffix == ".md")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The other half of this repository's pages is named in its code.
NAMED_IN_CODE = re.compile(r"docs/[a-z0-9_/-]+\.md")
DECISION_IN_CODE = re.compile(r"\bdecision (\d{4})\b")


def _load_maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "scripts" / "make_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = _load_maker()
MADE: dict[Path, str] = MAKER.make_pages()


@folded("path", MADE, ids=lambda path: path.name)
def test_the_reference_is_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == MADE[path], "Run: make reference"


@folded(
    ("page", "names"),
    [
        ("settings.md", [VARIABLES + field.upper() for field in Settings.model_fields]),
        ("commands.md", [name for name, _ in MAKER.list_commands()]),
        ("calls.md", [PREFIX + route.path for route in ROUTES]),
        ("calls.md", [path for path, _ in MAKER.list_pages()]),
        ("events.md", [event.value for event in Event]),
        ("jobs.md", [note.value for note in Note]),
    ],
    ids=["settings", "commands", "calls", "pages", "events", "notes"],
)
def test_everything_that_there_is_is_in_the_reference(page: str, names: list[str]) -> None:
    text = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    assert names
    assert [name for name in names if f"`{name}`" not in text] == []


@pytest.mark.parametrize("page", ["events.md", "jobs.md", "settings.md"])
def test_each_thing_in_the_reference_is_explained(page: str) -> None:
    rows = re.findall(r"^\| `.*$", (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert rows
    assert [row for row in rows if "|  |" in row] == []


@folded("page", PAGES, ids=str)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert [target for target in LINK.findall(_prose(page)) if not _is_there(page, target)] == []


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("## Send it again, safely", "send-it-again-safely"),
        ("# `make demo`", "make-demo"),
        ("### A & B", "a--b"),
    ],
)
def test_a_heading_has_the_anchor_that_a_reader_finds(text: str, anchor: str) -> None:
    assert _anchors(text) == {anchor}


def test_every_page_of_the_documentation_is_listed() -> None:
    listed = {
        (Path("docs") / target).as_posix()
        for target in LINK.findall((ROOT / "docs" / "README.md").read_text(encoding="utf-8"))
    }
    pages = {page.as_posix() for page in PAGES if page.is_relative_to("docs")} - {"docs/README.md"}
    assert pages - listed == set()


def test_every_page_and_decision_that_the_code_names_is_there() -> None:
    code = [path for path in kept_files() if path.parts[0] in ("src", "scripts") and path.suffix in (".py", ".sql", "")]
    texts = {path: (ROOT / path).read_text(encoding="utf-8", errors="replace") for path in code}
    decisions = {path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")}
    pages = {(path, name) for path, text in texts.items() for name in NAMED_IN_CODE.findall(text)}
    assert [(str(path), name) for path, name in pages if not (ROOT / name).exists()] == []
    named = {(path, number) for path, text in texts.items() for number in DECISION_IN_CODE.findall(text)}
    assert [(str(path), number) for path, number in named if number not in decisions] == []


def test_every_decision_has_its_four_parts() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    wanted = {"## Context", "## Decision", "## Consequences", "## Alternatives"}
    lacking = {path.name: wanted - set(path.read_text(encoding="utf-8").splitlines()) for path in decisions}
    assert {name: parts for name, parts in lacking.items() if parts} == {}


SHELL = [
    (page, number, block) for page in PAGES for number, block in enumerate(FENCED.findall((ROOT / page).read_text()))
]
RUNNABLE = [(page, number, text) for page, number, (kind, text) in SHELL if kind == "bash"]


@folded(("page", "number", "text"), RUNNABLE, ids=[f"{page}:{number}" for page, number, _ in RUNNABLE])
def test_a_command_that_is_shown_can_be_read_by_a_shell(page: Path, number: int, text: str) -> None:
    run = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_the_tutorial_shows_commands() -> None:
    assert [page for page, *_ in RUNNABLE if page == Path("docs/tutorial/first-interview.md")]


def test_the_proxy_of_the_how_to_lets_through_what_the_server_takes_and_no_more() -> None:
    page = (ROOT / "docs/howto/move-to-production.md").read_text()
    nginx = next(text for kind, text in FENCED.findall(page) if kind == "nginx")
    found = re.findall(r"location (~ )?\"?(\S+?)\"? \{\s+client_max_body_size (\d+)([km]);", nginx)
    limits = {place: int(size) * {"k": 1024, "m": 1024**2}[unit] for _, place, size, unit in found}
    film = next(place for is_pattern, place, *_ in found if is_pattern)
    assert MOST_FILM_BYTES + FRAME_BYTES <= limits.pop(film) <= MOST_FILM_BYTES + 1024**2
    assert max(LONGEST_MESSAGE, CORRECTION_BYTES) <= limits.pop("/interview/") <= LONGEST_MESSAGE
    most_document = MOST_DOCUMENT_BYTES * 4 // 3 + AROUND_BYTES
    assert most_document <= limits.pop("/functions/v1/knowledge-base-document-upload") <= most_document + 1024**2
    assert limits == {"/": MOST_CALL_BYTES}
    place = f"/interview/{new_id()}/results/"
    assert re.search(film, f"{place}film")
    assert not [other for other in (f"{place}correct", f"/x{place}film", f"{place}film/x") if re.search(film, other)]


def test_every_make_target_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        (page, target)
        for page in PAGES
        for target in re.findall(r"(?:`|^)make ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert [(str(page), target) for page, target in named if target not in targets] == []


# --- The house as it is drawn ---------------------------------------------------------------------------------------

HOUSE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_every_room_is_drawn() -> None:
    rooms = {path.parts[0] for path in modules() if len(path.parts) > 1}
    assert [room for room in sorted(rooms) if f"{room}/" not in HOUSE] == []


def test_every_table_is_in_the_table_of_tables() -> None:
    scripts = (SRC / "db" / "migrations" / "versions").glob("*.sql")
    tables = {
        name for script in scripts for name in re.findall(r"^create table (\w+)", script.read_text(), re.MULTILINE)
    }
    assert tables
    assert [table for table in sorted(tables) if f"| `{table}` |" not in HOUSE] == []


@folded("page", [page for page in PAGES if page.parts[0] == "docs" or page.name == "ARCHITECTURE.md"], ids=str)
def test_every_file_of_the_code_that_a_page_names_is_there(page: Path) -> None:
    if page in (Path("docs/design.md"), Path("docs/style.md")):
        return  # they name what is to come, and other people's code
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_0-9]+)+\.(?:py|d\.ts|sql))`", (ROOT / page).read_text(encoding="utf-8")))
    assert [name for name in sorted(named) if not (SRC / name).exists() and not (ROOT / name).exists()] == []


def test_every_function_that_a_path_names_is_there() -> None:
    paths = HOUSE.partition("## Seven straight paths")[2].partition("\n## ")[0]
    named = re.findall(r"`([a-z_/]+\.py)`((?:,? (?:and )?`[A-Za-z_.]+`)*)", paths)
    pairs = [(file, name) for file, names in named for name in re.findall(r"`([A-Za-z_.]+)`", names)]
    lacking = [(file, name) for file, name in pairs if not _defines(SRC / file, name.split("."))]
    assert len(pairs) > 10
    assert lacking == []


def _defines(file: Path, names: list[str]) -> bool:
    """Whether the module defines the name, or the class and its method."""
    body: list[ast.stmt] = ast.parse(file.read_text(encoding="utf-8")).body
    for name in names:
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        found = next((node for node in body if isinstance(node, kinds) and node.name == name), None)
        if found is None:
            return False
        body = found.body
    return True


def _prose(page: Path) -> str:
    """The page without what stands in fences and between backticks: brackets in code are no links."""
    return re.sub(r"`[^`\n]*`", "", FENCED.sub("", (ROOT / page).read_text(encoding="utf-8")))


def _is_there(page: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True  # elsewhere: not ours to try
    path, _, anchor = unquote(target).partition("#")
    file = ROOT / page.parent / path if path else ROOT / page
    return file.exists() and (not anchor or anchor in _anchors(file.read_text(encoding="utf-8")))


def _anchors(text: str) -> set[str]:
    """Of the headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_setup_says_how_much_it_installs_as_the_readme_does() -> None:
    setup = (ROOT / "scripts" / "setup").read_text(encoding="utf-8")
    whole, server = re.findall(r'size="([\d.]+ GB)"', setup)
    assert (whole, "about $size, once" in setup) == ("1.4 GB", True)
    for page in ("README.md", "docs/tutorial/first-interview.md"):  # `make demo` installs the server's packages alone
        assert f"about {server}" in (ROOT / page).read_text(encoding="utf-8"), page


def test_every_picture_stands_on_a_page() -> None:
    pages = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    pictures = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs" / "images").rglob("*.*")]
    assert pictures
    assert [picture for picture in pictures if picture not in pages] == []
