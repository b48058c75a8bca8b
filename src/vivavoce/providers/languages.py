"""The languages of an interview as speech machines write them."""

from vivavoce.errors import ProviderError

# The wire's codes are ISO 639-1 but for these: `br` is Brazilian Portuguese there, and Breton everywhere else.
_OTHERWISE = {"br": "pt", "fil": "tl"}
_CODES = "ar bg br cs da de el en es fi fil fr hi hr hu id it ja ko ms nl no pl pt ro ru sk sv ta th tr uk vi zh"
LANGUAGES: frozenset[str] = frozenset(_CODES.split(" "))
# Written without a space between words: errors are counted by the sign.
UNSPACED: frozenset[str] = frozenset({"ja", "th", "zh"})


def iso_code(language: str) -> str:
    """The code of ISO 639-1, as most machines write it. language: the wire's code, one of LANGUAGES."""
    return _OTHERWISE.get(language, language)


def refuse_language(name: str, language: str) -> ProviderError:
    """What a machine raises that does not know the language."""
    return ProviderError(
        f"{name} does not know the language {language!r}. Name another provider for it in the settings.",
        retryable=False,
    )
