"""The files that the tests of the architecture read."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "vivavoce"


def modules() -> list[Path]:
    """The Python files of the package, relative to it, in order."""
    return sorted(path.relative_to(SRC) for path in SRC.rglob("*.py"))


def kept_files() -> list[Path]:
    """What git keeps or would keep, relative to the repository: nothing that is ignored or deleted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = {Path(name) for name in listed.stdout.decode().split("\0") if name}
    return sorted(path for path in paths if (ROOT / path).is_file())
