"""Questions to us, worries and apologies are told from answers: each language by a table of what people say.

One line of asking/*.tsv: what it is, the question that is open, and the words; a bar stands before what is asked of us.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.folding import folded
from vivavoce.conversation.asides import find_aside, find_chat, offers_skip
from vivavoce.conversation.asking_us import (
    asks_alone,
    find_asked_at_end,
    find_asked_within,
    find_told,
    is_adding,
    wants_words,
)
from vivavoce.conversation.intents import Wish, find_asked_beside, find_wish, is_declining
from vivavoce.conversation.phrase_patterns import read_phrases
from vivavoce.conversation.utterances import AskingBack, find_asking_back, find_reasoned_wish

TABLES = sorted((Path(__file__).parent / "asking").glob("*.tsv"))
ANSWERS = ("answer", "declining", "end", "beside")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Words, and what they are. asked: what of them is asked of us, beside an answer or a refusal."""

    language: str
    kind: str
    question: str
    text: str
    asked: str


def read_lines() -> list[Line]:
    lines = []
    for table in TABLES:
        with table.open(encoding="utf-8", newline="") as file:
            for kind, question, words in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                asked = words.partition("|")[2]
                text = words.replace("|", "")
                lines.append(Line(language=table.stem, kind=kind, question=question, text=text, asked=asked))
    return lines


def tell(line: Line) -> str:
    """What the interviewer takes the words for, as the conductor goes through it."""
    text, question, language = line.text, line.question, line.language
    aside = find_aside(text, question=question, earlier=[], language=language)
    wish = find_wish(text, language=language) or find_reasoned_wish(text, question=question, language=language)
    if wish is not None and (wish is not Wish.REPHRASE or aside is None):
        return wish.value
    if aside is None:
        if offers_skip(text, language=language):
            return "offers_skip"
        if find_asked_beside(text, language=language):
            return "beside"
        if find_asked_at_end(text, question=question, language=language):
            return "end"
        return "declining" if is_declining(text, language=language) else "answer"
    if aside is Wish.CLARIFY:
        return (find_asking_back(text, question=question, language=language) or AskingBack.MEANING).value
    return find_chat(text, language=language).value if aside is Wish.CHAT else aside.value


@folded("line", read_lines())
def test_what_people_say_is_told_from_an_answer(line: Line) -> None:
    assert tell(line) == line.kind, line.text


@folded("line", [line for line in read_lines() if line.kind in ("end", "beside")])
def test_what_is_asked_beside_is_found_word_for_word(line: Line) -> None:
    if line.kind == "beside":
        assert find_asked_beside(line.text, language=line.language) == line.asked
        return
    asked = find_asked_at_end(line.text, question=line.question, language=line.language)
    assert line.text[line.text.rindex(asked[0]) :] == line.asked
    assert find_told(line.text.removesuffix(line.asked), language=line.language), "the answer may be quoted"


@folded(
    ("language", "text", "asked"),
    [
        ("pl", "Pracowałam dwa lata na nocnych zmianach. Ile wynosi pensja?", ("Ile wynosi pensja?",)),
        ("it", "Ho lavorato due anni di notte. Quanto pagate?", ("Quanto pagate?",)),
        ("zh", "我在医院工作了两年。工资是多少？", ("工资是多少？",)),
        ("pl", "Kierownik zapytał: kto decyduje?", ()),
        ("pl", "Było nas dwoje. Kto decydował? Ja.", ()),
        ("pl", "Ile wynosi pensja?", ()),  # no answer stands before it
        ("xx", "I stayed. What is the pay?", ()),
    ],
)
def test_in_other_languages_the_mark_at_an_answers_end_tells(language: str, text: str, asked: tuple[str, ...]) -> None:
    assert find_asked_at_end(text, question="1. …", language=language) == asked


@folded(
    ("language", "text", "asked"),
    [
        ("en", "Twice. Sorry, what do you use on your ward? We had SystmOne.", "Sorry, what do you use on your ward?"),
        (
            "de",
            "Zweimal. Welches System nutzen Sie bei Ihnen? Wir hatten Vivendi.",
            "Welches System nutzen Sie bei Ihnen?",
        ),
        (
            "fr",
            "Deux fois. Quel logiciel avez-vous chez vous ? Nous avions Hopital.",
            "Quel logiciel avez-vous chez vous ?",
        ),
        ("es", "Dos veces. ¿Qué programa usan con ustedes? Teníamos Selene.", "¿Qué programa usan con ustedes?"),
        ("ar", "مرتين. ما هو النظام عندكم؟ كان لدينا نظام ورقي.", "ما هو النظام عندكم؟"),
        ("en", "You are quick. What do you do on your feet all day? You pace yourself.", ""),
        ("en", "I asked her. What do you use on your ward? She laughed.", ""),
        ("en", "And what did I do? I called him.", ""),
        ("pl", "Dwa razy. Jakiego systemu używacie? Mieliśmy papier.", ""),
    ],
)
def test_what_is_asked_of_our_place_before_the_end_is_found_too(language: str, text: str, asked: str) -> None:
    found = find_asked_within(text, question="1. …", language=language)
    assert found == ((asked,) if asked else ())
    assert all(asked not in text[span.start : span.end] for span in find_told(text, language=language)) or not asked


