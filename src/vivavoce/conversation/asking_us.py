"""What a candidate asks us of the interview itself, and says of their nerves: no part of an answer. Pure.

By the lists of phrases of a language's `[aside]`; in any other language a question mark alone tells.

    We cut waste by a third. │ Who decides about me?        ask us: replied to, neither quoted nor judged
    And what did I do? │ I called him.                      a story's own question
    He asked: who decides?                                  somebody else's
"""

import re
from enum import StrEnum
from functools import cache, lru_cache

from vivavoce.conversation.intents import (
    LONGEST_WISH,
    QuestionAim,
    Wish,
    cover_worry,
    find_asking,
    find_wish,
    is_chat,
    is_courtesy,
    is_declining,
    is_question,
    telling_stems,
    wants_knowledge,
    wants_story,
    without_politeness,
)
from vivavoce.conversation.phrase_patterns import (
    SIGNS_IN_WORD,
    compile_any,
    fold_words,
    read_phrases,
    split_clauses,
)
from vivavoce.text.languages import CODES
from vivavoce.text.sentences import Span, find_sentences, split_sentences

MOST_BEHIND = 8  # words that may follow the beginning of such a question, up to its mark
JUST_SAID = 8  # words before a question that tell who asks it
MOST_ASKED = 4  # questions at an answer's end; and of its own in the middle of it
MOST_OWN = 1
MOST_BEFORE_ADDED = 6  # words before somebody says that they add something
MOST_LEADING = 8  # words that a question asked first may have before it, and its own first ones
MOST_LEAD = 8  # characters before an apology that a turn begins with
MOST_PROTESTED = 20  # words of who says that what was taken for an answer was a question
MOST_TONED = 8  # words of a question that its tone alone tells
MOST_BRIEF = 6  # words of a short question
MOST_ALONE = 20  # words of a question that stands alone and has not the form of one: more tell something first
LEAST_BEFORE = 2  # words of an answer before a question that runs on from it
MOST_PLAIN = 12  # words of a question without a mark
INTONED = frozenset({"ar", "es", "fr"})  # languages that ask by the tone alone: "Le samedi, c'est obligatoire ?"


class AskingUs(StrEnum):
    """What a question to us is about."""

    COURSE = "course"  # how long the interview takes, how many questions there are
    MISTAKES = "mistakes"  # whether their grammar, spelling or accent counts
    TONGUE = "tongue"  # whether they may answer in another language
    COUNTS = "counts"  # whether something counts against them
    SKIPPING = "skipping"  # whether a question may be skipped
    LATER = "later"  # whether an earlier answer can be changed or added to
    ENOUGH = "enough"  # whether the answer was enough
    PAUSE = "pause_later"  # whether one may go on later
    OTHER = "other"  # who decides, when one hears, the pay: answered from the texts, or passed on


# Asked in a story as well: of somebody else, by somebody else.
DOUBTFUL = frozenset({AskingUs.ENOUGH, AskingUs.OTHER, None})  # None: anything else


@lru_cache(maxsize=1024)
def find_asking_us(sentence: str, *, language: str) -> AskingUs | None:
    """What of the interview the sentence asks us; None for any other sentence, and where we know no such phrases.

    Without a question mark the phrase must be all of it: "How long the interview takes, nobody told me."
    """
    if not knows_asides(language) or len(sentence) > LONGEST_WISH:
        return None
    words = _after_lead(without_politeness(sentence, language=language), language)
    is_marked = is_question(sentence)
    for kind in AskingUs:
        if kind is AskingUs.COURSE and speaks_of_job(sentence, language=language):
            continue  # "Wie lange dauert der Probetag?"
        cue = _cues(kind.value, language)
        begun = cue.match(words) if is_marked else None
        if cue.fullmatch(words) or (begun is not None and words.count(" ", begun.end()) <= MOST_BEHIND):
            return kind
    return None


