"""Telling the document to whoever asks: no token is needed to read it."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.document.build import Document

METHODS = ("GET", "HEAD")


def tell_document(document: Document, request: Request) -> Response:
    """The document, or 304 for a caller who has it."""
    if request.method not in METHODS:
        methods = ", ".join(METHODS)
        return JSONResponse({"error": f"Expected {methods}."}, status_code=405, headers={"Allow": methods})
    headers = {"ETag": document.etag, "Cache-Control": "no-cache"}
    if document.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(document.content, media_type="application/json", headers=headers)
