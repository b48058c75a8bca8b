"""The body of job-interview-register-users: flags as the vendor's clients send them, and nothing like them."""

import json
from typing import Any

import pytest

from tests.folding import folded
from vivavoce.api.models.register_users import parse
from vivavoce.errors import Invalid

SMALLEST: dict[str, Any] = {"users": [{}], "interview_id": "a"}
FLAGS = ("send_email", "hide_menu", "hide_iframe", "is_test")


@folded("name", FLAGS)
@pytest.mark.parametrize(
    ("sent", "read"), [(True, True), ("true", True), (False, False), ("false", False), ("", False), (None, False)]
)
def test_a_flag_comes_as_true_or_as_its_text(name: str, sent: object, read: bool) -> None:
    assert getattr(parse(json.dumps(SMALLEST | {name: sent}).encode()), name) is read


@folded("name", FLAGS)
@pytest.mark.parametrize("sent", [0, 1, 0.0, 1.0, "True", "yes", [], {}], ids=repr)
def test_nothing_else_is_a_flag(name: str, sent: object) -> None:
    with pytest.raises(Invalid) as refused:
        parse(json.dumps(SMALLEST | {name: sent}).encode())
    assert refused.value.name == name
