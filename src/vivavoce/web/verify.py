"""The page that checks receipts and reports in the browser: one file with what it needs inside, and no way out."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from vivavoce.web.adding import add_page
from vivavoce.web.drawing import HEADERS, make_environment

ADDRESS = "/verify"
SCRIPT = Path(__file__).parent / "static" / "verify" / "verify.js"
STYLE = (
    ":root{color-scheme:light dark;--paper:#f1f2ed;--ink:#1b2625;--soft:#4a5755;--edge:#71807a;--good:#1c6a3e;"
    "--bad:#9c3327}@media(prefers-color-scheme:dark){:root{--paper:#121817;--ink:#edefe8;--soft:#b3bdb8;"
    "--edge:#7f8f89;--good:#8fd2a6;--bad:#f2a99c}}*{box-sizing:border-box}body{margin:0;background:var(--paper);"
    "color:var(--ink);font:1.0625rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}main{max-inline-size:44rem;"
    "margin-inline:auto;padding:1.5rem clamp(1rem,4vw,3rem)}h1{font-size:1.75rem;line-height:1.25}h2{font-size:1.25rem;"
    "margin:0}input{font:inherit;color:inherit;background:transparent;max-inline-size:100%;min-block-size:2.75rem}"
    "#key{inline-size:100%;border:1px solid var(--edge);border-radius:8px;padding:.5rem}.soft{color:var(--soft)}"
    "input:focus-visible{outline:3px solid currentcolor;outline-offset:2px}#told[data-state]{border:2px solid "
    "var(--edge);border-radius:8px;padding:1rem}#told[data-state=holds]{border-color:var(--good)}"
    "#told[data-state=broken]{border-color:var(--bad);border-style:double;border-width:6px}"
)


def add_verifier(app: Starlette) -> None:
    """Puts the page into the app."""

    async def endpoint(request: Request) -> Response:
        return HTMLResponse(verifier_page(), headers={**HEADERS, "Content-Security-Policy": _policy()})

    add_page(app, ADDRESS, endpoint)


@cache
def verifier_page() -> str:
    """The page, which can be kept as a file."""
    return make_environment().get_template("verify.html").render(script=_script(), style=STYLE, policy=_policy())


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")


def _policy() -> str:
    return f"default-src 'none'; script-src '{_digest(_script())}'; style-src '{_digest(STYLE)}'"


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
