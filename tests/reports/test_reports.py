"""Reports on paper: tagged, in every script, proof first; typst reads data alone; words are there in each language."""

import io
import re
from dataclasses import asdict
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pikepdf
import pytest

from tests.builders import NOW
from tests.reports.samples import TELLINGS, a_result
from vivavoce.errors import TooLarge
from vivavoce.reports import pdf as pdf_room
from vivavoce.reports.features import Layout, ReportFeatures, read_features
from vivavoce.reports.fonts import ALWAYS, NoFonts, find_fonts, wanted_families
from vivavoce.reports.lay_out import Addresses, find_moment, lay_out, tell_time
from vivavoce.reports.pdf import to_pdf
from vivavoce.reports.read import ReadResult
from vivavoce.reports.sheet import Sheet
from vivavoce.reports.words import find_report_words, report_languages
from vivavoce.scoring.flags import Flag

EVERYTHING = ReportFeatures(
    has_rubric=True, has_answer_recordings=True, has_session_recording=True, is_by_question=True
)
ADDRESSES = Addresses(
    answers={1: "https://interviews.example/a/"},
    whole="https://interviews.example/w/",
    until=NOW + timedelta(minutes=5),
)


def a_sheet(*results: ReadResult, language: str = "en", features: ReportFeatures = EVERYTHING) -> Sheet:
    return lay_out([(one, ADDRESSES) for one in results], features, find_report_words(language), now=NOW)


def test_every_language_says_what_english_says_with_the_same_places() -> None:
    english = find_report_words("en").texts
    for code in report_languages():
        said = find_report_words(code).texts
        assert set(said) == set(english), code
        for key, text in said.items():
            assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", english[key])), (code, key)
            assert text.strip() == text != "", (code, key)
    assert find_report_words("xx").code == "en"


def test_switches_that_cannot_be_used_count_as_not_sent() -> None:
    assert read_features(None) == ReportFeatures()
    sent = {"contact_details": "no", "transcript": False, "template": "big", "mojito_language_code": "xx", "other": 1}
    assert read_features(sent) == ReportFeatures(has_transcript=False)
    assert read_features({"template": "modern"}, layout="one_pager").layout is Layout.ONE_PAGER
    assert not ReportFeatures(has_assessment=False, has_rubric=True).shows_rubric


def test_a_quote_knows_its_second_and_what_to_read_first_is_told_before_the_number() -> None:
    sheet = a_sheet(a_result("en", flags=(Flag.PROMPT_INJECTION,), faults=5))
    (result,) = sheet.results
    second = result.speaks_for[0].quotes[0]
    assert second.url.startswith("https://interviews.example/w/#t=")
    assert "3:00" in second.where
    assert len(result.review) == 4  # first of all, the flag, not comparable, contested
    assert [fault.endswith("5 times.") for fault in result.faults] == [True]
    assert result.questions[-1].notes == ("Not asked in this attempt",)
    assert find_moment((), 3) is None
    assert [tell_time(seconds) for seconds in (0.4, 200, 3800)] == ["0:00", "3:20", "1:03:20"]


def test_what_a_feature_leaves_out_is_nowhere_in_the_sheet() -> None:
    bare = ReportFeatures(
        has_contact=False, has_assessment=False, has_rubric=True, has_analytics=False, has_transcript=False
    )
    told = str(asdict(a_sheet(a_result("en"), features=bare))["results"])
    for hidden in ("candidate@example.com", "Has led a team", "laundry", "of 10", "55 s", "Some evidence"):
        assert hidden not in told, hidden


@pytest.mark.slow
async def test_a_pdf_is_tagged_as_pdf_ua_in_every_script_and_layout() -> None:
    """The rules of PDF/UA-1 that a program can check (Matterhorn protocol), by pikepdf."""
    kinds = [
        (code, layout) for code in TELLINGS for layout in Layout if code in ("en", "ar") or layout is Layout.MODERN
    ]
    for code, layout in kinds:
        features = ReportFeatures(layout=layout, has_rubric=True, has_session_recording=True)
        flags = (Flag.OFF_TOPIC,) if layout is Layout.CLASSIC else ()
        made = await to_pdf(a_sheet(a_result(code, flags=flags, faults=1), language=code, features=features))
        check_accessible(made, code)


def check_accessible(made: bytes, code: str) -> None:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        root = pdf.Root
        assert bool(root.MarkInfo.Marked), code
        assert str(root.Lang).split("-")[0] == find_report_words(code).tag.split("-")[0]
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"]
        tags: list[tuple[str, Any]] = []
        walk(root.StructTreeRoot, tags)
        names = [name for name, _ in tags]
        for name, node in tags:
            if name == "/Figure":
                assert len(str(node.get("/Alt", ""))) > 10, (code, "a figure without an alt text")
        levels = [int(name[2]) for name in names if re.fullmatch("/H[1-6]", name)]
        assert levels[0] == 1, code
        assert all(after - before <= 1 for before, after in pairwise(levels)), (code, levels)
        assert {"/Document", "/P", "/L", "/LI", "/Link", "/Figure"} <= set(names), code
        assert ("/Table" in names) == ("/TH" in names), (code, "a table without headings")
        for page in pdf.pages:
            assert page.get("/Tabs") == "/S" or "/Annots" not in page, code
            resources: Any = page.get("/Resources", {})
            for font in resources.get("/Font", {}).values():
                assert "/ToUnicode" in font, (code, "text that can't be read out")
                for inner in font.get("/DescendantFonts", []):
                    descriptor = inner.FontDescriptor
                    assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys()), (code, "a font that is not embedded")


def walk(node: Any, found: list[tuple[str, Any]]) -> None:
    if isinstance(node, pikepdf.Array):
        for one in node:
            walk(one, found)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            found.append((str(node.S), node))
        if "/K" in node:
            walk(node.K, found)


@pytest.mark.slow
async def test_nothing_that_somebody_said_is_read_as_markup_and_no_character_stops_a_report() -> None:
    names = ('#panic("x") *bold* $x$ \\ // @a <b>', "W" * 300, "\U000f0000\U000f0001 \U0001f600 שלום a\u202eb", "")
    for name in names:
        made = await to_pdf(a_sheet(a_result("en", name=name), features=ReportFeatures(layout=Layout.ONE_PAGER)))
        with pikepdf.open(io.BytesIO(made)) as pdf:
            assert len(pdf.pages) == 1, name
            assert str(pdf.docinfo.Title).startswith("Interview report: "), name


async def test_a_report_that_runs_away_is_stopped_and_one_without_fonts_is_told_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    sheet = a_sheet(a_result("en"))
    monkeypatch.setattr(pdf_room, "MOST_SECONDS", 0.01)
    with pytest.raises(pdf_room.NotSet):
        await to_pdf(sheet)
    monkeypatch.setattr(pdf_room, "MOST_BYTES", 100)
    with pytest.raises(TooLarge):
        await to_pdf(sheet)
    monkeypatch.setattr("vivavoce.reports.fonts.PLACES", (tmp_path,))
    with pytest.raises(NoFonts, match="apt-get install"):
        find_fonts(ALWAYS)
    assert {"NotoSansThai", "NotoSansCJK"} <= wanted_families("ไทย 日本")
    assert wanted_families("plain") == set(ALWAYS)
