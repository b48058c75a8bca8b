"""Callers' tokens: what a good one says, and that nothing else gets in."""

import base64
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from tests.builders import KEYS
from tests.folding import folded
from tests.forging import bad_tokens, forge
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


@folded(
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

BAD_TOKENS = bad_tokens(KEYS, MERCHANT)


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


@folded("header", BAD_HEADERS)
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


@folded(
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
    refused = ""
    while not refused:
        before = time.time()
        try:
            assert reader.read(f"Bearer {token}") == CALLER
        except NotAuthenticated as error:
            refused = error.message
        else:
            assert before < end
            time.sleep(0.05)
    assert time.time() >= end
    assert "expired" in refused


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
