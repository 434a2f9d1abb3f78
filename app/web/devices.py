"""What a browser calls itself, as coarsely as its owner needs to recognise it. Pure."""

from collections.abc import Sequence
from typing import Final

BROWSERS: Final[Sequence[tuple[str, str]]] = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("Lynx", "Lynx"),
)
SYSTEMS: Final[Sequence[tuple[str, str]]] = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
    ("FreeBSD", "FreeBSD"),
)


def label_of(user_agent: str) -> str:
    """Return such as "Firefox on Linux"; empty if it says neither."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    return f"{browser} on {system}" if browser and system else browser or system


def _first(known: Sequence[tuple[str, str]], text: str) -> str:
    return next((name for mark, name in known if mark in text), "")
