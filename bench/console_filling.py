"""A merchant with as many interviews, people, results and events as the console's floor is set for."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from tests.builders import House, a_draft, a_seat, an_attempt, an_interview
from tests.scoring.lexical import LexicalRater
from vivavoce.attempts.answer import HeardWord
from vivavoce.attempts.tally import tally_attempt
from vivavoce.clock import now
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.steps import SentQuestion
from vivavoce.scoring.score import score_attempt

LONG_QUESTIONS = 30  # of a minute and a half each: 45 minutes
WORDS_OF_ANSWER = 195
SECONDS_OF_WORD = 60 / 130
LONG_RESULTS = 300  # of that interview: each has all of its answers, heard word by word, and its judgement
EVENT_ROUNDS = 10  # so that one thing's events lie apart, as they happen apart
OF_ONE_INTERVIEW = 5  # every fifth person is at the same interview
TOPICS = ("the night shift", "a machine that stopped", "a late delivery", "two who quarrelled", "the yearly count")
TALK = "we had {topic} and I asked everybody what they saw then I wrote it down and we tried the smallest thing first"

INTERVIEWS = """
insert into interviews (merchant_id, id, environment, name, location, kind, status, visibility, language,
    speech_locale, template_id, settings, created_by, updated_at)
select %(m)s, gen_random_uuid(), 'production', 'Shift lead ' || n, 'Harbour Road',
    case n %% 10 when 1 then 'assessment' else 'interview' end,
    case n %% 4 when 0 then 'draft' else 'active' end, 'unlisted', 'en', 'en-US', %(t)s, '{}', 'bench',
    now() - n * interval '1 minute'
from generate_series(1, %(interviews)s) as n
"""
STEPS = """
insert into steps
    (merchant_id, id, interview_id, place, text, answered_by, is_conditional, is_scored, is_expert, detail)
select merchant_id, gen_random_uuid(), interviews.id, place, 'Question ' || place, 'open', false, true, false, '{}'
from interviews, generate_series(1, 8) as place where merchant_id = %(m)s
"""
VERSIONS = """
insert into versions (merchant_id, interview_id, revision, definition)
select merchant_id, id, 1, '{"steps": [1, 2, 3]}' from interviews where merchant_id = %(m)s
"""
# Ids begin with the time, as ours do: the newest person has the greatest.
CANDIDATES = """
insert into candidates (merchant_id, id, name, email, created_at)
select %(m)s, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || substr(md5(n::text), 13))::uuid,
    'Person ' || n, 'person' || n || '@example.com', at
from (select n, now() - n * interval '5 minutes' as at from generate_series(1, %(results)s) as n) as people
"""
# One person in fifty has not begun; one interview has a fifth of them all.
INVITATIONS = """
with numbered as (
    select id, created_at, row_number() over (order by id desc) as n from candidates where merchant_id = %(m)s
), chosen as (
    select id, row_number() over () as n from interviews where merchant_id = %(m)s and status = 'active'
)
insert into invitations (merchant_id, id, interview_id, candidate_id, environment, expires_at, created_at)
select %(m)s, gen_random_uuid(), chosen.id, numbered.id, 'production', now() + interval '30 days', numbered.created_at
from numbered join chosen
    on chosen.n = case when numbered.n %% %(crowd)s = 0 then 1
        else 1 + numbered.n %% (select count(*) from chosen) end
"""
# The first two hundred are in their interviews now; besides, every twentieth was left.
ATTEMPTS = """
insert into attempts (merchant_id, id, interview_id, revision, candidate_id, environment, number, is_test, state, seed,
    begun_at, finished_at, submitted_at, created_at, updated_at, judged_at, score, is_shortlisted, archived_at, emoji)
select merchant_id, gen_random_uuid(), interview_id, 1, candidate_id, environment, 1, n %% 100 = 3, state, n,
    at, case state when 'submitted' then at end, case state when 'submitted' then at end, at, at,
    case state when 'submitted' then at end, n %% 10, n %% 50 = 1,
    case n %% 40 when 2 then at end, case n %% 100 when 4 then 'star' end
from (
    select *, now() - n * case when n <= 200 then interval '2 seconds' else interval '5 minutes' end as at,
        case when n <= 200 or n %% 20 = 0 then 'begun' when n %% 30 = 1 then 'abandoned' else 'submitted' end as state
    from (
        select *, row_number() over (order by candidate_id desc) as n from invitations where merchant_id = %(m)s
    ) as numbered
    where n %% 50 <> 7
) as invited
"""
DECISIONS = """
insert into decisions (merchant_id, id, attempt_id, kind, reason, shared_by, feedback, is_mailed, decided_by, person,
    decided_at)
select merchant_id, gen_random_uuid(), id, case seed %% 3 when 0 then 'selected' else 'rejected' end, 'Since.', 1, '',
    false, 'bench', 'Maya Adler', submitted_at
