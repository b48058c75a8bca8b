"""Three questions tell what a model is fit for: a good one for all, a bad one for what it does well."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.model_server import ModelAsked, ModelServer, Part
from tests.providers.language_models.asking import models_at, place_at
from vivavoce.providers.language_models.exam import examine
from vivavoce.providers.language_models.port import ModelPurpose

GOOD: dict[str, dict[str, Any]] = {
    "follow_up": {"follow_up": "How did you decide who went where?", "quote": "split the crew in two"},
    "shows": {"shows": "unclear", "quote": ""},
    "claims": {"claims": ["Has led a team", "Says what came of it"]},
    "is_there": {"is_there": True},
}


def answers(changed: Mapping[str, Any]) -> Any:
    def answer(asked: ModelAsked) -> Mapping[str, Any]:
        return next({**said, **changed} for key, said in GOOD.items() if f'"{key}"' in asked.told)

    return answer


async def faults(server: ModelServer) -> dict[ModelPurpose, str]:
    return {one.purpose: one.fault for one in await examine(models_at([place_at(server)])) if one.fault is not None}


async def test_a_good_one_is_fit_for_everything() -> None:
    with ModelServer(answer=answers({})) as server:
        assert await faults(server) == {}


@pytest.mark.parametrize(
    ("changed", "purpose", "fault"),
    [
        ({"follow_up": "Well done."}, ModelPurpose.CONVERSE, "not one short question"),
        ({"follow_up": "How? And why?"}, ModelPurpose.CONVERSE, "not one short question"),
        ({"quote": "led fourteen people"}, ModelPurpose.CONVERSE, "not said"),
        ({"follow_up": "What did the 14 people do?"}, ModelPurpose.CONVERSE, "a figure"),
        ({"shows": "yes", "quote": "split the crew in two"}, ModelPurpose.READ, "does what the candidate's text"),
        ({"claims": ["Has led a team", "has led a team"]}, ModelPurpose.WRITE, "different claims"),
        ({"claims": ["Has led 14 people", "Says what came of it"]}, ModelPurpose.WRITE, "a figure"),
    ],
)
async def test_what_it_does_badly_is_told(changed: dict[str, Any], purpose: ModelPurpose, fault: str) -> None:
    with ModelServer(answer=answers(changed)) as server:
        found = await faults(server)
    assert fault in found.pop(purpose)
    assert found == {}


@pytest.mark.parametrize(
    ("part", "count"), [(Part.GULLIBLE, 2), (Part.ECHOING, 3), (Part.MALFORMED, 3), (Part.LOCKED, 3), (Part.FAILING, 3)]
)
async def test_a_bad_one_is_fit_for_little_or_nothing(part: Part, count: int) -> None:
    with ModelServer(parts=[part]) as server:
        assert len(await faults(server)) >= count


async def test_who_is_too_slow_can_do_everything_but_converse() -> None:
    with ModelServer(answer=answers({})) as server:
        times = iter([0.0, 2.6, 10.0, 19.0, 20.0, 29.0])
        found = await examine(models_at([place_at(server)]), clock=lambda: next(times))
    assert [one.purpose for one in found if one.fault is not None] == [ModelPurpose.CONVERSE]
    assert [one.seconds for one in found] == [2.6, 9.0, 9.0]
