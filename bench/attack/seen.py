"""What an attack tried, and what came of it."""

from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One row of the table.

    limit: what must hold. is_held: None where it could not be tried; `seen` says why.
    is_timed: the limit is one of time, which a busy machine can break without anything being wrong.
    """

    attack: str
    tried: str
    limit: str
    seen: str
    is_held: bool | None
    is_timed: bool = False

    @property
    def verdict(self) -> str:
        """In one word."""
        if self.is_held is None:
            return "skipped"
        if self.is_held:
            return "held"
        return "TOO SLOW" if self.is_timed else "BROKEN"


def p95_ms(seconds: list[float]) -> float:
    """The 95th percentile of some durations, in milliseconds. Raises StatisticsError for fewer than two."""
    return quantiles(seconds, n=20, method="inclusive")[-1] * 1_000
