"""A sheet as a page that stands alone: style inside, nothing loaded from anywhere, no script."""

from dataclasses import asdict
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from vivavoce.reports.sheet import Sheet

FOLDER = Path(__file__).parent / "templates"


def to_html(sheet: Sheet) -> str:
    """The whole page."""
    table = Markup(to_table(sheet)) if sheet.rows else ""
    style = (FOLDER / "report.css").read_text(encoding="utf-8")
    return _environment().get_template("report.html").render(sheet=asdict(sheet), table=table, style=style)


def to_table(sheet: Sheet) -> str:
    """The table of several results alone."""
    return _environment().get_template("table.html").render(sheet=asdict(sheet))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
