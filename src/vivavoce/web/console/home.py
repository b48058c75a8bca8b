"""The first page: what needs somebody now, each done in its place, and the last two weeks in figures."""

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.attempts.comments import list_mentions
from vivavoce.attempts.figures import HISTORY_DAYS, Figures, count_figures
from vivavoce.attempts.fortnight import count_sent
from vivavoce.attempts.listing import ResultFilter, ResultTab, SortOrder, count_results, list_results_from
from vivavoce.attempts.tasks import Task, TaskKind, TaskState, list_tasks, move_task
from vivavoce.clock import now
from vivavoce.db.database import Connection
from vivavoce.db.ids import to_id
from vivavoce.db.pages import RowRange
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.interviews.listing import count_live
from vivavoce.jobs.failed import leave_again, list_failed
from vivavoce.merchants.access import MAKERS
from vivavoce.scoring.judgements import count_to_review
from vivavoce.web.console.chart import to_bars
from vivavoce.web.console.desk import Desk
from vivavoce.web.console.faults import say_fault
from vivavoce.web.console.shell import ConsolePage, draw, go
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts

MOST_TASKS = 50  # at once; the others come up as these are done
SHOWN_RESULTS = 3
MOST_COUNTED = 1_000  # results to read; whoever has more does not need to know how many
MENTIONS_FOR = timedelta(days=14)  # a comment that nobody answers by then needs nobody any more
MOST_MENTIONS = 10  # at once
FIGURES_FOR = timedelta(minutes=1)
MOST_KEPT = 1_000  # merchants whose figures are kept


