"""The camera's picture over the wire: agreed to before the start, taken part by part, ended at a word."""

from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import httpx

from tests.builders import KEYS, House, store_in
from tests.recordings.filming import cut, film
from tests.recordings.test_compose import spoken
from tests.recordings.test_takes import agree
from tests.web.test_recordings import said_aloud, told
from tests.web.test_start import SPEAKING, Browser, a_browser, ear, voice  # noqa: F401 – fixtures
from vivavoce.attempts.consent import Purpose
from vivavoce.attempts.consent_log import has_agreed
from vivavoce.candidates.links import SESSION_LIFE, sign_session
from vivavoce.db.database import Database
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.sound.living_voice import VoiceParts
from vivavoce.web.candidate.session import COOKIE


def headers_of(content: bytes) -> dict[str, str]:
    return {"Content-Digest": f"sha-256=:{b64encode(sha256(content).digest()).decode()}:"}


async def test_parts_are_taken_and_what_is_wrong_is_told_by_name(
    client: httpx.AsyncClient, database: Database, house: House, data_dir: Path
) -> None:
    seat, attempt_id = await spoken(database, house, data_dir, answer_recording="video_all")
    await agree(database, seat, attempt_id)
    first, second, _ = cut(film(1.0))
    take = f"/interview/{attempt_id}/camera/{uuid4()}"
    where = {"number": "1", "at": "0.5"}

    async def put(content: bytes = first, path: str = f"{take}-0", **changes: dict[str, str]) -> tuple[int, object]:
        given = {"params": where, "headers": headers_of(content)} | changes
        answer = await client.put(path, content=content, **given)  # type: ignore[arg-type]
        body = answer.json()
        return answer.status_code, body.get("next", body.get("name"))

    assert (await put())[0] in (401, 403, 404), "whose attempt it is"
    client.cookies.set(COOKIE, sign_session(KEYS, seat, expires_at=datetime.now(UTC) + SESSION_LIFE))
    tried = [
        (await put(headers={}), (422, "digest")),
        (await put(headers={"Content-Digest": "sha-256=:nonsense:"}), (422, "digest")),
        (await put(params={"number": "1", "at": "nan"}), (422, "at")),
        (await put(params={"number": "0", "at": "1"}), (422, "number")),
        (await put(path=f"/interview/{attempt_id}/camera/../x-0"), (404, None)),
        (await put(path=f"/interview/{attempt_id}/camera/nobody-0"), (422, "part")),
        (await put(b""), (422, "part")),
        (await put(b"x" * (2 * 1024 * 1024 + 1)), (413, None)),
        (await put(second, f"{take}-1"), (409, "part")),
        (await put(), (200, 1)),
        (await put(), (200, 1)),
        (await put(second), (409, "part")),
        (await put(second, f"{take}-1"), (200, 2)),
        (await put(headers=headers_of(first) | {"Origin": "https://elsewhere.example"}), (403, None)),
    ]
    assert [got for got, _ in tried] == [expected for _, expected in tried]
    assert (await client.post(f"/interview/{attempt_id}/camera")).status_code == 204
    assert (await put(path=f"/interview/{attempt_id}/camera/{uuid4()}-0"))[0] == 409


async def test_who_speaks_is_asked_for_a_picture_where_the_interview_wants_one(
    database: Database,
    standing: MerchantStanding,
    house: House,
    voice: VoiceParts,  # noqa: F811 – the fixture
    tmp_path: Path,
) -> None:
    async def agreed(browser: Browser) -> bool:
        async with database.tenant(browser.seat.merchant_id) as connection:
            return await has_agreed(connection, Purpose.PICTURE_KEPT, browser.attempt_id)

    store = store_in(tmp_path)
    plain = await a_browser(database, standing, house, voice, store)
    assert "consent_picture_kept" not in (await plain.open()).text
    browser = await a_browser(database, standing, house, voice, store, settings={"session_recording": "video_all"})
    assert 'name="consent_picture_kept" value="yes">' in (await browser.open()).text
    assert (await browser.send(step="way", **SPEAKING)).status_code == 303, "nobody has to"
    assert not await agreed(browser)
    await browser.send(step="way", consent_picture_kept="yes", **SPEAKING)
    assert await agreed(browser)
    await browser.send(step="sound", way="speak")
    assert await agreed(browser), "where it isn't asked nothing changes"
    assert 'name="consent_picture_kept" value="yes" checked>' in (await browser.open()).text
    await browser.send(step="settings", way="speak")
    assert not await agreed(browser)


async def test_details_say_which_recordings_have_a_picture(
    client: httpx.AsyncClient, database: Database, house: House, data_dir: Path
) -> None:
    seat, attempt_id = await said_aloud(database, house, data_dir, answer_recording="video_all")
    await agree(database, seat, attempt_id)
    client.cookies.set(COOKIE, sign_session(KEYS, seat, expires_at=datetime.now(UTC) + SESSION_LIFE))
    content = film(1.0)
    path = f"/interview/{attempt_id}/camera/{uuid4()}-0"
    where = {"number": "2", "at": "3.0"}
    assert (await client.put(path, content=content, params=where, headers=headers_of(content))).status_code == 200
    details = await told(client, house, attempt_id)
    assert [turn["recording_is_video"] for turn in details["transcript"]] == [False, True, None]
    assert details["recording_is_video"] is False
    watched = await client.get(details["transcript"][1]["recording_url"])
    assert (watched.status_code, watched.headers["content-type"]) == (200, "video/webm")
