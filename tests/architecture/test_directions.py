"""Calls go down, the thinking parts are pure, and every import stands where a reader looks for it."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.architecture.tree import ROOT, SRC, modules
from tests.folding import folded

NOT_FOR_THINKING = {"vivavoce.clock", "vivavoce.db", "vivavoce.events", "vivavoce.jobs", "vivavoce.providers"}

# Who may import inside a function, and why.
LATE_IMPORTERS = {
    "cli/": "a command loads what it needs, so that --help and --version answer at once",
    "conversation/meant.py": "numpy, loaded with the first question of a candidate",
    "knowledge/search.py": "numpy, loaded with the first question that documents are searched for",
    "providers/": "an optional extra is imported when it is chosen",
    "text/tell_language.py": "80 MB that tell languages: a server that takes calls needs none until it translates",
    "text/stems.py": "9 MB of stemmers, loaded with the first conversation: a server that takes calls needs none",
}


def test_the_import_contracts_hold() -> None:
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    run = subprocess.run(
        [sys.executable, "-c", lint, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_thinking_part_says_that_it_is_pure() -> None:
    parts = _thinking_contract()["source_modules"]
    assert len(parts) > 50
    silent = [part for part in parts if not _says_that_it_is_pure(Path(*part.split(".")[1:]).with_suffix(".py"))]
    assert silent == [], "Say `Pure.` in the module's docstring: it is what a reader looks for."


def test_whatever_calls_itself_pure_is_held_pure() -> None:
    says_so = {
        ".".join(("vivavoce", *path.with_suffix("").parts))
        for path in modules()
        # Parts of an outside machine can be pure too, but no contract above them can name them.
        if path.parts[0] != "providers" and _says_that_it_is_pure(path)
    }
    assert says_so
    assert says_so - set(_thinking_contract()["source_modules"]) == set(), (
        "Add it to source_modules of the contract `thinking-parts` in pyproject.toml."
    )


def test_every_room_that_thinking_must_not_know_is_forbidden_to_it() -> None:
    assert _existing(NOT_FOR_THINKING) - set(_thinking_contract()["forbidden_modules"]) == set(), (
        "Add it to forbidden_modules of the contract `thinking-parts` in pyproject.toml."
    )


def test_the_client_knows_only_the_wire() -> None:
    inside = [path for path in modules() if path.parts[0] == "client"]
    known = {name for path in inside for name in _imports((SRC / path).read_text()) if name.startswith("vivavoce.")}
    assert {name for name in known if not name.startswith("vivavoce.client")} == set()


def test_language_models_are_asked_by_the_sdk_alone_and_in_one_file() -> None:
    sources = {path: (SRC / path).read_text() for path in modules()}
    named = {path: source for path, source in sources.items() if "openai" in source}  # few, and only they are parsed
    users = [path for path, source in named.items() if "openai" in {name.split(".")[0] for name in _imports(source)}]
    assert users == [Path("providers/language_models/openai.py")]
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE))
    assert "openai" in locked
    assert locked & {"litellm", "langchain", "langchain-core", "llama-index-core", "pydantic-ai-slim", "dspy"} == set()


@folded("path", modules(), ids=str)
def test_imports_stand_at_the_top(path: Path) -> None:
    if any(str(path).startswith(place) for place in LATE_IMPORTERS):
        return
    assert _late_imports((SRC / path).read_text()) == []


def test_a_late_import_is_found_wherever_it_hides() -> None:
    source = (
        "import os\ndef f():\n  if True:\n    import sys\nclass A:\n  async def g(self):\n    from os import path\n"
    )
    assert _late_imports(source) == ["line 4", "line 7"]


def _imports(source: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(source)))
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return whole | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def _late_imports(source: str) -> list[str]:
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    lines = {n.lineno for f in functions for n in ast.walk(f) if isinstance(n, ast.Import | ast.ImportFrom)}
    return [f"line {line}" for line in sorted(lines)]


def _existing(names: set[str]) -> set[str]:
    paths = {name: SRC.joinpath(*name.split(".")[1:]) for name in names}
    return {name for name, path in paths.items() if path.is_dir() or path.with_suffix(".py").is_file()}


def _says_that_it_is_pure(path: Path) -> bool:
    source = SRC / path if (SRC / path).exists() else SRC / path.with_suffix("") / "__init__.py"
    return re.search(r"\bPure\b", ast.get_docstring(ast.parse(source.read_text())) or "") is not None


def _thinking_contract() -> dict[str, Any]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    found: dict[str, Any] = next(contract for contract in contracts if contract["id"] == "thinking-parts")
    return found
