"""What is asked kindly while somebody is to speak: twice, when nobody has said a word yet, each with the offer to
type; when not a word was understood; and when what was said is none of the answers to choose from. The words stand in
phrases/*.toml. Pure."""

from typing import Any

from vivavoce.conversation.lines import Said
from vivavoce.conversation.phrase_patterns import read_phrases
from vivavoce.text.languages import CODES

AGAIN = 0  # the number of "please say it again"
CHOOSE = -1  # the number of "please say one of the answers shown, or tap it"
BESIDE = {AGAIN: "again", CHOOSE: "choose"}


def say_prompt(number: int, *, language: str) -> Said:
    """The prompt of this number, from 1, AGAIN or CHOOSE; in English where we have no words in the language."""
    language = language if language in CODES else "en"
    spoken: dict[str, Any] = read_phrases(language)["spoken"]
    prompts: list[str] = spoken["prompts"]
    text: str = spoken[BESIDE[number]] if number in BESIDE else prompts[min(number, len(prompts)) - 1]
    return Said(text=text, language=language)
