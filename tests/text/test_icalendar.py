"""The calendar file: escaped, folded, and stable."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.text.icalendar import OCTETS_MAX, Event, calendar_file

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def written(summary: str, *, at: datetime = NOW) -> str:
    event = Event("vote-1@riverside.example", at, summary, "https://riverside.example/coop")
    return calendar_file([event], name="Riverside", now=NOW)


TEXTS = [
    pytest.param("Tea; cake, jam", "SUMMARY:Tea\\; cake\\, jam", id="signs that part values"),
    pytest.param("a\\b", "SUMMARY:a\\\\b", id="a backslash"),
    pytest.param("a\r\nATTACH:x", "SUMMARY:a  ATTACH:x", id="a line break begins no line"),
    pytest.param("a\x00b\u2028c", "SUMMARY:a b c", id="control characters"),
]


@pytest.mark.parametrize(("summary", "line"), TEXTS)
def test_a_text_stays_one_value(summary: str, line: str) -> None:
    assert line in written(summary).split("\r\n")


def test_lines_are_folded_between_characters_and_unfold_to_what_they_were() -> None:
    summary = "Ein Nachmittag im Mai mit Tee für Łucja und يوسف " * 6
    text = written(summary)
    assert max(len(line.encode()) for line in text.split("\r\n")) <= OCTETS_MAX
    assert f"SUMMARY:{summary}\r\n" in text.replace("\r\n ", "")


def test_moments_are_written_in_utc() -> None:
    here = datetime(2026, 11, 27, 15, 40, tzinfo=timezone(timedelta(hours=1)))
    assert "DTSTART:20261127T144000Z" in written("Voting closes", at=here)


def test_an_empty_calendar_is_a_calendar() -> None:
    text = calendar_file([], name="Riverside", now=NOW)
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
