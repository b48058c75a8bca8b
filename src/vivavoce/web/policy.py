"""The content security policy of a page: what it may load, run and send, and who may frame it. Pure."""

import re
from dataclasses import dataclass

# A scheme, a host and perhaps a port: nothing that ends a source or a directive.
ORIGIN = re.compile(r"https?://[^\s;,'\"/?#]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a page adds to the policy that every page has.

    Every page loads from our own address alone, and nothing inline runs or styles. style_digest: of the one style
    that stands in the page itself, as `sha256-…`; empty: none does. image_origins: from where else it may load
    images, as `https://images.example`. frame_ancestors: the origins whose pages may show it in a
    frame; empty: nobody's. is_framed_anywhere: anybody's may, since there is nothing on it to press.
    plays_recordings: whether it plays what was recorded on it, before it is sent. plays_sound: whether it plays
    what our own address gives. has_trusted_types: whether scripts may write no HTML at all; htmx does.
    Raises ValueError for what is not an origin, since it would end in a header.
    """

    style_digest: str = ""
    image_origins: tuple[str, ...] = ()
    frame_ancestors: tuple[str, ...] = ()
    is_framed_anywhere: bool = False
    plays_recordings: bool = False
    plays_sound: bool = False
    has_trusted_types: bool = True

    def __post_init__(self) -> None:
        for origin in (*self.image_origins, *self.frame_ancestors):
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is not an origin, such as https://images.example")

    @property
    def _framers(self) -> tuple[str, ...]:
        return ("*",) if self.is_framed_anywhere else self.frame_ancestors or ("'none'",)

    def __str__(self) -> str:
        """The value of the header `Content-Security-Policy`."""
        return "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                f"style-src 'self' '{self.style_digest}'" if self.style_digest else "style-src 'self'",
                " ".join(("img-src 'self'", *self.image_origins, "data:")),
                *(("media-src 'self' blob:",) if self.plays_recordings else ()),
                *(("media-src 'self'",) if self.plays_sound else ()),
                "connect-src 'self'",
                "form-action 'self'",
                "base-uri 'none'",
                " ".join(("frame-ancestors", *self._framers)),
                *(("require-trusted-types-for 'script'",) if self.has_trusted_types else ()),
            )
        )


STRICT = Policy()
CONSOLE = Policy(plays_sound=True, has_trusted_types=False)
