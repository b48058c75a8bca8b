"""The whole house as one ASGI application, its parts handed in."""

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from vivavoce.api.parts import Parts as ApiParts
from vivavoce.api.routes import add_routes
from vivavoce.db.database import Database
from vivavoce.errors import VivavoceError
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.tokens import TokenReader
from vivavoce.web.drawing import Pages
from vivavoce.web.parts import Parts as WebParts
from vivavoce.web.routes import add_pages

log = logging.getLogger(__name__)


def make_app(*, database: Database, keys: Keys, tokens: TokenReader, public_url: str) -> FastAPI:
    """The application. It opens nothing and closes nothing."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_exception_handler(VivavoceError, _on_ours)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_unforeseen)
    add_routes(app, ApiParts(database=database, keys=keys, tokens=tokens, public_url=public_url))
    add_pages(app, WebParts(database=database, keys=keys, pages=Pages(), public_url=public_url))

    async def health(request: Request) -> JSONResponse:
        """Whether calls can be taken: 200, or 503 while the database does not answer."""
        is_well = await database.answers()
        return JSONResponse(
            {"status": "ok" if is_well else "database does not answer"}, status_code=200 if is_well else 503
        )

    app.add_api_route("/healthz", health, methods=["GET"], response_model=None)
    return app


async def _on_ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, VivavoceError)
    return _answer(error.status, error.to_envelope())


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    text = "There is nothing at this address." if error.status_code == 404 else f"{error.detail}."
    return _answer(error.status_code, {"error": text}, headers=error.headers)


async def _on_unforeseen(request: Request, error: Exception) -> JSONResponse:
    log.error("unforeseen at %s %s", request.method, request.url.path, exc_info=error)
    return _answer(500, VivavoceError().to_envelope())


def _answer(status: int, envelope: dict[str, str], *, headers: Mapping[str, str] | None = None) -> JSONResponse:
    extra = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(envelope, status_code=status, headers={**(headers or {}), **extra})
