"""An outside issuer of tokens: a real HTTP server in a thread, with private keys of its own."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://project.example/auth/v1"
AUDIENCE = "authenticated"

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A private key, and the algorithm that it signs by."""

    kid: str
    algorithm: str
    private: PrivateKey

    @property
    def jwk(self) -> dict[str, Any]:
        """The public half, as an issuer publishes it."""
        public = self.private.public_key()
        bare: dict[str, Any] = (
            RSAAlgorithm.to_jwk(public, as_dict=True)
            if isinstance(public, rsa.RSAPublicKey)
            else ECAlgorithm.to_jwk(public, as_dict=True)
        )
        return {key: bare[key] for key in ("kty", "crv", "x", "y", "n", "e") if key in bare} | {
            "kid": self.kid,
            "alg": self.algorithm,
            "use": "sig",
        }

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A token; the header's changes come over the usual ones, None leaves one out."""
        headers = {"kid": self.kid, **header}
        given = {name: value for name, value in headers.items() if value is not None}
        return jwt.encode(claims, self.private, algorithm=self.algorithm, headers=given)


def a_pair(algorithm: str = "ES256", *, kid: str | None = None) -> Pair:
    """A new key."""
    private: PrivateKey = (
        ec.generate_private_key(ec.SECP256R1())
        if algorithm == "ES256"
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    return Pair(kid=kid or uuid4().hex, algorithm=algorithm, private=private)


def claims_of(merchant_id: object, **changes: Any) -> dict[str, Any]:
    """What a signed-in person's token says; None leaves a claim out."""
    now = datetime.now(UTC)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(uuid4()),
        "role": "authenticated",
        "app_metadata": {"merchant_id": str(merchant_id), "role": "merchant_owner"},
        "iat": now,
        "exp": now + timedelta(hours=6),  # claims may be made long before they are used
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


@dataclass(slots=True)
class Issuer:
    """It publishes `pairs`, or whatever `answer` writes. asked: how often it was asked."""

    pairs: list[Pair] = field(default_factory=list)
    answer: Answer | None = None
    delay_seconds: float = 0
    asked: int = 0
    port: int = 0
    server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where its keys are."""
        return f"http://127.0.0.1:{self.port}/auth/v1/.well-known/jwks.json"

    def start(self) -> None:
        """Up, at the same port as before."""
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                time.sleep(issuer.delay_seconds)
                if issuer.answer is not None:
                    issuer.answer(self)
                    return
                write(self, json.dumps({"keys": [pair.jwk for pair in issuer.pairs]}).encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """Down: nothing listens at its port."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


def write(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, **headers: str) -> None:
    """A whole answer."""
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def an_issuer(*pairs: Pair) -> Iterator[Issuer]:
    """Up while the block runs."""
    issuer = Issuer(pairs=list(pairs))
    issuer.start()
    try:
        yield issuer
    finally:
        issuer.stop()
