"""What is told of a language, and asked of candidates, follows what is set: a model that reads, reads every one."""

from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path

from tests.builders import KEYS, NOW, House, a_body, a_draft, a_seat, an_interview, store_in
from tests.web.test_position import open_page
from tests.whole import an_app, calls_to
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.attempts.model_calls import ModelBudget
from vivavoce.db.database import Database
from vivavoce.merchants.models import ModelChoice, set_choice
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.providers.language_models.chosen import ChosenModel
from vivavoce.providers.language_models.port import ModelPurpose

FUNCTIONS = "/functions/v1"
HERE = [ip_network("127.0.0.0/8")]


def a_model(*purposes: ModelPurpose) -> ChosenModel:
    return ChosenModel(url="http://127.0.0.1:9/v1", model="a-model", purposes=purposes or tuple(ModelPurpose))


async def test_it_follows_what_is_set_for_the_merchant_and_the_server(
    database: Database, standing: MerchantStanding, data_dir: Path, house: House
) -> None:
    """(of the server, the merchant's own choice, whether answers in German are assessed)."""
    reads, writes = a_model(ModelPurpose.READ), a_model(ModelPurpose.WRITE, ModelPurpose.CONVERSE)
    cases: list[tuple[list[ChosenModel], ModelChoice | None, bool]] = [
        ([], None, False),
        ([writes], None, False),
        ([reads], None, True),
        ([reads], ModelChoice(models=()), False),  # the merchant wants none
        ([], ModelChoice(models=(reads,)), True),
        ([reads], ModelChoice(models=(writes,)), False),
    ]
    draft = a_draft(
        house, language="de", speech_locale="de-DE", settings={"expectations": {"weak": ["Has led a project"]}}
    )
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    missed = []
    for chosen, choice, is_assessed in cases:
        await set_choice(
            database, KEYS.sealer, choice, merchant_id=house.merchant.id, networks=HERE, actor="test", now=NOW
        )
        budget = ModelBudget(per_attempt=Decimal(1), per_day=Decimal(1))
        models = LanguageModels(
            database, KEYS.sealer, chosen=chosen, budget=budget, networks=HERE, now=lambda: datetime.now(UTC)
        )
        app = an_app(database, standing, recordings=store_in(data_dir), models=models)
        async with calls_to(app) as client:
            headers = house.authorization()
            listed = await client.get(f"{FUNCTIONS}/platform-languages-list", headers=headers)
            body = a_body(house, mojito_language_code="de", candidate_expectations_json={"weak": ["Has led a project"]})
            made = await client.post(f"{FUNCTIONS}/job-interview-create-from-array", json=body, headers=headers)
            page = (await open_page(client, seat)).text
        await models.close()
        assert (listed.status_code, made.status_code) == (200, 200), made.text
        told = {one["code"]: one["assessed"] for one in listed.json()["languages"]}
        (warning,) = made.headers.get_list("X-Vivavoce-Warning")
        assert "typing is offered first" in warning  # what else it lacks is told as before
        asks = "consent_judged_by_program" in page
        if (told["de"], told["en"], "a person reads them" not in warning, asks) != (
            is_assessed,
            True,
            *[is_assessed] * 2,
        ):
            missed.append((chosen, choice, told["de"], warning, asks))
    assert missed == []
