"""In which language somebody is spoken to."""

from collections.abc import Collection
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from vivavoce.words.catalog import SOURCE, locales

# What browsers call languages that we call something else.
OTHER_NAMES = {"nn": "no", "no": "no", "tl": "fil", "in": "id"}


def choose_language(accepted: str, *, among: Collection[str] | None = None) -> str:
    """The one of our languages that a browser likes best.

    accepted: the header Accept-Language, "pt-BR,pt;q=0.9,en;q=0.8". among: these alone; None: all of them.
    """
    for _, tag in sorted(_wishes(accepted), key=lambda wish: -wish[0]):
        code = _find(tag)
        if code is not None and (among is None or code in among):
            return code
    return SOURCE


def find_region(accepted: str, locale: Locale) -> Locale:
    """How this language is written in the region that a browser names; as it is anywhere, where it names none.

    accepted: as in choose_language: `en-GB,en;q=0.9` writes the days of English as Britain does.
    """
    if locale.territory or locale.script:
        return locale
    for _, tag in sorted(_wishes(accepted), key=lambda wish: -wish[0]):
        language, _, territory = tag.partition("-")
        if language == locale.language and territory:
            return _locale_in(language, territory.upper()) or locale
    return locale


@lru_cache(maxsize=256)
def _locale_in(language: str, territory: str) -> Locale | None:
    try:
        return Locale.parse(f"{language}_{territory}")
    except (UnknownLocaleError, ValueError):
        return None


def _wishes(accepted: str) -> list[tuple[float, str]]:
    wishes = []
    for part in accepted[:1000].split(","):
        tag, _, rest = part.strip().lower().partition(";")
        try:
            liking = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            liking = 0.0
        if tag and liking > 0:
            wishes.append((liking, tag.strip()))
    return wishes


def _find(tag: str) -> str | None:
    """The whole tag, else its language alone."""
    ours = {str(locale).replace("_", "-").lower(): code for code, locale in locales().items()}
    language = tag.partition("-")[0]
    ours |= {name: code for name, code in OTHER_NAMES.items() if code in locales()}
    chosen = ours.get(tag) or ours.get(language)
    if chosen is None:  # zh is one of ours by its script: zh-hans
        chosen = next((code for name, code in ours.items() if name.partition("-")[0] == language), None)
    return chosen
