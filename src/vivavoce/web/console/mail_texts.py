"""What candidates are mailed: each mail as it goes out, in the merchant's own words or in ours, and what to change."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from vivavoce.candidates.letterhead import find_letterhead
from vivavoce.candidates.mail_preview import preview_mail
from vivavoce.candidates.mail_texts import KeptText, list_texts, set_text
from vivavoce.candidates.mails.own_text import (
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    WITH_LINK,
    MailWording,
    OwnText,
    check_own_text,
)
from vivavoce.clock import now
from vivavoce.errors import Invalid
from vivavoce.merchants.access import MAKERS
from vivavoce.providers.mail.port import Mail
from vivavoce.text.languages import LANGUAGES, Language
from vivavoce.web.console.desk import Desk
from vivavoce.web.console.faults import say_fault
from vivavoce.web.console.shell import ConsolePage, draw, go
from vivavoce.web.drawing import HEADERS, console_language
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts
from vivavoce.words.catalog import locales

PLACE = "candidates/mails/"
# A mail is styled inline, as mail programs want it, and does nothing.
MAIL_HEADERS = HEADERS | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'none'; sandbox"
}


@dataclass(frozen=True, slots=True)
class _Which:
    """Which mail in which language."""

    kind: MailWording
    language: Language


async def show(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: the mail that is asked for by `kind` and `language`."""
    asked = request.query_params
    which = _to_which(asked.get("kind", ""), asked.get("language", ""))
    return await _draw(parts, desk, which, said=asked.get("said"))


async def try_out(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: what is typed, as its reader would see it; with `as_mail`, the mail by itself. Nothing is kept or sent."""
    form = await read_form(request)
    which, typed = _to_which(form.get("kind", ""), form.get("language", "")), _typed(form)
    if "as_mail" not in form:
        return await _draw(parts, desk, which, typed=typed)
    try:
        own = None if typed is None else check_own_text(which.kind, subject=typed.subject, text=typed.text)
    except Invalid:
        return await _draw(parts, desk, which, typed=typed)
    return HTMLResponse((await _word(parts, desk, which, own)).html, headers=MAIL_HEADERS)


async def save(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: mails of this kind go out in these words from now on; with `ours`, or without any, in ours again."""
    form = await read_form(request)
    which = _to_which(form.get("kind", ""), form.get("language", ""))
    typed = None if "ours" in form else _typed(form)
    try:
        async with parts.database.tenant(desk.merchant.id) as connection:
            await set_text(
                connection,
                which.kind,
                which.language.code,
                subject="" if typed is None else typed.subject,
                text="" if typed is None else typed.text,
                merchant_id=desk.merchant.id,
                actor=desk.actor,
                now=now(),
            )
    except Invalid:
        return await _draw(parts, desk, which, typed=typed)
    said = "mail_ours" if typed is None else "mail_saved"
    return go(desk, PLACE, said=said, kind=which.kind.value, language=which.language.code)


def _typed(form: dict[str, str]) -> OwnText | None:
    """What was typed; None: nothing."""
    typed = OwnText(subject=form.get("subject", ""), text=form.get("text", ""))
    return typed if typed.subject.strip() or typed.text.strip() else None


async def _draw(
    parts: WebParts, desk: Desk, which: _Which, *, said: str | None = None, typed: OwnText | None = None
) -> Response:
    """typed: what was typed and is not kept; where it can't be mailed, the page says why and shows no mail."""
    async with parts.database.tenant(desk.merchant.id) as connection:
        kept = await list_texts(connection)
    own = _find(kept, which)
    mail, fault = None, None
    try:
        shown = own if typed is None else check_own_text(which.kind, subject=typed.subject, text=typed.text)
        mail = await _word(parts, desk, which, shown)
    except Invalid as error:
        fault = {"name": error.name, "text": say_fault(error.message)}
    return draw(
        parts,
        desk,
        "mail_texts.html",
        place="candidates/",
        status=200 if fault is None else 422,
        said=said,
        kinds=[kind.value for kind in MailWording],
        spoken=[language for language in LANGUAGES if language.code in locales()],
        which=which,
        kept=[
            {"kind": text.kind.value, "language": _language(text.language), "changed_at": text.changed_at}
            for text in kept
        ],
        is_own=own is not None,
        is_tried=typed is not None,
        typed=typed or own or OwnText(subject="", text=""),
        mail=mail,
        fault=fault,
        has_link=which.kind in WITH_LINK,
        longest={"subject": LONGEST_SUBJECT, "text": LONGEST_TEXT},
        sends_mail=parts.sends_mail,
    )


async def _word(parts: WebParts, desk: Desk, which: _Which, own: OwnText | None) -> Mail:
    letterhead = await find_letterhead(parts.database, desk.merchant.id)
    return preview_mail(
        which.kind,
        which.language.code,
        merchant=desk.merchant.shown_name,
        letterhead=letterhead,
        own=own,
        base=parts.public_url,
        now=now(),
    )


def _find(kept: Sequence[KeptText], which: _Which) -> OwnText | None:
    return next(
        (text.own for text in kept if (text.kind, text.language) == (which.kind, which.language.code)),
        None,
    )


def _to_which(kind: str, language: str) -> _Which:
    """What is asked for; the first there is where nothing of the kind was."""
    kinds = {wording.value: wording for wording in MailWording}
    return _Which(kinds.get(kind, MailWording.INVITATION), _language(language or console_language()))


def _language(code: str) -> Language:
    by_code = {language.code: language for language in LANGUAGES if language.code in locales()}
    return by_code.get(code, by_code["en"])


PAGES = (
    ConsolePage("GET", PLACE, show, MAKERS),
    ConsolePage("POST", f"{PLACE}try", try_out, MAKERS),
    ConsolePage("POST", f"{PLACE}save", save, MAKERS),
)
