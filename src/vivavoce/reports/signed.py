"""Reports that say by themselves whether they were changed: the server's signature is their last line.

PDF     %vivavoce-signature KEY SIGNATURE          a comment behind the end, which readers pass over
HTML    <!-- vivavoce-signature KEY SIGNATURE -->

KEY is the server's public key and SIGNATURE its Ed25519 signature (RFC 8032) of MARK and every byte before the line,
both in hex. Who made the file is only as sure as the key: compare it with the one that the server shows.
"""

import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from vivavoce.errors import Invalid
from vivavoce.merchants.keys import Signer

MARK = b"vivavoce report 1\n"
_PDF = re.compile(rb"\n%vivavoce-signature ([0-9a-f]{64}) ([0-9a-f]{128})\n\Z")
_HTML = re.compile(rb"\n<!-- vivavoce-signature ([0-9a-f]{64}) ([0-9a-f]{128}) -->\n\Z")


class ReportChanged(Invalid):
    """This report was changed after it was made, or its end is missing. Don’t rely on it: ask for a new one."""


class ReportUnsigned(Invalid):
    """This file carries no signature of a report: it is another file, or its end is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReport:
    """A report whose every byte is as it was signed. key: by whom, in hex."""

    key: str
    content: bytes


def sign_pdf(content: bytes, signer: Signer) -> bytes:
    """The PDF with its signature."""
    return content + f"\n%vivavoce-signature {signer.public_key} {signer.sign(MARK + content)}\n".encode()


def sign_html(text: str, signer: Signer) -> str:
    """The page with its signature."""
    signature = signer.sign(MARK + text.encode())
    return f"{text}\n<!-- vivavoce-signature {signer.public_key} {signature} -->\n"


def check_report(content: bytes) -> CheckedReport:
    """The report, if nothing in it was changed. Raises ReportChanged, and ReportUnsigned."""
    trailer = _PDF.search(content[-400:]) or _HTML.search(content[-400:])
    if trailer is None:
        raise ReportUnsigned
    line = len(trailer[0])
    signed = content[:-line]
    is_pdf = signed.startswith(b"%PDF-")
    if is_pdf != trailer[0].startswith(b"\n%"):
        raise ReportChanged
    key, signature = trailer[1].decode(), bytes.fromhex(trailer[2].decode())
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, MARK + signed)
    except (InvalidSignature, ValueError):
        raise ReportChanged from None
    return CheckedReport(key=key, content=signed)
