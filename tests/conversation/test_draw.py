"""A conversation asks what its attempt's seed draws, before and after it was read again."""

from uuid import uuid4

from tests.builders import NOW, House, a_draft, a_seat, an_attempt, an_interview
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.tally import tally_attempt
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Answered, Arrived
from vivavoce.conversation.loop import happen
from vivavoce.conversation.turns import count_questions
from vivavoce.db.database import Database
from vivavoce.interviews.steps import SentQuestion

QUESTIONS = [SentQuestion(text=f"{number}?", alternatives=(f"{number}, in other words?",)) for number in range(5)]


async def asked(database: Database, seat: Seat) -> list[str]:
    """Everything that the conversation asks, to its end."""
    attempt_id = await an_attempt(database, seat)
    said = []
    scene = (await happen(database, seat, attempt_id, Arrived(), now=NOW)).scene
    assert count_questions(scene.course, scene.conversation) == 2
    while scene.turn is not None:
        said.append(scene.turn.asked)
        answered = Answered(key=uuid4(), number=scene.turn.number, text="Yes.")
        scene = (await happen(database, seat, attempt_id, answered, now=NOW)).scene
    assert scene.conversation.state is AttemptState.FINISHED
    await tally_attempt(database, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    async with database.tenant(seat.merchant_id) as connection:
        assert await connection.fetchval("select coverage_percent from attempts where id = $1", attempt_id) == 100
    return said


async def test_each_attempt_asks_its_own_share_in_its_own_words(database: Database, house: House) -> None:
    draft = a_draft(house, questions=QUESTIONS, settings={"share_asked": 0.4})
    interview_id = await an_interview(database, house, draft)
    conversations = [await asked(database, await a_seat(database, house, interview_id)) for _ in range(12)]
    assert all(len(said) == 2 and said == sorted(said) for said in conversations)
    assert len({tuple(said) for said in conversations}) > 1