async def show(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: everything that waits."""
    return await _draw(parts, desk, said=request.query_params.get("said"))


async def finish_task(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: a task is done. reply: what a candidate's question is answered."""
    form = await read_form(request)
    return await _move(parts, request, desk, TaskState.DONE, reply=form.get("reply", ""), said="task_done")


async def refuse_task(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: a wish to be erased is refused. reason: the person reads it."""
    form = await read_form(request)
    return await _move(parts, request, desk, TaskState.REFUSED, reason=form.get("reason", ""), said="task_refused")


async def try_again(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: what has failed is left for a worker once more."""
    number = request.path_params["number"]
    if not number.isdecimal() or len(number) > 18:
        raise NotFound
    async with parts.database.tenant(desk.merchant.id) as connection:
        if not await leave_again(connection, desk.merchant.id, int(number)):
            raise NotFound
    return go(desk, "", said="tried_again")


async def _move(
    parts: WebParts, request: Request, desk: Desk, state: TaskState, *, said: str, reply: str = "", reason: str = ""
) -> Response:
    task_id = to_id(request.path_params["task"])
    if task_id is None:
        raise NotFound
    try:
        async with parts.database.tenant(desk.merchant.id) as connection:
            is_there = await move_task(
                connection,
                task_id,
                state,
                merchant_id=desk.merchant.id,
                environment=desk.environment,
                actor=desk.actor,
                now=now(),
                reply=reply,
                reason=reason,
            )
    except (Invalid, Conflict) as error:
        return await _draw(
            parts,
            desk,
            status=error.status,
            fault={"task": str(task_id), "text": say_fault(error.message), "typed": reply or reason},
        )
    if not is_there:
        raise NotFound
    return go(desk, "", said=said)


async def _draw(
    parts: WebParts, desk: Desk, *, status: int = 200, said: str | None = None, fault: dict[str, str] | None = None
) -> Response:
    """fault: what was wrong with what was sent for a task."""
    moment = now()
    async with parts.database.tenant(desk.merchant.id) as connection:
        tasks = await list_tasks(
            connection,
            environment=desk.environment,
            state=TaskState.OPEN,
            interview_id=None,
            window=RowRange(limit=MOST_TASKS, offset=0),
        )
        undecided = ResultFilter(tab=ResultTab.UNDECIDED)
        results = await list_results_from(
            connection,
            environment=desk.environment,
            wanted=undecided,
            order=SortOrder.OLDEST,
            after=None,
            limit=SHOWN_RESULTS,
        )
        to_read = await count_results(connection, environment=desk.environment, wanted=undecided, most=MOST_COUNTED + 1)
        mentions = await list_mentions(
            connection,
            desk.caller.user_id,
            environment=desk.environment,
            since=moment - MENTIONS_FOR,
            limit=MOST_MENTIONS,
        )
        failed = await list_failed(connection, desk.merchant.id) if desk.may(MAKERS) else []
        figures = await _count(parts, connection, desk, now=moment)
        sent = await count_sent(connection, environment=desk.environment, now=moment)
        to_review = await count_to_review(connection, environment=desk.environment)
        live = await count_live(connection, environment=desk.environment)
    days = [moment.date() - timedelta(days=back) for back in reversed(range(HISTORY_DAYS))]
    return draw(
        parts,
        desk,
        "home.html",
        place="",
        status=status,
        said=said,
        tasks=[_tell_task(desk, task) for task in tasks.rows],
        task_count=tasks.total,
        results={
            "total": min(to_read, MOST_COUNTED),
            "is_more": to_read > MOST_COUNTED,
            "to_review": to_review,
            "shown": [
                {"name": result.candidate_name or result.candidate_email, "interview": result.interview_name}
                for result in results
            ],
            "since": results[0].updated_at if results else None,
            "url": desk.url("results/") if "results/" in parts.console_places else None,
        },
        mentions=[{"mention": mention, "url": desk.url(f"results/{mention.attempt_id}/#talk")} for mention in mentions],
        failed=failed,
        has_work=desk.may(MAKERS),
        fault=fault,
        counts={
            "live": live,
            "people": figures.people,
            "under_way": figures.under_way,
            "sent": figures.submitted,
        },
        charts=[
            _chart("sent", sent),
            _chart("begun", figures.attempts_by_day),
            _chart("people", figures.people_by_day),
        ],
        days=days,
    )


async def _count(parts: WebParts, connection: Connection, desk: Desk, *, now: datetime) -> Figures:
    """The figures, at most a minute old: to count a hundred thousand takes a while, and nobody acts on the last one."""
    whose = (desk.merchant.id, desk.environment)
    kept = parts.console_figures.get(whose)
    if kept is not None and now - kept[0] < FIGURES_FOR:
        return kept[1]
    figures = await count_figures(connection, environment=desk.environment, now=now)
    if len(parts.console_figures) >= MOST_KEPT:
        parts.console_figures.clear()
    parts.console_figures[whose] = (now, figures)
    return figures


def _tell_task(desk: Desk, task: Task) -> dict[str, Any]:
    return {
        "id": str(task.id),
        "kind": task.kind.value,
        "name": task.candidate_name or task.candidate_email or "",
        "email": task.candidate_email,
        "interview": task.interview_name,
        "text": task.text,
        "at": task.created_at,
        "due": task.due_at,
        "candidate_url": desk.url(f"candidates/{task.candidate_id}/"),
        "result_url": None if task.attempt_id is None else desk.url(f"results/{task.attempt_id}/"),
        "has_reply": task.kind is TaskKind.ANSWER_CANDIDATE,
        "is_erasure": task.kind is TaskKind.ERASURE_WANTED,
    }


def _chart(name: str, newest_first: tuple[int, ...]) -> dict[str, Any]:
    counts = list(reversed(newest_first))
    return {"name": name, "counts": counts, "total": sum(counts), "most": max(counts), "bars": to_bars(counts)}


PAGES = (
    ConsolePage("GET", "", show),
    ConsolePage("POST", "tasks/{task}/done", finish_task, MAKERS),
    ConsolePage("POST", "tasks/{task}/refuse", refuse_task, MAKERS),
    ConsolePage("POST", "failed/{number}/again", try_again, MAKERS),
)
