"""What of an interview a candidate may be answered with. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vivavoce.attempts.yields import YIELDS
from vivavoce.conversation.phrase_patterns import between_sentences
from vivavoce.interviews.camera import Camera, camera_of
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.views import asks_for_film
from vivavoce.replies.asking import Facts, Passage, make_passages
from vivavoce.words.catalog import Words, find_words
from vivavoce.words.mark import mark

READERS = mark("A person at <bdi>%(merchant)s</bdi> reads your answers and decides. A program never turns anyone down.")
HEARING = mark("You’ll hear from <bdi>%(merchant)s</bdi>, whatever the answer.")
NO_CAMERA = mark("Your camera isn’t used, and no pictures are taken.")
CAMERA_AGREED = mark("Your camera is used only where you agree to it.")
CAMERA_FOR_FILM = mark(
    "Your camera isn’t used during the interview, only for a video you record yourself, if you’re asked for one."
)
SPOKEN_KEPT = mark("Your answers, and when you gave them. If you speak, the sound too.")
SPOKEN_KEPT_ALONE = mark(
    "Your answers, and when you gave them. If you speak, the sound too. No pictures: your camera isn’t used."
)
TYPED_KEPT = mark(
    "What you type, and when you sent it. No sound and no pictures: your microphone and camera aren’t used."
)
ERASED_ON = mark("We delete your answers on %(day)s, or sooner if you ask.")
ERASED_BY_MERCHANT = mark(
    "Until <bdi>%(merchant)s</bdi> deletes them. You can ask for that at any time, on your own page."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What a server keeps of any interview.

    days: after how many days an attempt is erased; 0: not by its age. has_recordings: whether it has a place for films
    and pictures. hears: whether candidates may speak.
    """

    days: int
    has_recordings: bool
    hears: bool


def passages_of(
    draft: Draft,
    *,
    merchant_name: str,
    merchant_about: str,
    next_text: str | None = None,
    hear_days: int | None = None,
    keeping: Keeping | None = None,
    now: datetime | None = None,
) -> tuple[Passage, ...]:
    """Each passage that an answer to a candidate's own question may come from.

    Nothing else of an interview may ever stand here: tests/replies/test_asking.py names each field and why.
    next_text: what follows the sending, in the merchant's words; '': in ours; None: nobody is told. hear_days: within
    how many days the candidate hears; None: no day is promised. keeping: as this merchant wants it; None: unknown, and
    nothing is told of it. now: from when its days count.
    """
    settings = draft.settings
    company, closes_at, words = settings.company, settings.closes_at, find_words(draft.language)
    facts = Facts(
        role=draft.name,
        place=draft.location or "",
        salary=settings.salary or "",
        department=settings.department or "",
        # A day ends where the next one begins.
        closing="" if closes_at is None else words.day(closes_at - timedelta(microseconds=1)),
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
    if keeping is not None and now is not None:
        facts = _tell_keeping(facts, draft, keeping, words, now)
    if next_text is None or not YIELDS[draft.kind].has_recruiter_view:  # nobody decides anything by practice
        return make_passages(facts, language=draft.language)
    readers, hearing = (_say_with_merchant(said, facts, words) for said in (READERS, HEARING))
    facts = replace(
        facts,
        readers=readers,
        next_steps=next_text or f"{readers} {hearing}",
        is_next_own=bool(next_text),
        days=hear_days,
    )
    return make_passages(facts, language=draft.language)


def _tell_keeping(facts: Facts, draft: Draft, keeping: Keeping, words: Words, now: datetime) -> Facts:
    """With what the pages say of the camera, of what is kept, and for how long."""
    if keeping.hears and keeping.has_recordings and camera_of(draft.settings) is not Camera.OFF:
        camera, recorded = CAMERA_AGREED, [SPOKEN_KEPT, CAMERA_AGREED]
    elif keeping.has_recordings and asks_for_film(draft.settings):
        camera, recorded = CAMERA_FOR_FILM, [SPOKEN_KEPT, CAMERA_FOR_FILM]
    else:
        camera, recorded = NO_CAMERA, [SPOKEN_KEPT_ALONE if keeping.hears else TYPED_KEPT]
    space = between_sentences(draft.language)
    if keeping.days:
        kept = words.say(ERASED_ON) % {"day": words.day(now + timedelta(days=keeping.days))}
    else:
        kept = _say_with_merchant(ERASED_BY_MERCHANT, facts, words)
    return replace(
        facts, camera=words.say(camera), recorded=space.join(words.say(part) for part in recorded), kept=kept
    )


def _say_with_merchant(said: str, facts: Facts, words: Words) -> str:
    return words.say(said).replace("<bdi>", "").replace("</bdi>", "") % {"merchant": facts.merchant_name}
