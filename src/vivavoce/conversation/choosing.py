"""Which of the answers to choose from was said. Pure."""

import re
from collections.abc import Sequence


def find_choice(text: str, choices: Sequence[str]) -> int | None:
    """The index of the one choice whose words, all of them and in order, were said; None for none, or for several.

    Where one choice's words hold another's ("yes, often" and "yes"), the longer one was meant.
    """
    said = f" {_plain(text)} "
    named = [at for at, choice in enumerate(choices) if _plain(choice) and f" {_plain(choice)} " in said]
    meant = [
        at
        for at in named
        if not any(
            other != at
            and f" {_plain(choices[at])} " in f" {_plain(choices[other])} "
            and choices[other] != choices[at]
            for other in named
        )
    ]
    return meant[0] if len(meant) == 1 else None


def _plain(text: str) -> str:
    """The words alone, in small letters."""
    return " ".join(re.findall(r"\w+", text.casefold()))
