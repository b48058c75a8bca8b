"""What a machine of speech raises that does not know a language."""

from vivavoce.errors import ProviderError


def refuse_language(name: str, language: str) -> ProviderError:
    """The error that tells whoever runs the server what to do. name: the machine's; language: the wire's code."""
    return ProviderError(
        f"{name} does not know the language {language!r}. Name another provider for it in the settings.",
        retryable=False,
    )
