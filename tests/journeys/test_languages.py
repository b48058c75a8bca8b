"""The way through an interview in languages that are not English: nothing of ours is, and nothing breaks."""

import re
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import Desk
from tests.journeys.visitor import NARROW, WIDE, Size, Visitor

pytestmark = pytest.mark.slow


class Spoken(NamedTuple):
    """An interview in a language, as a merchant writes it."""

    code: str
    direction: str
    name: str
    place: str
    description: str
    question: str
    answer: str


ARABIC = Spoken(
    "ar", "rtl", "مدير وردية ليلية", "المستودع", "تقود فريقًا.", "كيف تستلم الوردية من زميلك؟", "أراجع السجل."
)
JAPANESE = Spoken(
    "ja", "ltr", "夜間リーダー", "倉庫", "チームを率います。", "どのように引き継ぎますか。", "記録を見ます。"
)


# What pages of ours say in English and none of these languages does.
ENGLISH = re.compile(r"\b(the|your|you|answers?|question|this|is|not|and|with|page)\b", re.IGNORECASE)


def speaks(visitor: Visitor, spoken: Spoken) -> None:
    """This screen speaks the language, all of it, and is at ease."""
    page = visitor.page
    html = page.locator("html")
    expect(html).to_have_attribute("lang", spoken.code)
    expect(html).to_have_attribute("dir", spoken.direction)
    shown = page.locator("body").inner_text()
    named = page.evaluate(
        "() => [...document.querySelectorAll('[aria-label]')].map((one) => one.ariaLabel).join('\\n')"
    )
    assert [line for line in f"{page.title()}\n{shown}\n{named}".splitlines() if ENGLISH.search(line)] == []
    visitor.is_at_ease()


@pytest.mark.parametrize(
    ("spoken", "size"),
    [
        (ARABIC, NARROW),
        pytest.param(ARABIC, WIDE, marks=pytest.mark.nightly),
        pytest.param(JAPANESE, NARROW, marks=pytest.mark.nightly),
    ],
    ids=["ar-narrow", "ar-wide", "ja-narrow"],
)
def test_an_interview_from_the_link_to_the_thanks(desk: Desk, visit: Visit, spoken: Spoken, size: Size) -> None:
    visitor = visit(size)
    page = visitor.page
    link = desk.link(
        {"question": spoken.question, "duration": 180},
        name=spoken.name,
        location=spoken.place,
        description=spoken.description,
        mojito_language_code=spoken.code,
    )
    visitor.open(link)
    speaks(visitor, spoken)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.locator("form#begin button[type=submit]").click()
    page.wait_for_url(re.compile("/start$"))
    speaks(visitor, spoken)
    if page.locator("[name=way]").count():
        page.locator("[name=way][value=type]").check()
    page.locator("form#choose button[type=submit]").last.click()
    page.wait_for_url(re.compile("/interview/[^/]+/$"))
    visitor.sees(spoken.question)
    speaks(visitor, spoken)
    visitor.field.fill(spoken.answer)
    page.locator("#done").click()
    page.wait_for_url(re.compile("/results$"))
    speaks(visitor, spoken)
    page.locator("form#send-form button[type=submit]").click()
    expect(page.locator("form#send-form")).to_have_count(0)
    speaks(visitor, spoken)
