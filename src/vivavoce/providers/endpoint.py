"""An OpenAI-compatible endpoint: one POST, its failures as ProviderErrors."""

import weakref
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from vivavoce.errors import ProviderError

# To connect; between two pieces of an answer; to send a long recording.
TIMEOUT = httpx.Timeout(20.0, connect=5.0, write=60.0)
# Too many requests, and timeouts that a proxy answers for it.
WORTH_ANOTHER_TRY = frozenset({408, 409, 425, 429})


class Endpoint:
    """Where to send, and with which key. Never logged: neither key nor what is sent."""

    def __init__(self, name: str, *, url: str, key: str | None, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._name = name
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self._client = httpx.Client(base_url=url.rstrip("/") + "/", headers=headers, timeout=timeout)
        # It keeps its lines open for the next request, as long as this lives.
        weakref.finalize(self, self._client.close)

    @contextmanager
    def post(self, path: str, **sent: Any) -> Generator[httpx.Response, None, None]:
        """The answer, its body not read yet. sent: json, or data and files. Leaving the block hangs up.

        Raises ProviderError for anything but a 200, and for a line that breaks within the block.
        """
        try:
            with self._client.stream("POST", path, **sent) as answer:
                if answer.status_code != 200:
                    answer.read()
                    raise ProviderError(
                        f"{self._name} answered {answer.status_code}{_reason(answer)}",
                        retryable=answer.status_code >= 500 or answer.status_code in WORTH_ANOTHER_TRY,
                    )
                yield answer
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise ProviderError(f"{self._name} did not answer: {type(error).__name__}", retryable=True) from error
        except httpx.InvalidURL as error:
            raise ProviderError(f"{self._name} has an address that can't be used.", retryable=False) from error


def _reason(answer: httpx.Response) -> str:
    """The code of the error, out of {"error": {"code": …}}. Never its message: that may quote what was sent."""
    try:
        told = answer.json()
    except ValueError:
        return ""
    error = told.get("error") if isinstance(told, Mapping) else None
    code = error.get("code") or error.get("type") if isinstance(error, Mapping) else None
    return f" ({code})" if isinstance(code, str) and code.isascii() and len(code) < 80 else ""
