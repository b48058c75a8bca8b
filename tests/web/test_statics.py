"""Static files: kept by browsers for as long as they stay what they are, and no longer; small as they travel."""

import gzip
import hashlib
import re
from pathlib import Path

import httpx
import pytest

from tests.builders import House, a_draft, an_interview
from vivavoce.db.database import Database
from vivavoce.interviews.draft import Visibility
from vivavoce.web.statics import STATIC, Statics

MAIN = "candidate/main.js"


def a_tree(folder: Path, **files: str) -> Statics:
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return Statics(folder)


def test_one_changed_file_changes_every_address(tmp_path: Path) -> None:
    """A module names another without a version: the two must come from the same release."""
    before = a_tree(tmp_path, one='import { two } from "./two.js";', two="export const two = 2;")
    after = a_tree(tmp_path, two="export const two = 3;")
    assert before.address("one.js") != after.address("one.js")
    assert before.address("one.js") == f"/static/{before.version}/one.js"


def test_the_same_files_have_the_same_addresses() -> None:
    assert Statics().version == Statics().version


def test_a_module_tells_of_all_that_it_leads_to_once(tmp_path: Path) -> None:
    made = a_tree(
        tmp_path,
        one='import { two } from "./two.js";\nimport {\n  three,\n} from "./three.js";\n'
        '/** @import { X } from "./x.js" */',
        two='export { three } from "./three.js";',
        three='import "./one.js";',
        x="",
    )
    assert made.imports("one.js") == ("two.js", "three.js")


@pytest.mark.parametrize("name", [MAIN, "start/start.js", "results/results.js"])
def test_our_scripts_lead_to_files_that_are_there(name: str) -> None:
    made = Statics()
    assert all((STATIC / one).is_file() for one in made.imports(name))
    assert made.module(name).count("modulepreload") == len(made.imports(name))


def test_the_conversation_fetches_no_module_that_was_not_told_of() -> None:
    """Whatever any script imports by its name is among those that are fetched at once."""
    told = {MAIN, *Statics().imports(MAIN)}
    for name in told:
        text = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.S)
        for other in re.findall(r'from "(\./[^"]+|\.\./[^"]+)"', text):
            found = (STATIC / name).parent.joinpath(other).resolve().relative_to(STATIC.resolve()).as_posix()
            assert found in told, (name, other)


async def test_this_versions_files_are_kept_for_a_year_and_others_asked_for_again(client: httpx.AsyncClient) -> None:
    ours = await client.get(Statics().address(MAIN))
    assert ours.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert ours.headers["x-content-type-options"] == "nosniff"
    assert ours.headers["content-security-policy"] == "default-src 'self'", "a worker asks nobody else"
    others = await client.get(f"/static/0123456789ab/{MAIN}")
    assert (others.status_code, others.headers["cache-control"]) == (200, "no-cache")
    assert (await client.get("/static/0123456789ab/candidate/none.js")).status_code == 404
    assert (await client.get("/static/0123456789ab/%2e%2e/parts.py")).status_code == 404


async def test_pages_styles_and_scripts_travel_compressed_and_pictures_do_not(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    statics = Statics()
    interview_id = await an_interview(database, house, a_draft(house, visibility=Visibility.UNLISTED))
    for address in (f"/interview/take/{interview_id}/", statics.address(MAIN), statics.address("look/look.css")):
        answer = await client.get(address, headers={"Accept-Encoding": "gzip, br"})
        assert answer.headers["content-encoding"] == "gzip", address
        assert "Accept-Encoding" in answer.headers["vary"]
        plain = await client.get(address, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert len(gzip.compress(plain.content, 6)) < len(plain.content) / 2
    assert (await client.get(statics.address("look/sign.svg"))).headers.get("content-encoding") is None


async def test_a_page_names_every_file_by_this_version(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    interview_id = await an_interview(database, house, a_draft(house, visibility=Visibility.UNLISTED))
    page = (await client.get(f"/interview/take/{interview_id}/")).text
    named = re.findall(r'"(/static/[^"]+)"', page)
    assert len(named) >= 5
    assert all(one.startswith(f"/static/{Statics().version}/") for one in named)


def test_what_comes_from_others_is_what_they_published() -> None:
    vendor = STATIC / "console" / "vendor"
    digests = re.findall(r"`([0-9a-f]{64})`", (vendor / "README.md").read_text())
    assert digests == [hashlib.sha256((vendor / "htmx.min.js").read_bytes()).hexdigest()]
    assert (vendor / "LICENSE").read_text().startswith("Zero-Clause BSD")
    faces = STATIC / "candidate" / "faces" / "vendor"
    told = dict(re.findall(r"- (\S+) `([0-9a-f]{64})`", (faces / "README.md").read_text()))
    assert set(told) == {file.name for file in faces.iterdir()} - {"README.md", "LICENSE"}
    assert told == {name: hashlib.sha256((faces / name).read_bytes()).hexdigest() for name in told}
    counter = (faces.parent / "counter.js").read_text()
    assert dict(re.findall(r'"(\S+)": "([0-9a-f]{64})"', counter)) == told, "what the browser checks"
    assert (faces / "LICENSE").read_text().startswith("MIT License")
