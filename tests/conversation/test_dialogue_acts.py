"""What was learnt of a turn: what it does, what it asks beside an answer, and what the conductor makes of it."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest

from bench.turns import Said, read_turns
from vivavoce.conversation.act_features import BUCKETS, OF_WORDS, find_rest, find_words, read_learnt, tell_acts
from vivavoce.conversation.conductor import decide
from vivavoce.conversation.dialogue_acts import Acts, DialogueAct
from vivavoce.conversation.happenings import Answered
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.meant import LONGEST_ACT, find_acts
from vivavoce.conversation.meant import tell_acts as tell_acts_of

QUESTION = "Tell me about a difficult shift."


def heard(text: str, *, language: str = "en", question: str = QUESTION) -> Said:
    return Said(language=language, waits=True, asks=False, question=question, text=text)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Hang on, the doorbell's going, I'll be right back", Wish.THINK),
        ("I don't know this word. Can you explain more easy please?", Wish.CLARIFY),
        ("at work or in private life?", Wish.CLARIFY),
        ("Sorry, what do you mean by difficult? Somebody angry, or who doesn't understand their bill?", Wish.CLARIFY),
        ("Actually can I change what I said before? It wasn't eighteen months, it was sixteen.", Wish.CLARIFY),
        ("oh god im so nervous sorry", Wish.CHAT),
        ("is there a parking at the hospital for staff", Wish.ASK),
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
    ],
)
def test_answers_stay_answers(text: str) -> None:
    assert not heard(text).is_waited


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
