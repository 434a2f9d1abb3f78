"""A calendar as a file that other programs subscribe to. Pure.

Source: RFC 5545.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from app.core.records import Record

CONTENT_TYPE: Final = "text/calendar; charset=utf-8"
OCTETS_MAX: Final = 75  # Of a line, without its end. Source: RFC 5545 3.1.


class Event(Record):
    """A moment in the calendar; `uid` names it for ever, so that a change is no second event."""

    uid: str
    at: datetime
    summary: str
    url: str


def calendar_file(events: Iterable[Event], *, name: str, now: datetime) -> str:
    """Return the file."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Commonhold//Calendar//EN",
        f"X-WR-CALNAME:{_text(name)}",
        *(line for event in events for line in _event(event, now)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(event: Event, now: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(event.at)}",
        f"SUMMARY:{_text(event.summary)}",
        f"URL:{event.url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Escape a text; line breaks and control characters become spaces."""
    plain = "".join(sign if sign.isprintable() else " " for sign in value)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> Iterator[str]:
    """Break a long line between characters; what follows begins with a space."""
    piece, room = "", OCTETS_MAX
    for sign in line:
        width = len(sign.encode())
        if width > room:
            yield piece
            piece, room = " ", OCTETS_MAX - 1
        piece += sign
        room -= width
    yield piece
