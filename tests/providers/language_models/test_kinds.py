"""Kinds of language models: ours by http and https, others by another package's entry points."""

import sys
from pathlib import Path

import pytest

from tests.providers.language_models.asking import REQUEST
from vivavoce.errors import BadSetting
from vivavoce.providers.language_models import open_places
from vivavoce.providers.language_models.chosen import GROUP, settings_models
from vivavoce.settings import read_settings

ANOTHER = '''
from vivavoce.providers.language_models.port import RawCompletion


class Parrot:
    """A model that says what it is asked. It keeps to ModelLine."""

    def __init__(self, chosen, *, guarded, memory=None):
        self.url = chosen.url
        self.is_guarded = guarded is not None

    async def complete(self, request, *, seconds):
        return RawCompletion(text=request.user, model=self.url, prompt_tokens=0, completion_tokens=0)

    async def is_known(self):
        return True

    async def close(self):
        pass
'''


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that brings models for parrot://."""
    (tmp_path / "parrots.py").write_text(ANOTHER)
    told = tmp_path / "parrots-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: parrots\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(f"[{GROUP}]\nparrot = parrots:Parrot\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "parrots", raising=False)


def chosen(url: str) -> dict[str, str]:
    return {"VIVAVOCE_LANGUAGE_MODEL_URL": url, "VIVAVOCE_LANGUAGE_MODEL": "a-model"}


@pytest.mark.usefixtures("installed")
async def test_another_package_s_model_is_asked() -> None:
    (place,) = open_places(settings_models(read_settings(chosen("parrot://grey/1"))), guarded=None)
    raw = await place.line.complete(REQUEST, seconds=5)
    await place.line.close()
    assert (raw.text, raw.model) == (REQUEST.user, "parrot://grey/1")


def test_a_kind_that_nobody_brings_stops_the_start() -> None:
    with pytest.raises(BadSetting, match=r"no 'parrot' for language_model_url\. There are: http, https\."):
        settings_models(read_settings(chosen("parrot://grey/1")))
