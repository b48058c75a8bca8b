"""What a candidate is told of what follows once they have sent their interview, in an employer's words. Pure."""

from vivavoce.interviews.draft import Draft
from vivavoce.replies.onward import find_next_steps


def tell_next_steps(definition: Draft, *, own: str) -> list[str]:
    """The merchant's own words for all interviews, else what this position says under such a heading; empty: neither.

    own: as of NextSteps.
    """
    texts = (definition.description or "", definition.settings.long_description or "")
    return [own] if own else find_next_steps(texts, language=definition.language)
