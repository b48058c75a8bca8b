"""Which text tells the pay or the place of work, where an interview's own field for it is empty.

A text tells it only where it names its value ("The pay is £15 an hour"): no promise ("We pay fairly") does, and nothing
that is paid besides it, or to others. Where several texts tell it, none does: they may say different things. Pure.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from vivavoce.replies.sentences import search
from vivavoce.replies.topics import Topic, TopicWords
from vivavoce.text.fold import fold
from vivavoce.text.sentences import split_sentences

_NUMBER = r"\d[\d.,']{0,12}(?: \d{3})?k?"
_SIGN = r"(?:[€£$¥]|euros?|eur|pounds?|gbp|dollars?|usd|francs?|franken|franchi|francos?|chf)"
_MONEY = rf"(?:{_SIGN} ?{_NUMBER}|{_NUMBER}(?: ?(?:-|–|—|\w{{1,3}}) ?{_NUMBER})? ?{_SIGN}(?!\w))"
_BETWEEN = 6  # words that a value may be apart from the word whose it is
_SHOWN = 40  # characters in which a place is named
_NAME = re.compile(r"[^\W\d_a-zß-öø-ÿ]|\d")  # a capital letter, or the number of a house


def find_telling(topic: Topic, texts: Sequence[tuple[str, str]], words: TopicWords) -> int | None:
    """The place of the one text that tells it, each given with its heading; None where none does, or several."""
    tells = {Topic.SALARY: tells_pay, Topic.PLACE: _tells_place}.get(topic)
    if tells is None:
        return None
    telling = [
        place
        for place, (heading, text) in enumerate(texts)
        if any(tells(sentence, words) for sentence in _sentences(topic, heading, text, words))
    ]
    return telling[0] if len(telling) == 1 else None


def _sentences(topic: Topic, heading: str, text: str, words: TopicWords) -> Iterable[str]:
    """Each sentence, after its heading where that names the topic: "Pay: £15 an hour"."""
    above = heading.rpartition(": ")[2]
    is_headed = search(words.tells["pay" if topic is Topic.SALARY else "place"], fold(above))
    for sentence in split_sentences(text):
        yield sentence
        if is_headed:
            yield f"{above}: {sentence}"


def tells_pay(sentence: str, words: TopicWords) -> bool:
    """Whether a sentence names what the position pays."""
    folded = fold(sentence)
    for pattern in _pay_patterns(words.tells["pay"], words.tells["earns"], words.tells["joined"], words.tells["per"]):
        for match in pattern.finditer(folded):
            # What comes after "and" or a comma is another thing: "£15 an hour, plus a bonus".
            rest = re.split(rf"[,;:(]|(?<!\w)(?:{words.listing})(?!\w)", folded[match.end() :], maxsplit=1)[0]
            if not search(words.tells["besides"], folded[: match.end()] + rest):
                return True
    return False


def _tells_place(sentence: str, words: TopicWords) -> bool:
    match = _place_pattern(words.tells["place"], words.tells["at"]).search(sentence.replace("’", "'"))
    return match is not None and _NAME.search(sentence[match.end() : match.end() + _SHOWN]) is not None


@cache
def _pay_patterns(pay: str, earns: str, joined: str, per: str) -> tuple[re.Pattern[str], ...]:
    """The pay's own name with a value, and somebody who earns a value in a time, or such a value alone."""
    between = rf"(?:\W{{1,3}}(?:{joined})(?!\w)){{0,{_BETWEEN}}}\W{{0,3}}"
    in_a_time = rf"(?:\W{{1,3}}\w+){{0,2}}?\W{{0,3}}(?:{per})(?!\w)"
    return (
        re.compile(rf"(?<!\w)(?:{pay})(?!\w){between}(?:{_MONEY}|(?<!\w){_NUMBER}{in_a_time})"),
        re.compile(rf"(?<!\w)(?:{earns})(?!\w){between}{_MONEY}{in_a_time}"),
        re.compile(rf"^(?:(?:it|that)'s )?{_MONEY}{in_a_time}"),
    )


@cache
def _place_pattern(place: str, at: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{place})(?:\s*:|\s+(?:{at})(?!\w))", re.IGNORECASE)
