"""A spoken conversation with a real server: a page that speaks real speech, and everything that can come between."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from psycopg import sql

from tests.crash.program import free_port, look_inside, parent_of, wait_for
from tests.laid import lay
from tests.providers.speaking import hum, noise, silence, speak
from tests.running import read_ready, start_server
from tests.sound.conftest import Talking
from tests.talking import FRAME_BYTES, SpeakingPage
from vivavoce.client.candidate import OpenedInterview

pytestmark = pytest.mark.slow

FIRST = "Last year I moved our whole archive into a new building."
SECOND = "Nobody lost a single box, and we finished one day early."
# Sound goes as fast as the line takes it, and silence with it: the ear has to have told before the turn can end.
QUIET = 7.0


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.casefold())


def error_rate(said: str, heard: str) -> float:
    """Words that were added, left out or mistaken, of those that were said."""
    one, other = words(said), words(heard)
    row = list(range(len(other) + 1))
    for at, word in enumerate(one, 1):
        before, row[0] = row[0], at
        for to, found in enumerate(other, 1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (word != found))
    return row[-1] / len(one)


def attempt_of(talking: Talking, attempt_id: str) -> dict[str, Any]:
    """The attempt as the database has it."""
    with look_inside(talking.folder) as inside:
        row = inside.execute("select * from attempts where id = %s", (attempt_id,)).fetchone()
        assert row is not None
        faults = inside.execute("select kind from faults where attempt_id = %s order by id", (attempt_id,)).fetchall()
        found = {
            table: inside.execute(
                sql.SQL("select * from {} where attempt_id = %s order by number").format(sql.Identifier(table)),
                (attempt_id,),
            ).fetchall()
            for table in ("answers", "playouts", "hearings")
        }
    return row | {"faults": [one["kind"] for one in faults]} | found


def a_folder() -> Path:
    """A data folder that the database's own user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="vivavoce-test-"))
    folder.chmod(0o755)
    lay(folder)
    return folder


def end(process: "subprocess.Popen[str]", *, kills: bool = True) -> None:
    """Waits for its end, or brings it about without a last word."""
    if kills:
        process.kill()
    process.wait(60)
    assert process.stdout is not None
    process.stdout.close()


def sound_of(talking: Talking, attempt_id: str) -> bytes:
    (path,) = talking.folder.glob(f"sound/*/{attempt_id}/microphone-{FRAME_BYTES}.pcm")
    return path.read_bytes()


# --- An answer -----------------------------------------------------------------------------------------------------


async def test_what_is_said_becomes_the_saved_answer(talking: Talking) -> None:
    opened = talking.begin()
    async with SpeakingPage(opened) as page:
        await page.play(1)
        await page.speak(silence(0.5) + speak(FIRST) + silence(QUIET))
        final = await page.hear("heard", where=lambda one: one["is_final"])
        scene = await page.hear("scene", where=lambda one: one["number"] == 2)
    assert error_rate(FIRST, final["text"]) <= 0.2
    assert [one["answer"] for one in scene["past"]] == [final["text"]]
    assert scene["past"][0]["is_spoken"]
    kinds = [one["kind"] for one in page.told if one["kind"] not in ("heard_to", "scene")]
    assert kinds[:4] == ["hello_sound", "listens", "receipt", "began"]
    assert kinds[-4:] == ["heard", "heard", "receipt", "listens"]
    assert "turn_over" in kinds
    kept = attempt_of(talking, opened.attempt_id)
    assert [(one["text"], one["is_spoken"]) for one in kept["answers"]] == [(final["text"], True)]
    assert "".join(one[0] for one in kept["hearings"][0]["words"]).strip() == final["text"]
    assert kept["faults"] == []


