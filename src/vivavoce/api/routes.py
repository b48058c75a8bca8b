"""The routes of the vendor's wire: one file each, in `functions/`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response

from vivavoce.api.functions import (
    job_interview_create_from_array,
    job_interview_details,
    job_interview_get,
    job_interview_register_users,
)
from vivavoce.api.parts import Parts

PREFIX = "/functions/v1"

Answer = Callable[[Parts, Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. Reads answer GET, and POST with the same names in the body."""

    path: str
    answer: Answer
    is_read: bool = False


ROUTES = (
    Route("/job-interview-create-from-array", job_interview_create_from_array.answer),
    Route("/job-interview-get", job_interview_get.answer, is_read=True),
    Route("/job-interview-register-users", job_interview_register_users.answer),
    Route("/job-interview-details", job_interview_details.answer, is_read=True),
)


def add_routes(app: FastAPI, parts: Parts) -> None:
    """Puts every operation into the app."""
    for route in ROUTES:
        methods = ["GET", "POST"] if route.is_read else ["POST"]
        app.add_api_route(
            PREFIX + route.path, _bind(route.answer, parts), methods=methods, name=route.path, response_model=None
        )


def _bind(answer: Answer, parts: Parts) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await answer(parts, request)

    return endpoint
