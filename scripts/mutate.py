"""Changes the code in one wrong way at a time and sees whether the closest tests notice: `make mutate`.

    make mutate                                     (all of them: an hour or more)
    make mutate ARGS="--only turn frames"           (whose name begins so)
    make mutate ARGS="--list"

The changes stand in scripts/mutations.toml. Each is made in a copy of its own, never in this folder, and pytest stops
there at the first failure. The tests are run once without a change before: what fails then proves nothing.

    killed     a test failed, or came to no end
    survived   all of them passed: one is missing
    broken     the tests could not be run, or fail without a change too

Exit code 1 when any has survived or is broken.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIST = ROOT / "scripts" / "mutations.toml"
SOURCES = Path("src") / "vivavoce"
# The slowest of these files take a minute on an idle machine.
MOST_SECONDS = 900
FAILED = 1  # pytest's exit code where tests ran and failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One wrong change. file: below src/vivavoce; old stands in it exactly once. tests: files that must notice."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def main() -> int:
    """Tries those that are named, or all; 1 where one has survived or is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[""], metavar="BEGINNING", help="whose names begin so")
    parser.add_argument("--list", action="store_true", help="say what there is, and try nothing")
    arguments = parser.parse_args()
    chosen = [one for one in read_mutations() if one.name.startswith(tuple(arguments.only))]
    if arguments.list:
        print("\n".join(one.name for one in chosen))
        return 0
    faults = [fault for one in chosen if (fault := find_fault(one)) is not None]
    if faults or not chosen:
        print("\n".join(faults) or "No change has such a name.", file=sys.stderr)
        return 1
    told = []
    for one in chosen:
        begun = time.monotonic()
        told.append(try_out(one))
        print(f"{told[-1]:9}{one.name} ({time.monotonic() - begun:.0f} s)", flush=True)
    print(", ".join(f"{told.count(verdict)} {verdict}" for verdict in ("killed", "survived", "broken")))
    return int(set(told) != {"killed"})


def read_mutations() -> list[Mutation]:
    """All of them, in the order of the list."""
    found = tomllib.loads(LIST.read_text(encoding="utf-8"))["mutation"]
    return [Mutation(**{**one, "tests": tuple(one["tests"])}) for one in found]


def find_fault(mutation: Mutation) -> str | None:
    """Why it can't be tried in this folder; None: it can."""
    path = ROOT / SOURCES / mutation.file
    times = path.read_text(encoding="utf-8").count(mutation.old) if path.is_file() else 0
    if times != 1:
        return f"{mutation.name}: its text must stand in {mutation.file} once, and does {times} times"
    if mutation.new == mutation.old:
        return f"{mutation.name}: it changes nothing"
    missing = [test for test in mutation.tests if not (ROOT / test).is_file()]
    return f"{mutation.name}: there is no {missing[0]}" if missing else None


def try_out(mutation: Mutation) -> str:
    """What becomes of it: killed, survived or broken."""
    if not _passes_unchanged(mutation.tests):
        return "broken"
    with copy_of_folder() as folder:
        path = folder / SOURCES / mutation.file
        path.write_text(path.read_text(encoding="utf-8").replace(mutation.old, mutation.new), encoding="utf-8")
        code = _run(folder, mutation.tests)
    if code in (None, FAILED):
        return "killed"
    return "survived" if code == 0 else "broken"


@cache
def _passes_unchanged(tests: Sequence[str]) -> bool:
    with copy_of_folder() as folder:
        return _run(folder, tests) == 0


@contextmanager
def copy_of_folder() -> Iterator[Path]:
    """What git keeps, as it stands here now, in a folder that is gone afterwards."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    with tempfile.TemporaryDirectory(prefix="vivavoce-mutate-") as made:
        folder = Path(made)
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        yield folder


def _run(folder: Path, tests: Sequence[str]) -> int | None:
    """The exit code of pytest; None where it came to no end."""
    # Files that are written within one second must not be taken for each other's compiled form.
    environment = os.environ | {"PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not nightly", *tests]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, timeout=MOST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode not in (0, FAILED):
        sys.stderr.write(done.stdout.decode(errors="replace")[-2_000:])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
