"""Emoji of a co-op's own: written as `:name:` in plain text, shown as small pictures. Pure."""

import re
from collections.abc import Mapping
from html import escape
from typing import Final

from app.text.safe import SafeHtml

SHORTCODE: Final = re.compile(r"[a-z0-9_]{2,30}")
_WRITTEN: Final = re.compile(r"(?<![A-Za-z0-9_:]):([a-z0-9_]{2,30}):(?![A-Za-z0-9_:])")
# A tag ends where its attributes do: what stands in their quotes is never text.
_TAG: Final = re.compile(r"""(<(?:[^<>"']|"[^"]*+"|'[^']*+')*+>)""")
_VERBATIM: Final = re.compile(r"<(/?)(?:code|pre)(?=[\s>])")
SIDE: Final = 20  # In pixels, as far as the style sheet says nothing else.


def shortcodes_in(*texts: str) -> tuple[str, ...]:
    """Return the names that are written between colons, each once, in their order."""
    found = (name for text in texts if ":" in text for name in _WRITTEN.findall(text))
    return tuple(dict.fromkeys(found))


def with_pictures(html: SafeHtml, pictures: Mapping[str, str]) -> SafeHtml:
    """Return safe HTML in which known names became pictures: in text alone, and not in code.

    `pictures` are addresses below the root of this site by name.
    """
    if ":" not in html or not pictures:
        return html
    parts, verbatim = [], 0
    for part in _TAG.split(html):
        if part.startswith("<"):
            if (code := _VERBATIM.match(part)) is not None:
                verbatim += -1 if code[1] else 1
        elif verbatim <= 0 and ":" in part:
            part = _WRITTEN.sub(lambda name: _picture(name, pictures), part)
        parts.append(part)
    return SafeHtml("".join(parts))


def _picture(name: re.Match[str], pictures: Mapping[str, str]) -> str:
    path = pictures.get(name[1])
    if path is None:
        return name[0]
    return (
        f'<img class="emoji" src="{escape(path)}" alt="{name[0]}" title="{name[0]}" '
        f'width="{SIDE}" height="{SIDE}" loading="lazy" decoding="async">'
    )
