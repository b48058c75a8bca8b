"""What the sentences of an interview's texts mean, held against what somebody asks of them.

Telling what a text means computes for some milliseconds: outside of the transaction that decides, in a thread. Vectors
of sentences are kept in memory, by their words, so that the second question to an interview takes but its own.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from vivavoce.conversation.asking_us import split_spoken
from vivavoce.conversation.dialogue_acts import Acts
from vivavoce.knowledge.search import read_vector
from vivavoce.replies.asking import FOLLOWS, MAY_HELP, MEANT_THINGS, Meaning, MeantSentence, Passage, names_same_day
from vivavoce.replies.sentences import join_sentences
from vivavoce.replies.topics import Topic

# Who the company is and what the position is called answers next to nothing, and is near to everything.
NAMES = (Topic.EMPLOYER, Topic.ROLE)
MOST_SENTENCES = 120  # of an interview's texts, the first; a usual one has thirty
MOST_ASKED = 6  # questions of one turn
LONGEST_SENTENCE = 400  # characters that are read
LONGEST_ACT = 400  # characters; who says more has answered
MOST_WAITED = 1.0  # seconds, behind everybody else who answers now: two hundred at once take some
MOST_ACTS = 4  # sentences of one turn, the last ones: what is asked beside an answer stands at its end
log = logging.getLogger(__name__)
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="meant")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSentence:
    """A sentence of a passage. under: with what it stands under."""

    passage: Passage
    text: str
    under: str


async def find_meant(text: str, questions: Sequence[str], passages: Sequence[Passage], *, language: str) -> Meaning:
    """What was just said by its meaning; empty where no machine tells what texts mean.

    questions: of this text, each held against the passages.
    """
    look = asyncio.get_running_loop().run_in_executor
    return await look(_THREAD, tell_meant, text, tuple(questions), tuple(passages), language)


def tell_meant(text: str, questions: Sequence[str], passages: Sequence[Passage], language: str) -> Meaning:
    """As find_meant; it computes."""
    said = read_vector(text)
    if said is None:
        return Meaning()
    # numpy: with the first question, since a server that only takes calls needs none.
    from vivavoce.replies.meaning import read_learnt, tell_certain, tell_speech, tell_things

    speech = tell_speech(said[0], read_learnt())
    sentences = find_sentences(tuple(passages), language=language)
    if not sentences:
        return Meaning(speech=speech)
    vectors = read_passage_vectors(tuple(sentence.under for sentence in sentences))
    nearest = {}
    for question in questions[:MOST_ASKED]:
        certain = tell_certain(
            question,
            read_question_vector(question),
            [sentence.under for sentence in sentences],
            vectors,
            language=language,
            learnt=read_learnt(),
        )
        best = max(range(len(sentences)), key=certain.__getitem__)
        # Who asks for Wednesdays is shown what is said of Wednesdays, if it is said once.
        same = [
            place
            for place, sentence in enumerate(sentences)
            if names_same_day(question, sentence.text, language=language)
        ]
        if len(same) == 1:
            best, certain[same[0]] = same[0], max(MAY_HELP, certain[same[0]])
        # What every page says of what follows comes after what this interview says.
        own = [place for place, sentence in enumerate(sentences) if sentence.passage.topic not in FOLLOWS]
        if sentences[best].passage.topic in FOLLOWS and own:
            own_best = max(own, key=certain.__getitem__)
            best = own_best if certain[own_best] >= MAY_HELP else best
        things = tell_things(read_question_vector(question), read_learnt())
        nearest[question] = MeantSentence(
            passage=sentences[best].passage,
            text=sentences[best].text,
            certain=certain[best],
            things={thing: things[thing] for thing in MEANT_THINGS},
        )
    return Meaning(sentences=nearest, speech=speech)


async def find_acts(text: str) -> Acts:
    """What these words of a candidate do; empty where no machine tells what texts mean, or none in MOST_WAITED.

    Never raises: whoever answers is not to pay for what only helps to understand them.
    """
    told = asyncio.get_running_loop().run_in_executor(_THREAD, tell_acts, text)
    try:
        return await asyncio.wait_for(told, MOST_WAITED)
    except TimeoutError:
        log.info("what a turn does was not told in %s s; rules alone decide", MOST_WAITED)
    except Exception:
        log.exception("what a turn does could not be told; rules alone decide")
    return Acts()


def make_ready() -> None:
    """Loads what tells it, while somebody reads the first question: their answer does not wait a second for it."""
    _THREAD.submit(tell_acts, "Ready.")


@lru_cache(maxsize=256)
def tell_acts(text: str) -> Acts:
    """As find_acts; it computes, a hundredth of a second for each sentence."""
    if not text.strip() or len(text) > LONGEST_ACT:
        return Acts()
    said = read_vector(text)
    if said is None:
        return Acts()
    from vivavoce.conversation import act_features

    learnt, sentences = act_features.read_learnt(), _find_parts(text)[-MOST_ACTS:]
    return Acts(
        whole=act_features.tell_acts(text, said[0], learnt),
        sentences=tuple(
            (sentence, act_features.tell_acts(sentence, read_question_vector(sentence), learnt))
            for sentence in (sentences if len(sentences) > 1 else ())
        ),
    )


def _find_parts(text: str) -> list[str]:
    """The sentences; of one that stands alone, what its last comma parts."""
    sentences = split_spoken(text)
    return sentences if len(sentences) > 1 else [part for part in _LAST_COMMA.split(text, maxsplit=1) if part]


@lru_cache(maxsize=64)
def find_sentences(passages: tuple[Passage, ...], *, language: str) -> tuple[TextSentence, ...]:
    """The sentences of passages, each under the innermost heading of its own; with one that goes on from the one before
    it, both: "A check is needed. We pay for it."
    """
    return tuple(
        TextSentence(
            passage=passage, text=sentence, under=f"{passage.source.rpartition(': ')[2]}: {sentence}"[:LONGEST_SENTENCE]
        )
        for passage in passages
        if passage.topic not in NAMES
        for sentence in join_sentences(passage.text, language=language)
    )[:MOST_SENTENCES]


def read_question_vector(question: str) -> Any:
    """(384,): what a question means. Only where sentences have vectors."""
    return read_vector(question)[0]


@lru_cache(maxsize=64)
def read_passage_vectors(texts: tuple[str, ...]) -> Any:
    """(n, 384): what these texts mean. Only where read_vector tells something."""
    import numpy as np

    return np.stack([_read_one(text) for text in texts])


@lru_cache(maxsize=4_096)  # 6 MB
def _read_one(text: str) -> Any:
    from vivavoce.providers.vectors import find_vectors

    maker = find_vectors()
    return None if maker is None else maker.of_passages((text,))[0]


_LAST_COMMA = re.compile(r"[,،]\s+(?=[^,،]*$)")
