"""The catalogues of the product's own words: src/vivavoce/words/vivavoce.pot and a .po a language.

What candidates read stands in words/; what a merchant's own people read, in words/console/, in fewer languages: add
--console to a command for those.

    scripts/words.py update             look for sentences in the templates, and bring every catalogue up to date
    scripts/words.py check              say where the catalogues do not fit what stands in the templates
    scripts/words.py missing CODE       what is not said in a language yet, as a text to fill in
    scripts/words.py fill CODE FILE     put such a text, filled in, into the catalogue, and check it
    scripts/words.py begin CODE         an empty catalogue for a language that has none

docs/howto/translate.md tells how a translator works with them.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from gettext import c2py
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po
from babel.plural import PluralRule, to_gettext

from vivavoce.text.languages import BY_CODE
from vivavoce.words.catalog import CONSOLE, COUNTED, FOLDER, SOURCE, catalog_of, categories_of, locales

SRC = FOLDER.parent
TEMPLATES = "jinja2.ext:babel_extract"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """Catalogues that go together. where: what is looked through, and how; mine: what of it is theirs."""

    folder: Path
    readers: str
    where: Mapping[str, str]
    mine: Callable[[str], bool]

    @property
    def template(self) -> Path:
        """What is said, without its translations."""
        return self.folder / "vivavoce.pot"

    @property
    def codes(self) -> list[str]:
        """The languages that it is said in, but for the one that it is written in."""
        return sorted(file.stem for file in self.folder.glob("*.po"))


def _is_consoles(place: str) -> bool:
    return place.startswith(("web/templates/console/", "web/console/", "merchants/people/"))


CANDIDATES = Domain(
    folder=FOLDER,
    readers="candidates",
    where={
        "web/templates/**/*.html": TEMPLATES,
        "candidates/mails/*.html": TEMPLATES,
        "candidates/mails/*.txt": TEMPLATES,
        "**/*.py": "python",
    },
    mine=lambda place: not _is_consoles(place),
)
STAFF = Domain(
    folder=CONSOLE,
    readers="a merchant's own people",
    where={
        "web/templates/console/**/*.html": TEMPLATES,
        "merchants/people/mails/*.html": TEMPLATES,
        "merchants/people/mails/*.txt": TEMPLATES,
        "**/*.py": "python",
    },
    mine=_is_consoles,
)
DOMAINS = (CANDIDATES, STAFF)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "forms": (1, 2),
    "mark": None,
}
OPTIONS = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true", "encoding": "utf-8"}
COUNT = {"%(count)s", "{count}"}
NOTE = "Translators:"  # begins a comment that goes into the catalogues

HEADER = """\
# Vivavoce: what the product itself says to {readers}, in {name}.
# Not yet reviewed by a native speaker. Who has reviewed it, writes who and when here instead.
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
HEADER_OF_TEMPLATE = """\
# Vivavoce: what the product itself says to {readers}. Written by `make words`.
msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


# --- Reading -------------------------------------------------------------------------------------------------------


def gather(domain: Domain = CANDIDATES) -> Catalog:
    """Every sentence that stands in the templates and in the code, in the order of the files."""
    found = Catalog()
    plurals: dict[tuple[str, str | None], str | None] = {}
    for pattern, method in domain.where.items():
        for file in sorted(SRC.glob(pattern)):
            if pattern.endswith(".py") and "mark(" not in file.read_text(encoding="utf-8"):
                continue
            place = file.relative_to(SRC).as_posix()
            if not domain.mine(place):
                continue
            with file.open("rb") as lines:
                for _, message, comments, context in extract(method, lines, KEYWORDS, [NOTE], OPTIONS):
                    singular, plural = (message, None) if isinstance(message, str) else message
                    if plurals.setdefault((singular, context), plural) != plural:
                        raise SystemExit(f"{place}: {singular!r} has another plural elsewhere, or none: word it anew")
                    found.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return found


def read(code: str, domain: Domain = CANDIDATES) -> Catalog:
    """The catalogue of a language."""
    with catalog_of(code, domain.folder).open("rb") as file:
        return read_po(file, locale=locales()[code])


# --- Writing -------------------------------------------------------------------------------------------------------


def update() -> None:
    """Brings the templates and every catalogue up to date."""
    for domain in DOMAINS:
        gathered = gather(domain)
        header = HEADER_OF_TEMPLATE.replace("{readers}", domain.readers)
        domain.template.write_text(write(gathered, header=header), encoding="utf-8")
        for code in domain.codes:
            save(code, gathered, read(code, domain), domain)


def save(code: str, gathered: Catalog, said: Catalog, domain: Domain = CANDIDATES) -> None:
    """Writes the catalogue of a language: the sentences gathered, as they are said there. Its first lines stay.

    What is said no more stays as a comment, so that a sentence that comes back finds its words.
    """
    file, locale = catalog_of(code, domain.folder), Locale.parse(BY_CODE[code].tag, sep="-")
    catalog = Catalog(locale=locale)
    catalog.mime_headers = [("Plural-Forms", plural_forms(locale))]  # Babel's own differ in some languages
    known = {_key(one): one for one in [*said.obsolete.values(), *messages(said)]}
    for one in messages(gathered):
        found = known.pop(_key(one), None)
        catalog.add(
            one.id,
            empty(one, locale) if found is None else found.string,
            locations=one.locations,
            auto_comments=one.auto_comments,
            context=one.context,
        )
    for one in known.values():
        if any(strings_of(one)):
            one.locations, one.auto_comments = [], []
            catalog.obsolete[_key(one)] = one
    header = HEADER.format(
        name=BY_CODE[code].name_english, locale=locale, plurals=plural_forms(locale), readers=domain.readers
    )
    if file.exists():
        kept = re.match(r"(#.*\n)+", file.read_text(encoding="utf-8"))
        header = (kept[0] if kept else "") + header[header.index('msgid ""') :]
    file.write_text(write(catalog, header=header), encoding="utf-8")


def _key(message: Message) -> Any:
    return (message.id, message.context)


def write(catalog: Catalog, *, header: str) -> str:
    """As a file, without dates and line numbers: it changes only where the words do."""
    body = BytesIO()
    write_po(body, catalog, omit_header=True, include_lineno=False, width=0)
    return header + body.getvalue().decode()


def empty(message: Message, locale: Locale) -> str | tuple[str, ...]:
    """Nothing said yet, in as many forms as it takes."""
    return "" if isinstance(message.id, str) else ("",) * len(categories_of(locale))


def plural_forms(locale: Locale) -> str:
    """The header of a catalogue whose forms are those of `categories_of`, in that order."""
    needed = categories_of(locale)
    usual = get_plural(locale)
    if usual.num_plurals == len(needed):
        form = c2py(usual.plural_expr)
        if all(needed[form(number)] == locale.plural_form(number) for number in range(COUNTED)):
            return f"nplurals={usual.num_plurals}; plural={usual.plural_expr};"
    # The last category takes what the rules of the others leave.
    rules = locale.plural_form.rules
    return str(to_gettext(PluralRule({tag: rules[tag] for tag in needed[:-1] if tag in rules})))


def messages(catalog: Catalog) -> Iterator[Message]:
    """Without the header."""
    return (one for one in catalog if one.id)


def strings_of(message: Message) -> list[str]:
    """What is said: one string, or one a plural category."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


