"""Which models the settings or a merchant choose, and what they cost."""

from decimal import Decimal

import pytest

from tests.folding import folded
from vivavoce.errors import BadSetting, Invalid
from vivavoce.providers.language_models.chosen import ChosenModel, parse_models, settings_models, write_models
from vivavoce.providers.language_models.port import ModelFailed, ModelPurpose
from vivavoce.providers.language_models.prices import find_price
from vivavoce.settings import read_settings

OPENAI = "https://api.openai.com/v1"


def test_two_settings_choose_one_model_for_everything() -> None:
    (chosen,) = settings_models(
        read_settings(
            {"VIVAVOCE_LANGUAGE_MODEL_URL": "http://localhost:11434/v1", "VIVAVOCE_LANGUAGE_MODEL": "qwen3:8b"}
        )
    )
    assert (chosen.model, chosen.key, chosen.purposes) == ("qwen3:8b", None, tuple(ModelPurpose))


def test_without_a_setting_there_is_none() -> None:
    assert settings_models(read_settings({})) == ()


def test_a_list_names_several_in_their_order() -> None:
    text = (
        '[{"url": "https://api.openai.com/v1", "model": "gpt-4.1-mini", "key": "sk-1", "for": ["converse", "read"]},'
        ' {"url": "http://localhost:11434/v1", "model": "b", "price_prompt": 0, "price_completion": "0.5"}]'
    )
    first, second = settings_models(read_settings({"VIVAVOCE_LANGUAGE_MODELS": text}))
    assert (first.model, first.purposes) == ("gpt-4.1-mini", (ModelPurpose.CONVERSE, ModelPurpose.READ))
    assert second.price_completion == Decimal("0.5")
    assert parse_models(write_models((first, second))) == (first, second)
    assert "sk-1" not in repr(first)


@folded(
    ("environment", "why"),
    [
        ({"VIVAVOCE_LANGUAGE_MODEL_URL": OPENAI}, "go together"),
        ({"VIVAVOCE_LANGUAGE_MODEL": "gpt-4.1-mini"}, "go together"),
        (
            {"VIVAVOCE_LANGUAGE_MODEL_URL": "ftp://models.example", "VIVAVOCE_LANGUAGE_MODEL": "m"},
            "There are: http, https",
        ),
        ({"VIVAVOCE_LANGUAGE_MODELS": "gpt"}, "VIVAVOCE_LANGUAGE_MODELS"),
        (
            {
                "VIVAVOCE_LANGUAGE_MODELS": "[]",
                "VIVAVOCE_LANGUAGE_MODEL_URL": OPENAI,
                "VIVAVOCE_LANGUAGE_MODEL": "m",
            },
            "names all models",
        ),
        ({"VIVAVOCE_LANGUAGE_MODEL_COST_PER_DAY": "NaN"}, "COST_PER_DAY"),
        ({"VIVAVOCE_LANGUAGE_MODEL_COST_PER_DAY": "-1"}, "COST_PER_DAY"),
        ({"VIVAVOCE_MERCHANT_NETWORKS": "home"}, "networks parted by commas"),
    ],
)
def test_a_wrong_setting_says_what_to_do(environment: dict[str, str], why: str) -> None:
    with pytest.raises(BadSetting, match=why):
        settings_models(read_settings(environment))


@folded(
    ("text", "why"),
    [
        ("{}", "list"),
        ('[{"model": "m"}]', r"0\.url: expected an address"),
        ('[{"url": "https://user:secret@models.example", "model": "m"}]', "without a name or a password"),
        ('[{"url": "file:///etc/passwd", "model": "m"}]', "expected an address"),
        ('[{"url": "https://a.example/v1?x=1", "model": "m"}]', "expected an address"),
        ('[{"url": "https://a.example", "model": "a b"}]', r"0\.model: expected the model's name"),
        ('[{"url": "https://a.example", "model": "m", "key": "secret\\n"}]', "expected a key"),
        ('[{"url": "https://a.example", "model": "m", "for": []}]', r"0\.for"),
        ('[{"url": "https://a.example", "model": "m", "for": ["grade"]}]', r"0\.for\.0"),
        ('[{"url": "https://a.example", "model": "m", "price_prompt": -1}]', "price_prompt"),
        ('[{"url": "https://a.example", "model": "m", "price_prompt": "NaN"}]', "price_prompt"),
        ('[{"url": "https://a.example", "model": "m", "temperature": 1}]', "temperature"),
        ("[" + ",".join(['{"url": "https://a.example", "model": "m"}'] * 11) + "]", "10"),
    ],
)
def test_a_wrong_list_says_where_and_never_a_key(text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        parse_models(text)
    assert "secret" not in refused.value.message


@folded(
    ("url", "model", "price"),
    [
        # Dollars a million tokens, of the kept table.
        (OPENAI, "gpt-4o-mini", ("0.15", "0.6")),
        ("https://names.openai.azure.com/openai/v1", "gpt-4o", ("2.5", "10")),
        ("https://api.mistral.ai/v1", "mistral-small-latest", ("0.15", "0.6")),
        ("http://localhost:11434/v1", "llama3", ("0", "0")),
        ("http://10.0.0.7:8000/v1", "whatever", ("0", "0")),
        ("http://ollama:11434/v1", "llama3", ("0", "0")),
    ],
)
def test_the_price_is_that_of_the_kept_table(url: str, model: str, price: tuple[str, str]) -> None:
    found = find_price(ChosenModel(url=url, model=model))
    assert (found.prompt, found.completion) == (Decimal(price[0]), Decimal(price[1]))


def test_the_operators_own_price_goes_before_it() -> None:
    chosen = ChosenModel(url=OPENAI, model="gpt-4o-mini", price_prompt=Decimal(1), price_completion=Decimal(2))
    assert find_price(chosen).cost(prompt_tokens=1_000_000, completion_tokens=500_000) == 2


@pytest.mark.parametrize(
    ("url", "model"), [("https://models.example/v1", "gpt-4o-mini"), (OPENAI, "a-model-of-next-year")]
)
def test_a_price_that_nobody_knows_is_asked_for(url: str, model: str) -> None:
    with pytest.raises(ModelFailed, match="price_prompt and price_completion"):
        find_price(ChosenModel(url=url, model=model))
