"""A language model behind any OpenAI-compatible `/chat/completions`, by the `openai` SDK.

What a server takes is found out once and remembered (`abilities.py`): a schema, JSON at all, or neither; how it wants
to be told the limit; whether it takes a temperature. What it does not take is left out the next time.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any, NoReturn

import httpx2
from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError, AsyncOpenAI

from vivavoce.providers.language_models.abilities import Ability, AbilityMemory, AnswerForm, name_place
from vivavoce.providers.language_models.chosen import ChosenModel
from vivavoce.providers.language_models.port import ModelFailed, ModelFault, ModelRequest, RawCompletion
from vivavoce.providers.networks import Network, NotReachable
from vivavoce.providers.outgoing import GuardedTransport
from vivavoce.providers.refusal import is_worth_another_try, tell_code

log = logging.getLogger(__name__)

CONNECT_SECONDS = 3.0
MOST_BYTES = 256 * 1024  # of an answer: a hundred times what we ask for
MOST_STEPS_DOWN = 5
# What goes out besides the question. The SDK would tell of this machine, and of what its environment holds besides.
SENT_HEADERS = frozenset(
    {"host", "authorization", "content-type", "content-length", "accept", "connection", "transfer-encoding"}
)
# OpenAI's own word, and what smaller servers say; None: they don't say. Any other end is not that of a whole answer.
WHOLE = frozenset({"stop", "eos", "end_turn", None})


NOT_TAKEN = (400, 422, 501)  # how servers say that something of a request is not taken
STEPS_DOWN = {AnswerForm.SCHEMA: AnswerForm.OBJECT, AnswerForm.OBJECT: AnswerForm.NONE}


class OpenAIModel:
    """One model at one place. Safe to share by tasks; a loop of its own has lines of its own.

    guarded: None: the operator named the address. Otherwise a merchant did, and only public addresses and these
    networks are asked. memory: of what the server takes; None: it is learnt by each program anew.
    """

    def __init__(
        self, chosen: ChosenModel, *, guarded: Sequence[Network] | None, memory: AbilityMemory | None = None
    ) -> None:
        self._chosen = chosen
        self._guarded = guarded
        self._memory = memory
        self._place = "" if memory is None else name_place(chosen)
        self._has_recalled = memory is None
        self._is_known = False
        self._client: AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.ability = Ability()

    async def complete(self, request: ModelRequest, *, seconds: float) -> RawCompletion:
        """The answer, whole. Raises ModelFailed, also when it has taken so long."""
        await self._recall()
        ability = self.ability
        for _ in range(MOST_STEPS_DOWN):
            try:
                answer = await self._client_here().chat.completions.create(
                    **_to_wish(self._chosen.model, request, ability), timeout=seconds
                )
            except APIStatusError as error:
                lower = _step_down(ability, error)
                if lower is None:
                    if _is_not_taken(error):
                        await self._forget()
                    raise _tell_status(error) from None
                ability = lower
            except NotReachable as error:
                raise ModelFailed(
                    error.message, fault=ModelFault.FAILED, retryable=error.retryable, is_free=True
                ) from None
            except APITimeoutError:
                raise ModelFailed("It did not answer in time.", fault=ModelFault.LATE, retryable=True) from None
            except APIConnectionError as error:
                _tell_line(error)
            except (APIError, ValueError, TypeError):
                _fail("it is not what a chat answers", ModelFault.INVALID)
            else:
                await self._learn(ability)
                return _read(answer)
        raise ModelFailed("It takes no form that we know of.", fault=ModelFault.FAILED, retryable=False)

    async def is_known(self) -> bool:
        """Whether it is known what the server takes, without asking it."""
        await self._recall()
        return self._is_known

    async def _recall(self) -> None:
        if self._memory is None or self._has_recalled:
            return
        ability = await self._memory.recall(self._place)
        self._has_recalled = True
        if ability is not None and not self._is_known:
            self.ability, self._is_known = ability, True

    async def _learn(self, ability: Ability) -> None:
        if self._is_known and ability == self.ability:
            return
        if ability != self.ability:
            log.info("%s at %s: %s", self._chosen.model, self._chosen.url, ability)
        self.ability, self._is_known = ability, True
        if self._memory is not None:
            await self._memory.remember(self._place, ability)

    async def _forget(self) -> None:
        """What was learnt does not hold any more: it begins anew."""
        if self._is_known and self._memory is not None:
            await self._memory.forget(self._place)
        self.ability, self._is_known = Ability(), False

    async def close(self) -> None:
        """Closes its lines."""
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.close()

    def _client_here(self) -> AsyncOpenAI:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            key = self._chosen.key
            self._loop = loop
            self._client = AsyncOpenAI(
                base_url=self._chosen.url,
                # An empty one would be looked for in the environment. Without a key the header does not go out.
                api_key=key or "none",
                default_headers={"Authorization": f"Bearer {key or 'none'}"},
                max_retries=0,
                http_client=_open_client(self._guarded, has_key=key is not None),
            )
        return self._client


def _open_client(guarded: Sequence[Network] | None, *, has_key: bool) -> httpx2.AsyncClient:
    async def narrow(sent: httpx2.Request) -> None:
        for name in {name.lower() for name in sent.headers} - SENT_HEADERS:
            del sent.headers[name]
        if not has_key:
            sent.headers.pop("authorization", None)
        # Unpacked, a small answer could become a very large one.
        sent.headers["accept-encoding"] = "identity"
        sent.headers["user-agent"] = "vivavoce"

    async def limit(answer: httpx2.Response) -> None:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise httpx2.DecodingError("packed, though it was not to be", request=answer.request)
        stream = answer.stream
        assert isinstance(stream, httpx2.AsyncByteStream)
        answer.stream = _Limited(stream)

    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(60.0, connect=CONNECT_SECONDS),
        event_hooks={"request": [narrow], "response": [limit]},
        # An operator's proxy is asked for the operator's addresses; it could go where a merchant's must not.
        trust_env=guarded is None,
        transport=None if guarded is None else GuardedTransport(guarded, keeps_lines=True),
    )


class _Limited(httpx2.AsyncByteStream):
    """A body that breaks off where it gets too long."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        got = 0
        async for some in self._stream:
            got += len(some)
            if got > MOST_BYTES:
                raise httpx2.ReadError("more than any answer has")
            yield some

    async def aclose(self) -> None:
        await self._stream.aclose()


