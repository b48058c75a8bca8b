"""The server's own secrets: what tokens and links are signed with, and what seals secrets at rest."""

import base64
import binascii
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vivavoce.errors import BadSetting, Unavailable, VivavoceError
from vivavoce.private import create_file, make_folder
from vivavoce.settings import PREFIX, Settings

WRAPPING_KEY = "wrapping-key"  # the file in the data folder's `secrets`
SEAL_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Keys:
    """jwt: of callers' tokens. link, cookie: of candidates' links and sessions. wrapping: of people's own keys.

    signer: signs what others keep and may check: reports and judgements' receipts.

    None of them can stand for another.
    """

    jwt: bytes = field(repr=False)
    link: bytes = field(repr=False)
    cookie: bytes = field(repr=False)
    sealer: "Sealer" = field(repr=False)
    wrapping: "WrappingKeys" = field(repr=False)
    signer: "Signer" = field(repr=False)


class Sealer:
    """Seals small secrets at rest (AES-256-GCM); what is sealed opens only in the place that it was sealed for."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, secret: bytes, *, place: str) -> bytes:
        """nonce (12 bytes), ciphertext and tag (16 bytes), one after the other."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, place.encode())

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """The secret. Raises VivavoceError when it was sealed with another key or for another place, or was altered."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as error:  # ValueError: too short for a nonce
            raise VivavoceError(
                "A stored secret does not open. Is VIVAVOCE_SEAL_KEY the one it was sealed with?"
            ) from error


class Signer:
    """Signs by Ed25519 (RFC 8032): whoever has the public key can check it, without us."""

    def __init__(self, key: bytes) -> None:
        """key: 32 bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(key)
        self.public_key = self._key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """The signature: 128 hex digits."""
        return self._key.sign(message).hex()


class UnknownWrappingKey(Unavailable):
    """A recording's key was wrapped by a key that isn't here. Add it to VIVAVOCE_WRAPPING_KEY, and restart."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A person's key as it is stored. by: the wrapping key's name, eight bytes in hex that tell nothing of it."""

    sealed: bytes
    by: str


class WrappingKeys:
    """Wraps people's own keys with the first of the server's wrapping keys; the others open what they have wrapped."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """keys: 32 bytes each, at least one."""
        self._sealers = {
            _derive(key, "name of a wrapping key")[:8].hex(): Sealer(_derive(key, "people's own keys")) for key in keys
        }
        self.current = next(iter(self._sealers))

    def wrap(self, secret: bytes, *, place: str) -> WrappedKey:
        """The secret, for this place alone."""
        return WrappedKey(sealed=self._sealers[self.current].seal(secret, place=place), by=self.current)

    def unwrap(self, wrapped: WrappedKey, *, place: str) -> bytes:
        """The secret. Raises UnknownWrappingKey, and VivavoceError for one that was altered or is another place's."""
        sealer = self._sealers.get(wrapped.by)
        if sealer is None:
            raise UnknownWrappingKey
        return sealer.open(wrapped.sealed, place=place)


def load_keys(settings: Settings) -> Keys:
    """The keys that the settings name; those that they don't name are made once and kept in the data folder."""
    folder = settings.data_dir / "secrets"
    jwt = settings.jwt_secret or _kept(folder / "jwt-secret", lambda: secrets.token_urlsafe(48))
    seal = load_seal_key(settings)
    return Keys(
        jwt=jwt.encode(),
        link=_derive(seal, "candidate links"),
        cookie=_derive(seal, "candidate cookies"),
        sealer=Sealer(_derive(seal, "secrets at rest")),
        wrapping=WrappingKeys([_decode(key, name="wrapping_key") for key in wrapping_keys_of(settings, seal)]),
        signer=Signer(_derive(seal, "signing reports and receipts")),
    )


def load_seal_key(settings: Settings) -> bytes:
    """The key that most others come from: of the setting, or made once and kept."""
    text = settings.seal_key or _kept(settings.data_dir / "secrets" / "seal-key", make_key_text)
    return _decode(text, name="seal_key")


def make_key_text() -> str:
    """A new key of 32 random bytes, as settings have it."""
    return base64.urlsafe_b64encode(os.urandom(SEAL_BYTES)).decode()


def wrapping_keys_of(settings: Settings, seal: bytes) -> list[str]:
    """The wrapping keys as texts, the first of which wraps: of the setting, those that are kept, or the seal key's own.

    The last is one that every server with this seal key has, without anything more to be set.
    """
    file = settings.data_dir / "secrets" / WRAPPING_KEY
    if settings.wrapping_key is not None:
        listed = settings.wrapping_key
    elif file.exists():
        listed = file.read_text(encoding="ascii")
    else:
        listed = base64.urlsafe_b64encode(_derive(seal, "wrapping key")).decode()
    return [key.strip() for key in listed.split(",")]


def keep_wrapping_keys(data_dir: Path, keys: Sequence[str]) -> None:
    """Keeps these wrapping keys in the data folder, in place of those before. Raises OSError."""
    file = data_dir / "secrets" / WRAPPING_KEY
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    _write_synced(draft, ",".join(keys))
    draft.replace(file)


def _decode(text: str, *, name: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != SEAL_BYTES:
        raise BadSetting(
            f"{PREFIX}{name.upper()}: expected 32 bytes in base64url, as `openssl rand -base64 32 | tr +/ -_` prints.",
            name=name,
        )
    return key


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"vivavoce {purpose}".encode()).derive(key)


def _kept(file: Path, make: Callable[[], str]) -> str:
    """The secret in the file, made when it is missing. Two programs that make it at once both take the first one's."""
    make_folder(file.parent)
    if not file.exists():
        draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        _write_synced(draft, make())
        try:
            os.link(draft, file)  # fails where it exists: nobody's key is ever replaced
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text(encoding="ascii").strip()


def _write_synced(file: Path, text: str) -> None:
    descriptor = create_file(file)
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
