"""A call as a request whose header fields are found by one look-up: Starlette walks through all of them each time."""

from functools import cached_property
from typing import TypeVar

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

Default = TypeVar("Default")


class Call(Request):
    """One call of the wire."""

    @cached_property
    def headers(self) -> Headers:
        """The fields."""
        return _Fields(self.scope)


class _Fields(Headers):
    """Where a field came twice, the first one counts, as everywhere in Starlette."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        self._first: dict[bytes, bytes] = dict(reversed(scope["headers"]))

    def get(self, key: str, default: str | Default | None = None) -> str | Default | None:  # type: ignore[override]
        """The value of a field, in whatever case of letters it is asked for."""
        value = self._first.get(key.lower().encode("latin-1"))
        return default if value is None else value.decode("latin-1")

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.lower().encode("latin-1") in self._first