async def test_who_has_not_agreed_to_be_recorded_is_not(talking: Talking) -> None:
    opened = talking.begin(by="type")
    page = SpeakingPage(opened)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(5):
            await page.open()
    assert [one["reason"] for one in page.told if one["kind"] == "typing_only"] == ["not_agreed"]
    await page.speak(hum(1.0))
    await page.leave()
    assert not list(talking.folder.glob(f"sound/*/{opened.attempt_id}/*"))


async def test_done_ends_the_turn_at_once(talking: Talking) -> None:
    async with SpeakingPage(talking.begin()) as page:
        await page.play(1)
        await page.speak(silence(0.3) + speak(FIRST) + silence(0.2))
        await page.say({"kind": "done", "number": 1, "frame": page.next})
        final = await page.hear("heard", where=lambda one: one["is_final"])
    assert error_rate(FIRST, final["text"]) <= 0.2


async def test_who_is_silent_gets_the_sound_of_the_next_words_before_the_turn_is_over(talking: Talking) -> None:
    async with SpeakingPage(talking.begin()) as page:
        await page.play(1)
        await page.speak(silence(0.3) + speak(FIRST) + silence(1.2))
        await page.hear("heard")
        await page.keep_quiet(0.2)  # no time goes by without sound
        ahead = await page.hear("ahead")
        assert "turn_over" not in [one["kind"] for one in page.told]
        await page.keep_quiet(2.0)
        scene = await page.hear("scene", where=lambda one: one["number"] == 2)
    sounds = [{kind: one[kind] for kind in ("audio", "mouth")} for one in (*scene["said"], scene["question"])]
    assert ahead["sounds"] == sounds
    assert None not in sounds[0].values()


async def test_a_wish_by_voice_is_understood_as_one_that_is_typed(talking: Talking) -> None:
    async with SpeakingPage(talking.begin()) as page:
        await page.play(1)
        await page.speak(silence(0.3) + speak("Could you repeat the question, please?") + silence(QUIET))
        await page.hear("heard", where=lambda one: one["is_final"])
        scene = await page.hear("scene", where=lambda one: one["heard"] == "repeat")
        assert scene["number"] == 1
        # And the turn is heard again: the answer that follows is no resend of the wish.
        await page.play(1)
        await page.speak(silence(0.3) + speak(FIRST) + silence(QUIET))
        scene = await page.hear("scene", where=lambda one: one["number"] == 2)
    assert error_rate(FIRST, scene["past"][0]["answer"]) <= 0.2


async def test_a_choice_is_made_by_its_words(talking: Talking) -> None:
    question = {"question": "Have you led a team?", "is_multiple_choice": True, "question_alternatives": ["Yes", "No"]}
    opened = talking.begin(questions=[question, {"question": "Why?"}])
    async with SpeakingPage(opened) as page:
        await page.play(1)
        await page.speak(silence(0.3) + speak("Yes, certainly.") + silence(QUIET))
        scene = await page.hear("scene", where=lambda one: one["number"] == 2)
    assert scene["past"][0]["answer"] == "Yes"


async def test_who_types_while_the_microphone_is_on_is_heard_at_the_next_question(talking: Talking) -> None:
    async with SpeakingPage(talking.begin()) as page:
        await page.play(1)
        await page.keep_quiet(1)
        await page.say({"kind": "answer", "key": str(uuid4()), "number": 1, "text": "I typed this."})
        await page.hear("listens", where=lambda one: one["number"] == 2)
        await page.play(2)
        await page.speak(silence(0.3) + speak(SECOND) + silence(QUIET))
        scene = await page.hear("scene", where=lambda one: one["phase"] != "asking")
    assert [one["is_spoken"] for one in scene["past"]] == [False, True]


# --- The line ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [5, pytest.param(25, marks=pytest.mark.nightly)])
async def test_over_cut_lines_no_frame_is_lost_or_doubled(talking: Talking, times: int) -> None:
    # Shared by four people: whoever comes back this often alone is slowed down, and after half a minute sent away.
    await asyncio.gather(*(_cut(talking, talking.begin(), times=times, noise_seconds=float(times)) for _ in range(4)))


