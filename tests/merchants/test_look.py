"""How a merchant's pages look: set, read back, taken away, inherited, and seen by nobody else's pages."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.builders import House, a_draft, a_house, a_seat, an_attempt, an_interview
from tests.folding import folded
from tests.running import Running
from vivavoce.clock import now
from vivavoce.conversation.happenings import Arrived
from vivavoce.conversation.loop import foresee
from vivavoce.db.database import Database
from vivavoce.errors import Invalid
from vivavoce.interviews.draft import Visibility
from vivavoce.merchants.logo import MOST_BYTES, read_logo
from vivavoce.merchants.look import Logo, LookChange, find_look, set_look
from vivavoce.web.drawing import HERE

SECRET = b"taken at the harbour"


def a_picture(
    kind: str = "PNG", *, size: tuple[int, int] = (400, 100), colour: str = "#aa3366", clear: bool = False
) -> bytes:
    picture = Image.new("RGB" if kind == "JPEG" else "RGBA", size, "#00000000" if clear else colour)
    if clear:
        picture.paste(Image.new("RGBA", (size[0] // 2, size[1] // 2), colour), (size[0] // 4, size[1] // 4))
    held = BytesIO()
    picture.save(held, kind, **({"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0" + SECRET} if kind == "JPEG" else {}))
    return held.getvalue()


async def change(database: Database, house: House, **changes: str | Logo | bool) -> None:
    await set_look(database, LookChange(**changes), merchant_id=house.merchant.id, actor="test")  # type: ignore[arg-type]


# --- Logos ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_made_small_and_written_anew(kind: str) -> None:
    logo = read_logo(a_picture(kind, size=(2000, 1000)))
    assert (logo.format, logo.width, logo.height) == (kind.lower(), 256, 128)
    assert Image.open(BytesIO(logo.picture)).size == (256, 128)


def test_what_a_file_says_besides_its_picture_is_not_kept() -> None:
    sent = a_picture("JPEG") + b"<script>alert(1)</script>"
    assert SECRET in sent
    kept = read_logo(sent).picture
    assert SECRET not in kept
    assert b"<script>" not in kept


@folded(
    "sent",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a" + bytes(100),
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff" + b"<script>",
        b"RIFF\0\0\0\0WEBPVP8 " + bytes(40),
        a_picture()[:-200],
        a_picture("JPEG")[:300],
        a_picture() + bytes(MOST_BYTES),
        a_picture(size=(15, 15)),
        a_picture(size=(1300, 100)),
        a_picture(size=(100, 401)),
    ],
    ids=lambda sent: repr(sent[:12]) + str(len(sent)),
)
def test_what_is_no_logo_is_refused(sent: bytes) -> None:
    with pytest.raises(Invalid):
        read_logo(sent)


def test_a_picture_of_a_few_bytes_that_would_fill_the_memory_is_refused() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(head)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    data = b"IDAT" + zlib.compress(bytes(1000))
    bomb += struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    with pytest.raises(Invalid):
        read_logo(bomb)


@pytest.mark.parametrize(
    ("colour", "clear", "by_day", "by_evening"),
    [
        ("#ffffff", True, True, False),  # white letters: lost on the sheet of the day
        ("#101010", True, False, True),
        ("#aa3366", True, False, False),
        ("#ffffff", False, False, False),  # it fills its rectangle: it brings its own plate
    ],
)
def test_a_logo_that_would_be_lost_says_where(colour: str, clear: bool, by_day: bool, by_evening: bool) -> None:
    logo = read_logo(a_picture(colour=colour, clear=clear))
    assert (logo.lost_by_day, logo.lost_by_evening) == (by_day, by_evening)


# --- Kept ----------------------------------------------------------------------------------------------------------


async def test_a_merchant_looks_like_us_at_first(database: Database, house: House) -> None:
    assert await find_look(database, house.merchant.id) is None


async def test_a_look_is_read_back_changed_and_taken_away(database: Database, house: House) -> None:
    await change(database, house, colour="#AA3366", logo=read_logo(a_picture()), name="  Harbour   Road ")
    look = await find_look(database, house.merchant.id)
    assert look is not None
    assert look.logo is not None
    assert (look.name, look.colour, look.logo.width) == ("Harbour Road", "#aa3366", 400)
    await change(database, house, removes_logo=True, name="")
    look = await find_look(database, house.merchant.id)
    assert look is not None
    assert (look.name, look.colour, look.logo) == (house.merchant.name, "#aa3366", None)
    await change(database, house, colour="")
    assert await find_look(database, house.merchant.id) is None


@pytest.mark.parametrize("bad", [{"colour": "blue"}, {"name": "x" * 81}, {"name": "a\0b"}])
async def test_what_cannot_be_shown_changes_nothing(database: Database, house: House, bad: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        await change(database, house, **bad)
    assert await find_look(database, house.merchant.id) is None


async def test_a_sub_merchant_has_its_parents_look_until_it_has_its_own(database: Database, house: House) -> None:
    child = await a_house(database, parent_id=house.merchant.id)
    await change(database, house, colour="#aa3366", name="Parent")
    inherited = await find_look(database, child.merchant.id)
    assert inherited is not None
    assert (inherited.name, inherited.colour) == (child.merchant.name, "#aa3366")
    await change(database, child, colour="#225588")
    own = await find_look(database, child.merchant.id)
    assert own is not None
    assert (own.name, own.colour) == (child.merchant.name, "#225588")


async def test_one_merchants_look_is_not_anothers(database: Database, house: House) -> None:
    other = await a_house(database)
    await change(database, house, colour="#aa3366")
    assert await find_look(database, other.merchant.id) is None


async def test_a_change_is_told_by_its_names(database: Database, house: House) -> None:
    await change(database, house, colour="#aa3366", name="Harbour Road")
    async with database.tenant(house.merchant.id) as connection:
        data = await connection.fetchval("select data from events where kind = 'look.changed'")
    assert data == {"changed": ["colour", "name"]}


# --- On the pages --------------------------------------------------------------------------------------------------


async def a_page(client: httpx.AsyncClient, database: Database, house: House) -> str:
    interview_id = await an_interview(database, house, a_draft(house, visibility=Visibility.UNLISTED))
    answer = await client.get(f"/interview/take/{interview_id}/")
    assert answer.status_code == 200
    return answer.text


async def test_a_page_wears_the_colour_the_name_and_the_logo(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    before = await a_page(client, database, house)
    assert "/interview/accents/" not in before
    assert "Vivavoce" in before
    await change(database, house, colour="#aa3366", logo=read_logo(a_picture()), name="Harbour & Road")
    page = await a_page(client, database, house)
    assert '<link rel="stylesheet" href="/interview/accents/aa3366?v=' in page
    assert 'width="128" height="32" alt="Harbour &amp; Road"' in page
    assert "style=" not in page


async def test_candidates_read_one_name_on_every_page(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    await change(database, house, name="Harbour Road Depot")
    interview_id = await an_interview(database, house, a_draft(house, visibility=Visibility.UNLISTED))
    at = f"/interview/at/{house.merchant.slug}/"
    for address in (f"/interview/take/{interview_id}/", at, f"{at}mine/", f"{at}privacy", f"{at}terms"):
        page = (await client.get(address)).text
        assert "Harbour Road Depot" in page, address
        assert house.merchant.name not in page, address


async def test_a_sentence_of_the_interviewer_names_the_merchant_as_its_pages_do(
    database: Database, house: House
) -> None:
    await change(database, house, name="Harbour Road Depot")
    interview_id = await an_interview(database, house)
    seat = await a_seat(database, house, interview_id)
    scene = await foresee(database, seat, await an_attempt(database, seat), Arrived(), now=now())
    assert scene.course.team == "Harbour Road Depot"


async def test_a_colour_comes_as_a_stylesheet_that_may_be_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/interview/accents/aa3366?v=1")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert "--accent:light-dark(#aa3366,#eb6f9e);--on-accent:light-dark(#ffffff,#0e1f1a)" in answer.text
    assert (await client.get("/interview/accents/red")).status_code == 404


async def test_a_logo_comes_as_a_picture_and_as_nothing_else(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    logo = read_logo(a_picture("WEBP"))
    await change(database, house, logo=logo)
    look = await find_look(database, house.merchant.id)
    assert look is not None
    assert look.logo is not None
    address = f"/interview/logos/{house.merchant.slug}/{look.logo.digest}"
    answer = await client.get(address)
    assert answer.content == logo.picture
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    other = await a_house(database)
    assert (await client.get(address.replace(house.merchant.slug, other.merchant.slug))).status_code == 404
    assert (await client.get(f"/interview/logos/{house.merchant.slug}/0000")).status_code == 404
    await change(database, house, removes_logo=True)
    assert (await client.get(address)).status_code == 404


@pytest.mark.slow
def test_a_look_is_set_by_the_command(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(a_picture())
    program = running.program
    program("merchant", "add", "Looking", "--slug", "looking")
    assert program("merchant", "look", "looking") == "Vivavoce's own look.\n"
    told = program("merchant", "look", "looking", "--colour", "#ffcc00", "--logo", str(file), "--name", "Look & See")
    assert told == (
        "name    Look & See\ncolour  #ffcc00: #7f6500 by day, #ffcc00 by evening\nlogo    400 x 100, of looking\n"
    )
    assert program("merchant", "look", "looking", "--no-logo", "--colour", "", "--name", "") == "Vivavoce's own look.\n"


@folded("page", sorted((HERE / "templates").glob("*.html")), ids=lambda page: page.stem)
def test_every_bar_has_the_merchants_logo(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    bar = text.partition('<header class="bar">')[2].partition("</header>")[0]
    house = (HERE / "templates" / "parts" / "house.html").read_text(encoding="utf-8")
    bar = bar.replace('{% include "parts/house.html" %}', house)
    assert not bar or "parts/brand.html" in bar or "parts/logo.html" in bar
