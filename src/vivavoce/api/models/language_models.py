"""The body of `merchant-model-set`, ours beyond the contract."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from vivavoce.api.body import check, number_between, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.api.models.wire_body import WireBody
from vivavoce.merchants.models import ModelChoice
from vivavoce.providers.language_models.chosen import MOST_MODELS, ChosenModel, check_models

MOST_COST = 1_000_000

Cost = Annotated[
    float,
    PlainValidator(number_between(0, MOST_COST)),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_COST}),
]


def parse(body: bytes) -> "SetModels":
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    return check(SetModels, parse_object(body))


def to_choice(request: "SetModels", stored: Sequence[ChosenModel]) -> ModelChoice | None:
    """The choice; None: its parent's, or the server's. stored: whose keys are kept where none was sent.

    Raises Invalid, which never holds a key.
    """
    if request.models is None:
        return None
    keys = {(known.url, known.model): known.key for known in stored}
    sent = []
    for model in request.models:
        fields = model.model_dump(exclude_none=True, by_alias=True)
        kept = keys.get((model.url, model.model))
        # Sent as null it is taken away; a kept key goes to no other address than it was sent for.
        if "key" not in model.model_fields_set and kept is not None:
            fields["key"] = kept
        sent.append(fields)
    return ModelChoice(
        models=check_models(sent),
        cost_per_attempt=_to_money(request.cost_per_attempt),
        cost_per_day=_to_money(request.cost_per_day),
        keeps_texts=request.keeps_texts is True,
    )


def _to_money(cost: float | None) -> Decimal | None:
    return None if cost is None else Decimal(str(cost))


class SentModel(WireBody):
    """One language model, as a merchant names it."""

    url: str = Field(
        description="Where it is: https and public, unless whoever runs this server allows another network.",
        examples=["https://api.mistral.ai/v1"],
    )
    model: str = Field(description="Its name there.", examples=["mistral-small-latest"])
    key: str | None = Field(
        default=None,
        description="What the server wants to see. Sealed, and never told again. Absent: the one that is kept for this"
        " address and name; null: none.",
    )
    purposes: list[str] | None = Field(
        default=None,
        alias="for",
        description="What it may be asked for: `converse`, `read`, `write`. Absent: all of them.",
        examples=[["converse", "read"]],
    )
    price_prompt: Cost | None = Field(
        default=None, description="US dollars for a million tokens that are sent. Absent: by the kept table."
    )
    price_completion: Cost | None = Field(
        default=None, description="US dollars for a million tokens that come back. Absent: by the kept table."
    )


class SetModels(WireBody):
    """Which language models are asked for a merchant."""

    models: list[SentModel] | None = Field(
        max_length=MOST_MODELS,
        description="In their order; the next one is asked where one fails. An empty list: no model, rules alone."
        " null: the parent's, or the server's.",
    )
    cost_per_attempt: Cost | None = Field(
        default=None, description="US dollars that they may cost for one attempt. Absent: the server's cap."
    )
    cost_per_day: Cost | None = Field(
        default=None, description="US dollars that they may cost in a day (UTC). Absent: the server's cap."
    )
    keeps_texts: bool | None = Field(
        default=None, description="Whether what is asked and answered is kept with each attempt. Default: false."
    )
    merchant_id: Id | None = Field(
        default=None, description="Whose models; another merchant's for admins and sub-merchant operators only."
    )
