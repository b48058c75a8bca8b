"""Many asking for codes, at real servers with real mails: how many are sent, whoever the client says it is."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest

from tests.laid import laid_folder
from tests.running import Running, run_server
from vivavoce.providers.mail.folder import read_mails

pytestmark = pytest.mark.slow  # three servers

MOST = 20  # by one client, where nobody sets another number
MAIL = {"VIVAVOCE_MAIL_URL": "folder:"}
BEHIND_PROXY = {**MAIL, "VIVAVOCE_TRUSTED_PROXIES": "127.0.0.1"}


@dataclass(frozen=True, kw_only=True)
class Servers:
    """Two behind a proxy and one that stands open, on one database. place: of an interview that anybody may take."""

    first: Running
    second: Running
    unproxied: Running
    place: str

    def ask(self, server: Running, address: str, *, client: str) -> int:
        """The status. client: as a proxy tells it."""
        answer = httpx.post(
            f"{server.url}{self.place}sign-in",
            data={"email": address},
            headers={"X-Forwarded-For": client},
            trust_env=False,
            timeout=30,
        )
        return answer.status_code

    def mailed_to(self, name: str) -> list[str]:
        """The addresses with this in them that got a mail."""
        mails = read_mails(self.first.folder / "mails", most=512)
        return [mail.to for mail in mails if name in mail.to]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with (
        laid_folder() as folder,
        run_server(folder, environment=BEHIND_PROXY) as first,
        run_server(folder, "--no-worker", environment=BEHIND_PROXY) as second,
        run_server(folder, "--no-worker", environment=MAIL) as unproxied,
    ):
        furnished = first.furnish("harbour-road")
        body = {
            "name": "Shift lead",
            "location": "remote",
            "interview_template_id": furnished.template_id,
            "mojito_language_code": "en",
            "description": "Leads a shift",
            "status": "active",
            "type": "interview",
            "visibility": "merchant_public",
            "questions": [{"question": "Tell me about a shift."}],
        }
        made = first.call("job-interview-create-from-array", furnished.token, body=body)
        place = f"/interview/take/{made['interview_def_set_id']}/"
        yield Servers(first=first, second=second, unproxied=unproxied, place=place)


@pytest.mark.parametrize("asks", [64, pytest.param(512, marks=pytest.mark.nightly)])
def test_many_asks_by_one_client_send_twenty_mails_by_two_servers(servers: Servers, asks: int) -> None:
    name = uuid4().hex
    statuses = []
    for number in range(asks):
        address = f"{name}-{number}@example.com" if number % 2 else f"{name}+{number}@example.com"
        server = (servers.first, servers.second)[number // 2 % 2]
        statuses.append(servers.ask(server, address, client="203.0.113.7"))
    assert (statuses.count(303), statuses.count(429)) == (MOST, asks - MOST)
    assert len(_wait_for(servers, name, MOST)) == MOST
    assert servers.ask(servers.first, f"{name}@example.com", client="203.0.113.8") == 303
    assert len(_wait_for(servers, name, MOST + 1)) == MOST + 1


def test_without_a_trusted_proxy_nobody_says_who_they_are(servers: Servers) -> None:
    name = uuid4().hex
    statuses = [
        servers.ask(servers.unproxied, f"{name}-{number}@example.com", client=f"203.0.113.{number}")
        for number in range(MOST + 5)
    ]
    assert statuses == [303] * MOST + [429] * 5


def test_who_asks_too_often_is_told_what_to_do(servers: Servers) -> None:
    name = uuid4().hex
    for _ in range(5):
        servers.ask(servers.first, f"{name}@example.com", client="203.0.113.9")
    for address, said in (
        (f"{name}@example.com", "Five codes were requested for this address"),
        (f"{name}-%@example.com", "Too many codes were requested"),
    ):
        page = _ask_until(servers, address, status=429)
        assert said in page


def _ask_until(servers: Servers, address: str, *, status: int) -> str:
    """The page of the first answer with this status."""
    for number in range(MOST + 1):
        answer = httpx.post(
            f"{servers.first.url}{servers.place}sign-in",
            data={"email": address.replace("%", str(number))},
            headers={"X-Forwarded-For": "203.0.113.9"},
            trust_env=False,
            timeout=30,
        )
        if answer.status_code == status:
            assert answer.headers["retry-after"] == "3600"
            return answer.text
    raise AssertionError("never refused")


def _wait_for(servers: Servers, name: str, least: int) -> list[str]:
    """What was mailed, once it is at least so many."""
    until = time.monotonic() + 60
    while len(found := servers.mailed_to(name)) < least and time.monotonic() < until:
        time.sleep(0.2)
    return found
