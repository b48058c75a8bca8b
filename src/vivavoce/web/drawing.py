"""Drawing pages: templates, in which language they speak, static files, and the headers that every page carries."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import CodeType
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from vivavoce.text.languages import LANGUAGES
from vivavoce.web.frames import Frame, frame_of
from vivavoce.web.policy import CONSOLE, STRICT, Policy
from vivavoce.web.statics import own_statics
from vivavoce.web.styles_inside import put_styles_inside
from vivavoce.words.catalog import Words, console_languages, find_console_words, find_words, locales
from vivavoce.words.choose import choose_language, find_region
from vivavoce.words.drawn import in_words, speak

HERE = Path(__file__).parent
BRAND = "Vivavoce"

HEADERS = {
    "Content-Security-Policy": str(STRICT),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# Of pages that others name.
ADDRESSES = {"console": "/console", "docs": "/docs"}
WINDOW = "/embed/window"  # where somebody goes on in a window of its own
LANGUAGE_CHOSEN = "lang"  # in an address
LANGUAGE_COOKIE = "vivavoce_lang"
FORMS_WITH_A_PAGE = ("code", "person", "start")  # other forms are sent to an address that shows nothing
TEXT_COOKIE = "vivavoce_text"  # large or normal: how big the words are on this device
LARGE, NORMAL = "large", "normal"
# Of a page that may listen; whether it does, the browser asks.
LISTENING = {"Permissions-Policy": "camera=(), microphone=(self), geolocation=()"}
FILMING = {"Permissions-Policy": "camera=(self), microphone=(self), geolocation=()"}


class FrameEvent(StrEnum):
    """How it stands with an attempt in a frame."""

    STARTED = "started"  # questions are being asked, or are about to be
    COMPLETED = "completed"  # none follows; it can be looked through and sent
    SUBMITTED = "submitted"
    FAILED = "failed"  # set aside, and not counted


@dataclass(frozen=True, slots=True)
class FrameNews:
    """What the page around a frame is told once this page is there."""

    event: FrameEvent
    attempt_id: UUID


@dataclass(frozen=True, slots=True)
class VisitorChoices:
    """How somebody wants to be spoken to.

    chosen: the language, by themselves, here; liked: what the browser says of it. text: large or normal; None: they
    never said on this device. here: the address of the page, without the language.
    """

    chosen: str | None
    liked: str
    text: str | None = None
    here: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """In which frame a page is drawn. origins: whose pages may show it, and are told how it goes.

    frame: None at the door, where there is none yet.
    """

    frame: Frame | None = None
    origins: tuple[str, ...] = ()

    @property
    def is_anywhere(self) -> bool:
        """Whether anybody's page may show it: it says only that nothing can be opened."""
        return self.frame is None or self.frame.visit is None


_NOTHING_WISHED = VisitorChoices(chosen=None, liked="")
_WISHED: ContextVar[VisitorChoices] = ContextVar("wished", default=_NOTHING_WISHED)
_DRESS: ContextVar[dict[str, Any] | None] = ContextVar("dress", default=None)
_FRAMING: ContextVar[Framing | None] = ContextVar("framing", default=None)


