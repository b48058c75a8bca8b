"""What is answered of a merchant's figures and of the languages."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.parts import AN_ID, Id, LanguageText, nothing_yet
from vivavoce.attempts.figures import Figures
from vivavoce.merchants.credits import CreditAccount, told_limit
from vivavoce.merchants.tokens import Caller
from vivavoce.text.languages import LANGUAGES, Language
from vivavoce.text.parity import PARITY, HearingQuality, Speaking, Wording

Count = Annotated[int, Field(ge=0)]
ByDay = list[Annotated[float, Field(examples=[0])]]


class MerchantStatus(TypedDict):
    """A merchant's figures. Credits are null where the merchant is not limited; there are no subscriptions."""

    profile_id: Annotated[str, Field(description="Who calls: the token's subject.", examples=[AN_ID])]
    default_merchant_id: Annotated[Id, Field(description="The token's merchant.")]
    merchant_id: Annotated[Id, Field(description="Whose figures these are.")]
    credits_interview_monthly: Annotated[float | None, Field(description="Credits that are left of this month's.")]
    credits_interview_monthly_limit: Annotated[float | None, Field(description="How many a month begins with.")]
    credits_interview_extra: Annotated[float | None, Field(description="Credits beyond these, which are kept.")]
    credits_interview_single: Annotated[float | None, nothing_yet("Credits of single positions.")]
    definitions_active: Annotated[Count, Field(description="Interviews that are live.")]
    interviews_without_credits: Annotated[Count, Field(description="Attempts that wait for credits.")]
    interviews_undecided: Annotated[
        Count, Field(description="Attempts that were submitted, and neither decided nor archived.")
    ]
    interviews_ongoing: Annotated[Count, Field(description="Attempts under way.")]
    interview_results: Annotated[Count, Field(description="Attempts.")]
    candidates: Annotated[Count, Field(description="People.")]
    candidates_history: Annotated[ByDay, Field(description="New people on each day in UTC, today first.")]
    interview_result_history: Annotated[ByDay, Field(description="New attempts on each day in UTC, today first.")]
    subscription_type: Annotated[str | None, nothing_yet("The subscription.")]
    subscription_status: Annotated[str | None, nothing_yet("How it stands.")]
    invitations_sent: Annotated[Count, Field(description="Links that were made.")]
    invitations_limit: Annotated[float | None, Field(description="Four for each credit that is left.")]
    invitations_available: Annotated[float | None, Field(description="How many can still be made.")]


def to_wire_status(
    caller: Caller,
    merchant_id: UUID,
    *,
    live: int,
    figures: Figures,
    account: CreditAccount | None,
    owing: int,
) -> MerchantStatus:
    """The figures. live: how many interviews are. account: None: not limited. owing: attempts that wait for credits."""
    return {
        "profile_id": caller.user_id,
        "default_merchant_id": str(caller.merchant_id),
        "merchant_id": str(merchant_id),
        "credits_interview_monthly": None if account is None else float(account.monthly_left),
        "credits_interview_monthly_limit": None if account is None else float(account.monthly_limit),
        "credits_interview_extra": None if account is None else float(account.extra),
        "credits_interview_single": None,
        "definitions_active": live,
        "interviews_without_credits": owing,
        "interviews_undecided": figures.undecided,
        "interviews_ongoing": figures.under_way,
        "interview_results": figures.attempts,
        "candidates": figures.people,
        "candidates_history": list(figures.people_by_day),
        "interview_result_history": list(figures.attempts_by_day),
        "subscription_type": None,
        "subscription_status": None,
        "invitations_sent": figures.links,
        "invitations_limit": told_limit(account),
        "invitations_available": told_limit(account),
    }


class AccentAnswer(TypedDict):
    """A way to speak it."""

    code: Annotated[str, Field(description="The locale.", examples=["en-GB"])]
    name: Annotated[str, Field(description="Its name.", examples=["English (United Kingdom)"])]


class LanguageAnswer(TypedDict):
    """A language."""

    code: Annotated[LanguageText, Field(description="As other calls write it.")]
    name_english: Annotated[str, Field(description="In English.", examples=["English"])]
    name_local: Annotated[str, Field(description="In itself.", examples=["English"])]
    flag_image: Annotated[str | None, nothing_yet("A picture of a flag.")]
    flag_emoji: Annotated[str, Field(description="A flag as an emoji.", examples=["🇺🇸"])]
    flag_unicode: Annotated[str, Field(description="That emoji's code points.", examples=["U+1F1FA U+1F1F8"])]
    coaching_interface: Annotated[bool, Field(description="Whether the coaching portal is in it. Always false today.")]
    interview_interface: Annotated[bool, Field(description="Whether interviews are held in it.")]
    admin_interface: Annotated[bool, Field(description="Whether the console is in it. Always false today.")]
    accents: Annotated[list[AccentAnswer], Field(description="The first is what an interview has that names none.")]
    spoken: Annotated[
        Speaking,
        Field(description="How the interviewer speaks it: by a natural voice, a synthetic one, or the browser's own."),
    ]
    heard: Annotated[
        HearingQuality,
        Field(description="Whether the ear that comes with Vivavoce is proven in it; else typing comes first."),
    ]
    assessed: Annotated[
        bool,
        Field(
            description="Whether a program scores answers in it for the token's merchant: the rater that comes with"
            " Vivavoce, or a language model that is set to read. Else a person alone reads them."
        ),
    ]
    wording: Annotated[
        Wording, Field(description="Who read the words of pages and interviewer: `unreviewed` means no native speaker.")
    ]


class Languages(TypedDict):
    """The languages."""

    languages: Annotated[list[LanguageAnswer], Field(description="Each of the 34.")]


def to_wire_languages(*, is_read: bool) -> Languages:
    """Every language, in the order of their English names. is_read: whether a language model reads answers."""
    return {
        "languages": [
            _to_wire(known, is_read=is_read) for known in sorted(LANGUAGES, key=lambda known: known.name_english)
        ]
    }


def _to_wire(known: Language, *, is_read: bool) -> LanguageAnswer:
    return {
        "code": known.code,
        "name_english": known.name_english,
        "name_local": known.name_local,
        "flag_image": None,  # there are no pictures of flags here; the emoji draw them
        "flag_emoji": known.flag_emoji,
        "flag_unicode": known.flag_unicode,
        "coaching_interface": False,
        "interview_interface": True,
        "admin_interface": False,
        "accents": [{"code": accent.code, "name": accent.name} for accent in known.accents],
        "spoken": PARITY[known.code].speaking,
        "heard": PARITY[known.code].hearing,
        "assessed": PARITY[known.code].is_assessed or is_read,
        "wording": PARITY[known.code].wording,
    }
