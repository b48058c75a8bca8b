"""Styles that stand in the page itself: on a slow line, the first page in a frame has come by a redirect already.

Browsers fetch them besides, after all else, so that the page that follows has them.
"""

import base64
import hashlib
import re
from collections.abc import Mapping

from vivavoce.web.statics import Statics

_LINK = re.compile(r'<link rel="stylesheet" href="([^"]+)">\n')


def put_styles_inside(html: str, statics: Statics, *, others: Mapping[str, str]) -> tuple[str, str]:
    """The page with its styles in it, and what its policy has to name, so that they apply.

    others: styles that are no files of ours, by their addresses.
    """
    styles: list[str] = []
    fetched: list[str] = []

    def take(link: re.Match[str]) -> str:
        address = link[1]
        styles.append(others[address] if address in others else statics.read(address))
        fetched.append(f'<link rel="stylesheet" href="{address}" media="not all">\n')
        return link[0] if len(styles) == 1 else ""

    html = _LINK.sub(take, html)
    inside = "".join(styles)
    html = _LINK.sub(lambda _: f"<style>{inside}</style>\n", html, count=1)
    head, end, rest = html.rpartition("</body>")
    digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
    return head + "".join(fetched) + end + rest, f"sha256-{digest}"
