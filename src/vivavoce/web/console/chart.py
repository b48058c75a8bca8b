"""Bars as SVG, drawn on the server: one a day. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, BASE = 92, 92  # of the drawing, and where bars stand; below it are the days
GAP = 0.36  # of a day's width


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartBar:
    """One bar. x, width: per cent of the chart's width; y, height: pixels."""

    x: str
    y: int
    width: str
    height: int


def to_bars(counts: Sequence[int]) -> list[ChartBar]:
    """A bar for each count that is not zero, in their order, the highest as high as the chart. counts: oldest first."""
    most = max(counts, default=0)
    step = 100 / max(len(counts), 1)
    bars = []
    for place, count in enumerate(counts):
        if count:
            height = max(3, round((HEIGHT - 8) * count / most))
            bars.append(
                ChartBar(x=f"{place * step:.2f}%", y=BASE - height, width=f"{step * (1 - GAP):.2f}%", height=height)
            )
    return bars
