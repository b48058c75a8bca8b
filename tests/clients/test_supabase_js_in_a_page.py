"""supabase-js, unchanged, in a page of somebody else's: read on an origin that the merchant allows, on no other."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.architecture.tree import ROOT
from tests.clients.conftest import Body
from tests.issuer import write
from tests.running import Furnished, Running

pytestmark = pytest.mark.slow

CREATE, GET = "job-interview-create-from-array", "job-interview-get"
FILES = {
    "/": (ROOT / "tests" / "clients" / "page.html", "text/html"),
    "/supabase.js": (
        ROOT / "node_modules" / "@supabase" / "supabase-js" / "dist" / "umd" / "supabase.js",
        "text/javascript",
    ),
}
INVOKE = """async ({ url, token, name, options }) => {
    const client = supabase.createClient(url, token);
    const { data, error, response } = await client.functions.invoke(name, options);
    const told = error?.context instanceof Response ? await error.context.json() : null;
    return { data, error: error?.name ?? null, told, status: response?.status ?? null,
        warning: response?.headers.get("X-Vivavoce-Warning") ?? null };
}"""
SOON = 1.0
ACCENT_COUNTS = {"ai_pronunciation": {"weight": 10}}


class Files(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = FILES.get(self.path)
        if found is None:
            write(self, b"", status=404)
            return
        write(self, found[0].read_bytes(), Content_Type=f"{found[1]}; charset=utf-8")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def origin() -> Iterator[str]:
    """A site of this test's own, which no merchant knows yet."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Browser, origin: str) -> Page:
    """A page of that site, in a browser that remembers nothing."""
    opened = browser.new_context().new_page()
    opened.goto(origin)
    return opened


def invoke(page: Page, running: Running, token: str, name: str, **options: Any) -> dict[str, Any]:
    given = {"url": running.url, "token": token, "name": name, "options": options}
    found: dict[str, Any] = page.evaluate(INVOKE, given)
    return found


def allow(running: Running, furnished: Furnished, origin: str) -> None:
    running.program("merchant", "origin", "add", origin, "--merchant", furnished.merchant_id)
    time.sleep(SOON)


def test_a_page_that_the_merchant_allows_creates_and_reads_back(
    page: Page, running: Running, furnished: Furnished, a_body: Body, origin: str
) -> None:
    allow(running, furnished, origin)
    created = invoke(
        page,
        running,
        furnished.token,
        CREATE,
        body=a_body(),
        headers={"Idempotency-Key": "one", "x-supabase-api-version": "2024-01-01"},
    )
    assert (created["error"], created["status"]) == (None, 200)
    interview_id = created["data"]["interview_def_set_id"]
    read = invoke(page, running, furnished.token, f"{GET}?position_id={interview_id}", method="GET", region="us-east-1")
    assert (read["error"], read["data"]["name"]) == (None, "Project manager")


def test_a_page_reads_errors_and_warnings(
    page: Page, running: Running, furnished: Furnished, a_body: Body, origin: str
) -> None:
    allow(running, furnished, origin)
    invalid = invoke(page, running, furnished.token, CREATE, body=a_body(questions=[{}]))
    assert (invalid["error"], invalid["status"]) == ("FunctionsHttpError", 422)
    assert invalid["told"] == {"error": "Field is required.", "name": "questions[0].question"}
    refused = invoke(page, running, furnished.token[:-4] + "AAAA", CREATE, body=a_body())
    assert (refused["error"], refused["status"]) == ("FunctionsHttpError", 401)
    warned = invoke(page, running, furnished.token, CREATE, body=a_body(custom_scoring=ACCENT_COUNTS))
    assert warned["status"] == 200
    assert warned["warning"]


def test_a_page_of_no_merchants_sends_nothing(page: Page, running: Running, furnished: Furnished, a_body: Body) -> None:
    options = {"body": a_body(), "headers": {"Idempotency-Key": "never"}}
    refused = invoke(page, running, furnished.token, CREATE, **options)
    assert (refused["data"], refused["error"], refused["status"]) == (None, "FunctionsFetchError", None)
    other = a_body(name="Another body under the same key, which would be refused had the page's call been done")
    headers = {"Authorization": f"Bearer {furnished.token}", "Idempotency-Key": "never"}
    assert post(running, headers, other) == 200


def test_a_page_of_another_merchant_reads_nothing(
    page: Page, running: Running, furnished: Furnished, a_body: Body, origin: str
) -> None:
    other = running.furnish("another-site")
    allow(running, other, origin)
    refused = invoke(page, running, furnished.token, CREATE, body=a_body())
    assert (refused["data"], refused["error"]) == (None, "FunctionsFetchError")


def test_a_page_whose_origin_is_removed_reads_no_more(
    page: Page, running: Running, furnished: Furnished, a_body: Body, origin: str
) -> None:
    allow(running, furnished, origin)
    assert invoke(page, running, furnished.token, CREATE, body=a_body())["error"] is None
    running.program("merchant", "origin", "remove", origin, "--merchant", furnished.merchant_id)
    time.sleep(SOON)
    assert invoke(page, running, furnished.token, CREATE, body=a_body())["error"] == "FunctionsFetchError"


def post(running: Running, headers: dict[str, str], body: dict[str, object]) -> int:
    with httpx.Client(trust_env=False, timeout=30) as caller:
        return caller.post(f"{running.url}/functions/v1/{CREATE}", json=body, headers=headers).status_code
