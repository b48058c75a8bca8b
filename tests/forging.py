"""Tokens put together by hand, with whatever somebody might forge in them."""

import base64
import hashlib
import hmac
import json
from typing import Any

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def forge(
    claims: dict[str, Any] | bytes,
    *,
    secret: bytes,
    algorithm: str = "HS256",
    header: dict[str, Any] | bytes | None = None,
) -> str:
    """A token whose signature is right for the algorithm, or empty where we know none. bytes: as they are.

    header: put instead of the plain one; its `alg` need not be how it is signed.
    """
    signed = f"{encode({'alg': algorithm, 'typ': 'JWT'} if header is None else header)}.{encode(claims)}"
    signature = hmac.new(secret, signed.encode(), HASHES[algorithm]).digest() if algorithm in HASHES else b""
    return f"{signed}.{encode(signature)}"


def altered(token: str, **changes: Any) -> str:
    """The token with other claims under its old signature."""
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return f"{header}.{encode(claims | changes)}.{signature}"


def encode(part: dict[str, Any] | bytes) -> str:
    """One of a token's three parts. NaN and Infinity stay as Python writes them."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
