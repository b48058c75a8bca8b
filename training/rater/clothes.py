"""The same words in other clothes: speech without stops, a learner's grammar, an ear's mistakes; claims in other forms.

Who judges them otherwise judges speech, spelling or the ear. The kinds are those that bench/judging/rewrites.py counts;
the words and chances are other ones, wherever there is a choice.
"""

import random
import re
from collections.abc import Callable
from dataclasses import replace

from data import Row

SHARE_OF_DEEDS, SHARE_OF_KNOWLEDGE, SHARE_OF_CLAIMS = 0.45, 0.25, 0.35  # that are dressed anew, each epoch
TWO_AT_ONCE = 0.35
SHORTEST = 4  # words; of fewer nothing is left when some are lost
FILLERS = (
    *("um", "well", "you know", "like", "I mean", "so", "basically", "er", "uh", "kind of", "right", "actually"),
    *("sort of", "honestly", "yeah", "let me think", "hmm"),
)
LOST = frozenset(
    ("a", "an", "the", "of", "to", "is", "it", "that", "and", "in", "at", "for", "so", "was", "my", "on", "be", "are")
)
# None is, or becomes, a negation.
SOUND_ALIKE = (
    "to/too for/four new/knew would/wood hour/our made/maid sale/sail through/threw wear/where mail/male passed/past "
    "cell/sell role/roll principal/principle course/coarse affect/effect site/sight were/where our/are won/one "
    "stair/stare steel/steal tale/tail waste/waist which/witch floor/flaw cause/course sauce/source heard/herd "
    "quiet/quite team/teem staff/stuff shift/shipped order/orders customer/costumer manager/manger their/there "
    "they're/their your/you're than/then by/buy here/hear week/weak weather/whether write/right"
)
PASTS = (
    "was/is were/are went/go came/come said/say told/tell took/take gave/give saw/see found/find wrote/write "
    "got/get thought/think knew/know rang/ring sat/sit made/make had/have did/do kept/keep left/leave put/put "
    "brought/bring held/hold spoke/speak stood/stand began/begin ran/run sent/send spent/spend built/build "
    "taught/teach felt/feel met/meet led/lead let/let paid/pay bought/buy lost/lose won/win showed/show "
    "drove/drive chose/choose broke/break fell/fall grew/grow"
)
PARTICIPLES = (
    "wrote/written spoke/spoken took/taken gave/given saw/seen went/gone did/done knew/known chose/chosen "
    "broke/broken drove/driven grew/grown rang/rung began/begun ran/run came/come fell/fallen showed/shown"
)
PRESENT = dict(pair.split("/") for pair in PASTS.split())
PAST = {present: past for past, present in PRESENT.items() if present not in ("is", "are")}
PARTICIPLE = dict(pair.split("/") for pair in PARTICIPLES.split())
SPOKEN = {
    "going to": "gonna",
    "want to": "wanna",
    "got to": "gotta",
    "because": "cos",
    "them": "'em",
    "you": "ya",
    "my": "me",
    "and": "an'",
    "of": "o'",
    "isn't": "ain't",
    "something": "summat",
    "anything": "owt",
    "yes": "yeah",
    "with": "wi'",
    "about": "'bout",
    "very": "dead",
    "little": "wee",
    "was": "were",
}
OF_TELLING = frozenset(("name", "describe", "explain", "give", "mention", "say", "tell", "show"))
TELLING = ("{stands} {rest}", "{past} {rest}", "The answer {stands} {rest}", "{going} {rest}", "Can {base} {rest}")
DOING = (
    "{past} {rest}",
    "Has {done} {rest}",
    "{stands} {rest}",
    "Says that they {past} {rest}",
    "Experience in {going} {rest}",
    "Tells how they {past} {rest}",
    "Shows that they {base} {rest}",
    "{going} {rest}",
    "I {past} {rest}",
)


def dress(row: Row, *, rng: random.Random) -> Row:
    """The row with its answer, its claim, both or neither in other clothes; what it shows stays."""
    answer, claim = row.answer, row.claims[0]
    share = SHARE_OF_DEEDS if row.is_deed else SHARE_OF_KNOWLEDGE
    if row.language == "en" and rng.random() < share and len(answer.split()) >= SHORTEST:
        answer = say_otherwise(answer, rng=rng)
    if row.is_deed and rng.random() < SHARE_OF_CLAIMS:
        claim = reword(claim, rng=rng)
    return replace(row, answer=answer, claims=(claim,))


def say_otherwise(text: str, *, rng: random.Random) -> str:
    """The text in one or two of the ways."""
    for way in rng.sample(WAYS, 2 if rng.random() < TWO_AT_ONCE else 1):
        text = way(text, rng) or text
    return text


