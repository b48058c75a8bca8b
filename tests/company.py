"""A company's own sign-in: a real OpenID Connect provider that checks PKCE, and one that says whatever a test wants."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import flask
import httpx
import jwt
import oidc_provider_mock
from werkzeug.serving import make_server

from tests.issuer import Pair, a_pair, write

CLIENT_ID, SECRET = "vivavoce", "a-secret-of-the-test's"


@dataclass(frozen=True, slots=True)
class Company:
    """The real provider, at an address of this machine."""

    issuer: str

    def employ(self, subject: str, **claims: Any) -> None:
        """Somebody has an account there, with these claims."""
        httpx.put(f"{self.issuer}/users/{quote(subject)}", json=claims).raise_for_status()

    def sign_in(self, url: str, subject: str) -> str:
        """Where the browser of whoever signs in there is sent back to."""
        return httpx.post(url, data={"sub": subject}).headers["location"]

    def decline(self, url: str) -> str:
        """The same of whoever breaks off. This provider forgets the state, which RFC 6749 asks for."""
        back = httpx.URL(httpx.post(url, data={"action": "deny"}).headers["location"])
        return str(back.copy_set_param("state", httpx.URL(url).params["state"]))


@contextmanager
def a_company() -> Iterator[Company]:
    """Up while the block runs. A code is worth nothing there without the verifier that it was asked for with."""
    app: flask.Flask = oidc_provider_mock.app(require_nonce=True)
    challenges: dict[str, str] = {}

    @app.after_request
    def keep_challenge(response: flask.Response) -> flask.Response:
        code = parse_qs(urlsplit(response.headers.get("location", "")).query).get("code")
        if code:
            challenges[code[0]] = flask.request.args["code_challenge"]
            assert flask.request.args["code_challenge_method"] == "S256"
        return response

    @app.before_request
    def check_verifier() -> tuple[flask.Response, int] | None:
        form = flask.request.form
        if form.get("grant_type") != "authorization_code":
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenges.get(form["code"]):
            return None
        return flask.jsonify(error="invalid_grant"), 400

    server = make_server("localhost", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield Company(f"http://localhost:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()


@dataclass(slots=True)
class SaysAnything:
    """A provider that answers each code with the token that the test laid out. account: what it says on its own page.

    claims: changes of the ID token's; None leaves one out. signer: whoever signs it. status: of the token's answer.
    """

    pair: Pair = field(default_factory=a_pair)
    signer: Pair | None = None
    is_unsigned: bool = False
    nonce: str = "n"
    subject: str = "s-1"
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    account: dict[str, Any] | None = None
    description: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    issuer: str = ""

    def answer(self, path: str) -> tuple[int, object]:
        """What stands at an address."""
        if path == "/.well-known/openid-configuration":
            places = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
            told = {"issuer": self.issuer, **{place: f"{self.issuer}/{place}" for place in places}}
            return 200, told | self.description
        if path == "/jwks_uri":
            return 200, {"keys": [self.pair.jwk]}
        if path == "/userinfo_endpoint":
            return 200, self.account
        if self.status != 200:
            return self.status, {"error": "invalid_grant"}
        return 200, {"id_token": self._token(), "access_token": "a", "token_type": "Bearer"}

    def _token(self) -> str:
        now = datetime.now(UTC)
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": self.subject,
            "nonce": self.nonce,
            "iat": now,
            "exp": now + timedelta(minutes=5),
            "email": "ada@staff.example",
            "email_verified": True,
            **self.claims,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        if self.is_unsigned:
            return jwt.encode(told, None, algorithm="none", headers={"kid": self.pair.kid})  # type: ignore[arg-type]
        return (self.signer or self.pair).sign(told, **self.header)


@contextmanager
def a_provider_that(provider: SaysAnything) -> Iterator[SaysAnything]:
    """Up while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            status, told = provider.answer(self.path)
            write(self, json.dumps(told).encode(), status=status)

        do_POST = do_GET  # noqa: N815 - as http.server calls it

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
