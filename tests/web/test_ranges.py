"""A recording is given as a browser asks for it: whole, or by a stretch."""

import httpx

from tests.folding import folded
from tests.web.test_results import WEBM, sit
from vivavoce.db.database import Database
from vivavoce.web.ranges import find_range


@folded(
    ("header", "found"),
    [
        (None, (0, 100, False)),
        ("bytes=0-", (0, 100, True)),
        ("bytes=0-9", (0, 10, True)),
        ("bytes=99-", (99, 100, True)),
        ("bytes=50-999999", (50, 100, True)),
        ("bytes=-10", (90, 100, True)),
        ("bytes=-1000", (0, 100, True)),
        ("bytes=0-" + "9" * 5000, (0, 100, True)),
        # What is no range, or several, is answered by the whole.
        ("bytes=-", (0, 100, False)),
        ("bytes=9-3", (0, 100, False)),
        ("bytes=0-1,5-6", (0, 100, False)),
        ("items=0-9", (0, 100, False)),
        ("bytes=a-b", (0, 100, False)),
        # What begins behind the end.
        ("bytes=100-", None),
        ("bytes=" + "9" * 5000 + "-", None),
        ("bytes=-0", None),
    ],
)
def test_a_range_is_read_as_the_standard_says(header: str | None, found: tuple[int, int, bool] | None) -> None:
    assert find_range(header, 100) == found


def test_nothing_has_no_stretches() -> None:
    assert find_range(None, 0) == (0, 0, False)
    assert find_range("bytes=0-", 0) is None
    assert find_range("bytes=-5", 0) is None


async def test_a_film_is_played_from_anywhere(client: httpx.AsyncClient, database: Database) -> None:
    content = WEBM + bytes(range(256)) * 1000
    sitting = await sit(client, database, intro_video="optional")
    await sitting.post("film", files={"film": ("me.webm", content, "video/webm")})
    address = sitting.place + "results/film"
    whole = await client.get(address)
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-length"] == str(len(content))
    part = await client.get(address, headers={"Range": "bytes=65530-131080"})
    assert (part.status_code, part.content) == (206, content[65530:131081])
    assert part.headers["content-range"] == f"bytes 65530-131080/{len(content)}"
    assert "sandbox" in part.headers["content-security-policy"]
    behind = await client.get(address, headers={"Range": f"bytes={len(content)}-"})
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{len(content)}")
