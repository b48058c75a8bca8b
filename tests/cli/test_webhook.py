"""`vivavoce webhook`: an endpoint is made, seen, tried out, switched off and on, and removed from the command line."""

import json

import pytest
from standardwebhooks.webhooks import Webhook

from tests.crash.load import body_of
from tests.laid import laid_folder
from tests.running import run_program, run_programs, run_server
from tests.webhook_receiver import WebhookReceiver
from vivavoce.client.candidate import take_interview

pytestmark = pytest.mark.nightly

ALLOWED = {"VIVAVOCE_MERCHANT_NETWORKS": "127.0.0.0/8"}


def test_an_endpoint_is_seen_to_from_the_command_line() -> None:
    with laid_folder() as folder, WebhookReceiver() as receiver, run_server(folder, environment=ALLOWED) as running:
        furnished = running.furnish("hearers")

        def webhook(*commands: list[str]) -> list[str]:
            return run_programs(folder, *(["webhook", *command, "--merchant", "hearers"] for command in commands))

        add = ("webhook", "add", receiver.url, "--merchant", "hearers", "--event", "interview_collected")
        added = run_program(folder, *add, "--header", "Authorization: Bearer of-mine", environment=ALLOWED)
        webhook_id, secret = added.split()
        made = running.call("job-interview-create-from-array", furnished.token, body=body_of(furnished))
        people = {"interview_id": made["interview_def_set_id"], "users": [{"name": "Sam"}]}
        invited = running.call("job-interview-register-users", furnished.token, body=people)
        taken = take_interview(str(invited[0]["interview_url"]))
        receiver.until(lambda one: len(one.received) == 1)
        (first,) = receiver.received
        assert first.headers["authorization"] == "Bearer of-mine"
        assert Webhook(secret).verify(first.body, dict(first.headers))["interview_result_id"] == taken.attempt_id

        listed, tested = webhook(["list"], ["test", webhook_id, "--event", "interview_collected"])
        endpoint = json.loads(listed)
        assert (endpoint["url"], endpoint["events"], endpoint["is_on"]) == (receiver.url, ["interview_collected"], True)
        assert secret not in listed
        receiver.until(lambda one: len(one.received) == 2)
        assert json.loads(receiver.received[1].body)["is_webhook_test"]

        log, again, new_secret = webhook(
            ["log", webhook_id],
            ["replay", webhook_id, "--since", "2020-01-01"],
            ["new-secret", webhook_id, "--keep-old", "0"],
        )
        newest, oldest = map(json.loads, log.splitlines())
        assert newest["delivery_id"] == tested
        assert {row["event"] for row in (newest, oldest)} == {"interview_collected"}
        assert [tried["status"] for tried in oldest["tries"]] == [204]
        assert again in ("1", "2")  # the test's delivery may be under way still
        receiver.until(lambda one: len(one.received) == 2 + int(again))
        assert len({received.event_id for received in receiver.received}) == 2
        assert new_secret.startswith("whsec_")
        assert new_secret != secret

        _, off, _, on, _, none = webhook(
            ["off", webhook_id], ["list"], ["on", webhook_id], ["list"], ["remove", webhook_id], ["list"]
        )
        assert (json.loads(off)["is_on"], json.loads(off)["off_reason"]) == (False, "asked")
        assert json.loads(on)["is_on"]
        assert none == ""