def _to_wish(model: str, request: ModelRequest, ability: Ability) -> dict[str, Any]:
    wish: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "system", "content": request.told}, {"role": "user", "content": request.user}],
    }
    if ability.takes_temperature:
        wish["temperature"] = 0
    if ability.limit is not None:
        wish[ability.limit] = request.most_tokens
    if ability.form is AnswerForm.SCHEMA:
        schema = {"name": "answer", "strict": True, "schema": request.schema}
        wish["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif ability.form is AnswerForm.OBJECT:
        wish["response_format"] = {"type": "json_object"}
    return wish


def _step_down(ability: Ability, error: APIStatusError) -> Ability | None:
    """What to leave out, after an error that says that something was not taken; None: it says something else."""
    if not _is_not_taken(error):
        return None
    told = str(error.body).lower()
    if ability.limit is not None and ability.limit in told:
        return replace(ability, limit="max_completion_tokens" if ability.limit == "max_tokens" else None)
    if ability.takes_temperature and "temperature" in told:
        return replace(ability, takes_temperature=False)
    lower = STEPS_DOWN.get(ability.form)
    return None if lower is None else replace(ability, form=lower)


def _is_not_taken(error: APIStatusError) -> bool:
    """Whether it says that something of the request is not taken, whatever was asked."""
    told = str(error.body).lower()
    return error.status_code in NOT_TAKEN and "content_filter" not in told and "context_length" not in told


def _read(answer: Any) -> RawCompletion:
    """How it ended, first: what was cut or refused is not to be read."""
    try:
        choice = answer.choices[0]
        end, refusal, text = choice.finish_reason, getattr(choice.message, "refusal", None), choice.message.content
    except (AttributeError, IndexError, TypeError):
        _fail("it is not what a chat answers", ModelFault.INVALID)
    if refusal or end == "content_filter":
        _fail("it was refused", ModelFault.REFUSED)
    if end not in WHOLE:
        _fail("it was cut" if end == "length" else "it did not come to its end", ModelFault.CUT)
    if not isinstance(text, str):
        _fail("it has no text", ModelFault.INVALID)
    usage = getattr(answer, "usage", None)
    return RawCompletion(
        text=text,
        model=_to_name(getattr(answer, "model", None)),
        prompt_tokens=_to_count(getattr(usage, "prompt_tokens", 0)),
        completion_tokens=_to_count(getattr(usage, "completion_tokens", 0)),
    )


def _to_name(name: object) -> str:
    return name[:200] if isinstance(name, str) and name.isprintable() else ""


def _to_count(tokens: object) -> int:
    return tokens if isinstance(tokens, int) and 0 <= tokens < 1_000_000_000 else 0


def _fail(what: str, fault: ModelFault) -> NoReturn:
    raise ModelFailed(f"The answer can't be used: {what}.", fault=fault, retryable=True)


def _tell_line(error: APIConnectionError) -> NoReturn:
    name = type(error.__cause__ or error).__name__
    raise ModelFailed(f"The line to it broke: {name}.", fault=ModelFault.FAILED, retryable=True) from None


def _tell_status(error: APIStatusError) -> ModelFailed:
    told = f"It answered {error.status_code}{tell_code(error.body)}."
    if "content_filter" in str(error.body).lower():
        return ModelFailed(told, fault=ModelFault.REFUSED, retryable=True, is_free=True)
    if error.status_code == 429:
        return ModelFailed(
            told, fault=ModelFault.BUSY, retryable=True, is_free=True, wait=_wait(error.response.headers)
        )
    return ModelFailed(told, fault=ModelFault.FAILED, retryable=is_worth_another_try(error.status_code), is_free=True)


def _wait(headers: httpx2.Headers) -> float | None:
    """The seconds of Retry-After; None where it does not say, or says a date."""
    try:
        wait = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return wait if 0 <= wait < 3600 else None
