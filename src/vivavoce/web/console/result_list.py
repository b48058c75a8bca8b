"""The list of results: tabs, search, filters, order; its state stands in the address. Never ordered by a score."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import DecisionKind, Ruling, decide_many
from vivavoce.attempts.listing import (
    ListedAttempt,
    ListPlace,
    ResultFilter,
    ResultTab,
    SortOrder,
    list_results_from,
    place_of,
)
from vivavoce.attempts.saved_views import read_views, remove_view, save_view
from vivavoce.attempts.states import AttemptState
from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.errors import Invalid, Refused
from vivavoce.interviews.draft import Kind
from vivavoce.interviews.listing import list_interview_names
from vivavoce.web.console.desk import Desk
from vivavoce.web.console.faults import say_fault
from vivavoce.web.console.shell import ConsolePage, draw, go
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts
from vivavoce.words.mark import mark

ASKED = frozenset({"tab", "type", "q", "interview", "emoji", "order", "columns", "after"})  # of an address
ROWS = 50
CSV_ROWS = 500  # read at once
PLACE = "results/"
# The contract's words for its tabs, in the order of work.
TABS = {
    "undecided": (ResultTab.UNDECIDED, mark("Undecided")),
    "shortlist": (ResultTab.SHORTLIST, mark("Shortlist")),
    "decided-selected": (ResultTab.SELECTED, mark("Selected")),
    "decided-rejected": (ResultTab.REJECTED, mark("Rejected")),
    "completed": (ResultTab.COMPLETED, mark("Completed")),
    "incomplete": (ResultTab.INCOMPLETE, mark("Not completed")),
    "archived-interview": (ResultTab.ARCHIVED, mark("Archived")),
}
FIRST_TAB = "undecided"
ORDERS = {
    "created_at_newest": (SortOrder.NEWEST, mark("Newest first")),
    "created_at_oldest": (SortOrder.OLDEST, mark("Oldest first")),
    "updated_at_newest": (SortOrder.CHANGED, mark("Last changed first")),
}
KINDS = {Kind.INTERVIEW: mark("Interviews"), Kind.ASSESSMENT: mark("Assessments")}
# What a row may show besides the person and the interview; those without a star of their own are off at first.
COLUMNS = {
    "state": mark("State"),
    "when": mark("Started"),
    "email": mark("Email"),
    "minutes": mark("Minutes"),
    "changed": mark("Changed"),
    "score": mark("Score"),
}
FIRST_COLUMNS = ("state", "when")
STATES = {
    AttemptState.BEGUN: mark("Under way"),
    AttemptState.FINISHED: mark("Not sent yet"),
    AttemptState.SUBMITTED: mark("Sent"),
    AttemptState.RETURNED: mark("Asked again"),
    AttemptState.ABANDONED: mark("Set aside"),
    AttemptState.FAILED: mark("Failed on our side"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAsked:
    """What the address asks for. after: where the page begins; None: at the first row."""

    tab: str = FIRST_TAB
    kind: Kind = Kind.INTERVIEW
    text: str = ""
    interview_id: UUID | None = None
    emoji: str = ""
    order: str = "created_at_newest"
    columns: tuple[str, ...] = FIRST_COLUMNS
    after: ListPlace | None = None

    @property
    def wanted(self) -> ResultFilter:
        """As the list's verb takes it."""
        return ResultFilter(
            kind=self.kind,
            tab=TABS[self.tab][0] if self.tab else None,
            interview_id=self.interview_id,
            person_part=self.text or None,
            emoji=self.emoji or None,
        )

    @property
    def sorted_by(self) -> SortOrder:
        """As the list's verb takes it."""
        return ORDERS[self.order][0]

    @property
    def query(self) -> str:
        """What is not as it is at first, as an address has it."""
        told: dict[str, str] = {
            "tab": "" if self.tab == FIRST_TAB else self.tab or "all",
            "type": "" if self.kind is Kind.INTERVIEW else self.kind.value,
            "q": self.text,
            "interview": "" if self.interview_id is None else str(self.interview_id),
            "emoji": self.emoji,
            "order": "" if self.order == "created_at_newest" else self.order,
            "columns": "" if self.columns == FIRST_COLUMNS else ",".join(self.columns) or "none",
            "after": "" if self.after is None else f"{self.after.moment.isoformat()}_{self.after.attempt_id}",
        }
        return urlencode({name: value for name, value in told.items() if value})


def read_list_asked(request: Request) -> ListAsked:
    """The address's own wish; what can't be read is as it is at first."""
    asked = request.query_params
    kind, order, tab = asked.get("type", ""), asked.get("order", ""), asked.get("tab", "")
    columns = [*asked.get("columns", "").split(","), *asked.getlist("column")]
    known = tuple(name for name in COLUMNS if name in columns)
    return ListAsked(
        tab="" if tab == "all" else tab if tab in TABS else FIRST_TAB,
        kind=Kind(kind) if kind in {shown.value for shown in KINDS} else Kind.INTERVIEW,
        text=asked.get("q", "").replace("\0", "").strip()[:200],
        interview_id=to_id(asked.get("interview", "")),
        emoji=asked.get("emoji", "").replace("\0", "").strip()[:16],
        order=order if order in ORDERS else "created_at_newest",
        columns=known or (() if "none" in columns or asked.get("chosen") else FIRST_COLUMNS),
        after=_read_place(asked.get("after", "")),
    )


