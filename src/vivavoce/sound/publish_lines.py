"""Publishing an interview's voice: its fixed lines are spoken into files, so that nothing of them can fail live."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from vivavoce.conversation.plan import to_course
from vivavoce.db.database import Database
from vivavoce.errors import ProviderError, UnknownLanguage
from vivavoce.events.record import Event, record
from vivavoce.interviews.draft import Status
from vivavoce.interviews.read import Stored, find_interview
from vivavoce.interviews.templates import Interviewer, read_interviewer
from vivavoce.jobs.leave import Note, leave
from vivavoce.merchants.register import SHOWN_NAME
from vivavoce.sound.known_lines import fixed_lines, instruction_of
from vivavoce.sound.line_store import SpokenLine, to_line

log = logging.getLogger(__name__)

FIND_MERCHANT = "select merchants.name as name, about from merchants where id = $1".replace(
    "merchants.name", SHOWN_NAME
)
MOST_SECONDS = 4.0  # at a time
MOST_FAILURES = 3  # in a row: then no voice is to be had

Speak = Callable[[UUID, SpokenLine], str]


class NotAllSpoken(ProviderError):
    """Some lines could not be spoken. It is tried again; until then the browser's own voice says them."""


async def publish_voice(database: Database, speak: Speak, *, merchant_id: UUID, interview_id: UUID) -> None:
    """Speaks what is not there yet; done again, it changes nothing. speak: blocks, and raises ProviderError.

    Raises NotAllSpoken where another try may help. A language that no voice knows is no failure.
    """
    async with database.tenant(merchant_id) as connection:
        stored = await find_interview(connection, interview_id, environment=None)
        merchant = await connection.fetchrow(FIND_MERCHANT, merchant_id)
        if stored is None or merchant is None or stored.draft.status is not Status.ACTIVE:
            return
        voice = (await read_interviewer(connection, stored.draft.template_id)).voice
    lines = lines_of(stored, merchant_name=merchant["name"], merchant_about=merchant["about"], voice=voice)
    spoken, mute, failed = 0, 0, 0
    in_a_row = 0
    until = time.monotonic() + MOST_SECONDS
    for line in lines:
        if time.monotonic() > until:
            # Others wait for this worker: the rest later.
            async with database.tenant(merchant_id) as connection:
                await leave(connection, Note.PUBLISH_VOICE, merchant_id=merchant_id, subject_id=interview_id)
            return
        try:
            await asyncio.to_thread(speak, merchant_id, line)
        except UnknownLanguage:
            mute += 1
        except ProviderError as error:
            log.warning("a line of an interview can't be spoken: %s", error.message)
            mute, failed = (mute, failed + 1) if error.retryable else (mute + 1, failed)
            in_a_row += 1
            if in_a_row == MOST_FAILURES and failed:
                break
        else:
            spoken, in_a_row = spoken + 1, 0
    if failed:
        raise NotAllSpoken(retryable=True)
    await _settle(database, stored, spoken=spoken, mute=mute)


def lines_of(stored: Stored, *, merchant_name: str, merchant_about: str, voice: str | None) -> tuple[SpokenLine, ...]:
    """The interview's fixed lines, as they are spoken. voice: the template's."""
    course = to_course(stored.draft, seed=0, merchant_name=merchant_name, merchant_about=merchant_about)
    whole = replace(course, steps=stored.draft.steps)
    locale = voice or stored.draft.speech_locale
    return tuple(dict.fromkeys(to_line(said, locale=locale) for said in fixed_lines(whole)))


async def find_instruction(
    database: Database, *, merchant_id: UUID, interview_id: UUID
) -> tuple[SpokenLine, Interviewer] | None:
    """What the interview says before its first question, as it is spoken, and who says it; None: nothing."""
    async with database.tenant(merchant_id) as connection:
        stored = await find_interview(connection, interview_id, environment=None)
        merchant = await connection.fetchrow(FIND_MERCHANT, merchant_id)
        if stored is None or merchant is None or stored.draft.status is not Status.ACTIVE:
            return None
        interviewer = await read_interviewer(connection, stored.draft.template_id)
    course = to_course(stored.draft, seed=0, merchant_name=merchant["name"], merchant_about=merchant["about"])
    said = instruction_of(course)
    if said is None:
        return None
    return to_line(said, locale=interviewer.voice or stored.draft.speech_locale), interviewer


async def _settle(database: Database, stored: Stored, *, spoken: int, mute: int) -> None:
    """Once for a revision. An interview that was changed meanwhile has a note of its own."""
    async with database.tenant(stored.merchant_id) as connection:
        settled = await connection.fetchval(
            "update interviews set voiced_revision = $2"
            " where id = $1 and revision = $2 and voiced_revision is distinct from $2 returning id",
            stored.id,
            stored.revision,
        )
        if settled is not None:
            await record(
                connection,
                Event.INTERVIEW_VOICED,
                merchant_id=stored.merchant_id,
                environment=stored.environment,
                subject_id=stored.id,
                actor="worker",
                data={"spoken": spoken, "without_voice": mute},
            )
