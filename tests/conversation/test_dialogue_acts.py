"""What was learnt of a turn: what it does, what it asks beside an answer, and what the conductor makes of it."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest

from bench.turns import Said, read_turns
from vivavoce.attempts.answer import Reply
from vivavoce.attempts.states import AttemptState
from vivavoce.conversation.act_features import BUCKETS, OF_WORDS, find_rest, find_words, read_learnt, tell_acts
from vivavoce.conversation.asides import Aside, say_aside
from vivavoce.conversation.conductor import decide
from vivavoce.conversation.course import Conversation, Course, Turn
from vivavoce.conversation.dialogue_acts import Acts, DialogueAct
from vivavoce.conversation.happenings import Answered
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.meant import LONGEST_ACT, find_acts
from vivavoce.conversation.meant import tell_acts as tell_acts_of
from vivavoce.conversation.turns import next_turn
from vivavoce.conversation.wording import say_now
from vivavoce.interviews.steps import AnsweredBy
from vivavoce.text.sentences import split_sentences

QUESTION = "Tell me about a difficult shift."


def heard(text: str, *, language: str = "en", question: str = QUESTION) -> Said:
    return Said(language=language, waits=True, asks=False, question=question, text=text)


def answer(course: Course, conversation: Conversation, text: str) -> Conversation:
    """Where the conversation stands after these words."""
    happening = Answered(key=uuid4(), number=conversation.number, text=text, acts=tell_acts_of(text))
    return decide(course, conversation, happening).conversation


def told(conversation: Conversation) -> Reply:
    """What was said last, beside an answer or after one."""
    reply = (conversation.wishes or conversation.answers)[-1].reply
    assert reply is not None
    return reply


def waiting(course: Course, conversation: Conversation) -> Turn:
    """What waits for an answer."""
    turn = next_turn(course, conversation)
    assert turn is not None
    return turn


def course_that_lets_ask() -> Course:
    """An interview whose only question is the candidate's."""
    course = heard("").course
    step = course.steps[0]
    own = replace(step.question, text="What would you like to ask us?", answered_by=AnsweredBy.CANDIDATE_ASKS)
    return replace(course, steps=(replace(step, question=own),))


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Hang on, the doorbell's going, I'll be right back", Wish.THINK),
        ("I don't know this word. Can you explain more easy please?", Wish.CLARIFY),
        ("at work or in private life?", Wish.CLARIFY),
        ("Sorry, what do you mean by difficult? Somebody angry, or who doesn't understand their bill?", Wish.CLARIFY),
        ("Actually can I change what I said before? It wasn't eighteen months, it was sixteen.", Wish.CLARIFY),
        ("oh god im so nervous sorry", Wish.CHAT),
        ("nothing really comes to mind sorry. can you give me an example of what you mean", Wish.CLARIFY),
        ("I don't have one. Can it be from school?", Wish.CLARIFY),
        ("hiya, is there a lift for the bags or do i have to carry them up??", Wish.ASK),
        ("sorry it was 3 years at b&m not 2", Wish.CLARIFY),
        ("is there a parking at the hospital for staff", Wish.ASK),
        ("thank you, and when is the visit", Wish.ASK),
        ("Okay thanks. Do I have to work Sundays?", Wish.ASK),
        ("is that with a customer or a colleague? because that would make a difference", Wish.CLARIFY),
        ("id call them… wait is this on the phone or face to face", Wish.CLARIFY),
    ],
)  # fmt: skip
def test_words_that_no_rule_knows_leave_the_question_open(text: str, wish: Wish) -> None:
    said = heard(text)
    assert said.is_waited
    assert [granted.wish for granted in said.after.wishes] == [wish]