from attempts where merchant_id = %(m)s and state = 'submitted' and seed %% 10 < 4 and seed > 1000
"""
DECIDED = """
update attempts set decision = decisions.kind from decisions
where (decisions.merchant_id, decisions.attempt_id) = (attempts.merchant_id, attempts.id)
"""
TASKS = """
insert into tasks (merchant_id, id, environment, kind, interview_id, candidate_id, attempt_id, text, state, done_at,
    created_at)
select merchant_id, gen_random_uuid(), 'production', 'answer_candidate', interview_id, candidate_id, id,
    'Is there parking?', case when seed %% 50 = 0 then 'open' else 'done' end,
    case when seed %% 50 = 0 then null else now() end, created_at
from attempts where merchant_id = %(m)s and seed %% 10 = 0
"""
EVENTS = """
insert into events (merchant_id, id, environment, kind, subject_id, actor, data)
select attempts.merchant_id, gen_random_uuid(), 'production', 'answer.corrected', attempts.id, 'bench', '{}'
from attempts, generate_series(1, %(each)s) where merchant_id = %(m)s
"""
# Jobs that failed, most of them other merchants'.
JOBS = """
insert into procrastinate_jobs (queue_name, task_name, args, status, attempts)
select 'work', 'tally_attempt',
    jsonb_build_object('merchant_id', case when n %% 100 = 1 then %(m)s::uuid else gen_random_uuid() end,
        'subject_id', gen_random_uuid()),
    'failed', 1
from generate_series(1, %(results)s / 50) as n
"""
# The one long interview that was taken, again for other people of the newest, word for word.
LONG_CANDIDATES = """
insert into invitations (merchant_id, id, interview_id, candidate_id, environment, expires_at)
select merchant_id, gen_random_uuid(), %(long)s, id, 'production', now() + interval '30 days'
from candidates where merchant_id = %(m)s order by id desc offset 1 limit %(copies)s
"""
LONG_ATTEMPTS = """
insert into attempts (merchant_id, id, interview_id, revision, candidate_id, environment, number, is_test, state,
    ending, seed, begun_at, finished_at, submitted_at, tallied_at, judged_at, coverage_percent, talk_seconds, score,
    answers_score, session_score, created_at, updated_at)
select made.merchant_id, gen_random_uuid(), made.interview_id, made.revision, invited.candidate_id, made.environment, 1,
    false, made.state, made.ending, made.seed, made.begun_at, made.finished_at, made.submitted_at, made.tallied_at,
    made.judged_at, made.coverage_percent, made.talk_seconds, made.score, made.answers_score, made.session_score,
    made.created_at, made.updated_at
from attempts as made join invitations as invited
    on (invited.merchant_id, invited.interview_id) = (made.merchant_id, made.interview_id)
where made.id = %(attempt)s and invited.candidate_id <> made.candidate_id
"""
LONG_ANSWERS = """
insert into answers (merchant_id, id, attempt_id, interview_id, number, step_id, asked, language, text, choice,
    is_skipped, key, asked_at, answered_at, is_spoken, spent_seconds)
select made.merchant_id, gen_random_uuid(), others.id, made.interview_id, made.number, step_id, asked, language, text,
    choice, is_skipped, gen_random_uuid(), asked_at, answered_at, is_spoken, spent_seconds
from answers as made join attempts as others using (merchant_id, interview_id)
where attempt_id = %(attempt)s and others.id <> attempt_id
"""
LONG_HEARINGS = """
insert into hearings (merchant_id, attempt_id, number, key, words, heard_at)
select merchant_id, others.id, hearings.number, gen_random_uuid(), words, heard_at
from hearings join attempts as others using (merchant_id)
where attempt_id = %(attempt)s and others.interview_id = %(long)s and others.id <> attempt_id
"""
LONG_JUDGEMENTS = """
insert into judgements (merchant_id, id, attempt_id, version, rater, rubric_digest, score, answers_score,
    session_score, result, judged_at)
select merchant_id, gen_random_uuid(), others.id, version, rater, rubric_digest, judgements.score,
    judgements.answers_score, judgements.session_score, result, judgements.judged_at
from judgements join attempts as others using (merchant_id)
where attempt_id = %(attempt)s and others.interview_id = %(long)s and others.id <> attempt_id
"""
FILM = """
insert into introductions (merchant_id, id, attempt_id, format, size_bytes, kept_at)
values (%(m)s, gen_random_uuid(), %(attempt)s, 'mp4', 1000, now())
"""
CROWDED = "select interview_id from attempts where merchant_id = %(m)s group by 1 order by count(*) desc limit 1"
PERSON = "select candidate_id from attempts where merchant_id = %(m)s and id = %(attempt)s"
THEIR_TASKS = """
insert into tasks (merchant_id, id, environment, kind, interview_id, candidate_id, attempt_id, text)
select merchant_id, gen_random_uuid(), 'production', 'answer_candidate', interview_id, candidate_id, id,
    'Is there parking?' from attempts where merchant_id = %(m)s and id = %(attempt)s
