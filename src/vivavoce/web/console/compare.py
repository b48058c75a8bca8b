"""People side by side: their answers to one question, and the requirements against people. In no order of merit."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.db.ids import to_id
from vivavoce.errors import NotFound
from vivavoce.interviews.blind_rating import BlindRating, read_blind_rating
from vivavoce.interviews.listing import has_interview, list_interview_names
from vivavoce.interviews.read import find_interview
from vivavoce.interviews.steps import SentQuestion
from vivavoce.scoring.compare import MOST_COMPARED, compare_answers, compare_claims
from vivavoce.web.console.desk import Desk
from vivavoce.web.console.result_list import PLACE
from vivavoce.web.console.shell import ConsolePage, draw
from vivavoce.web.console.told_result import BRACKETS, STATES
from vivavoce.web.parts import WebParts


async def show(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: of the interview in the address, its question there, and the people who are named, or sent it last."""
    query = request.query_params
    interview_id, step_id = to_id(query.get("interview", "")), to_id(query.get("question", ""))
    attempts = [attempt_id for sent in query.getlist("person") if (attempt_id := to_id(sent)) is not None][
        :MOST_COMPARED
    ]
    hides = query.get("names") == "hidden"
    context: dict[str, Any] = {"questions": {}, "columns": [], "matrix": [], "people": [], "question": ""}
    async with parts.database.tenant(desk.merchant.id) as connection:
        interviews = await list_interview_names(connection, environment=desk.environment)
        if interview_id is None:
            interview_id = next(iter(interviews), None)
        if interview_id is not None:
            if not await has_interview(connection, interview_id, environment=desk.environment):
                raise NotFound
            interview = await find_interview(connection, interview_id, environment=desk.environment)
            questions = {} if interview is None else {step.id: _title(step.question) for step in interview.draft.steps}
            step_id = step_id if step_id in questions else next(iter(questions), None)
            setting = await read_blind_rating(connection, interview_id)
            people, claims = await compare_claims(
                connection, interview_id=interview_id, attempts=attempts, environment=desk.environment
            )
            names = {person.attempt_id: person.name for person in people}
            letters = {person.attempt_id: _letter(number) for number, person in enumerate(people)}
            context |= {
                "questions": questions,
                "people": [
                    {
                        "id": person.attempt_id,
                        "name": "" if hides else person.name,
                        "letter": letters[person.attempt_id],
                    }
                    for person in people
                ],
                # Where results are rated blind, the marks are for the page of each result, once they were rated.
                "matrix": []
                if setting is not BlindRating.OFF
                else [
                    {
                        "claim": row.claim.text,
                        "bracket": BRACKETS[row.claim.bracket],
                        "cells": [
                            {
                                "state": "none" if state is None else state.value,
                                "word": "" if state is None else STATES[state],
                            }
                            for state in row.states
                        ],
                    }
                    for row in claims
                ],
                "is_rated_blind": setting is not BlindRating.OFF,
            }
            if step_id is not None and people:
                question, turns = await compare_answers(
                    connection,
                    interview_id=interview_id,
                    step_id=step_id,
                    attempts=[person.attempt_id for person in people],
                    environment=desk.environment,
                )
                context["question"] = question
                context["columns"] = _to_columns(turns, names, letters, hides=hides)
    return draw(
        parts,
        desk,
        "compare.html",
        place=PLACE,
        interviews=interviews,
        interview_id=interview_id,
        step_id=step_id,
        hides=hides,
        **({"is_rated_blind": False} | context),
    )


def _title(question: SentQuestion) -> str:
    """How the question is chosen from the list: by its label first, where it has one."""
    return question.text if question.label is None else f"{question.label}: {question.text}"


def _to_columns(turns: Any, names: dict[UUID, str], letters: dict[UUID, str], *, hides: bool) -> list[dict[str, Any]]:
    return [
        {
            "id": attempt_id,
            "name": "" if hides else name,
            "letter": letters[attempt_id],
            "turns": [turn for turn in turns if turn.attempt_id == attempt_id],
        }
        for attempt_id, name in names.items()
    ]


def _letter(number: int) -> str:
    """A, B, C …: how people are told apart whose names are hidden."""
    return chr(ord("A") + number)


PAGES = (ConsolePage("GET", f"{PLACE}compare", show),)
