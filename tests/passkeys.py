"""A device that makes passkeys, in software: it signs whatever page asks it to."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, HOLDS_A_KEY = 0x01, 0x04, 0x40


def to_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(slots=True)
class SoftDevice:
    """One device with one passkey. origin: of the page that it believes to be on; host: what it makes keys for.

    counts: whether it tells how often it was used. flags: what it says of its owner's presence.
    """

    origin: str = "https://interviews.example"
    host: str = "interviews.example"
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    used: int = 0
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str, **said: str) -> str:
        """The passkey that a page asked for, as its script sends it on."""
        point = self.private.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key
        data = self._data(self.flags | HOLDS_A_KEY) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options, said)
        return self._credential(clientDataJSON=to_text(client), attestationObject=to_text(attestation))

    def show(self, options: str, **said: str) -> str:
        """The passkey, shown to a page that asked for one."""
        self.used += 1
        data, client = self._data(self.flags), self._client("webauthn.get", options, said)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            clientDataJSON=to_text(client), authenticatorData=to_text(data), signature=to_text(signature), userHandle=""
        )

    def _data(self, flags: int) -> bytes:
        count = self.used if self.counts else 0
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")

    def _client(self, kind: str, options: str, said: dict[str, str]) -> bytes:
        told: dict[str, Any] = {"type": kind, "challenge": json.loads(options)["challenge"], "origin": self.origin}
        return json.dumps(told | said).encode()

    def _credential(self, **response: str) -> str:
        told = to_text(self.credential_id)
        return json.dumps({"id": told, "rawId": told, "type": "public-key", "response": response})
