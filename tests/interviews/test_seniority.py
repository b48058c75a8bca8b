"""Seniority by the words of a title, then of a description."""

from tests.folding import folded
from vivavoce.interviews.seniority import READ_CHARACTERS, detect_seniority


@folded(
    ("title", "found"),
    [
        ("Barista", None),
        ("Project manager", None),
        ("Senior project manager", "senior"),
        ("SR. DEVELOPER", "senior"),
        ("Warehouse lead", "senior"),
        ("Lead generation specialist", None),
        ("Junior accountant", "entry-level"),
        ("Internal auditor", None),
        ("Intern, marketing", "entry-level"),
        ("Mid-level engineer", "intermediate"),
        ("Store Manager", "managerial"),
        ("Shift supervisor", "managerial"),
        ("Teamleiterin Lager (m/w/d)", "managerial"),
        ("Senior manager", "managerial"),
        ("Marketing Director", "director"),
        ("Head of Sales", "director"),
        ("Headhunter", None),
        ("Art director", None),
        ("Managing Director", "executive"),
        ("Chief Technology Officer", "executive"),
        ("VP Engineering", "executive"),
        ("Assistant to the managing director", None),
        ("Executive assistant to the CEO", None),
        ("Account executive", None),
        ("Praktikant", "entry-level"),
        ("看護師", None),
        ("", None),
    ],
)
def test_a_title_tells_the_seniority(title: str, found: str | None) -> None:
    assert detect_seniority(title, "") == found


@folded(
    ("description", "found"),
    [
        ("You bring 5+ years of experience.", "senior"),
        ("10 years' experience", "senior"),
        ("2-4 years of relevant work experience", "intermediate"),
        ("At least 1 year of experience", "entry-level"),
        ("This is an entry-level position.", "entry-level"),
        ("No prior experience required", "entry-level"),
        ("You work with senior engineers and report to the director.", None),
        ("Founded 20 years ago.", None),
        ("x" * READ_CHARACTERS + " 5 years of experience", None),
    ],
)
def test_a_description_tells_it_where_the_title_does_not(description: str, found: str | None) -> None:
    assert detect_seniority("Engineer", description) == found
    assert detect_seniority("Director", description) == "director"