@lru_cache(maxsize=1024)
def asks_anything(sentence: str, *, language: str, is_whole: bool = True) -> bool:
    """Whether the sentence asks us anything else: by its form, or since it addresses us.

    False where it is asked of nobody, wants a nod, tries an answer, or asks what may be spoken of. is_whole: False for
    the end of a longer one, which must do both.
    """
    words = _after_lead(without_politeness(sentence, language=language), language)
    if not is_question(sentence) or not words or find_wish(sentence, language=language) is not None:
        return False
    if any(_cues(name, language).match(words) for name in ("scope", "meaning")) or _is_mused(words, language):
        return False
    is_formed = _cues("form", language).match(words) is not None
    is_ours = _cues("us", language).search(words) is not None
    may_intone = language in INTONED and _cues("tentative", language).match(words) is None
    if not is_whole:
        return is_ours and (is_formed or (may_intone and _cues("us", language).match(words) is not None))
    return is_formed or is_ours or may_intone


def asks_alone(sentence: str, *, language: str) -> bool:
    """Whether a sentence with a mark only asks. A long one without the form of a question tells something first."""
    if not is_question(sentence) or quotes_somebody(sentence, language=language):
        return False
    if language not in CODES:
        return len(sentence.split()) <= MOST_ALONE
    if not knows_asides(language):
        return len(fold_words(sentence, language=language).split()) <= MOST_ALONE * SIGNS_IN_WORD.get(language, 1)
    words = _after_lead(without_politeness(sentence, language=language), language)
    if _cues("form", language).match(words) or is_brief(sentence, language=language) or not words:
        return True
    if len(words.split()) > MOST_ALONE // 2 or _is_mused(words, language):
        return False
    may_intone = language in INTONED and _cues("tentative", language).match(words) is None
    return may_intone or _cues("us", language).search(words) is not None


def is_brief(sentence: str, *, language: str) -> bool:
    """Whether it is a word or two that only ask, and name nothing: "Like what?", "Which one?", "?"."""
    if not knows_asides(language) or not is_question(sentence):
        return False
    words = _after_lead(without_politeness(sentence, language=language), language)
    is_short = is_verbless(words, language=language) and len(words.split()) <= MOST_BRIEF
    return is_short and (not words or _cues("brief", language).fullmatch(words) is not None)


def is_verbless(words: str, *, language: str) -> bool:
    """Whether these folded words have no verb that makes a sentence of them, and address nobody."""
    return _cues("verbs", language).search(words) is None and _cues("us", language).search(words) is None


def _asks_of_our_place(sentence: str, language: str) -> bool:
    is_asked = asks_anything(sentence, language=language) and not quotes_somebody(sentence, language=language)
    return is_asked and _cues("at_us", language).search(fold_words(sentence, language=language)) is not None


def asks_plainly(part: str, *, language: str) -> bool:
    """Whether words without a mark can be nothing but a question: "what time is the early shift"."""
    if not knows_asides(language):
        return False
    words = _after_lead(without_politeness(part, language=language), language)
    is_short = len(words.split()) <= MOST_PLAIN and not part.rstrip().endswith((".", "!", "?", "؟", "…"))
    return is_short and _cues("plain", language).match(words) is not None and not _is_mused(words, language)


def addresses(sentence: str, *, language: str) -> bool:
    """Whether it has a word for who it is said to: "you", "your"."""
    return _cues("us", language).search(fold_words(sentence, language=language)) is not None


def _is_mused(words: str, language: str) -> bool:
    """Whether a question is asked of nobody ("What could I do?"), about somebody else, or for a nod ("…, right?")."""
    is_told = _cues("mused", language).fullmatch(words) or _cues("others", language).search(words)
    nods = (match for name in ("nod", "tag") for match in _cues(name, language).finditer(words))
    return bool(is_told) or any(match.end() == len(words) for match in nods)


def is_of_said(sentence: str, *, language: str) -> bool:
    """Whether all that is asked is whether what was just said is all right: "Would that be a problem?"."""
    words = _after_lead(without_politeness(sentence, language=language), language)
    return knows_asides(language) and _cues("of_said", language).fullmatch(words) is not None


