"""Our document, made once for all the tests that hold something against it."""

from typing import Any

from vivavoce.api.document.build import build_document

ADDRESS = "http://interviews.example/functions/v1"
OURS: dict[str, Any] = build_document(ADDRESS)
