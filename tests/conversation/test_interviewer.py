"""Who interviews: what a template chooses reaches its conversations."""

import pytest

from tests.builders import NOW, House, a_draft, a_seat, an_attempt, an_interview
from tests.providers.speaking import silence, speak
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Arrived
from vivavoce.conversation.loop import Scene, foresee
from vivavoce.db.database import Database
from vivavoce.interviews.templates import Background, Character, Interviewer, Modality, add_template
from vivavoce.sound.detector import VoiceDetector
from vivavoce.sound.turn_end import FirstWord, Interrupted, Pace
from vivavoce.sound.turn_hearing import SpokenTurn, TurnHearing, find_turn

KIM = Interviewer(
    modality=Modality.VOICE,
    character=Character.KIM,
    background=Background.PLAIN,
    voice="en-GB",
    may_interrupt=False,
)


async def scene_of(database: Database, house: House, interviewer: Interviewer) -> Scene:
    template_id = await add_template(
        database, merchant_id=house.merchant.id, name="Kim", slug="kim", language="en", interviewer=interviewer
    )
    draft = a_draft(house, template_id=template_id)
    seat: Seat = await a_seat(database, house, await an_interview(database, house, draft))
    return await foresee(database, seat, await an_attempt(database, seat), Arrived(), now=NOW)


async def test_what_a_template_chose_is_the_conversations(database: Database, house: House) -> None:
    scene = await scene_of(database, house, KIM)
    assert scene.interviewer == KIM
    assert scene.voice_locale == "en-GB"


async def test_a_template_that_chose_nothing_speaks_as_the_interview_does(database: Database, house: House) -> None:
    scene = await scene_of(database, house, Interviewer())
    assert (scene.interviewer.may_interrupt, scene.voice_locale) == (True, "en-US")


@pytest.mark.parametrize("may_interrupt", [True, False])
def test_who_speaks_over_the_interviewer_stops_it_where_the_template_lets_them(may_interrupt: bool) -> None:
    turn = SpokenTurn(number=1, begins=0, start=0.0, language="en", pace=Pace.NORMAL, may_interrupt=may_interrupt)
    hearing = TurnHearing(turn, VoiceDetector())
    found = {type(one) for one in hearing.feed(silence(0.5) + speak("I moved the archive to a new building."))}
    assert (Interrupted in found, FirstWord in found) == (may_interrupt, may_interrupt)


def test_after_a_crash_it_is_still_known() -> None:
    turn = SpokenTurn(number=1, begins=0, start=0.0, language="en", pace=Pace.NORMAL, may_interrupt=False)
    assert find_turn([turn.to_entry()]) == (turn, [])
