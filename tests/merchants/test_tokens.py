"""Callers' tokens: what a good one says, and that nothing else gets in."""

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.builders import KEYS
from tests.folding import folded
from tests.forging import altered, encode, forge
from vivavoce.attempts.links import Seat, sign_link, sign_session
from vivavoce.errors import NotAuthenticated
from vivavoce.merchants.tokens import LONGEST_LIFE, Caller, Role, TokenReader, issue_token

SECRET = KEYS.jwt
MERCHANT = uuid4()
LATER = int(time.time()) + 3600
METADATA: dict[str, Any] = {"merchant_id": str(MERCHANT), "role": "merchant_owner", "environment": "staging"}
CLAIMS: dict[str, Any] = {
    "aud": "authenticated", "sub": "user-1", "role": "authenticated", "app_metadata": METADATA, "exp": LATER,
}  # fmt: skip
GOOD = forge(CLAIMS, secret=SECRET)
CALLER = Caller(merchant_id=MERCHANT, role=Role.OWNER, environment="staging", user_id="user-1")


def read(token: str, *, issuer: str | None = None) -> Caller:
    return TokenReader(secret=SECRET, issuer=issuer).read(f"Bearer {token}")


def with_claims(**changes: Any) -> str:
    return forge(CLAIMS | changes, secret=SECRET)


def without(*names: str) -> str:
    return forge({name: value for name, value in CLAIMS.items() if name not in names}, secret=SECRET)


def with_metadata(**changes: Any) -> str:
    return with_claims(app_metadata=METADATA | changes)


# --- Good ones -----------------------------------------------------------------------------------------------------


def test_a_token_that_we_issue_is_read() -> None:
    token = issue_token(
        secret=SECRET, merchant_id=MERCHANT, role=Role.OWNER, environment="staging",
        now=datetime.now(UTC), life=timedelta(hours=6),
    )  # fmt: skip
    caller = read(token)
    assert (caller.merchant_id, caller.role, caller.environment) == (MERCHANT, Role.OWNER, "staging")


def test_two_tokens_of_one_person_have_names_of_their_own() -> None:
    given: dict[str, Any] = {
        "secret": SECRET, "merchant_id": MERCHANT, "role": Role.OWNER, "environment": "staging",
        "now": datetime.now(UTC), "life": timedelta(hours=6), "user_id": uuid4(),
    }  # fmt: skip
    claims = [jwt.decode(issue_token(**given), options={"verify_signature": False}) for _ in range(2)]
    assert claims[0]["sub"] == claims[1]["sub"]
    assert claims[0]["jti"] != claims[1]["jti"]


def test_the_claims_that_are_spoiled_below_are_good_ones() -> None:
    assert read(GOOD) == CALLER


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "Bearer   "])
def test_the_schemes_letters_and_spaces_do_not_matter(scheme: str) -> None:
    assert TokenReader(secret=SECRET).read(f"{scheme}{GOOD} ") == CALLER


@pytest.mark.parametrize(
    ("database_role", "own_role", "found"),
    [
        ("authenticated", "admin", Role.ADMIN),
        ("authenticated", "merchant_owner", Role.OWNER),
        ("authenticated", "merchant", Role.RECRUITER),
        ("authenticated", "merchant_selection", Role.SELECTION),
        ("authenticated", "mentor", Role.MENTOR),
        ("authenticated", "user", Role.USER),
        ("authenticated", "candidate", Role.CANDIDATE),
        ("authenticated", None, Role.RECRUITER),
        (None, None, Role.RECRUITER),
        (None, "merchant_owner", Role.OWNER),
        ("merchant_owner", None, Role.OWNER),
        ("service_role", None, Role.SERVICE),
        ("service_role", "merchant_owner", Role.SERVICE),
    ],
)
def test_a_role_is_read(database_role: str | None, own_role: str | None, found: Role) -> None:
    metadata = {"merchant_id": str(MERCHANT)} | ({} if own_role is None else {"role": own_role})
    claims = {"aud": "authenticated", "sub": "u", "exp": LATER, "app_metadata": metadata}
    token = forge(claims | ({} if database_role is None else {"role": database_role}), secret=SECRET)
    caller = read(token)
    assert (caller.role, caller.environment) == (found, "production")


