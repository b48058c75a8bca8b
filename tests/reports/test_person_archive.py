"""All that is kept of a person goes into one archive: whole for the merchant, what is theirs for themselves."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.attempts.test_introduction import files_in as files_below
from tests.builders import KEYS, NOW, House, a_house, store_in
from tests.holding import BESIDE, HOLDING
from tests.recordings.test_compose import heard, spoken
from vivavoce.attempts.erase import erase_person
from vivavoce.attempts.merging import merge_people
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import NotFound
from vivavoce.providers.files.folder import FolderFiles
from vivavoce.providers.files.port import FilesAway
from vivavoce.reports import person_archive
from vivavoce.reports.archive_links import ArchiveAddress, read_archive_address, sign_archive
from vivavoce.reports.person_archive import ArchivePerson, make_archive
from vivavoce.sound.retention import files_in

pytestmark = pytest.mark.slow

CANARY = "kanarie7"
# Said of the merchant's own people, or written for itself.
NOT_THEIRS = {"branches", "previews", "judgements", "overturns", "ratings", "comments", "decisions", "model_calls"}


async def full(database: Database, house: House, folder: Path) -> tuple[Seat, UUID]:
    """An attempt with something in every place, and two answers said aloud."""
    seat, attempt_id = await spoken(database, house, folder)
    async with database.tenant(house.merchant.id) as connection:
        for statement in BESIDE:
            if "insert into introductions" not in statement:
                await connection.execute(statement, attempt_id, new_id(), CANARY)
    return seat, attempt_id


async def take(
    database: Database, folder: Path, seat: Seat, *, is_own: bool, environment: str | None = "production"
) -> zipfile.ZipFile:
    person = ArchivePerson(
        merchant_id=seat.merchant_id, candidate_id=seat.candidate_id, environment=environment, is_own=is_own
    )
    return zipfile.ZipFile(await make_archive(database, store_in(folder), person, now=NOW))


def rows_of(archive: zipfile.ZipFile) -> dict[str, Any]:
    (attempt,) = json.loads(archive.read("person.json"))["attempts"]
    assert isinstance(attempt, dict)
    return attempt


async def test_a_merchant_has_all_that_is_on_record(database: Database, house: House, tmp_path: Path) -> None:
    seat, attempt_id = await full(database, house, tmp_path)
    archive = await take(database, tmp_path, seat, is_own=False)
    assert archive.namelist() == ["person.json", f"attempts/{attempt_id}/spoken.webm"]
    assert abs(heard(archive.read(f"attempts/{attempt_id}/spoken.webm"))[0] - 5.0) <= 0.1
    assert json.loads(archive.read("person.json"))["person"]["name"] == "Sam Rivers"
    filled = set(HOLDING) - {"introductions"}
    assert filled - set(rows_of(archive)) == set(), "a table that holds something of a person is in it"


async def test_one_s_own_holds_what_one_gave_and_nothing_that_others_wrote(
    database: Database, house: House, tmp_path: Path
) -> None:
    seat, attempt_id = await full(database, house, tmp_path)
    archive = await take(database, tmp_path, seat, is_own=True)
    assert f"attempts/{attempt_id}/spoken.webm" in archive.namelist()
    rows = rows_of(archive)
    assert {"answers", "hearings", "corrections", "remarks", "wishes", "consents"} <= set(rows)
    assert NOT_THEIRS & set(rows) == set()


async def test_who_was_merged_stands_beside_them_for_the_merchant_alone(
    database: Database, house: House, tmp_path: Path
) -> None:
    """Each one's sound opens by their own key, as before."""
    (kept, first), (part, second) = [await spoken(database, house, tmp_path) for _ in range(2)]
    async with database.tenant(house.merchant.id) as connection:
        await merge_people(
            connection,
            merchant_id=house.merchant.id,
            kept_id=kept.candidate_id,
            merged_id=part.candidate_id,
            environment="production",
            actor="test",
            now=now(),
        )
    archive = await take(database, tmp_path, part, is_own=False)
    assert set(archive.namelist()) == {"person.json", *(f"attempts/{taken}/spoken.webm" for taken in (first, second))}
    assert abs(heard(archive.read(f"attempts/{first}/spoken.webm"))[0] - 5.0) <= 0.1
    told = json.loads(archive.read("person.json"))
    assert [one["person"]["id"] for one in (told, *told["merged"])] == [str(part.candidate_id), str(kept.candidate_id)]
    own = await take(database, tmp_path, part, is_own=True)
    assert own.namelist() == ["person.json", f"attempts/{second}/spoken.webm"]
    assert "merged" not in json.loads(own.read("person.json"))


