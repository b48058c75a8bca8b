"""Stores and documents over the wire: forms and base64, what is refused, and who sees what."""

import base64
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.builders import House, a_document, a_house
from tests.folding import folded
from vivavoce.api.places import places_for_searches, places_for_uploads
from vivavoce.api.routes import PREFIX
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import TooManyRequests, Unavailable
from vivavoce.knowledge.documents import MOST_BYTES

UPLOAD = f"{PREFIX}/knowledge-base-document-upload"
ARTICLE = b"# Leave\n\nEveryone has 28 days of holiday a year."


@pytest.fixture
async def house(database: Database) -> House:
    return await a_house(database)


async def call(
    client: httpx.AsyncClient, house: House, function: str, environment: str = "production", /, **body: Any
) -> Any:
    """The answer of a call of ours; (status, body) where it is refused."""
    answer = await client.post(
        f"{PREFIX}/knowledge-base-{function}", json=body, headers=house.authorization(environment=environment)
    )
    return answer.json() if answer.status_code == 200 else (answer.status_code, answer.json())


async def upload(client: httpx.AsyncClient, house: House, file: bytes, **fields: str) -> httpx.Response:
    """The answer to a form; its file is named leave.md where `filename` names it no other way."""
    filename = fields.pop("filename", "leave.md")
    return await client.post(
        UPLOAD,
        data={"knowledge_base_store_id": str(house.store_id)} | fields,
        files={"file": (filename, file)},
        headers=house.authorization(),
    )


async def test_a_form_and_base64_of_the_same_document_are_one(client: httpx.AsyncClient, house: House) -> None:
    by_form = await upload(client, house, ARTICLE)
    assert by_form.status_code == 200
    for file in (base64.b64encode(ARTICLE), b"data:text/markdown;base64," + base64.b64encode(ARTICLE)):
        body = {"knowledge_base_store_id": str(house.store_id), "name": "other.md", "file": file.decode()}
        by_json = await client.post(UPLOAD, json=body, headers=house.authorization())
        assert by_json.json() == by_form.json()
    listed = await call(client, house, "document-list", knowledge_base_store_id=str(house.store_id))
    (row,) = listed["data"]
    assert (row["name"], row["kind"], row["format"], row["status"]) == ("leave.md", "file", "md", "active")
    assert (row["processing_status"], row["fault"], row["size_bytes"]) == ("queued", None, len(ARTICLE))
    # A name of one's own goes before the file's.
    named = (await upload(client, house, ARTICLE + b"!", name="leave-2027.md", filename="x.exe")).json()
    assert [row["name"] for row in (await call(client, house, "document-list"))["data"]] == [
        "leave-2027.md",
        "leave.md",
    ]
    assert named != by_form.json()


@folded(("file", "fields", "status", "name"), [
    (b"", {}, 422, "file"),
    (b"MZ", {"filename": "setup.exe"}, 422, "name"),
    (b"So.", {"filename": "a.pdf"}, 422, "file"),
    (b"So.", {"knowledge_base_store_id": str(new_id())}, 422, "knowledge_base_store_id"),
    (b"So.", {"knowledge_base_store_id": ""}, 422, "knowledge_base_store_id"),
    (b"So.", {"name": "a" * 256}, 422, "name"),
    (b"So.", {"merchant_id": str(new_id())}, 403, "merchant_id"),
    (b"x" * (MOST_BYTES + 1), {}, 413, None),
    (b"x" * (MOST_BYTES + 100_000), {}, 413, None),
])  # fmt: skip
async def test_a_form_that_is_no_document_is_refused(
    client: httpx.AsyncClient, house: House, file: bytes, fields: dict[str, str], status: int, name: str | None
) -> None:
    answer = await upload(client, house, file, **fields)
    assert (answer.status_code, answer.json().get("name")) == (status, name)
    if status == 413:
        assert "20 MB" in answer.json()["error"]


@folded(("body", "status", "name"), [
    ({"file": "UGF5"}, 422, "knowledge_base_store_id"), ({"knowledge_base_store_id": "x"}, 422, "file"),
    ({"knowledge_base_store_id": "x", "file": ""}, 422, "file"),
    ({"knowledge_base_store_id": "x", "file": 7}, 422, "file"),
    ({"knowledge_base_store_id": "x", "file": "%%%"}, 422, "file"),
    ({"knowledge_base_store_id": "x", "file": "UGF5"}, 422, "knowledge_base_store_id"),
    ([], 422, None),
])  # fmt: skip
async def test_json_that_is_no_document_is_refused(
    client: httpx.AsyncClient, house: House, body: Any, status: int, name: str | None
) -> None:
    answer = await client.post(UPLOAD, json=body, headers=house.authorization())
    assert (answer.status_code, answer.json().get("name")) == (status, name)


