"""In which order the files with the tests come."""

from pathlib import Path
from random import Random

from tests.architecture.tree import ROOT


def place_of(path: Path, *, slow: int, seed: str | None) -> float:
    """Where a file comes: the lower, the earlier. slow: how many slow tests it has.

    Without a seed, those with many slow tests first: files are dealt out one by one, and a long one at the end would
    keep one process busy while the others rest. With one, as it shuffles them, alike in every process and on every day.
    """
    if seed is None:
        return -slow
    return Random(f"{seed} {path.relative_to(ROOT).as_posix()}").random()
