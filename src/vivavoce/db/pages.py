"""A page of a list: the rows that were asked for, and how many there are in all."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRange:
    """Which rows are asked for: at most `limit`, after the first `offset`."""

    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """The rows within a window. total: without it."""

    rows: tuple[Row, ...]
    total: int