@lru_cache(maxsize=256)
def find_asked_at_end(text: str, *, question: str, language: str) -> tuple[str, ...]:
    """What an answer asks us at its end, question by question, as it was written; empty where nothing is asked.

    question: as it was asked: who was asked what they would say or ask is not asking us.
    """
    if not knows_asides(language):
        return _find_marked_at_end(text, question=question, language=language)
    asked: list[str] = []
    sentences = split_spoken(text)
    while sentences:
        last = _find_asking_part(sentences[-1], language)
        if last:
            asked.insert(0, last)
        elif without_politeness(sentences[-1], language=language):
            break
        is_part = bool(last) and last != sentences[-1]
        sentences.pop()
        if is_part:
            break
    # Who answers by questions lists what they look at.
    if not asked or len(asked) > MOST_ASKED or sum(map(is_question, sentences)) > MOST_OWN:
        return ()
    before = text[: text.rindex(asked[0])].strip()
    kinds = {find_asking_us(part, language=language) for part in asked}
    if all(
        is_no_answer(sentence, language=language) or _asks_back(sentence, language)
        for sentence in split_sentences(before)
    ):
        return ()
    is_ours = before.endswith((".", "!", "?", "؟", "…")) and addresses(asked[0], language=language)
    if is_led_to_saying(before, language=language, is_ours=is_ours):
        return ()
    if is_courtesy(" ".join(asked), language=language) and is_declining(before, language=language):
        return ()  # "I'd rather not say. Is that okay?" wants no more than to hear that it is
    return () if kinds & DOUBTFUL and wants_words(question, language=language) else tuple(asked)


def _asks_back(sentence: str, language: str) -> bool:
    """Whether it asks what the question means: "What do you mean by difficult?"."""
    words = without_politeness(sentence, language=language)
    return is_question(sentence) and _cues("meaning", language).match(words) is not None


@lru_cache(maxsize=256)
def find_asked_within(text: str, *, question: str, language: str) -> tuple[str, ...]:
    """What an answer asks us before it goes on: of our place, "What do you use on your ward?", or whether what it has
    just said is all right. It stays in the answer.

    Empty where it is told of people in general, as what follows shows: "What do you do in your place? You wait."
    """
    if not knows_asides(language) or wants_words(question, language=language):
        return ()
    sentences = split_spoken(text)
    within: list[str] = []
    for at, sentence in enumerate(sentences[:-1]):
        before = " ".join(sentences[:at])
        of_us = _asks_of_our_place(sentence, language) and not addresses(sentences[at + 1], language=language)
        if of_us and not is_led_to_saying(before, language=language):
            within.append(sentence)
            continue
        clause = find_last_clause(sentence)
        lead = f"{before} {sentence.removesuffix(clause)}".strip(" ,،;")
        # "I finish at five, would that be a problem? I could start earlier."
        is_of_said_before = bool(lead) and is_question(clause) and is_of_said(clause, language=language)
        if is_of_said_before and not is_led_to_saying(lead, language=language):
            within.append(clause)
    return tuple(within)


def find_required(text: str, *, question: str, language: str) -> str:
    """What ends a turn and asks whether the job requires something: "…, or does it have to be before Christmas?".

    '' where none does, and where the question wants to hear more than a fact: there it asks about the question.
    """
    aim = find_asking(question, language=language)
    # What is taken for a question of knowledge only for want of other words asks for how things stand.
    is_fact = aim in (QuestionAim.FACT, QuestionAim.KNOWLEDGE) and not wants_story(question, language=language)
    sentences = split_spoken(text)
    if not knows_asides(language) or not is_fact or not sentences or not is_question(sentences[-1]):
        return ""
    clause = find_last_clause(sentences[-1])
    return clause if _cues("must", language).search(fold_words(clause, language=language)) is not None else ""


