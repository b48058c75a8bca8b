"""The start screen through the whole app: what is offered, what is kept, and what the conversation makes of it."""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import KEYS, House, a_draft, a_seat, an_attempt, an_interview
from tests.whole import an_app, calls_to
from vivavoce.attempts.adjust import Adjustments, Shown, find_adjustments
from vivavoce.attempts.move import finish
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.candidates.links import SESSION_LIFE, Seat, sign_session
from vivavoce.db.database import Database
from vivavoce.errors import ProviderError
from vivavoce.interviews.steps import SentQuestion
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.providers.ears.pool import HearingRequest
from vivavoce.providers.ears.port import TimedWord
from vivavoce.sound.line_store import LineStore
from vivavoce.sound.lines_on_demand import Speaker
from vivavoce.sound.living_voice import VoiceParts
from vivavoce.sound.means import Means
from vivavoce.sound.microphones import Microphones
from vivavoce.sound.sound_check import MOST_BYTES
from vivavoce.sound.turn_end import SoundChunk
from vivavoce.web.candidate.session import COOKIE

WEB = Path(__file__).parents[2] / "src" / "vivavoce" / "web"
SCRIPTS = sorted((WEB / "static" / "start").glob("*.js"))
TYPING = {"way": "type"}
SPEAKING = {"way": "speak", "consent_sound_kept": "yes"}


@dataclass
class Ear:
    """There, or not; what it hears is always the same."""

    weak: frozenset[str] = frozenset()
    is_there: bool = True
    is_well: bool = True
    asked: list[tuple[str, str | None, float]] = field(default_factory=list)  # language, locale, seconds of sound

    def may_hear(self) -> bool:
        return self.is_there

    async def hear(self, ask: HearingRequest) -> tuple[TimedWord, ...]:
        if not self.is_well:
            raise ProviderError("The ear fell off.", retryable=True)
        window = await ask.take()
        assert window is not None
        self.asked.append((ask.language, ask.locale, window.end))
        return (
            TimedWord(text=" I’d like", start=0, end=0.5, probability=1),
            TimedWord(text=" to.", start=0.5, end=1, probability=1),
        )


class Loud:
    """Takes for speech whatever is loud."""

    def feed(self, pcm_16khz: bytes) -> list[SoundChunk]:
        steps = [pcm_16khz[at : at + 1024] for at in range(0, len(pcm_16khz) - 1023, 1024)]
        return [SoundChunk(0.032 * (at + 1), float(any(step)), -20.0) for at, step in enumerate(steps)]


@dataclass
class Browser:
    """Somebody's browser at their start screen."""

    client: httpx.AsyncClient
    database: Database
    seat: Seat
    attempt_id: UUID

    @property
    def url(self) -> str:
        return f"/interview/{self.attempt_id}/start"

    async def open(self, **query: str) -> httpx.Response:
        return await self.client.get(self.url, params=query)

    async def send(self, **form: str) -> httpx.Response:
        return await self.client.post(self.url, data=form)

    async def say(self, sound: bytes) -> httpx.Response:
        return await self.client.post(f"{self.url}/heard", content=sound)

    async def kept(self) -> Adjustments | None:
        async with self.database.tenant(self.seat.merchant_id) as connection:
            return await find_adjustments(connection, self.attempt_id)

    async def consents(self) -> list[tuple[str, str]]:
        async with self.database.tenant(self.seat.merchant_id) as connection:
            rows = await connection.fetch(
                "select purpose, language from consents where attempt_id = $1 and purpose = 'sound_kept' and is_given",
                self.attempt_id,
            )
        return [(row["purpose"], row["language"]) for row in rows]


def never(*_: Any) -> Any:
    raise AssertionError("nobody asks for it here")


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def voice(database: Database, tmp_path: Path, ear: Ear) -> AsyncIterator[VoiceParts]:
    """A voice whose lines are spoken at once, and are empty."""
    lines = LineStore(tmp_path, voices="none")
    speaker = Speaker(lines, lambda *_: "", clock=time.monotonic)

    means = Means(
        database=database,
        data_dir=tmp_path,
        ears=ear,
        speaker=speaker,
        new_detector=Loud,
        clock=time.monotonic,
        now=lambda: datetime.now(UTC),
    )
    made = VoiceParts(microphones=Microphones(means), speaker=speaker, lines=lines, knows=lambda code: code != "fil")
    yield made
    await made.microphones.close()
    speaker.close()


