"""What the last words of a spoken answer say about whether it is over. Pure.

Told by lists of words per language, as all that is understood from words. In any other language they say nothing.
"""

import re
from enum import StrEnum
from functools import cache

from vivavoce.live.heard import LANGUAGES, Wish, find_wish
from vivavoce.live.phrases import compile_any, fold


class Hint(StrEnum):
    """What the last words say."""

    NOTHING = "nothing"
    UNFINISHED = "unfinished"  # … and, um
    THINKING = "thinking"  # … let me think
    ONLY_THINKING = "only_thinking"  # nothing but that was said
    DONE = "done"  # … that's all


def find_hint(text: str, *, language: str) -> Hint:
    """What these words of an answer, heard so far, say about its end."""
    clauses = [clause for clause in _CLAUSE_ENDS.split(text) if re.search(r"\w", clause)]
    if language not in LANGUAGES or not clauses:
        return Hint.NOTHING
    if find_wish(text, language=language) is Wish.THINK:
        return Hint.ONLY_THINKING
    # "Just a moment, please" is two.
    if any(find_wish(" ".join(clauses[-n:]), language=language) is Wish.THINK for n in (1, 2, 3)):
        return Hint.THINKING
    last = fold(clauses[-1], language=language)
    if _done(language).fullmatch(last):
        return Hint.DONE
    # A recogniser sets a full stop wherever somebody pauses: the word alone tells.
    return Hint.UNFINISHED if last.split()[-1] in _unfinished(language) else Hint.NOTHING


_CLAUSE_ENDS = re.compile(r"[.,;:!?…–—\n]+")

# The form of these patterns stands in phrases.py.
_DONE = {
    "en": [
        "[and|so|ok|okay|well|yes] (i'm|i am) (done|finished) [now|here|with (that|this|my answer)]",
        "[and|so|ok|okay|well|yes|i think|i guess|i'd say] (that's|that is|that was)"
        " (all|it|everything|about it|my answer|the end)"
        " [i (have|wanted) to say|from (me|my side)|i think|i guess|really]",
        "[that's] the end [of my answer]",
    ],
    "de": [
        "[und|so|ok|okay|ja|also] (ich bin|bin ich) [jetzt|soweit] fertig [damit]",
        "[und|so|ok|okay|ja|also] das (war|wars|war's|ist|wäre|wär's) [jetzt|dann|eigentlich|auch schon]"
        " [alles|es|schon|meine antwort] [von mir|von meiner seite|was ich sagen wollte]",
        "[und] mehr (habe ich|hab ich) [dazu] nicht [zu sagen]",
        "[und] mehr fällt mir [dazu] nicht ein",
    ],
    "fr": [
        "[et|donc|ok|bon|voilà] j'ai (fini|terminé)",
        "[et|donc|ok|bon] (voilà|c'est tout|ce sera tout|c'est ma réponse) [pour moi|de mon côté|c'est tout|voilà]",
    ],
    "es": [
        "[y|pues|bueno|ok] (he (terminado|acabado)|ya (terminé|acabé|está|he terminado|he acabado))",
        "[y|pues|bueno|ok] (eso (es|sería|fue) todo|es todo|nada más|esa es mi respuesta) [por mi parte|de mi parte]",
    ],
    "it": [
        "[e|quindi|ok|bene|ecco] ho (finito|terminato)",
        "[e|quindi|ok|bene|ecco] ((questo|è|ecco|sarebbe) tutto|questo è tutto|tutto qui) [da parte mia|per me]",
    ],
}

# No sentence ends with them; not those that may: "on", "that", "das", "ein".
_UNFINISHED = {
    "en": "um umm uh uhm erm er hmm mm and but because so or the a an of with my our to if although which who when",
    "de": "äh ähm öhm hm hmm und aber weil oder dass wenn obwohl denn mein meine unser unsere einen eine für von",
    "fr": "euh hum hmm et mais parce car ou donc le la les un une de du des mon ma mes avec pour que qui",
    "es": "eh em este mmm y pero porque o u el la los las un una de del con mi mis para que",
    "it": "ehm uhm mmm e ma perché o oppure il lo la i gli le un una di del con mio mia per che",
}


@cache
def _done(language: str) -> re.Pattern[str]:
    return compile_any(_DONE[language], language=language)


@cache
def _unfinished(language: str) -> frozenset[str]:
    return frozenset(fold(_UNFINISHED[language], language=language).split())