# --- Translators' texts --------------------------------------------------------------------------------------------


def missing(code: str, domain: Domain = CANDIDATES) -> str:
    """What is not said yet, as a text: sentence after sentence, each with a place for its translation."""
    locale = locales()[code]
    parts = []
    for one in messages(read(code, domain)):
        strings = strings_of(one)
        if all(strings):
            continue
        lines = [f"# {comment}" for comment in one.auto_comments]
        lines += [f"# in {', '.join(dict.fromkeys(place for place, _ in one.locations))}"]
        lines += [f"@ {one.context}"] if one.context else []
        if isinstance(one.id, str):
            lines += [f"< {one.id}", "> "]
        else:
            lines += [f"< {one.id[0]}", f"<< {one.id[1]}"]
            lines += [f"{category}> " for category in categories_of(locale)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n" if parts else ""


def fill(code: str, text: str, domain: Domain = CANDIDATES) -> list[str]:
    """Puts what was filled in into the catalogue. Gives what is wrong with it."""
    gathered, said = gather(domain), read(code, domain)
    categories = categories_of(locales()[code])
    faults = []
    for number, lines in _blocks(text):
        context = lines.get("@")
        message = said.get(lines.get("<", ""), context)
        if message is None:
            faults.append(f"line {number}: there is no such sentence: {lines.get('<', '')}")
        elif isinstance(message.id, str):
            message.string = lines.get(">", "")
        else:
            message.string = tuple(lines.get(f"{category}>", "") for category in categories)
    save(code, gathered, said, domain)
    return faults + list(faults_in(code, domain=domain))


def _blocks(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of its first line and its lines by their symbols, of each sentence."""
    block: dict[str, str] = {}
    begins = 0
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if not line.strip():
            if block:
                yield begins, block
            block = {}
        elif not line.startswith("#"):
            begins = begins if block else number
            sign, _, rest = line.partition(" ")
            block[sign] = rest.strip()


# --- Checking ------------------------------------------------------------------------------------------------------


def check() -> list[str]:
    """What is wrong with the catalogues."""
    for domain in DOMAINS:
        header = HEADER_OF_TEMPLATE.replace("{readers}", domain.readers)
        is_there = domain.template.exists()
        if not is_there or domain.template.read_text(encoding="utf-8") != write(gather(domain), header=header):
            return ["The catalogues do not fit the templates. Run: make words"]
    return [fault for domain in DOMAINS for code in domain.codes for fault in faults_in(code, domain=domain)]


def faults_in(code: str, *, may_be_empty: bool = True, domain: Domain = CANDIDATES) -> Iterator[str]:
    """What is wrong with one catalogue. may_be_empty: what is not said at all is no fault yet."""
    numbers = numbers_of(locales()[code])
    for one in messages(read(code, domain)):
        strings = strings_of(one)
        if not any(strings) and may_be_empty:
            continue
        for index, string in enumerate(strings):
            is_of_one = not isinstance(one.id, str) and (len(numbers[index]) == 1 or numbers[index] <= {0, 1})
            fault = fault_in(string, one.id, may_leave_count_out=is_of_one)
            if fault:
                yield f"{code}: {fault}\n    {one.id!r}\n    {string!r}"


def numbers_of(locale: Locale) -> list[set[int]]:
    """Which numbers take each form, in the order of the forms."""
    return [
        {number for number in range(COUNTED) if locale.plural_form(number) == category}
        for category in categories_of(locale)
    ]


def fault_in(string: str, message: str | Sequence[str], *, may_leave_count_out: bool = False) -> str | None:
    """What is wrong with one form. may_leave_count_out: it stands for one number alone, so it can be a word."""
    singular, plural = (message, message) if isinstance(message, str) else message
    expected, places = places_of(plural), places_of(string)
    tags = re.sub(r"<[^<>]*>", "", string)
    if not string:
        return "nothing is said"
    if string != string.strip() or "  " in string:
        return "there are spaces too many"
    if places - expected or expected - places - (COUNT if may_leave_count_out else set()):
        return f"the places have to be {' '.join(sorted(expected)) or 'none'}"
    if tags_of(string) not in (tags_of(singular), tags_of(plural)):
        return "the tags differ"
    if '"' in tags:
        return 'a straight " ends an attribute: take the language’s own quotation marks'
    if re.search(r"&(?!#?\w+;)|[<>]", tags):
        return "there is a bare &, < or >"
    if "%" in re.sub(r"%\(\w+\)s|%%", "", string):
        return "a % is written %%"
    return None


def places_of(text: str) -> set[str]:
    """What is filled in: %(name)s and {name}."""
    return set(re.findall(r"%\(\w+\)s|\{\w+\}|%%", text))


def tags_of(text: str) -> list[str]:
    """The tags and entities, in no order: a language may put its words in another."""
    return sorted(re.findall(r"<[^<>]*>|&#?\w+;", text))


# --- The command ---------------------------------------------------------------------------------------------------


def main() -> int:
    """The commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("update")
    commands.add_parser("check")
    for name in ("missing", "begin", "fill"):
        command = commands.add_parser(name)
        command.add_argument("code", choices=sorted(set(BY_CODE) - {SOURCE}))
        command.add_argument("--console", action="store_true", help="what a merchant's own people read")
        if name == "fill":
            command.add_argument("file", type=Path)
    told = parser.parse_args()
    domain = STAFF if getattr(told, "console", False) else CANDIDATES
    faults: list[str] = []
    match told.command:
        case "update":
            update()
        case "check":
            faults = check()
        case "missing":
            print(missing(told.code, domain), end="")
        case "begin":
            save(told.code, gather(domain), Catalog(), domain)
        case "fill":
            faults = fill(told.code, told.file.read_text(encoding="utf-8"), domain)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