async def _cut(talking: Talking, opened: OpenedInterview, *, times: int, noise_seconds: float) -> None:
    sent = noise(noise_seconds, db=-60)
    page = SpeakingPage(opened)
    await page.open()
    size = len(sent) // times // FRAME_BYTES * FRAME_BYTES
    for at in range(0, times * size, size):
        half = size // 2 // FRAME_BYTES * FRAME_BYTES
        await page.speak(sent[at : at + half])
        await page.drop()
        await page.speak(sent[at + half : at + size])  # nobody hears it yet
        await page.open()
    await page.speak(sent[times * size :] + silence(0.1))
    await page.hear("heard_to", where=lambda one: one["next"] == page.next)
    await page.leave()
    assert not page.waiting
    assert sound_of(talking, opened.attempt_id) == sent + silence(0.1)


@pytest.mark.nightly
async def test_a_killed_server_costs_nothing_that_was_acknowledged(whisper_folder: Path) -> None:
    folder = a_folder()
    environment = {"VIVAVOCE_VOICE": "on", "VIVAVOCE_WHISPER_FOLDER": str(whisper_folder)}
    port = free_port()
    process = start_server(folder, environment=environment, port=port)
    try:
        talking = Talking(url=read_ready(process), folder=folder, process=process)
        opened = talking.begin()
        page = SpeakingPage(opened)
        await page.open()
        await page.play(1)
        await page.speak(silence(0.5) + speak(FIRST) + silence(0.8) + speak(SECOND)[: 50 * FRAME_BYTES])
        await page.hear("heard")
        acknowledged = page.next - len(page.waiting)
        end(process)
        assert page.next - acknowledged <= 50 + 25  # a second, and what was under way
        process = start_server(folder, environment=environment, port=port)
        read_ready(process)
        await page.leave()
        await page.open()
        assert page.hello is not None
        assert page.hello["next"] >= acknowledged
        await page.speak(speak(SECOND)[50 * FRAME_BYTES :] + silence(QUIET))
        final = await page.hear("heard", where=lambda one: one["is_final"])
        await page.hear("scene", where=lambda one: one["number"] == 2)
        await page.leave()
        assert error_rate(f"{FIRST} {SECOND}", final["text"]) <= 0.25
        kept = attempt_of(talking, opened.attempt_id)
        assert [one["text"] for one in kept["answers"]] == [final["text"]]
    finally:
        process.send_signal(signal.SIGTERM)
        end(process, kills=False)
        shutil.rmtree(folder, ignore_errors=True)


async def test_the_turn_outlives_the_page(talking: Talking) -> None:
    opened = talking.begin()
    first = SpeakingPage(opened)
    await first.open()
    await first.play(1)
    await first.speak(silence(0.3) + speak(FIRST) + silence(0.8))
    await first.hear("heard")
    await first.drop()
    async with SpeakingPage(opened) as second:  # it has nothing of what the first one kept
        await second.hear("heard", where=lambda one: error_rate(FIRST, one["text"]) <= 0.2)
        await second.speak(speak(SECOND) + silence(QUIET))
        final = await second.hear("heard", where=lambda one: one["is_final"])
    assert error_rate(f"{FIRST} {SECOND}", final["text"]) <= 0.25


