"""Whether what was recorded is safe, held up by nobody, and heard at once.

    make bench-proof                    (about ten minutes; ARGS="--only quotes" for a look)

    kills     three candidates are recorded, sound and picture, in real time; the server's process is killed at random
              moments and started again; everything that had its receipt is compared with what the store has
    receipts  50 candidates are recorded at once on one server, a part of half a megabit each second and, with
              --with-sound, their frames; others type meanwhile: from the sending of an answer to its receipt
    quotes    in the console, at the result of a spoken interview: from the press on a quote to the moment when the
              sound runs, in Chromium

Everything is on the loopback address, bounded in count and time, and ended by id.
"""

import argparse
import os
import platform
import sys

from bench.proof_kills import kill_again_and_again
from bench.proof_quotes import press_quotes
from bench.proof_receipts import type_beside_recordings

PARTS = ("kills", "receipts", "quotes")


def main() -> None:
    """Runs what was asked for and prints the figures; exit code 1 when a floor does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--recorded", type=int, default=50, help="candidates who are recorded at once")
    parser.add_argument("--typing", type=int, default=20, help="candidates who type meanwhile")
    parser.add_argument("--seconds", type=int, default=30, help="of typing")
    parser.add_argument("--with-sound", action="store_true", help="whoever is recorded speaks, too")
    parser.add_argument("--presses", type=int, default=12, help="on quotes; four on each opening of the page")
    parser.add_argument("--answers", type=int, default=30, help="of a minute and a half each, in the interview")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f} before")
    holds = True
    if "kills" in options.only:
        holds &= kill_again_and_again(options.kills)
    if "receipts" in options.only:
        holds &= type_beside_recordings(
            recorded=options.recorded, typing=options.typing, seconds=options.seconds, with_sound=options.with_sound
        )
    if "quotes" in options.only:
        holds &= press_quotes(presses=options.presses, answers=options.answers)
    print(f"load {os.getloadavg()[0]:.1f} after; {'floors hold' if holds else 'A FLOOR DOES NOT HOLD'}")
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
