"""What a server takes, as far as it has told, and where that is remembered, so that nobody asks it again."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from vivavoce.providers.language_models.chosen import ChosenModel


class AnswerForm(StrEnum):
    """How a server can be held to the form of an answer."""

    SCHEMA = "json_schema"  # to our very keys
    OBJECT = "json_object"  # to JSON
    NONE = "none"  # by words alone


LimitKey = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """What a server takes. limit: by which name it is told the limit; None: by none."""

    form: AnswerForm = AnswerForm.SCHEMA
    limit: LimitKey | None = "max_tokens"
    takes_temperature: bool = True


class AbilityMemory(Protocol):
    """Where it is remembered, by `name_place`. It never raises: what nobody remembers is learnt again."""

    async def recall(self, place: str) -> Ability | None:
        """What was learnt of the place; None: nothing that may still be relied on."""

    async def remember(self, place: str, ability: Ability) -> None:
        """Keeps what was learnt, in place of what was known before."""

    async def forget(self, place: str) -> None:
        """What was learnt does not hold any more."""


def name_place(chosen: ChosenModel) -> str:
    """Names a model at its address with its key, so that any change of them is another place. It takes 50 ms.

    By a function that is slow on purpose: the name must not help anybody to guess the key.
    """
    salt = hashlib.sha256(f"{chosen.url}\n{chosen.model}".encode()).digest()
    return hashlib.scrypt((chosen.key or "").encode(), salt=salt, n=2**14, r=8, p=1, dklen=32).hex()
