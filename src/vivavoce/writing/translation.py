"""An interview in another language, by a language model: every text of it, checked by code and reviewed by nobody.

It becomes an interview of its own, a draft: an interview's language never changes, and attempts hold on to theirs.

    draft ──► its texts, each once ──► a few questions to a model ──► checked ──► the same interview in other words
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn
from uuid import UUID

from vivavoce.conversation.proposals import asks_personal
from vivavoce.errors import Invalid
from vivavoce.interviews.draft import DEFAULT_STYLE, Draft, InterviewSettings, Status, WrittenPart
from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.steps import SentQuestion, Step, fold_wording
from vivavoce.providers.language_models.port import (
    ModelFailed,
    ModelFault,
    ModelPurpose,
    ModelRequest,
    Models,
    TextKey,
)
from vivavoce.providers.language_models.prompts import read_prompt, write_given
from vivavoce.scoring.lint import find_protected
from vivavoce.text.languages import BY_CODE
from vivavoce.text.tell_language import is_same, tell_language
from vivavoce.writing.expectations import PACKAGE

SECONDS = 60.0  # for one question to a model
WHOLE_SECONDS = 100.0  # for all of them
AT_ONCE = 4
MOST_TEXTS, MOST_TOGETHER = 12, 3_000  # texts, and their characters, in one question
LONGEST = 6_000  # characters of one text
MOST_CHARACTERS = 60_000  # of the whole interview
MOST_TOKENS = 8_000
LONG = 60  # characters that nobody leaves as they are by chance
LEAST_TOLD = 80  # letters by which a language is told
SURE = 0.95
# Written so much alike that nobody is to be refused for it.
ALIKE = (frozenset({"da", "no"}), frozenset({"id", "ms"}), frozenset({"cs", "sk"}))
SAME = "The interview is in this language already: choose another."
KEPT = re.compile(r"\{[^{}\s]{1,60}\}|https?://[^\s)>\]]+|[\w.+-]+@[\w-]+\.\w+")

Say = Callable[[str], str]


async def translate_interview(models: Models, draft: Draft, language: str, *, new_id: Callable[[], UUID]) -> Draft:
    """The interview in another language: a draft with steps of its own, marked as written by a model.

    Raises Invalid where it is in this language, or too long; NoModel, BudgetSpent, ModelFailed, and TimeoutError.
    """
    if draft.language == language:
        raise Invalid(SAME)
    texts = list(find_texts(draft))
    if any(len(text) > LONGEST for text in texts) or sum(map(len, texts)) > MOST_CHARACTERS:
        raise Invalid(
            f"It is too long to be translated: at most {LONGEST} characters a text, {MOST_CHARACTERS} in all."
            " Shorten it."
        )
    # In a thread, and before anybody asks: what tells languages takes a second to load.
    await asyncio.to_thread(tell_language, draft.name * LEAST_TOLD)
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(some: Sequence[str]) -> Mapping[str, str]:
        async with gate:
            request = to_request(some, draft, language)
            completion = await models.ask(request, check=lambda values: find_fault(values, some, draft, language))
        return {text: str(completion.values[name]).strip() for name, text in _name(some).items()}

    async with asyncio.timeout(WHOLE_SECONDS):
        parts = await asyncio.gather(*(ask(some) for some in _deal(texts)))
    said = {text: told for part in parts for text, told in part.items()}
    return _to_draft(draft, language, said, new_id)


def find_texts(draft: Draft) -> Iterator[str]:
    """Each text of the interview that is to be translated, once."""
    texts: dict[str, None] = {}

    def hear(text: str) -> str:
        texts[text] = None
        return text

    _reword(draft, hear)
    yield from texts


def to_request(texts: Sequence[str], draft: Draft, language: str) -> ModelRequest:
    """What a model is asked."""
    prompt, named = read_prompt(PACKAGE, "translation"), _name(texts)
    given = {
        "from": BY_CODE[draft.language].name_english,
        "language": BY_CODE[language].name_english,
        "role": draft.name,
        "tone": draft.settings.effective_tone.value,
        "style": draft.settings.style or DEFAULT_STYLE,
    }
    return ModelRequest(
        purpose=ModelPurpose.WRITE,
        prompt=prompt,
        system=prompt.text,
        user=write_given(given | named),
        # A word or two may say in Greek or Tamil what one sign says in Japanese; more is not a translation.
        keys={name: TextKey(300 + 6 * len(text), is_empty_fine=False) for name, text in named.items()},
        seconds=SECONDS,
        most_tokens=min(MOST_TOKENS, 300 + 2 * sum(map(len, texts))),
    )


def find_fault(values: Mapping[str, Any], texts: Sequence[str], draft: Draft, language: str) -> str | None:
    """What is wrong with a translation, in words that quote nothing; None: nothing is."""
    pairs = [(text, str(values[name]).strip()) for name, text in _name(texts).items()]
    if any(len(text) >= LONG and told == text.strip() for text, told in pairs):
        return "it was not translated"
    if any(Counter(KEPT.findall(text)) != Counter(KEPT.findall(told)) for text, told in pairs):
        return "an address, or what stands in braces, did not stay"
    if any("\n" in told and "\n" not in text.strip() for text, told in pairs):
        return "one line became several"
    if is_foreign(" ".join(told for _, told in pairs), language):
        return "it is in another language"
    if any(adds_personal(text, told, draft.language, language) for text, told in pairs):
        return "a question that nobody may be asked"
    return None


def is_foreign(told: str, language: str) -> bool:
    """Whether a text of some length is surely in another language."""
    detected = tell_language(told) if sum(map(str.isalpha, told)) >= LEAST_TOLD else None
    if detected is None or detected.p < SURE or is_same(detected.language, language):
        return False
    return not any({detected.language, language} <= alike for alike in ALIKE)


def adds_personal(text: str, told: str, before: str, language: str) -> bool:
    """Whether it asks what no employer may ask, while the text did not."""
    was_personal = asks_personal(text, language=before) or find_protected(text) is not None
    return not was_personal and (asks_personal(told, language=language) or find_protected(told) is not None)


def _name(texts: Sequence[str]) -> dict[str, str]:
    return {f"text_{number}": text for number, text in enumerate(texts, 1)}


def _deal(texts: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for text in texts:
        if part and (len(part) == MOST_TEXTS or sum(map(len, part)) + len(text) > MOST_TOGETHER):
            yield part
            part = []
        part.append(text)
    if part:
        yield part


# --- The interview in other words ------------------------------------------------------------------------------------


def _to_draft(draft: Draft, language: str, said: Mapping[str, str], new_id: Callable[[], UUID]) -> Draft:
    """What is the original's alone, its code and its embed key, does not go along."""
    worded = _reword(draft, lambda text: said[text])
    _refuse_alike(draft, worded)
    ids = {step.id: new_id() for step in draft.steps}
    steps = tuple(
        replace(
            step,
            id=ids[step.id],
            parent_id=None if step.parent_id is None else ids[step.parent_id],
            question=_in_language(step.question, draft.language, language),
        )
        for step in worded.steps
    )
    return replace(
        worded,
        status=Status.DRAFT,
        language=language,
        speech_locale=BY_CODE[language].locale,
        code=None,
        is_embedded=False,
        settings=replace(worded.settings, written_by_model=tuple(part.value for part in _parts(worded))),
        steps=steps,
    )


