"""Links and sessions: good for one person at one interview, and none of them can stand for another."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.builders import KEYS
from tests.folding import folded
from tests.forging import altered, forge
from vivavoce.candidates.links import NotInvited, Seat, read_link, read_session, sign_link, sign_session
from vivavoce.merchants.tokens import Role, issue_token

LATER = datetime.now(UTC) + timedelta(days=1)
EARLIER = datetime.now(UTC) - timedelta(seconds=1)
SEAT = Seat(merchant_id=uuid4(), interview_id=uuid4(), candidate_id=uuid4(), is_test=False)
LINK = sign_link(KEYS, SEAT, expires_at=LATER)
CLAIMS: dict[str, Any] = {
    "sub": str(SEAT.candidate_id),
    "mid": str(SEAT.merchant_id),
    "iid": str(SEAT.interview_id),
    "exp": int(LATER.timestamp()),
}


def signed(*, secret: bytes = KEYS.link, algorithm: str = "HS256", without: str | None = None, **changes: Any) -> str:
    """A link with these claims instead of the good ones."""
    claims = {name: value for name, value in (CLAIMS | changes).items() if name != without}
    return forge(claims, secret=secret, algorithm=algorithm)


@pytest.mark.parametrize("is_test", [False, True])
@pytest.mark.parametrize(("sign", "read"), [(sign_link, read_link), (sign_session, read_session)])
def test_what_was_signed_names_its_seat(sign: Callable[..., str], read: Callable[..., Seat], is_test: bool) -> None:
    seat = Seat(merchant_id=uuid4(), interview_id=uuid4(), candidate_id=uuid4(), is_test=is_test)
    token = sign(KEYS, seat, expires_at=LATER)
    assert read(KEYS, token) == seat
    assert read(KEYS, token) == seat, "opening it uses nothing up"


API_TOKEN = issue_token(
    secret=KEYS.jwt, merchant_id=SEAT.merchant_id, role=Role.CANDIDATE, environment="production",
    now=datetime.now(UTC), life=timedelta(hours=1),
)  # fmt: skip

NO_LINKS = {
    "nothing": "",
    "a word": "link",
    "two dots": "..",
    "expired": sign_link(KEYS, SEAT, expires_at=EARLIER),
    "without an end": signed(without="exp"),
    "a session": sign_session(KEYS, SEAT, expires_at=LATER),
    "a caller's token": API_TOKEN,
    "of a caller's key": signed(secret=KEYS.jwt),
    "of another server's key": signed(secret=b"x" * 32),
    "unsigned": signed(algorithm="none"),
    "HS512": signed(algorithm="HS512"),
    "another candidate": altered(LINK, sub=str(uuid4())),
    "another interview": altered(LINK, iid=str(uuid4())),
    "another merchant": altered(LINK, mid=str(uuid4())),
    "turned into a trial": altered(LINK, test=True),
    "longer life": altered(LINK, exp=4_000_000_000),
    "cut short": LINK[:-1],
    "without a signature": LINK.rpartition(".")[0] + ".",
    "one letter more": LINK + "A",
    "no candidate": signed(without="sub"),
    "no merchant": signed(without="mid"),
    "no interview": signed(without="iid"),
    "a candidate that is no id": signed(sub="sam"),
    "an interview that is no id": signed(iid=""),
    "no Latin letters": "链接",
    "half a surrogate pair": "\ud800",
    "very long": "a" * 1_000_000,
}


def test_the_claims_that_are_spoiled_below_are_good_ones() -> None:
    assert read_link(KEYS, signed()) == SEAT


@folded("flaw", NO_LINKS)
def test_what_is_no_good_link_is_refused(flaw: str) -> None:
    with pytest.raises(NotInvited) as caught:
        read_link(KEYS, NO_LINKS[flaw])
    assert caught.value.status == 403
    assert "new one" in caught.value.message


def test_a_link_is_no_session() -> None:
    with pytest.raises(NotInvited):
        read_session(KEYS, LINK)


def test_a_caller_is_no_session() -> None:
    with pytest.raises(NotInvited):
        read_session(KEYS, API_TOKEN)
