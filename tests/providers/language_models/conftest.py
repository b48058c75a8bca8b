"""Lines to models are closed when a test is over."""

from collections.abc import AsyncIterator

import pytest

from tests.providers.language_models.asking import OPENED


@pytest.fixture(autouse=True)
async def _closing() -> AsyncIterator[None]:
    yield
    while OPENED:
        await OPENED.pop().line.close()
