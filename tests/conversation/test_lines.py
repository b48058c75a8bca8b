"""What the interviewer says: every line in every language and tone, shaped by the interview, never grading."""

import re
import tomllib
import unicodedata
from dataclasses import replace
from itertools import combinations, pairwise, product
from pathlib import Path
from typing import get_args

import pytest

from tests.folding import folded
from vivavoce.api.models.create_from_array import CreateFromArray
from vivavoce.conversation.intents import telling_stems
from vivavoce.conversation.lines import Line, Manner, Probe, count_variants, say, show_opening, word_probe
from vivavoce.interviews.draft import Tone
from vivavoce.interviews.seniority import Seniority
from vivavoce.text.languages import CODES, UNSPACED

SPOKEN = sorted(CODES)
WORDS = {
    language: tomllib.loads((Path(__file__).parent / "words" / f"{language}.toml").read_text(encoding="utf-8"))
    for language in SPOKEN
}
# A question's mark: Greek, Arabic and the wide one are others.
QUESTION_MARKS = ("?", ";", "؟", "？")
STYLES: tuple[str, ...] = get_args(get_args(CreateFromArray.model_fields["interview_type"].annotation)[0])
PLAIN = Manner(language="en", tone=Tone.RELAXED, style=None, seniority=None, company=None, role="Cook")
TURNS = range(12)
LONGEST_SIMPLE = 12  # words
# Letters, where words are not parted by spaces: as long to read. Marks that stand on a letter are not counted.
LONGEST_SIMPLE_UNSPACED = 30
LONGEST_GREETING = 50  # letters
SENTENCE_ENDS = re.compile(r"[.!?:;؟؛。？：；।]")


@folded(("language", "tone"), product(SPOKEN, Tone))
def test_every_line_is_there_and_whole(language: str, tone: Tone) -> None:
    manner = replace(PLAIN, language=language, tone=tone, company="Acme")
    for line, turn in product(Line, TURNS):
        said = say(line, manner, turn=turn)
        assert said.language == language
        # Thai sentences end in a space, and the last one in nothing.
        assert SENTENCE_ENDS.match(said.text[-1]) or language == "th", said
        assert not re.search(r"[{}]|  |[!！]", said.text), said


@folded(("language", "tone"), product(SPOKEN, Tone))
def test_every_probe_has_three_wordings_that_are_questions(language: str, tone: Tone) -> None:
    manner = replace(PLAIN, language=language, tone=tone)
    for probe in Probe:
        wordings = [word_probe(probe, manner, variant=at) for at in range(count_variants(probe, manner))]
        assert len(set(wordings)) == len(wordings) >= 3
        assert all(wording is not None and wording.endswith(QUESTION_MARKS) for wording in wordings)
        assert word_probe(probe, manner, variant=len(wordings)) is None
        assert word_probe(probe, manner, variant=-1) is None


@folded(("language", "probe"), product(SPOKEN, Probe))
def test_the_last_wording_of_a_probe_can_name_nothing(language: str, probe: Probe) -> None:
    manner = replace(PLAIN, language=language)
    last = word_probe(probe, manner, variant=count_variants(probe, manner) - 1)
    assert last is not None
    assert telling_stems(last, language=language) == frozenset()


@folded(("language", "tone"), product(SPOKEN, Tone))
def test_the_wordings_of_a_probe_share_hardly_a_word(language: str, tone: Tone) -> None:
    manner = replace(PLAIN, language=language, tone=tone)
    for probe in Probe:
        first, second, *_ = (
            telling_stems(word_probe(probe, manner, variant=at) or "", language=language) for at in (0, 1)
        )
        assert len(first & second) <= 1, (probe, first & second)


@folded("language", SPOKEN)
def test_every_tone_has_its_own_words(language: str) -> None:
    manners = [replace(PLAIN, language=language, tone=tone) for tone in Tone]
    for line in set(Line) - {Line.OPENING}:
        assert len({say(line, manner).text for manner in manners}) == len(Tone), line
    # Two may greet alike, and go on otherwise.
    assert len({(say(Line.OPENING, manner), show_opening(manner)) for manner in manners}) == len(Tone)
    for probe in Probe:
        worded = {word_probe(probe, replace(PLAIN, language=language, tone=tone), variant=0) for tone in Tone}
        assert len(worded) == len(Tone), probe


@folded(("language", "tone"), product(SPOKEN, Tone))
def test_every_style_seniority_and_company_changes_a_sentence(language: str, tone: Tone) -> None:
    manner = replace(PLAIN, language=language, tone=tone)
    openings = [
        _all_said(manner),
        *(_all_said(replace(manner, style=style)) for style in STYLES),
        *(_all_said(replace(manner, seniority=seniority)) for seniority in Seniority),
        *(_all_said(replace(manner, company=company)) for company in ("Acme", "Umbrella")),
        _all_said(replace(manner, role="Nurse")),
    ]
    assert len(set(openings)) == len(openings) == 1 + 7 + 6 + 2 + 1


@pytest.mark.slow
@folded("language", SPOKEN)
def test_simple_sentences_have_twelve_words_at_most(language: str) -> None:
    for style, seniority in product([None, *STYLES], [None, *Seniority]):
        manner = Manner(
            language=language, tone=Tone.SIMPLE, style=style, seniority=seniority, company="Acme", role="Cook"
        )
        for sentence in SENTENCE_ENDS.split(" ".join(_all_said(manner))):
            words = [word for word in sentence.split() if re.search(r"\w", word)]
            if language not in UNSPACED:
                assert len(words) <= LONGEST_SIMPLE, sentence
            else:
                # In Thai a space ends a sentence.
                parts = words if language == "th" else ["".join(words)]
                assert all(_count_letters(part) <= LONGEST_SIMPLE_UNSPACED for part in parts), sentence