async def test_the_page_that_came_last_speaks(talking: Talking) -> None:
    opened = talking.begin()
    async with SpeakingPage(opened) as first:
        await first.speak(noise(1.0, db=-60))
        await first.hear("heard_to", where=lambda one: one["next"] == 50)
        async with SpeakingPage(opened) as second:
            await first.hear("sound_taken")
            assert second.hello is not None
            assert second.hello["next"] == 50
            await first.speak(hum(1.0))
            await second.speak(noise(0.5, db=-60))
            await second.hear("heard_to", where=lambda one: one["next"] == 75)
    assert len(sound_of(talking, opened.attempt_id)) == 75 * FRAME_BYTES


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"\0" * 100, "size"), (b"\0" * 200_000, "size"), (b"\0\0\0\0" + bytes(642), "size")],
    ids=["short", "huge", "odd"],
)
async def test_what_is_no_frame_closes_the_line_and_says_why(talking: Talking, raw: bytes, reason: str) -> None:
    page = SpeakingPage(talking.begin())
    await page.open()
    assert page.socket is not None
    await page.socket.send(raw)
    refused = await page.hear("sound_refused")
    assert refused["reason"] == reason
    await page.socket.wait_closed()
    assert page.socket.close_code == 1008
    await page.leave()


async def test_a_flood_is_refused(talking: Talking) -> None:
    page = SpeakingPage(talking.begin())
    await page.open()
    await page.keep_quiet(150)
    assert (await page.hear("sound_refused"))["reason"] == "too_much"
    await page.leave()


async def test_a_gap_is_told_and_filled(talking: Talking) -> None:
    opened = talking.begin()
    async with SpeakingPage(opened) as page:
        await page.keep_quiet(0.1)
        await page._send(9, bytes(FRAME_BYTES))
        assert (await page.hear("frames_missed"))["next"] == 5
        await page.keep_quiet(0.1)
        await page.hear("heard_to", where=lambda one: one["next"] == 10)
    assert len(sound_of(talking, opened.attempt_id)) == 10 * FRAME_BYTES


async def test_frames_before_the_sound_is_opened_do_nothing(talking: Talking) -> None:
    opened = talking.begin()
    page = SpeakingPage(opened)
    await page.open()
    await page.leave()
    other = talking.begin()
    async with SpeakingPage(other) as page:
        pass
    assert not list(talking.folder.glob(f"sound/*/{other.attempt_id}/microphone-*"))


# --- Silence -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make", [pytest.param(silence, marks=pytest.mark.nightly), noise, pytest.param(hum, marks=pytest.mark.nightly)]
)
async def test_what_is_no_speech_becomes_no_words(talking: Talking, make: Any) -> None:
    opened = talking.begin()
    async with SpeakingPage(opened) as page:
        await page.play(1)
        await page.speak(make(8.0))
        await page.say({"kind": "done", "number": 1, "frame": page.next})
        await page.keep_quiet(0.5)
        await page.hear("nothing_heard")
        # The turn goes on.
        await page.speak(speak(FIRST) + silence(QUIET))
        scene = await page.hear("scene", where=lambda one: one["number"] == 2)
    assert error_rate(FIRST, scene["past"][0]["answer"]) <= 0.2


async def test_who_is_not_heard_is_asked_twice_and_then_types_on(talking: Talking) -> None:
    opened = talking.begin()
    async with SpeakingPage(opened) as page:
        await page.play(1)
        for number, seconds in ((1, 11.5), (2, 30.5)):
            before = len(page.told)
            await page.keep_quiet(seconds)
            prompt = await page.hear("prompt", after=before)
            assert prompt["prompt"] == number
            assert "type" in prompt["said"]["text"]
            assert prompt["said"]["audio"].startswith(f"/interview/{opened.attempt_id}/voice/")
            await page.play(1)
        await page.keep_quiet(45.5)
        assert (await page.hear("typing_only"))["reason"] == "nobody"
        await page.say({"kind": "answer", "key": str(uuid4()), "number": 1, "text": FIRST})
        await page.hear("scene", where=lambda one: one["number"] == 2)
    kept = attempt_of(talking, opened.attempt_id)
    assert kept["state"] == "begun"
    assert kept["faults"] == ["nobody_heard"]


async def test_who_types_is_there(talking: Talking) -> None:
    async with SpeakingPage(talking.begin()) as page:
        await page.play(1)
        for number in range(3):
            await page.keep_quiet(6)
            await page.say({"kind": "draft", "number": 1, "text": "I am wri" + "ting" * number})
            await page.hear("kept")
        await page.keep_quiet(6)
        await page.hear("heard_to", where=lambda one: one["next"] == page.next)
    assert "prompt" not in [one["kind"] for one in page.told]


