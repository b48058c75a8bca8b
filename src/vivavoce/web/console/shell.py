"""The frame of the console: who may see which page, how a page is drawn, and where it stands in the navigation.

How a page joins: a module in this folder names its pages,

    PAGES = (
        ConsolePage("GET", "results/", show_list, READERS),
        ConsolePage("GET", "results/{attempt}/", show, READERS),
        ConsolePage("POST", "results/{attempt}/decide", decide, READERS),
    )

and web/console/routes.py adds them to its own. Each is an async function of the parts, the request and the desk
(web/console/desk.py), at whose merchant it is and whose role is one of the allowed ones: who is not signed in, and who
may not, never reach it. A POST has been read, and is known to come from a page of ours: `await read_form(request)`
gives its fields. A page calls the verbs that the wire calls, with `desk.actor` as whoever did it:

    async def show_list(parts: WebParts, request: Request, desk: Desk) -> Response:
        async with parts.database.tenant(desk.merchant.id) as connection:
            page = await list_results(connection, environment=desk.environment, …)
        return draw(parts, desk, "results.html", place="results/", rows=…)

    async def decide(parts: WebParts, request: Request, desk: Desk) -> Response:
        form = await read_form(request)
        …
        return go(desk, f"results/{attempt_id}/", said="decided")

The template stands in templates/console/ and begins with `{% extends "console/frame.html" %}`; it fills the blocks
`title` (a text) and `main`. Each form holds `{{ form_key }}`; what htmx sends carries it by itself. What is refused
(VivavoceError) becomes a page that says why, or, where htmx asked, its sentence in the page. After `go(…, said="x")`
the next page shows the sentence of `x` in SAID. The page appears in the navigation once a place of NAVIGATION is among
its addresses. Words go by `_("…")`, as everywhere; `make words`, then the German in words/console/de.po.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vivavoce.merchants.people.members import DESK_ROLES
from vivavoce.merchants.tokens import Role
from vivavoce.web.console.desk import FORM_KEY, FORM_KEY_HEADER, Desk
from vivavoce.web.forms import MOST_BYTES, MOST_FIELDS
from vivavoce.web.parts import WebParts
from vivavoce.words.mark import mark

DrawPage = Callable[[WebParts, Request, Desk], Awaitable[Response]]

OWNERS = frozenset({Role.ADMIN, Role.OWNER})  # of a merchant: who lets others in

# Places of the navigation in their order, with their words. One stands there when a page is at its address.
NAVIGATION = (
    ("", mark("Home")),
    ("results/", mark("Results")),
    ("interviews/", mark("Interviews")),
    ("candidates/", mark("Candidates")),
    ("live/", mark("Live")),
    ("team/", mark("Team")),
)
# What a page says once, after something was done on the one before.
SAID = {
    "saved": mark("Saved."),
    "answered": mark("Answered. The candidate reads it on their own page."),
    "decided": mark("Decided. You can undo it for ten minutes."),
    "decided_several": mark("Decided. Each can be undone on its own page for ten minutes."),
    "undone": mark("Undone. The candidate hears nothing."),
    "overturned": mark("The mark has changed, and the number follows it."),
    "score_changed": mark("The score has changed."),
    "rated": mark("Your rating is kept. Here are the program’s marks."),
    "assessing": mark("A program assesses it again. It takes about a minute."),
    "created": mark("Created."),
    "published": mark("Published. It can be taken now."),
    "moved": mark("Changed."),
    "blind_set": mark("Changed, for results that were sent already, too."),
    "copied": mark("Copied. This is the copy, as a draft."),
    "deleted": mark("Deleted. Results that were sent stay."),
    "revoked": mark("Revoked. Their links open nothing any more."),
    "time_set": mark("Changed. It counts from now on."),
    "merged": mark("Merged. You can separate them again below."),
    "split": mark("Separated. They’re two people again."),
    "granted": mark("They can take it once more."),
    "task_done": mark("Done."),
    "task_refused": mark("Refused. They read your reason on their own page."),
    "tried_again": mark("It’s being tried again."),
    "member_invited": mark("Invited. They can sign in with that address."),
    "member_ended": mark("Removed. They were signed out at once."),
    "role_changed": mark("The role has changed."),
    "mail_saved": mark("Saved. From now on this email goes out in your words."),
    "mail_ours": mark("This email goes out in the standard words again."),
    "signed_out_there": mark("Signed out there."),
    "passkey_added": mark("Added. From now on you can sign in with it."),
    "passkey_removed": mark("Removed. It signs nobody in any more."),
    "unlinked": mark("Removed. That account signs nobody in any more."),
}


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """A page, or what a form is sent to. path: below the merchant's own address. most_bytes, most_fields: of a form."""

    method: str
    path: str
    draw: DrawPage
    allowed: frozenset[Role] = DESK_ROLES
    most_bytes: int = MOST_BYTES
    most_fields: int = MOST_FIELDS


def draw(
    parts: WebParts,
    desk: Desk,
    template: str,
    *,
    place: str,
    status: int = 200,
    said: str | None = None,
    **context: Any,
) -> Response:
    """The page in the console's frame. template: below templates/console/. place: of NAVIGATION, where it belongs."""
    return parts.pages.draw_console(
        f"console/{template}",
        status=status,
        desk=desk,
        place=place,
        navigation=[
            {"url": desk.url(path), "word": word, "is_here": path == place}
            for path, word in NAVIGATION
            if path in parts.console_places and desk.role in parts.console_places[path]
        ],
        form_key=form_field(desk.key),
        form_key_header=f'{{"{FORM_KEY_HEADER}": "{desk.key}"}}',
        said=SAID.get(said or ""),
        **context,
    )


def draw_fragment(parts: WebParts, desk: Desk, template: str, *, status: int = 200, **context: Any) -> Response:
    """A part of a page, as htmx asks for it."""
    return parts.pages.draw_console(
        f"console/{template}", status=status, desk=desk, form_key=form_field(desk.key), **context
    )


def go(desk: Desk, path: str, *, said: str | None = None, at: str = "", **query: str) -> Response:
    """Leads to another page at this merchant after something was done. said: of SAID. at: a place on it, by its id."""
    asked = query | ({"said": said} if said is not None else {})
    address = desk.url(path) + (f"?{urlencode(asked)}" if asked else "") + (f"#{at}" if at else "")
    return RedirectResponse(address, status_code=303)


def is_by_htmx(request: Request) -> bool:
    """Whether a part of a page is asked for, and not the whole."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"


def form_field(key: str) -> Markup:
    """What each form holds."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_KEY, key)
