"""The pages of the console that the bench asks for, by the address that web/console/routes.py knows them by."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.console_filling import Filled
from vivavoce.web.console.result_list import COLUMNS, ORDERS, TABS


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedPage:
    """A page to ask for. path: below the merchant's own address, or, with a slash before it, the console's.

    told: how the figures name it. chunks: after how many pieces of its body it counts as there; None: all of it.
    """

    path: str
    told: str
    chunks: int | None = None


# By the route: addresses to ask for. Braces are filled with what `Filled` knows; '' is the address alone.
AT_MERCHANT: dict[str, tuple[str, ...]] = {
    "": ("",),
    "interviews/": ("", "?text=lead+42", "?page=150", "?tab=draft", "?kind=assessment"),
    "interviews/{interview}/": ("",),
    "interviews/new": ("",),
    "interviews/import": ("",),
    "interviews/question": ("?number=1",),
    "interviews/{interview}/edit": ("",),
    "candidates/": (
        "",
        "?tab=waiting",
        "?tab=under_way",
        "?tab=sent",
        "?text=person+4242",
        "?text=erson",
        "?text=nobody+is+called+this",
        "?text=zz",
        "?interview={crowded}",
        "?interview={crowded}&tab=waiting",
        "?interview={crowded}&text=4242",
        "?after={person_after}",
    ),
    "candidates/invite": ("",),
    "candidates/mails/": ("", "?kind=reply&language=ar"),
    "candidates/{candidate}/": ("",),
    "candidates/{candidate}/merge": ("", "?text=person+4242"),
    "candidates/{candidate}/export": ("",),
    "live/": ("",),
    "live/rows": ("",),
    "live/stream": ("",),
    "team/": ("",),
    "results/": (
        *(f"?tab={tab}" for tab in (*TABS, "all")),
        *(f"?tab=all&order={order}" for order in ORDERS),
        "?tab=all&after={first_at}",
        "?tab=all&order=updated_at_newest&after={changed_at}",
        "?tab=decided-selected&after={first_at}",
        f"?tab=all&columns={','.join(COLUMNS)}",
        "?tab=all&q=person+4242",
        "?tab=all&q=erson",
        "?tab=all&q=nobody+is+called+this",
        "?q=person+4242&order=created_at_oldest",
        "?tab=all&interview={crowded}",
        "?interview={crowded}&tab=shortlist",
        "?interview={long}",
        "?tab=all&type=assessment",
        "?tab=all&emoji=star",
        "?tab=all&emoji=none",
        "?tab=shortlist&emoji=star&type=assessment&q=42",
    ),
    "results/table.csv": ("?tab=all", "?tab=all&q=person+4242", "?tab=archived-interview&type=assessment"),
    "results/compare": ("", "?interview={long}", "?interview={crowded}", "?interview={long}&names=hidden"),
    "results/{attempt}/": ("", "?names=hidden"),
    "results/{attempt}/recording": ("",),
    "results/{attempt}/film": ("",),
}
# Everybody's own.
ELSEWHERE = ("/", "/code?sign_in={person}", "/account")
# To a company's own sign-in and back: its time is not ours.
NOT_ASKED = ("/oidc", "/oidc/back", "/oidc/out")
# What is there before it ends: the table's first rows behind its heads, and the stream's first word.
FIRST = {"results/table.csv": 2, "live/stream": 1}


def pages_of(filled: Filled) -> Iterator[TimedPage]:
    """All of them, with what was filled in."""
    given = {
        "interview": filled.crowded,
        "crowded": filled.crowded,
        "long": filled.long_interview,
        "attempt": filled.attempt,
        "candidate": filled.person,
        "person": filled.person,
        "person_after": filled.person_after,
        "first_at": filled.first_at.replace("+", "%2B"),
        "changed_at": filled.changed_at.replace("+", "%2B"),
    }
    for route, queries in AT_MERCHANT.items():
        for query in queries:
            yield TimedPage(
                path=f"{route}{query}".format(**given), told=f"{route}{query}" or "home", chunks=FIRST.get(route)
            )
    for path in ELSEWHERE:
        yield TimedPage(path=f"/console{path}".format(**given), told=f"/console{path}")
