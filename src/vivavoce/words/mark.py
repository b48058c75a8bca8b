"""Sentences that stand in Python and are drawn later."""


def mark(sentence: str) -> str:
    """The sentence itself; the name lets `make words` find it."""
    return sentence
