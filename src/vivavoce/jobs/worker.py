"""A worker: takes notes up, one handler each, and gives back what dead workers held.

Procrastinate does not fence: a worker that slept may do a note a second time. So each handler ends in a
compare-and-set.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.jobs import Job

from vivavoce.db.address import DatabaseAddress
from vivavoce.jobs.leave import QUEUES, Note

HEARTBEAT_SECONDS = 2
STALLED_SECONDS = 6
STOP_SECONDS = 20
CONNECTIONS = 10  # each lane keeps one to hear of new notes
POOL_SECONDS = 5  # for a connection; a worker whose database has gone must come to its end
HOUSEKEEPING = "housekeeping"
# An answer that was sent is judged in the end: 2, 4, 8 … 4,096 seconds, two hours in all. Tries without a pause between
# them would be used up before a database that restarts is back.
# Credits are charged in the end, too.
# A mail server that is busy is not less so at once: 3, 9, 27, 81 and 243 seconds, within a code's ten minutes.
# A voice that failed is given half an hour: 4, 16, 64, 256 and 1,024 seconds.
# Whoever is told of events may be away for an evening: 3, 9, 27 … 19,683 seconds, eight hours in all. Meanwhile nothing
# else of theirs is handed over, since notes with one lock are taken up one after the other, in order.
# A model that writes may be away or out of money for a while: 5, 25, 125, 625 and 3,125 seconds, an hour in all. What
# it did not write by then, the rules split from the caller's own words when answers are judged.
# A report that can't be made is tried for two minutes, since others wait for it: 3, 9, 27 and 81 seconds.
RETRIES: Mapping[str, RetryStrategy] = {
    "scoring": RetryStrategy(max_attempts=12, exponential_wait=2),
    "credits": RetryStrategy(max_attempts=12, exponential_wait=2),
    "mail": RetryStrategy(max_attempts=5, exponential_wait=3),
    "events": RetryStrategy(max_attempts=9, exponential_wait=3),
    "reports": RetryStrategy(max_attempts=5, exponential_wait=3),
    "voice": RetryStrategy(max_attempts=5, exponential_wait=4),
    "writing": RetryStrategy(max_attempts=5, exponential_wait=5),
    # What can't be read is no failure here: its document says why. What fails is our database, or the worker.
    "knowledge": RetryStrategy(max_attempts=8, exponential_wait=2),
    # What stays uncomposed is composed when somebody listens. 5, 25 and 125 seconds: a store that is away comes back.
    "recordings": RetryStrategy(max_attempts=4, exponential_wait=5),
}


@dataclass(frozen=True, slots=True)
class Lane:
    """Queues that are worked on beside the others, and how many notes of theirs at once."""

    queues: tuple[str, ...]
    at_once: int


# Judging takes seconds of a processor, a model that writes takes as long of waiting, and a mail server that hangs takes
# twenty; a long document takes minutes, and so does a long film: none is to hold up the rest.
_APART = (
    Lane(("events",), 8),
    Lane(("writing",), 2),
    Lane(("mail",), 4),
    Lane(("knowledge",), 1),
    Lane(("recordings",), 1),
)
_IN_COMMON = {*QUEUES.values(), HOUSEKEEPING} - {queue for lane in _APART for queue in lane.queues}
LANES = (Lane(tuple(sorted(_IN_COMMON)), 2), *_APART)

Handler = Callable[[UUID, UUID], Awaitable[None]]
# What a worker does besides its notes, until it is cancelled.
Beside = Callable[[], Coroutine[Any, Any, None]]


async def run_worker(
    address: DatabaseAddress,
    handlers: Mapping[Note, Handler],
    *,
    tidy: Callable[[], Awaitable[None]] | None = None,
    retries: Mapping[str, RetryStrategy] = RETRIES,
    beside: Sequence[Beside] = (),
) -> None:
    """Works until told to stop (SIGTERM, SIGINT), or until the database goes away: start it again then.

    handlers: takes merchant and subject of a note. tidy: called every ten minutes, by one worker of all.
    retries: how what fails is tried again, by queue. beside: what goes on as long as the worker does, and ends it where
    it fails.
    Raises ValueError unless each kind of note has its handler.
    """
    if set(handlers) != set(Note):
        raise ValueError(f"notes without a handler: {sorted(set(Note) - set(handlers))}")
    options = " ".join(
        f"-c {name}={value}" for name, value in address.app_settings.items() if name != "application_name"
    )
    connector = PsycopgConnector(
        conninfo=address.app_url,
        kwargs={"options": options, "application_name": "vivavoce worker"},
        max_size=CONNECTIONS,
        timeout=POOL_SECONDS,
    )
    app = App(connector=connector)
    for note, handler in handlers.items():
        app.task(name=note.value, queue=QUEUES[note], retry=retries[QUEUES[note]])(_to_task(handler))
    _add_housekeeping(app)
    if tidy is not None:
        _add_tidying(app, tidy)
    async with _opened(app):
        await _work_side_by_side(app, beside)


async def _work_side_by_side(app: App, beside: Sequence[Beside]) -> None:
    """All lanes, until the first is told to stop, or fails; the others end with it."""
    working = [
        asyncio.create_task(
            # Named queues: a worker fails, for good, what it does not know.
            app.run_worker_async(
                queues=[*lane.queues],
                concurrency=lane.at_once,
                fetch_job_polling_interval=1,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                shutdown_graceful_timeout=STOP_SECONDS,
                delete_jobs="successful",
                # The last to ask for signals would be the only one to get them.
                install_signal_handlers=number == 0,
            )
        )
        for number, lane in enumerate(LANES)
    ]
    working += [asyncio.create_task(goes_on()) for goes_on in beside]
    try:
        await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for lane in working:
            lane.cancel()
        ended = await asyncio.gather(*working, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error


@asynccontextmanager
async def _opened(app: App) -> AsyncIterator[None]:
    """Closed even where opening was broken off: the pool swallows a cancel while it connects, and would go on."""
    try:
        await app.open_async()
        yield
    finally:
        await app.close_async()


def _to_task(handler: Handler) -> Callable[[str, str], Awaitable[None]]:
    async def task(merchant_id: str, subject_id: str) -> None:
        await handler(UUID(merchant_id), UUID(subject_id))

    return task


def _add_housekeeping(app: App) -> None:
    @app.periodic(cron="* * * * * */5")  # the last field is seconds
    @app.task(name="give_back_stalled", queue=HOUSEKEEPING, queueing_lock="give_back_stalled", pass_context=False)
    async def give_back_stalled(timestamp: int) -> None:
        """Notes of workers that died go back to the queue."""
        stalled: list[Job] = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS))
        for job in stalled:
            await app.job_manager.retry_job(job)


def _add_tidying(app: App, tidy: Callable[[], Awaitable[None]]) -> None:
    @app.periodic(cron="*/10 * * * *")
    @app.task(name="tidy", queue=HOUSEKEEPING, queueing_lock="tidy", pass_context=False)
    async def tidying(timestamp: int) -> None:
        """What becomes due by time alone."""
        await tidy()
