"""Tokens put together by hand, with whatever somebody might forge in them."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from vivavoce.candidates.links import Seat, sign_link, sign_session
from vivavoce.merchants.keys import Keys

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


def bad_tokens(keys: Keys, merchant_id: UUID) -> dict[str, str]:
    """Tokens that must not be taken, by what is wrong with them. Each is good but for that, whoever the merchant is."""
    secret, later = keys.jwt, int(time.time()) + 3600
    metadata: dict[str, Any] = {
        "merchant_id": str(merchant_id), "role": "merchant_owner", "environment": "staging",
    }  # fmt: skip
    claims: dict[str, Any] = {
        "aud": "authenticated", "sub": "user-1", "role": "authenticated", "app_metadata": metadata, "exp": later,
    }  # fmt: skip
    good = forge(claims, secret=secret)
    signed, _, signature = good.rpartition(".")
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    rsa_public = rsa_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    seat = Seat(merchant_id=merchant_id, interview_id=uuid4(), candidate_id=uuid4(), is_test=False)
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    deep = b"[" * 20_000 + b"]" * 20_000

    def with_claims(**changes: Any) -> str:
        return forge(claims | changes, secret=secret)

    def without(*names: str) -> str:
        return forge({name: value for name, value in claims.items() if name not in names}, secret=secret)

    def with_metadata(**changes: Any) -> str:
        return with_claims(app_metadata=metadata | changes)

    return {
        # Not signed for us
        "alg none": forge(claims, secret=secret, algorithm="none"),
        "alg None": forge(claims, secret=secret, algorithm="None"),
        "alg none, our signature": forge(claims, secret=secret, header={"alg": "none"}),
        "alg empty": forge(claims, secret=secret, header={"alg": ""}),
        "alg absent": forge(claims, secret=secret, header={"typ": "JWT"}),
        "alg null": forge(claims, secret=secret, header={"alg": None}),
        "alg a list": forge(claims, secret=secret, header={"alg": ["HS256"]}),
        "alg in small letters": forge(claims, secret=secret, header={"alg": "hs256"}),
        "HS384": forge(claims, secret=secret, algorithm="HS384"),
        "HS512": forge(claims, secret=secret, algorithm="HS512"),
        "HS512, said to be HS256": forge(claims, secret=secret, algorithm="HS512", header={"alg": "HS256"}),
        "RS256 by a key of one's own": jwt.encode(claims, rsa_key, algorithm="RS256"),
        "HS256 by a public key": forge(claims, secret=rsa_public),
        "RS256 said, HS256 done": forge(claims, secret=secret, header={"alg": "RS256"}),
        "a key of its own in the header": forge(
            claims, secret=b"x" * 32, header={"alg": "HS256", "jwk": {"kty": "oct", "k": encode(b"x" * 32)}}
        ),
        "a path as the key's name": forge(claims, secret=b"", header={"alg": "HS256", "kid": "/dev/null"}),
        "an unknown critical header": forge(
            claims, secret=secret, header={"alg": "HS256", "crit": ["b64"], "b64": False}
        ),
        "another secret": forge(claims, secret=b"x" * 32),
        "no secret": forge(claims, secret=b""),
        "the secret's text in hex": forge(claims, secret=secret.hex().encode()),
        "the key of links": forge(claims, secret=keys.link),
        "the key of cookies": forge(claims, secret=keys.cookie),
        "a candidate's link": sign_link(keys, seat, expires_at=in_an_hour),
        "a candidate's cookie": sign_session(keys, seat, expires_at=in_an_hour),
        # Tampered with
        "another merchant": altered(good, app_metadata=metadata | {"merchant_id": str(uuid4())}),
        "a higher role": altered(good, app_metadata=metadata | {"role": "admin"}),
        "service": altered(good, role="service_role"),
        "longer life": altered(good, exp=later + 1),
        "another signature": f"{signed}.{encode(b'x' * 32)}",
        "an empty signature": f"{signed}.",
        "no signature": signed,
        "half a signature": f"{signed}.{signature[:22]}",
        "a signature of another token": f"{signed}.{with_claims(sub='user-2').rpartition('.')[2]}",
        "signed by a bare hash": f"{signed}.{encode(hashlib.sha256(secret + signed.encode()).digest())}",
        "signed with its parts the wrong way round": (
            f"{signed}.{encode(hmac.digest(signed.encode(), secret, 'sha256'))}"
        ),
        "cut short": good[:-1],
        "one letter more": good + "A",
        "two letters more": good + "AA",
        "another spelling of the last letter": _respelt(good),
        "padded": good + "=",
        "a sign between that base64 overlooks": f"{good[:-4]}!{good[-4:]}",
        "a line break in the signature": f"{good[:-4]}\n{good[-4:]}",
        "a space in the signature": f"{good[:-4]} {good[-4:]}",
        "NUL at the end": good + "\0",
        # Not three parts
        "a dot more": good + ".",
        "a part more": good + ".AAAA",
        "a dot before": "." + good,
        "two dots in a row": good.replace(".", "..", 1),
        "two dots alone": "..",
        "a word": "token",
        "two tokens": f"{good} {good}",
        "two tokens with a comma": f"{good},{good}",
        "in quotation marks": f'"{good}"',
        "not Latin": "тест.тест.тест",
        "half a surrogate pair": "\ud800.\udfff.\ud800",
        "a million letters": "A" * 1_000_000,
        "a third of a million parts": "A." * 333_333,
        "a very long payload, not signed": f"{encode({'alg': 'HS256'})}.{'A' * 1_000_000}.{signature}",
        # No object where one belongs
        "a header that is a list": forge(claims, secret=secret, header=b"[]"),
        "a header that is a number": forge(claims, secret=secret, header=b"1"),
        "a header that is no UTF-8": forge(claims, secret=secret, header=b"\xff\xfe"),
        "a header of 20,000 levels": forge(claims, secret=secret, header=deep),
        "a payload that is a list": forge(b"[]", secret=secret),
        "a payload that is nothing": forge(b"", secret=secret),
        "a payload that is no UTF-8": forge(b"\xff\xfe", secret=secret),
        "a payload of 20,000 levels": forge(deep, secret=secret),
        # Out of time
        "expired": with_claims(exp=int(time.time()) - 1),
        "expired long ago": with_claims(exp=0),
        "expired before there was time": with_claims(exp=-1),
        "no end": without("exp"),
        "an end that is null": with_claims(exp=None),
        "an end as text": with_claims(exp=str(later)),
        "an end in words": with_claims(exp="tomorrow"),
        "an end that is true": with_claims(exp=True),
        "an end that is a list": with_claims(exp=[later]),
        "an end that is no number": with_claims(exp=float("nan")),
        "an end that never comes": with_claims(exp=float("inf")),
        "an end in more than ten years": with_claims(exp=int(time.time()) + 3660 * 24 * 3600),
        "an end in a million million years": with_claims(exp=10**18),
        "an end beyond every number": with_claims(exp=10**400),
        "not yet": with_claims(nbf=later),
        "not before something else": with_claims(nbf="soon"),
        "issued in the future": with_claims(iat=later),
        # For somebody else
        "no audience": without("aud"),
        "another audience": with_claims(aud="anon"),
        "an audience that is a list": with_claims(aud=["authenticated"]),
        "an audience that is empty": with_claims(aud=""),
        "an audience that is a number": with_claims(aud=1),
        # Of nobody
        "no subject": without("sub"),
        "a subject that is empty": with_claims(sub=""),
        "a subject of spaces": with_claims(sub="  "),
        "a subject that is a number": with_claims(sub=7),
        "a subject with NUL": with_claims(sub="a\0b"),
        "a subject with half a pair": with_claims(sub="\ud800"),
        "a subject that is too long": with_claims(sub="x" * 256),
        "no metadata": without("app_metadata"),
        "metadata that is a list": with_claims(app_metadata=[metadata]),
        "metadata that is text": with_claims(app_metadata=str(merchant_id)),
        "metadata that is null": with_claims(app_metadata=None),
        "the merchant at the wrong place": with_claims(app_metadata={}, user_metadata=metadata),
        "no merchant": with_claims(app_metadata={"role": "merchant_owner"}),
        "a merchant that is null": with_metadata(merchant_id=None),
        "a merchant that is a number": with_metadata(merchant_id=merchant_id.int),
        "a merchant that is a list": with_metadata(merchant_id=[str(merchant_id)]),
        "a merchant that is empty": with_metadata(merchant_id=""),
        "a merchant by its slug": with_metadata(merchant_id="acme"),
        "a merchant in braces": with_metadata(merchant_id=f"{{{merchant_id}}}"),
        "a merchant without hyphens": with_metadata(merchant_id=merchant_id.hex),
        "a merchant with a line break": with_metadata(merchant_id=f"{merchant_id}\n"),
        "an environment that is null": with_metadata(environment=None),
        "an environment that is empty": with_metadata(environment=""),
        "an environment with NUL": with_metadata(environment="a\0"),
        "an environment that is a number": with_metadata(environment=1),
        # Of no role
        "an unknown role": with_metadata(role="boss"),
        "a role in capitals": with_metadata(role="ADMIN"),
        "a role that is null": with_metadata(role=None),
        "a role that is empty": with_metadata(role=""),
        "a role that is a list": with_metadata(role=["admin"]),
        "a role that is an object": with_metadata(role={"admin": True}),
        "service as a person's role": with_metadata(role="service_role"),
        "an unknown role of the database": with_claims(role="postgres"),
        "nobody in particular": with_claims(role="anon"),
        "nobody in particular, of no other role": forge(
            claims | {"role": "anon", "app_metadata": {"merchant_id": str(merchant_id)}}, secret=secret
        ),
        "a role of the database that is a list": with_claims(role=["service_role"]),
        "service, of no merchant": with_claims(role="service_role", app_metadata={}),
    }  # fmt: skip


def _respelt(token: str) -> str:
    """The token, its last letter written otherwise: the same 32 bytes, since two of its bits are not used."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + letters[letters.index(token[-1]) + 1]
