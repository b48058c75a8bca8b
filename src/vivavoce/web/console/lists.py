"""Lists of the console: what is asked for stands in the address, so that a list can be kept and sent on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

PAGE_SIZE = 50
MOST_PAGES = 20_000
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What a list is to show. page: from 1; extra: what else stands in the address."""

    tab: str
    kind: str
    text: str
    page: int
    extra: tuple[tuple[str, str], ...] = ()
    size: int = PAGE_SIZE

    @property
    def offset(self) -> int:
        """How many rows come before."""
        return (self.page - 1) * self.size

    def address(self, **changes: Any) -> str:
        """The query that asks for the same but for the changes; from its first page unless `page` is given."""
        given = {"tab": self.tab, "kind": self.kind, "text": self.text, "page": 1, **dict(self.extra), **changes}
        return f"?{urlencode({name: value for name, value in given.items() if value not in ('', 1, '1')})}"


def read_asked(
    request: Request, *, tabs: Sequence[str], kinds: Sequence[str] = ("",), extra: Sequence[str] = ()
) -> ListQuery:
    """What the address asks for; the first of each where it names none that there is."""
    query = request.query_params
    page = query.get("page", "1")
    return ListQuery(
        tab=query.get("tab", "") if query.get("tab") in tabs else tabs[0],
        kind=query.get("kind", "") if query.get("kind") in kinds else kinds[0],
        text=" ".join(query.get("text", "").replace("\0", "").split())[:LONGEST_TEXT],
        page=min(int(page), MOST_PAGES) if page.isascii() and page.isdecimal() and len(page) < 9 and int(page) else 1,
        extra=tuple((name, query[name]) for name in extra if query.get(name)),
    )


def tell_pages(asked: ListQuery, total: int) -> dict[str, Any]:
    """Where the list stands, for the template: first, last, total, and the addresses before and after."""
    last = min(asked.offset + asked.size, total)
    return {
        "first": asked.offset + 1 if total > asked.offset else 0,
        "last": last,
        "total": total,
        "before": asked.address(page=asked.page - 1) if asked.page > 1 else None,
        "after": asked.address(page=asked.page + 1) if last < total else None,
    }
