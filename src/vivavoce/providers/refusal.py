"""How a machine's refusal is told: which are worth another try, and what of them may be repeated."""

from collections.abc import Mapping

from vivavoce.errors import ProviderError

# Too many requests, and timeouts that a proxy answers for it.
WORTH_ANOTHER_TRY = frozenset({408, 409, 425, 429})


def is_worth_another_try(status: int) -> bool:
    """Whether the same request may be answered another time. status: of an HTTP answer that was not 200."""
    return status >= 500 or status in WORTH_ANOTHER_TRY


def tell_code(answered: object) -> str:
    """The code of an error in brackets, out of `{"error": {"code": …}}`; an empty text where there is none.

    Never its message: that may quote what was sent.
    """
    error = answered.get("error", answered) if isinstance(answered, Mapping) else None
    code = error.get("code") or error.get("type") if isinstance(error, Mapping) else None
    return f" ({code})" if isinstance(code, str) and code.isascii() and len(code) < 80 else ""


def refuse_language(name: str, language: str) -> ProviderError:
    """The error that tells whoever runs the server what to do. name: the machine's; language: the wire's code."""
    return ProviderError(
        f"{name} does not know the language {language!r}. Name another provider for it in the settings.",
        retryable=False,
    )
