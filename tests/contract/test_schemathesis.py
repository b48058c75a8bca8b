"""Cases made from our document: whatever is sent, the answer is one that the document foretells, and we never fail.

The cases are the same in every run. A fault is shown as the curl command that calls it forth.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi import checks

from tests.builders import a_house
from tests.contract.furnished import Furnished, furnish, row_of
from tests.contract.ours import ADDRESS, OURS
from tests.contract.places import has, put
from vivavoce.api.routes import ROUTES
from vivavoce.db.database import Database

Case = schemathesis.Case[Any]

SCHEMA = schemathesis.openapi.from_dict(OURS)
OPERATIONS = [(method, path) for path, methods in OURS["paths"].items() for method in methods]
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
# A read passes over names that it does not know and over empty values, so that a wrong one may be a good one.
CHECKS_OF_WRITES = [*CHECKS, checks.negative_data_rejection]
WRITES = [route.path for route in ROUTES if not route.is_read]
FEW, MANY = 10, 1000  # of each sort: such that the document allows, and such that it does not


@pytest.fixture
async def own(database: Database) -> Furnished:
    return await furnish(database, await a_house(database))


@pytest.mark.parametrize(
    "count", [pytest.param(FEW, marks=pytest.mark.slow), pytest.param(MANY, marks=pytest.mark.nightly)]
)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
async def test_every_answer_is_foretold(
    client: httpx.AsyncClient, own: Furnished, method: str, path: str, count: int
) -> None:
    statuses: Counter[int] = Counter()
    wanted = CHECKS_OF_WRITES if path in WRITES else CHECKS
    for case in cases(method, path, own, count=count):
        answer = await send(client, case, own)
        # A body that is too large is refused as that, whatever else is wrong with it: the check on writes knows no 413.
        looked_at = CHECKS if answer.status_code == 413 else wanted
        try:
            case.validate_response(answer, checks=looked_at)
        except (Failure, FailureGroup) as failure:
            pytest.fail(str(failure))
        statuses[answer.status_code] += 1
    assert statuses.total() >= count // 2  # for some there is little that the document does not allow
    # Nothing of the kind is good where no language model is.
    assert statuses[200] > 0 or not row_of(path).good, statuses


def cases(method: str, path: str, own: Furnished, *, count: int) -> Iterator[Case]:
    """The good requests of the route's row; then `count` that the document allows, half of them with real ids; then
    `count` that it does not allow.
    """
    operation = SCHEMA[path][method]
    place = "query" if method == "get" else "body"
    for make in row_of(path).good:
        if method == "get":
            yield operation.Case(query=make(own))
        else:
            yield operation.Case(body=make(own), media_type="application/json")
    for number, case in enumerate(drawn(operation.as_strategy(GenerationMode.POSITIVE), count=count)):
        if number % 2:
            setattr(case, place, with_real_ids(getattr(case, place), path, own))
        yield case
    if operation.body or operation.query or operation.headers:
        yield from drawn(operation.as_strategy(GenerationMode.NEGATIVE), count=count)


def drawn(strategy: st.SearchStrategy[Case], *, count: int) -> list[Case]:
    """The first `count` that the strategy comes up with, always the same."""
    found: list[Case] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(case: Case) -> None:
        if case.media_type != "multipart/form-data":  # forms: tests/api/test_knowledge.py
            found.append(case)

    collect()
    return found


def with_real_ids(sent: Any, path: str, own: Furnished) -> Any:
    """What is sent, with our own id wherever there stands one."""
    changed = sent
    for place, kind in row_of(path).ids.items():
        if has(changed, place):
            changed = put(changed, place, own[kind])
    return changed


async def send(client: httpx.AsyncClient, case: Case, own: Furnished) -> httpx.Response:
    """The case as it goes over the wire, with a good token."""
    wired = case.as_transport_kwargs(base_url=ADDRESS, headers=own.house.authorization())
    wired["content"] = wired.pop("data", None)
    del wired["cookies"]  # there are none
    return await client.request(**wired)
