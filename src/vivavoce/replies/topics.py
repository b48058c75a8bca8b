"""What candidates ask about, and in which words: read once for each language, from the file beside, when first used.

Every pattern is looked for in a folded text with straight apostrophes, as a whole word at both ends. A file writes a
longer one as a list of its alternatives, and `{firm}` for what its `firm` holds. Pure.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES: frozenset[str] = frozenset({"en", "de", "fr", "es", "it"})


class Topic(StrEnum):
    """A thing that has a place of its own in an interview, so that no words need to be looked for in its text."""

    SALARY = "salary"
    PLACE = "place"  # where the work is done
    REMOTE = "remote"  # answered by the place, where that says so
    DEPARTMENT = "department"
    CLOSING = "closing"  # until when one may apply
    EMPLOYER = "employer"  # the company's name
    COMPANY = "company"  # what it does
    COMPANY_PLACE = "company place"
    COMPANY_SIZE = "company size"
    SECTOR = "sector"
    ROLE = "role"  # the position's name
    WORK = "work"  # what one does in it
    READERS = "readers"  # who reads the answers, and decides
    HEARING = "hearing"  # when the candidate hears of it
    NEXT = "next"  # what happens once the interview is sent
    CAMERA = "camera"  # whether there is a picture of the candidate
    RECORDED = "recorded"  # what is kept of the interview
    KEPT = "kept"  # for how long


class AskedFor(StrEnum):
    """What kind of answer a question wants, told by the words that it asks with; the first that is found holds."""

    MANY = "many"  # a number of the thing that is named next
    SIZE = "size"  # a number, but none of money
    MUCH = "much"  # a number
    LONG = "long"  # a number of hours, days, years
    OFTEN = "often"  # a number, or every day
    CLOCK = "clock"  # a time of the day
    WHEN = "when"  # a time
    WHERE = "where"
    WHO = "who"
    WHY = "why"
    HOW = "how"  # in which way: no sentence is known to tell that
    WHICH = "which"  # one of the thing that is named next


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicWords:
    """One language's words. Patterns as `re` reads them; plain words parted by spaces."""

    headings: dict[Topic, str]  # over a fact; `about` below, with the company's name, over what it says of itself
    about: str
    within: dict[str, str]  # by which day one hears: in one `day`, in {days} `days`; around the merchant's {name}
    sentences: dict[Topic, str]  # a fact as a whole sentence, around its {value}
    asks: dict[AskedFor, str]
    topics: dict[Topic, str]  # what the question must say; None of `beside` may be asked for
    allowed: dict[Topic, str]  # plain words that may stand beside it: with any other the question is another
    frame: str  # plain words that a question is wrapped in, and that every interview speaks of
    joint: str  # what parts two questions in one sentence
    opens: str  # how a question begins, where no mark ends it
    refers_back: str  # what goes on from the question before: "and do I have to pay for it?"
    defining: str  # asks what a word means: "what is a 'cover'?"
    soon: str  # names by which day, or within how many days or weeks
    told_by: str  # says that somebody decides, or lets one know
    qualities: str  # a heading over what somebody is to be like
    brings: str  # a heading over what somebody is to bring or to do: it tells nothing of what there is for them
    points_back: str  # a statement that goes on from the one before: "A check is needed. We pay for it."
    team: str  # those whom one works with
    whole_firm: str  # what makes a number of people all of the company's
    trial: str  # work on trial
    weekdays: str  # one pattern for each: a sentence on Saturday tells nothing of Sunday
    more_of_it: str  # a question word alone, which asks more of what was asked before: "and roughly when?"
    joins: str  # what joins two things that are asked for
    duties: str  # a heading over what one does in the position
    exists: str  # how one asks for a thing by its name alone
    employs: str  # what makes a number of people the company's own
    needed: str  # what must be done or had: asked for, it is answered by nothing else
    beyond: str  # words that make another question of the same things ("after", "without", "more")
    by_name: str  # a question after somebody whom only a name would tell
    because: str  # what gives a reason
    landmarks: str  # what a thing stands beside, and is not itself spoken of
    about_it: str  # how one asks whether the position is of a kind
    of_it: str  # what makes a sentence one about the position
    judging: str  # how one did, what is looked for, who else is there: never answered
    alike: dict[str, str]  # one name for what is called by many: pattern
    tells: dict[str, str]  # what tells the pay or the place in a text, where its own field is empty
    numbers: str
    noon: str  # a time of the day without a number
    listing: str  # between a number and a thing: the number is another thing's
    one: str  # a number before a span of time alone
    times: str  # what makes a number a time or a span
    regular: str  # what says how often without a number
    asking: str  # words that may ask: with one of them "no, …" goes on to a question
    turning: str  # "no, but …"
    no_questions: str  # phrases that say that there is nothing to ask
    politeness: str  # phrases that may stand around them, or alone
    courtesy: str  # what may stand before or behind a question, and is no part of it


def find_words(language: str) -> TopicWords | None:
    """The words of a language, where we know them."""
    return read_words(language) if language in LANGUAGES else None


@cache
def read_words(language: str) -> TopicWords:
    """What the file of this language holds. Never change it: there is one. Raises KeyError for any other language."""
    if language not in LANGUAGES:
        raise KeyError(language)
    file = Path(__file__).parent / "topics" / f"{language}.toml"
    read = tomllib.loads(file.read_text(encoding="utf-8"))
    firm = read.pop("firm", "")
    sentences = {Topic(name): sentence for name, sentence in read.pop("sentences").items()}
    headings, asks = _to_patterns(read.pop("headings"), firm), _to_patterns(read.pop("asks"), firm)
    topics, allowed = _to_patterns(read.pop("topics"), firm), _to_patterns(read.pop("allowed"), firm)
    return TopicWords(
        sentences=sentences,
        headings={Topic(name): heading for name, heading in headings.items()},
        asks={AskedFor(name): pattern for name, pattern in asks.items()},
        topics={Topic(name): pattern for name, pattern in topics.items()},
        allowed={Topic(name): words for name, words in allowed.items()},
        alike=_to_patterns(read.pop("alike"), firm),
        tells=_to_patterns(read.pop("tells"), firm),
        within=read.pop("within"),
        **_to_patterns(read, firm),
    )


def _to_patterns(written: dict[str, Any], firm: str) -> dict[str, str]:
    return {
        name: (value if isinstance(value, str) else "|".join(value)).replace("{firm}", firm)
        for name, value in written.items()
    }
