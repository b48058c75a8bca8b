"""Which format a document is in: by its name, and by what it begins with. Pure."""

from pathlib import PurePosixPath

from vivavoce.errors import Invalid

BY_SUFFIX = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".html": "html",
    ".htm": "html",
    ".md": "md",
    ".markdown": "md",
    ".txt": "txt",
    ".text": "txt",
}
BY_MEDIA_TYPE = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "md",
    "text/plain": "txt",
}
TAKEN = "PDF (.pdf), Word (.docx), HTML (.html), Markdown (.md) and plain text (.txt) are taken"
_HEAD = 1024  # bytes in which a PDF says that it is one


def find_format(name: str, content: bytes) -> str:
    """pdf, docx, html, md or txt. Raises Invalid where it is none, or not the one that its name says.

    name: the file's, with its ending; '' where nobody gave one: what it begins with tells then.
    """
    begins = _begins(content)
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if not suffix:
        if begins is None and not is_text(content):
            raise Invalid(f"This is no document that can be read: {TAKEN}.", name="file")
        return begins or "txt"
    named = BY_SUFFIX.get(suffix)
    if named is None:
        raise Invalid(f"A document can't end in {suffix[:20]!r}: {TAKEN}.", name="name")
    is_as_named = begins == named if named in ("pdf", "docx") else begins in (None, "html") and is_text(content)
    if not is_as_named:
        raise Invalid(
            f"The file is not what its ending {suffix} says. Save it as that anew, or name it rightly.", name="file"
        )
    return named


def find_fetched_format(media_type: str, url_path: str, content: bytes) -> str | None:
    """The format of what an address answered; None where it is none that can be read."""
    said = BY_MEDIA_TYPE.get(media_type.partition(";")[0].strip().lower())
    begins = _begins(content)
    if begins in ("pdf", "docx"):
        return begins
    if said in ("pdf", "docx") or not is_text(content):
        return None
    named = BY_SUFFIX.get(PurePosixPath(url_path).suffix.lower())
    return "md" if said == "txt" and named == "md" else said or begins


def read_text(content: bytes) -> str:
    """The text of bytes: UTF-8, UTF-16 with its mark, else what Windows writes in the west."""
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def is_text(content: bytes) -> bool:
    """Whether bytes are text: there is no NUL in it, but in UTF-16."""
    return content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" not in content


def _begins(content: bytes) -> str | None:
    if b"%PDF-" in content[:_HEAD]:
        return "pdf"
    if content[:4] == b"PK\x03\x04":
        return "docx"
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" if head.startswith((b"<!doctype html", b"<html")) else None
