"""How an address of a page comes into the app: a plain route, whose function is called with the request."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Endpoint = Callable[[Request], Awaitable[Response]]


def add_page(app: Starlette, path: str, endpoint: Endpoint, *, method: str = "GET") -> None:
    """Answers this method at this address, and no other: a GET of ours may do what nobody who asks for a HEAD wants."""
    route = Route(path, endpoint, methods=[method])
    route.methods = {method}  # Starlette adds HEAD to GET
    app.router.routes.append(route)
