"""Prompts: what a model is told to do, one file each, named by the digest of its bytes.

A prompt has no holes. What it is to be done with goes beside it, as JSON, so that nothing a candidate says can be taken
for a part of it.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from vivavoce.providers.language_models.port import ModelPrompt


@cache
def read_prompt(package: str, name: str) -> ModelPrompt:
    """The prompt in the file `prompts/NAME.md` of a package."""
    data = (files(package) / "prompts" / f"{name}.md").read_bytes()
    return ModelPrompt(id=name, digest=hashlib.sha256(data).hexdigest(), text=data.decode("utf-8").strip())


def write_given(given: Mapping[str, str]) -> str:
    """What a prompt is to be done with, by name."""
    return json.dumps(dict(given), ensure_ascii=False, indent=1)
