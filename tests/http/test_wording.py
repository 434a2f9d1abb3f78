"""Days, times, money and numbers in words."""

from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from app.core.words import DayOf, Sum, say
from app.http import wording
from app.http.wording import NO_BREAK, Tongue

NOW = datetime(2026, 11, 12, 14, 20, tzinfo=UTC)


def tongue(language: str = "en", *, now: datetime = NOW) -> Tongue:
    return Tongue(Locale.parse(language), NullTranslations(), ZoneInfo("Europe/Berlin"), now)


AGES = [
    pytest.param(timedelta(seconds=10), "just now", id="seconds"),
    pytest.param(timedelta(minutes=1), "a minute ago", id="one minute"),
    pytest.param(timedelta(minutes=14), "14 minutes ago", id="minutes"),
    pytest.param(timedelta(hours=1, minutes=5), "an hour ago", id="one hour"),
    pytest.param(timedelta(hours=5, minutes=59), "5 hours ago", id="hours"),
    pytest.param(timedelta(hours=7), "today 08:20", id="earlier today, by the reader's clock"),
    pytest.param(timedelta(hours=16), "yesterday 23:20", id="yesterday, by the reader's clock"),
    pytest.param(timedelta(days=2), "Tuesday 15:20", id="this week"),
    pytest.param(timedelta(days=9), "3 November", id="this year"),
    pytest.param(timedelta(days=400), "8 October 2025", id="an earlier year"),
    pytest.param(-timedelta(days=7), "Thursday 19 November, 15:20", id="ahead"),
]


@pytest.mark.parametrize(("gone", "words"), AGES)
def test_ago(gone: timedelta, words: str) -> None:
    assert wording.ago(tongue(), NOW - gone).replace(NO_BREAK, " ") == words


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        pytest.param(timedelta(0), "", id="over"),
        pytest.param(timedelta(seconds=20), "a minute left", id="seconds"),
        pytest.param(timedelta(minutes=59), "59 minutes left", id="minutes"),
        pytest.param(timedelta(minutes=61), "an hour left", id="an hour"),
        pytest.param(timedelta(hours=47), "47 hours left", id="two days less an hour"),
        pytest.param(timedelta(days=7), "7 days left", id="days"),
    ],
)
def test_left(ahead: timedelta, words: str) -> None:
    assert wording.left(tongue(), NOW + ahead) == words


def test_some_things_have_no_end() -> None:
    assert wording.left(tongue(), None) == "no end"


def test_a_number_stays_with_its_month_and_may_leave_its_weekday() -> None:
    assert wording.day(tongue(), NOW, year=True) == f"Thursday 12{NO_BREAK}November{NO_BREAK}2026"


def test_the_day_is_that_of_the_readers_clock() -> None:
    late = datetime(2026, 11, 12, 23, 30, tzinfo=UTC)
    assert wording.day(tongue(), late) == f"Friday 13{NO_BREAK}November"
    assert wording.clock_time(tongue(), late) == "00:30"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        pytest.param(NOW - timedelta(hours=5), "10:20", id="today"),
        pytest.param(NOW - timedelta(hours=16), "yesterday 23:20", id="yesterday"),
    ],
)
def test_since(at: datetime, words: str) -> None:
    assert wording.since(tongue(), at) == words


def test_a_moment_can_say_its_zone() -> None:
    assert wording.moment(tongue(), NOW, zone=True).endswith(f", 15:20{NO_BREAK}CET")


MONEY = [
    pytest.param(241860, "USD", False, "$2,418.60", id="dollars"),
    pytest.param(100, "USD", True, "$1", id="a whole dollar, short"),
    pytest.param(150, "USD", True, "$1.50", id="short keeps cents that count"),
    pytest.param(-1000, "USD", False, "-$10.00", id="going out"),
    pytest.param(500, "JPY", False, "¥500", id="a currency without cents"),
    pytest.param(1234, "BHD", False, "BHD1.234", id="a currency with mills"),
    pytest.param(1200, "RSD", False, "RSD12.00", id="cents that prices in shops leave out"),
    pytest.param(90071992547409930, "USD", False, "$900,719,925,474,099.30", id="no float rounds"),
]


@pytest.mark.parametrize(("amount", "currency", "short", "words"), MONEY)
def test_money(amount: int, currency: str, short: bool, words: str) -> None:
    assert wording.money(tongue(), amount, currency, short=short) == words


def test_money_inside_a_sentence_is_written_as_the_reader_does() -> None:
    words = say("We hold {sum}.", sum=Sum(241860, "EUR", "€2,418.60"))
    assert words == "We hold €2,418.60."
    assert tongue("de").speak(words) == "We hold 2.418,60\u00a0€."


SHARES = [
    pytest.param(61, 83, "73.5 %", id="rounded half up"),
    pytest.param(0, 5, "0 %", id="nothing"),
    pytest.param(5, 5, "100 %", id="all"),
    pytest.param(0, 0, "–", id="of nothing"),
]


@pytest.mark.parametrize(("part", "whole", "words"), SHARES)
def test_percent(part: int, whole: int, words: str) -> None:
    assert wording.percent(tongue(), part, of=whole).replace(NO_BREAK, " ") == words


@pytest.mark.parametrize("language", ["de", "ar", "fr", "ja", "pt_BR", "he"])
def test_other_languages_write_all_of_it_somehow(language: str) -> None:
    speaking = tongue(language)
    for name, formatter in wording.FILTERS.items():
        if name in ("left", "money", "number", "percent"):
            continue
        assert formatter(speaking, NOW)
    assert wording.money(speaking, 1200, "EUR", short=True)


def test_direction_and_tag_follow_the_language() -> None:
    assert (tongue("ar").direction, tongue("en").direction) == ("rtl", "ltr")
    assert tongue("pt_BR").tag == "pt-BR"


def test_iso_is_in_utc() -> None:
    east = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
    assert wording.iso(east) == "2026-11-12T14:20:00Z"
    assert wording.iso(east.date()) == "2026-11-12"


def test_what_python_says_has_its_days_and_moments_written_for_the_reader() -> None:
    close, day = NOW.replace(hour=17, minute=0), NOW.date()
    words = say("Open until {at}, {and_then}", at=close, and_then=say("by {day}", day=day))
    told = tongue().speak(words).replace(NO_BREAK, " ")
    assert told == "Open until Thursday 12 November, 18:00, by 12 November"


def test_the_day_of_a_moment_is_that_of_the_readers_clock() -> None:
    midnight = NOW.replace(hour=23, minute=30)
    words = say("opens {day}", day=DayOf(midnight))
    assert words == "opens 2026-11-12"
    assert tongue().speak(words).replace(NO_BREAK, " ") == "opens Friday 13 November"
