"""The functions client of Python's supabase, unchanged.

`supabase` itself can't be laid beside the server (it needs websockets below 16); its `functions` is this package's
client, with the same headers.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from supabase_functions import SyncFunctionsClient
from supabase_functions.errors import FunctionsHttpError

from tests.clients.conftest import Body
from tests.running import Furnished, Running

pytestmark = pytest.mark.slow

CREATE, GET = "job-interview-create-from-array", "job-interview-get"


def connect(running: Running, token: str) -> SyncFunctionsClient:
    """As `supabase.create_client(url, token).functions` makes it."""
    return SyncFunctionsClient(f"{running.url}/functions/v1", {"apiKey": token, "Authorization": f"Bearer {token}"})


@pytest.fixture
def functions(running: Running, furnished: Furnished) -> Iterator[SyncFunctionsClient]:
    client = connect(running, furnished.token)
    yield client
    client._client.close()


def test_an_interview_is_created_and_read_back(functions: SyncFunctionsClient, a_body: Body) -> None:
    created = functions.invoke(CREATE, {"body": a_body(), "responseType": "json"})
    interview_id = read(created)["interview_def_set_id"]
    by_post = functions.invoke(GET, {"body": {"position_id": interview_id}})
    by_get = functions.invoke(f"{GET}?position_id={interview_id}", {"method": "GET", "responseType": "json"})
    assert read(by_get)["name"] == "Project manager"
    assert read(by_post) == read(by_get)


def test_an_error_is_read_as_the_client_reads_errors(
    functions: SyncFunctionsClient, running: Running, furnished: Furnished, a_body: Body
) -> None:
    with pytest.raises(FunctionsHttpError) as caught:
        functions.invoke(CREATE, {"body": a_body(location="")})
    assert (caught.value.status, caught.value.name) == (422, "FunctionsHttpError")
    assert "visible" in caught.value.message
    stranger = connect(running, furnished.token[:-4] + "AAAA")
    with pytest.raises(FunctionsHttpError, match="not valid") as refused:
        stranger.invoke(CREATE, {"body": a_body()})
    stranger._client.close()
    assert refused.value.status == 401


def read(answer: dict[str, Any] | bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer) if isinstance(answer, bytes) else answer
    return found