def tells_before(text: str, asked: str, *, language: str) -> bool:
    """Whether anything is told before this question that ends the text, and not only said to lead to it."""
    before = text[: text.rindex(asked)]
    parts = [part for sentence in split_spoken(before) for part in _COMMA.split(sentence)]
    return any(
        without_politeness(part, language=language)
        and not _is_lead(part, language)
        and not is_no_answer(part, language=language)
        for part in parts
    )


def find_last_clause(sentence: str) -> str:
    """What stands behind the last comma; all of it where there is none."""
    return re.split(r"[,،;] *", sentence)[-1]


def asks_what_it_costs(asked: str, *, language: str) -> bool:
    """Whether it asks, beside a refusal, what that costs, or whether the question may be skipped."""
    kinds = {find_asking_us(part, language=language) for part in split_sentences(asked)}
    is_bad = knows_asides(language) and _cues("bad", language).search(fold_words(asked, language=language))
    return bool(is_bad) or bool(kinds & {AskingUs.COUNTS, AskingUs.SKIPPING})


def wants_words(question: str, *, language: str) -> bool:
    """Whether the question wants to hear what one would say or ask: there a question may be the answer."""
    if not knows_asides(language):
        return False
    words = _cues("says_more", language).sub("", fold_words(question, language=language))
    return _cues("asks_for_words", language).search(words) is not None


def begins_as_question(text: str, *, language: str) -> bool:
    """Whether the words begin as nothing but a question does, mark or none: "gibt es weihnachtsgeld"."""
    if not knows_asides(language):
        return False
    return _cues("bare", language).match(without_politeness(text, language=language)) is not None


def may_begin_as_question(text: str, *, language: str) -> bool:
    """Whether a few words begin as a question does that, without a mark, is told from a statement by its tone alone:
    "hay comedor", "vous recrutez encore". Never in a language that asks by its form.
    """
    if language not in INTONED or len(text.split()) > MOST_TONED:
        return False
    return (
        _cues("toned", language).match(_after_lead(without_politeness(text, language=language), language)) is not None
    )


def breaks_off(sentence: str, *, language: str) -> bool:
    """Whether the sentence breaks off what was said before it: "wait, is it on the phone"."""
    return (
        knows_asides(language)
        and _cues("breaks_off", language).match(fold_words(sentence, language=language)) is not None
    )


def was_question(text: str, *, language: str) -> bool:
    """Whether somebody says that what was taken for their answer was a question: "That wasn't my answer, I was asking
    you."
    """
    if not knows_asides(language) or len(text.split()) > MOST_PROTESTED or is_question(text):
        return False
    cue = _cues("was_question", language)
    clauses = (without_politeness(clause, language=language) for clause in split_clauses(text, language=language))
    return any(cue.fullmatch(words) is not None for words in clauses)


def find_asked_first(text: str, *, language: str) -> str:
    """The question that somebody asks before they answer: "Before I answer, is it all nights? I've only done days."; ''
    where the words don't begin so. What follows it may be no more than a remark.
    """
    sentences = split_sentences(text)
    if not knows_asides(language) or not sentences or not is_question(sentences[0]):
        return ""
    begun = " ".join(fold_words(sentences[0], language=language).split()[:MOST_LEADING]) + " "
    return sentences[0] if _cues("first", language).search(begun) is not None else ""


def speaks_of_job(text: str, *, language: str) -> bool:
    """Whether the words name what belongs to a job: shifts, pay, a uniform."""
    return knows_asides(language) and _cues("job", language).search(fold_words(text, language=language)) is not None


def says_sorry(text: str, *, language: str) -> bool:
    """Whether the words begin with an apology."""
    said = _cues("sorry", language).search(fold_words(text, language=language)) if knows_asides(language) else None
    return said is not None and said.start() <= MOST_LEAD


def is_led_to_saying(before: str, *, language: str, is_ours: bool = False) -> bool:
    """Whether the text ends in somebody's saying or asking something, which follows: "She asked me:".

    is_ours: whether a sentence that addresses us follows; then only asking leads to it: "I told her. Do you pay that?"
    """
    if not knows_asides(language):
        return False
    said = " ".join(fold_words(before, language=language).split()[-JUST_SAID:]) + " "
    leads = _cues("wondering" if is_ours else "saying", language)
    return before.rstrip().endswith(":") or leads.search(said) is not None


