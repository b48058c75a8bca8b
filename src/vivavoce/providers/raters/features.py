"""What can be read off a claim and a window without understanding them: numbers, in one fixed order.

They carry over to questions that nobody trained on, where the pair encoder alone is unsure of itself.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

from vivavoce.providers.raters.embedder import Embedded

NAMES = (
    "cosine",
    "cosine_of_question",
    "cosine_gain",
    "match_claim",
    "match_window",
    "match_new",
    "least_match",
    "stems_of_claim",
    "stems_of_window",
    "new_stems",
    "grams",
    "is_without_words",
    "length",
    "length_ratio",
    "negated_claim",
    "negated_window",
    "negation_differs",
    "opposites",
    "is_unsure",
    "numbers_shared",
    "numbers_differ",
)

STEMMER = snowballstemmer.stemmer("english")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Words by themselves; pairs of opposites by a stroke.
STOPPED = """
a an the and or but if of to in on at by for with from as is are was were be been being am do does did have has had it
its this that these those i you he she we they me him her us them my your his our their there here so then than because
would will can could should may might just very also when what which who how why where
"""
DENYING = """
not no never none nothing nobody neither nor without cannot can't cant don't dont doesn't doesnt didn't didnt isn't isnt
aren't arent wasn't wasnt weren't werent won't wont wouldn't wouldnt couldn't couldnt shouldn't shouldnt haven't havent
hasn't hasnt hadn't hadnt refuse refused avoid avoided skip skipped
"""
OPPOSED = """
more/less higher/lower high/low increase/decrease increases/decreases rise/fall faster/slower fast/slow hot/cold
hotter/colder warmer/cooler bigger/smaller larger/smaller longer/shorter long/short greater/less heavier/lighter
same/different open/closed on/off connected/separated positive/negative series/parallel before/after always/never
all/none with/without early/late first/last above/below up/down left/right east/west north/south near/far hard/soft
rough/smooth wet/dry true/false yes/no start/stop start/end help/harm safe/dangerous strong/weak strengthen/weaken
add/remove push/pull alone/together lose/win gain/lose bright/dim brighter/dimmer gap/closed complete/incomplete
same/other everybody/nobody
"""
TURNING = frozenset(["only", "until", "till", "unless", "before", "except", "just", "forget", "forgot"])
REACH = 10  # words behind a "not" that it may deny, up to the next thing that is said of oneself
CLAUSE = re.compile(r"[.,;:!?\n]+|\b(?:but|because|although|though|so)\b", re.I)
STOP_WORDS = frozenset(STOPPED.split())
NEGATIONS = frozenset(DENYING.split())
# "No" and its like answer a question, or count things, more often than they deny what follows.
DENYING_VERBS = NEGATIONS - {"no", "none", "nothing", "nobody", "neither", "nor"}
OPPOSITES = {frozenset(pair.split("/")) for pair in OPPOSED.split()}
UNSURE = re.compile(r"\b(?:no idea|(?:do not|don.?t|not) (?:really )?(?:know|sure|understand|remember))\b", re.I)


def read_features(question: Embedded, claim: Embedded, window: Embedded) -> NDArray[np.float32]:
    """The numbers of NAMES for one window, most of them in 0 to 1."""
    claim_words, window_words = words_of(claim.text), words_of(window.text)
    question_stems = stems_of(words_of(question.text))
    claim_stems, window_stems = stems_of(claim_words), stems_of(window_words)
    new_stems = claim_stems - question_stems
    cosine = float(claim.vector @ window.vector)
    cosine_of_question = float(question.vector @ window.vector)
    matches = claim.tokens @ window.tokens.T if len(claim.tokens) and len(window.tokens) else np.zeros((1, 1))
    best = matches.max(axis=1)
    is_new = _are_new(claim.pieces, question.pieces)
    claim_negations, window_negations = _count_negations(claim_words), _count_negations(window_words)
    claim_numbers, window_numbers = _numbers(claim_words), _numbers(window_words)
    return np.array(
        [
            cosine,
            cosine_of_question,
            cosine - cosine_of_question,
            best.mean(),
            matches.max(axis=0).mean(),
            best[is_new].mean() if len(is_new) == len(best) and is_new.any() else best.mean(),
            best.min(),
            _share(claim_stems & window_stems, claim_stems),
            _share(claim_stems & window_stems, window_stems),
            _share(new_stems & window_stems, new_stems),
            _share_of_grams(claim.text, window.text),
            float(not window_stems),
            np.log1p(len(window_words)) / 5,
            np.clip(np.log((1 + len(window_words)) / (1 + len(claim_words))), -3, 3) / 3,
            float(claim_negations > 0),
            float(window_negations > 0),
            float(claim_negations % 2 != window_negations % 2),
            min(_count_opposites(claim_words, window_words), 3) / 3,
            float(bool(UNSURE.search(window.text))),
            _share(claim_numbers & window_numbers, claim_numbers),
            float(bool(claim_numbers and window_numbers and not claim_numbers & window_numbers)),
        ],
        dtype=np.float32,
    )


def denies(claim: str, window: str) -> bool:
    """Whether the window says the claim's own words behind a "not", as in "I never check the label".

    What stands behind "not until", "not only" and the like is no denial; a claim that denies is left to the network.
    """
    claimed = words_of(claim)
    stems = stems_of(claimed)
    if not stems or _count_negations(claimed):
        return False
    for clause in CLAUSE.split(window):
        words = words_of(clause)
        at = next((place for place, word in enumerate(words) if word in DENYING_VERBS), None)
        # Only what people say of themselves: "A is not joined to B" may be just what a claim says in other words.
        if at is None or not {"i", "we"} & set(words[:at]) or TURNING & set(words[at:]):
            continue
        denied = list(takewhile(lambda word: word not in {"i", "we"}, words[at + 1 : at + 1 + REACH]))
        if len(stems & stems_of(denied)) * 2 > len(stems):
            return True
    return False


def words_of(text: str) -> list[str]:
    """The words in lower case, apostrophes kept as the plain one."""
    return [word.lower().replace("’", "'") for word in WORD.findall(text)]


def stems_of(words: Sequence[str]) -> frozenset[str]:
    """What the words of substance are without their endings."""
    kept = [word for word in words if word not in STOP_WORDS and word not in NEGATIONS]
    return frozenset(STEMMER.stemWords(kept))


def _are_new(pieces: Sequence[str], known: Sequence[str]) -> NDArray[np.bool_]:
    """Which pieces of the claim say something that the question does not."""
    left_out = set(known) | STOP_WORDS
    return np.array([piece not in left_out and piece.isalnum() for piece in pieces], dtype=np.bool_)


def _count_negations(words: Sequence[str]) -> int:
    return sum(word in NEGATIONS for word in words)


def _count_opposites(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """Pairs of opposites where each text has its own and not the other's."""
    only_ours, only_theirs = set(ours) - set(theirs), set(theirs) - set(ours)
    return sum(bool(pair & only_ours) and bool(pair & only_theirs) for pair in OPPOSITES)


def _numbers(words: Sequence[str]) -> set[str]:
    return {word for word in words if word.isdigit()}


def _share(some: frozenset[str] | set[str], whole: frozenset[str] | set[str]) -> float:
    return len(some) / len(whole) if whole else 0.0


def _share_of_grams(claim: str, window: str) -> float:
    """The share of the claim's runs of four letters that the window has: misheard words and other endings count."""
    ours, theirs = _grams(claim), _grams(window)
    return _share(ours & theirs, ours)


def _grams(text: str) -> set[str]:
    line = " ".join(words_of(text))
    return {line[at : at + 4] for at in range(len(line) - 3)}
