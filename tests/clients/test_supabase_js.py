"""supabase-js, unchanged, in Node: an integration of the vendor's that changed nothing but the base URL."""

import json
import subprocess
from typing import Any

import pytest

from tests.architecture.tree import ROOT
from tests.clients.conftest import Body
from tests.running import Furnished, Running

pytestmark = pytest.mark.slow

NODE = ROOT / ".venv" / "bin" / "node"
CREATE, GET = "job-interview-create-from-array", "job-interview-get"


def invoke(running: Running, token: str, *calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    given = json.dumps({"url": running.url, "token": token, "calls": calls})
    done = subprocess.run(
        [NODE, ROOT / "tests" / "clients" / "invoke.mjs"], input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_an_interview_is_created_and_read_back(running: Running, furnished: Furnished, a_body: Body) -> None:
    (created,) = invoke(running, furnished.token, (CREATE, {"body": a_body(), "headers": {"Idempotency-Key": "one"}}))
    assert (created["error"], created["status"]) == (None, 200)
    interview_id = created["data"]["interview_def_set_id"]
    by_get, by_post, again = invoke(
        running,
        furnished.token,
        (f"{GET}?position_id={interview_id}", {"method": "GET"}),
        (GET, {"body": {"interview_id": interview_id}}),
        (CREATE, {"body": a_body(), "headers": {"Idempotency-Key": "one"}}),
    )
    assert by_get["data"]["name"] == "Project manager"
    assert by_get["data"] == by_post["data"]
    assert again["data"] == created["data"]


def test_an_error_is_read_as_the_client_reads_errors(running: Running, furnished: Furnished, a_body: Body) -> None:
    invalid, unknown = invoke(
        running, furnished.token, (CREATE, {"body": a_body(questions=[{"external_id": "q"}])}), ("no-such-call", {})
    )
    assert (invalid["data"], invalid["error"], invalid["status"]) == (None, "FunctionsHttpError", 422)
    assert invalid["told"] == {"error": "Field is required.", "name": "questions[0].question"}
    assert (unknown["error"], unknown["status"]) == ("FunctionsHttpError", 404)
    (refused,) = invoke(running, furnished.token[:-4] + "AAAA", (CREATE, {"body": a_body()}))
    assert (refused["error"], refused["status"]) == ("FunctionsHttpError", 401)
    assert "not valid" in refused["told"]["error"]
