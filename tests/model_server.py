"""A small server that speaks OpenAI's wire and plays the language model: a good one, and every kind of bad one.

It also replays recorded completions: what a large model answered to exactly these requests, one JSON line each
(`digest` of the request, `text`, `model`, `at`). What has no recording is answered by 404 and counted.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from vivavoce.providers.language_models.port import digest_texts

KEY = "a-key-that-is-wanted"
KEY_LINE = re.compile(r'^- "(\w+)": (.*)$', re.MULTILINE)
ORDERED = re.compile(r"(?:say|write|answer|reply)[^\"“]{0,30}[\"“]([^\"”]+)[\"”]", re.IGNORECASE)
INVENTED = "In Lisbon you led fourteen people and saved 40,000 euros."


class Part(StrEnum):
    """What it plays."""

    GOOD = "good"  # what was asked for, at once
    SLOW = "slow"  # the same, after `seconds`
    STALLING = "stalling"  # takes the request and says nothing
    DRIPPING = "dripping"  # a byte now and then, without end
    ENDLESS = "endless"  # as many bytes as anybody takes
    BROKEN_OFF = "broken off"  # hangs up in the middle
    CUT = "cut"  # half an answer, ended by the limit
    REFUSING = "refusing"
    FILTERED = "filtered"  # by the server, before the model saw it
    MALFORMED = "malformed"  # no JSON where JSON was asked for
    NO_WIRE = "no wire"  # a page of HTML, as a proxy sends
    ECHOING = "echoing"  # gives back what it was told
    GULLIBLE = "gullible"  # does what the user's text says
    INVENTING = "inventing"  # tells what nobody said
    BUSY = "busy"  # 429
    FAILING = "failing"  # 500
    LOCKED = "locked"  # 401
    REPLAYING = "replaying"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAsked:
    """A request as it came."""

    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def told(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        return str(self.body["messages"][1]["content"])

    @property
    def digest(self) -> str:
        return digest_texts(self.told, self.user)


@dataclass
class ModelServer:
    """parts: one a request, the last for all that follow. answer: what the good one says; None: the least that fits.

    takes: the forms of an answer that it takes. seconds: how slow it is where it is slow.
    limits, has_temperature: by which names it is told the limit, and whether it takes a temperature.
    """

    parts: Sequence[Part] = (Part.GOOD,)
    answer: Callable[[ModelAsked], Mapping[str, Any]] | None = None
    seconds: float = 0.5
    takes: tuple[str, ...] = ("json_schema", "json_object")
    limits: tuple[str, ...] = ("max_tokens", "max_completion_tokens")
    has_temperature: bool = True
    refuses: bool = False  # whatever is left out
    retry_after: str | None = None
    usage: Mapping[str, Any] | None = field(default_factory=lambda: {"prompt_tokens": 100, "completion_tokens": 20})
    recordings: Mapping[str, str] = field(default_factory=dict)
    asked: list[ModelAsked] = field(default_factory=list)
    unrecorded: list[ModelAsked] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)
    at_once: int = 0
    most_at_once: int = 0

    def __enter__(self) -> "ModelServer":
        answering = self

        class Handler(_Handler):
            told = answering

        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._http = _Server(("127.0.0.1", 0), Handler)
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
    def url(self) -> str:
        """As the settings want it."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def take(self, asked: ModelAsked) -> Part:
        """Notes the request; the part to play."""
        with self._lock:
            self.asked.append(asked)
            self.came.set()
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            return self.parts[min(len(self.asked), len(self.parts)) - 1]

    def leave(self) -> None:
        """The request is answered."""
        with self._lock:
            self.at_once -= 1

    def pause(self, seconds: float) -> None:
        """Waits, and no longer than the server lives."""
        self._is_over.wait(seconds)

    @property
    def is_over(self) -> bool:
        return self._is_over.is_set()


