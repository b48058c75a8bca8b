"""What of an interview a candidate may be answered with. Pure."""

from vivavoce.interviews.draft import Draft
from vivavoce.replies.asking import Facts, Passage, make_passages


def passages_of(draft: Draft, *, merchant_name: str, merchant_about: str) -> tuple[Passage, ...]:
    """Each passage that an answer to a candidate's own question may come from.

    Nothing else of an interview may ever stand here: tests/replies/test_asking.py names each field and why.
    """
    settings = draft.settings
    company = settings.company
    facts = Facts(
        role=draft.name,
        place=draft.location or "",
        salary=settings.salary or "",
        department=settings.department or "",
        closing=settings.available_till or "",
        description=draft.description or "",
        long_description=settings.long_description or "",
        is_company_undisclosed=company.is_undisclosed,
        company_name=company.name if company.is_named else "",
        company_description=company.description,
        company_place=company.place,
        company_size=company.size,
        company_sector=company.sector,
        merchant_name=merchant_name.strip(),
        merchant_about=merchant_about,
    )
    return make_passages(facts, language=draft.language)
