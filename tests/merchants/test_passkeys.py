"""Passkeys: who comes in by one, and what a device or somebody between may not get away with."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import KEYS, House
from tests.console import Seated, sit
from tests.passkeys import PRESENT, SoftDevice
from vivavoce.db.database import Database
from vivavoce.errors import Conflict
from vivavoce.merchants.people import passkeys
from vivavoce.merchants.people.members import end_member
from vivavoce.merchants.people.passkeys import (
    CHALLENGE_LIFE,
    MOST_PASSKEYS,
    Passkey,
    add_passkey,
    ask_to_make,
    ask_to_show,
    list_passkeys,
    remove_passkey,
    sign_in_by_passkey,
)
from vivavoce.merchants.people.sign_in import SignedInMember
from vivavoce.merchants.tokens import Role
from vivavoce.providers.passkeys import BadPasskey, PasskeySite, find_site

SITE = PasskeySite(host="interviews.example", origin="https://interviews.example")


def moment() -> datetime:
    return datetime.now(UTC)


async def make(database: Database, seated: Seated, device: SoftDevice, **said: str) -> None:
    asked = await ask_to_make(database, KEYS, SITE, seated.member, now=moment())
    credential = device.make(asked.options, **said)
    for _ in range(2):  # sent twice, it is one
        await add_passkey(
            database,
            KEYS,
            SITE,
            seated.member,
            kept=asked.kept,
            credential=credential,
            name="  My   phone",
            now=moment(),
        )


async def come(database: Database, kept: str, credential: str) -> SignedInMember:
    return await sign_in_by_passkey(
        database, KEYS, SITE, kept=kept, credential=credential, browser="Firefox", now=moment()
    )


async def mine(database: Database, seated: Seated) -> list[Passkey]:
    return await list_passkeys(database, seated.member.email)


@pytest.mark.parametrize("counts", [True, False])
async def test_a_passkey_lets_its_owner_in_until_it_is_removed(database: Database, house: House, counts: bool) -> None:
    seated, other = await sit(database, house), await sit(database, house)
    device = SoftDevice(counts=counts)
    await make(database, seated, device)
    [passkey] = await mine(database, seated)
    assert (passkey.name, passkey.used_at) == ("My phone", None)
    for _ in range(2):
        asked = ask_to_show(KEYS, SITE, now=moment())
        credential = device.show(asked.options)
        came = await come(database, asked.kept, credential)
        assert came.member_id == seated.member.id
        with pytest.raises(BadPasskey):  # each challenge once
            await come(database, asked.kept, credential)
    await remove_passkey(database, other.member, passkey.id)
    assert len(await mine(database, seated)) == 1, "somebody else's to remove"
    await remove_passkey(database, seated.member, passkey.id)
    asked = ask_to_show(KEYS, SITE, now=moment())
    with pytest.raises(BadPasskey):
        await come(database, asked.kept, device.show(asked.options))


async def test_what_a_device_or_a_page_may_not_get_away_with(database: Database, house: House) -> None:
    seated, other = await sit(database, house), await sit(database, house)
    let_through: list[str] = []

    async def refused(what: str, credential: str, kept: str, *, new: bool = False) -> None:
        try:
            if new:
                await add_passkey(
                    database, KEYS, SITE, seated.member, kept=kept, credential=credential, name="", now=moment()
                )
            else:
                await come(database, kept, credential)
        except BadPasskey:
            return
        let_through.append(what)

    asked = await ask_to_make(database, KEYS, SITE, seated.member, now=moment())
    theirs = await ask_to_make(database, KEYS, SITE, other.member, now=moment())
    old = await ask_to_make(database, KEYS, SITE, seated.member, now=moment() - CHALLENGE_LIFE - timedelta(seconds=1))
    tried = {
        "of another page": SoftDevice(origin="https://evil.example").make(asked.options),
        "for another host": SoftDevice(host="evil.example").make(asked.options),
        "that knows no owner": SoftDevice(flags=PRESENT).make(asked.options),
        "for another challenge": SoftDevice().make(theirs.options),
        "of a sign-in": SoftDevice().make(asked.options, type="webauthn.get"),
        "nothing": "",
        "no object": "[]",
        "no texts": json.dumps({"id": 1, "rawId": {}, "type": "public-key", "response": []}),
        "no base64": json.dumps({"id": "é", "rawId": "é", "type": "public-key", "response": {}}),
    }
    for what, credential in tried.items():
        await refused(f"made {what}", credential, asked.kept, new=True)
    await refused("made by another's challenge", SoftDevice().make(theirs.options), theirs.kept, new=True)
    await refused("made too late", SoftDevice().make(old.options), old.kept, new=True)
    assert await mine(database, seated) == []

    device = SoftDevice()
    await make(database, seated, device)
    shown, late = ask_to_show(KEYS, SITE, now=moment()), ask_to_show(KEYS, SITE, now=moment() - CHALLENGE_LIFE * 2)
    changed: dict[str, Callable[[], str]] = {
        "of another page": lambda: device.show(shown.options, origin="https://evil.example"),
        "for another challenge": lambda: device.show(late.options),
        "as if it were made": lambda: device.show(shown.options, type="webauthn.create"),
        "by another key": lambda: SoftDevice(credential_id=device.credential_id).show(shown.options),
        "of nobody": lambda: SoftDevice().show(shown.options),
        "without a credential": lambda: "{}",
    }
    for what, show in changed.items():
        await refused(f"shown {what}", show(), shown.kept)
    await refused("shown too late", device.show(late.options), late.kept)
    await refused("shown with a challenge to make one", device.show(asked.options), asked.kept)
    await refused("shown with no cookie", device.show(shown.options), "")
    device.used = 100
    await come(database, shown.kept, device.show(shown.options))
    device.used = 50  # a copy of the device
    again = ask_to_show(KEYS, SITE, now=moment())
    await refused("shown by a copy", device.show(again.options), again.kept)
    assert let_through == []


async def test_who_left_comes_in_by_no_passkey(database: Database, house: House) -> None:
    await sit(database, house)
    leaving = await sit(database, house, Role.RECRUITER)
    device = SoftDevice()
    await make(database, leaving, device)
    async with database.tenant(house.merchant.id) as connection:
        await end_member(connection, house.merchant.id, leaving.member.id, actor="test", now=moment())
    for _ in range(2):
        asked = ask_to_show(KEYS, SITE, now=moment())
        with pytest.raises(BadPasskey):
            await come(database, asked.kept, device.show(asked.options))
        await sit(database, house, Role.RECRUITER, email=leaving.member.email)  # the address is somebody else's now


async def test_nobody_keeps_more_than_a_few(database: Database, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PASSKEYS == 20
    monkeypatch.setattr(passkeys, "MOST_PASSKEYS", 1)
    seated = await sit(database, house)
    await make(database, seated, SoftDevice())
    with pytest.raises(Conflict):
        await ask_to_make(database, KEYS, SITE, seated.member, now=moment())


def test_passkeys_hold_where_browsers_make_them() -> None:
    for url, site in {
        "https://interviews.example": SITE,
        "https://interviews.example:8443": PasskeySite(
            host="interviews.example", origin="https://interviews.example:8443"
        ),
        "http://127.0.0.1:8000": PasskeySite(host="localhost", origin="http://localhost:8000"),
        "http://localhost": PasskeySite(host="localhost", origin="http://localhost"),
        "http://interviews.example": None,
        "https://192.0.2.1": None,
        "https://[2001:db8::1]": None,
    }.items():
        assert find_site(url) == site, url