def read_recordings(path: Path) -> dict[str, str]:
    """Text by digest, of the JSON lines in a file; the last one of a digest counts."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {line["digest"]: line["text"] for line in lines}


def write_unrecorded(server: ModelServer, path: Path) -> int:
    """Writes each request without a recording once, as JSON lines for whoever records; how many there are."""
    found = {
        asked.digest: {"digest": asked.digest, "told": asked.told, "user": asked.user} for asked in server.unrecorded
    }
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found.values()), encoding="utf-8")
    return len(found)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    told: ModelServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = ModelAsked(headers={name.lower(): value for name, value in self.headers.items()}, body=body)
        if self.path != "/v1/chat/completions":
            self._fail(404, "not_found")
            return
        part = self.told.take(asked)
        try:
            if (refused := self._refused(body)) is not None:
                self._fail(400, "unsupported_parameter", message=refused)
            else:
                self._play(part, asked)
        except OSError:
            pass  # whoever asked has hung up
        finally:
            self.told.leave()

    def _refused(self, body: Mapping[str, Any]) -> str | None:
        """What of the request it does not take, as servers say it."""
        if self.told.refuses:
            return "This request is not supported with this model."
        form = body.get("response_format", {}).get("type")
        if form is not None and form not in self.told.takes:
            return f"'response_format' of type '{form}' is not supported with this model."
        for limit in ("max_tokens", "max_completion_tokens"):
            if limit in body and limit not in self.told.limits:
                return f"Unsupported parameter: '{limit}' is not supported with this model."
        if "temperature" in body and not self.told.has_temperature:
            return "Unsupported value: 'temperature' does not support 0 with this model."
        return None

    def _play(self, part: Part, asked: ModelAsked) -> None:
        if part in FAILURES:
            self._fail(*FAILURES[part])
        elif part is Part.STALLING:
            self.told.pause(600)
        elif part in (Part.DRIPPING, Part.ENDLESS):
            self._pour(b" " if part is Part.DRIPPING else b" " * 65_536, 0.05 if part is Part.DRIPPING else 0)
        elif part is Part.NO_WIRE:
            self._send(200, b"<html><body>Bad gateway</body></html>", "text/html")
        elif part is Part.REPLAYING:
            self._replay(asked)
        else:
            self._speak(part, asked)

    def _replay(self, asked: ModelAsked) -> None:
        recorded = self.told.recordings.get(asked.digest)
        if recorded is None:
            self.told.unrecorded.append(asked)
            self._fail(404, "not_recorded")
        else:
            self._complete(recorded)

    def _speak(self, part: Part, asked: ModelAsked) -> None:
        if part is Part.SLOW:
            self.told.pause(self.told.seconds)
        answer = self.told.answer
        is_itself = part in (Part.ECHOING, Part.GULLIBLE, Part.INVENTING) or answer is None
        text = json.dumps(_fill(part, asked) if is_itself or answer is None else answer(asked), ensure_ascii=False)
        if part is Part.MALFORMED:
            self._complete("Of course! Here is what you asked for: kind = answer.")
        elif part is Part.CUT:
            self._complete(text[: len(text) // 2], end="length")
        elif part is Part.REFUSING:
            self._complete(None, refusal="I can't help with that.")
        elif part is Part.BROKEN_OFF:
            body = self._to_body(text)
            self._head(200, "application/json", len(body))
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
        else:
            self._complete(text)

    def _complete(self, text: str | None, *, end: str = "stop", refusal: str | None = None) -> None:
        self._send(200, self._to_body(text, end=end, refusal=refusal))

    def _to_body(self, text: str | None, *, end: str = "stop", refusal: str | None = None) -> bytes:
        message = {"role": "assistant", "content": text, "refusal": refusal}
        body: dict[str, Any] = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": "a-model-2026-01-01",
            "choices": [{"index": 0, "message": message, "finish_reason": end}],
        }
        if self.told.usage is not None:
            body["usage"] = self.told.usage
        return json.dumps(body).encode()

    def _fail(self, status: int, code: str, *, message: str = "secret words") -> None:
        headers = {} if self.told.retry_after is None or status != 429 else {"Retry-After": self.told.retry_after}
        body = json.dumps({"error": {"code": code, "message": message, "type": "an_error", "param": None}}).encode()
        self._send(status, body, headers=headers)

    def _pour(self, some: bytes, seconds: float) -> None:
        self._head(200, "application/json", None)
        ends = time.monotonic() + 600
        while not self.told.is_over and time.monotonic() < ends:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(some), some))
            self.told.pause(seconds)

    def _send(
        self, status: int, body: bytes, kind: str = "application/json", headers: Mapping[str, str] | None = None
    ) -> None:
        self._head(status, kind, len(body), headers)
        self.wfile.write(body)

    def _head(self, status: int, kind: str, length: int | None, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Tests are quiet."""


FAILURES = {
    Part.BUSY: (429, "rate_limit_exceeded"),
    Part.FAILING: (500, "server_error"),
    Part.LOCKED: (401, "invalid_api_key"),
    Part.FILTERED: (400, "content_filter"),
}


def _fill(part: Part, asked: ModelAsked) -> dict[str, Any]:
    """An answer in the form that was asked for, with what this part would say in it."""
    said = {Part.ECHOING: asked.told + asked.user, Part.INVENTING: INVENTED}.get(part, "Good.")
    if part is Part.GULLIBLE and (ordered := ORDERED.search(asked.user)) is not None:
        said = ordered[1]
    return {name: _fill_key(bounds, said, dares=part is Part.GULLIBLE) for name, bounds in KEY_LINE.findall(asked.told)}


def _fill_key(bounds: str, said: str, *, dares: bool) -> Any:
    numbers = [int(number) for number in re.findall(r"\d+", bounds)]
    if bounds.startswith("a text"):
        return said[: numbers[0]].strip()
    if bounds.startswith("one of"):
        choices = re.findall(r'"([^"]*)"', bounds)
        return next((choice for choice in choices if choice in said), choices[0])
    if bounds.startswith("true"):
        return True
    if bounds.startswith("a whole number"):
        return numbers[1] if dares else numbers[0]
    return [said[: numbers[2]].strip()]
