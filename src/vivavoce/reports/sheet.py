"""What is printed: every value already worded, so that each layout, on the screen and on paper, says the same. Pure.

Texts that somebody said or wrote carry their own language; all others are in the sheet's. A layout decides where
things stand, and never what they say.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedWords:
    """Somebody's own words. tag: BCP 47."""

    text: str
    tag: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetQuote:
    """A quote, and where it stands. url: of the recording, from that moment on; '' where there is none.

    translation: a language model's, as it is of a turn; None: there is none.
    """

    words: PrintedWords
    where: str
    url: str = ""
    listen: str = ""  # what the link is called
    note: str = ""
    translation: PrintedWords | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetClaim:
    """A claim with what was found. state: confirmed, rejected or not_discussed; word: the same as it is said."""

    text: PrintedWords
    state: str
    word: str
    quotes: tuple[SheetQuote, ...]
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetBracket:
    """The claims of one bracket. counts: in words."""

    title: str
    counts: str
    claims: tuple[SheetClaim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRubric:
    """What was expected of the interview, or of one question."""

    title: PrintedWords
    brackets: tuple[SheetBracket, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetBar:
    """One bar of the chart: how many claims of a bracket are confirmed, rejected and open."""

    title: str
    counts: str
    confirmed: int
    rejected: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetNumber:
    """The score of the whole. at, low, high: shares of the scale, 0 to 1; low and high are None where unmeasured.

    text: the number alone; '' where there is none, and `why` says why. how: where it comes from.
    """

    text: str
    said: str
    why: str
    at: float
    low: float | None
    high: float | None
    interval: str
    how: str
    parts: tuple[tuple[str, str], ...]
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPiece:
    """A run of words. is_quoted: whether it carries a finding."""

    text: str
    is_quoted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTurn:
    """A question as it was asked, and its answer in pieces. notes: in words, as that it was skipped."""

    asked: PrintedWords
    is_follow_up: bool
    pieces: tuple[SheetPiece, ...]
    tag: str
    direction: str
    notes: tuple[str, ...] = ()
    reply: PrintedWords | None = None
    translation: PrintedWords | None = None
    url: str = ""
    listen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetQuestion:
    """A question with its follow-ups. score: in words; '' where there is none."""

    title: str
    asked: PrintedWords
    label: str
    score: str
    turns: tuple[SheetTurn, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetResult:
    """One result. What a caller did not ask for is empty. no_translation: why there is none, where one was wanted."""

    name: str
    direction: str  # of the name
    interview: PrintedWords
    facts: tuple[tuple[str, str], ...]
    contact: tuple[tuple[str, str], ...]
    program: tuple[str, ...]
    person: tuple[str, ...]
    has_assessment: bool
    evidence: str
    review: tuple[str, ...]
    needs_review: bool
    speaks_for: tuple[SheetClaim, ...]
    speaks_against: tuple[SheetClaim, ...]
    key: SheetQuote | None
    chart: tuple[SheetBar, ...]
    chart_alt: str
    chart_note: str
    rubrics: tuple[SheetRubric, ...]
    changed: tuple[str, ...]
    faults: tuple[str, ...]
    number: SheetNumber | None
    practice: tuple[SheetClaim, ...]
    next_step: PrintedWords | None
    also: tuple[PrintedWords, ...]
    questions: tuple[SheetQuestion, ...]
    analytics: tuple[tuple[str, str, str], ...]
    recordings: tuple[tuple[str, str], ...]
    links_until: str
    no_translation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole report. labels: the words of headings, by their keys. rows: a line a result, where there are several.

    quotes: what stands before and after somebody's words.
    """

    tag: str
    direction: str
    layout: str
    title: str
    made: str
    quotes: tuple[str, str]
    labels: dict[str, str]
    results: tuple[SheetResult, ...]
    rows: tuple[tuple[str, str, str, str], ...] = field(default=())
