"""The demo's page of mails: what would have been sent, so that everything can be tried on one machine."""

from pathlib import Path

from starlette.responses import Response

from vivavoce.providers.mail.folder import read_mails
from vivavoce.web.parts import WebParts

ADDRESS = "/demo/mails"


def show(parts: WebParts, folder: Path) -> Response:
    """The mails, newest first."""
    return parts.pages.draw("mails.html", mails=read_mails(folder))
