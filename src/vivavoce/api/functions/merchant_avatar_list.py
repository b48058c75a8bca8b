"""merchant-avatar-list: the interview templates that a merchant can choose from."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.lists import Avatars, to_wire_avatar, to_wire_pagination
from vivavoce.api.asked import read_asked, understand
from vivavoce.api.models.lists import AvatarList, to_window
from vivavoce.api.models.words import TEMPLATE_TYPES
from vivavoce.api.parts import ApiParts
from vivavoce.db.pages import Page
from vivavoce.interviews.templates import Template, TemplateStatus, list_templates
from vivavoce.merchants.access import READERS, acting_merchant, require_role
from vivavoce.text.languages import ACCENT_NAMES, LANGUAGES

MODALITIES = {theirs: ours for ours, theirs in TEMPLATE_TYPES.items()}


async def answer(parts: ApiParts, request: Request) -> Response:
    """Templates are a merchant's in every environment."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(AvatarList, await read_asked(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    window = to_window(asked)
    page: Page[Template] = Page(rows=(), total=0)
    if asked.type is None or asked.type in MODALITIES:
        async with parts.database.tenant(merchant_id) as connection:
            page = await list_templates(
                connection,
                modality=None if asked.type is None else MODALITIES[asked.type],
                statuses=_statuses(asked),
                language=asked.mojito_language_code,
                name_part=asked.filter_text,
                or_languages=_spoken(asked.filter_text),
                window=window,
            )
    body: Avatars = {
        "data": [to_wire_avatar(row) for row in page.rows],
        "pagination": to_wire_pagination(page, window),
    }
    return JSONResponse(body)


def _statuses(asked: AvatarList) -> list[TemplateStatus]:
    if asked.status is not None:
        return [TemplateStatus(asked.status)]
    archived = [TemplateStatus.ARCHIVED] if asked.include_archived else []
    return [TemplateStatus.ACTIVE, TemplateStatus.DRAFT, *archived]


def _spoken(part: str | None) -> list[str]:
    """The codes of the languages whose voice has this part in its name."""
    if part is None:
        return []
    return [language.code for language in LANGUAGES if part.casefold() in ACCENT_NAMES[language.locale].casefold()]