def reword(claim: str, *, rng: random.Random) -> str:
    """The claim with its first verb in another form ("Led a team": "Has led a team"); as it is if that is no verb."""
    first, _, rest = claim.partition(" ")
    forms = _find_forms(first.lower())
    if forms is None or not rest:
        return claim
    base, past = forms
    told = rng.choice(TELLING if base in OF_TELLING else DOING).format(
        base=base,
        past=past,
        done=PARTICIPLE.get(past, past),
        stands=_in_third_person(base),
        going=(base[:-1] if base.endswith("e") and not base.endswith("ee") else base) + "ing",
        rest=rest,
    )
    return told[0].upper() + told[1:]


def _find_forms(verb: str) -> tuple[str, str] | None:
    """Base form and past of a past or a third person."""
    if verb in PRESENT and verb not in ("was", "were"):
        return PRESENT[verb], verb
    if verb.endswith("ed") and len(verb) > len("need"):
        return _without_ending(verb), verb
    if verb.endswith("s") and not verb.endswith("ss") and verb not in ("has", "is", "his", "its"):
        base = verb[:-3] + "y" if verb.endswith("ies") else verb[:-1]
        base = base[:-1] if verb.endswith(("ches", "shes", "sses", "xes", "oes")) else base
        return base, PAST.get(base) or re.sub(r"(?<=[^aeiou])y$", "i", base) + ("d" if base.endswith("e") else "ed")
    return None


def _without_ending(past: str) -> str:
    """A guess: English doesn't tell "planned" from "filled"."""
    base = past.removesuffix("ed")
    if len(base) > len("add") and base[-1] == base[-2] and base[-1] not in "ls":
        return base[:-1]
    return base + "e" if base[-1] in "cgsvuz" else base


def _in_third_person(base: str) -> str:
    if base.endswith("y") and base[-2:-1] not in tuple("aeiou"):
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("ch", "sh", "ss", "x", "o")) else "s")


def _without_stops(text: str, rng: random.Random) -> str:
    words = re.sub(r"(?<=\w)-(?=\w)", " ", text) if rng.random() < 0.3 else text
    return " ".join(re.sub(r"[^\w\s'’%€£$.,:-]|[.,:](?!\d)|(?<!\w)-", " ", words).split()).lower()


def _run_on(text: str, _rng: random.Random) -> str:
    return re.sub(r"[.!?;:](\s|$)", lambda stop: ", " if stop[1] else "", text)


def _with_fillers(text: str, rng: random.Random) -> str:
    words = []
    for word in text.split():
        words.append(word)
        if rng.random() < 0.1:
            words.append(rng.choice(FILLERS) + ("," if rng.random() < 0.3 else ""))
    return " ".join(words)


def _as_a_learner(text: str, rng: random.Random) -> str:
    chance = rng.uniform(0.4, 0.9)

    def say(word: str) -> str:
        if rng.random() > chance:
            return word
        if word in ("a", "an", "the"):
            return ""
        if word in PRESENT:
            return PRESENT[word]
        if word.endswith("ed") and len(word) > len("speed") and rng.random() < 0.6:
            return _without_ending(word)
        if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 4 and rng.random() < 0.3:
            return word[:-1]
        return rng.choice(("in", "on", "at", "")) if word in ("in", "on", "at") and rng.random() < 0.2 else word

    return _each_word(text, say)


def _as_misheard(text: str, rng: random.Random) -> str:
    def hear(word: str) -> str:
        if word in LOST and rng.random() < 0.15:
            return ""
        if word in TWINS and rng.random() < 0.4:
            return rng.choice(TWINS[word])
        if len(word) > len("drove") and rng.random() < 0.02:
            at = rng.randrange(1, len(word) - 1)
            return f"{word[:at]} {word[at:]}"
        return f"{word} {word}" if rng.random() < 0.015 else word

    return _each_word(text, hear)


def _in_dialect(text: str, rng: random.Random) -> str:
    for plain, spoken in SPOKEN.items():
        if rng.random() < 0.6:
            text = re.sub(rf"\b{plain}\b", spoken, text, flags=re.I)
    return re.sub(r"\b(\w*[aeiouy]\w*)ing\b", lambda found: f"{found[1]}in'" if rng.random() < 0.6 else found[0], text)


def _with_slips(text: str, rng: random.Random) -> str:
    def slip(word: str) -> str:
        if len(word) <= len("word") or rng.random() > 0.06:
            return word
        at = rng.randrange(1, len(word) - 2)
        return rng.choice((word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :]))

    return _each_word(text, slip)


def _each_word(text: str, say: Callable[[str], str]) -> str:
    """The text with each word as `say` says it, which is given it in small letters."""

    def change(found: re.Match[str]) -> str:
        said = say(found[0].lower())
        return found[0] if said == found[0].lower() else said

    return " ".join(re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)*", change, text).split())


WAYS = (_without_stops, _run_on, _with_fillers, _as_a_learner, _as_misheard, _in_dialect, _with_slips)
TWINS: dict[str, list[str]] = {}
for _one, _other in (pair.split("/") for pair in SOUND_ALIKE.split()):
    TWINS.setdefault(_one, []).append(_other)
    TWINS.setdefault(_other, []).append(_one)
