"""Which family a language model is of, by its name: two of one family err alike. Pure."""

import re

# Whose names do not begin alike. What stands in none of them is a family of its own, by the first letters of its name.
FAMILIES = {
    "gpt": ("gpt", "chatgpt", "o1", "o3", "o4", "davinci"),
    "mistral": ("mistral", "ministral", "magistral", "codestral", "devstral", "mixtral", "pixtral", "open-mi"),
    "google": ("gemini", "gemma"),
    "llama": ("llama", "meta-llama", "codellama"),
    "qwen": ("qwen", "qwq"),
}
LETTERS = re.compile(r"[a-z]+")


def tell_family(model: str) -> str:
    """The family of a model, as it is called at a server: `mistral` of `mistralai/Mistral-Small-3.2`."""
    name = model.casefold().rpartition("/")[2]
    for family, beginnings in FAMILIES.items():
        if name.startswith(beginnings):
            return family
    letters = LETTERS.search(name)
    return letters[0] if letters is not None else name
