"""Which language a text is written in, as far as its letters tell. Pure."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from vivavoce.text.languages import LANGUAGES

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# A shorter text tells too little: names and trade words look alike everywhere.
LEAST_LETTERS = 20
# The model's codes where they differ from ours. Brazilian and European Portuguese are one language to it.
OURS = {"tl": "fil"}
MODEL_CODES = frozenset(language.iso for language in LANGUAGES)


@dataclass(frozen=True, slots=True)
class DetectedLanguage:
    """A language's code, as languages.py writes it, and how sure that is, 0 to 1."""

    language: str
    p: float


def tell_language(text: str) -> DetectedLanguage | None:
    """The language of a text among those that interviews are held in; None when it is too short to tell."""
    if sum(map(str.isalpha, text)) < LEAST_LETTERS:
        return None
    # Enough to tell by, and a bound to the time it takes.
    code, p = _identifier().classify(text[:2000])
    return DetectedLanguage(OURS.get(code, code), float(p))


def is_same(language: str, other: str) -> bool:
    """Whether two codes stand for one written language."""
    return _written(language) == _written(other)


def _written(language: str) -> str:
    return "pt" if language == "br" else language


@cache
def _identifier() -> "LanguageIdentifier":
    """About 80 MB, once a process, and with NumPy: a server that tells no language needs none of it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(MODEL_CODES))
    return identifier
