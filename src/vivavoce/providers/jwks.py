"""An issuer's JWKS: the document with its public keys, fetched by HTTP."""

import asyncio

import httpx

from vivavoce.errors import ProviderError

MOST_BYTES = 256 * 1024  # a busy issuer's document, certificates included, has about 20 KiB
MOST_SECONDS = 5.0  # for the whole of it, however slowly it trickles
# Unpacked, a small answer can be of any size: we take none that is packed.
HEADERS = {"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}


async def fetch_jwks(url: str, *, most_seconds: float = MOST_SECONDS) -> bytes:
    """The document as it came. It is taken from this address alone: a redirection is a failure.

    Raises ProviderError for anything but a 200 within MOST_BYTES and most_seconds.
    """
    try:
        async with (
            asyncio.timeout(most_seconds),
            httpx.AsyncClient(timeout=most_seconds) as client,
            client.stream("GET", url, headers=HEADERS) as answer,
        ):
            return await _read(answer)
    except TimeoutError:
        raise ProviderError(f"no whole answer within {most_seconds:g} seconds", retryable=True) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderError(f"{type(error).__name__}: {error}", retryable=True) from None


async def _read(answer: httpx.Response) -> bytes:
    if answer.status_code != 200:
        raise ProviderError(f"answered {answer.status_code}", retryable=answer.status_code >= 500)
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise ProviderError("the answer is packed, which was not asked for", retryable=False)
    document = bytearray()
    async for part in answer.aiter_raw():
        if len(document) + len(part) > MOST_BYTES:
            raise ProviderError(f"the answer is larger than {MOST_BYTES:,} bytes", retryable=False)
        document += part
    return bytes(document)
