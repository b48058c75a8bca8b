"""The second reader: a language model that holds a whole answer against a few claims, and quoted words against theirs.

It is asked for verdicts, words and how sure it is, never for a number. What was said goes between marks that stand
nowhere in it; claims come in an order drawn from what is read, so that the same answer makes the same questions.
Nothing of the person goes along but their words.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from string import ascii_lowercase
from typing import Any

from vivavoce.providers.language_models.port import (
    AnswerKey,
    ChoiceKey,
    ModelPrompt,
    ModelPurpose,
    ModelRequest,
    Models,
    TextsKey,
)
from vivavoce.providers.language_models.prompts import read_prompt
from vivavoce.providers.raters.port import ClaimRead, OneReading, QuotedWords, SaidTurn

PACKAGE = "vivavoce.providers.raters"
MOST_CLAIMS = 6  # in one question
MOST_QUOTES = 3
LONGEST_QUOTE = 600  # characters
MOST_TOKENS = 2_000
SECONDS = 90.0  # nobody waits: it is a worker that asks
PROMPTS = ("read_answer", "read_quotes", "beside_documents")
RULES = "3"  # raised with every change of code that can change what is asked
VERDICTS = ChoiceKey(("confirmed", "rejected", "not_discussed"))
QUOTES = TextsKey(MOST_QUOTES, LONGEST_QUOTE)
SURE = ChoiceKey(("certain", "likely", "unsure"))
SAYS = ChoiceKey(("shows", "denies", "neither"))
STATES: Mapping[str, Any] = {"shows": "confirmed", "denies": "rejected", "neither": "not_discussed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LetteredRequest:
    """A question to a model. letters: what each letter in it stands for, a claim's text or a caller's key."""

    request: ModelRequest
    letters: Mapping[str, str]


class ModelReader:
    """Reads by the language models of one merchant."""

    def __init__(self, models: Models) -> None:
        self._models = models

    @property
    def name(self) -> str:
        """The models that may be asked, in their order."""
        return ", ".join(self._models.names(ModelPurpose.READ))

    @property
    def version(self) -> str:
        """The first letters of a digest over what readers are told, and the rules."""
        return hashlib.sha256(" ".join([*self.prompts.values(), RULES]).encode()).hexdigest()[:12]

    @property
    def prompts(self) -> Mapping[str, str]:
        """SHA-256 of each prompt, by its name."""
        return {name: _prompt(name).digest for name in PROMPTS}

    async def read(
        self,
        language: str,
        turns: Sequence[SaidTurn],
        claims: Sequence[str],
        *,
        number: int,
        passages: Sequence[str] = (),
    ) -> Sequence[OneReading]:
        """Every claim, once, in as few questions as MOST_CLAIMS allows. Raises ProviderError."""
        asked = lay_answer(language, turns, claims, number=number, passages=passages)
        return await asyncio.gather(*(self._ask(request, _read_answer, apart_from=None) for request in asked))

    async def read_alone(
        self,
        language: str,
        quoted: Sequence[QuotedWords],
        *,
        number: int,
        apart_from: str,
        passages: Sequence[str] = (),
    ) -> Sequence[OneReading]:
        """Each piece by itself, by another family than apart_from where one is set. Raises ProviderError."""
        asked = lay_quotes(language, quoted, number=number, passages=passages)
        return await asyncio.gather(*(self._ask(request, _read_quote, apart_from=apart_from) for request in asked))

    async def _ask(self, asked: LetteredRequest, read: Any, *, apart_from: str | None) -> OneReading:
        completion = await self._models.ask(asked.request, apart_from=apart_from)
        return OneReading(
            by_key={key: read(completion.values, letter) for letter, key in asked.letters.items()},
            reader=completion.model,
            family=completion.family,
            cost=completion.cost or Decimal(0),
        )


def lay_answer(
    language: str, turns: Sequence[SaidTurn], claims: Sequence[str], *, number: int, passages: Sequence[str] = ()
) -> list[LetteredRequest]:
    """The questions about one answer: each claim once, a few at a time."""
    said = [turn.text for turn in turns]
    seed = _digest("answer", str(number), language, *(turn.question for turn in turns), *said, *passages)
    numbers = [str(number) for number, _ in enumerate(turns, 1)]
    laid = []
    for some in _deal(seed, list(dict.fromkeys(claims))):
        letters = dict(zip(ascii_lowercase, some, strict=False))
        keys: dict[str, AnswerKey] = {}
        for letter in letters:
            keys |= {f"{letter}_verdict": VERDICTS, f"{letter}_quotes": QUOTES, f"{letter}_sure": SURE}
        given = {
            "language": language,
            "questions": dict(zip(numbers, (turn.question for turn in turns), strict=True)),
            "claims": letters,
        }
        parts = [*zip(numbers, said, strict=True), *_name(passages)]
        prompt = _find_prompt("read_answer", is_beside=bool(passages))
        laid.append(LetteredRequest(request=_request(prompt, _write(seed, given, parts), keys), letters=letters))
    return laid


def lay_quotes(
    language: str, quoted: Sequence[QuotedWords], *, number: int, passages: Sequence[str] = ()
) -> list[LetteredRequest]:
    """The questions about quoted words: each piece apart, and nothing of the rest of the answer."""
    by_key = {words.key: words for words in quoted}
    seed = _digest(
        "quotes",
        str(number),
        language,
        *sorted(f"{words.question}\n{words.claim}\n{words.words}" for words in quoted),
        *passages,
    )
    laid = []
    for some in _deal(seed, list(by_key)):
        letters = dict(zip(ascii_lowercase, some, strict=False))
        keys: dict[str, AnswerKey] = {}
        for letter in letters:
            keys |= {f"{letter}_says": SAYS, f"{letter}_sure": SURE}
        given = {
            "language": language,
            "questions": {letter: by_key[key].question for letter, key in letters.items()},
            "claims": {letter: by_key[key].claim for letter, key in letters.items()},
        }
        parts = [*((letter, by_key[key].words) for letter, key in letters.items()), *_name(passages)]
        prompt = _find_prompt("read_quotes", is_beside=bool(passages))
        laid.append(LetteredRequest(request=_request(prompt, _write(seed, given, parts), keys), letters=letters))
    return laid


def _name(passages: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((f"document{number}", passage) for number, passage in enumerate(passages, 1))


def _deal(seed: str, keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """The keys in an order that the seed draws, in parts of like size."""
    drawn = sorted(keys, key=lambda key: _digest(seed, key))
    parts = ceil(len(drawn) / MOST_CLAIMS)
    for part in range(parts):
        yield drawn[len(drawn) * part // parts : len(drawn) * (part + 1) // parts]


def _write(seed: str, given: Mapping[str, Any], said: Any) -> str:
    """The JSON object, and below it what was said, each part under a line of the mark."""
    parts = list(said)
    mark = _draw_mark(seed, [text for _, text in parts])
    head = json.dumps({**given, "mark": mark}, ensure_ascii=False, indent=1)
    return "\n".join([head, "", *(f"{mark} {name}\n{text}" for name, text in parts), f"{mark} end"])


def _draw_mark(seed: str, texts: Sequence[str]) -> str:
    """Letters that stand in none of the texts: whoever spoke could not know them, and would have had to say them."""
    tries = 0
    while True:
        drawn = int(_digest("mark", seed, str(tries)), 16)
        mark = "".join(ascii_lowercase[drawn // 26**place % 26] for place in range(10))
        if not any(mark in text.casefold() for text in texts):
            return mark
        tries += 1


def _request(prompt: ModelPrompt, user: str, keys: Mapping[str, AnswerKey]) -> ModelRequest:
    return ModelRequest(
        purpose=ModelPurpose.READ,
        prompt=prompt,
        system=prompt.text,
        user=user,
        keys=keys,
        seconds=SECONDS,
        most_tokens=MOST_TOKENS,
    )


def _read_answer(values: Mapping[str, Any], letter: str) -> ClaimRead:
    state = values[f"{letter}_verdict"]
    quotes = () if state == "not_discussed" else tuple(values[f"{letter}_quotes"])
    return ClaimRead(state=state, sure=values[f"{letter}_sure"], quotes=quotes)


def _read_quote(values: Mapping[str, Any], letter: str) -> ClaimRead:
    return ClaimRead(state=STATES[values[f"{letter}_says"]], sure=values[f"{letter}_sure"])


def _prompt(name: str) -> ModelPrompt:
    return read_prompt(PACKAGE, name)


def _find_prompt(name: str, *, is_beside: bool) -> ModelPrompt:
    """The prompt of this name; is_beside: with what is told of documents behind it."""
    if not is_beside:
        return _prompt(name)
    both = [_prompt(name), _prompt("beside_documents")]
    text = "\n\n".join(prompt.text for prompt in both)
    return ModelPrompt(id=f"{name} beside_documents", digest=hashlib.sha256(text.encode()).hexdigest(), text=text)


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode(errors="replace")).hexdigest()
