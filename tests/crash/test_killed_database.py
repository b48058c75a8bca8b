"""The embedded database is killed under a running server. The server says so, and starts it again."""

import asyncio
import json
import sys
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.crash.audit import await_tallies, find_faults
from tests.crash.load import FUNCTIONS, TRY_AGAIN, Load, body_of
from tests.crash.program import (
    Program,
    await_nothing,
    database_of,
    is_envelope,
    kill_database,
    nobody_may_start_the_database,
    wait_for,
)
from tests.running import Furnished
from vivavoce.merchants.keys import load_keys
from vivavoce.settings import read_settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes by /proc"),
]

REVIVAL_SECONDS = 15


@pytest.mark.parametrize("kills", [1, pytest.param(3, marks=pytest.mark.nightly)])
async def test_the_server_starts_a_killed_database_again_and_nothing_is_lost(
    program: Program, furnished: Furnished, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.to_thread(program.start)
    async with Load(program.url, furnished, seed=1) as load:
        for _ in range(kills):
            await load.goes_on(taken=0)
            killed = await asyncio.to_thread(kill_database, program.folder)
            await asyncio.to_thread(_await_revival, program, killed)
            await load.goes_on()
    with capsys.disabled():
        sys.stdout.write(f"\ndatabase killed {kills} times: {load.ledger}")
    await asyncio.to_thread(await_tallies, program.folder, merchant_id=furnished.merchant_id)
    keys = load_keys(read_settings({}, given={"data_dir": program.folder}))
    assert not find_faults(program.folder, load.ledger, merchant_id=furnished.merchant_id, sealer=keys.sealer)
    assert load.ledger.losses["503"], "no client was told that the database had gone"
    assert program.stop() == 0
    await_nothing(program.folder)


async def test_while_the_database_is_away_everybody_is_told_to_try_again(
    program: Program, furnished: Furnished
) -> None:
    """Calls get 503 and the envelope, pages a page, sockets 1013; /healthz does not pretend."""
    await asyncio.to_thread(program.start)
    await asyncio.to_thread(program.await_worker)
    async with _Person(program, furnished) as person:
        assert (await person.say({"kind": "arrive"}))["kind"] == "scene"
        with nobody_may_start_the_database(program.folder):
            killed = kill_database(program.folder)
            assert await asyncio.to_thread(program.health) == 503

            with pytest.raises(ConnectionClosed) as closed:
                await person.say({"kind": "arrive"})
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == TRY_AGAIN
            with pytest.raises(ConnectionClosed) as closed:
                await (await person.open_line()).recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == TRY_AGAIN

            for answer in (await person.create(), await person.say_by_post({"kind": "arrive"})):
                assert answer.status_code == 503
                assert is_envelope(answer.content)
                assert "try again" in answer.json()["error"]
            page = await person.browser.get(person.place)
            assert page.status_code == 503
            assert "<html" in page.text
        await asyncio.to_thread(_await_revival, program, killed)
        assert (await person.create()).status_code == 200
        await person.come_back()
        assert (await person.say({"kind": "arrive"}))["kind"] == "scene"
    assert program.stop() == 0
    await_nothing(program.folder)
    assert "unforeseen" not in program.read_log()


def _await_revival(program: Program, killed: int) -> None:
    """Returns when another postmaster runs and the server says that it is well."""
    wait_for(
        lambda: database_of(program.folder) not in (None, killed) and program.health() == 200,
        seconds=REVIVAL_SECONDS,
        what="the database runs again",
    )


class _Person:
    """A candidate in the middle of an interview, and its caller."""

    def __init__(self, program: Program, furnished: Furnished) -> None:
        self.browser = httpx.AsyncClient(timeout=15, trust_env=False)
        self.place = ""
        self._program = program
        self._furnished = furnished
        self._line: ClientConnection | None = None

    async def __aenter__(self) -> "_Person":
        interview_id = (await self.create()).json()["interview_def_set_id"]
        rows = await self._call("register-users", {"interview_id": interview_id, "users": [{"name": "Sam"}]})
        link = httpx.URL(rows.json()[0]["interview_url"])
        begun = await self.browser.post(
            link.join("begin"),
            data={
                "interview_token": link.params["interview_token"],
                "consent_answers_kept": "yes",
                "consent_judged_by_program": "yes",
            },
        )
        self.place = str(link.join(begun.headers["location"]).join("./"))  # past the start screen
        await self.come_back()
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._line is not None:
            await self._line.close()
        await self.browser.aclose()

    async def create(self) -> httpx.Response:
        """One more interview."""
        return await self._call("create-from-array", body_of(self._furnished))

    async def open_line(self) -> ClientConnection:
        """A socket of the conversation."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        address = f"{self.place}socket".replace("http", "ws", 1)
        return await connect(
            address, additional_headers={"Cookie": cookies, "Origin": self._program.url}, proxy=None, open_timeout=15
        )

    async def come_back(self) -> None:
        """A new line, as a page opens it when it has lost one."""
        self._line = await self.open_line()

    async def say(self, message: dict[str, object]) -> dict[str, object]:
        """What the line answers."""
        assert self._line is not None
        await self._line.send(json.dumps(message))
        async with asyncio.timeout(15):
            heard: dict[str, object] = json.loads(await self._line.recv())
        return heard

    async def say_by_post(self, message: dict[str, object]) -> httpx.Response:
        """The same where sockets are blocked."""
        return await self.browser.post(f"{self.place}say", json=message)

    async def _call(self, operation: str, body: dict[str, object]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._furnished.token}"}
        return await self.browser.post(
            f"{self._program.url}{FUNCTIONS}/job-interview-{operation}", json=body, headers=headers
        )
