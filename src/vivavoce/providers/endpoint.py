"""An OpenAI-compatible endpoint: one POST, its failures as ProviderErrors."""

import weakref
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import httpx

from vivavoce.errors import ProviderError
from vivavoce.providers.refusal import is_worth_another_try, tell_code

# To connect; between two pieces of an answer; to send a long recording.
TIMEOUT = httpx.Timeout(20.0, connect=5.0, write=60.0)


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
                        retryable=is_worth_another_try(answer.status_code),
                    )
                yield answer
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise ProviderError(f"{self._name} did not answer: {type(error).__name__}", retryable=True) from error
        except httpx.InvalidURL as error:
            raise ProviderError(f"{self._name} has an address that can't be used.", retryable=False) from error


def _reason(answer: httpx.Response) -> str:
    try:
        return tell_code(answer.json())
    except ValueError:
        return ""