async def test_what_cannot_be_read_is_told_and_the_rest_is_there(
    database: Database, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, attempt_id = await full(database, house, tmp_path)

    def away(*_: object) -> None:
        raise FilesAway

    with monkeypatch.context() as without:
        without.setattr(FolderFiles, "list", away)
        archive = await take(database, tmp_path, seat, is_own=False)
    assert archive.namelist() == ["person.json", "missing.txt"]
    assert str(attempt_id) in archive.read("missing.txt").decode()


async def test_nobody_else_s_and_nobody_who_is_erased(database: Database, house: House, tmp_path: Path) -> None:
    seat, _ = await full(database, house, tmp_path)
    other = await a_house(database)
    stranger = Seat(
        merchant_id=other.merchant.id, interview_id=seat.interview_id, candidate_id=seat.candidate_id, is_test=False
    )
    for whose, environment in ((stranger, "production"), (seat, "staging")):
        with pytest.raises(NotFound):
            await take(database, tmp_path, whose, is_own=False, environment=environment)
    await erase_person(
        database,
        files_in(store_in(tmp_path)),
        merchant_id=seat.merchant_id,
        candidate_id=seat.candidate_id,
        environment=None,
        actor="test",
        now=now(),
    )
    with pytest.raises(NotFound):
        await take(database, tmp_path, seat, is_own=False)
    assert files_below(tmp_path) == []


async def test_an_address_opens_it_until_its_token_is_revoked(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    seat, attempt_id = await full(database, house, data_dir)
    told = await client.post(
        "/functions/v1/merchant-candidate-export",
        json={"profile_interview_id": str(seat.candidate_id)},
        headers=house.authorization(),
    )
    assert told.status_code == 200, told.text
    path = told.json()["url"].partition("/interview/")[2]
    given = await client.get(f"/interview/{path}")
    assert (given.status_code, given.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(given.content)) as archive:
        assert set(archive.namelist()) == {"person.json", f"attempts/{attempt_id}/spoken.webm"}
    async with database.tenant(house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from events where kind = 'candidate.exported'") == 1
    assert (await client.get(f"/interview/{path[:-3]}x/")).status_code == 404
    own = await client.get(f"/interview/at/{house.merchant.slug}/mine.zip")
    assert (own.status_code, own.headers["location"]) == (303, f"/interview/at/{house.merchant.slug}/mine/")

    address = ArchiveAddress(
        merchant_id=house.merchant.id,
        candidate_id=seat.candidate_id,
        environment="production",
        viewer_merchant_id=house.merchant.id,
        user_id="u",
        token_id="revoked",
    )
    token = sign_archive(KEYS, address, now=now())
    assert await read_archive_address(database, KEYS, token) == address
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(
            "insert into revoked_tokens (merchant_id, token_id, revoked_at, expires_at)"
            " values ($1, 'revoked', now(), now() + interval '1 day')",
            house.merchant.id,
        )
    with pytest.raises(NotFound, match="revoked"):
        await read_archive_address(database, KEYS, token)


async def test_no_table_of_an_attempt_is_left_out(database: Database) -> None:
    """A new table that names an attempt goes into the archive, too."""
    async with database.sweeping() as connection:
        found = await connection.fetch(
            "select distinct conrelid::regclass::text as name from pg_constraint"
            " where contype = 'f' and confrelid = 'attempts'::regclass"
        )
    statements = person_archive.GIVEN + person_archive.MADE
    assert {row["name"] for row in found if f"from {row['name']} t where" not in statements} == set()
