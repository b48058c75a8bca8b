"""A webhook that was committed arrives, whoever is killed on the way, and always by the same id."""

import os
import signal
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from tests.crash.load import body_of
from tests.crash.program import Program, await_nothing
from tests.running import Furnished
from tests.webhook_receiver import WebhookReceiver
from vivavoce.client.candidate import take_interview

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes by /proc"),
]


@pytest.mark.nightly
def test_what_was_committed_arrives_though_the_server_and_then_the_worker_are_killed(
    program: Program, furnished: Furnished
) -> None:
    program.settings["VIVAVOCE_MERCHANT_NETWORKS"] = "127.0.0.0/8"
    with WebhookReceiver(hangs=True) as receiver:
        program.start("--no-worker")
        made = program.call("create-from-array", furnished.token, body=body_of(furnished))
        _, secret = program.run("webhook", "add", receiver.url, "--merchant", furnished.merchant_id).split()
        people = {"interview_id": made["interview_def_set_id"], "users": [{"name": "Sam"}]}
        link = str(program.call("register-users", furnished.token, body=people)[0]["interview_url"])
        taken = take_interview(link)
        assert taken.phase == "submitted"
        program.kill()  # it is committed, and nobody was there to deliver it
        assert receiver.received == []
        program.start()
        worker = program.await_worker()
        receiver.until(lambda one: len(one.received) == 1)
        receiver.hangs = False  # the others are answered; this one hangs for as long as the receiver lives
        os.kill(worker, signal.SIGKILL)  # between the receiver's taking it and our hearing of it
        receiver.until(lambda one: {received.event_id for received in one.received} >= {one.received[0].event_id})
        receiver.until(lambda one: len({received.event_id for received in one.received}) == 2)
        receiver.until(lambda one: sum(r.event_id == one.received[0].event_id for r in one.received) >= 2)
        assert program.stop() == 0
        payloads = {
            received.event_id: Webhook(secret).verify(received.body, dict(received.headers))
            for received in receiver.received
        }
        bodies = {(received.event_id, received.body) for received in receiver.received}
    assert len(bodies) == len(payloads) == 2
    assert {payload["event"] for payload in payloads.values()} == {"interview_collected", "interview_result"}
    assert {payload["interview_result_id"] for payload in payloads.values()} == {taken.attempt_id}
    await_nothing(program.folder)