@pytest.mark.parametrize(
    "text",
    [
        "i worked nights at tesco, loading cages, and we were two down",
        "I get nervous before calls, so I take a breath and count to ten.",
        "So I asked him: what's wrong? And he told me about the noise in the hall.",
        "if both switches are closed",
        "no, never had one",
        "Can I ask a question? On a difficult shift I ask what the others need, and then we start.",
        "Before I answer the phone I check the screen. Then I say hello, how can I help?",
        "two years in a nursery, level 2, would i need level 3",
        "i had no car so i walked to every client for a year",
        "I'd ring the family first. wait for them to come in and sit down with them",
        "it was a question of trust really",
        "Answer 19869c31-defe-4e7c-b751-797650fcf2dc",
    ],
)
def test_answers_stay_answers(text: str) -> None:
    assert not heard(text).is_waited


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "gibt es weihnachtsgeld"),
        ("de", "muss ich da auch putzen"),
        ("fr", "est ce qu'il faut savoir cuisiner"),
        ("en", "would i have to work sundays?"),
        ("de", "Muss ich ein Auto haben?"),
        ("en", "how long is the training?"),
        ("en", "how long is my lunch break?"),
        ("de", "wie lange dauert der probetag?"),
        ("en", "hi before i answer, would i be on my own in the shop? ive always worked in a team"),
        ("en", "sorry can i ask something first, do i need to know how to make coffee? ive only done shoes"),
        ("de", "Eine Frage vorab: Ist das befristet? Ich war bisher immer nur befristet angestellt."),
        ("fr", "Je peux commencer plus tard ?"),
        ("es", "¿Puedo usar mi coche?"),
        ("ar", "هل يمكنني أن أبدأ لاحقا؟"),
        ("fr", "y a t il une formation"),
        ("es", "hay aparcamiento"),
        ("ar", "في سكن للموظفين"),
        ("de", "gibts parkplätze"),
        ("de", "Ach so, kurze Frage vorab: Muss ich auch an die Kasse?"),
        ("es", "¿tengo que trabajar los domingos?"),
    ],
)
def test_a_question_about_the_job_is_passed_on(language: str, text: str) -> None:
    said = heard(text, language=language)
    assert [granted.wish for granted in said.after.wishes] == [Wish.ASK]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "il y a toujours du monde le samedi alors on s'organise"),
        ("es", "hay que tener paciencia y escuchar"),
        ("ar", "في مطعم صغير سنتين"),
        ("de", "gibt nicht viel zu sagen, zwei jahre kasse"),
    ],
)
def test_what_begins_like_a_question_of_the_tone_is_an_answer(language: str, text: str) -> None:
    assert not heard(text, language=language).is_waited


def test_who_types_that_they_want_it_in_other_words_is_told_that_there_are_none() -> None:
    said = heard("Sorry can you say that another way please? My english not so perfect")
    assert [granted.wish for granted in said.after.wishes] == [Wish.REPHRASE]
    turn = next_turn(said.course, said.after)
    assert say_now(said.course, said.after, turn)[0].text.startswith("That’s the simplest way I have")


@pytest.mark.parametrize(
    "text",
    [
        "not much sorry, i know you cant give it out to anyone",
        "I dont know much about it sorry, just that you keep it private",
        "not a lot sorry",
    ],
)
def test_who_has_little_to_tell_and_tells_it_refuses_nothing(text: str) -> None:
    said = heard(text, question="What do you know about confidentiality?")
    assert said.after.answers[0].is_refused is False


@pytest.mark.parametrize(
    ("language", "question", "text"),
    [
        ("en", "Tell us about your experience with lorries.", "my c1 is being renewed at the moment does that matter"),
        ("en", "Tell us about your experience with lorries.", "im on crutches till march, is it a standing job"),
        ("en", "What would you do if a resident fell?", "im on a students visa is that ok"),
        ("en", "Describe a mistake you made at work.", "i only finish school in june would that be a problem"),
        ("en", "Tell us about your experience in care.", "i dont have a car, is there parking?"),
        ("de", "Welche Erfahrung haben Sie im Verkauf?", "mein führerschein ist grad weg ist das schlimm"),
        ("fr", "Quelle est votre expérience en vente ?", "je suis enceinte de trois mois je peux postuler"),
    ],
)
def test_how_things_stand_is_no_answer_to_what_was_done(language: str, question: str, text: str) -> None:
    said = heard(text, language=language, question=question)
    assert [granted.wish for granted in said.after.wishes] == [Wish.ASK]


def test_how_things_stand_is_the_answer_where_it_was_asked_for() -> None:
    text = "mine is being renewed at the moment, does that matter?"
    assert not heard(text, question="Do you have a driving licence?").is_waited
    assert not heard("i only finish in june is that ok", question="Tell us about your availability.").is_waited


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "sorry that before was a question not my answer"),
        ("en", "that wasnt my answer, i was asking you"),
        ("de", "das war keine antwort sondern eine frage"),
        ("fr", "c'était une question, pas ma réponse"),
        ("es", "eso era una pregunta, no mi respuesta"),
        ("ar", "هذا كان سؤال مش جواب"),
    ],
)
@pytest.mark.parametrize("is_learnt", [True, False])
def test_whoever_says_that_it_was_a_question_is_told_how_to_make_it_one(
    language: str, text: str, *, is_learnt: bool
) -> None:
    course = heard("", language=language).course
    first = decide(course, Conversation(state=AttemptState.BEGUN), Answered(key=uuid4(), number=1, text="Tesco."))
    acts = tell_acts_of(text) if is_learnt else Acts()
    said = Answered(key=uuid4(), number=2, text=text, acts=acts)
    after = decide(course, first.conversation, said).conversation
    assert len(after.answers) == 1
    assert told(after).text == say_aside(Aside.WAS_QUESTION, course.manner).text
    begun = decide(course, Conversation(state=AttemptState.BEGUN), replace(said, number=1)).conversation
    assert told(begun).text == say_aside(Aside.ASK_AWAY, course.manner).text