async def a_browser(
    database: Database,
    standing: MerchantStanding,
    house: House,
    voice: VoiceParts | None,
    recordings: RecordingStore | None = None,
    **changes: Any,
) -> Browser:
    app = an_app(database, standing, voice=voice, recordings=recordings)
    seat = await a_seat(database, house, await an_interview(database, house, a_draft(house, **changes)))
    attempt_id = await an_attempt(database, seat)
    client = calls_to(app)
    client.cookies.set(COOKIE, sign_session(KEYS, seat, expires_at=datetime.now(UTC) + SESSION_LIFE))
    return Browser(client, database, seat, attempt_id)


def selected(page: str) -> dict[str, str]:
    """What is chosen beforehand in lists: values by name."""
    lists = re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    return {name: re.findall(r'value="([^"]*)" selected', options)[0] for name, options in lists}


def checked(page: str) -> dict[str, list[str]]:
    """What is chosen beforehand: values by name."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        given = dict(re.findall(r'([a-z_-]+)="([^"]*)"', tag))
        if re.search(r"\schecked[\s>]", tag):
            found.setdefault(given["name"], []).append(given["value"])
    return found


# --- What is offered ------------------------------------------------------------------------------------------------


async def test_speaking_and_typing_are_equal_and_neither_is_chosen_beforehand(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice)
    answer = await browser.open()
    assert answer.status_code == 200
    assert re.findall(r'name="way" value="(\w+)"', answer.text) == ["speak", "type"]
    assert checked(answer.text) == {}
    assert selected(answer.text) == {"time": "1", "large_text": "no", "interviewer": "moving"}
    assert answer.headers["permissions-policy"] == "camera=(), microphone=(self), geolocation=()"
    assert "Your camera isn’t used" in answer.text


async def test_where_speech_is_often_misheard_typing_comes_first_and_it_is_said(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts, ear: Ear
) -> None:
    ear.weak = frozenset({"de", "th"})
    questions = [SentQuestion(text="Why?"), SentQuestion(text="Warum?", language="de")]
    page = (await (await a_browser(database, standing, house, voice, questions=questions)).open()).text
    assert re.findall(r'name="way" value="(\w+)"', page) == ["type", "speak"]
    assert 'Speech in <bdi lang="en">German</bdi> is still often misheard here.' in page
    assert "You can fix it in Help, or at the end." in page
    assert '<bdi lang="th">' not in page


async def test_where_no_voice_speaks_the_language_typing_is_chosen_and_nothing_is_promised_to_be_heard(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    page = (await (await a_browser(database, standing, house, voice)).open()).text
    assert "You hear each question" in page
    assert re.findall(r'name="way" value="(\w+)" required checked', page) == []
    questions = [SentQuestion(text="Bakit?", language="fil")]
    page = (await (await a_browser(database, standing, house, voice, questions=questions)).open()).text
    assert "You hear each question" not in page
    assert "You read each question, and see your words as you say them." in page
    assert re.findall(r'name="way" value="(\w+)" required checked', page) == ["type"]


async def test_without_a_voice_nobody_is_asked_for_a_microphone(
    database: Database, standing: MerchantStanding, house: House
) -> None:
    browser = await a_browser(database, standing, house, None)
    answer = await browser.open()
    assert "interview is in writing" in answer.text
    assert 'name="way"' not in answer.text
    assert "microphone=()" in answer.headers["permissions-policy"]
    assert (await browser.send(way="speak", consent_sound_kept="yes")).status_code == 303
    kept = await browser.kept()
    assert kept is not None
    assert not kept.speaks


async def test_where_nobody_can_be_heard_just_now_it_is_said(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts, ear: Ear
) -> None:
    ear.is_there = False
    answer = await (await a_browser(database, standing, house, voice)).open()
    assert "Speaking isn’t available right now" in answer.text
    assert 'name="way"' not in answer.text


async def test_each_language_has_its_accents_named_in_the_pages_language(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    questions = [
        SentQuestion(text="Why?"),
        SentQuestion(text="Warum?", language="de"),
        SentQuestion(text="なぜ?", language="ja"),
    ]
    browser = await a_browser(database, standing, house, voice, questions=questions, speech_locale="en-IN")
    await browser.send(**SPEAKING)
    page = (await browser.open(step="sound")).text
    assert re.findall(r'<select class="input" id="accent-(\w+)"', page) == ["en", "de"]
    assert '<option value="en-IN" selected>India</option>' in page
    assert '<option value="de-AT">Austria</option>' in page


async def test_more_time_is_told_in_minutes(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice, settings={"max_seconds": 600})
    page = (await browser.open()).text
    assert re.findall(r"up to (\d+) minutes", page) == ["10", "13", "15", "20"]
    await browser.send(**TYPING, time="2")
    assert re.findall(r"up to (\d+) minutes", (await browser.open()).text) == ["10", "13", "15", "20"]


async def test_the_pace_is_the_interviews_until_somebody_chooses(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice, settings={"pace": "slower"})
    await browser.send(**SPEAKING)
    assert selected((await browser.open(step="sound")).text)["pace"] == "slower"


# --- What is kept ---------------------------------------------------------------------------------------------------


async def test_all_that_was_chosen_is_kept_and_found_again(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice)
    form = SPEAKING | {
        "pace": "slower",
        "time": "1.5",
        "accent_en": "en-IN",
        "large_text": "yes",
        "interviewer": "still",
        "check": "yes",
    }
    answer = await browser.send(**form)
    assert answer.headers["location"] == f"/interview/{browser.attempt_id}/"
    kept = await browser.kept()
    assert kept is not None
    assert (kept.speaks, kept.pace, str(kept.time_factor), kept.accents) == (True, "slower", "1.5", {"en": "en-IN"})
    assert (kept.has_large_text, kept.interviewer, kept.checks_words) == (True, Shown.STILL, True)
    page = (await browser.open()).text
    assert checked(page) == {"way": ["speak"]}
    assert selected(page) == {
        "pace": "slower",
        "time": "1.5",
        "large_text": "yes",
        "interviewer": "still",
        "accent_en": "en-IN",
        "check": "yes",
    }
    assert '<option value="en-IN" selected>' in page


async def test_who_wants_to_speak_agrees_to_be_recorded_once(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice)
    refused = await browser.send(way="speak", time="2")
    assert refused.status_code == 422
    assert "To speak, you need to agree to this." in refused.text
    assert re.findall(r'name="(\w+)"[^>]* autofocus', refused.text) == ["consent_sound_kept"]
    assert selected(refused.text)["time"] == "2"
    assert await browser.kept() is None
    await browser.send(**SPEAKING)
    assert await browser.consents() == [("sound_kept", "en")]
    assert "consent_sound_kept" not in (await browser.open()).text
    await browser.send(way="speak")
    assert await browser.consents() == [("sound_kept", "en")]


async def test_who_types_agrees_to_no_recording(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice)
    await browser.send(way="type", consent_sound_kept="yes")
    assert await browser.consents() == []


async def test_a_form_without_a_way_is_asked_again(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice)
    answer = await browser.send(pace="faster")
    assert answer.status_code == 422
    assert "Please choose speaking or typing." in answer.text
    assert re.findall(r'name="way" value="(\w+)"[^>]* autofocus', answer.text) == ["speak"]
    assert selected(answer.text)["pace"] == "faster"


@pytest.mark.parametrize(
    "form", [{"pace": "hasty"}, {"time": "9"}, {"time": "nan"}, {"accent_en": "en-XX"}, {"interviewer": "gone"}]
)
async def test_what_is_no_choice_changes_nothing(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts, form: dict[str, str]
) -> None:
    browser = await a_browser(database, standing, house, voice)
    await browser.send(**TYPING, **form)
    assert await browser.kept() == Adjustments()


async def test_the_next_attempt_begins_with_what_was_chosen_for_the_last_one(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice, settings={"max_attempts": 2})
    await browser.send(**SPEAKING, pace="slower")
    async with database.tenant(browser.seat.merchant_id) as connection:
        await connection.execute("update attempts set state = 'abandoned' where id = $1", browser.attempt_id)
    browser.attempt_id = await an_attempt(database, browser.seat)
    page = (await browser.open()).text
    assert checked(page)["way"] == ["speak"]
    assert "consent_sound_kept" in page  # each attempt is agreed to anew
    await browser.send(**SPEAKING, step="way")
    assert selected((await browser.open(step="sound")).text)["pace"] == "slower"


async def test_text_is_large_on_every_page_of_the_device_from_then_on(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice)
    assert 'data-text="large"' not in (await browser.open()).text
    await browser.send(**TYPING, large_text="yes")
    elsewhere = await browser.client.get(f"/interview/take/{browser.seat.interview_id}/")
    assert 'data-text="large"' in elsewhere.text
    browser.client.cookies.delete("vivavoce_text")  # another device
    assert 'data-text="large"' in (await browser.open()).text
    await browser.send(**TYPING, large_text="no")
    assert 'data-text="large"' not in (await browser.client.get(f"/interview/take/{browser.seat.interview_id}/")).text


# --- In two steps ---------------------------------------------------------------------------------------------------


async def test_who_speaks_goes_on_to_the_sound_check_and_who_types_to_the_first_question(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice)
    assert "Sound check" not in (await browser.open(step="sound")).text  # nobody has chosen to speak yet
    spoken = await browser.send(**SPEAKING, step="way")
    assert spoken.headers["location"] == f"/interview/{browser.attempt_id}/start?step=sound"
    check = (await browser.open(step="sound")).text
    assert "I’d like to talk about my work." in check
    done = await browser.send(way="speak", step="sound", pace="faster")
    assert done.headers["location"] == f"/interview/{browser.attempt_id}/"
    kept = await browser.kept()
    assert kept is not None
    assert (kept.speaks, kept.pace) == (True, "faster")
    typed = await browser.send(**TYPING, step="way")
    assert typed.headers["location"] == f"/interview/{browser.attempt_id}/"
    kept = await browser.kept()
    assert kept is not None
    assert (kept.speaks, kept.pace) == (False, "faster")  # what a step does not show stays


async def test_the_sentence_to_say_is_in_the_interviews_language(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice, language="de", speech_locale="de-DE")
    await browser.send(**SPEAKING)
    page = (await browser.open(step="sound", lang="fr")).text
    assert '<html lang="fr"' in page
    assert '<p class="voice say-this" lang="de" dir="auto">Ich möchte über meine Arbeit sprechen.</p>' in page


@pytest.mark.parametrize(
    ("liked", "accent"), [("en-IE,en;q=0.8", "en-IE"), ("fr-FR,en-IN;q=0.5", "en-IN"), ("de", "en-US"), ("", "en-US")]
)
async def test_the_accent_is_guessed_from_the_browser(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts, liked: str, accent: str
) -> None:
    browser = await a_browser(database, standing, house, voice, speech_locale="en-US")
    browser.client.headers["accept-language"] = liked
    await browser.send(**SPEAKING)
    assert selected((await browser.open(step="sound")).text)["accent_en"] == accent


# --- The sound check ------------------------------------------------------------------------------------------------

SECOND = 32_000  # bytes
SPOKEN = bytes(SECOND) + b"\1\1" * SECOND + bytes(SECOND)  # a second of silence, two of speech, and one of silence


async def test_what_was_said_is_told_and_silence_is_not_asked_about(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts, ear: Ear
) -> None:
    browser = await a_browser(database, standing, house, voice, speech_locale="en-IN")
    await browser.send(**SPEAKING)
    answer = await browser.say(SPOKEN)
    assert (answer.status_code, answer.json()) == (200, {"text": "I’d like to."})
    assert answer.headers["cache-control"] == "no-store"
    ((language, locale, seconds),) = ear.asked
    assert (language, locale) == ("en", "en-IN")
    assert 2.0 < seconds < 3.0  # without the silence around it
    assert (await browser.say(bytes(SECOND))).json() == {"text": ""}
    assert (await browser.say(b"")).json() == {"text": ""}
    assert len(ear.asked) == 1


async def test_a_sound_check_that_can_not_be_heard_says_why(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts, ear: Ear
) -> None:
    browser = await a_browser(database, standing, house, voice)
    unasked = await browser.say(SPOKEN)
    assert (unasked.status_code, unasked.json()["name"]) == (409, "sound_kept")
    await browser.send(**SPEAKING)
    assert (await browser.say(b"\1")).status_code == 422
    assert (await browser.say(bytes(MOST_BYTES + 2))).status_code == 413
    ear.is_well = False
    assert (await browser.say(SPOKEN)).status_code == 503
    ear.is_there = False
    away = await browser.say(SPOKEN)
    assert (away.status_code, list(away.json())) == (503, ["error"])


async def test_nobody_keeps_an_ear_busy_with_checks(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice)
    await browser.send(**SPEAKING)
    told = [(await browser.say(SPOKEN)).status_code for _ in range(10)]
    assert told.count(200) >= 8
    assert told[-1] == 429


async def test_anothers_sound_check_is_nobodys_business(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts, ear: Ear
) -> None:
    browser = await a_browser(database, standing, house, voice)
    await browser.send(**SPEAKING)
    other = await a_browser(database, standing, house, voice)
    browser.client.cookies = other.client.cookies
    assert (await browser.say(SPOKEN)).status_code == 404
    foreign = await other.client.post(f"{other.url}/heard", content=SPOKEN, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert ear.asked == []


# --- Whose it is ----------------------------------------------------------------------------------------------------


async def test_after_the_last_question_there_is_nothing_to_choose(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice)
    async with database.tenant(browser.seat.merchant_id) as connection:
        await connection.execute("update attempts set ending = 'all_asked' where id = $1", browser.attempt_id)
        await finish(
            connection,
            merchant_id=browser.seat.merchant_id,
            attempt_id=browser.attempt_id,
            actor="test",
            now=datetime.now(UTC),
        )
    for answer in (await browser.open(), await browser.send(**TYPING)):
        assert answer.headers["location"] == f"/interview/{browser.attempt_id}/"
    assert await browser.kept() is None


async def test_nobody_chooses_for_another(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice)
    other = await a_browser(database, standing, house, voice)
    other.client.cookies = browser.client.cookies
    for answer in (await other.open(), await other.send(**TYPING)):
        assert answer.status_code == 404
    assert await other.kept() is None
    browser.client.cookies.clear()
    assert (await browser.open()).status_code == 403


async def test_another_sites_page_chooses_nothing(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice)
    answer = await browser.client.post(browser.url, data=TYPING, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert await browser.kept() is None


# --- The page itself ------------------------------------------------------------------------------------------------


async def test_the_page_is_fit_for_the_policy_and_whole(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts, ear: Ear
) -> None:
    ear.weak = frozenset({"en"})
    browser = await a_browser(database, standing, house, voice)
    pages = [await browser.open(), await browser.send(), await browser.send(way="speak")]
    await browser.send(**SPEAKING)
    pages.append(await browser.open())
    ear.is_there = False
    pages.append(await browser.open())
    for page in (one.text for one in pages):
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        named = re.findall(r'(?:aria-labelledby|aria-describedby|\sfor)="([^"]+)"|href="#([^"]+)"', page)
        assert {name for pair in named for names in pair for name in names.split()} <= set(ids)
        assert page.count("button-main") == 1


async def test_every_element_that_the_scripts_name_is_on_the_page(
    database: Database, standing: MerchantStanding, house: House, voice: VoiceParts
) -> None:
    browser = await a_browser(database, standing, house, voice)
    await browser.send(**SPEAKING)
    page = (await browser.open()).text
    named = {name for script in SCRIPTS for name in re.findall(r'(?:byId|ById)\("([^"]+)"\)', script.read_text())}
    assert named
    assert named <= set(re.findall(r'\sid="([^"]+)"', page))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_hold_no_words_and_write_text_only(script: Path) -> None:
    text = script.read_text()
    assert text.startswith("// @ts-check")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text)
    code = "\n".join(line.split("// ")[0] for line in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).splitlines())
    assert [words for words in re.findall(r'"([^"\n]*)"', code) if re.match(r"[A-Z][a-z]+ [a-z]", words)] == []
