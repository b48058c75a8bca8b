"""How often a second voice is heard where there is none, and how often one that is there: on each half of the voices.

python training/voices/measure.py sessions.pickle            what is in recordings/second_voice.py, on both halves
python training/voices/measure.py sessions.pickle --choose   other limits, on the first half alone
"""

import argparse
import pickle
import tomllib
import zlib
from itertools import product
from pathlib import Path
from typing import Any

from vivavoce.recordings import second_voice

FARS = (0.2, 0.225, 0.25, 0.275, 0.3, 0.325, 0.35, 0.4)
NEARS = (0.4, 0.45, 0.5, 0.55, 0.6)
LEASTS = (3.0, 4.0)

Session = tuple[str, str | None, str, list[second_voice.SpeechWindow], Any]


def half_of(name: str, told: dict[str, Any]) -> int:
    """In which half a voice is: by its person, whom no two halves share."""
    return zlib.crc32(told[name].get("person", name).encode()) % 2


def count(sessions: list[Session]) -> dict[str, tuple[int, int]]:
    """By what was done to them: in how many something was found, of how many."""
    counts: dict[str, tuple[int, int]] = {}
    for _, other, way, windows, timbres in sessions:
        found = second_voice.find_other_voices(windows, timbres)
        kind = f"{'two voices' if other else 'one voice'}, {way}"
        wrong, of = counts.get(kind, (0, 0))
        counts[kind] = (wrong + bool(found), of + 1)
    return counts


def total(counts: dict[str, tuple[int, int]], kind: str) -> tuple[int, int]:
    """The same over all ways."""
    some = [counts[name] for name in counts if name.startswith(kind)]
    return sum(found for found, _ in some), sum(of for _, of in some)


def main() -> None:
    """Prints what was counted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sessions", type=Path)
    parser.add_argument("--choose", action="store_true")
    arguments = parser.parse_args()
    told = tomllib.loads(Path(__file__).with_name("voices.toml").read_text())
    sessions: list[Session] = pickle.loads(arguments.sessions.read_bytes())  # noqa: S301 – our own
    halves = [[one for one in sessions if half_of(one[0], told) == half] for half in (0, 1)]
    if arguments.choose:
        for far, near, least in product(FARS, NEARS, LEASTS):
            second_voice.FAR, second_voice.NEAR, second_voice.LEAST_SECONDS = far, near, least
            counts = count(halves[0])
            print(far, near, least, "wrong", total(counts, "one voice"), "found", total(counts, "two voices"))
        return
    for name, half in zip(("chosen on", "held out"), halves, strict=True):
        counts = count(half)
        print(f"{name}: {len({one[0] for one in half})} voices")
        for kind in sorted(counts):
            print(f"  {kind}: {counts[kind][0]} of {counts[kind][1]}")
        print(f"  wrong {total(counts, 'one voice')}, found {total(counts, 'two voices')}")
        for whose, other, way, windows, timbres in half:
            if not other and (found := second_voice.find_other_voices(windows, timbres)):
                print(f"  wrong in {whose}, {way}: {found}")


if __name__ == "__main__":
    main()
