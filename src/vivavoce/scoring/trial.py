"""A trial of whoever grants a claim: the same quoted words against a claim that nobody can have shown. Pure.

quoted words ──► the claim: granted ──► do the words, or the answer, speak of judging? ──► another claim: granted, too?
                                                                                            then the words prove nothing

Who does what an answer says, instead of reading it, grants whatever is asked. Code can't see that in a verdict, but it
can see it here, in whatever words the order came.
"""

import hashlib

from vivavoce.scoring.vocabulary import LANGUAGES, compile_phrases

_DEEDS = (
    "Airs the tapestries", "Counts the lighthouse steps", "Dusts the globes", "Feeds the otters", "Oils the carousel",
    "Paints the ferry's funnel", "Polishes the ship's bell", "Prunes the quince trees", "Repairs the weathercock",
    "Restrings the harp", "Sharpens the ice skates", "Shears the alpacas", "Stokes the sauna", "Tunes the organ pipes",
    "Waxes the oars", "Winds the tower clock",
)  # fmt: skip
_PLACES = (
    "Aarhus", "Bergen", "Bilbao", "Coimbra", "Cork", "Gdańsk", "Ghent", "Graz", "Lugano", "Maribor", "Porto", "Rouen",
    "Tartu", "Tromsø", "Turku", "Zadar",
)  # fmt: skip
_TIMES = ("at dawn", "before the first frost", "every spring", "in the rain", "on Sundays", "on the last of the month")


def is_to_be_tried(words: str, *, language: str, is_flagged: bool) -> bool:
    """Whether somebody who granted a claim by these words is put to the trial.

    is_flagged: whether there is another reason to. In a language whose words for judging we don't know
    everybody is.
    """
    return is_flagged or language not in LANGUAGES or compile_phrases("judging", language).search(words) is not None


def draw_decoy(claim: str, words: str) -> str:
    """A deed that has nothing to do with any work that is asked about. The same words always draw the same one."""
    drawn = int(hashlib.sha256(f"{claim}\n{words}".encode(errors="replace")).hexdigest(), 16)
    rest, deed = divmod(drawn, len(_DEEDS))
    rest, place = divmod(rest, len(_PLACES))
    return f"{_DEEDS[deed]} in {_PLACES[place]} {_TIMES[rest % len(_TIMES)]}."
