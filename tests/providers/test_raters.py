"""The embedded rater: its files are the released ones, and it judges what was said, alike each time."""

import csv
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from bench.judging.figures import VERDICTS, correlate, correlate_beyond, find_macro_f1
from bench.rater import HELD_OUT
from vivavoce.errors import BadSetting
from vivavoce.providers.raters import embedded_rater, open_rater
from vivavoce.providers.raters.embedded import load_rater
from vivavoce.providers.raters.port import Judged, Rater
from vivavoce.providers.raters.weights import DIGESTS, FOLDER, BadWeights
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.judge import judge_answer
from vivavoce.scoring.rubric import Rubric
from vivavoce.settings import Settings

pytestmark = pytest.mark.slow

QUESTION = "How do you look after your bicycle?"
CLAIM = "Pumps up the tyres."
SAID = "Every Sunday I take the pump and put air into both tyres."
DENIED = "I never pump up the tyres, not even when they are flat."
ELSEWHERE = "My sister lives in Norway and has three cats."
MOST_BYTES = 30_000_000


@pytest.fixture(scope="module")
def rater() -> Rater:
    return embedded_rater()


def test_each_file_is_needed_and_held_to_its_digest(tmp_path: Path) -> None:
    for name in DIGESTS:
        folder = tmp_path / name
        shutil.copytree(FOLDER, folder)
        changed = bytearray((folder / name).read_bytes())
        changed[len(changed) // 2] ^= 1
        (folder / name).write_bytes(changed)
        with pytest.raises(BadWeights, match=rf"{name} is not the released one.*Install Vivavoce again"):
            load_rater(folder)
        (folder / name).unlink()
        with pytest.raises(BadWeights, match=rf"{name} can't be read"):
            load_rater(folder)


def test_all_files_together_are_small_and_come_with_licence_and_card() -> None:
    assert sum((FOLDER / name).stat().st_size for name in DIGESTS) <= MOST_BYTES
    assert "CC BY-SA 3.0" in (FOLDER / "LICENSE.md").read_text()
    assert "SciEntsBank" in (FOLDER / "MODEL_CARD.md").read_text()


def test_there_is_one_judgement_a_window_in_their_order(rater: Rater) -> None:
    windows = [ELSEWHERE, SAID, DENIED, "", SAID]
    judged = rater.judge(QUESTION, CLAIM, windows)
    assert len(judged) == len(windows)
    assert judged[1] == judged[4]
    assert judged[1].confirmed > max(judged[0].confirmed, judged[2].confirmed, judged[3].confirmed)
    assert rater.judge(QUESTION, CLAIM, []) == []
    assert rater.similar([], [CLAIM]) == []


def test_what_a_window_gets_depends_on_no_other_and_on_nothing_asked_before(rater: Rater) -> None:
    alone = rater.judge(QUESTION, CLAIM, [SAID])[0]
    rater.judge("What is your name?", "Says a name.", [ELSEWHERE, "Ann."])
    among = rater.judge(QUESTION, CLAIM, [DENIED, SAID, ELSEWHERE])[1]
    fresh = load_rater().judge(QUESTION, CLAIM, [SAID])[0]
    assert alone == among == fresh


def test_probabilities_sum_to_one(rater: Rater) -> None:
    for one in rater.judge(QUESTION, CLAIM, [SAID, DENIED, ELSEWHERE, "?", "\U0001f6b2"]):
        assert min(one.confirmed, one.rejected, one.not_discussed) >= 0
        assert one.confirmed + one.rejected + one.not_discussed == pytest.approx(1)


def test_what_is_shown_is_confirmed_and_what_is_denied_is_not(rater: Rater) -> None:
    said, denied, elsewhere = rater.judge(QUESTION, CLAIM, [SAID, DENIED, ELSEWHERE])
    assert said.confirmed > 0.5
    assert denied.rejected > 0.5
    assert elsewhere.not_discussed > 0.5


@pytest.mark.parametrize(
    "words",
    [
        "I never pump up the tyres.",
        "honestly i dont pump up my tyres",
        "We don't ever pump the tyres up, somebody else may.",
        "I have not pumped up the tyres for years",
    ],
)
def test_a_claim_in_its_own_words_behind_a_denial_is_never_confirmed(rater: Rater, words: str) -> None:
    judged = rater.judge(QUESTION, CLAIM, [words])[0]
    assert judged.confirmed == 0
    assert judged.rejected > 0.5


@pytest.mark.parametrize(
    "words", ["I don't stop until I have pumped up both tyres.", "Not only do I pump up the tyres"]
)
def test_not_until_and_not_only_are_no_denials(rater: Rater, words: str) -> None:
    assert rater.judge(QUESTION, CLAIM, [words])[0].confirmed > 0


def test_windows_without_a_word_discuss_nothing(rater: Rater) -> None:
    nothing = Judged(confirmed=0.0, rejected=0.0, not_discussed=1.0)
    assert list(rater.judge(QUESTION, CLAIM, ["", " ", "...", "\U0001f6b2"])) == [nothing] * 4
    assert list(rater.judge("", "", [SAID])) == [nothing]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("pump " * 50_000, id="words", marks=pytest.mark.nightly),
        pytest.param("pump " * 5_000, id="fewer words"),
        pytest.param("x" * 300_000, id="letters"),
        pytest.param("\u0301" * 50_000, id="marks"),
        pytest.param("\ud800 pump", id="half a sign"),
        pytest.param("泵" * 50_000, id="signs"),
    ],
)
def test_very_long_and_odd_texts_are_judged_as_well(rater: Rater, text: str) -> None:
    assert len(rater.judge(QUESTION, CLAIM, [text, SAID])) == 2
    assert len(rater.judge(text, CLAIM, [SAID])) == 1
    assert len(rater.judge(QUESTION, text, [SAID])) == 1
    assert -1 <= rater.similar([text], [CLAIM])[0][0] <= 1


