"""What a release consists of, made from the commit that stands here: `make release` (docs/howto/release.md).

    dist/vivavoce-X.Y.Z-py3-none-any.whl    the program
    dist/vivavoce-X.Y.Z.tar.gz              its source
    dist/vivavoce-X.Y.Z.cdx.json            what it brings along, with hashes (CycloneDX 1.6)
    dist/vivavoce-X.Y.Z.md                  what changed: this version's part of the changelog
    dist/SHA256SUMS                         the hash of each

The same commit gives the same wheel, byte for byte. Nothing is tagged, and nothing leaves this machine.
"""

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNRELEASED = "Unreleased"


class NotReady(Exception):
    """Why there can be no release yet, and what to do."""


def main() -> None:
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    try:
        for path in make_release(root):
            print(path.relative_to(root))
    except NotReady as reason:
        sys.exit(f"release: {reason}")


def make_release(root: Path) -> list[Path]:
    """The files of the release of what is committed in this folder. Raises NotReady."""
    version = _version(root)
    notes = notes_of((root / "CHANGELOG.md").read_text(), version)
    if _git(root, "status", "--porcelain"):
        raise NotReady("there are changes that are not committed; commit or stash them.")
    folder = root / "dist"
    for old in folder.glob("*") if folder.exists() else ():
        old.unlink()
    _build(root, folder)
    _write_materials(root, folder / f"vivavoce-{version}.cdx.json", version)
    (folder / f"vivavoce-{version}.md").write_text(notes)
    made = sorted(path for path in folder.iterdir() if path.name != ".gitignore")
    sums = folder / "SHA256SUMS"
    sums.write_text("".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made))
    return [*made, sums]


def notes_of(changelog: str, version: str) -> str:
    """This version's part of the changelog, without its heading. Raises NotReady."""
    headed = re.finditer(r"^## \[([^\]]+)\][^\n]*\n(.*?)(?=^## \[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    parts: dict[str, str] = {part[1]: part[2] for part in headed}
    if version not in parts:
        raise NotReady(
            f"CHANGELOG.md has no part for {version}. Rename its heading [{UNRELEASED}] to [{version}] -"
            f" YEAR-MONTH-DAY, put a new, empty [{UNRELEASED}] before it, and commit that."
        )
    if parts.get(UNRELEASED, "").strip():
        raise NotReady(f"CHANGELOG.md has lines under [{UNRELEASED}] that {version} would leave out.")
    return parts[version].strip() + "\n"


def _version(root: Path) -> str:
    return str(tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"])


def _build(root: Path, folder: Path) -> None:
    # The commit's own time: what is built twice is the same.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": _git(root, "log", "-1", "--format=%ct")}
    command = [str(ROOT / ".venv/bin/uv"), "build", "--quiet", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([*command, "--out-dir", str(folder), str(root)], check=True, env=environment)


def _write_materials(root: Path, path: Path, version: str) -> None:
    """Every package of requirements/run.txt, with its hashes."""
    options = ["--spec-version", "1.6", "--output-reproducible", "--output-format", "JSON", "--output-file", str(path)]
    about = ["--pyproject", str(root / "pyproject.toml"), "--mc-type", "application"]
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", str(root / "requirements/run.txt")]
    subprocess.run([*command, *options, *about], check=True, capture_output=True)
    if f'"{version}"' not in path.read_text():
        raise NotReady(f"{path.name} does not name {version}.")


def _git(root: Path, *arguments: str) -> str:
    run = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return run.stdout.strip()


if __name__ == "__main__":
    main()