def quotes_somebody(sentence: str, *, language: str) -> bool:
    """Whether the question that ends the sentence is another one's: "He asked: who decides?", “Who decides?”."""
    before, colon, _ = sentence.replace("：", ":").rpartition(":")
    is_said = bool(colon) and (not knows_asides(language) or is_led_to_saying(before, language=language))
    return bool(_QUOTED_END.search(sentence)) or (is_said and not _is_lead(before, language))


@lru_cache(maxsize=1024)
def is_no_answer(sentence: str, *, language: str) -> bool:
    """Whether the sentence is no answer: an apology, a worry, a greeting, a wish, a question to us or its beginning."""
    if not without_politeness(sentence, language=language):
        return True
    if not knows_asides(language):
        return False
    return (
        is_chat(sentence, language=language)
        or is_worried(sentence, language=language)
        or asks_leave(sentence, language=language)
        or find_wish(sentence, language=language) is not None
        or _cues("unclear", language).fullmatch(without_politeness(sentence, language=language)) is not None
        or find_asking_us(sentence, language=language) is not None
    )


def is_worried(text: str, *, language: str) -> bool:
    """Whether the text says that somebody is nervous, sorry, or at a loss for words, and nothing else."""
    if not knows_asides(language) or is_question(text):
        return False
    if cover_worry(text, language=language):
        return True
    is_bare = not without_politeness(text, language=language)
    return is_bare and _cues("sorry", language).search(fold_words(text, language=language)) is not None


def is_only_nervous(text: str, *, question: str, language: str) -> bool:
    """Whether somebody only greets, and says of themselves and of the interview that they are nervous, in any words:
    "Hi, I'm a bit nervous, this is my first interview in years." Never in a word of the question.
    """
    if not knows_asides(language) or len(text) > LONGEST_WISH or _NUMBER_OR_QUESTION.search(text):
        return False
    if telling_stems(text, language=language) & telling_stems(question, language=language):
        return False
    clauses = split_clauses(text, language=language)
    is_greeting = any(is_chat(clause, language=language) for clause in clauses)
    is_begun = is_greeting or speaks_of_nerves(text, language=language)
    return is_begun and all(_is_of_oneself(clause, language) for clause in clauses)


def speaks_of_nerves(text: str, *, language: str) -> bool:
    """Whether it has a word for being nervous."""
    return knows_asides(language) and _cues("nerves", language).search(fold_words(text, language=language)) is not None


def _is_of_oneself(clause: str, language: str) -> bool:
    """Whether the clause greets or worries, or says of oneself or of "this" only how one comes to an interview."""
    if is_worried(clause, language=language) or is_chat(clause, language=language):
        return True
    words = without_politeness(clause, language=language)
    if not words:
        return True
    rest = _cues("worry", language).sub("", _cues("chat", language).sub("", words))
    is_known = telling_stems(rest, language=language) <= _nervy_stems(language)
    return is_known and (not rest.strip() or _cues("self", language).search(words) is not None)


@cache
def _nervy_stems(language: str) -> frozenset[str]:
    words: str = read_phrases(language)["aside"]["nervy"]
    return telling_stems(words, language=language)


def is_adding(text: str, *, question: str, language: str) -> bool:
    """Whether somebody adds to an earlier answer, in no word of the question: "I forgot to say before, she's well"."""
    if not knows_asides(language) or len(text) > LONGEST_WISH or is_question(text):
        return False
    if corrects_earlier(text, language=language):
        return True
    if telling_stems(text, language=language) & telling_stems(question, language=language):
        return False
    words = without_politeness(text, language=language)
    adding = _cues("added", language).search(words)
    return adding is not None and words.count(" ", 0, adding.start()) <= MOST_BEFORE_ADDED