async def test_with_answers_given_nobody_is_asked_to_begin_anew(talking: Talking) -> None:
    opened = talking.begin()
    async with SpeakingPage(opened) as page:
        await page.say({"kind": "answer", "key": str(uuid4()), "number": 1, "text": "I typed this."})
        await page.hear("listens", where=lambda one: one["number"] == 2)
        for seconds in (11.5, 30.5, 45.5):
            await page.play(2)
            await page.keep_quiet(seconds)
        assert (await page.hear("typing_only"))["reason"] == "nobody"
        await page.say({"kind": "answer", "key": str(uuid4()), "number": 2, "text": "And this."})
        await page.hear("scene", where=lambda one: len(one["past"]) == 2)
    assert attempt_of(talking, opened.attempt_id)["state"] in ("finished", "submitted")


# --- Barge-in ------------------------------------------------------------------------------------------------------


async def test_who_speaks_while_the_interviewer_does_is_let_speak(talking: Talking) -> None:
    opened = talking.begin()
    async with SpeakingPage(opened) as page:
        await page.speak(silence(1.0) + speak(FIRST))
        await page.hear("clear")
        await page.play(1, seconds=1.2, of_seconds=3.5, is_interrupted=True)
        await page.keep_quiet(QUIET)
        scene = await page.hear("scene", where=lambda one: one["number"] == 2)
    assert error_rate(FIRST, scene["past"][0]["answer"]) <= 0.2
    (played,) = attempt_of(talking, opened.attempt_id)["playouts"]
    assert (played["number"], float(played["seconds"]), float(played["of_seconds"])) == (1, 1.2, 3.5)
    assert played["is_interrupted"]


# --- Ears that are gone --------------------------------------------------------------------------------------------


def ears_of(talking: Talking) -> list[int]:
    server = talking.process.pid
    return [
        one
        for one in map(int, filter(str.isdecimal, os.listdir("/proc")))
        if "vivavoce.providers.ears.process" in command_of(one) and parent_of(one) == server
    ]


def command_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


async def test_a_killed_ear_is_started_again_and_nothing_is_lost(talking: Talking) -> None:
    async with SpeakingPage(talking.begin()) as page:
        await page.play(1)
        await page.speak(silence(0.3) + speak(FIRST) + silence(0.3))
        for ear in ears_of(talking):
            os.kill(ear, signal.SIGKILL)
        await page.keep_quiet(QUIET)
        scene = await page.hear("scene", where=lambda one: one["number"] == 2)
    assert error_rate(FIRST, scene["past"][0]["answer"]) <= 0.2


@pytest.mark.nightly
async def test_without_an_ear_the_candidate_types_and_it_is_on_record(whisper_folder: Path) -> None:
    folder = a_folder()
    link = folder / "ear"
    os.symlink(whisper_folder, link)
    environment = {"VIVAVOCE_VOICE": "on", "VIVAVOCE_WHISPER_FOLDER": str(link), "VIVAVOCE_WHISPER_SOURCES": "none"}
    process = start_server(folder, environment=environment)
    try:
        talking = Talking(url=read_ready(process), folder=folder, process=process)
        opened = talking.begin()
        async with SpeakingPage(opened) as page:
            await page.play(1)
            await page.speak(silence(0.3) + speak(FIRST) + silence(1.0))
            await page.hear("heard")
            os.unlink(link)
            for ear in ears_of(talking):
                os.kill(ear, signal.SIGKILL)
            await page.speak(speak(SECOND) + silence(2.0))
            only = await page.hear("typing_only")
            assert only["reason"] == "no_ear"
            assert error_rate(FIRST, only["text"]) <= 0.2
            await page.say({"kind": "answer", "key": str(uuid4()), "number": 1, "text": "So I type."})
            scene = await page.hear("scene", where=lambda one: one["number"] == 2)
            assert scene["past"][0]["answer"] == "So I type."
            wait_for(
                lambda: attempt_of(talking, opened.attempt_id)["faults"] == ["no_ear"], seconds=10, what="the fault"
            )
    finally:
        process.send_signal(signal.SIGTERM)
        end(process, kills=False)
        shutil.rmtree(folder, ignore_errors=True)


