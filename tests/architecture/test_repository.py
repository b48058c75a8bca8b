"""What the repository holds works on any machine: no host, no place of one machine, every package with its hash."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.architecture.tree import ROOT, kept_files

REQUIREMENTS = ["build.txt", "dev.txt", "run.txt"]

# Put together here, so that this file does not name them itself.
PLACES_OF_ONE_MACHINE = re.compile(r"(?<![\w.~-])/(?:" + "work|root" + r")/")
REGISTRY_HOSTS = re.compile(
    "|".join(map(re.escape, ["pypi.org/" + "simple", "registry." + "npmjs.org", "deb." + "debian.org"]))
)


@pytest.mark.parametrize("pattern", [PLACES_OF_ONE_MACHINE, REGISTRY_HOSTS], ids=["places", "hosts"])
def test_no_file_names_one_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    texts = {path: (ROOT / path).read_text(errors="replace") for path in kept_files()}
    assert texts
    assert [f"{path}: {found[0]}" for path, text in texts.items() if (found := pattern.search(text))] == []


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("in /work" + "/x", True),
        ("'/root" + "/.cache'", True),
        ("a network/work" + "/x", False),
        ("docs/work" + "/x", False),
    ],
)
def test_a_place_is_told_from_a_word(text: str, is_found: bool) -> None:
    assert bool(PLACES_OF_ONE_MACHINE.search(text)) == is_found


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_required_package_is_pinned_with_hashes(name: str) -> None:
    entries = _entries(ROOT / "requirements" / name)
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9-]+(\[[a-z,-]+\])?==[^ ;]+( ;.*?)? --hash=sha256:[0-9a-f]{64}( |$)", entry), entry


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_hold_packages_alone(name: str) -> None:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    assert [line for line in lines if re.match(r"\s*-(?!-hash=)", line) or "://" in line] == []


def test_the_requirements_hold_what_the_project_declares() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    pinned = _pins("run.txt")
    for requirement in map(Requirement, declared):
        assert requirement.name in pinned, f"{requirement.name} is not pinned: run make lock"
        assert pinned[requirement.name] in requirement.specifier, f"{requirement} is not what is pinned: run make lock"


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    assert {**_pins("dev.txt"), **_pins("run.txt"), **_pins("build.txt")} == _pins("dev.txt")


def test_the_node_packages_name_no_host_and_have_hashes() -> None:
    for lock in ("package-lock.json", "requirements/clouds/azure/package-lock.json"):
        packages = json.loads((ROOT / lock).read_text())["packages"]
        others = {name: package for name, package in packages.items() if name}
        assert others
        assert [name for name, package in others.items() if "resolved" in package or "integrity" not in package] == []


def _entries(path: Path) -> list[str]:
    """One line a package: what stands over several lines joined, comments gone."""
    text = re.sub(r"(?m)^\s*#.*\n?", "", path.read_text())
    return [re.sub(r"\s+", " ", line).strip() for line in text.replace("\\\n", "").splitlines() if line.strip()]


def _pins(name: str) -> dict[str, str]:
    """Package to version."""
    entries = [entry.split(" ")[0].split("==") for entry in _entries(ROOT / "requirements" / name)]
    return {re.sub(r"\[.*\]", "", package): version for package, version in entries}


def test_no_two_migrations_have_one_number() -> None:
    """Two branches that each add the next one merge without a conflict, and no database could be upgraded then."""
    names = sorted(path.stem for path in (ROOT / "src/vivavoce/db/migrations/versions").glob("[0-9]*.py"))
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
