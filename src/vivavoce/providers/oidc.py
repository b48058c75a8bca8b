"""An OpenID Connect provider, asked: where its pages are, what a code is worth, who an account is.

What comes back is not believed here: `merchants/people/oidc.py` holds the token against the provider's keys.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from vivavoce.errors import ProviderError

SCOPE = "openid email profile"
MOST_SECONDS = 10.0  # for one question, however slowly the answer trickles
FRESH_SECONDS = 3600.0  # between two looks at where its pages are
PAUSE_SECONDS = 5.0  # after a look that failed
DISCOVERY = "/.well-known/openid-configuration"
# By which a client says who it is, the first one that the provider knows (OpenID Connect Core, section 9).
CLIENT_AUTH = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPlaces:
    """Where the provider's pages are, as it publishes them. client_auth: how a client with a secret shows it."""

    authorization: str
    token: str
    jwks: str
    userinfo: str | None
    end_session: str | None
    client_auth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAnswer:
    """What a code was worth. Neither is checked."""

    id_token: str
    access_token: str


class OidcProvider:
    """One provider, as the settings name it. secret: None for a client that has none, and goes by PKCE alone."""

    def __init__(self, *, issuer: str, client_id: str, secret: str | None) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self._secret = secret
        self._places: ProviderPlaces | None = None
        self._looked_at = float("-inf")

    async def places(self) -> ProviderPlaces:
        """Where its pages are: looked up when first needed, and once an hour. Raises ProviderError."""
        age = time.monotonic() - self._looked_at
        if self._places is not None and age < FRESH_SECONDS:
            return self._places
        if age < PAUSE_SECONDS:
            raise ProviderError("did not answer a moment ago", retryable=True)
        self._looked_at = time.monotonic()
        try:
            self._places = read_places(await _fetch(f"{self.issuer.rstrip('/')}{DISCOVERY}"), issuer=self.issuer)
        except ProviderError:
            if self._places is None:
                raise
        return self._places

    async def sign_in_url(self, *, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where to send somebody's browser. back: where theirs sends it afterwards. Raises ProviderError."""
        places = await self.places()
        async with self._client(places, back=back) as client:
            url, _ = client.create_authorization_url(
                places.authorization, state=state, code_verifier=verifier, nonce=nonce
            )
        return str(url)

    async def redeem(self, code: str, *, back: str, verifier: str) -> CodeAnswer:
        """What the code is worth. Raises ProviderError: it is not retryable where the code itself is refused."""
        from authlib.integrations.base_client import OAuthError

        places = await self.places()
        async with self._client(places, back=back) as client:
            try:
                given = await _in_time(client.fetch_token(places.token, code=code, code_verifier=verifier))
            except OAuthError as error:
                raise ProviderError(f"refused the code: {error.error}", retryable=False) from None
        id_token, access_token = given.get("id_token"), given.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise ProviderError("sent no ID token: is `openid` allowed to this client?", retryable=False)
        return CodeAnswer(id_token=id_token, access_token=access_token)

    async def keys(self) -> bytes:
        """Its public keys as it publishes them now: a key that it withdrew signs nobody in. Raises ProviderError."""
        return await _fetch((await self.places()).jwks)

    async def read_account(self, access_token: str) -> dict[str, Any]:
        """What it says of the account, where its ID token does not; {} where it has no page for that.

        Raises ProviderError.
        """
        places = await self.places()
        if places.userinfo is None:
            return {}
        token = {"access_token": access_token, "token_type": "Bearer"}
        async with self._client(places, token=token) as client:
            answer = await _in_time(client.get(places.userinfo))
            told = answer.json() if answer.status_code == 200 else None
        if not isinstance(told, dict):
            raise ProviderError("says nothing of the account", retryable=False)
        return told

    async def sign_out_url(self, *, back: str) -> str | None:
        """Where somebody ends their session there; None where it has no such page. Raises ProviderError."""
        place = (await self.places()).end_session
        if place is None:
            return None
        query = urlencode({"client_id": self.client_id, "post_logout_redirect_uri": back})
        return f"{place}{'&' if '?' in place else '?'}{query}"

    def _client(self, places: ProviderPlaces, **more: Any) -> Any:
        from authlib.integrations.httpx_client import AsyncOAuth2Client  # for who has set a provider alone

        back = more.pop("back", None)
        return AsyncOAuth2Client(
            client_id=self.client_id,
            client_secret=self._secret,
            token_endpoint_auth_method="none" if self._secret is None else places.client_auth,
            code_challenge_method="S256",
            scope=SCOPE,
            redirect_uri=back,
            timeout=MOST_SECONDS,
            follow_redirects=False,
            **more,
        )


def read_places(document: bytes, *, issuer: str) -> ProviderPlaces:
    """What the provider publishes of itself. Raises ProviderError for anything else, and where it is another's."""
    try:
        told = json.loads(document)
    except (ValueError, RecursionError):
        raise ProviderError("its description is not JSON", retryable=False) from None
    if not isinstance(told, dict):
        raise ProviderError("its description is not an object", retryable=False)
    if told.get("issuer") != issuer:
        raise ProviderError(
            f"calls itself {str(told.get('issuer'))[:200]!r}: set VIVAVOCE_OIDC_ISSUER to that", retryable=False
        )
    known = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    method = next((method for method in CLIENT_AUTH if isinstance(known, list) and method in known), None)
    return ProviderPlaces(
        authorization=_place(told, "authorization_endpoint", issuer),
        token=_place(told, "token_endpoint", issuer),
        jwks=_place(told, "jwks_uri", issuer),
        userinfo=_place(told, "userinfo_endpoint", issuer) if told.get("userinfo_endpoint") else None,
        end_session=_place(told, "end_session_endpoint", issuer) if told.get("end_session_endpoint") else None,
        client_auth=method or CLIENT_AUTH[1],
    )


def _place(told: dict[str, Any], name: str, issuer: str) -> str:
    """An address of its own: over TLS, unless the provider itself is asked without."""
    url = told.get(name)
    if not isinstance(url, str) or not url.isprintable() or not urlsplit(url).hostname:
        raise ProviderError(f"its description names no `{name}`", retryable=False)
    if urlsplit(url).scheme not in {"https", urlsplit(issuer).scheme}:
        raise ProviderError(f"its `{name}` is not an https address", retryable=False)
    return url


async def _fetch(url: str) -> bytes:
    """A document of its own, within the limits of size and time that keys have. Raises ProviderError."""
    from vivavoce.providers.jwks import fetch_jwks  # an HTTP client, for who has set a provider alone

    return await fetch_jwks(url)


async def _in_time(asking: Any) -> Any:
    """The answer. Raises ProviderError where the line fails, and where what comes back can't be read."""
    import httpx2

    try:
        async with asyncio.timeout(MOST_SECONDS):
            return await asking
    except TimeoutError:
        raise ProviderError(f"no whole answer within {MOST_SECONDS:g} seconds", retryable=True) from None
    except httpx2.HTTPError as error:
        raise ProviderError(f"{type(error).__name__}: {error}", retryable=True) from None
    except ValueError as error:
        raise ProviderError(f"an answer that can't be read: {type(error).__name__}", retryable=False) from None
