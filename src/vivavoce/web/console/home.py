"""The first page: what needs somebody now."""

from fastapi import Request, Response

from vivavoce.web.console.desk import Desk
from vivavoce.web.console.shell import ConsolePage, draw
from vivavoce.web.parts import WebParts


async def show(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: nothing needs anybody yet."""
    return draw(parts, desk, "home.html", place="", said=request.query_params.get("said"), needs=[])


PAGES = (ConsolePage("GET", "", show),)
