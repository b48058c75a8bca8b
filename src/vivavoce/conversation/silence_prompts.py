"""What is asked kindly while somebody is to speak: three times, when nobody has said a word yet, each with the offer to
type; and once more, when not a word was understood. The words stand in phrases/*.toml. Pure."""

from typing import Any

from vivavoce.conversation.lines import Said
from vivavoce.conversation.phrase_patterns import read_phrases
from vivavoce.text.languages import CODES

AGAIN = 0  # the number of "please say it again"


def say_prompt(number: int, *, language: str) -> Said:
    """The prompt of this number, from 1, or AGAIN; in English where we have no words in the language."""
    language = language if language in CODES else "en"
    spoken: dict[str, Any] = read_phrases(language)["spoken"]
    prompts: list[str] = spoken["prompts"]
    text: str = spoken["again"] if number == AGAIN else prompts[min(number, len(prompts)) - 1]
    return Said(text=text, language=language)
