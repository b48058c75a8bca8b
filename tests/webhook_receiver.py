"""A small server that takes webhooks, well or badly, and keeps what came."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

SECONDS = 60  # at most, for what takes one


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as it came. headers: by their names in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def event_id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class WebhookReceiver:
    """statuses: what it answers, one a request, the last to all that follow. location: where a redirect leads.

    hangs: whether it takes a request and says nothing, until it is let go or its life is over. pours: whether its
    answer has no end. seen: the ports that requests came from.
    """

    statuses: tuple[int, ...] = (204,)
    location: str | None = None
    hangs: bool = False
    pours: bool = False
    seen: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> "WebhookReceiver":
        own = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                own.seen.append(self.client_address[1])
                status = own._take(Received(path=self.path, headers=headers, body=body))
                if own.hangs:
                    own._is_over.wait()
                self.send_response(status)
                if own.location is not None:
                    self.send_header("Location", own.location)
                pours = own.pours
                if pours:
                    self.send_header("Connection", "close")
                    self.close_connection = True
                else:
                    self.send_header("Content-Length", "0")
                self.end_headers()
                with suppress(OSError):
                    while pours and own.pours:
                        self.wfile.write(b"x" * 65_536)

            def log_message(self, *_: object) -> None:
                pass

        self._changed = threading.Condition()
        self._is_over = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def let_go(self) -> None:
        """Answers what hangs, and whatever comes from now on."""
        self.hangs = False
        self._is_over.set()

    def until(self, condition: Callable[["WebhookReceiver"], bool]) -> None:
        """Waits until it holds; blocks. Fails when it does not in time."""
        end = time.monotonic() + SECONDS
        with self._changed:
            while not condition(self):
                assert self._changed.wait(end - time.monotonic()), f"only {len(self.received)} came"

    def _take(self, received: Received) -> int:
        with self._changed:
            self.received.append(received)
            self._changed.notify_all()
            return self.statuses[min(len(self.received), len(self.statuses)) - 1]