def test_likeness_is_highest_for_the_same_words(rater: Rater) -> None:
    near = rater.similar([CLAIM, ELSEWHERE], [CLAIM, SAID])
    assert near[0][0] == pytest.approx(1, abs=1e-5)
    assert near[0][1] > near[1][1]


def test_it_masters_english_alone_and_leaves_the_rest_to_a_person(rater: Rater) -> None:
    assert rater.languages == {"en"}
    turn = GivenAnswer(number=1, question="Wie pflegst du dein Rad?", text="Jeden Sonntag pumpe ich beide Reifen auf.")
    judged = judge_answer(
        Given(language="de", turns=(turn,), rubric=Rubric(weak=("Pumpt die Reifen auf.",))), rater=rater
    )
    assert judged.score is None
    assert judged.needs_review


def test_its_version_follows_its_files(rater: Rater) -> None:
    assert rater.name == "embedded"
    assert len(rater.version) == 12
    assert all(len(digest) == 64 for digest in DIGESTS.values())


def _read_held_out() -> dict[str, list[dict[str, str]]]:
    rows = defaultdict(list)
    with HELD_OUT.open(newline="") as file:
        for row in csv.DictReader(file):
            rows[row["corpus"]].append(row)
    return rows


@pytest.mark.parametrize(("corpus", "floor"), [("scientsbank", 0.47), ("beetle", 0.58)])
def test_verdicts_on_unseen_questions_are_above_the_floor(corpus: str, floor: float) -> None:
    rows = _read_held_out()[corpus]
    true = [row["verdict"] for row in rows]
    likeliest = [max(VERDICTS, key=lambda verdict: float(row[verdict])) for row in rows]
    assert find_macro_f1(likeliest, true) >= floor


def test_probabilities_go_with_peoples_marks_beyond_length() -> None:
    rows = _read_held_out()["saf"]
    marks, words = [float(row["mark"]) for row in rows], [float(row["words"]) for row in rows]
    confirmed = [float(row["confirmed"]) for row in rows]
    assert correlate(confirmed, marks) >= 0.43
    assert correlate_beyond(confirmed, marks, words) > 0


def test_what_it_quotes_are_the_windows_own_words(rater: Rater) -> None:
    said, elsewhere = rater.judge(QUESTION, CLAIM, [SAID, ""])
    assert (said.quotes, elsewhere.quotes) == ((SAID,), ())
    assert rater.is_rough


def test_the_rater_of_the_settings_is_opened_by_its_name(rater: Rater) -> None:
    assert open_rater(Settings()) is rater
    with pytest.raises(BadSetting, match=r"There is no 'oracle' for rater\. There are: embedded"):
        open_rater(Settings(rater="oracle"))
