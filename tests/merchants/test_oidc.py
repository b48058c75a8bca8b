"""Accounts at a company's own sign-in: which are believed, and whose they are."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.builders import KEYS, House, a_house
from tests.company import CLIENT_ID, SECRET, SaysAnything, a_provider_that
from tests.issuer import a_pair
from vivavoce.db.database import Database
from vivavoce.errors import ProviderError
from vivavoce.merchants.people.members import NewMember, add_member, end_member, find_memberships
from vivavoce.merchants.people.oidc import (
    AccountRefusal,
    Journey,
    ProvenAccount,
    list_accounts,
    prove_account,
    read_journey,
    set_out,
    sign_in_by_account,
    sign_journey,
    unlink_account,
)
from vivavoce.merchants.people.sign_in import SignedInMember
from vivavoce.merchants.tokens import Role
from vivavoce.providers.oidc import OidcProvider, read_places

BACK = "https://interviews.example/console/oidc/back"
ON_THE_WAY = Journey(state="s", nonce="n", verifier="v" * 64, to="")
TOLD = {"email": "ada@staff.example", "email_verified": True}
UNTRUSTED, UNANSWERED = AccountRefusal.UNTRUSTED, AccountRefusal.UNANSWERED


def moment() -> datetime:
    return datetime.now(UTC)


# What the provider says, and what comes of it: an address, no address (""), or a refusal.
SAID: list[tuple[dict[str, Any], str | AccountRefusal]] = [
    ({}, "ada@staff.example"),
    ({"claims": {"email": "Ada@Staff.example", "email_verified": "true"}}, "ada@staff.example"),
    ({"claims": {"aud": [CLIENT_ID, "other"], "azp": CLIENT_ID}}, "ada@staff.example"),
    ({"header": {"kid": None}}, "ada@staff.example"),
    ({"claims": {"email_verified": None}}, ""),
    ({"claims": {"email_verified": False}}, ""),
    ({"claims": {"email_verified": 1}}, ""),
    ({"claims": {"email": "nobody"}}, ""),
    ({"claims": {"email": None}, "account": {"sub": "s-1", **TOLD}}, "ada@staff.example"),
    ({"claims": {"email": None}, "account": {"sub": "s-1"}}, ""),
    ({"claims": {"email": None}, "account": {"sub": "s-2", **TOLD}}, UNTRUSTED),
    ({"claims": {"email": None}, "account": None}, UNTRUSTED),
    ({"nonce": "of another journey"}, UNTRUSTED),
    ({"claims": {"nonce": None}}, UNTRUSTED),
    ({"claims": {"aud": "another-client"}}, UNTRUSTED),
    ({"claims": {"aud": [CLIENT_ID, "other"]}}, UNTRUSTED),
    ({"claims": {"azp": "another-client"}}, UNTRUSTED),
    ({"claims": {"iss": "https://id.example"}}, UNTRUSTED),
    ({"claims": {"exp": 1_000_000}}, UNTRUSTED),
    ({"claims": {"iat": datetime(2099, 1, 1, tzinfo=UTC)}}, UNTRUSTED),
    ({"claims": {"sub": None}}, UNTRUSTED),
    ({"claims": {"sub": "s" * 256}}, UNTRUSTED),
    ({"claims": {"at_hash": "of-another-token"}}, UNTRUSTED),
    ({"signer": a_pair()}, UNTRUSTED),
    ({"header": {"kid": "unknown"}}, UNTRUSTED),
    ({"is_unsigned": True}, UNTRUSTED),
    ({"status": 400}, UNTRUSTED),
    ({"status": 503}, UNANSWERED),
]


@pytest.mark.slow
async def test_only_what_the_provider_signed_for_us_and_for_this_journey_is_believed() -> None:
    wrong = []
    with a_provider_that(SaysAnything()) as provider:
        untouched = {name: getattr(provider, name) for name in ("claims", "header", "account", "nonce", "signer")}
        for said, expected in SAID:
            for name, value in {**untouched, "status": 200, "is_unsigned": False, **said}.items():
                setattr(provider, name, value)
            proven = await prove_account(
                OidcProvider(issuer=provider.issuer, client_id=CLIENT_ID, secret=SECRET),
                ON_THE_WAY,
                code="c",
                back=BACK,
            )
            came_of_it = proven if isinstance(proven, AccountRefusal) else proven.email or ""
            if came_of_it != expected:
                wrong.append((said, came_of_it))
    assert wrong == []


async def test_a_provider_that_is_not_there_can_not_be_asked_and_says_so() -> None:
    provider = OidcProvider(issuer="http://127.0.0.1:9", client_id=CLIENT_ID, secret=None)
    assert await prove_account(provider, ON_THE_WAY, code="c", back=BACK) is UNANSWERED


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"issuer": "https://other.example"}, "VIVAVOCE_OIDC_ISSUER"),
        ({"token_endpoint": None}, "token_endpoint"),
        ({"authorization_endpoint": "http://plain.example/"}, "https"),
        ({"jwks_uri": "javascript:alert(1)"}, "jwks_uri"),
    ],
)
def test_a_description_that_will_not_do_names_what_is_wrong(changes: dict[str, Any], complaint: str) -> None:
    told = SaysAnything(issuer="https://id.example", description=changes).answer("/.well-known/openid-configuration")[1]
    with pytest.raises(ProviderError, match=complaint):
        read_places(json.dumps(told).encode(), issuer="https://id.example")


def test_a_journey_holds_for_its_own_state_and_for_ten_minutes() -> None:
    journey = set_out("/console/at/harbour/")
    kept = sign_journey(KEYS, journey, now=moment())
    assert read_journey(KEYS, kept, state=journey.state) == journey
    assert read_journey(KEYS, kept, state=set_out("").state) is None
    assert read_journey(KEYS, kept[:-3] + "abc", state=journey.state) is None
    late = sign_journey(KEYS, journey, now=moment() - timedelta(minutes=11))
    assert read_journey(KEYS, late, state=journey.state) is None


async def invite(database: Database, house: House, email: str, now: datetime) -> None:
    async with database.tenant(house.merchant.id) as connection:
        for address in (email, f"{uuid4().hex}@staff.example"):  # somebody else stays an owner
            person = NewMember(email=address, name="", role=Role.OWNER)
            await add_member(connection, person, merchant_id=house.merchant.id, actor="test", now=now)


async def come(database: Database, account: ProvenAccount, now: datetime) -> SignedInMember | AccountRefusal:
    return await sign_in_by_account(database, account, browser="Firefox", now=now)


def an_account(email: str | None, **changes: str) -> ProvenAccount:
    return ProvenAccount(issuer="https://id.example", email=email, **{"subject": uuid4().hex, **changes})


async def test_an_account_comes_to_an_invited_address_once_and_keeps_to_it(database: Database, house: House) -> None:
    email, now = f"{uuid4().hex}@staff.example", moment()
    account = an_account(email)
    assert await come(database, account, now) is AccountRefusal.UNKNOWN
    await invite(database, house, email, now)
    assert await come(database, an_account(None), now) is AccountRefusal.UNVERIFIED
    first = await come(database, account, now)
    assert isinstance(first, SignedInMember)
    assert [one.status for one in await find_memberships(database, email)] == ["active"]
    # What the provider tells of the address from then on changes nothing, and another subject is another account.
    for told in (None, f"{uuid4().hex}@staff.example"):
        again = await come(database, an_account(told, subject=account.subject), now)
        assert isinstance(again, SignedInMember)
        assert again.member_id == first.member_id
    assert await come(database, an_account(email), now) is AccountRefusal.TAKEN
    [linked] = await list_accounts(database, email)
    await unlink_account(database, "another@staff.example", linked.id)
    assert await list_accounts(database, email) == [linked]
    await unlink_account(database, email, linked.id)
    assert isinstance(await come(database, an_account(email), now), SignedInMember)
    assert await come(database, an_account(None, subject=account.subject), now) is AccountRefusal.UNVERIFIED


async def test_who_left_does_not_come_in_as_whoever_has_their_address_now(database: Database) -> None:
    house, email, long_ago = await a_house(database), f"{uuid4().hex}@staff.example", moment() - timedelta(days=30)
    await invite(database, house, email, long_ago)
    before = an_account(email)
    first = await come(database, before, long_ago)
    assert isinstance(first, SignedInMember)
    async with database.tenant(house.merchant.id) as connection:
        await end_member(connection, house.merchant.id, first.member_id, actor="test", now=moment())
    assert await come(database, before, moment()) is AccountRefusal.UNKNOWN
    await invite(database, house, email, moment())
    assert await come(database, an_account(None, subject=before.subject), moment()) is AccountRefusal.UNVERIFIED
    assert isinstance(await come(database, an_account(email), moment()), SignedInMember)
    assert await come(database, before, moment()) is AccountRefusal.TAKEN
