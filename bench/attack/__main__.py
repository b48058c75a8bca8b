"""Attacks a Vivavoce of its own on this machine, and says what held.

    make attack                                     (about ten minutes; ARGS="--only tokens ids" for a look)

    forms     bodies made to fill the disk and the memory, at every page that takes a form without a sign-in
    shouting  one candidate with 200 sockets; what another merchant notices
    silent    connections that never say anything, at a server that may have few files open
    mails     512 asks for a sign-in code by one client
    tokens    every forged and stale token that we know of, over the wire; how soon a revoked one is refused
    ids       every id of another merchant at every call, beside one that is not there
    kills     a server, and its database, killed while callers create and candidates answer
    disk      a full disk (root alone can make a small one)
    erasure   somebody is erased; is a word of theirs found anywhere?

Everything goes to the loopback address, is bounded in count and time, and ends by id. Exit code 1 when something is
broken or too slow. docs/explanation/security.md says what we promise.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Sequence

from bench.attack import disk, erasure, forms, ids, kills, mails, sockets, tokens
from bench.attack.ground import Ground, new_ground
from bench.attack.seen import Seen

ATTACKS: dict[str, Callable[[Ground], list[Seen]]] = {
    "tokens": tokens.attack,
    "ids": ids.attack,
    "forms": forms.attack,
    "shouting": sockets.attack_shouting,
    "silent": sockets.attack_silent,
    "mails": mails.attack,
    "erasure": erasure.attack,
    "disk": lambda _: disk.attack(),
    "kills": lambda _: kills.attack(),
}


def main() -> int:
    """Runs the attacks that are named, or all; 1 where something is broken or too slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=list(ATTACKS), default=list(ATTACKS), metavar="ATTACK")
    rows: list[Seen] = []
    with new_ground() as ground:
        for name in parser.parse_args().only:
            begun = time.monotonic()
            told = run(name, ground)
            for row in told:
                print(f"{row.verdict:10}{row.attack} ({time.monotonic() - begun:.0f} s)", file=sys.stderr)
            rows += told
    print(to_table(rows))
    return int(any(row.is_held is False for row in rows))


def run(name: str, ground: Ground) -> list[Seen]:
    """One attack. What goes wrong in the middle of it counts as broken."""
    try:
        return ATTACKS[name](ground)
    except Exception as error:
        traceback.print_exc()
        seen = f"it could not be carried through: {type(error).__name__}: {error}"
        return [Seen(attack=name, tried="–", limit="carried through", seen=seen[:300], is_held=False)]


def to_table(rows: Sequence[Seen]) -> str:
    """As Markdown, each column as wide as it needs to be."""
    cells = [("attack", "tried", "limit", "seen", "held or broken")]
    cells += [(row.attack, row.tried, row.limit, row.seen, row.verdict) for row in rows]
    widths = [max(len(line[at]) for line in cells) for at in range(5)]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in cells]
    lines = [f"| {' | '.join(line)} |" for line in padded]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