def _reword(draft: Draft, say: Say) -> Draft:
    """The interview with each of its texts as `say` has it. A question in a language of its own stays as it is."""
    settings = draft.settings
    return replace(
        draft,
        name=say(draft.name),
        description=_maybe(draft.description, say),
        settings=replace(
            settings,
            long_description=_maybe(settings.long_description, say),
            expectations_text=_maybe(settings.expectations_text, say),
            expectations=_reword_claims(settings.expectations, say),
            instruction_text=_maybe(settings.instruction_text, say),
            welcome=_maybe(settings.welcome, say),
            thanks=_maybe(settings.thanks, say),
        ),
        steps=tuple(
            step if step.question.language not in (None, draft.language) else _reword_step(step, say)
            for step in draft.steps
        ),
    )


def _reword_step(step: Step, say: Say) -> Step:
    question = step.question
    return replace(
        step,
        question=replace(
            question,
            text=say(question.text),
            alternatives=tuple(map(say, question.alternatives)),
            drafted_wordings=None,  # they are asked for anew, in its own language
            condition=_reword_condition(question.condition, say),
            expectations=_reword_claims(question.expectations, say),
        ),
    )


def _reword_condition(condition: dict[str, Any] | None, say: Say) -> dict[str, Any] | None:
    if condition is None:
        return None
    if "choices" in condition:
        return condition | {"choices": [say(choice) for choice in condition["choices"]]}
    return condition | {"when": say(condition["when"])} if "when" in condition else condition


def _reword_claims(sent: dict[str, Any] | None, say: Say) -> dict[str, Any] | None:
    """By bracket; what else was sent stays as it is."""
    if sent is None:
        return None
    worded = {
        bracket.value: [say(claim) if isinstance(claim, str) and claim.strip() else claim for claim in claims]
        for bracket in Bracket
        if isinstance(claims := sent.get(bracket.value), list | tuple)
    }
    return sent | worded


def _maybe(text: str | None, say: Say) -> str | None:
    return say(text) if text is not None and text.strip() else text


def _in_language(question: SentQuestion, before: str, language: str) -> SentQuestion:
    return replace(question, language=language) if question.language == before else question


def _refuse_alike(draft: Draft, worded: Draft) -> None:
    """Raises ModelFailed where what was told apart is told apart no more: choices, and whole questions."""
    for before, after in zip(draft.steps, worded.steps, strict=True):
        if _count(after.question.alternatives) < _count(before.question.alternatives):
            _fail("two choices became one")
    if _count([step.question.text for step in worded.steps]) < _count([step.question.text for step in draft.steps]):
        _fail("two questions became one")


def _count(texts: Sequence[str]) -> int:
    return len({fold_wording(text) for text in texts})


def _fail(what: str) -> NoReturn:
    raise ModelFailed(f"The translation can't be used: {what}.", fault=ModelFault.UNSUPPORTED, retryable=True)


def _parts(draft: Draft) -> Iterator[WrittenPart]:
    settings: InterviewSettings = draft.settings
    texts: dict[WrittenPart, Any] = {
        WrittenPart.NAME: draft.name,
        WrittenPart.DESCRIPTION: draft.description,
        WrittenPart.LONG_DESCRIPTION: settings.long_description,
        WrittenPart.QUESTIONS: draft.steps,
        WrittenPart.EXPECTATIONS_TEXT: settings.expectations_text,
        WrittenPart.EXPECTATIONS: settings.claims.every,
    }
    return (part for part, text in texts.items() if text)
