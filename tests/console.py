"""Somebody signed in to the console: what their browser sends, and how they fill in a form."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from tests.builders import KEYS, House
from vivavoce.db.database import Database
from vivavoce.merchants.people.members import Member, NewMember, add_member
from vivavoce.merchants.people.sessions import form_key, sign_member_session
from vivavoce.merchants.people.sign_in import SignedInMember, sign_in
from vivavoce.merchants.tokens import Role
from vivavoce.web.console.desk import COOKIE, FORM_KEY


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """A member who is signed in, at a merchant's desk."""

    member: Member
    came: SignedInMember
    slug: str

    @property
    def headers(self) -> dict[str, str]:
        """What their browser sends with each request."""
        return {"Cookie": f"{COOKIE}={sign_member_session(KEYS, self.came, now=datetime.now(UTC))}"}

    @property
    def key(self) -> str:
        """What each of their forms holds."""
        return form_key(KEYS, self.came.session_id)

    def url(self, path: str = "") -> str:
        return f"/console/at/{self.slug}/{path}"

    async def get(self, client: httpx.AsyncClient, path: str = "", **headers: str) -> httpx.Response:
        """A page at the merchant; an address that begins with a slash is taken as it is."""
        return await client.get(path if path.startswith("/") else self.url(path), headers=self.headers | headers)

    async def post(self, client: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
        """A form that is sent."""
        address = path if path.startswith("/") else self.url(path)
        return await client.post(address, data={FORM_KEY: self.key, **fields}, headers=self.headers)


async def sit(database: Database, house: House, role: Role = Role.OWNER, *, email: str | None = None) -> Seated:
    """A member of this merchant in this role, signed in."""
    now = datetime.now(UTC)
    address = email or f"{uuid4().hex}@staff.example"
    async with database.tenant(house.merchant.id) as connection:
        member, _ = await add_member(
            connection,
            NewMember(email=address, name="Maya Adler", role=role),
            merchant_id=house.merchant.id,
            actor="test",
            now=now,
        )
    came = await sign_in(database, email=address, browser="Firefox/140 (X11; Linux)", now=now)
    assert came is not None
    return Seated(member=member, came=came, slug=house.merchant.slug)
