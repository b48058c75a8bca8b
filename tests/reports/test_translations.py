"""A language model's translation beside what was said: marked, put nowhere else, and missing without a stop."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import KEYS, NOW, House
from tests.model_server import ModelAsked, ModelServer, Part
from tests.providers.language_models.asking import LedgerInMemory, chosen_at, models_at, place_at
from tests.reports.samples import TELLINGS, a_result
from tests.reports.test_reports import a_sheet, check_accessible
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.attempts.model_calls import ModelBudget
from vivavoce.db.database import Database
from vivavoce.providers.language_models.port import ModelPurpose
from vivavoce.reports.features import Layout, ReportFeatures
from vivavoce.reports.html import to_html
from vivavoce.reports.pdf import to_pdf
from vivavoce.reports.translate import MOST_TEXTS, find_foreign, translate_report, translate_where_asked
from vivavoce.reports.words import find_report_words

ENGLISH = find_report_words("en")
SAID = TELLINGS["ja"]
EVERYTHING = ReportFeatures(has_rubric=True)


def translate_by_rule(asked: ModelAsked) -> Mapping[str, Any]:
    """Says in brackets how long each text is."""
    given = json.loads(asked.user)
    assert given["language"] == "English"
    return {name: f"<b>{len(text)}</b> & more" for name, text in given.items() if name.startswith("text_")}


async def test_what_was_said_has_a_translation_beside_it_and_stays_as_it_is() -> None:
    sheet = a_sheet(a_result("ja"), features=EVERYTHING)
    ledger = LedgerInMemory()
    with ModelServer(answer=translate_by_rule) as server:
        models = models_at([place_at(server)], ledger=ledger)
        translated, told = await translate_report(sheet, [models], ENGLISH)
    assert {call.request.purpose for call in ledger.planned} == {ModelPurpose.WRITE}
    assert all(len(json.loads(asked.user)) <= MOST_TEXTS + 1 for asked in server.asked)
    assert set(told[0]) == set(find_foreign(sheet.results[0], sheet.tag)) >= set(SAID.answers)
    (result,) = translated.results
    quote = result.speaks_for[0].quotes[0]
    assert (quote.words, quote.translation and quote.translation.tag) == (
        sheet.results[0].speaks_for[0].quotes[0].words, "en",
    )  # fmt: skip
    turn = result.questions[0].turns[0]
    assert turn.pieces == sheet.results[0].questions[0].turns[0].pieces
    assert turn.translation is not None
    assert turn.translation.text == f"<b>{len(SAID.answers[0])}</b> & more"
    page = to_html(translated)
    assert "Translated by a language model:" in page
    assert "<b>" not in page  # as data, never as markup
    assert page.count('class="translation"') > 3
    assert result.no_translation == ""
    # In their own language nothing is asked.
    with ModelServer(answer=translate_by_rule) as server:
        own = a_sheet(a_result("ja"), language="ja", features=EVERYTHING)
        assert await translate_report(own, [models_at([place_at(server)])], find_report_words("ja")) == (own, [{}])
        assert server.asked == []


@pytest.mark.parametrize(
    ("parts", "answer"),
    [
        ((Part.LOCKED,), None),
        ((Part.GOOD,), lambda asked: {name: text for name, text in json.loads(asked.user).items() if "text" in name}),
    ],
    ids=["it fails", "it says the same again"],
)
async def test_a_report_goes_without_and_says_so_where_no_model_can(parts: Any, answer: Any) -> None:
    sheet = a_sheet(a_result("en"), language="de", features=EVERYTHING)
    with ModelServer(parts=parts, answer=answer) as server:
        models = models_at([place_at(server)])
        translated, told = await translate_report(sheet, [models], find_report_words("de"))
    (result,) = translated.results
    assert (told, result.questions) == ([{}], sheet.results[0].questions)
    assert "ließ sich diesmal nicht übersetzen" in to_html(translated)


async def test_a_merchant_without_a_model_that_writes_has_the_report_as_it_is(database: Database, house: House) -> None:
    sheet = a_sheet(a_result("ja"), features=EVERYTHING)
    whose: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_ids": [a_result("ja").record.id]}
    assert await translate_where_asked(sheet, None, ENGLISH, **whose) == (sheet, [{}])
    with ModelServer(answer=translate_by_rule) as server:
        models = LanguageModels(
            database,
            KEYS.sealer,
            chosen=[chosen_at(server, **{"for": ["read"]})],
            budget=ModelBudget(per_attempt=Decimal(1), per_day=Decimal(1)),
            networks=[],
            now=lambda: NOW,
        )
        assert await translate_where_asked(sheet, models, ENGLISH, **whose) == (sheet, [{}])
        await models.close()
    assert server.asked == []


@pytest.mark.slow
async def test_a_pdf_with_translations_is_as_accessible() -> None:
    for layout in Layout:
        sheet = a_sheet(a_result("ar"), features=ReportFeatures(has_rubric=True, layout=layout))
        with ModelServer(answer=translate_by_rule) as server:
            translated, _ = await translate_report(sheet, [models_at([place_at(server)])], ENGLISH)
        made = await to_pdf(translated)
        check_accessible(made, "en")
