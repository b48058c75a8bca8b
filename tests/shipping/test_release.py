"""A release is what is committed, with what it brings along, and the same each time."""

import hashlib
import json
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest

from scripts.release import NotReady, make_release, notes_of
from tests.architecture.tree import ROOT, kept_files

CHANGELOG = """# Changelog

## [Unreleased]

## [1.1.0] - 2026-01-02

### Added

- A thing.

## [1.0.0] - 2026-01-01

- Another.
"""


def test_the_notes_are_this_versions_part() -> None:
    assert notes_of(CHANGELOG, "1.1.0") == "### Added\n\n- A thing.\n"
    assert notes_of(CHANGELOG, "1.0.0") == "- Another.\n"


def test_a_version_that_the_changelog_does_not_know_is_not_released() -> None:
    with pytest.raises(NotReady, match=r"Rename its heading \[Unreleased\] to \[1\.2\.0\]"):
        notes_of(CHANGELOG, "1.2.0")


def test_what_the_notes_would_leave_out_is_not_released() -> None:
    with pytest.raises(NotReady, match="would leave out"):
        notes_of(CHANGELOG.replace("[Unreleased]\n", "[Unreleased]\n\n- Forgotten.\n"), "1.1.0")


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """A checkout whose changelog has its version's part."""
    for path in kept_files():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    version = tomllib.loads((tmp_path / "pyproject.toml").read_text())["project"]["version"]
    changelog = tmp_path / "CHANGELOG.md"
    headed = f"## [Unreleased]\n\n## [{version}] - 2026-01-02"
    changelog.write_text(changelog.read_text().replace("## [Unreleased]", headed, 1))
    _git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    _commit(tmp_path)
    return tmp_path


@pytest.mark.nightly
def test_a_release_is_whole_and_the_same_again(ready: Path) -> None:
    made = {path.name: path for path in make_release(ready)}
    wheel, materials = (
        next(path for name, path in made.items() if name.endswith(end)) for end in (".whl", ".cdx.json")
    )
    for line in made["SHA256SUMS"].read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(made[name].read_bytes()).hexdigest() == digest
    assert {"vivavoce/app.py", "vivavoce/words/de.po"} <= set(zipfile.ZipFile(wheel).namelist())
    _brings_along_what_is_pinned(json.loads(materials.read_text()))
    first = {name: path.read_bytes() for name, path in made.items()}
    assert {path.name: path.read_bytes() for path in make_release(ready)} == first


@pytest.mark.slow
def test_what_is_not_committed_is_not_released(ready: Path) -> None:
    (ready / "README.md").write_text("changed")
    with pytest.raises(NotReady, match="not committed"):
        make_release(ready)
    assert not (ready / "dist").exists()


def _brings_along_what_is_pinned(materials: dict[str, object]) -> None:
    pinned = [line.split("==")[0] for line in (ROOT / "requirements/run.txt").read_text().splitlines() if "==" in line]
    components = materials["components"]
    assert isinstance(components, list)
    assert {part["name"].lower() for part in components} == {name.lower() for name in pinned}
    assert all(part["externalReferences"][0]["hashes"] for part in components)


def _commit(folder: Path) -> None:
    _git(folder, "add", "--all")
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    _git(folder, *who, "commit", "--quiet", "--message", "Begin")


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
