"""What the position's page says of an interview: its facts, its texts made safe, its picture."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from vivavoce.attempts.allowance import Allowance
from vivavoce.interviews.company import Company
from vivavoce.interviews.draft import DEFAULT_MAX_FOLLOW_UPS, DEFAULT_MAX_SECONDS, Draft
from vivavoce.interviews.draw import count_drawn
from vivavoce.interviews.length import InterviewLength, length_of
from vivavoce.text.fold import fold
from vivavoce.text.languages import BY_CODE
from vivavoce.words.catalog import find_words
from vivavoce.words.mark import mark
from vivavoce.words.quotes import find_colon

LONGEST_RENDERED = 100_000  # characters of Markdown: some forty pages
FIRST_LEVEL, LAST_LEVEL = 3, 6  # of headings inside a text: it stands under one of the page's own, of level 2
ABOUT_ROLE = mark("About the role")  # the page's heading over the merchant's text
_HEADING = re.compile(r"<h([3-6])>(.*?)</h\1>", re.DOTALL)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
# No images: they would be loaded from anywhere, and tell who reads.
_TAGS = {"a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong"}
_TAGS |= {"table", "tbody", "td", "th", "thead", "tr", "ul"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture, and the origin that it comes from, as a policy names it."""

    url: str
    origin: str


def tell(draft: Draft, allowance: Allowance) -> dict[str, Any]:
    """What the page says of the interview."""
    children, count = _count(draft)
    length = find_length(draft)
    long = draft.settings.long_description
    heading = _bare(find_words(draft.language).say(ABOUT_ROLE))
    text = render(long[:LONGEST_RENDERED], heading=heading) if long and long.strip() else None
    return {
        "name": draft.name,
        "location": draft.location,
        "department": draft.settings.department,
        "salary": draft.settings.salary,
        "code": draft.code,
        "last_moment": _last_moment(draft.settings.closes_at),
        "description": draft.description or None,
        "long": text,
        "names_role": text is not None and _has_heading(text, heading),
        "company": _company(draft.settings.company),
        "language": tag_of(draft.language),
        "languages": _languages(draft),
        "count": tell_count(count, children, length.follow_ups),
        "length": length,
        "attempts": allowance.allowed,
        "attempts_left": allowance.left,
    }


def find_length(draft: Draft) -> InterviewLength:
    """How long an attempt at it takes."""
    most_follow_ups = draft.settings.max_follow_ups
    return length_of(
        draft.steps,
        most_follow_ups=DEFAULT_MAX_FOLLOW_UPS if most_follow_ups is None else most_follow_ups,
        most_seconds=draft.settings.max_seconds or DEFAULT_MAX_SECONDS,
        share=_count(draft)[1] / len(draft.steps),
    )


def _count(draft: Draft) -> tuple[int, int]:
    """How many conditional questions there are, and how many an attempt may be asked with them."""
    children = sum(1 for step in draft.steps if step.parent_id is not None)
    return children, count_drawn(draft.steps, share=draft.settings.share_asked) + children


def tell_count(steps: int, conditional: int, follow_ups: int) -> dict[str, int]:
    """From how many questions to how many an attempt is asked. conditional: of the steps, those asked only after
    certain answers; follow_ups: at most."""
    return {"least": steps - conditional, "steps": steps, "most": steps + follow_ups}


def _last_moment(closes_at: datetime | None) -> datetime | None:
    """A day ends where the next one begins: on that one nobody can begin any more."""
    return None if closes_at is None else closes_at - timedelta(microseconds=1)


def tag_of(language: str) -> str:
    """How HTML names one of our languages."""
    return BY_CODE[language].tag


def name_source(source: str | None, language: str) -> str | None:
    """What a passage is from, as its language sets it: document and heading are parted by a colon. None where it isn't
    told.
    """
    return None if source is None else re.sub(r"(?<=\S): ", f"{find_colon(language)} ", source)


def find_cover(url: str | None, *, allows_plain: bool) -> Cover | None:
    """The picture of this address, where it can be shown. allows_plain: also by http, as where the page comes so."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").encode("idna").decode("ascii").lower(), parts.port
    except (ValueError, UnicodeError):
        return None
    schemes = ("https", "http") if allows_plain else ("https",)
    if parts.scheme not in schemes or not _HOST.fullmatch(host) or parts.username is not None:
        return None
    origin = f"{parts.scheme}://{host}" + ("" if port is None else f":{port}")
    return Cover(url=parts._replace(netloc=origin.partition("://")[2]).geturl(), origin=origin)


@lru_cache(maxsize=256)
def render(text: str, *, heading: str = "") -> Markup:
    """Markdown as HTML that is safe to show: what it may hold is a list, and a library throws all else away.

    heading: the page's own above it, in bare letters; where the text begins with the same one, it is left out.
    """
    tokens = _MARKDOWN.parse(text)
    _drop_heading(tokens, heading)
    _lower_headings(tokens)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Markup(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}, "*": set()},
            url_schemes=_SCHEMES,
            link_rel="noopener noreferrer nofollow",
        )
    )


def _drop_heading(tokens: list[Token], heading: str) -> None:
    """Takes the first heading of the text away, where it says this."""
    at = next((place for place, token in enumerate(tokens) if token.type == "heading_open"), None)
    if at is not None and _bare(tokens[at + 1].content) == heading:
        del tokens[at : at + 3]


def _has_heading(html: str, heading: str) -> bool:
    headings = (unescape(re.sub("<[^>]*>", "", match[2])) for match in _HEADING.finditer(html))
    return any(_bare(text) == heading for text in headings)


def _bare(heading: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(heading)).strip()


def _lower_headings(tokens: list[Token]) -> None:
    """Each heading one level below the one that it stands under, so that the page's outline has no gaps."""
    opened: list[int] = []  # the text's own levels, from the outermost
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            opened = [*(above for above in opened if above < level), level]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(FIRST_LEVEL + len(opened) - 1, LAST_LEVEL)}"


def _company(company: Company) -> Company | None:
    """The company that is hired for, where the page has something to say of it."""
    return company if company.name or company.description else None


def _languages(draft: Draft) -> list[dict[str, str]]:
    """The languages that are spoken in, the interview's own first, each by its own name."""
    return [{"tag": BY_CODE[code].tag, "name": BY_CODE[code].name_local} for code in codes_of(draft)]


def codes_of(draft: Draft) -> tuple[str, ...]:
    """Of the languages that questions are asked in, the interview's own first."""
    asked = (step.question.language for step in draft.steps if step.question.language is not None)
    return tuple(dict.fromkeys((draft.language, *asked)))
