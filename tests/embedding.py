"""What a page around a frame sends: links as its server signs them, written here once more from the contract alone."""

import base64
import hashlib
import hmac
import time
import uuid
from typing import Any
from urllib.parse import urlencode

import jwt


def bare_link(embed_id: str, key: str, *, name: str = "Ann Lee", email: str = "ann@x.example", **changes: str) -> str:
    """`/embed?embed_id&name&email&signature`. Source: the platform's contract, 4.3."""
    signature = hmac.new(key.encode(), (embed_id + name + email).encode(), hashlib.sha256).hexdigest()
    sent = {"embed_id": embed_id, "name": to_base64(name), "email": to_base64(email), "signature": signature}
    return f"/embed?{urlencode(sent | changes)}"


def to_base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()


def claims_of(embed_id: str, **changes: Any) -> dict[str, Any]:
    """What a good token says."""
    issued = int(time.time())
    return {
        "aud": embed_id,
        "iat": issued,
        "exp": issued + 300,
        "jti": uuid.uuid4().hex,
        "name": "Ann Lee",
        "email": "ann@x.example",
        "external_id": "u-17",
    } | changes


def token_link(embed_id: str, key: str, *, algorithm: str = "HS256", without: str = "", **changes: Any) -> str:
    """`/embed?embed_id&token`. without: a claim that it lacks."""
    claims = {name: claim for name, claim in claims_of(embed_id, **changes).items() if name != without}
    return f"/embed?{urlencode({'embed_id': embed_id, 'token': jwt.encode(claims, key, algorithm=algorithm)})}"
