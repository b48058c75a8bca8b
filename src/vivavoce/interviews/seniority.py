"""Which seniority a position asks for, told by the words of its title and description. Pure.

For the interviewer's wording alone: it never enters a score, and nothing is computed with it.
"""

import re
from enum import StrEnum


class Seniority(StrEnum):
    """How experienced the person should be."""

    ENTRY = "entry-level"  # beginning, or learning on the job
    INTERMEDIATE = "intermediate"  # works alone
    SENIOR = "senior"  # guides others in the craft
    MANAGERIAL = "managerial"  # leads a team
    DIRECTOR = "director"  # leads leaders
    EXECUTIVE = "executive"  # answers for the whole


# Words of a title, the highest level first: the first level with a word in the title is the position's. `_` stands for
# the white space or hyphen between words. Only words that mean a level wherever they stand: no `principal`, which is a
# teacher too, and no `leader`.
TITLE_WORDS: dict[Seniority, str] = {
    Seniority.EXECUTIVE: (
        "chief_[a-z]+_officer|chief_of_staff|ceo|cto|cfo|coo|cio|ciso|cmo|chro"  # codespell:ignore coo
        "|vice_president|vp|svp|evp|president"
        "|managing_director|executive_director|general_director|geschäftsführer(?:in)?|vorstand"
        "|directeur_général|directrice_générale|director_general|directora_general|direttore_generale"
        "|amministratore_delegato"
    ),
    Seniority.DIRECTOR: (
        "director|head_of|bereichsleiter(?:in)?|hauptabteilungsleiter(?:in)?|direktor(?:in)?|directeur|directrice"
        "|directora|diretora?|direttore|direttrice|dyrektor|ředitel(?:ka)?"
    ),
    Seniority.MANAGERIAL: (
        "manager(?:in)?|supervisor|foreman|team_lead(?:er)?|shift_lead(?:er)?|teamleiter(?:in)?|schichtleiter(?:in)?"
        "|abteilungsleiter(?:in)?|filialleiter(?:in)?|leiter(?:in)?|chef_d['’]équipe|gerente"
        "|responsable|jefe_de"  # codespell:ignore responsable
        "|jefa_de|caposquadra|kierownik|vedoucí"
    ),
    Seniority.SENIOR: "senior|sr|lead|staff_engineer|principal_engineer|expert",
    Seniority.INTERMEDIATE: "mid|mid_level|intermediate|medior|associate",
    Seniority.ENTRY: (
        "junior|jr|trainee|intern|internship|apprentice(?:ship)?|graduate|entry_level|werkstudent(?:in)?"
        "|praktikant(?:in)?|praktikum|azubi|auszubildender?|stagiaire|alternance|apprenti(?:e)?|becario|becaria"
        "|prácticas|aprendiz|estagiári[oa]|stagista|tirocinante|stażysta|stážista"
    ),
}

# Titles with a word of the table that means no level: they are taken out first.
NO_LEVEL = (
    "(?:project|product|account|programme|program|community|office|case|content|category|property|event|events"
    "|social_media|campaign|relationship|customer_success|key_account|bid|quality|risk|release|delivery)_manager"
    "|(?:executive_)?assistant_to_.*|reporting_to_.*|executive_assistant|account_executive|sales_executive|art_director"
    "|creative_director|casting_director|lead_generation|responsable_de_compte"  # codespell:ignore responsable
)

# What a description says in so many words. Elsewhere in it such words are often about other people ("you work with our
# senior engineers", "you report to the director").
SAYINGS: dict[Seniority, str] = {
    Seniority.SENIOR: r"senior_(?:[\w-]+_)?(?:role|position|level)|seniority:_senior",
    Seniority.INTERMEDIATE: r"(?:mid|intermediate)_(?:[\w-]+_)?(?:role|position|level)|seniority:_intermediate",
    Seniority.ENTRY: (
        r"(?:junior|entry)_(?:[\w-]+_)?(?:role|position|level)|no_(?:previous_|prior_)?experience_(?:is_)?"
        r"(?:required|needed|necessary)|seniority:_(?:entry|junior)"
    ),
}
YEARS_OF_SENIORITY = ((5, Seniority.SENIOR), (2, Seniority.INTERMEDIATE), (0, Seniority.ENTRY))

# A description is read as far as a position is usually described; what follows is boilerplate.
READ_CHARACTERS = 4000


def detect_seniority(title: str, description: str) -> Seniority | None:
    """The seniority that the title names, else the one that the description does; None when neither says.

    title, description: as the caller sent them, of any length.
    """
    plain = _NO_LEVEL.sub(" ", title[:READ_CHARACTERS].casefold())
    for level, words in _TITLE_WORDS.items():
        if words.search(plain):
            return level
    told = description[:READ_CHARACTERS].casefold()
    for level, saying in _SAYINGS.items():
        if saying.search(told):
            return level
    years = _YEARS.search(told)
    if years is None:
        return None
    return next(level for least, level in YEARS_OF_SENIORITY if int(years[1]) >= least)


def _compile(words: str) -> re.Pattern[str]:
    spaced = words.replace("_", r"[\s-]+")
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)")


_TITLE_WORDS = {level: _compile(words) for level, words in TITLE_WORDS.items()}
_SAYINGS = {level: _compile(words) for level, words in SAYINGS.items()}
_NO_LEVEL = _compile(NO_LEVEL)
# "5+ years of experience", "at least 3 years' experience": the number of the first one.
_YEARS = re.compile(
    r"(?<!\w)([0-9]{1,2})\+?(?:\s*[-–]\s*[0-9]{1,2}\+?)?\s+years?['’]?\s+(?:of\s+)?(?:\w+\s+){0,3}experience"
)
