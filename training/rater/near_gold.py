"""Names the groups of pairs that lie near to the gold set's test half, and takes them out with --drop.

    python training/rater/near_gold.py --pairs training/rater/pairs [--drop]

Nobody reads that half for it: what is compared are vectors, and what is printed are groups of the pairs. To run from
the project's own folder.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from pairs import read_pairs

from bench.judging.gold_answers import read_gold
from vivavoce.providers.raters.embedded import load_rater
from vivavoce.providers.raters.port import Rater

NEAR_CLAIM, NEAR_QUESTION = 0.7, 0.85  # cosines


def main() -> None:
    """Prints the groups; with --drop writes the files without them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--drop", action="store_true")
    arguments = parser.parse_args()
    matters, gold, rater = read_pairs(arguments.pairs), read_gold("test"), load_rater()
    near = _find_near([matter.question for matter in matters], [one.question for one in gold], NEAR_QUESTION, rater)
    claims = [claim.text for one in gold for claim in one.rubric.claims]
    near |= _find_near([matter.claim for matter in matters], claims, NEAR_CLAIM, rater)
    dropped = {matter.group for at, matter in enumerate(matters) if at in near}
    print(f"{len(dropped)} of {len(matters)} groups: {sorted(dropped)}")
    for path in sorted(arguments.pairs.glob("*.jsonl")) if arguments.drop else ():
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if json.loads(line)["group"] not in dropped]
        path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


def _find_near(texts: Sequence[str], others: Sequence[str], limit: float, rater: Rater) -> set[int]:
    """The places of the texts that are nearer than the limit to one of the others."""
    nearness = rater.similar(texts, sorted(set(others)))
    return {at for at, row in enumerate(nearness) if max(row) > limit}


if __name__ == "__main__":
    main()
