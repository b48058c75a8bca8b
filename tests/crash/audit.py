"""Comparing what clients were told with what is stored, row by row, and looking for anything that is half there.

The database is looked at in one transaction, which sees one moment. What was acknowledged before it must be there; what
is there was sent before its end. So the audit holds while clients go on.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID, uuid5

from psycopg import Connection
from psycopg.rows import DictRow

from tests.crash.load import Ledger
from tests.crash.program import look_inside, wait_for
from vivavoce.attempts.consent import REQUIRED
from vivavoce.events.record import Event
from vivavoce.merchants.keys import Sealer

TALLY_SECONDS = 60  # a worker that was killed with a note in hand: found dead after 6 s, looked for every 5 s

Rows = list[DictRow]


def find_faults(folder: Path, ledger: Ledger, *, merchant_id: str, sealer: Sealer) -> list[str]:
    """What is not as it was promised; empty when all is well."""
    told = ledger.copy()
    with look_inside(folder) as inside:
        stored = _Stored(inside, merchant_id)
    sent = ledger.copy()
    return [
        *sent.faults,
        *_check_promised_interviews(told, stored, sealer),
        *_check_stored_interviews(sent, stored),
        *_check_people(told, stored),
        *_check_attempts(told, stored),
        *_check_answers(told, sent, stored),
        *_check_corrections(told, sent, stored),
        *_check_turns(stored),
    ]


def await_tallies(folder: Path, *, merchant_id: str) -> None:
    """Returns when the worker has been through everything that was handed in, and holds no note any more."""

    def is_done() -> bool:
        with look_inside(folder) as inside:
            row = inside.execute(
                "select (select count(*) from attempts where merchant_id = %(merchant)s::uuid and state = 'submitted'"
                " and judged_at is null) + (select count(*) from procrastinate_jobs"
                " where task_name in ('tally_attempt', 'score_attempt')"
                " and args->>'merchant_id' = %(merchant)s::text) as n",
                {"merchant": merchant_id},
            ).fetchone()
        return row is not None and row["n"] == 0

    wait_for(is_done, seconds=TALLY_SECONDS, what="everything that was handed in is tallied and judged")


class _Stored:
    """The rows of one merchant."""

    def __init__(self, inside: "Connection[DictRow]", merchant_id: str) -> None:
        def rows(statement: LiteralString) -> Rows:
            return inside.execute(statement, {"merchant": UUID(merchant_id)}).fetchall()

        self.interviews = rows("select * from interviews where merchant_id = %(merchant)s")
        self.steps = _grouped(
            rows("select * from steps where merchant_id = %(merchant)s order by place"), "interview_id"
        )
        self.embeds = _grouped(rows("select * from embed_keys where merchant_id = %(merchant)s"), "interview_id")
        self.versions = _grouped(rows("select * from versions where merchant_id = %(merchant)s"), "interview_id")
        self.replies = {row["key"] for row in rows("select key from replies where merchant_id = %(merchant)s")}
        self.candidates = {row["id"] for row in rows("select id from candidates where merchant_id = %(merchant)s")}
        self.invitations = rows("select * from invitations where merchant_id = %(merchant)s")
        self.attempts = rows("select * from attempts where merchant_id = %(merchant)s")
        self.consents = _grouped(rows("select * from consents where merchant_id = %(merchant)s"), "attempt_id")
        self.answers = _grouped(
            rows("select * from answers where merchant_id = %(merchant)s order by number"), "attempt_id"
        )
        self.corrections = rows("select * from corrections where merchant_id = %(merchant)s")
        self.notes = Counter(
            (UUID(row["subject"]), row["task_name"])
            for row in rows(
                "select args->>'subject_id' as subject, task_name from procrastinate_jobs"
                " where task_name in ('tally_attempt', 'score_attempt')"
                " and args->>'merchant_id' = %(merchant)s::text"
            )
        )
        self._events = Counter(
            (row["kind"], row["subject_id"]) for row in rows("select * from events where merchant_id = %(merchant)s")
        )

    def events(self, event: Event, subject: UUID) -> int:
        """How often this happened to it."""
        return self._events[event.value, subject]


def _grouped(rows: Iterable[DictRow], name: str) -> defaultdict[UUID, Rows]:
    groups: defaultdict[UUID, Rows] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return groups


# --- What callers were told ----------------------------------------------------------------------------------------


def _check_promised_interviews(told: Ledger, stored: _Stored, sealer: Sealer) -> Iterable[str]:
    by_name = _named(stored.interviews)
    for name, one in told.created.items():
        if [row["id"] for row in by_name.get(name, [])] != [one.interview_id]:
            yield f"{name}: acknowledged as {one.interview_id}, stored as {by_name.get(name)}"
        if name in told.keyed and told.keyed[name] not in stored.replies:
            yield f"{name}: its reply was not kept"
        kept = [(row["id"], _open(sealer, row)) for row in stored.embeds[one.interview_id]]
        if kept != ([] if one.embed_id is None else [(one.embed_id, one.signing_key)]):
            yield f"{name}: another embed key than {one.embed_id}: {[embed for embed, _ in kept]}"


def _check_stored_interviews(sent: Ledger, stored: _Stored) -> Iterable[str]:
    """Acknowledged or not, an interview is there once, and with everything of it."""
    by_name = _named(stored.interviews)
    for name, rows in by_name.items():
        if len(rows) > 1:
            yield f"{name}: made {len(rows)} times"
        if name not in sent.bodies:
            yield f"{name}: nobody asked for it"
            continue
        for row in rows:
            yield from _check_whole(row, sent.bodies[name], stored)
    for name, key in sent.keyed.items():
        if (key in stored.replies) != (name in by_name):
            yield f"{name}: interview and reply are not there together"


def _named(interviews: Rows) -> dict[str, Rows]:
    by_name: defaultdict[str, Rows] = defaultdict(list)
    for row in interviews:
        by_name[row["name"]].append(row)
    return dict(by_name)


def _open(sealer: Sealer, row: DictRow) -> str:
    return sealer.open(bytes(row["sealed_key"]), place=f"embed {row['id']}").decode()


def _check_whole(row: DictRow, body: dict[str, Any], stored: _Stored) -> Iterable[str]:
    steps = stored.steps[row["id"]]
    if [step["text"] for step in steps] != [question["question"] for question in body["questions"]]:
        yield f"{body['name']}: {len(steps)} steps of {len(body['questions'])}, or others"
    if [step["place"] for step in steps] != list(range(len(steps))):
        yield f"{body['name']}: steps at {[step['place'] for step in steps]}"
    if stored.events(Event.INTERVIEW_CREATED, row["id"]) != 1:
        yield f"{body['name']}: {stored.events(Event.INTERVIEW_CREATED, row['id'])} events of its making"
    if len(stored.embeds[row["id"]]) != int(body["is_embedded"]):
        yield f"{body['name']}: {len(stored.embeds[row['id']])} embed keys"


def _check_people(told: Ledger, stored: _Stored) -> Iterable[str]:
    invited = {(row["candidate_id"], row["interview_id"]) for row in stored.invitations}
    for candidate, interview in told.invited.items():
        if candidate not in stored.candidates or (candidate, interview) not in invited:
            yield f"candidate {candidate}: the invitation is not there"
    for row in stored.invitations:
        if stored.events(Event.CANDIDATE_INVITED, row["id"]) != 1:
            yield f"invitation {row['id']}: without its event"


# --- Attempts and answers ------------------------------------------------------------------------------------------


def _check_attempts(told: Ledger, stored: _Stored) -> Iterable[str]:
    by_id = {row["id"]: row for row in stored.attempts}
    for attempt, candidate in told.begun.items():
        if attempt not in by_id or by_id[attempt]["candidate_id"] != candidate:
            yield f"attempt {attempt}: begun, and not there"
    for attempt in told.submitted:
        if attempt in by_id and by_id[attempt]["state"] != "submitted":
            yield f"attempt {attempt}: handed in, and stored as {by_id[attempt]['state']}"
    for candidate, count in Counter(row["candidate_id"] for row in stored.attempts).items():
        if count > 1:
            yield f"candidate {candidate}: {count} attempts where one was begun"
    for row in stored.attempts:
        yield from (f"attempt {row['id']}: {fault}" for fault in _check_attempt(row, stored))


def _check_attempt(row: DictRow, stored: _Stored) -> Iterable[str]:
    attempt, state = row["id"], row["state"]
    if sorted(consent["purpose"] for consent in stored.consents[attempt]) != sorted(REQUIRED):
        yield f"{len(stored.consents[attempt])} consents"
    if row["revision"] not in {version["revision"] for version in stored.versions[row["interview_id"]]}:
        yield "without the version that it is held by"
    is_submitted, is_tallied = state == "submitted", row["tallied_at"] is not None
    is_judged = row["judged_at"] is not None
    wanted = {
        Event.ATTEMPT_BEGUN: 1,
        Event.ATTEMPT_FINISHED: int(state in ("finished", "submitted")),
        Event.ATTEMPT_SUBMITTED: int(is_submitted),
        Event.ATTEMPT_TALLIED: int(is_tallied),
        Event.ATTEMPT_JUDGED: int(is_judged),
    }
    found = {event: stored.events(event, attempt) for event in wanted}
    if found != wanted:
        yield f"{state}, with the events {found}"
    if (row["finished_at"] is not None) != (state in ("finished", "submitted")):
        yield f"{state}, finished at {row['finished_at']}"
    if is_tallied and not is_submitted:
        yield f"{state}, and tallied"
    if is_judged and not is_tallied:
        yield f"{state}, and judged before it was tallied"
    if (row["coverage_percent"] is not None) != is_tallied:
        yield "a tally of which half is there"
    # A note is gone a moment after what it asked for is done, or once its worker is found dead. So the first may still
    # be there when the second is; each but once, and one of them for as long as something is to be done.
    tally, score = stored.notes[attempt, "tally_attempt"], stored.notes[attempt, "score_attempt"]
    waits_for = score if is_tallied else tally
    if tally > int(is_submitted) or score > int(is_tallied) or (is_submitted and not is_judged and waits_for != 1):
        notes = f"{tally} notes to tally and {score} to score"
        yield f"{state}, tallied at {row['tallied_at']}, judged at {row['judged_at']}, with {notes}"


def _check_answers(told: Ledger, sent: Ledger, stored: _Stored) -> Iterable[str]:
    by_key: defaultdict[UUID, Rows] = defaultdict(list)
    for rows in stored.answers.values():
        for row in rows:
            by_key[row["key"]].append(row)
    for key, rows in by_key.items():
        if len(rows) > 1:
            yield f"answer {key}: stored {len(rows)} times"
        # What another choice leads to after the last question is there as if it had been skipped.
        offered = (
            uuid5(changed, str(row["step_id"])) for row in rows if row["is_skipped"] for changed in sent.corrected
        )
        if key not in sent.said and key not in offered:
            yield f"answer {key}: nobody gave it"
    for key, number in told.receipts.items():
        if key not in by_key:
            yield f"answer {key} (turn {number} of attempt {told.said[key].attempt_id}): acknowledged and lost"
    for key, said in sent.said.items():
        for row in by_key.get(key, []):
            found = (row["attempt_id"], row["number"], row["text"], row["choice"], row["is_skipped"])
            if found != (said.attempt_id, said.number, said.text, said.choice, said.is_skipped):
                yield f"answer {key}: sent as {said}, stored as {found}"


def _check_corrections(told: Ledger, sent: Ledger, stored: _Stored) -> Iterable[str]:
    """Each is there once; what was said first stays as it was, which _check_answers sees."""
    by_key = Counter(row["key"] for row in stored.corrections)
    for key, count in by_key.items():
        if count > 1 or key not in sent.corrected:
            yield f"correction {key}: stored {count} times"
    for key in told.corrections_received:
        if key not in by_key:
            yield f"correction {key} (of {told.corrected[key]}): acknowledged and lost"
    for row in stored.corrections:
        said = sent.corrected.get(row["key"])
        found = (row["attempt_id"], row["number"], row["text"])
        if said is not None and found != (said.attempt_id, said.number, said.text):
            yield f"correction {row['key']}: sent as {said}, stored as {found}"


def _check_turns(stored: _Stored) -> Iterable[str]:
    """Turns without a gap, in the order of the steps, and as many as the state says.

    Whoever chose anew may be asked what hangs on the new choice behind questions that come after it.
    """
    chosen_anew = {correction["attempt_id"] for correction in stored.corrections if correction["choice"] is not None}
    for row in stored.attempts:
        answers = stored.answers[row["id"]]
        if [answer["number"] for answer in answers] != list(range(1, len(answers) + 1)):
            yield f"attempt {row['id']}: turns {[answer['number'] for answer in answers]}"
        # A follow-up stands behind the answer that it follows, and is nobody's question.
        own = [answer for answer in answers if answer["follow_up"] is None]
        due = _due(stored.steps[row["interview_id"]], own)
        answered = list(dict.fromkeys(answer["step_id"] for answer in own))
        if row["id"] in chosen_anew:
            others = set(answered) - {step["id"] for step in stored.steps[row["interview_id"]]}
            if others:
                yield f"attempt {row['id']}: answered {others}, which are no steps of its interview"
            continue
        if answered != due[: len(answered)]:
            yield f"attempt {row['id']}: answered {answered}, where {due} are due"
        # What was skipped is asked once more, after all the others.
        again = [answer["step_id"] for answer in own[len(answered) :]]
        skipped = {answer["step_id"] for answer in own[: len(answered)] if answer["is_skipped"]}
        if again and (len(answered) < len(due) or len(set(again)) < len(again) or set(again) - skipped):
            yield f"attempt {row['id']}: {again} asked again, where {skipped} of {answered} were skipped"
        # All of them answered, a follow-up of the last one may still be open.
        if row["state"] != "begun" and len(answered) < len(due):
            yield f"attempt {row['id']}: {row['state']} with {len(answered)} of {len(due)} answers"


def _due(steps: Rows, answers: Rows) -> list[UUID]:
    """The steps that this attempt asks in all: each one, but for a child whose parent was skipped."""
    skipped = {answer["step_id"] for answer in answers if answer["is_skipped"]}
    return [step["id"] for step in steps if step["parent_id"] not in skipped]
