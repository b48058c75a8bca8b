"""What "Invite people, and write to them" shows is taken as it stands there."""

import json
import re
from typing import Any

import httpx

from tests.architecture.tree import ROOT
from tests.builders import House, an_interview
from vivavoce.candidates.mails.own_text import PLACES, MailWording
from vivavoce.db.database import Database

PAGE = (ROOT / "docs" / "howto" / "invite-and-write-to-people.md").read_text(encoding="utf-8")


def block(kind: str, name: str) -> str:
    (text,) = re.findall(rf"^```{kind} {name}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


async def call(client: httpx.AsyncClient, house: House, name: str, body: Any) -> Any:
    answer = await client.post(f"/functions/v1/{name}", json=body, headers=house.authorization())
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_bodies_on_the_page_are_taken(client: httpx.AsyncClient, house: House, database: Database) -> None:
    interview_id = await an_interview(database, house)
    body = json.loads(block("json", "invite").replace("INTERVIEW", str(interview_id)))
    rows = await call(client, house, "job-interview-register-users", body)
    assert [(row["result"], row["mail"]) for row in rows] == [("ok", "waiting")] * 2
    text = json.loads(block("json", "preview"))
    shown = await call(client, house, "merchant-mail-text-preview", text)
    assert shown["subject"] == "Acme would like to get to know you"
    assert await call(client, house, "merchant-mail-text-set", text) == {"success": True}
    listed = await call(client, house, "merchant-mail-list", {})
    assert {row["kind"] for row in listed["data"]} == {"invitation", "reminder"}


def test_the_page_names_every_mail_and_every_place() -> None:
    assert [kind.value for kind in MailWording if f"`{kind.value}`" not in PAGE] == []
    assert [place for place in PLACES if f"`{{{place}}}`" not in PAGE] == []
