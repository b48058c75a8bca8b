"""What of an interview a candidate may be answered with. Pure."""

from vivavoce.interviews.draft import Draft
from vivavoce.replies.asking import Facts, Passage, make_passages


def passages_of(draft: Draft, *, merchant_name: str, merchant_about: str) -> tuple[Passage, ...]:
    """Each passage that an answer to a candidate's own question may come from.

    Nothing else of an interview may ever stand here: tests/replies/test_asking.py names each field and why.
    """
    settings = draft.settings
    company = settings.hiring_company or {}
    facts = Facts(
        role=draft.name,
        place=draft.location or "",
        salary=settings.salary or "",
        department=settings.department or "",
        closing=settings.available_till or "",
        description=draft.description or "",
        long_description=settings.long_description or "",
        company_name=_text(company, "name"),
        company_description=_text(company, "description"),
        company_place=_text(company, "location"),
        company_size=_text(company, "company_size"),
        company_sector=_text(company, "sector"),
        merchant_name=merchant_name.strip(),
        merchant_about=merchant_about,
    )
    return make_passages(facts, language=draft.language)


def _text(company: dict[str, object], key: str) -> str:
    value = company.get(key)
    return value.strip() if isinstance(value, str) else ""
