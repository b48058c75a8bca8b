"""A person's own report: the words of their own page, in their language, tagged, and nothing of the rubric."""

import io
from typing import Any

import httpx
import pikepdf
import pytest

from tests.builders import NOW, House
from tests.reports.samples import TELLINGS
from vivavoce.db.ids import new_id
from vivavoce.reports.pdf import OWN, set_pdf
from vivavoce.web.candidate.own import OwnView
from vivavoce.web.candidate.own_report import to_sheet
from vivavoce.words.catalog import find_words


def a_view(code: str) -> OwnView:
    telling, day = TELLINGS[code], {"day": NOW}
    turns = [
        {
            "asked": asked,
            "language": code,
            "text": said,
            "is_follow_up": False,
            "is_skipped": False,
            "is_corrected": place == 1,
            "pieces": [{"text": said, "is_quoted": place == 0}],
        }
        for place, (asked, said) in enumerate(zip(telling.questions, telling.answers, strict=True))
    ]
    attempt = {"number": 1, "begun": day, "handed_in": day, "state": "submitted", "name": telling.interview}
    context: dict[str, Any] = {
        "in_language": code,
        "is_practice": False,
        "attempt": attempt,
        "number": {"amount": "some", "score": None, "why": "rough"},
        "standing_out": [{"text": telling.quoted[0], "language": code}],
        "contests": [{"is_done": False, "at": day, "text": "Question 2."}],
        "answers": [{"turns": [turn]} for turn in turns],
    }
    return OwnView(context)


@pytest.mark.slow
async def test_a_person_takes_their_words_away_in_their_language(house: House) -> None:
    for code in TELLINGS:
        words = find_words(code)
        sheet = to_sheet(a_view(code), house.merchant, words, moment=NOW)
        (contest,) = (one for one in sheet["sections"] if one["title"] == words.say("Was something assessed wrongly?"))
        assert house.merchant.name in contest["lines"][0]
        assert "<bdi>" not in str(sheet)
        assert "%(" not in str(sheet)
        made = await set_pdf(sheet, layout=OWN)
        with pikepdf.open(io.BytesIO(made)) as pdf:
            assert bool(pdf.Root.MarkInfo.Marked), code
            assert str(pdf.Root.Lang).split("-")[0] == words.tag.split("-")[0]
            assert str(pdf.docinfo.Title) == TELLINGS[code].interview


async def test_nobody_else_gets_it(client: httpx.AsyncClient, house: House) -> None:
    told = await client.get(f"/interview/at/{house.merchant.slug}/mine/{new_id()}/report")
    assert told.headers["content-type"].startswith("text/html")
    assert "%PDF" not in told.text
