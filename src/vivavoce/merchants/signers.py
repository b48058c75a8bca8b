"""An outside issuer's public keys: what the tokens are checked with that it signs."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError

from vivavoce.errors import ProviderError, Unavailable

log = logging.getLogger(__name__)

ALGORITHM_OF = {"EC": "ES256", "RSA": "RS256"}  # by `kty`; no other is taken, the shared secrets of `oct` least of all
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
RSA_BITS = range(2048, 8192 + 1)
LARGEST_EXPONENT = 2**32
LONGEST_ID = 255
MOST_KEYS = 100

PAUSE_SECONDS = 5.0  # from the start of one fetch to the next
FRESH_SECONDS = 600.0  # a key that the issuer withdraws is refused after this time

Place = tuple[str, str]  # a key's id (`kid`) and its algorithm


class Signers:
    """The keys, fetched when they are first needed and then kept, however long the issuer is down."""

    def __init__(
        self,
        fetch: Callable[[], Awaitable[bytes]],
        *,
        pause_seconds: float = PAUSE_SECONDS,
        fresh_seconds: float = FRESH_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._pause = pause_seconds
        self._fresh = fresh_seconds
        self._clock = clock
        self._keys: Mapping[Place, PyJWK] = {}
        self._running: asyncio.Task[None] | None = None
        self._began = float("-inf")  # the last fetch
        self._succeeded = float("-inf")  # the last fetch that brought a document
        self._has_failed = False  # the last fetch

    def find(self, place: Place) -> PyJWK | None:
        """The key, if it is known now."""
        return self._keys.get(place)

    def holds(self, key: PyJWK) -> bool:
        """Whether this very key is still among them."""
        return self._keys.get((key.key_id or "", key.algorithm_name)) is key

    async def learn(self, place: Place) -> None:
        """Sees to it that the key is known afterwards, if the issuer has it.

        An unknown key costs a fetch, one for all who wait; it may have to wait for PAUSE_SECONDS to be over, so that
        invented ids can't make us flood the issuer, while a new key's first token is late and not refused. After a
        fetch that failed nobody waits. Keys that are known go on at once; old ones are fetched anew beside the call.
        Raises Unavailable when the issuer has never answered.
        """
        if place in self._keys:
            await self._renew()
            return
        asked = self._clock()
        while place not in self._keys:
            rest = self._began + self._pause - self._clock()
            if self._running is not None:
                await asyncio.shield(self._running)
            elif self._began >= asked or (self._has_failed and rest > 0):
                break  # a fetch that began before this token came would not do: the key may be newer
            elif rest > 0:
                await asyncio.sleep(rest)
            else:
                self._start()
        if self._succeeded < 0:
            raise Unavailable("The issuer of this token's key does not answer right now. Please try again in a moment.")

    async def _renew(self) -> None:
        now = self._clock()
        if now - self._succeeded < self._fresh or now - self._began < self._pause or self._running is not None:
            return
        was_idle = now - self._began > 2 * self._fresh
        running = self._start()
        if was_idle:  # nobody called for long: what was withdrawn meanwhile must not pass once more
            await asyncio.shield(running)

    def _start(self) -> "asyncio.Task[None]":
        self._began = self._clock()
        self._running = asyncio.create_task(self._run())
        return self._running

    async def _run(self) -> None:
        try:
            keys = read_keys(await self._fetch())
        except ProviderError as error:
            self._has_failed = True
            log.warning("the issuer's keys (VIVAVOCE_JWKS_URL) can't be fetched: %s", error.message)
        else:
            # The same key stays the same object, so that a token found good by it stays so.
            self._keys = {place: _kept(self._keys.get(place), key) for place, key in keys.items()}
            self._has_failed = False
            self._succeeded = self._clock()
        finally:
            self._running = None


def read_keys(document: bytes) -> dict[Place, PyJWK]:
    """The keys of a JWKS that we can use, by their places; the others are left out, as RFC 7517, section 5, asks.

    Raises ProviderError for what is no JWKS.
    """
    keys: dict[Place, PyJWK] = {}
    for key in list_keys(document):
        if key.key_id is not None:
            keys.setdefault((key.key_id, key.algorithm_name), key)
    return keys


def list_keys(document: bytes) -> list[PyJWK]:
    """The same, those among them that have no id. Raises ProviderError for what is no JWKS."""
    try:
        read = json.loads(document)
    except (ValueError, RecursionError):
        raise ProviderError("the answer is not JSON", retryable=False) from None
    listed = read.get("keys") if isinstance(read, dict) else None
    if not isinstance(listed, list):
        raise ProviderError("the answer has no list of `keys`", retryable=False)
    keys = [_to_key(jwk) for jwk in listed[:MOST_KEYS] if isinstance(jwk, dict)]
    return [key for key in keys if key is not None]


def _to_key(jwk: dict[str, Any]) -> PyJWK | None:
    """The public key, fixed to its one algorithm, or None for one that we don't take."""
    kid, kty, operations = jwk.get("kid"), jwk.get("kty"), jwk.get("key_ops")
    algorithm = ALGORITHM_OF.get(kty) if isinstance(kty, str) else None
    if algorithm is None or (kid is not None and not (isinstance(kid, str) and 1 <= len(kid) <= LONGEST_ID)):
        return None
    if jwk.get("alg", algorithm) != algorithm or jwk.get("use", "sig") != "sig":
        return None
    if operations is not None and not (isinstance(operations, list) and "verify" in operations):
        return None
    if PRIVATE_MEMBERS & jwk.keys():
        log.warning("the issuer publishes a private key, which anybody can sign with; it is not taken")
        return None
    try:
        key = PyJWK(jwk, algorithm)
    except (PyJWTError, ValueError, TypeError, KeyError):
        return None
    return key if _is_strong(key.key) else None


def _is_strong(key: object) -> bool:
    if isinstance(key, EllipticCurvePublicKey):
        return isinstance(key.curve, SECP256R1)
    if isinstance(key, RSAPublicKey):
        return key.key_size in RSA_BITS and key.public_numbers().e <= LARGEST_EXPONENT
    return False


def _kept(known: PyJWK | None, key: PyJWK) -> PyJWK:
    return known if known is not None and known.key == key.key else key