# --- The voice -----------------------------------------------------------------------------------------------------


async def test_the_interviewers_words_come_with_their_sound(talking: Talking) -> None:
    opened = talking.begin()
    async with SpeakingPage(opened) as page:
        await page.say({"kind": "arrive"})
        scene = await page.hear("scene", where=lambda one: one["question"]["audio"] is not None)
    stranger = talking.begin(of=talking.other)
    place = scene["question"]["audio"]
    async with httpx.AsyncClient(base_url=talking.url, trust_env=False, timeout=30) as caller:
        answer = await caller.get(place, headers=opened.headers)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "audio/wav"
        assert "immutable" in answer.headers["cache-control"]
        assert "private" in answer.headers["cache-control"]
        part = await caller.get(place, headers=opened.headers | {"Range": "bytes=44-1043"})
        assert (part.status_code, part.content) == (206, answer.content[44:1044])
        mouth = (await caller.get(scene["question"]["mouth"], headers=opened.headers)).json()
        assert mouth["marks"]
        assert (await caller.get(place)).status_code in (401, 403)
        assert (await caller.get(place, headers=stranger.headers)).status_code == 404
        other = talking.begin()  # of the same merchant: one's own address alone
        assert (await caller.get(place, headers=other.headers)).status_code == 404
        key = place.rsplit("/", 1)[1]
        for name in ("..%2F..%2Fx.wav", "x.wav", key.replace(".wav", ".pcm"), "0" * 40 + ".wav"):
            address = f"/interview/{opened.attempt_id}/voice/{name}"
            assert (await caller.get(address, headers=opened.headers)).status_code == 404


def find_in(talking: Talking, interview_id: str) -> dict[str, Any]:
    with look_inside(talking.folder) as inside:
        row: dict[str, Any] | None = inside.execute(
            "select * from interviews where id = %s", (interview_id,)
        ).fetchone()
    assert row is not None
    return row


def by_a_link(talking: Talking, interview_id: str) -> None:
    body = {"interview_id": interview_id, "users": [{"name": "Sam"}]}
    assert talking.call("job-interview-register-users", talking.furnished.token, body=body)[0]["result"] == "ok"


def by_the_bare_page(talking: Talking, interview_id: str) -> None:
    assert httpx.get(f"{talking.url}/interview/take/{interview_id}/", trust_env=False).status_code == 200


@pytest.mark.parametrize("come_near", [by_a_link, by_the_bare_page])
def test_an_interviews_fixed_lines_are_spoken_once_somebody_comes_near(
    talking: Talking, come_near: Callable[[Talking, str], None]
) -> None:
    interview_id = talking.create(talking.furnished)
    assert find_in(talking, interview_id)["voice_wanted_revision"] is None
    for _ in range(2):
        come_near(talking, interview_id)
    assert find_in(talking, interview_id)["voice_wanted_revision"] == 1

    def is_voiced() -> bool:
        row = find_in(talking, interview_id)
        return bool(row["voiced_revision"] == row["revision"])

    wait_for(is_voiced, seconds=120, what="the voice is published")
    with look_inside(talking.folder) as inside:
        event = inside.execute(
            "select data from events where kind = 'interview.voiced' and subject_id = %s", (interview_id,)
        ).fetchall()
    assert len(event) == 1
    assert event[0]["data"]["without_voice"] == 0
    assert event[0]["data"]["spoken"] > 50
