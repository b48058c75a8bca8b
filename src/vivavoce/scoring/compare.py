"""Answers of several people to one question, and claims against people: read side by side, in no order of merit."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.errors import Invalid, NotFound
from vivavoce.interviews.listing import has_interview
from vivavoce.scoring.judgements import find_judgement
from vivavoce.scoring.rubric import Claim
from vivavoce.scoring.verdicts import VerdictState

MOST_COMPARED = 20  # people side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedTurn:
    """One person's answer to the question, or to a follow-up of it."""

    attempt_id: UUID
    name: str
    asked: str
    text: str | None  # None: it was skipped
    is_follow_up: bool
    number: int
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPerson:
    """A column of the matrix."""

    attempt_id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A claim, and what holds of it for each person, in the order of the people; None: it has no verdict there."""

    claim: Claim
    states: tuple[VerdictState | None, ...]


async def compare_answers(
    connection: Connection, *, interview_id: UUID, step_id: UUID, attempts: Sequence[UUID], environment: str
) -> tuple[str, tuple[ComparedTurn, ...]]:
    """The question, and what each of these people answered; without any, those of the latest sent attempts.

    In the order of their attempts' beginnings. Raises NotFound, Invalid for more than MOST_COMPARED.
    """
    question = await connection.fetchval(
        "select text from steps where interview_id = $1 and id = $2", interview_id, step_id
    )
    if question is None or not await has_interview(connection, interview_id, environment=environment):
        raise NotFound("There is nothing with this id.")
    people = await _find_people(connection, interview_id, attempts, environment=environment)
    rows = await connection.fetch(
        "select answers.attempt_id, answers.asked, answers.text, answers.is_skipped, answers.follow_up, answers.number,"
        " answers.language, (select c.text from corrections c where c.attempt_id = answers.attempt_id"
        " and c.number = answers.number order by c.id desc limit 1) as corrected"
        " from answers where attempt_id = any ($1) and step_id = $2 order by number",
        [compared.attempt_id for compared in people],
        step_id,
    )
    turns: list[ComparedTurn] = []
    for person in people:
        turns += [
            ComparedTurn(
                attempt_id=person.attempt_id,
                name=person.name,
                asked=row["asked"],
                text=(None if row["is_skipped"] else row["text"])
                if row["corrected"] is None
                else row["corrected"] or None,
                is_follow_up=row["follow_up"] is not None,
                number=row["number"],
                language=row["language"],
            )
            for row in rows
            if row["attempt_id"] == person.attempt_id
        ]
    return question, tuple(turns)


async def compare_claims(
    connection: Connection, *, interview_id: UUID, attempts: Sequence[UUID], environment: str
) -> tuple[tuple[ComparedPerson, ...], tuple[ClaimRow, ...]]:
    """The interview's own claims against people, with what people changed. Those of one claim's words are one row."""
    if not await has_interview(connection, interview_id, environment=environment):
        raise NotFound("There is nothing with this id.")
    people = await _find_people(connection, interview_id, attempts, environment=environment)
    by_claim: dict[Claim, list[VerdictState | None]] = {}
    for number, person in enumerate(people):
        kept = await find_judgement(connection, person.attempt_id)
        for verdict in () if kept is None else kept.judgement.session.verdicts:
            row = by_claim.setdefault(verdict.claim, [None] * len(people))
            row[number] = verdict.state
    return people, tuple(ClaimRow(claim=claim, states=tuple(states)) for claim, states in by_claim.items())


PEOPLE = """
select attempts.id, candidates.name
from attempts
    join candidates on (candidates.merchant_id, candidates.id) = (attempts.merchant_id, attempts.candidate_id)
where attempts.merchant_id = current_setting('app.merchant_id')::uuid and attempts.interview_id = $1
    and attempts.environment = $2 and attempts.state = 'submitted' and attempts.erasing_at is null
    and (cardinality($3::uuid[]) = 0 or attempts.id = any ($3))
order by attempts.created_at desc, attempts.id desc limit $4
"""


async def _find_people(
    connection: Connection, interview_id: UUID, attempts: Sequence[UUID], *, environment: str
) -> tuple[ComparedPerson, ...]:
    if len(attempts) > MOST_COMPARED:
        raise Invalid(f"Expected at most {MOST_COMPARED} people.")
    rows = await connection.fetch(
        PEOPLE,
        interview_id,
        environment,
        list(attempts),
        MOST_COMPARED,
    )
    if len(rows) < len(set(attempts)):
        raise NotFound("There is nothing with this id.")
    return tuple(ComparedPerson(attempt_id=row["id"], name=row["name"]) for row in rows)
