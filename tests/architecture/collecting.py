"""A pytest plugin that writes down what is collected: each test's id with its parameters, into COLLECTED.

With COLLECT_AT, the clock shows that moment from before the first test module is read: ISO 8601 with its offset.
"""

import dataclasses
import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

if moment := os.environ.get("COLLECT_AT"):
    time_machine.travel(datetime.fromisoformat(moment)).start()


def pytest_collection_finish(session: pytest.Session) -> None:
    Path(os.environ["COLLECTED"]).write_text("".join(f"{to_line(item)!a}\n" for item in session.items))


def to_line(item: pytest.Item) -> str:
    """The test's id with its parameters."""
    return f"{item.nodeid} {spell(_parameters(item))}"


def _parameters(item: pytest.Item) -> dict[str, Any]:
    called: Any = getattr(item, "callspec", None)
    return {} if called is None else called.params


def spell(value: Any) -> str:
    """The value in words that every process writes alike: sets in order, and no place in memory."""
    match value:
        case set() | frozenset():
            return f"{{{', '.join(sorted(map(spell, value)))}}}"
        case Mapping():
            return f"{{{', '.join(f'{spell(key)}: {spell(held)}' for key, held in value.items())}}}"
        case list() | tuple():
            return f"[{', '.join(map(spell, value))}]"
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = (f"{field.name}={spell(getattr(value, field.name))}" for field in dataclasses.fields(value))
            return f"{type(value).__name__}({', '.join(fields)})"
        case _:
            return re.sub(r"0x[0-9a-f]+", "0x", repr(value))
