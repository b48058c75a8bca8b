"""What each language puts around somebody's words, and after what names them."""

ENGLISH = ("“", "”")
# By the codes of the wire; those that do as English does are left out.
_MARKS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("bg", "cs", "de", "sk"), ("„", "“")),
    **dict.fromkeys(("hr", "hu", "pl", "ro"), ("„", "”")),
    **dict.fromkeys(("fi", "sv"), ("”", "”")),
    **dict.fromkeys(("ar", "el", "es", "it", "no", "pt", "ru", "uk"), ("«", "»")),
    "fr": ("«\u00a0", "\u00a0»"),
    "ja": ("「", "」"),
    "nl": ("‘", "’"),
}


def find_quotes(code: str) -> tuple[str, str]:
    """What stands before and after a quote in this language: “ and ”, « and »."""
    return _MARKS.get(code, ENGLISH)


def find_colon(code: str) -> str:
    """The colon after a name in this language: French parts it by a space at which no line breaks."""
    return "\u00a0:" if code == "fr" else ":"
