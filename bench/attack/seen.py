"""What an attack tried, and what came of it."""

from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One row of the table. limit: what must hold. is_held: None where it could not be tried; `seen` says why."""

    attack: str
    tried: str
    limit: str
    seen: str
    is_held: bool | None

    @property
    def verdict(self) -> str:
        """In one word."""
        if self.is_held is None:
            return "skipped"
        return "held" if self.is_held else "BROKEN"


def p95_ms(seconds: list[float]) -> float:
    """The 95th percentile of some durations, in milliseconds. Raises StatisticsError for fewer than two."""
    return quantiles(seconds, n=20, method="inclusive")[-1] * 1_000
