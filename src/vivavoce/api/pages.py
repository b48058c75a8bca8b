"""Calls from other people's pages (CORS): a browser lets a page read an answer only where the answer names its origin.

Which origins, each merchant says; none by default. Cookies play no part here, so credentials are never allowed.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.errors import NotAuthenticated
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import TokenReader

METHODS = "GET, POST"
# Ours, and what supabase-js sends (its module `cors` lists them, and functions.invoke adds the region's).
HEADERS = ", ".join(
    (
        "authorization", "apikey", "baggage", "content-type", "idempotency-key", "traceparent", "tracestate",
        "x-client-info", "x-region", "x-retry-count", "x-supabase-api-version",
    )
)  # fmt: skip
EXPOSED = "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Vivavoce-Warning"
VARY = (b"vary", b"Origin")
REMEMBER_SECONDS = "600"  # a browser may keep the answer to its question; the real call is judged each time


def is_preflight(request: Request) -> bool:
    """Whether a browser asks, before a page's call, if it may send it."""
    return (
        request.method == "OPTIONS"
        and "origin" in request.headers
        and "access-control-request-method" in request.headers
    )


def answer_preflight(request: Request, standing: MerchantStanding) -> Response:
    """Yes to a page of any merchant: the question comes without a token, so nobody knows yet whose call it will be."""
    origin = request.headers["origin"]
    if not standing.may_read(origin, None):
        text = "Pages of this origin may not call: `vivavoce merchant origin add` allows it for a merchant."
        return JSONResponse({"error": text}, status_code=403, headers={"Vary": "Origin"})
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": HEADERS,
            "Access-Control-Max-Age": REMEMBER_SECONDS,
            "Vary": "Origin",
        },
    )


def open_to_page(response: Response, request: Request, *, tokens: TokenReader, standing: MerchantStanding) -> None:
    """Lets the page read the answer if the caller's own merchant allows its origin.

    An answer to nobody, as 401 is, holds nothing of a merchant: a page that may call at all may read it.
    """
    response.raw_headers.append(VARY)
    origin = request.headers.get("origin")
    if origin is None:
        return
    try:
        merchant_id = tokens.read(request.headers.get("authorization")).merchant_id
    except NotAuthenticated:
        merchant_id = None
    if standing.may_read(origin, merchant_id):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