def corrects_earlier(text: str, *, language: str) -> bool:
    """Whether somebody begins by saying that an earlier answer is wrong: "Sorry, I pressed the wrong one. …"."""
    if not knows_asides(language) or len(text) > LONGEST_WISH:
        return False
    words = without_politeness(text, language=language)
    mistaken = _cues("mistaken", language).search(words)
    return mistaken is not None and words.count(" ", 0, mistaken.start()) <= MOST_BEFORE_ADDED


def is_joking(text: str, *, language: str) -> bool:
    """Whether the text ends in saying that it was a joke: none of it is meant."""
    if not knows_asides(language) or len(text) > LONGEST_WISH:
        return False
    clauses = split_clauses(text, language=language)
    return bool(clauses) and _cues("joking", language).fullmatch(fold_words(clauses[-1], language=language)) is not None


def is_asked_of_oneself(question: str, *, language: str) -> bool:
    """Whether the question asks how somebody feels, speaks or fares: there a worry is the answer."""
    return _cues("about_self", language).search(fold_words(question, language=language)) is not None


def asks_leave(text: str, *, language: str) -> bool:
    """Whether the text asks to be allowed a question, and does not ask it yet."""
    return knows_asides(language) and _is_lead(text, language) and _holds_leave(text, language)


def cut_lead(sentence: str, *, language: str) -> str:
    """The question without "By the way," and "I'd like to ask something first:" before it."""
    start = 0
    for comma in _COMMA.finditer(sentence):
        if not _is_lead(sentence[start : comma.start()], language):
            break
        start = comma.end()
    return sentence[start:]


def find_told(text: str, *, language: str) -> list[Span]:
    """The sentences of an answer that may be quoted to anybody, in order: those that answer.

    What stands before the first word of a story within one sentence ("Sorry, I'm nervous, …") is left out of it.
    """
    told = []
    for sentence in find_sentences(text):
        words = text[sentence.start : sentence.end]
        if is_no_answer(words, language=language) or (knows_asides(language) and _asks_of_our_place(words, language)):
            continue
        start = sentence.start
        for comma in _COMMA.finditer(text, sentence.start, sentence.end):
            head = text[sentence.start : comma.start()]
            is_beside = is_worried(head, language=language) or is_chat(head, language=language)
            if not is_beside and without_politeness(head, language=language):
                break
            start = comma.end()
        told.append(Span(start, sentence.end))
    return told


def is_remark(sentence: str, *, language: str) -> bool:
    """Whether it speaks of the interview itself, or shrugs: "I hope that answers your question", "It depends"."""
    return (
        knows_asides(language) and _cues("remark", language).search(fold_words(sentence, language=language)) is not None
    )


def split_spoken(text: str) -> list[str]:
    """The sentences, parted before small letters as well, as people type: "1 week's notice. what time do you open"."""
    return [part for sentence in split_sentences(text) for part in _STOP_BEFORE_SMALL.split(sentence) if part]


def knows_asides(language: str) -> bool:
    """Whether what is said beside the answer is told from it in this language."""
    return language in CODES and "aside" in read_phrases(language)


def _find_asking_part(sentence: str, language: str) -> str:
    """The sentence, or its end behind a comma, where it asks us; '' where it does not, or quotes somebody."""
    if quotes_somebody(sentence, language=language) or find_wish(sentence, language=language) is Wish.SKIP:
        return ""
    if find_asking_us(sentence, language=language) or asks_plainly(sentence, language=language):
        return sentence
    if not is_question(sentence):
        return _find_run_on(sentence, language)
    for comma in _COMMA_OR_CAPITAL.finditer(sentence):
        part = sentence[comma.end() :]
        # German writes its nouns with a capital, so that none of theirs begins a sentence.
        is_whole = comma[0].isspace() and language != "de"
        is_asking = asks_anything(part, language=language, is_whole=is_whole)
        if is_asking or find_asking_us(part, language=language) is not None:
            return "" if is_led_to_saying(sentence[: comma.start()], language=language) else part
    words = _after_lead(without_politeness(sentence, language=language), language)
    run_on = "" if _cues("form", language).match(words) else _find_run_on(sentence, language)
    return run_on or (sentence if asks_anything(sentence, language=language) else "")


