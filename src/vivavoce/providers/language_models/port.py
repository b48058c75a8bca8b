"""What a language model is asked and what comes back: the types alone. `ask.py` asks several in their order.

A request says what is needed and by when; it never names a model. What comes back has been read by code: every key is
there, every value within its bounds. Whether it is *true* of what was said, the caller's check decides.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from vivavoce.errors import ProviderError

MOST_TOKENS = 800
FORM = "Answer with one JSON object and nothing else. It has exactly these keys:"


class ModelPurpose(StrEnum):
    """What a model is asked for; each model is fit for some of them."""

    CONVERSE = "converse"  # the next words of an interviewer, while the candidate waits
    READ = "read"  # what was meant or said, with the words that show it
    WRITE = "write"  # texts that a person reviews: expectations, wordings, translations


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPrompt:
    """What a model is told to do: a file of ours. digest: SHA-256 of its bytes, in hexadecimal digits."""

    id: str
    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class TextKey:
    """A text. longest: characters, most of them. is_empty_fine: whether it may be empty."""

    longest: int
    is_empty_fine: bool = True


@dataclass(frozen=True, slots=True)
class ChoiceKey:
    """One of these texts."""

    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YesNoKey:
    """True or false."""


@dataclass(frozen=True, slots=True)
class NumberKey:
    """A whole number, both bounds included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class TextsKey:
    """A list of texts, most of them `most`, each of 1 to `longest` characters. are_empty_fine: or of none."""

    most: int
    longest: int
    are_empty_fine: bool = False


AnswerKey = TextKey | ChoiceKey | YesNoKey | NumberKey | TextsKey


FAIR_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """One question to a language model.

    system: what it is to do, out of the prompt. user: what it is to do it with; whatever a candidate or a merchant
    wrote stands here alone. keys: what must come back, flat, every one required. seconds: how long the answer may take,
    all models together. fair_seconds: a model that got less, and is late, has done nothing wrong.
    """

    purpose: ModelPurpose
    prompt: ModelPrompt
    system: str
    user: str
    keys: Mapping[str, AnswerKey]
    seconds: float
    fair_seconds: float = FAIR_SECONDS
    most_tokens: int = MOST_TOKENS

    @property
    def told(self) -> str:
        """What a model is told to do, with the form of its answer: not every server holds a model to a schema."""
        keys = "\n".join(f'- "{name}": {_name_bounds(key)}' for name, key in self.keys.items())
        return f"{self.system}\n\n{FORM}\n{keys}\n"

    @property
    def digest(self) -> str:
        """Names the question: the same for the same one, whoever is asked and when."""
        return digest_texts(self.told, self.user)

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the answer: one object, no key more and none less."""
        return {
            "type": "object",
            "properties": {name: _describe(key) for name, key in self.keys.items()},
            "required": list(self.keys),
            "additionalProperties": False,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What a model answered. values: by key, in their bounds. cost: US dollars, None where nobody knows its price.

    family: whose kind the model is (families.py).
    """

    values: Mapping[str, Any]
    model: str
    family: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    cost: Decimal | None


class ModelFault(StrEnum):
    """Why an answer could not be used."""

    CUT = "cut"  # it ended before its end, by its own limit or the server's filter
    REFUSED = "refused"  # the model would not
    INVALID = "invalid"  # it is not what was asked for: no JSON, a key too few, a value out of its bounds
    UNSUPPORTED = "unsupported"  # what it says is not so: a quote that is not there, a word that nobody said
    FAILED = "failed"  # an error of the server, or of the line
    BUSY = "busy"  # it has too many requests
    LATE = "late"  # nothing came in time
    LEFT = "left"  # whoever had asked did not wait for it


class ModelFailed(ProviderError):
    """A language model gave nothing that can be used."""

    def __init__(
        self, message: str, *, fault: ModelFault, retryable: bool, wait: float | None = None, is_free: bool = False
    ) -> None:
        super().__init__(message, retryable=retryable)
        self.fault = fault
        self.wait = wait  # seconds that the server asked for
        self.is_free = is_free  # it cost nothing, for certain