# --- Forged and stale ones -----------------------------------------------------------------------------------------

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RSA_PUBLIC = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
SEAT = Seat(merchant_id=MERCHANT, interview_id=uuid4(), candidate_id=uuid4(), is_test=False)
IN_AN_HOUR = datetime.now(UTC) + timedelta(hours=1)
DEEP = b"[" * 20_000 + b"]" * 20_000
SIGNED, _, SIGNATURE = GOOD.rpartition(".")


def another_spelling() -> str:
    """The good token, its last letter written otherwise: the same 32 bytes, since two of its bits are not used."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return GOOD[:-1] + letters[letters.index(GOOD[-1]) + 1]


BAD_TOKENS = {
    # Not signed for us
    "alg none": forge(CLAIMS, secret=SECRET, algorithm="none"),
    "alg None": forge(CLAIMS, secret=SECRET, algorithm="None"),
    "alg none, our signature": forge(CLAIMS, secret=SECRET, header={"alg": "none"}),
    "alg empty": forge(CLAIMS, secret=SECRET, header={"alg": ""}),
    "alg absent": forge(CLAIMS, secret=SECRET, header={"typ": "JWT"}),
    "alg null": forge(CLAIMS, secret=SECRET, header={"alg": None}),
    "alg a list": forge(CLAIMS, secret=SECRET, header={"alg": ["HS256"]}),
    "alg in small letters": forge(CLAIMS, secret=SECRET, header={"alg": "hs256"}),
    "HS384": forge(CLAIMS, secret=SECRET, algorithm="HS384"),
    "HS512": forge(CLAIMS, secret=SECRET, algorithm="HS512"),
    "HS512, said to be HS256": forge(CLAIMS, secret=SECRET, algorithm="HS512", header={"alg": "HS256"}),
    "RS256 by a key of one's own": jwt.encode(CLAIMS, RSA, algorithm="RS256"),
    "HS256 by a public key": forge(CLAIMS, secret=RSA_PUBLIC),
    "RS256 said, HS256 done": forge(CLAIMS, secret=SECRET, header={"alg": "RS256"}),
    "a key of its own in the header": forge(
        CLAIMS, secret=b"x" * 32, header={"alg": "HS256", "jwk": {"kty": "oct", "k": encode(b"x" * 32)}}
    ),
    "a path as the key's name": forge(CLAIMS, secret=b"", header={"alg": "HS256", "kid": "/dev/null"}),
    "an unknown critical header": forge(CLAIMS, secret=SECRET, header={"alg": "HS256", "crit": ["b64"], "b64": False}),
    "another secret": forge(CLAIMS, secret=b"x" * 32),
    "no secret": forge(CLAIMS, secret=b""),
    "the secret's text in hex": forge(CLAIMS, secret=SECRET.hex().encode()),
    "the key of links": forge(CLAIMS, secret=KEYS.link),
    "the key of cookies": forge(CLAIMS, secret=KEYS.cookie),
    "a candidate's link": sign_link(KEYS, SEAT, expires_at=IN_AN_HOUR),
    "a candidate's cookie": sign_session(KEYS, SEAT, expires_at=IN_AN_HOUR),
    # Tampered with
    "another merchant": altered(GOOD, app_metadata=METADATA | {"merchant_id": str(uuid4())}),
    "a higher role": altered(GOOD, app_metadata=METADATA | {"role": "admin"}),
    "service": altered(GOOD, role="service_role"),
    "longer life": altered(GOOD, exp=LATER + 1),
    "another signature": f"{SIGNED}.{encode(b'x' * 32)}",
    "an empty signature": f"{SIGNED}.",
    "no signature": SIGNED,
    "half a signature": f"{SIGNED}.{SIGNATURE[:22]}",
    "a signature of another token": f"{SIGNED}.{with_claims(sub='user-2').rpartition('.')[2]}",
    "signed by a bare hash": f"{SIGNED}.{encode(hashlib.sha256(SECRET + SIGNED.encode()).digest())}",
    "signed with its parts the wrong way round": f"{SIGNED}.{encode(hmac.digest(SIGNED.encode(), SECRET, 'sha256'))}",
    "cut short": GOOD[:-1],
    "one letter more": GOOD + "A",
    "two letters more": GOOD + "AA",
    "another spelling of the last letter": another_spelling(),
    "padded": GOOD + "=",
    "a sign between that base64 overlooks": f"{GOOD[:-4]}!{GOOD[-4:]}",
    "a line break in the signature": f"{GOOD[:-4]}\n{GOOD[-4:]}",
    "a space in the signature": f"{GOOD[:-4]} {GOOD[-4:]}",
    "NUL at the end": GOOD + "\0",
    # Not three parts
    "a dot more": GOOD + ".",
    "a part more": GOOD + ".AAAA",
    "a dot before": "." + GOOD,
    "two dots in a row": GOOD.replace(".", "..", 1),
    "two dots alone": "..",
    "a word": "token",
    "two tokens": f"{GOOD} {GOOD}",
    "two tokens with a comma": f"{GOOD},{GOOD}",
    "in quotation marks": f'"{GOOD}"',
    "not Latin": "тест.тест.тест",
    "half a surrogate pair": "\ud800.\udfff.\ud800",
    "a million letters": "A" * 1_000_000,
    "a third of a million parts": "A." * 333_333,
    "a very long payload, not signed": f"{encode({'alg': 'HS256'})}.{'A' * 1_000_000}.{SIGNATURE}",
    # No object where one belongs
    "a header that is a list": forge(CLAIMS, secret=SECRET, header=b"[]"),
    "a header that is a number": forge(CLAIMS, secret=SECRET, header=b"1"),
    "a header that is no UTF-8": forge(CLAIMS, secret=SECRET, header=b"\xff\xfe"),
    "a header of 20,000 levels": forge(CLAIMS, secret=SECRET, header=DEEP),
    "a payload that is a list": forge(b"[]", secret=SECRET),
    "a payload that is nothing": forge(b"", secret=SECRET),
    "a payload that is no UTF-8": forge(b"\xff\xfe", secret=SECRET),
    "a payload of 20,000 levels": forge(DEEP, secret=SECRET),
    # Out of time
    "expired": with_claims(exp=int(time.time()) - 1),
    "expired long ago": with_claims(exp=0),
    "expired before there was time": with_claims(exp=-1),
    "no end": without("exp"),
    "an end that is null": with_claims(exp=None),
    "an end as text": with_claims(exp=str(LATER)),
    "an end in words": with_claims(exp="tomorrow"),
    "an end that is true": with_claims(exp=True),
    "an end that is a list": with_claims(exp=[LATER]),
    "an end that is no number": with_claims(exp=float("nan")),
    "an end that never comes": with_claims(exp=float("inf")),
    "an end in more than ten years": with_claims(exp=int(time.time()) + 3660 * 24 * 3600),
    "an end in a million million years": with_claims(exp=10**18),
    "an end beyond every number": with_claims(exp=10**400),
    "not yet": with_claims(nbf=LATER),
    "not before something else": with_claims(nbf="soon"),
    "issued in the future": with_claims(iat=LATER),
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
    "metadata that is a list": with_claims(app_metadata=[METADATA]),
    "metadata that is text": with_claims(app_metadata=str(MERCHANT)),
    "metadata that is null": with_claims(app_metadata=None),
    "the merchant at the wrong place": with_claims(app_metadata={}, user_metadata=METADATA),
    "no merchant": with_claims(app_metadata={"role": "merchant_owner"}),
    "a merchant that is null": with_metadata(merchant_id=None),
    "a merchant that is a number": with_metadata(merchant_id=MERCHANT.int),
    "a merchant that is a list": with_metadata(merchant_id=[str(MERCHANT)]),
    "a merchant that is empty": with_metadata(merchant_id=""),
    "a merchant by its slug": with_metadata(merchant_id="acme"),
    "a merchant in braces": with_metadata(merchant_id=f"{{{MERCHANT}}}"),
    "a merchant without hyphens": with_metadata(merchant_id=MERCHANT.hex),
    "a merchant with a line break": with_metadata(merchant_id=f"{MERCHANT}\n"),
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
        CLAIMS | {"role": "anon", "app_metadata": {"merchant_id": str(MERCHANT)}}, secret=SECRET
    ),
    "a role of the database that is a list": with_claims(role=["service_role"]),
    "service, of no merchant": with_claims(role="service_role", app_metadata={}),
}  # fmt: skip


@folded("flaw", BAD_TOKENS)
def test_a_forged_or_stale_token_is_refused(flaw: str) -> None:
    reader = TokenReader(secret=SECRET)
    for _ in range(2):  # what was refused is not remembered
        with pytest.raises(NotAuthenticated) as caught:
            reader.read(f"Bearer {BAD_TOKENS[flaw]}")
        assert caught.value.status == 401
        assert SECRET.decode() not in caught.value.message


@folded("flaw", BAD_TOKENS)
def test_it_is_refused_by_one_that_has_read_the_good_one_too(flaw: str) -> None:
    reader = TokenReader(secret=SECRET)
    assert reader.read(f"Bearer {GOOD}") == CALLER
    with pytest.raises(NotAuthenticated):
        reader.read(f"Bearer {BAD_TOKENS[flaw]}")


BAD_HEADERS = [
    None, "", " ", "Bearer", "Bearer ", "Bearer  ", "GOOD", f"Basic {base64.b64encode(b'user:password').decode()}",
    "Basic GOOD", "Token GOOD", "JWT GOOD", "Bearer\tGOOD", "BearerGOOD", "Bearer: GOOD",
    " Bearer GOOD", "Bearer Bearer GOOD",
]  # fmt: skip


@pytest.mark.parametrize("header", BAD_HEADERS)
def test_any_other_scheme_is_refused(header: str | None) -> None:
    """GOOD stands for the good token."""
    with pytest.raises(NotAuthenticated):
        TokenReader(secret=SECRET).read(None if header is None else header.replace("GOOD", GOOD))


async def test_over_the_wire_they_are_refused_alike(client: httpx.AsyncClient) -> None:
    """Those that a header can carry."""
    path = "/functions/v1/job-interview-get"
    carried = {
        name: token
        for name, token in BAD_TOKENS.items()
        if token.isascii() and token.isprintable() and len(token) < 9000
    }
    assert len(carried) > 80
    for name, token in carried.items():
        answer = await client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, set(answer.json())) == (401, {"error"}), name
        assert answer.headers["www-authenticate"] == "Bearer"


# --- The issuer ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "is_good"),
    [
        ({"iss": "https://auth.example"}, True),
        ({"iss": "https://other.example"}, False),
        ({"iss": ""}, False),
        ({"iss": None}, False),
        ({"iss": ["https://auth.example"]}, False),
        ({}, False),
    ],
)
def test_where_an_issuer_is_set_no_other_counts(claims: dict[str, Any], is_good: bool) -> None:
    token = with_claims(**claims)
    if is_good:
        assert read(token, issuer="https://auth.example") == CALLER
        return
    with pytest.raises(NotAuthenticated):
        read(token, issuer="https://auth.example")


# --- What is remembered --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_token_that_was_good_is_refused_once_it_expires() -> None:
    reader = TokenReader(secret=SECRET)
    end = int(time.time()) + 2
    token = with_claims(exp=end)
    while time.time() < end:
        assert reader.read(f"Bearer {token}") == CALLER
        time.sleep(0.05)
    with pytest.raises(NotAuthenticated, match="expired"):
        reader.read(f"Bearer {token}")


def test_what_is_remembered_of_one_reader_is_unknown_to_another() -> None:
    TokenReader(secret=SECRET).read(f"Bearer {GOOD}")
    with pytest.raises(NotAuthenticated):
        TokenReader(secret=b"x" * 32).read(f"Bearer {GOOD}")


@pytest.mark.parametrize("life", [3600.5, 3653 * 24 * 3600])
def test_an_end_may_be_any_number_within_ten_years(life: float) -> None:
    """life: seconds from now."""
    reader = TokenReader(secret=SECRET)
    token = with_claims(exp=int(time.time()) + life)
    assert reader.read(f"Bearer {token}") == reader.read(f"Bearer {token}") == CALLER


def test_no_token_is_issued_for_longer_than_it_would_be_taken() -> None:
    def issue(life: timedelta) -> str:
        return issue_token(
            secret=SECRET, merchant_id=MERCHANT, role=Role.SERVICE, environment="production",
            now=datetime.now(UTC), life=life,
        )  # fmt: skip

    assert read(issue(LONGEST_LIFE)).role is Role.SERVICE
    with pytest.raises(ValueError, match="3653 days"):
        issue(LONGEST_LIFE + timedelta(seconds=1))


def test_there_is_one_spelling_to_remember() -> None:
    reader = TokenReader(secret=SECRET)
    for spaces in range(50):
        reader.read(f"Bearer {' ' * spaces}{GOOD}{' ' * spaces}")
    assert len(reader._found_good) == 1
