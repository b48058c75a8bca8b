"""Passkeys, as browsers and their devices make and use them (WebAuthn, by `webauthn`). Nothing is kept here.

What a device says of itself is not asked for: any will do that knows its owner by a finger, a face or a PIN.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from vivavoce.errors import NotUnderstood

WAIT_MS = 300_000  # for somebody to find their device


class BadPasskey(NotUnderstood):
    """This passkey does not hold here. Try once more, or sign in another way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeySite:
    """Where passkeys hold. host: what they are made for; origin: of the only pages that may use them."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePasskey:
    """What a device has just made. is_synced: whether it may be on several of its owner's devices."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    is_synced: bool


def find_site(public_url: str) -> PasskeySite | None:
    """Where passkeys hold for pages at this address; None: browsers make none there.

    They want a name and TLS. This machine needs neither, but it has to be called `localhost`.
    """
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    try:
        is_address, is_here = True, ip_address(host).is_loopback
    except ValueError:
        is_address, is_here = False, host == "localhost"
    if is_here:
        port = "" if parts.port is None else f":{parts.port}"
        return PasskeySite(host="localhost", origin=f"{parts.scheme}://localhost{port}")
    if is_address or parts.scheme != "https":
        return None
    return PasskeySite(host=host, origin=public_url)


def ask_for_new(
    site: PasskeySite, *, challenge: bytes, handle: bytes, email: str, name: str, known: Sequence[bytes]
) -> str:
    """What a browser is asked for to make one, as JSON. handle: of the person, telling nobody who they are."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Vivavoce",
        user_id=handle,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        timeout=WAIT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known],
    )
    return str(webauthn.options_to_json(options))


def read_new(site: PasskeySite, *, challenge: bytes, credential: str) -> MadePasskey:
    """The passkey that came back. Raises BadPasskey for one of another challenge or place, or that knows no owner."""
    import webauthn
    from webauthn.helpers.structs import CredentialDeviceType

    with _refusing():
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    return MadePasskey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        is_synced=made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
    )


def ask_for_any(site: PasskeySite, *, challenge: bytes) -> str:
    """What a browser is asked for to show one, of whomever, as JSON."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=WAIT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return str(webauthn.options_to_json(options))


def read_id(credential: str) -> bytes:
    """Which one it says it is. Raises BadPasskey."""
    from webauthn.helpers import parse_authentication_credential_json

    with _refusing():
        return bytes(parse_authentication_credential_json(credential).raw_id)


def check_shown(site: PasskeySite, *, challenge: bytes, credential: str, public_key: bytes, sign_count: int) -> int:
    """How often its device says that it was used, once it is known to be this one. Raises BadPasskey."""
    import webauthn

    with _refusing():
        shown = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    return int(shown.new_sign_count)


@contextmanager
def _refusing() -> Iterator[Any]:
    """Whatever a hostile device may send is one refusal."""
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        yield
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise BadPasskey from error