async def show(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: one page of rows."""
    return await _draw(parts, request, desk)


async def give_csv(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: every row that the address asks for, as a table that a spreadsheet takes without running anything."""
    asked = replace(read_list_asked(request), after=None)
    headers = {"Content-Disposition": 'attachment; filename="results.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_write_csv(parts, desk, asked), media_type="text/csv; charset=utf-8", headers=headers)


async def decide_several(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: those that are ticked are decided alike, for a reason that is shown to be shared."""
    form = await read_form(request)
    ids = [attempt_id for name in form if name.startswith("pick-") and (attempt_id := to_id(name[5:])) is not None]
    kind = form.get("decision", "")
    try:
        if kind not in set(DecisionKind):
            raise Invalid("Say what is decided.", name="decision")
        said = await decide_many(
            parts.database,
            dict.fromkeys(ids, ""),
            Ruling(
                kind=DecisionKind(kind), reason=form.get("reason", ""), feedback="", is_mailed=bool(form.get("mail"))
            ),
            name_decider(desk.caller.user_id, desk.member.shown_name),
            merchant_id=desk.merchant.id,
            environment=desk.environment,
            now=now(),
        )
    except Refused as error:
        return await _draw(parts, request, desk, fault=say_fault(error.message), typed=form, status=error.status)
    failed = [fault for fault in said.values() if fault is not None]
    if failed:
        return await _draw(
            parts, request, desk, fault=say_fault(failed[0]), failed=len(failed), done=len(said) - len(failed)
        )
    return go(desk, PLACE, said="decided_several", **_again(form))


async def keep_view(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: this view is kept under a name, or no longer."""
    form = await read_form(request)
    owner = desk.caller.user_id
    async with parts.database.tenant(desk.merchant.id) as connection:
        if (view_id := to_id(form.get("remove", ""))) is not None:
            await remove_view(connection, view_id, owner=owner)
        else:
            await save_view(
                connection,
                merchant_id=desk.merchant.id,
                owner=owner,
                name=form.get("name", ""),
                query=form.get("query", ""),
                now=now(),
            )
    return go(desk, PLACE, said="saved", **_again(form))


async def _draw(
    parts: WebParts,
    request: Request,
    desk: Desk,
    *,
    status: int = 200,
    typed: dict[str, str] | None = None,
    **told: Any,
) -> Response:
    asked = read_list_asked(request)
    async with parts.database.tenant(desk.merchant.id) as connection:
        rows = await list_results_from(
            connection,
            environment=desk.environment,
            wanted=asked.wanted,
            order=asked.sorted_by,
            after=asked.after,
            limit=ROWS + 1,
        )
        interviews = await list_interview_names(connection, environment=desk.environment)
        views = await read_views(connection, owner=desk.caller.user_id)
    shown, here = rows[:ROWS], asked.query
    more = replace(asked, after=place_of(shown[-1], asked.sorted_by)).query if len(rows) > ROWS else None
    return draw(
        parts,
        desk,
        "results.html",
        place=PLACE,
        status=status,
        said=request.query_params.get("said"),
        asked=asked,
        here=here,
        tabs=[
            {"word": word, "query": replace(asked, tab=tab, after=None).query, "is_here": tab == asked.tab}
            for tab, (_, word) in {**TABS, "": (None, mark("All"))}.items()
        ],
        orders={name: word for name, (_, word) in ORDERS.items()},
        kinds={kind.value: word for kind, word in KINDS.items()},
        all_columns=COLUMNS,
        states={state.value: word for state, word in STATES.items()},
        rows=shown,
        more=more,
        first=None if asked.after is None else replace(asked, after=None).query,
        interviews=interviews,
        views=views,
        typed=typed or {},
        **({"fault": None, "failed": 0, "done": 0} | told),
    )


async def _write_csv(parts: WebParts, desk: Desk, asked: ListAsked) -> AsyncIterator[str]:
    """The rows by key, some hundred at a time; nothing is read before the browser takes the ones before."""
    yield "\ufeff" + _line(
        ["name", "email", "interview", "state", "decision", "shortlist", "emoji", "started", "minutes"]
    )
    after: ListPlace | None = None
    while True:
        async with parts.database.tenant(desk.merchant.id) as connection:
            rows = await list_results_from(
                connection,
                environment=desk.environment,
                wanted=asked.wanted,
                order=asked.sorted_by,
                after=after,
                limit=CSV_ROWS,
            )
        yield "".join(_line(_cells(row)) for row in rows)
        if len(rows) < CSV_ROWS:
            return
        after = place_of(rows[-1], asked.sorted_by)


def _cells(row: ListedAttempt) -> list[str]:
    return [
        row.candidate_name,
        row.candidate_email or "",
        row.interview_name,
        row.state.value,
        row.decision or "",
        "yes" if row.is_shortlisted else "",
        row.emoji or "",
        row.created_at.isoformat(),
        "" if row.talk_seconds is None else str(round(row.talk_seconds / 60)),
    ]


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([_tame(cell) for cell in cells])
    return written.getvalue()


def _tame(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else cell


def _read_place(text: str) -> ListPlace | None:
    moment, _, attempt_id = text.partition("_")
    result_id = to_id(attempt_id)
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return None if result_id is None or at.tzinfo is None else ListPlace(moment=at, attempt_id=result_id)


def _again(form: dict[str, str]) -> dict[str, str]:
    """The view from which something was sent, as `go` takes it."""
    return {name: value for name, value in parse_qsl(form.get("query", "")[:2_000]) if name in ASKED}


PAGES = (
    ConsolePage("GET", PLACE, show),
    ConsolePage("GET", f"{PLACE}table.csv", give_csv),
    ConsolePage("POST", f"{PLACE}decide", decide_several),
    ConsolePage("POST", f"{PLACE}views", keep_view),
)