class Pages:
    """The templates, ready to be drawn."""

    def __init__(self) -> None:
        self.statics = own_statics()
        self._environment = make_environment()
        self._environment.globals |= {"static": self.statics.address, "module": self.statics.module, "brand": BRAND}
        self._environment.globals |= ADDRESSES

    def draw(
        self,
        template: str,
        *,
        status: int = 200,
        in_language: str | None = None,
        policy: Policy = STRICT,
        listens: bool = False,
        films: bool = False,
        has_large_text: bool = False,
        page_url: str | None = None,
        news: FrameNews | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """The page, with the headers of every page.

        in_language: of the interview that the page is about; somebody's own choice goes before it. policy: what it
        loads from elsewhere, and who may frame it. listens: whether it may ask for the microphone; films: for the
        camera, too. has_large_text: where nothing was said on this device. page_url: where the page is found again in
        another language; None: where it is now. news: for the page around it.
        """
        text, here = _WISHED.get().text, page_url or _WISHED.get().here
        context["dress"] = _DRESS.get()
        context["here_in"] = lambda code: f"{here}{'&' if '?' in here else '?'}{LANGUAGE_CHOSEN}={code}"
        context["has_large_text"] = has_large_text if text is None else text == LARGE
        framing = _FRAMING.get()
        context["framed"] = None if framing is None else _tell_framing(framing, news)
        words = page_words(in_language)
        html = self._environment.get_template(template).render(context | in_words(words))
        if framing is not None:
            policy = replace(policy, frame_ancestors=framing.origins, is_framed_anywhere=framing.is_anywhere)
            html = html if framing.frame is None else framing.frame.address(html)
            if framing.frame is not None and framing.frame.is_arriving:
                html, digest = put_styles_inside(html, self.statics, others=_accent_of(context["dress"]))
                policy = replace(policy, style_digest=digest)
        allowed = FILMING if films else LISTENING if listens else {}
        headers = HEADERS | {"Content-Security-Policy": str(policy)} | allowed
        return HTMLResponse(html, status_code=status, headers=headers)

    def draw_console(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A page of the console, or a part of one, in its reader's language, with the headers of every page."""
        code = console_language()
        text = _WISHED.get().text
        here = _WISHED.get().here
        context["dress"] = context["framed"] = None
        context["has_large_text"] = text == LARGE
        context["here_in"] = lambda code: f"{here}{'&' if '?' in here else '?'}{LANGUAGE_CHOSEN}={code}"
        context["languages"] = [
            {"code": language.code, "tag": language.tag, "name": language.name_local}
            for language in LANGUAGES
            if language.code in console_languages()
        ]
        html = self._environment.get_template(template).render(context | in_words(find_console_words(code)))
        headers = HEADERS | {"Content-Security-Policy": str(CONSOLE), "Vary": "HX-Request"}
        return HTMLResponse(html, status_code=status, headers=headers)


class CompiledTemplates(BytecodeCache):
    """What was compiled in this process: to compile the templates of one page takes a tenth of a second."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Unless the template has changed since."""
        checksum, code = self._codes.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key] = (bucket.checksum, bucket.code)


_COMPILED = CompiledTemplates()


def make_environment() -> Environment:
    """Where the templates live, and that they speak."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_COMPILED,
    )
    speak(environment)
    environment.globals["here_in"] = lambda code: f"?{LANGUAGE_CHOSEN}={code}"
    environment.globals["languages"] = environment.globals["all_languages"] = [
        {"code": language.code, "tag": language.tag, "name": language.name_local}
        for language in LANGUAGES
        if language.code in locales()
    ]
    return environment


@contextmanager
def spoken_to(connection: HTTPConnection) -> Iterator[str | None]:
    """Pages that are drawn inside speak as this person wants it. Gives the language that they chose just now."""
    chosen = _known(connection.query_params.get(LANGUAGE_CHOSEN))
    frame = frame_of(connection)
    if frame is None:
        kept = _known(connection.cookies.get(LANGUAGE_COOKIE))
    else:
        kept = _known(None if frame.visit is None else frame.visit.language)
    wished = VisitorChoices(
        chosen=chosen or kept,
        liked=connection.headers.get("accept-language", ""),
        text=connection.cookies.get(TEXT_COOKIE),
        here=_address(connection),
    )
    token = _WISHED.set(wished)
    try:
        yield chosen
    finally:
        _WISHED.reset(token)


@contextmanager
def dressed(dress: dict[str, Any] | None) -> Iterator[None]:
    """Pages that are drawn inside look as this merchant's do (web/dress.py); None: as ours."""
    token = _DRESS.set(dress)
    try:
        yield
    finally:
        _DRESS.reset(token)


@contextmanager
def framed(framing: Framing | None) -> Iterator[None]:
    """Pages that are drawn inside stand in this frame; None: they are pages of their own."""
    token = _FRAMING.set(framing)
    try:
        yield
    finally:
        _FRAMING.reset(token)


def speaks(language: str | None) -> str:
    """In which language we speak now. language: of the interview that it is about."""
    wished = _WISHED.get()
    return wished.chosen or _known(language) or choose_language(wished.liked)


def page_words(language: str | None) -> Words:
    """What a page says now, with days as the reader's region writes them. language: of the interview it is about."""
    words = find_words(speaks(language))
    return replace(words, dates=find_region(_WISHED.get().liked, words.locale))


def console_language() -> str:
    """In which language the console speaks now: as was chosen here, or as the browser likes best of those it has."""
    wished = _WISHED.get()
    if wished.chosen in console_languages():
        return str(wished.chosen)
    return choose_language(wished.liked, among=console_languages())


def _tell_framing(framing: Framing, news: FrameNews | None) -> dict[str, Any]:
    """What a page in a frame knows of it, for the templates and for its script."""
    frame = framing.frame
    return {
        "origins": " ".join(framing.origins),
        "id": "" if frame is None else str(frame.visit.frame_id) if frame.visit else frame.name,
        "event": "" if news is None else news.event.value,
        "attempt": "" if news is None else str(news.attempt_id),
        "token": "" if frame is None or frame.visit is None else frame.token,
        # Where the browser keeps no cookie for it, the page keeps what it is known by, for when it is loaded again.
        "keeps": frame is not None and frame.visit is not None and not frame.by_cookie,
        "is_known": frame is not None and frame.visit is not None and frame.visit.candidate_id is not None,
        "window_url": WINDOW,
    }


def _accent_of(dress: dict[str, Any] | None) -> dict[str, str]:
    """The merchant's colour as a style, by its address."""
    return {} if dress is None or dress["accent_url"] is None else {dress["accent_url"]: dress["accent_css"]}


def _address(connection: HTTPConnection) -> str:
    """Where the page is, without the language that it was asked for in."""
    path = connection.url.path
    if connection.scope.get("method") == "POST" and path.rpartition("/")[2] not in FORMS_WITH_A_PAGE:
        path = path.rpartition("/")[0] + "/"
    query = [(name, value) for name, value in connection.query_params.multi_items() if name != LANGUAGE_CHOSEN]
    return path + (f"?{urlencode(query)}" if query else "")


def _known(code: str | None) -> str | None:
    return code if code in locales() else None
