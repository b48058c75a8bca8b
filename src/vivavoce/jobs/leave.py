"""Leaving a note: work for later, in the transaction that makes it necessary."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vivavoce.db.database import Connection


class Note(StrEnum):
    """What can be left for later. Each has exactly one handler; its subject is an id, never content."""

    TALLY_ATTEMPT = "tally_attempt"  # subject: an attempt that was sent
    CHARGE_ATTEMPT = "charge_attempt"  # subject: an attempt that is finished, or was set aside
    SCORE_ATTEMPT = "score_attempt"  # subject: an attempt that was tallied, or is to be judged again
    PREVIEW_ATTEMPT = "preview_attempt"  # subject: an attempt whose candidate sees its score before sending it
    WRITE_RECEIPTS = "write_receipts"  # subject: an attempt that was judged, or whose judgement a person changed
    WRITE_ERASURE_RECEIPT = "write_erasure_receipt"  # subject: a person who is erased
    MAKE_REPORT = "make_report"  # subject: an attempt that was judged, and whose interview wants a report of each
    COMPOSE_SESSION = "compose_session"  # subject: an attempt whose sound rests, or whose film is not drawn yet
    HEAR_APART = "hear_apart"  # subject: an attempt that was sent, and whose sound rests

    TELL_EVENTS = "tell_events"  # subject: a listener that wants an event that was recorded
    TELL_RESULT = "tell_result"  # subject: an attempt whose result webhooks wait for its report, and no longer
    MAIL_RECEIPT = "mail_receipt"  # subject: an attempt that was sent, and tallied
    MAIL_DECISION = "mail_decision"  # subject: a decision that can't be undone any more
    SEND_MAIL = "send_mail"  # subject: a mail to a candidate, once it is due
    SEND_CODE = "send_code"  # subject: a sign-in by e-mail
    SEND_MEMBER_CODE = "send_member_code"  # subject: a member's sign-in by e-mail
    MAIL_MEMBER = "mail_member"  # subject: a member who was invited
    PUBLISH_VOICE = "publish_voice"  # subject: an interview whose fixed lines are to be spoken
    WRITE_EXPECTATIONS = "write_expectations"  # subject: an interview that came without any
    REWRITE_EXPECTATIONS = "rewrite_expectations"  # subject: an interview whose expectations are to be written anew
    READ_DOCUMENT = "read_document"  # subject: a document of a store that is to be read
    MAIL_WEBHOOK_OFF = "mail_webhook_off"  # subject: an endpoint that was switched off because nobody answers there


QUEUES = {
    Note.TALLY_ATTEMPT: "scoring",
    Note.CHARGE_ATTEMPT: "credits",
    Note.SCORE_ATTEMPT: "scoring",
    Note.PREVIEW_ATTEMPT: "scoring",
    Note.WRITE_RECEIPTS: "scoring",
    Note.WRITE_ERASURE_RECEIPT: "reports",
    Note.MAKE_REPORT: "reports",
    Note.COMPOSE_SESSION: "recordings",
    Note.HEAR_APART: "recordings",
    Note.TELL_EVENTS: "events",
    Note.TELL_RESULT: "events",
    Note.MAIL_RECEIPT: "mail",
    Note.MAIL_DECISION: "mail",
    Note.SEND_MAIL: "mail",
    Note.SEND_CODE: "mail",
    Note.SEND_MEMBER_CODE: "mail",
    Note.MAIL_MEMBER: "mail",
    Note.PUBLISH_VOICE: "voice",
    Note.WRITE_EXPECTATIONS: "writing",
    Note.REWRITE_EXPECTATIONS: "writing",
    Note.READ_DOCUMENT: "knowledge",
    Note.MAIL_WEBHOOK_OFF: "mail",
}
# What somebody sits before comes first; what nobody waits for comes after everything else.
PRIORITIES = {
    Note.PREVIEW_ATTEMPT: 10,
    Note.SEND_CODE: 10,
    Note.SEND_MEMBER_CODE: 10,
    Note.SEND_MAIL: -5,  # hundreds may be wanted at once
    Note.PUBLISH_VOICE: -10,
    Note.HEAR_APART: -10,
}

# Procrastinate's own function, as of its version 3.10: no queueing lock. (The same queueing lock twice would abort the
# caller's transaction.)
LEAVE = """
select procrastinate_defer_jobs_v1(array[
    row($1, $2, $5::int, $6::text, null, jsonb_build_object('merchant_id', $3::text, 'subject_id', $4::text),
        $7::timestamptz)
]::procrastinate_job_to_defer_v1[])
"""


async def leave(
    connection: Connection,
    note: Note,
    *,
    merchant_id: UUID,
    subject_id: UUID,
    one_by_one: str | None = None,
    not_before: datetime | None = None,
) -> None:
    """Adds the note; a worker takes it up when, and only when, this transaction has committed.

    one_by_one: notes that name the same are taken up one after the other, in order. not_before: the moment before
    which nobody takes it up; None: at once.
    """
    priority = PRIORITIES.get(note, 0)
    await connection.fetchval(
        LEAVE, QUEUES[note], note.value, str(merchant_id), str(subject_id), priority, one_by_one, not_before
    )