def _find_run_on(sentence: str, language: str) -> str:
    """The question of our place that run-on words end in: "2 years at asda nights do you do weekly pay"; '' for none.

    Only where it begins as nothing but a question does, and names what people ask an employer.
    """
    for word in list(_WORD_BEGINS.finditer(sentence))[LEAST_BEFORE:]:
        part, before = sentence[word.start() :], sentence[: word.start()]
        words = fold_words(part, language=language)
        begun = _cues("run_on", language).match(words)
        if begun is None or len(words.split()) > MOST_PLAIN or _is_mused(words, language):
            continue
        led = fold_words(before, language=language)
        is_led = any(match.end() == len(led) for match in _cues("led", language).finditer(led))
        just_said = " ".join(led.split()[-JUST_SAID:]) + " "
        is_led = is_led or _cues("knowing", language).search(just_said) is not None
        return "" if is_led or is_led_to_saying(before, language=language) else part
    return ""


def _find_marked_at_end(text: str, *, question: str, language: str) -> tuple[str, ...]:
    """The questions at an answer's end, where their marks alone tell. What one would say is asked for by questions that
    want to hear what somebody knows: there the words stay the answer's.
    """
    if language not in CODES or wants_knowledge(question, language=language):
        return ()
    sentences = split_sentences(text)
    asked: list[str] = []
    while sentences and is_question(sentences[-1]) and not quotes_somebody(sentences[-1], language=language):
        asked.insert(0, sentences.pop())
    is_answered = any(without_politeness(sentence, language=language) for sentence in sentences)
    is_said = bool(sentences) and sentences[-1].endswith((":", "："))
    return tuple(asked) if is_answered and not is_said else ()


def _is_lead(text: str, language: str) -> bool:
    words = without_politeness(text, language=language)
    return knows_asides(language) and words != "" and not _after_lead(words, language)


def _holds_leave(text: str, language: str) -> bool:
    return _cues("leave", language).search(without_politeness(text, language=language)) is not None


def _after_lead(words: str, language: str) -> str:
    """The words behind "and", "by the way", "one more question"."""
    at, lead = 0, _leads(language).match(words)
    while lead is not None and lead.end() > at:
        at = lead.end()
        lead = _leads(language).match(words, at)
    return words[at:]


@cache
def _leads(language: str) -> re.Pattern[str]:
    aside = read_phrases(language)["aside"]
    return compile_any([*aside["leave"], *aside["lead"]], language=language)


@cache
def _cues(name: str, language: str) -> re.Pattern[str]:
    return compile_any(read_phrases(language)["aside"][name], language=language)


_COMMA = re.compile(r"[,;:–—،؛]\s*|\s+-\s+|\.\.\.\s*|…\s*")
# The ear leaves out a full stop at times, and goes on with a capital: "we found it the same day Is that enough?"; and
# one after a number may be that of an ordinal. "I" and "DBS" have theirs anywhere.
_COMMA_OR_CAPITAL = re.compile(rf"{_COMMA.pattern}|(?:(?<=[a-zß-ÿ])|(?<=\d\.))\s+(?=[A-ZÄÖÜÀ-Ý¿])(?!I\b|[A-Z]{{2}})")
_WORD_BEGINS = re.compile(r"(?<!\S)\S")
_NUMBER_OR_QUESTION = re.compile(r"[\d?؟？]")
_QUOTED_END = re.compile("[\"'”’»“«]\\s*$")
# No letter by itself and no ordinal stands before such a stop: "z. B. am 3. Mai" goes on.
_STOP_BEFORE_SMALL = re.compile(r"(?:(?<=[^\s.][^\W\d_][.!?؟…])|(?<=\d{3}[.!?؟…])|(?<=\w\s[!?؟]))\s+(?=[^\W\d_])")
