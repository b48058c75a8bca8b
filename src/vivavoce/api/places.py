"""CallPlaces for what only so many callers may do at once, of which no merchant takes all."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from vivavoce.errors import TooManyRequests, Unavailable

WAIT_SECONDS = 2


@dataclass(slots=True, kw_only=True)
class CallPlaces:
    """Who has one, by their merchant. full: what is said where others have all of them."""

    most: int
    of_one_merchant: int
    full: str
    taken: Counter[UUID] = field(default_factory=Counter)

    @contextmanager
    def take(self, merchant_id: UUID) -> Iterator[None]:
        """A place, while the block runs. Raises TooManyRequests, and Unavailable where others have all of them."""
        if self.taken[merchant_id] >= self.of_one_merchant:
            raise TooManyRequests(wait=WAIT_SECONDS)
        if self.taken.total() >= self.most:
            raise Unavailable(self.full)
        self.taken[merchant_id] += 1
        try:
            yield
        finally:
            self.taken[merchant_id] -= 1
            if not self.taken[merchant_id]:
                del self.taken[merchant_id]


def places_for_uploads() -> CallPlaces:
    """Each document is held in memory until it is kept: so many at once fit."""
    return CallPlaces(
        most=12,
        of_one_merchant=4,
        full="Too many documents are coming in right now. Please try again in a moment.",
    )


def places_for_searches() -> CallPlaces:
    """Each search computes for some hundredths of a second, and candidates who ask wait in the same line."""
    return CallPlaces(
        most=32,
        of_one_merchant=4,
        full="Too many searches are under way right now. Please try again in a moment.",
    )