@pytest.mark.parametrize("text", ["Hello: what is the pay?", "Is it? No.", "Sorry, um. Who decides?"])
def test_a_language_without_phrases_is_heard_too(text: str) -> None:
    assert find_aside(text, question="Why?", earlier=["So."], language="xx") in (None, Wish.ASK)
    assert find_told(text, language="xx")


@folded(
    ("language", "text", "is_so"),
    [
        ("pl", "Ile wynosi pensja?", True),
        ("pl", "Pracowałam dwa lata " + "na nocnych zmianach i w dzień " * 4 + "i ile wynosi pensja?", False),
        ("xx", "Ile wynosi pensja?", True),
        ("en", "What is the pay?", True),
        ("en", "Because the circuit is open?", False),
        ("en", "I worked at a depot for two years and packed parcels there all day do you pay weekly?", False),
        ("fr", "le samedi c'est obligatoire ?", True),
        ("fr", "Parce que le circuit est ouvert ?", False),
        ("de", "Hat er dich gefragt: „Wer liest das?“", False),
    ],
)
def test_a_sentence_only_asks_where_it_has_no_room_to_answer(language: str, text: str, is_so: bool) -> None:
    assert asks_alone(text, language=language) is is_so


@folded(
    ("language", "question", "text", "is_so"),
    [
        ("en", "When does it end?", "Oh sorry I forgot to say before, the lady went home after 9 days.", True),
        ("en", "How do you feel about nights?", "Sorry, going back to the stroke patient, she had a fever.", True),
        ("en", "When does your registration end?", "I forgot to say before, my registration ends in May.", False),
        ("en", "Tell me about a mistake.", "I once forgot to say hello to a guest before dinner.", False),
        ("en", "How did you learn it?", "I went back to my old boss and asked him.", False),
        ("de", "Wann endet sie?", "noch zu vorhin: die Frau durfte nach neun Tagen heim", True),
        ("de", "Wann endet sie?", "Ich hab vorhin vergessen, dass ich auch Nachtdienste gemacht habe.", True),
        ("de", "Wann endet sie?", "Vergessen habe ich das nie.", False),
        ("fr", "Quand finit-il ?", "J'ai oublié de dire tout à l'heure, la dame est rentrée chez elle.", True),
        ("fr", "Quand finit-il ?", "J'ai oublié mon badge ce jour-là.", False),
        ("es", "¿Cuándo empieza?", "Se me olvidó decir antes que la señora volvió a casa.", True),
        ("es", "¿Cuándo empieza?", "Se me olvidó la llave ese día.", False),
        ("ar", "متى تبدأ؟", "نسيت أن أقول من قبل إن السيدة عادت إلى بيتها.", True),
        ("ar", "متى تبدأ؟", "نسيت المفتاح في ذلك اليوم.", False),
    ],
)
def test_what_is_added_to_an_earlier_answer_is_no_answer(language: str, question: str, text: str, is_so: bool) -> None:
    assert is_adding(text, question=question, language=language) is is_so
    told = [
        find_aside(text, question=question, earlier=earlier, language=language, is_follow_up=is_follow_up)
        for earlier, is_follow_up in ((["Once."], False), (["Once."], True), ([], False))
    ]
    assert told == [Wish.CLARIFY if is_so else None, None, None]


@pytest.mark.parametrize("language", [table.stem for table in TABLES])
def test_no_follow_up_of_ours_wants_to_hear_what_one_would_say(language: str) -> None:
    wordings = [
        wording for tones in read_phrases(language)["probes"].values() for some in tones.values() for wording in some
    ]
    assert wordings
    assert not [wording for wording in wordings if wants_words(wording, language=language)]


@pytest.mark.parametrize("language", [table.stem for table in TABLES])
def test_each_table_has_sixty_lines_and_more_than_a_third_are_answers(language: str) -> None:
    lines = [line for line in read_lines() if line.language == language]
    assert len(lines) >= 60
    assert sum(line.kind in ANSWERS for line in lines) * 3 >= len(lines)
    assert len({line.text for line in lines}) == len(lines)
