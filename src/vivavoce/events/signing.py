"""How a webhook is signed, so that its receiver knows who sent it, and when. Pure.

Source: Standard Webhooks 1.0 (`webhook-id`, `webhook-timestamp`, `webhook-signature`). `X-Signature` is for receivers
that check an HMAC of the body and know nothing else.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32


def write_secret(key: bytes) -> str:
    """The secret as its receiver keeps it."""
    return PREFIX + base64.b64encode(key).decode()


def sign_webhook(body: bytes, *, message_id: str, timestamp: int, secrets: Sequence[str]) -> dict[str, str]:
    """The headers that go with the body. timestamp: seconds since 1970, of this try.

    secrets: as `write_secret` writes them, the newest first; during a change there are two, and a receiver who knows
    either of them is content. `X-Signature` has room for one: the older, since it is known to everyone.
    """
    told = f"{message_id}.{timestamp}.".encode() + body
    signatures = " ".join(
        "v1," + base64.b64encode(_hmac(base64.b64decode(secret.removeprefix(PREFIX)), told)).decode()
        for secret in secrets
    )
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures,
        "X-Signature": f"sha256={_hmac(secrets[-1].encode(), body).hex()}",
    }


def _hmac(key: bytes, told: bytes) -> bytes:
    return hmac.new(key, told, hashlib.sha256).digest()
