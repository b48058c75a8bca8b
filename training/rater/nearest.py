"""Which requirement an answer is held against, where a corpus gives several wordings of one right answer."""

from collections.abc import Sequence

from comparison import Reader
from data import Row, with_claim


def nearest_claims(rows: Sequence[Row], *, reader: Reader) -> list[Row]:
    """Each row with the one claim that is nearest to its answer."""
    return [with_claim(row, _nearest(row, reader=reader)) for row in rows]


def all_claims(rows: Sequence[Row]) -> tuple[list[Row], list[int]]:
    """A row for each claim of each row, and which row it came from."""
    pairs = [(with_claim(row, claim), at) for at, row in enumerate(rows) for claim in row.claims]
    return [row for row, _ in pairs], [at for _, at in pairs]


def _nearest(row: Row, *, reader: Reader) -> str:
    if len(row.claims) == 1:
        return row.claims[0]
    answer = reader.read(row.answer).vector
    return max(row.claims, key=lambda claim: float(reader.read(claim).vector @ answer))