def test_an_earlier_answer_put_right_behind_an_answer_is_told_where_to_change() -> None:
    course = heard("").course
    answered = answer(
        course, Conversation(state=AttemptState.BEGUN), "Three years ago my colleague fell on a night shift."
    )
    text = "I ran the till at Boots for a year. oh and on the first question, i meant 3 years not 2"
    after = answer(course, answered, text)
    kept = after.answers[-1]
    assert kept.own_words == "I ran the till at Boots for a year."
    assert kept.reply is not None
    assert (kept.reply.text, kept.reply.is_passed_on) == (say_aside(Aside.ADDED, course.manner).text, False)


def test_whoever_sends_the_same_words_again_means_them() -> None:
    said = heard("is there a parking at the hospital for staff")
    again = Answered(key=uuid4(), number=1, text=said.text, acts=tell_acts_of(said.text))
    assert decide(said.course, said.after, again).conversation.answers[0].text == said.text


def test_a_turn_that_is_meant_as_it_is_is_the_answer() -> None:
    said = heard("at work or in private life?")
    meant = Answered(key=uuid4(), number=1, text=said.text, acts=tell_acts_of(said.text), is_meant=True)
    assert decide(said.course, said.begun, meant).conversation.answers[0].text == said.text


@pytest.mark.parametrize(
    "text",
    [
        "That's private mate, not answering that one",
        "I'd rather not answer this one, it's a bit close to home for me. Is that alright?",
        "Hmm I'd rather skip this one if you don't mind, don't wanna say something wrong. Sorry!",
        "Could I leave this one out please, it's a bit personal",
    ],
)
def test_a_refusal_in_any_words_is_one(text: str) -> None:
    assert heard(text).after.answers[0].is_refused


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "i havent done that before so i dont have one sorry"),
        ("en", "nothing comes to mind"),
        ("en", "I've not worked anywhere yet"),
        ("en", "that hasn't come up for me"),
        ("de", "dazu hab ich keine erfahrung"),
        ("de", "war noch nie in so einer situation"),
        ("fr", "j'ai encore jamais travaillé"),
        ("es", "no tengo experiencia en eso"),
        ("ar", "ليس لدي خبرة في ذلك"),
    ],
)
def test_having_nothing_to_tell_is_an_answer_and_is_thanked_for(language: str, text: str) -> None:
    said = heard(text, language=language)
    answer = said.after.answers[0]
    assert not answer.counts_as_skipped
    turn = waiting(said.course, said.after)
    thanks = say_aside(Aside.OPENLY, replace(said.course.manner, language=language))
    assert say_now(said.course, said.after, turn) == (thanks,)
    assert turn.follow_up is None


def test_who_goes_on_from_having_none_has_told_something() -> None:
    said = heard("never had a complaint but i once had a mum upset about the queue so i opened a second till")
    assert said.after.answers[0].next_words is None


def test_nobody_is_thanked_twice_in_the_same_words() -> None:
    said = heard("I haven't had to do that so far.")
    again = answer(said.course, said.after, "that never happened to me")
    remarks = [given.next_words and given.next_words.remark for given in again.answers]
    assert None not in remarks
    assert len(set(remarks)) == 2


@pytest.mark.parametrize(
    "text",
    ["Only a little, Selenium on the bootcamp. Does that count?", "a bit of cypress at uni, is that enough?"],
)
def test_an_answer_stays_one_though_it_asks_whether_it_counts(text: str) -> None:
    said = heard(text, question="What experience do you have with test automation?")
    kept = said.after.answers[0]
    assert kept.text == text
    assert told(said.after).text == say_aside(Aside.ENOUGH, said.course.manner).text
    assert "?" not in kept.own_words


@pytest.mark.parametrize(
    ("text", "asides"),
    [
        ("sorry, I meant two years, not one", (Aside.NOTED, Aside.ADDED)),
        ("Actually in the second question I said Tuesday, it's Wednesday", (Aside.NOTED, Aside.ADDED)),
        ("I forgot to say I have a licence", (Aside.NOTED, Aside.ADDED)),
        ("can i change one of my answers?", (Aside.LATER, Aside.LATER)),
    ],
)
def test_what_is_about_an_earlier_answer_is_no_question_to_the_team(text: str, asides: tuple[Aside, Aside]) -> None:
    course = course_that_lets_ask()
    after = answer(course, Conversation(state=AttemptState.BEGUN), text)
    reply = told(after)
    first, last = (split_sentences(say_aside(aside, course.manner).text) for aside in asides)
    assert (reply.text, reply.is_passed_on) == (f"{first[0]} {last[-1]}", False)
    assert after.answers[0].text == text