"""
OLDEST = """
select {moment}, id from attempts where merchant_id = %(m)s and environment = 'production'
order by 1, 2 offset 20 limit 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What the pages are asked for. crowded: the interview that every fifth person is at.

    attempt: of 45 minutes, judged, and person: whose it is. person_after, first_at, changed_at: places in the lists of
    people and of results, 20 rows before the last one.
    """

    crowded: UUID
    long_interview: UUID
    attempt: UUID
    person: UUID
    person_after: UUID
    first_at: str
    changed_at: str


async def fill(
    database: Database, house: House, admin: "psycopg.Connection[Any]", *, interviews: int, results: int, events: int
) -> Filled:
    """Adds it all to the merchant. admin: sees every row."""
    began = time.perf_counter()
    given: dict[str, Any] = {
        "m": house.merchant.id,
        "t": house.template_id,
        "interviews": interviews,
        "results": results,
        "each": max(1, events // results // EVENT_ROUNDS),
        "crowd": OF_ONE_INTERVIEW,
        "copies": min(LONG_RESULTS, results // 2),
    }
    for statement in (INTERVIEWS, STEPS, VERSIONS, CANDIDATES, INVITATIONS, ATTEMPTS, DECISIONS, DECIDED, TASKS, JOBS):
        admin.execute(statement, given)
    for _ in range(EVENT_ROUNDS):
        admin.execute(EVENTS, given)
    given |= await take_a_long_one(database, house)
    for statement in (LONG_CANDIDATES, LONG_ATTEMPTS, LONG_ANSWERS, LONG_HEARINGS, LONG_JUDGEMENTS, FILM, THEIR_TASKS):
        admin.execute(statement, given)
    admin.execute("vacuum analyze")
    filled = Filled(
        crowded=_value(admin, CROWDED, given),
        long_interview=given["long"],
        attempt=given["attempt"],
        person=_value(admin, PERSON, given),
        person_after=_value(
            admin, "select id from candidates where merchant_id = %(m)s order by id offset 20 limit 1", given
        ),
        first_at=_place(admin, "created_at", given),
        changed_at=_place(admin, "updated_at", given),
    )
    print(f"filled   in {time.perf_counter() - began:.0f} s")
    return filled


async def take_a_long_one(
    database: Database,
    house: House,
    *,
    answers: int = LONG_QUESTIONS,
    topics: Sequence[str] = TOPICS,
    name: str = "Forty-five minutes",
) -> dict[str, UUID]:
    """Somebody's interview of so many answers, a minute and a half each: spoken, sent and judged.

    topics: each makes a requirement of every question.
    """
    claims = {"weak": [f"Talks about {topic}" for topic in topics], "strong": ["Says what they would do otherwise"]}
    questions = [
        SentQuestion(text=f"Tell me about a day on which much went wrong, number {n}.", expectations=claims)
        for n in range(1, answers + 1)
    ]
    draft = a_draft(house, questions=questions, settings={"expectations": claims}, name=name)
    interview_id = await an_interview(database, house, draft)
    seat = await a_seat(database, house, interview_id)
    attempt_id = await an_attempt(database, seat, at=now())  # or its longest time is over at the first answer
    for number in range(1, answers + 1):
        words = _heard(number)
        text = "".join(word.text for word in words)
        answered = Answered(key=new_id(), number=number, text=text, words=words, is_meant=True)
        await happen(database, seat, attempt_id, answered, now=now())
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=now())
    whose: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_id": attempt_id, "now": now()}
    await tally_attempt(database, **whose)
    await score_attempt(database, LexicalRater(), **whose)
    return {"long": interview_id, "attempt": attempt_id}


def _heard(number: int) -> tuple[HeardWord, ...]:
    """The words of the answer to this question, at the pace of speech."""
    spoken: list[str] = []
    while len(spoken) < WORDS_OF_ANSWER:
        sentence = TALK.format(topic=TOPICS[(number + len(spoken)) % len(TOPICS)]).capitalize()
        spoken += f"{sentence}.".split()
    begins = (number - 1) * WORDS_OF_ANSWER * SECONDS_OF_WORD
    return tuple(
        HeardWord(
            text=f" {word}" if place else word,
            start=begins + place * SECONDS_OF_WORD,
            end=begins + (place + 1) * SECONDS_OF_WORD,
            probability=0.4 if place % 40 == 39 else 0.95,
        )
        for place, word in enumerate(spoken[:WORDS_OF_ANSWER])
    )


def _value(admin: "psycopg.Connection[Any]", statement: str, given: dict[str, Any]) -> UUID:
    row = admin.execute(statement, given).fetchone()
    assert row is not None, statement
    assert isinstance(row[0], UUID)
    return row[0]


def _place(admin: "psycopg.Connection[Any]", moment: str, given: dict[str, Any]) -> str:
    """The place of a row as the address of a list has it."""
    row = admin.execute(OLDEST.replace("{moment}", moment), given).fetchone()
    assert row is not None
    at: datetime = row[0]
    return f"{at.isoformat()}_{row[1]}"
