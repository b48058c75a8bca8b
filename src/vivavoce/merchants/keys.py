"""The server's own secrets: what tokens and links are signed with, and what seals secrets at rest."""

import base64
import binascii
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vivavoce.errors import BadSetting, VivavoceError
from vivavoce.private import create_file, make_folder
from vivavoce.settings import Settings

SEAL_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Keys:
    """jwt: of callers' tokens. link, cookie: of candidates' links and sessions. None of them can stand for another."""

    jwt: bytes = field(repr=False)
    link: bytes = field(repr=False)
    cookie: bytes = field(repr=False)
    sealer: "Sealer" = field(repr=False)


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


def load_keys(settings: Settings) -> Keys:
    """The keys that the settings name; those that they don't name are made once and kept in the data folder."""
    folder = settings.data_dir / "secrets"
    jwt = settings.jwt_secret or _kept(folder / "jwt-secret", lambda: secrets.token_urlsafe(48))
    seal_text = settings.seal_key or _kept(
        folder / "seal-key", lambda: base64.urlsafe_b64encode(os.urandom(SEAL_BYTES)).decode()
    )
    seal = _decode_seal_key(seal_text)
    return Keys(
        jwt=jwt.encode(),
        link=_derive(seal, "candidate links"),
        cookie=_derive(seal, "candidate cookies"),
        sealer=Sealer(_derive(seal, "secrets at rest")),
    )


def _decode_seal_key(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != SEAL_BYTES:
        raise BadSetting(
            "VIVAVOCE_SEAL_KEY: expected 32 bytes in base64url, as `openssl rand -base64 32 | tr +/ -_` prints.",
            name="seal_key",
        )
    return key


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"vivavoce {purpose}".encode()).derive(key)


def _kept(file: Path, make: Callable[[], str]) -> str:
    """The secret in the file, made when it is missing. Two programs that make it at once both take the first one's."""
    make_folder(file.parent)
    if not file.exists():
        draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = create_file(draft)
        try:
            os.write(descriptor, make().encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(draft, file)  # fails where it exists: nobody's key is ever replaced
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text(encoding="ascii").strip()