class NoModel(ProviderError):
    """No language model can be asked for this."""


class BudgetSpent(ProviderError):
    """The money that language models may cost here is spent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCompletion:
    """What came over the wire, its end looked at and nothing else. Tokens: 0 where the server does not count them."""

    text: str
    model: str
    prompt_tokens: int
    completion_tokens: int


class ModelLine(Protocol):
    """The way to one model."""

    async def complete(self, request: ModelRequest, *, seconds: float) -> RawCompletion:
        """The answer, whole. Raises ModelFailed, also when it has taken so long."""

    async def is_known(self) -> bool:
        """Whether it is known what the server takes, without asking it."""

    async def close(self) -> None:
        """Closes what it keeps open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCall:
    """A call that is about to be made. most_cost: US dollars that it can cost, by its length and its limit."""

    request: ModelRequest
    model: str
    url: str
    most_cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCall:
    """What became of it. cost: None where nobody can know: what was put aside for it is spent then."""

    fault: ModelFault | None
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    cost: Decimal | None
    text: str | None


class CallLedger(Protocol):
    """Where calls are put on record, and the money that they may cost is kept."""

    async def reserve(self, call: PlannedCall) -> Any:
        """Puts the most that it can cost aside; the call's handle. Raises BudgetSpent where there is not as much."""

    async def settle(self, handle: Any, made: MadeCall) -> None:
        """Says what became of it, and gives back what was not spent."""


Check = Callable[[Mapping[str, Any]], str | None]
"""What is wrong with an answer in its bounds, in a few words that quote nothing; None: nothing is."""


class Models(Protocol):
    """Several language models in their order, asked on behalf of one merchant, or of one attempt there."""

    def is_fit(self, purpose: ModelPurpose) -> bool:
        """Whether any of them may be asked for this."""

    def names(self, purpose: ModelPurpose) -> tuple[str, ...]:
        """Those that may be asked for this, as they are called at their servers."""

    async def ask(
        self, request: ModelRequest, *, check: Check | None = None, apart_from: str | None = None
    ) -> Completion:
        """The first answer that can be used; the next model where one fails, until the time is over.

        check: what an answer must stand up to besides; one that does not counts as a failure of the model.
        apart_from: a family that is asked only after all others.
        Raises NoModel, BudgetSpent, and ModelFailed with the last failure.
        """


def digest_texts(told: str, user: str) -> str:
    """SHA-256 of all that a model gets to read, in hexadecimal digits."""
    return hashlib.sha256(json.dumps([told, user], ensure_ascii=False).encode(errors="replace")).hexdigest()


def _describe(key: AnswerKey) -> dict[str, Any]:
    # No bounds: not every server takes them (OpenAI's strict mode, for one), and we check them ourselves.
    if isinstance(key, TextKey):
        return {"type": "string"}
    if isinstance(key, ChoiceKey):
        return {"type": "string", "enum": list(key.choices)}
    if isinstance(key, YesNoKey):
        return {"type": "boolean"}
    if isinstance(key, NumberKey):
        return {"type": "integer"}
    return {"type": "array", "items": {"type": "string"}}


def _name_bounds(key: AnswerKey) -> str:
    if isinstance(key, TextKey):
        return f"a text of at most {key.longest} characters" + (", which may be empty" if key.is_empty_fine else "")
    if isinstance(key, ChoiceKey):
        return "one of " + ", ".join(f'"{choice}"' for choice in key.choices)
    if isinstance(key, YesNoKey):
        return "true or false"
    if isinstance(key, NumberKey):
        return f"a whole number from {key.least} to {key.most}"
    least = 0 if key.are_empty_fine else 1
    return f"a list of at most {key.most} texts, each of {least} to {key.longest} characters"
