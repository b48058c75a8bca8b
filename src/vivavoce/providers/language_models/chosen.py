"""Which language models are asked, in which order, and for what: chosen by the operator's settings or by a merchant."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from vivavoce.errors import BadSetting, Invalid
from vivavoce.providers.failover import find_entries
from vivavoce.providers.language_models.port import ModelPurpose
from vivavoce.settings import Settings

MOST_MODELS = 10
# Of entry points: a URL's scheme = "package.module:Model", called as OpenAIModel is, and a ModelLine.
GROUP = "vivavoce.language_models"
URL = r"^[a-z][a-z0-9+.-]*://[^/?#\s@]+(/[^\s?#]*)?$"
Price = Annotated[Decimal, Field(ge=0, le=10_000, allow_inf_nan=False)]


def _once(purposes: tuple[ModelPurpose, ...]) -> tuple[ModelPurpose, ...]:
    return tuple(dict.fromkeys(purposes))


class ChosenModel(BaseModel):
    """One model: where it is, its name there, and what it may be asked for. Prices: dollars a million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    url: Annotated[str, Field(pattern=URL, max_length=500)]
    model: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\s]+$")]
    key: Annotated[str | None, Field(min_length=1, max_length=2_000, pattern=r"^[!-~]+$", repr=False)] = None
    purposes: Annotated[
        tuple[ModelPurpose, ...], Field(alias="for", min_length=1, max_length=10), AfterValidator(_once)
    ] = tuple(ModelPurpose)
    price_prompt: Price | None = None
    price_completion: Price | None = None


LIST: TypeAdapter[list[ChosenModel]] = TypeAdapter(Annotated[list[ChosenModel], Field(max_length=MOST_MODELS)])


def find_scheme(url: str) -> str:
    """Which entry point of GROUP takes questions there."""
    return url.partition("://")[0]


def settings_models(settings: Settings) -> tuple[ChosenModel, ...]:
    """The models that the operator chose, in their order; none is fine. Raises BadSetting."""
    models = _read_settings(settings)
    setting = "language_model_url" if settings.language_models is None else "language_models"
    find_entries(GROUP, [find_scheme(model.url) for model in models], setting=setting)
    return models


def _read_settings(settings: Settings) -> tuple[ChosenModel, ...]:
    if settings.language_models is not None:
        if settings.language_model_url is not None:
            raise BadSetting(
                "VIVAVOCE_LANGUAGE_MODELS names all models: leave out VIVAVOCE_LANGUAGE_MODEL_URL, or name it there.",
                name="language_models",
            )
        try:
            return parse_models(settings.language_models)
        except Invalid as error:
            raise BadSetting(f"VIVAVOCE_LANGUAGE_MODELS: {error.message}", name="language_models") from None
    if settings.language_model_url is None or settings.language_model is None:
        return ()
    given = {
        "url": settings.language_model_url,
        "model": settings.language_model,
        "key": settings.language_model_key,
    }
    try:
        return (ChosenModel.model_validate(given),)
    except ValidationError as error:
        raise BadSetting(f"VIVAVOCE_LANGUAGE_MODEL: {_tell(error)}", name="language_model") from None


def parse_models(text: str | bytes) -> tuple[ChosenModel, ...]:
    """The models out of a JSON list. Raises Invalid, which says what is wrong and never holds a key."""
    try:
        return tuple(LIST.validate_json(text))
    except ValidationError as error:
        raise Invalid(_tell(error), name="models") from None


def check_models(sent: Sequence[Mapping[str, Any]]) -> tuple[ChosenModel, ...]:
    """The models out of plain values. Raises Invalid, which says what is wrong and never holds a key."""
    return parse_models(json.dumps(list(sent)))


def write_models(models: tuple[ChosenModel, ...]) -> bytes:
    """The list as JSON, keys and all: to be sealed."""
    return LIST.dump_json(list(models), by_alias=True, exclude_none=True)


def _tell(error: ValidationError) -> str:
    """The first thing that is wrong, with its place."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    hint = {
        "url": "expected an address as https://api.openai.com/v1, without a name or a password in it",
        "model": "expected the model's name, as the server knows it",
        "key": "expected a key of visible characters",
    }.get(str(first["loc"][-1]) if first["loc"] else "", first["msg"])
    return f"{place}: {hint}." if place else f"Expected a JSON list of at most {MOST_MODELS} models. {hint}."
