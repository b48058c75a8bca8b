"""The addresses of the pages. What goes wrong is shown as a page that says what to do."""

import logging
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.staticfiles import StaticFiles

from vivavoce.attempts.links import LinkExpired, NotInvited
from vivavoce.errors import NotAllowed, NotFound, VivavoceError
from vivavoce.web import conversation, position
from vivavoce.web.drawing import STATIC
from vivavoce.web.parts import Parts

log = logging.getLogger(__name__)

Page = Callable[[Parts, Request, str], Awaitable[Response]]


def add_pages(app: FastAPI, parts: Parts) -> None:
    """Puts the pages, the line and the static files into the app."""
    take = "/interview/take/{place}"
    app.add_api_route(
        f"{take}/", _drawn(position.show, parts), methods=["GET"], response_model=None, include_in_schema=False
    )
    app.add_api_route(
        f"{take}/begin", _drawn(position.begin, parts), methods=["POST"], response_model=None, include_in_schema=False
    )
    app.add_api_route(
        "/interview/{place}/",
        _drawn(conversation.show, parts),
        methods=["GET"],
        response_model=None,
        include_in_schema=False,
    )
    app.add_api_route(
        "/interview/{place}/again",
        _drawn(position.again, parts),
        methods=["GET"],
        response_model=None,
        include_in_schema=False,
    )
    app.add_api_route(
        "/interview/{place}/say",
        _plain(conversation.say, parts),
        methods=["POST"],
        response_model=None,
        include_in_schema=False,
    )
    app.add_api_websocket_route("/interview/{place}/socket", _socket(parts))
    app.mount("/static", _Kept(directory=STATIC))


def _plain(page: Page, parts: Parts) -> Callable[[Request, str], Awaitable[Response]]:
    async def endpoint(request: Request, place: str) -> Response:
        return await page(parts, request, place)

    return endpoint


def _drawn(page: Page, parts: Parts) -> Callable[[Request, str], Awaitable[Response]]:
    async def endpoint(request: Request, place: str) -> Response:
        try:
            return await page(parts, request, place)
        except VivavoceError as error:
            return parts.pages.draw("closed.html", status=error.status, why=_why(error, request))
        except Exception as error:  # a person looks at this: the last chance to say that their answers are safe
            log.error("unforeseen at %s %s", request.method, request.url.path, exc_info=error)
            return parts.pages.draw("closed.html", status=500, why="failed")

    return endpoint


def _why(error: VivavoceError, request: Request) -> str:
    is_at_link = request.url.path.startswith("/interview/take/")
    match error:
        case LinkExpired():
            return "expired" if is_at_link else "signed_out"
        case NotInvited():
            return "damaged" if is_at_link else "signed_out"
        case NotFound():
            return "not_found" if is_at_link else "forbidden"
        case NotAllowed():
            return "foreign"
        case _:
            return "failed"


def _socket(parts: Parts) -> Callable[[WebSocket, str], Awaitable[None]]:
    async def endpoint(socket: WebSocket, place: str) -> None:
        await conversation.talk(parts, socket, place)

    return endpoint


class _Kept(StaticFiles):
    """Static files; their addresses change with their content, so browsers keep them for a year."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response: Response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
