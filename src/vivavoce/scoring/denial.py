"""Whether an answer's words deny a claim: a rule that is read off the words, for where a rater's "no" is not enough.

A wrong rejection says of somebody that they denied what they never spoke of. So the rule is built to be right where it
speaks, and is silent otherwise: "I never check the label" denies "Checks the label"; "I never start without checking
the label", "If I didn't check the label …" and "My colleague never checks it" do not. English alone. Pure.

    I    never   check the label   before I give it          The motor   does not   run    with the switch open
    own  denial  denied, up to an end                        own: the claim's word, denied by what stands behind

`make bench-rater ARGS="--only denials"` counts it on bench/judging/denials.jsonl.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import snowballstemmer

from vivavoce.scoring.echoes import PlacedWord, read_text
from vivavoce.scoring.vocabulary import read_denial_words, read_irregular_verbs
from vivavoce.scoring.windows import read_bare_words
from vivavoce.text.sentences import Span, find_sentences

LANGUAGE = "en"
# Words to look at before and behind a denial. A transcript without stops is one sentence, and hangs on none so far.
BEFORE, BEHIND = 10, 14


def find_denials(claim: str, text: str) -> list[Span]:
    """The stretches of the text that deny the claim, from the word of denial, or its subject, to the last denied one.

    None for a claim that denies or sets a condition itself: who denies a denial may affirm it.
    """
    claimed = _read_claim(claim)
    if not claimed:
        return []
    denials = []
    for sentence in find_sentences(text):
        if text[sentence.end - 1] == "?":
            continue
        words = read_text(text, sentence)
        at = [place for place, word in enumerate(words) if word.text.replace("’", "'") in _DENYING]
        spans = (_deny(_DenialWord(text=text, words=words, place=place), claimed) for place in at)
        denials += [span for span in spans if span is not None]
    return denials


@dataclass(frozen=True, slots=True, kw_only=True)
class _DenialWord:
    """A word of denial in its sentence."""

    text: str
    words: Sequence[PlacedWord]
    place: int

    @property
    def denial(self) -> str:
        return self.words[self.place].text.replace("’", "'")

    @property
    def before(self) -> Sequence[PlacedWord]:
        """What stands before it, without a "No," that only answers."""
        return [
            word
            for at, word in enumerate(self.words[: self.place])
            if at >= self.place - BEFORE and not (at == 0 and word.text in _ANSWERING)
        ]

    @property
    def behind(self) -> Sequence[PlacedWord]:
        """What it may deny: up to a stop, another "I", or a word that begins something else."""
        held: list[PlacedWord] = []
        last = self.words[self.place].span.end
        for word in self.words[self.place + 1 : self.place + 1 + BEHIND]:
            if set(self.text[last : word.span.start]) & _STOPS or word.text in _ENDING | _OWN:
                break
            held.append(word)
            last = word.span.end
        return held

    @property
    def rest(self) -> Sequence[PlacedWord]:
        """What comes behind that."""
        begin = self.place + 1 + len(self.behind)
        return self.words[begin : begin + BEHIND]


def _deny(at: _DenialWord, claimed: Sequence[str]) -> Span | None:
    """What is denied of the claim; None when it is said of somebody else, is turned, withdrawn, or too little."""
    before, behind = at.before, at.behind
    said = [word.text for word in behind]
    if _HYPOTHETICAL & {word.text for word in before} or any(word.text in _DENYING for word in before):
        return None
    if (
        any(word in _TURNING and _stem(word) not in claimed for word in said[:4])
        or _is_reversed(said, claimed)
        or _is_taken_back(at.rest, claimed)
    ):
        return None
    if not _is_own(at.denial, before, claimed):
        return None
    denied = [word for word in behind if _stem(word.text) in claimed]
    subject = [word for word in before if _stem(word.text) in claimed]
    stems = {_stem(word.text) for word in (*subject, *denied)}
    is_head = claimed[0] in stems
    enough = set(claimed[:2]) <= stems or (len(stems) * 2 > len(claimed) and (is_head or at.denial != "nobody"))
    if not denied or not enough:
        return None
    if len(claimed) == 1 and any(_narrows(word, claimed) for word in said):
        return None  # "Never driven kids" is nothing against "Has driven"
    return Span(min(word.span.start for word in (at.words[at.place], *subject)), denied[-1].span.end)


def _narrows(word: str, claimed: Sequence[str]) -> bool:
    """Whether it makes less of what is denied than all that the claim's one word says."""
    return _stem(word) not in claimed and word not in _EMPTY | _LOOSE


def _is_own(denial: str, before: Sequence[PlacedWord], claimed: Sequence[str]) -> bool:
    """Whether it is said of oneself, of nobody, or of the very thing that the claim is about."""
    if denial == "nobody":
        return not before
    kept = [word.text.replace("’", "'") for word in before]
    while kept and kept[-1] in _HELPING:
        kept.pop()
    if not kept:
        return denial not in {"no", "not"}
    return kept[-1] in _OWN | {"there"} or (denial != "no" and _stem(kept[-1]) in claimed)


def _is_reversed(said: Sequence[str], claimed: Sequence[str]) -> bool:
    """Whether the contrary is denied, as in "never left unlocked"."""
    return any(word[:2] == "un" and _stem(word[2:]) in claimed for word in said)


def _is_taken_back(rest: Sequence[PlacedWord], claimed: Sequence[str]) -> bool:
    """Whether it was so once, or the same is said of oneself right behind: "…, now I do", "…, I check it twice"."""
    texts = [word.text for word in rest]
    if _NOW & set(texts):
        return True
    return any(
        text in _OWN and claimed[0] in {_stem(word) for word in texts[at + 1 : at + 4]} for at, text in enumerate(texts)
    )


@cache
def _read_claim(claim: str) -> tuple[str, ...]:
    """The stems of its words of substance, in their order."""
    words = [word.casefold().replace("’", "'") for word in read_bare_words(claim)]
    if any(word in _DENYING | _CONDITIONAL for word in words):
        return ()
    return tuple(dict.fromkeys(_stem(word) for word in words if word not in _EMPTY))


@cache
def _stem(word: str) -> str:
    stem: str = _STEMMER.stemWord(_IRREGULAR.get(word, word))
    return stem


_STEMMER = snowballstemmer.stemmer("english")
_STOPS = frozenset(".,;:!?…\n–—")
_DENYING = read_denial_words("denying")
_ANSWERING = read_denial_words("answering")
_OWN = read_denial_words("own")
_HELPING = read_denial_words("helping")
_HYPOTHETICAL = read_denial_words("hypothetical")
_TURNING = read_denial_words("turning")
_ENDING = read_denial_words("ending")
_NOW = read_denial_words("now")
_LOOSE = frozenset(
    ["before", "ever", "yet", "once", "really", "actually", "much", "anything", "anybody", "professionally"]
)
_CONDITIONAL = read_denial_words("conditional")
_EMPTY = read_denial_words("empty")
_IRREGULAR = read_irregular_verbs()
