"""One model over the wire: what is sent, how its answer ends, and what is learnt of its server."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.model_server import KEY, ModelServer, Part
from tests.providers.language_models.asking import REQUEST, chosen_at
from vivavoce.providers.language_models.abilities import Ability, AnswerForm, name_place
from vivavoce.providers.language_models.openai import OpenAIModel
from vivavoce.providers.language_models.port import ModelFailed, ModelFault, RawCompletion


async def complete(server: ModelServer, *, seconds: float = 20, **changes: Any) -> RawCompletion:
    model = OpenAIModel(chosen_at(server, **changes), guarded=None)
    try:
        return await model.complete(REQUEST, seconds=seconds)
    finally:
        await model.close()


async def test_a_good_answer_comes_whole_with_what_it_took() -> None:
    with ModelServer(answer=lambda asked: {"kind": "question"}) as server:
        raw = await complete(server)
    assert raw == RawCompletion(
        text='{"kind": "question"}', model="a-model-2026-01-01", prompt_tokens=100, completion_tokens=20
    )


async def test_the_question_goes_out_and_nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "OPENAI_API_KEY": "the-operators",
        "OPENAI_ORG_ID": "the-operators-org",
        "OPENAI_PROJECT_ID": "the-operators-project",
        "OPENAI_CUSTOM_HEADERS": "Authorization: Bearer the-operators\nX-Secret: the-operators",
    }.items():
        monkeypatch.setenv(name, value)
    with ModelServer() as server:
        await complete(server)
        await complete(server, key=None)
    first, second = server.asked
    assert first.headers["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in second.headers
    assert set(first.headers) == {
        "host", "authorization", "content-type", "content-length", "accept", "accept-encoding", "connection",
        "user-agent",
    }  # fmt: skip
    assert "the-operators" not in str([one.headers for one in server.asked])
    assert first.body == {
        "model": "a-model",
        "messages": [{"role": "system", "content": REQUEST.told}, {"role": "user", "content": REQUEST.user}],
        "temperature": 0,
        "max_tokens": REQUEST.most_tokens,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": REQUEST.schema},
        },
    }


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        (Part.CUT, ModelFault.CUT),
        (Part.BROKEN_OFF, ModelFault.FAILED),
        (Part.REFUSING, ModelFault.REFUSED),
        (Part.FILTERED, ModelFault.REFUSED),
        (Part.NO_WIRE, ModelFault.INVALID),
        (Part.BUSY, ModelFault.BUSY),
        (Part.FAILING, ModelFault.FAILED),
        (Part.LOCKED, ModelFault.FAILED),
        (Part.ENDLESS, ModelFault.FAILED),
    ],
)
async def test_what_is_no_whole_answer_is_not_read(part: Part, fault: ModelFault) -> None:
    with ModelServer(parts=[part]) as server, pytest.raises(ModelFailed) as failed:
        await complete(server)
    assert failed.value.fault == fault
    assert "secret" not in failed.value.message
    assert failed.value.retryable == (part is not Part.LOCKED)


@pytest.mark.parametrize("part", [Part.STALLING, Part.DRIPPING])
async def test_a_silence_ends_in_its_time(part: Part) -> None:
    with ModelServer(parts=[part]) as server, pytest.raises((ModelFailed, TimeoutError)) as failed:
        # As `ask` does: a server that drips is never silent for long.
        async with asyncio.timeout(0.4):
            await complete(server, seconds=0.3)
    if part is Part.STALLING:
        assert isinstance(failed.value, ModelFailed)
        assert failed.value.fault == ModelFault.LATE


async def test_a_server_that_is_not_there_is_told_without_its_address() -> None:
    with ModelServer() as server:
        gone = chosen_at(server)
    with pytest.raises(ModelFailed, match="ConnectError") as failed:
        await OpenAIModel(gone, guarded=None).complete(REQUEST, seconds=5)
    assert failed.value.retryable


@pytest.mark.parametrize(
    ("takes", "form", "tries"),
    [
        (("json_schema", "json_object"), AnswerForm.SCHEMA, 1),
        (("json_object",), AnswerForm.OBJECT, 2),
        ((), AnswerForm.NONE, 3),
    ],
)
async def test_what_a_server_takes_is_learnt_once(takes: tuple[str, ...], form: AnswerForm, tries: int) -> None:
    with ModelServer(takes=takes) as server:
        model = OpenAIModel(chosen_at(server), guarded=None)
        await model.complete(REQUEST, seconds=20)
        assert len(server.asked) == tries
        await model.complete(REQUEST, seconds=20)
        await model.close()
    assert len(server.asked) == tries + 1
    assert model.ability.form == form
    assert server.asked[-1].body.get("response_format", {}).get("type", "none") == form


@dataclass
class AbilitiesInMemory:
    """What two programs share."""

    known: dict[str, Ability] = field(default_factory=dict)

    async def recall(self, place: str) -> Ability | None:
        return self.known.get(place)

    async def remember(self, place: str, ability: Ability) -> None:
        self.known[place] = ability

    async def forget(self, place: str) -> None:
        self.known.pop(place, None)


async def test_what_was_learnt_elsewhere_is_not_asked_again_until_it_does_not_hold() -> None:
    memory = AbilitiesInMemory()

    async def complete_anew(server: ModelServer, **changes: Any) -> list[str]:
        """By which forms a program that has just started asks, until it gets an answer or gives up."""
        before = len(server.asked)
        model = OpenAIModel(chosen_at(server, **changes), guarded=None, memory=memory)
        with contextlib.suppress(ModelFailed):
            await model.complete(REQUEST, seconds=20)
        await model.close()
        return [str(asked.body.get("response_format", {}).get("type", "none")) for asked in server.asked[before:]]

    with ModelServer(takes=("json_object",)) as server:
        assert await complete_anew(server) == ["json_schema", "json_object"]
        assert await complete_anew(server) == ["json_object"]
        assert await complete_anew(server, key="another") == ["json_schema", "json_object"], (
            "another key, another place"
        )
        server.takes = ()
        assert await complete_anew(server) == ["json_object", "none"]
        assert await complete_anew(server) == ["none"]
        server.takes, server.refuses = ("json_schema",), True
        assert await complete_anew(server) == ["none"], "refused with nothing left to leave out: it is forgotten"
        server.refuses = False
        assert await complete_anew(server) == ["json_schema"]


def test_another_address_model_or_key_is_another_place() -> None:
    with ModelServer() as server:
        chosen = chosen_at(server)
    changes: list[dict[str, Any]] = [{"key": "other"}, {"key": None}, {"model": "other"}, {"url": f"{chosen.url}/2"}]
    names = [name_place(chosen), *(name_place(chosen.model_copy(update=change)) for change in changes)]
    assert len(set(names)) == 5
    assert name_place(chosen.model_copy(update={"purposes": ("read",)})) == names[0]


async def test_a_model_that_thinks_gets_its_own_limit_and_no_temperature() -> None:
    with ModelServer(limits=("max_completion_tokens",), has_temperature=False) as server:
        await complete(server)
    last = server.asked[-1].body
    assert (last["max_completion_tokens"], "max_tokens" in last, "temperature" in last) == (800, False, False)
    assert last["response_format"]["type"] == "json_schema"


async def test_nothing_is_learnt_from_a_request_that_fails_in_every_form() -> None:
    with ModelServer(takes=(), limits=(), parts=[Part.GOOD]) as server:
        server.has_temperature = False
        model = OpenAIModel(chosen_at(server), guarded=None)
        with pytest.raises(ModelFailed):
            await model.complete(REQUEST, seconds=20)
        await model.close()
    assert model.ability.form == AnswerForm.SCHEMA


async def test_a_loop_of_its_own_has_lines_of_its_own() -> None:
    with ModelServer() as server:
        model = OpenAIModel(chosen_at(server), guarded=None)
        await model.complete(REQUEST, seconds=20)
        await model.close()

        async def elsewhere() -> RawCompletion:
            try:
                return await model.complete(REQUEST, seconds=20)
            finally:
                await model.close()

        raws = [await asyncio.to_thread(lambda: asyncio.run(elsewhere())) for _ in range(2)]
    assert [raw.prompt_tokens for raw in raws] == [100, 100]


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": "many", "completion_tokens": -3}])
async def test_tokens_that_a_server_does_not_count_are_none(usage: dict[str, Any] | None) -> None:
    with ModelServer(usage=usage) as server:
        raw = await complete(server)
    assert (raw.prompt_tokens, raw.completion_tokens) == (0, 0)
