"""What "Answer from documents" shows is taken as it stands there."""

import json
import re
from typing import Any

import httpx

from tests.architecture.tree import ROOT
from tests.builders import House
from vivavoce.knowledge.documents import DocumentState

PAGE = (ROOT / "docs" / "howto" / "answer-from-documents.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    (text,) = re.findall(rf"^```json {name}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


async def test_the_bodies_on_the_page_are_taken(client: httpx.AsyncClient, house: House) -> None:
    async def call(name: str, body: str) -> Any:
        answer = await client.post(
            f"/functions/v1/knowledge-base-{name}", json=json.loads(body), headers=house.authorization()
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    store_id = (await call("store-set", block("store")))["knowledge_base_store_id"]
    for name in ("article", "address"):
        await call("document-add", block(name).replace("STORE", store_id))
    listed = await call("document-list", "{}")
    assert [row["kind"] for row in listed["data"]] == ["url", "article"]
    assert await call("search", block("search").replace("STORE", store_id)) == {"data": []}  # nobody has read them yet


def test_the_page_names_every_state() -> None:
    assert [state.value for state in DocumentState if f"`{state.value}`" not in PAGE] == []
