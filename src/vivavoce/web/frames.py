"""Pages in a frame on somebody else's page, where browsers keep no cookie of ours, or one for that page alone.

All pages stand a second time under `/framed/…/`, and what stands there says whose frame it is: either the frame's id,
whose cookie the browser keeps for the page around it (partitioned), or, where it keeps none, the signed word itself.
The rest of us knows nothing of it: the application is asked for the address without it, addresses on a page and in a
redirect get it back, and `session.py` asks the frame where it would ask a cookie.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vivavoce.candidates.frames import FRAME_LIFE, FramedVisit, read_visit, sign_visit
from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.merchants.keys import Keys

PATH = "/framed/"
INSIDE = "/interview/"  # what stands there a second time
COOKIE = "__Secure-vivavoce_frame"
PROBE = "__Secure-vivavoce_frame_kept"  # says that cookies of a frame are kept here
PROBE_SECONDS = 600
TICKET = "visit"  # in the address of a frame's first page: whose it is, for as long as it takes to come there
IN_SCOPE = "vivavoce.frame"
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,4000}")  # what can stand in a page and in a header as it is
# Addresses of ours in what a template wrote: whatever anybody typed has its quotes escaped. Colours and logos are the
# same for everybody, and kept.
_ADDRESS = re.compile(r'(\s(?:href|src|action|formaction|data-[a-z-]+)=")(/interview/(?!accents/|logos/))')
# In a window of its own it would not be known.
_NEW_WINDOW = re.compile(r'(<a [^>]*href="/interview/[^"]*")( target="_blank" rel="noopener")')


@dataclass(slots=True)
class Frame:
    """Where a request comes from. visit: whose it is; None: that can't be told, or no longer.

    by_cookie: the browser keeps it. token: what says it, anew after each change. is_arriving: its first page is asked
    for, after the redirect from the door.
    """

    name: str
    visit: FramedVisit | None
    by_cookie: bool
    token: str
    keys: Keys
    is_changed: bool = False
    is_arriving: bool = False

    @property
    def prefix(self) -> str:
        """What stands before every address in it."""
        return PATH + (self.name if self.by_cookie else self.token)

    def become(self, visit: FramedVisit) -> None:
        """Goes on as somebody's, or as nobody's."""
        self.visit = visit
        self.token = sign_visit(self.keys, visit, expires_at=now() + FRAME_LIFE)
        self.is_changed = True

    def address(self, html: str) -> str:
        """The page, with its own addresses as they are in this frame."""
        return _ADDRESS.sub(rf"\g<1>{self.prefix}\g<2>", _NEW_WINDOW.sub(r"\g<1>", html))


def frame_of(connection: HTTPConnection) -> Frame | None:
    """The frame that it comes from; None: it is a page of its own."""
    frame: Frame | None = connection.scope.get(IN_SCOPE)
    return frame


def prefix_of(connection: HTTPConnection) -> str:
    """What stands before its addresses; empty for a page of its own."""
    frame = frame_of(connection)
    return "" if frame is None else frame.prefix


def partitioned(name: str, value: str, *, path: str, seconds: int) -> str:
    """A cookie that a browser keeps for the page around the frame alone (CHIPS), as the header has it.

    Source: draft-cutler-httpbis-partitioned-cookies. Written here since the standard library can't before 3.14.
    """
    return f"{name}={value}; Path={path}; Max-Age={seconds}; Secure; HttpOnly; SameSite=None; Partitioned"


def frame_cookie(frame_id: str, token: str) -> str:
    """The cookie that a frame is known by."""
    return partitioned(COOKIE, token, path=f"{PATH}{frame_id}", seconds=int(FRAME_LIFE.total_seconds()))


class Frames:
    """The application, and the same once more inside frames."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Asks the application for what is asked for in the frame."""
        name, slash, rest = scope.get("path", "").removeprefix(PATH).partition("/")
        inside = slash + rest
        is_framed = scope.get("path", "").startswith(PATH) and inside.startswith(INSIDE) and _NAME.fullmatch(name)
        if not is_framed:
            await self._app(scope, receive, send)
            return
        frame = self._find(scope, name)
        arriving = self._find_arriving(scope, frame)
        if arriving is not None:
            # Without a cookie its addresses say whose it is from here on; the page's script puts this one right.
            frame = replace(frame, by_cookie=_keeps_cookies(scope), is_arriving=True)
            frame.become(arriving)
        within = {**scope, "path": inside, "raw_path": quote(inside).encode(), IN_SCOPE: frame}
        if arriving is not None:
            within["query_string"] = b""  # no address on the page holds what let it in

        async def send_out(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("location", "").startswith(INSIDE):
                    headers["location"] = frame.prefix + headers["location"]
                if frame.is_changed and frame.by_cookie:
                    headers.append("set-cookie", frame_cookie(frame.name, frame.token))
            await send(message)

        await self._app(within, receive, send_out)

    def _find(self, scope: Scope, name: str) -> Frame:
        by_cookie = to_id(name) is not None
        token = _cookies(scope).get(COOKIE, "") if by_cookie else name
        visit = None if _is_alone(scope) else read_visit(self._keys, token)
        if by_cookie and visit is not None and str(visit.frame_id) != name:
            visit = None
        return Frame(name=name, visit=visit, by_cookie=by_cookie, token=token, keys=self._keys)

    def _find_arriving(self, scope: Scope, frame: Frame) -> FramedVisit | None:
        """Who comes to a frame that knows nobody yet; whoever has signed in here before is in already."""
        ticket = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"))).get(TICKET)
        if ticket is None or not frame.by_cookie or frame.visit is not None or _is_alone(scope):
            return None
        visit = read_visit(self._keys, ticket)
        return visit if visit is not None and str(visit.frame_id) == frame.name else None


def _is_alone(scope: Scope) -> bool:
    """Only a browser that shows it by itself says so: whoever found the address is not whose frame it is."""
    return Headers(scope=scope).get("sec-fetch-dest") == "document"


def _keeps_cookies(scope: Scope) -> bool:
    return PROBE in _cookies(scope)


def _cookies(scope: Scope) -> dict[str, str]:
    return cookie_parser(Headers(scope=scope).get("cookie", ""))
