"""What of an interview a candidate may be answered with. Pure."""

from dataclasses import replace

from vivavoce.attempts.yields import YIELDS
from vivavoce.interviews.draft import Draft
from vivavoce.replies.asking import Facts, Passage, make_passages
from vivavoce.words.catalog import find_words
from vivavoce.words.mark import mark

READERS = mark("A person at <bdi>%(merchant)s</bdi> reads your answers and decides. A program never turns anyone down.")
HEARING = mark("You’ll hear from <bdi>%(merchant)s</bdi>, whatever the answer.")


def passages_of(
    draft: Draft, *, merchant_name: str, merchant_about: str, next_text: str | None = None, hear_days: int | None = None
) -> tuple[Passage, ...]:
    """Each passage that an answer to a candidate's own question may come from.

    Nothing else of an interview may ever stand here: tests/replies/test_asking.py names each field and why.
    next_text: what follows the sending, in the merchant's words; '': in ours; None: nobody is told. hear_days: within
    how many days the candidate hears; None: no day is promised.
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
    if next_text is None or not YIELDS[draft.kind].has_recruiter_view:  # nobody decides anything by practice
        return make_passages(facts, language=draft.language)
    words = find_words(draft.language)
    readers, hearing = (
        words.say(said).replace("<bdi>", "").replace("</bdi>", "") % {"merchant": facts.merchant_name}
        for said in (READERS, HEARING)
    )
    facts = replace(
        facts,
        readers=readers,
        next_steps=next_text or f"{readers} {hearing}",
        is_next_own=bool(next_text),
        days=hear_days,
    )
    return make_passages(facts, language=draft.language)