def _count_letters(text: str) -> int:
    return sum(1 for sign in text if unicodedata.category(sign)[0] in "LN")


# Languages that are nearly one: the same words are right in both.
NEAR = ({"br", "pt"}, {"id", "ms"})
MOST_ALIKE = 0.3  # of the lines of such


@pytest.mark.parametrize("tone", Tone)
def test_no_language_says_a_line_of_another(tone: Tone) -> None:
    told = {language: set(_all_said(replace(PLAIN, language=language, tone=tone))) for language in SPOKEN}
    for one, other in combinations(SPOKEN, 2):
        most = MOST_ALIKE * len(told[one]) if {one, other} in NEAR else 0
        assert len(told[one] & told[other]) <= most, (one, other, told[one] & told[other])


@folded(("language", "tone"), product(SPOKEN, Tone))
def test_thanks_never_come_twice_in_a_row(language: str, tone: Tone) -> None:
    manner = replace(PLAIN, language=language, tone=tone)
    said = [say(Line.THANKS, manner, turn=turn).text for turn in range(50)]
    assert all(one != next_one for one, next_one in pairwise(said))
    assert len(set(said)) >= 4


@folded(("language", "tone"), product(SPOKEN, Tone))
def test_no_follow_up_leads_doubts_or_reproaches(language: str, tone: Tone) -> None:
    leading = _any_of(WORDS[language]["leading"], language, ends=False)
    manner = replace(PLAIN, language=language, tone=tone)
    said = [say(Line.BACK, manner).text]
    for probe in Probe:
        said += [word_probe(probe, manner, variant=at) or "" for at in range(count_variants(probe, manner))]
    assert [text for text in said if leading.search(text)] == []


@folded(("language", "tone"), product(SPOKEN, Tone))
def test_nothing_that_follows_an_answer_grades_it(language: str, tone: Tone) -> None:
    grading = _any_of(WORDS[language]["grading"], language, ends=True)
    manner = replace(PLAIN, language=language, tone=tone)
    for line, turn in product(
        (Line.THANKS, Line.BACK, Line.LAST_ONE, Line.CLOSING, Line.FAREWELL, Line.ENDED_EARLY), TURNS
    ):
        assert not grading.search(say(line, manner, turn=turn).text)
    for probe in Probe:
        for variant in range(count_variants(probe, manner)):
            assert not grading.search(word_probe(probe, manner, variant=variant) or "")


def _any_of(words: str, language: str, *, ends: bool) -> re.Pattern[str]:
    """Such words; ends: whole ones. Where words are not parted by spaces, wherever they stand."""
    if language in UNSPACED:
        return re.compile(words, re.IGNORECASE)
    end = r"(?!\w)" if ends else ""
    return re.compile(rf"(?<!\w)(?:{words}){end}", re.IGNORECASE)


@folded(("language", "tone"), product(SPOKEN, Tone))
def test_whoever_wants_a_person_is_told_that_this_is_a_program(language: str, tone: Tone) -> None:
    said = say(Line.PERSON, replace(PLAIN, language=language, tone=tone)).text
    assert re.search(WORDS[language]["program"], said)


@folded(("language", "tone"), product(SPOKEN, Tone))
def test_the_question_waits_behind_one_short_sentence(language: str, tone: Tone) -> None:
    """Some four seconds of speech; how it goes and what the interview is about stand below it, to be read."""
    manner = replace(PLAIN, language=language, tone=tone, company="Acme", role="Shift lead, night")
    greeting, shown = say(Line.OPENING, manner).text, show_opening(manner).text
    assert _count_letters(greeting) <= LONGEST_GREETING
    assert ("Shift lead, night" in greeting, "Shift lead, night" in shown) == (False, True)
    assert greeting not in shown


@pytest.mark.parametrize("name", ["C++ {role} Developer", "{company}", "Koch \\1 (m/w/d)", "100 %"])
def test_names_are_said_as_they_are(name: str) -> None:
    said = show_opening(replace(PLAIN, role=name, company=name)).text
    assert said.count(name) == 2


def test_what_is_unknown_or_blank_is_not_spoken_of() -> None:
    bare = show_opening(replace(PLAIN, role=" ", company=" ", style="speed-dating", seniority="wizard"))
    assert bare == show_opening(replace(PLAIN, role=""))
    assert "“" not in bare.text


def test_another_language_hears_english_and_gets_no_probes() -> None:
    manner = replace(PLAIN, language="xx")
    assert say(Line.THANKS, manner) == say(Line.THANKS, PLAIN)
    assert count_variants(Probe.MORE, manner) == 0
    assert word_probe(Probe.MORE, manner, variant=0) is None


def _all_said(manner: Manner) -> tuple[str, ...]:
    """Every line and every probe in this manner."""
    lines = [say(line, manner, turn=turn).text for line, turn in product(Line, TURNS)]
    lines.append(show_opening(manner).text)
    probes = [
        word_probe(probe, manner, variant=variant) or ""
        for probe in Probe
        for variant in range(count_variants(probe, manner))
    ]
    return (*lines, *probes)
