"""The page of what systems can call says what the document says."""

import re

import httpx
import pytest

from tests.contract.ours import OURS
from vivavoce.api.routes import DOCUMENT
from vivavoce.web.docs import ADDRESS, to_groups, to_spans
from vivavoce.web.policy import STRICT

OPERATIONS = [operation for group in to_groups(OURS) for operation in group.operations]


async def test_it_shows_every_operation_with_its_way_in(client: httpx.AsyncClient) -> None:
    page = await client.get(ADDRESS)
    assert page.status_code == 200
    assert page.headers["content-security-policy"] == str(STRICT)
    assert re.findall(r'<code class="path">([^<]+)</code>', page.text) == [one.path for one in OPERATIONS]
    assert {one.path for one in OPERATIONS} == set(OURS["paths"])
    assert page.text.count("<pre") == len(OPERATIONS)
    assert f'href="{DOCUMENT}"' in page.text


async def test_every_link_in_it_has_its_end_and_nothing_is_inline(client: httpx.AsyncClient) -> None:
    page = (await client.get(ADDRESS)).text
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="#|aria-labelledby=")([^"]+)"', page)) <= set(ids)
    assert not re.search(r"<style|<script|\sstyle=|\son[a-z]+=|javascript:", page)


def test_a_row_says_a_field_in_words() -> None:
    create = next(one for one in OPERATIONS if one.path == "/job-interview-create-from-array")
    rows = {field.name: (field.kind, field.is_required) for field in create.asked}
    assert rows["name"] == ("text", True)
    assert rows["type"] == ("one of these", True)
    assert rows["interview_attempts"] == ("whole number (1 to 20), or null", False)
    assert rows["questions"] == ("list of object (1 to 500)", True)
    assert rows["questions[].question_alternatives"] == ("list of text, or null", False)
    assert rows["custom_scoring.ai_assessment_session"] == ("object or number (0 to 100), or null", False)
    assert [field.name for field in create.headers] == ["Idempotency-Key"]
    assert [field.name for field in create.answer_headers] == ["X-Vivavoce-Warning"]
    assert {refusal.status for refusal in create.refusals} >= {"401", "409", "413", "422"}


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("plain", [("plain", "plain")]),
        ("send `x`, **now**.", [("plain", "send "), ("code", "x"), ("plain", ", "), ("strong", "now"), ("plain", ".")]),
        ("`<b>`", [("code", "<b>")]),
    ],
)
def test_code_and_strong_words_are_set_apart(text: str, spans: list[tuple[str, str]]) -> None:
    assert to_spans(text) == spans
