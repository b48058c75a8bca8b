"""A small OpenAI-compatible server: it speaks in tones, and understands the one sentence that it is told."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import numpy as np

from vivavoce.providers.sound import to_pcm

KEY = "a-key-that-is-wanted"
SECONDS_A_SIGN = 0.07
RATE_HZ = 24_000


@dataclass
class SpeechServer:
    """What it answers can be set before each request; what it was asked can be read after it."""

    status: int = 200
    text: str = "Tell me about a delivery."
    tells_words: bool = True
    is_silent: bool = False
    is_endless: bool = False
    breaks_after: int | None = None  # bytes
    body: bytes | None = None  # instead of what it would say
    asked: list[dict[str, Any]] = field(default_factory=list)
    was_hung_up: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "SpeechServer":
        answering = self

        class Handler(_Handler):
            told = answering

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        """As the settings want it."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    told: SpeechServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            self._answer(401, json.dumps({"error": {"code": "invalid_api_key", "message": "secret words"}}).encode())
        elif self.told.status != 200:
            self._answer(self.told.status, b'{"error": {"code": "overloaded", "message": "secret words"}}')
        elif self.path == "/v1/audio/speech":
            self._speak(json.loads(body))
        elif self.path == "/v1/audio/transcriptions":
            self._transcribe(body)
        else:
            self._answer(404, b"{}")

    def _speak(self, wish: dict[str, Any]) -> None:
        self.told.asked.append(wish)
        samples = round(len(wish["input"]) * SECONDS_A_SIGN * RATE_HZ)
        tone = 0.0 if self.told.is_silent else 0.3
        pcm = to_pcm((tone * np.sin(np.arange(samples) * 0.05)).astype(np.float32))
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            self._send(pcm[: self.told.breaks_after])
            if self.told.breaks_after is None:
                while self.told.is_endless:
                    self._send(pcm)
                self._send(b"")
        except OSError:
            self.told.was_hung_up.set()

    def _send(self, some: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(some), some))

    def _transcribe(self, body: bytes) -> None:
        fields = {
            part.partition(b'name="')[2].partition(b'"')[0].decode(): part.partition(b"\r\n\r\n")[2].rstrip(b"\r\n-")
            for part in body.split(b"--" + self.headers["Content-Type"].partition("boundary=")[2].encode())
        }
        self.told.asked.append({name: value.decode() for name, value in fields.items() if name not in ("", "file")})
        self.told.asked[-1]["seconds"] = (len(fields["file"]) - 44) / 32_000
        words = [
            {"word": word, "start": 0.1 + 0.2 * at, "end": 0.2 + 0.2 * at} for at, word in enumerate(self._words())
        ]
        said: dict[str, Any] = {"text": self.told.text}
        if self.told.tells_words:
            said |= {"words": words, "segments": [{"avg_logprob": -0.1}]}
        self._answer(200, self.told.body if self.told.body is not None else json.dumps(said).encode())

    def _words(self) -> list[str]:
        return [word.strip(".,") for word in self.told.text.split()]

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Tests are quiet."""