async def test_a_form_that_broke_off_is_400(client: httpx.AsyncClient, house: House) -> None:
    headers = house.authorization() | {"Content-Type": "multipart/form-data; boundary=b"}
    for content in (b"", b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nSo'):
        assert (await client.post(UPLOAD, content=content, headers=headers)).status_code == 400


async def test_stores_and_articles_are_made_named_found_drafted_and_removed(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    made = await call(client, house, "store-set", name="Working here")
    store_id = made["knowledge_base_store_id"]
    await call(client, house, "store-set", knowledge_base_store_id=store_id, name="Working with us")
    rows = (await call(client, house, "store-list"))["data"]
    assert [(row["name"], row["environment"]) for row in rows] == [
        ("About us", None),
        ("Working with us", "production"),
    ]
    # What one environment makes, another has not.
    assert [row["name"] for row in (await call(client, house, "store-list", "staging"))["data"]] == ["About us"]
    added = await call(client, house, "document-add", knowledge_base_store_id=store_id, text=ARTICLE.decode())
    of_staging = await call(client, house, "document-add", "staging", knowledge_base_store_id=store_id, text="So.")
    assert of_staging[0] == 422
    named = {"knowledge_base_id": added["knowledge_base_id"]}
    assert (await call(client, house, "document-set", "staging", **named, name="x"))[0] == 404
    await call(client, house, "document-set", **named, name="Leave 2027", status="draft")
    (row,) = (await call(client, house, "document-list", knowledge_base_store_id=store_id))["data"]
    assert (row["name"], row["status"], row["kind"]) == ("Leave 2027", "draft", "article")
    both = await call(
        client, house, "document-add", knowledge_base_store_id=store_id, text="a", url="https://a.example"
    )
    assert (both[0], both[1]["name"]) == (422, "text")
    await a_document(database, house, "Everyone has 28 days of holiday a year.")
    asked = {"knowledge_base_store_id": str(house.store_id), "question": "How many days of holiday?"}
    (found,) = (await call(client, house, "search", **asked))["data"]
    assert (found["document"], found["headings"]) == ("handbook.md", ["Leave"])
    assert await call(client, house, "document-remove", **named) == {"success": True}
    assert (await call(client, house, "document-remove", **named))[0] == 404
    assert await call(client, house, "store-remove", knowledge_base_store_id=store_id) == {"success": True}
    assert (await call(client, house, "document-list", knowledge_base_store_id=store_id))[0] == 404


async def test_an_interview_can_name_no_store_that_is_gone_or_another_environments(
    client: httpx.AsyncClient, house: House
) -> None:
    made = await call(client, house, "store-set", name="Working here")
    body = {
        "name": "Baker", "location": "Leeds", "interview_template_id": str(house.template_id),
        "mojito_language_code": "en", "description": "", "status": "draft", "type": "interview",
        "visibility": "merchant_unlisted", "questions": [{"question": "Why?"}],
    }  # fmt: skip
    stored = body | made
    path = f"{PREFIX}/job-interview-create-from-array"
    assert (await client.post(path, json=stored, headers=house.authorization())).status_code == 200
    elsewhere = await client.post(path, json=stored, headers=house.authorization(environment="staging"))
    assert (elsewhere.status_code, elsewhere.json()["name"]) == (422, "knowledge_base_store_id")
    await call(client, house, "store-remove", knowledge_base_store_id=made["knowledge_base_store_id"])
    gone = await client.post(path, json=stored, headers=house.authorization())
    assert (gone.status_code, gone.json()["name"]) == (422, "knowledge_base_store_id")
    question = {"question": "Why?", "knowledge_base_id": made["knowledge_base_store_id"]}
    gone = await client.post(path, json=body | {"questions": [question]}, headers=house.authorization())
    assert (gone.status_code, gone.json()["name"]) == (422, "questions[0].knowledge_base_id")


def test_no_merchant_takes_all_the_places_for_uploads_and_searches() -> None:
    for places in (places_for_uploads(), places_for_searches()):
        merchants = [new_id() for _ in range(places.most)]
        with ExitStack() as held:
            for _ in range(places.of_one_merchant):
                held.enter_context(places.take(merchants[0]))
            with pytest.raises(TooManyRequests), places.take(merchants[0]):
                pass
            for merchant in merchants[1 : places.most - places.of_one_merchant + 1]:
                held.enter_context(places.take(merchant))
            with pytest.raises(Unavailable), places.take(merchants[-1]):
                pass
        assert not places.taken
