"""Nobody gets a mail twice, whoever is killed while it is sent; who may have got none is told to the recruiter."""

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.crash.load import body_of
from tests.crash.program import Program, await_nothing, look_inside, wait_for
from tests.providers.mail_server import serve_mail
from tests.running import Furnished

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes by /proc")

IN_FLIGHT_SECONDS = 0.2  # of each mail, between the server's taking it and our hearing of it
DONE_SECONDS = 120


@pytest.mark.parametrize(
    "kills", [pytest.param(1, marks=pytest.mark.slow), pytest.param(30, marks=pytest.mark.nightly)]
)
def test_no_mail_goes_out_twice_however_often_the_worker_is_killed(
    program: Program, furnished: Furnished, kills: int
) -> None:
    chance = random.Random(kills)
    with serve_mail() as box:
        box.seconds = IN_FLIGHT_SECONDS
        program.settings["VIVAVOCE_MAIL_URL"] = f"smtp://127.0.0.1:{box.port}"
        program.settings["VIVAVOCE_MAIL_FROM"] = "Acme <jobs@acme.example>"
        program.start()
        made = program.call("create-from-array", furnished.token, body=body_of(furnished))
        addresses = []
        worker = program.await_worker()
        for round_ in range(kills):
            batch = [f"p{round_}-{number}@example.com" for number in range(20)]
            addresses += batch
            users = [{"email": address} for address in batch]
            body = {"interview_id": made["interview_def_set_id"], "users": users, "send_email": True}
            rows = program.call("register-users", furnished.token, body=body)
            assert {row["mail"] for row in rows} == {"waiting"}
            before = len(box.mails)
            wait_for(lambda least=before: len(box.mails) > least, seconds=30, what="mails go out")  # type: ignore[misc]
            time.sleep(chance.random() * IN_FLIGHT_SECONDS)
            os.kill(worker, signal.SIGKILL)
            worker = program.await_worker(other_than=worker)
        wait_for(lambda: not _is_any_under_way(program), seconds=DONE_SECONDS, what="every mail was tried")
        check(program, [str(message["To"]) for message in box.mails], addresses, kills=kills)
        assert program.stop() == 0
    await_nothing(program.folder)


def check(program: Program, arrived: list[str], addresses: list[str], *, kills: int) -> None:
    """Each address had its mail once, or says that it may not have."""
    counted = Counter(arrived)
    assert [address for address, count in counted.items() if count > 1] == []
    with look_inside(program.folder) as inside:
        rows = inside.execute(
            "select email, state from mails join candidates on candidates.id = candidate_id where kind = 'invitation'"
        ).fetchall()
    states = {row["email"]: row["state"] for row in rows}
    assert set(states) >= set(addresses)
    unsure = [address for address in addresses if states[address] == "sending"]
    assert [address for address in addresses if states[address] == "sent" and not counted[address]] == []
    assert [address for address in addresses if not counted[address] and address not in unsure] == []
    assert len(unsure) <= 4 * kills  # at most what one worker hands over at once


def _is_any_under_way(program: Program) -> bool:
    """What was claimed longer ago than it takes was left by a worker that was killed."""
    with look_inside(program.folder) as inside:
        row = inside.execute(
            "select exists (select from mails where kind = 'invitation' and (state = 'waiting'"
            " or (state = 'sending' and claimed_at > now() - interval '3 seconds'))) as is_any"
        ).fetchone()
    return row is not None and bool(row["is_any"])