@pytest.mark.parametrize("text", ["no that's all, thanks for your time", "not at the moment"])
def test_a_farewell_where_one_may_ask_asks_nothing(text: str) -> None:
    after = answer(course_that_lets_ask(), Conversation(state=AttemptState.BEGUN), text)
    assert after.answers[0].reply is None


def test_a_question_behind_a_typo_is_still_asked() -> None:
    after = answer(course_that_lets_ask(), Conversation(state=AttemptState.BEGUN), "Sorry, a typo. Do you pay weekly?")
    assert told(after).is_passed_on


def test_questions_about_the_question_are_not_told_the_same_twice() -> None:
    said = heard("what do you mean by difficult?")
    again = answer(said.course, said.after, "hm, difficult in what way exactly?")
    assert len(again.wishes) == 2
    assert told(again).text != told(said.after).text


def test_a_question_about_a_follow_up_names_what_it_is_about() -> None:
    story = "she was crying so i sat with her and got her some tea"
    said = heard(story, question="Tell us about a time when you helped somebody who was upset.")
    assert waiting(said.course, said.after).follow_up is not None
    after = answer(said.course, said.after, "outcome of what?")
    assert story in told(after).text
    assert story not in told(answer(said.course, after, "like what?")).text


def test_a_wish_to_skip_goes_to_nobody() -> None:
    after = heard("Nah can't think of one. can we skip this").after
    replies = [*(answer.reply for answer in after.answers), *(wished.reply for wished in after.wishes)]
    assert not any(reply.is_passed_on for reply in replies if reply is not None)


def test_a_question_beside_an_answer_is_passed_on() -> None:
    said = heard(
        "I relocated because of my husband's job. When will I hear back, by the way? I need to know by Friday."
    )
    assert said.is_replied


def test_without_what_was_learnt_the_rules_stand_alone() -> None:
    said = heard("is there a parking at the hospital for staff")
    alone = decide(said.course, said.begun, Answered(key=uuid4(), number=1, text=said.text)).conversation
    assert alone.answers
    assert not alone.wishes


@pytest.mark.parametrize("text", ["", "   ", "word " * LONGEST_ACT])
def test_nothing_is_told_of_no_words_or_of_many(text: str) -> None:
    assert tell_acts_of(text) == Acts()


def test_likelihoods_are_of_every_act_and_add_up() -> None:
    told = tell_acts("hello?", np.zeros(384, dtype=np.float32), read_learnt())
    assert set(told) == set(DialogueAct)
    assert sum(told.values()) == pytest.approx(1)


@pytest.mark.parametrize("text", ["no", "?", "هل يمكنكم الإعادة؟", "もう一度お願いします", "a " * 200, "…"])
def test_features_are_of_one_size_whatever_the_text(text: str) -> None:
    buckets, shares = find_words(text)
    assert buckets.max() < BUCKETS
    assert np.linalg.norm(shares) == pytest.approx(OF_WORDS, rel=1e-5)
    learnt = read_learnt()
    rest = find_rest(text, learnt.middle, learnt.middle, learnt.spread)
    assert rest.shape == (learnt.rest.shape[0],)
    assert np.isfinite(rest).all()


def test_the_seen_turns_are_told_as_well_as_the_docs_say() -> None:
    turns = list(read_turns("seen"))[::4]
    waited = [turn for turn in turns if turn.is_waited]
    assert sum(turn.waits for turn in waited) / len(waited) > 0.85
    assert sum(turn.waits for turn in waited) / sum(turn.waits for turn in turns) > 0.75


def test_a_sentence_is_asked_only_where_all_of_it_asks() -> None:
    asks = {DialogueAct.ASK: 0.9, DialogueAct.ANSWER: 0.1}
    acts = Acts(
        whole={DialogueAct.ANSWER_ASKS: 0.7}, sentences=(("Two years.", {DialogueAct.ANSWER: 1.0}), ("Pay?", asks))
    )
    assert acts.asked == ("Pay?",)
    assert replace(acts, whole={DialogueAct.ANSWER: 1.0}).asked == ()
    assert replace(acts, sentences=()).asked == ()


async def test_what_cannot_be_read_costs_nobody_their_answer() -> None:
    assert await find_acts("half a character: \ud800") == Acts()


async def test_two_hundred_who_answer_at_once_are_all_gone_on_with() -> None:
    texts = [f"I loaded {number} cages a night. Do you pay weekly?" for number in range(200)]
    told = await asyncio.gather(*map(find_acts, texts))
    assert all(acts == Acts() or set(acts.whole) == set(DialogueAct) for acts in told)
    assert (await find_acts("at work or in private life?")).whole  # nobody is left waiting in front of who comes later
