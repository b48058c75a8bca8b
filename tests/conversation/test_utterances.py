"""What words are, told by rule: what was seen is told rightly, and honest answers stay answers."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.understanding import read_utterances, score
from tests.folding import folded
from vivavoce.conversation.intents import find_asked_beside, is_declining
from vivavoce.conversation.utterances import AskingBack, Utterance, find_asking_back, is_said_before, tell_apart
from vivavoce.text.languages import CODES

REHEARSED = sorted((Path(__file__).parents[1] / "rehearsals").glob("*.toml"))
READ = ("ar", "de", "en", "es", "fr")
STORY = "One night a man fell, I was alone with eleven patients, and I called the doctor at once."


@folded("uttered", read_utterances("seen"))
def test_what_the_rules_were_written_by_is_told_rightly(uttered) -> None:  # type: ignore[no-untyped-def]
    assert uttered.told is uttered.kind


def test_questions_about_the_question_are_told_from_answers_where_nobody_looked() -> None:
    found = score(read_utterances("held_back"), Utterance.QUESTION)
    assert found.precision >= 0.95
    assert found.recall >= 0.6


@pytest.mark.parametrize("half", ["seen", "held_back"])
def test_each_half_has_fifteen_lines_of_each_kind_at_least_or_ten(half: str) -> None:
    uttered = read_utterances(half)
    assert len(uttered) == 150
    assert {one.language for one in uttered} == set(READ)
    assert all(sum(one.kind is kind for one in uttered) >= 10 for kind in Utterance)
    assert not {one.text for one in uttered} & {
        one.text for one in read_utterances("held_back" if half == "seen" else "seen")
    }


@folded(
    ("text", "kind"),
    [
        ("What exactly do you mean by difficult?", AskingBack.MEANING),
        ("what do you mean by difficult", AskingBack.MEANING),
        ("Difficult for me, or for the patient?", AskingBack.EITHER),
        ("May I talk about something private?", AskingBack.SCOPE),
        ("How long should it be?", AskingBack.LENGTH),
        ("Why do you ask?", AskingBack.PURPOSE),
        ("Difficult, right?", None),
        ("I asked her: what do you mean by difficult? She said that nobody listens to her at night.", None),
        ("I can do that if you mean the late shift on the ward.", None),
        ("x" * 300 + " what do you mean?", None),
    ],
)
def test_what_is_asked_of_a_question(text: str, kind: AskingBack | None) -> None:
    question = "Tell me about a difficult shift."
    assert find_asking_back(text, question=question, language="en") is kind


@folded(
    ("text", "earlier", "is_so"),
    [
        (STORY, [], False),
        (STORY, [STORY], True),
        (STORY.upper().replace(",", " "), ["Hello.", STORY], True),
        (STORY + " Then I wrote it down and told the family in the morning, who thanked me.", [STORY], False),
        ("Yes.", ["Yes."], False),  # two questions may both be answered by yes
        ("I already told you that.", [], True),
        ("I already told you that, but the second time I also called the night manager and her deputy.", [], False),
        ("I already worked there for five years.", [], False),
    ],
)
def test_what_was_said_before_is_known_again(text: str, earlier: list[str], is_so: bool) -> None:
    assert is_said_before(text, earlier, language="en") is is_so


@folded(
    ("language", "text", "asked"),
    [
        ("en", "I'd rather not say. Who reads this?", "Who reads this?"),
        ("en", "Who reads this? I don't want to answer that.", "Who reads this?"),
        ("en", "I'd rather not answer that, who reads it?", "who reads it?"),
        ("en", "I'd rather not say. Is that okay?", ""),  # wants to hear no more than that it is
        ("en", "I'd rather not say. I led a team once. Who reads this?", ""),
        ("en", "I don't know. Maybe five?", ""),
        ("de", "Dazu möchte ich nichts sagen. Wer liest das?", "Wer liest das?"),
        ("fr", "Je préfère ne pas répondre. Qui lit mes réponses ?", "Qui lit mes réponses ?"),
        ("ar", "أفضل عدم الإجابة. من يقرأ إجاباتي؟", "من يقرأ إجاباتي؟"),
        ("pl", "Wolę nie odpowiadać. Kto to czyta?", "Kto to czyta?"),
        ("fil", "Ayaw kong sagutin ang tanong na ito. Sino po ang nagbabasa?", "Sino po ang nagbabasa?"),
        ("tr", "Bunu söylemek istemiyorum. Bunları kim okuyor?", "Bunları kim okuyor?"),
        ("el", "Προτιμώ να μην απαντήσω. Ποιος το διαβάζει;", "Ποιος το διαβάζει;"),
        ("zh", "我不想回答这个问题，谁会看这些？", "谁会看这些？"),
        ("th", "ไม่อยากตอบคำถามนี้ ใครอ่านคะ?", "ใครอ่านคะ?"),
    ],
)
def test_what_is_asked_in_the_breath_of_a_refusal_is_told_from_it(language: str, text: str, asked: str) -> None:
    assert find_asked_beside(text, language=language) == asked
    assert is_declining(text, language=language) is (bool(asked) or text.endswith("Is that okay?"))


@folded(
    ("text", "utterance"),
    [
        ("I'd rather not say. Who reads this?", Utterance.REFUSAL),
        ("I'd rather not say. Why do you ask?", Utterance.REFUSAL),
        ("I don't want to answer that. What do you mean by it?", Utterance.QUESTION),  # who knows may answer yet
        ("Do I have to answer that?", Utterance.QUESTION),
    ],
)
def test_a_refusal_stays_one_unless_the_question_itself_is_asked_about(text: str, utterance: Utterance) -> None:
    assert tell_apart(text, question="Why did you leave your last job?", language="en") is utterance


def test_no_rehearsed_answer_of_more_than_a_few_words_is_taken_for_a_question() -> None:
    for file in REHEARSED:
        scenario = tomllib.loads(file.read_text(encoding="utf-8"))
        language = scenario.get("language", "en")
        for said in scenario["said"]:
            if len(said.split()) > 12:
                assert find_asking_back(said, question="Why did you apply?", language=language) is None, said


@given(text=st.text(max_size=300), question=st.text(max_size=80), language=st.sampled_from([*sorted(CODES), "xx"]))
def test_any_words_are_something(text: str, question: str, language: str) -> None:
    assert tell_apart(text, question=question, language=language) in Utterance


@folded("language", sorted(CODES - set(READ)))
def test_in_other_languages_a_question_is_taken_for_the_answer(language: str) -> None:
    told = tell_apart("What do you mean by difficult?", question="Tell me about a difficult shift.", language=language)
    assert told is Utterance.ANSWER
