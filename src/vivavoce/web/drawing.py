"""Drawing pages: templates, addresses of static files, and the headers that every page carries."""

import hashlib
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
STATIC = HERE / "static"
BRAND = "Vivavoce"

# Nothing is loaded from elsewhere, but a cover image by the one page that has it; nothing inline runs or styles.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Pages:
    """The templates, ready to be drawn."""

    def __init__(self) -> None:
        self._versions = {
            file.relative_to(STATIC).as_posix(): _fingerprint(file) for file in STATIC.rglob("*") if file.is_file()
        }
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"static": self.static, "brand": BRAND, "lang": "en", "dir": "ltr"}

    def static(self, path: str) -> str:
        """The address of a static file; it changes with the file, so browsers may keep it."""
        return f"/static/{path}?v={self._versions[path]}"

    def draw(
        self, template: str, *, status: int = 200, image_origin: str | None = None, **context: Any
    ) -> HTMLResponse:
        """The page, with the headers of every page. image_origin: from where else it may load images."""
        html = self._environment.get_template(template).render(context)
        headers = HEADERS if image_origin is None else HEADERS | {"Content-Security-Policy": policy_with(image_origin)}
        return HTMLResponse(html, status_code=status, headers=headers)


def policy_with(image_origin: str) -> str:
    """The policy of a page that loads images from one other origin too."""
    return CONTENT_POLICY.replace("img-src 'self'", f"img-src 'self' {image_origin}")


def _fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
