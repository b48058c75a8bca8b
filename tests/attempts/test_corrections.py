"""A candidate sets the words of an answer right: both versions stay, and the last one counts."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, House, a_draft, a_seat, an_attempt, an_interview
from vivavoce.attempts.answer import MOST_CORRECTIONS
from vivavoce.attempts.corrections import CorrectionPlace, correct, count_corrections
from vivavoce.attempts.difference import EditedPiece, WordChange, find_difference, is_rewritten, read_apart
from vivavoce.attempts.keep import Kept, read_answers
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.interviews.steps import AnsweredBy, SentQuestion

OPEN = SentQuestion(text="What do you hand over?")
CHOICE = SentQuestion(text="Which nights?", answered_by=AnsweredBy.CHOICE, alternatives=("All", "Some"))
HEARD = "What I promised to some party."
MEANT = "What I promised to somebody."


async def answered(database: Database, house: House) -> tuple[Seat, UUID]:
    """Said, chosen, skipped; nothing handed in."""
    draft = a_draft(house, questions=[OPEN, CHOICE, SentQuestion(text="And then?")])
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    given: list[dict[str, Any]] = [{"text": HEARD}, {"choice": 0}, {}]
    for number, said in enumerate(given, 1):
        await happen(database, seat, attempt_id, Answered(key=new_id(), number=number, **said), now=NOW)
    return seat, attempt_id


async def set_right(database: Database, seat: Seat, attempt_id: UUID, number: int, text: str) -> bool:
    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
    async with database.tenant(seat.merchant_id) as connection:
        return await correct(connection, **whose, number=number, text=text, made_in=CorrectionPlace.RESULTS, now=NOW)


async def first(database: Database, seat: Seat, attempt_id: UUID) -> Kept:
    async with database.tenant(seat.merchant_id) as connection:
        return (await read_answers(connection, attempt_id))[0]


async def test_both_versions_stay_and_the_last_one_counts(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house)
    assert await set_right(database, seat, attempt_id, 1, "Something else.")
    assert await set_right(database, seat, attempt_id, 1, f"  {MEANT}\r\n")
    kept = await first(database, seat, attempt_id)
    assert (kept.answer.text, kept.counting.text, kept.is_corrected) == (HEARD, MEANT, True)


async def test_the_first_words_take_every_correction_back(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house)
    await set_right(database, seat, attempt_id, 1, MEANT)
    assert await set_right(database, seat, attempt_id, 1, HEARD)
    kept = await first(database, seat, attempt_id)
    assert (kept.counting.text, kept.is_corrected) == (HEARD, False)


async def test_the_first_words_come_back_with_their_own_white_space(database: Database, house: House) -> None:
    draft = a_draft(house, questions=[OPEN])
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    await happen(database, seat, attempt_id, Answered(key=new_id(), number=1, text=f" {HEARD}\n"), now=NOW)
    await set_right(database, seat, attempt_id, 1, MEANT)
    assert await set_right(database, seat, attempt_id, 1, HEARD)
    kept = await first(database, seat, attempt_id)
    assert (kept.counting.text, kept.is_corrected) == (kept.answer.text, False)


async def test_corrections_have_an_end(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house)
    async with database.tenant(seat.merchant_id) as connection:
        await connection.executemany(
            "insert into corrections (merchant_id, id, attempt_id, number, text, made_in, made_at)"
            " values ($1, $2, $3, 1, $4, 'results', $5)",
            [(seat.merchant_id, new_id(), attempt_id, f"{at}", NOW) for at in range(MOST_CORRECTIONS - 1)],
        )
    assert await set_right(database, seat, attempt_id, 1, MEANT)
    with pytest.raises(Conflict):
        await set_right(database, seat, attempt_id, 1, HEARD)


async def test_the_same_words_again_are_no_correction(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house)
    assert not await set_right(database, seat, attempt_id, 1, HEARD)
    await set_right(database, seat, attempt_id, 1, MEANT)
    assert not await set_right(database, seat, attempt_id, 1, MEANT)
    async with database.tenant(seat.merchant_id) as connection:
        assert await count_corrections(connection, attempt_id) == 1


async def test_a_question_that_was_skipped_may_get_words_and_lose_them_again(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house)
    for text, is_skipped in ((MEANT, False), ("", True)):
        assert await set_right(database, seat, attempt_id, 3, text)
        async with database.tenant(seat.merchant_id) as connection:
            kept = (await read_answers(connection, attempt_id))[2]
        assert (kept.answer.is_skipped, kept.counting.is_skipped, kept.counting.text) == (True, is_skipped, text)


@pytest.mark.parametrize("number", [2, 4], ids=["chosen", "never asked"])
async def test_only_own_words_can_be_corrected(database: Database, house: House, number: int) -> None:
    seat, attempt_id = await answered(database, house)
    with pytest.raises(NotFound):
        await set_right(database, seat, attempt_id, number, MEANT)


@pytest.mark.parametrize("text", ["", " \0\n", "x" * 20_001], ids=["nothing", "blank", "too long"])
async def test_an_answer_is_neither_emptied_nor_made_endless(database: Database, house: House, text: str) -> None:
    seat, attempt_id = await answered(database, house)
    with pytest.raises(Invalid):
        await set_right(database, seat, attempt_id, 1, text)


async def test_what_was_handed_in_stays(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house)
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    with pytest.raises(Conflict):
        await set_right(database, seat, attempt_id, 1, MEANT)


def test_the_difference_reads_word_by_word() -> None:
    assert find_difference(HEARD, MEANT) == (
        EditedPiece(WordChange.SAME, "What I promised to "),
        EditedPiece(WordChange.REMOVED, "some party."),
        EditedPiece(WordChange.ADDED, "somebody."),
    )


def test_the_difference_reads_sign_by_sign_where_no_spaces_are_written() -> None:
    assert find_difference("夜勤を担当。", "夜間を担当。") == (
        EditedPiece(WordChange.SAME, "夜"),
        EditedPiece(WordChange.REMOVED, "勤"),
        EditedPiece(WordChange.ADDED, "間"),
        EditedPiece(WordChange.SAME, "を担当。"),
    )


@given(st.text(), st.text())
def test_both_versions_can_be_read_from_the_difference(before: str, after: str) -> None:
    pieces = find_difference(before, after)
    old = "".join(one.text for one in pieces if one.change is not WordChange.ADDED)
    new = "".join(one.text for one in pieces if one.change is not WordChange.REMOVED)
    assert old == before
    assert new.split() == after.split()


@pytest.mark.parametrize(
    ("before", "after", "is_apart"),
    [
        (HEARD, MEANT, False),
        # Much is new, in one place.
        ("I led it.", "I led it. " + "Complaints fell by a third. " * 5, False),
        ("No, I have never done it.", "Yes, I did it for a year, and it was the best of all.", True),
    ],
)
def test_another_answer_is_read_apart_from_the_one_before(before: str, after: str, is_apart: bool) -> None:
    pieces = find_difference(before, after)
    apart = (EditedPiece(WordChange.REMOVED, before), EditedPiece(WordChange.ADDED, after))
    assert read_apart(pieces, before, after) == (apart if is_apart else pieces)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (HEARD, HEARD, False),
        ("one two three four five six", "one two three four five sex", False),
        ("I do not know.", "I reconcile the accounts every month and trained two colleagues.", True),
        ("I led it.", "I led it. " + "Complaints fell by a third. " * 5, True),
        (HEARD, "", False),
    ],
)
def test_a_rewritten_answer_is_told_from_a_corrected_one(before: str, after: str, expected: bool) -> None:
    assert is_rewritten(find_difference(before, after)) is expected
