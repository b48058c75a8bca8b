"""What is answered by `merchant-model-list` and `merchant-model-set`: the language models, and never a key."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.merchants.models import KeptChoice
from vivavoce.providers.language_models.chosen import ChosenModel
from vivavoce.providers.language_models.port import ModelPurpose

# `for` is a word of Python's.
ListedModel = TypedDict(
    "ListedModel",
    {
        "url": Annotated[str, Field(description="Where it is.", examples=["https://api.mistral.ai/v1"])],
        "model": Annotated[str, Field(description="Its name there.", examples=["mistral-small-latest"])],
        "has_key": Annotated[bool, Field(description="Whether a key is kept for it. The key is never told.")],
        "for": Annotated[list[ModelPurpose], Field(description="What it may be asked for.")],
        "price_prompt": Annotated[
            float | None, Field(description="US dollars for a million tokens sent; null: by the kept table.")
        ],
        "price_completion": Annotated[
            float | None, Field(description="US dollars for a million tokens that come back; null: by the table.")
        ],
    },
)


class ListedModels(TypedDict):
    """Which language models are asked for a merchant."""

    chosen_by: Annotated[
        Literal["merchant", "parent", "server"],
        Field(description="Whose choice holds. The server's own models are not listed here."),
    ]
    models: Annotated[list[ListedModel], Field(description="In their order; empty: none, or the server's.")]
    cost_per_attempt: Annotated[
        float | None, Field(description="US dollars that they may cost for one attempt; null: the server's cap.")
    ]
    cost_per_day: Annotated[
        float | None, Field(description="US dollars that they may cost in a day (UTC); null: the server's cap.")
    ]
    keeps_texts: Annotated[bool, Field(description="Whether what is asked and answered is kept with each attempt.")]


def to_wire_models(kept: KeptChoice | None, merchant_id: UUID) -> ListedModels:
    """The choice that holds for this merchant."""
    if kept is None:
        return {
            "chosen_by": "server",
            "models": [],
            "cost_per_attempt": None,
            "cost_per_day": None,
            "keeps_texts": False,
        }
    choice = kept.choice
    return {
        "chosen_by": "merchant" if kept.merchant_id == merchant_id else "parent",
        "models": [_to_wire(model) for model in choice.models],
        "cost_per_attempt": None if choice.cost_per_attempt is None else float(choice.cost_per_attempt),
        "cost_per_day": None if choice.cost_per_day is None else float(choice.cost_per_day),
        "keeps_texts": choice.keeps_texts,
    }


def _to_wire(model: ChosenModel) -> ListedModel:
    return {
        "url": model.url,
        "model": model.model,
        "has_key": model.key is not None,
        "for": list(model.purposes),
        "price_prompt": None if model.price_prompt is None else float(model.price_prompt),
        "price_completion": None if model.price_completion is None else float(model.price_completion),
    }
