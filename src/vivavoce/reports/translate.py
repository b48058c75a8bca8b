"""A language model's translation of what a candidate said, to stand beside their own words in a report.

It is made anew for each report, kept nowhere, and never read by anything that judges. Where no model gives one that can
be used, the report has none, and says so.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any
from uuid import UUID

from vivavoce.attempts.language_models import LanguageModels
from vivavoce.errors import VivavoceError
from vivavoce.providers.language_models.port import ModelPurpose, ModelRequest, Models, TextKey
from vivavoce.providers.language_models.prompts import read_prompt, write_given
from vivavoce.reports.sheet import PrintedWords, Sheet, SheetQuote, SheetResult, SheetTurn
from vivavoce.reports.words import ReportWords
from vivavoce.text.languages import BY_CODE

log = logging.getLogger(__name__)

PACKAGE = "vivavoce.reports"
SECONDS = 60.0
AT_ONCE = 4  # questions to a model, of one report
MOST_TEXTS, MOST_TOGETHER = 8, 3_000  # texts, and their characters, in one question
LONGEST = 8_000  # characters of one text
MOST_SAID = 120_000  # characters of one report: two hours of speech
LONG = 60  # characters that nobody leaves as they are by chance
MOST_TOKENS = 8_000

Said = Mapping[str, str]  # by the words themselves: what they say in the report's language


async def translate_where_asked(
    sheet: Sheet,
    models: LanguageModels | None,
    words: ReportWords,
    *,
    merchant_id: UUID,
    attempt_ids: Sequence[UUID],
) -> tuple[Sheet, list[Said]]:
    """As `translate_report` gives it, by the merchant's models; the sheet as it is where none is set that writes.

    attempt_ids: whose each of the sheet's results is: the call is on that attempt's account.
    """
    as_it_is: list[Said] = [{} for _ in sheet.results]
    is_foreign = any(True for result in sheet.results for _ in find_foreign(result, sheet.tag))
    if models is None or not is_foreign or not (await models.of(merchant_id)).is_fit(ModelPurpose.WRITE):
        return sheet, as_it_is
    of_each = [await models.of(merchant_id, attempt_id) for attempt_id in attempt_ids]
    return await translate_report(sheet, of_each, words)


async def translate_report(sheet: Sheet, models: Sequence[Models], words: ReportWords) -> tuple[Sheet, list[Said]]:
    """The sheet with translations beside what was said in other languages, and what there is of them, by result.

    models: of each result, in the order of the sheet's.
    """
    wanted = [list(find_foreign(result, sheet.tag)) for result in sheet.results]
    if sum(len(text) for texts in wanted for text in texts) > MOST_SAID:
        told: list[Said | None] = [None if texts else {} for texts in wanted]
    else:
        gate = asyncio.Semaphore(AT_ONCE)
        asking = (translate(texts, asked, words.code, gate) for texts, asked in zip(wanted, models, strict=True))
        told = list(await asyncio.gather(*asking))
    results = tuple(_put(result, said, words) for result, said in zip(sheet.results, told, strict=True))
    return replace(sheet, results=results), [said or {} for said in told]


def find_foreign(result: SheetResult, tag: str) -> Iterator[str]:
    """What the candidate said in another language than the report's, each text once."""
    said = [words for words in _walk(result) if _language(words.tag) != _language(tag) and words.text.strip()]
    yield from dict.fromkeys(words.text for words in said)


async def translate(texts: Sequence[str], models: Models, language: str, gate: asyncio.Semaphore) -> Said | None:
    """What the texts say in the language; None where there was no model that could tell."""
    if not texts:
        return {}
    if not models.is_fit(ModelPurpose.WRITE) or any(len(text) > LONGEST for text in texts):
        return None

    async def ask(some: Sequence[str]) -> Said:
        async with gate:
            completion = await models.ask(to_request(some, language), check=lambda values: _find_fault(values, some))
        return {text: str(completion.values[name]).strip() for name, text in _name(some).items()}

    try:
        asked = await asyncio.gather(*(ask(some) for some in _deal(texts)))
    except VivavoceError as error:
        log.warning("a report goes without a translation: %s", error.message)
        return None
    return {text: said for part in asked for text, said in part.items()}


def to_request(texts: Sequence[str], language: str) -> ModelRequest:
    """What a model is asked."""
    prompt, named = read_prompt(PACKAGE, "translate"), _name(texts)
    size = sum(map(len, texts))
    return ModelRequest(
        purpose=ModelPurpose.WRITE,
        prompt=prompt,
        system=prompt.text,
        user=write_given({"language": BY_CODE[language].name_english, **named}),
        keys={name: TextKey(_longest(text), is_empty_fine=False) for name, text in named.items()},
        seconds=SECONDS,
        most_tokens=min(MOST_TOKENS, 300 + 2 * size),
    )


def _longest(text: str) -> int:
    """A word or two may say in Greek or Tamil what one sign says in Japanese; more is not a translation."""
    return 300 + 6 * len(text)


def _name(texts: Sequence[str]) -> dict[str, str]:
    return {f"text_{number}": text for number, text in enumerate(texts, 1)}


def _deal(texts: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for text in texts:
        if part and (len(part) == MOST_TEXTS or sum(map(len, part)) + len(text) > MOST_TOGETHER):
            yield part
            part = []
        part.append(text)
    yield part


def _find_fault(values: Mapping[str, Any], texts: Sequence[str]) -> str | None:
    same = [text for name, text in _name(texts).items() if str(values[name]).strip() == text.strip()]
    return "it was not translated" if any(len(text) >= LONG for text in same) else None


def _walk(value: Any) -> Iterator[PrintedWords]:
    """Every run of the candidate's own words in a sheet."""
    if isinstance(value, SheetQuote):
        yield value.words
    elif isinstance(value, SheetTurn):
        yield _said(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _walk(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _walk(getattr(value, field.name))


def _said(turn: SheetTurn) -> PrintedWords:
    return PrintedWords(text="".join(piece.text for piece in turn.pieces), tag=turn.tag, direction=turn.direction)


def _put(result: SheetResult, said: Said | None, words: ReportWords) -> SheetResult:
    if said is None:
        return replace(result, no_translation=words.say("no_translation"))
    put: SheetResult = _beside(result, said, words) if said else result
    return put


def _beside(value: Any, said: Said, words: ReportWords) -> Any:
    if isinstance(value, SheetQuote | SheetTurn):
        own = value.words.text if isinstance(value, SheetQuote) else _said(value).text
        if own not in said:
            return value
        return replace(value, translation=PrintedWords(text=said[own], tag=words.tag, direction=words.direction))
    if isinstance(value, tuple):
        return tuple(_beside(item, said, words) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{field.name: _beside(getattr(value, field.name), said, words) for field in fields(value)}
        )
    return value


def _language(tag: str) -> str:
    return tag.split("-")[0]
