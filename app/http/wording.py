"""How days, times, money and numbers are written for people. Pure; Babel does the languages."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from gettext import NullTranslations
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from babel import Locale

from app.core.currencies import DECIMALS
from app.core.late import Late
from app.core.records import Record, replace
from app.core.words import DayOf, Sum, Words

if TYPE_CHECKING:
    from babel import dates, numbers
else:
    dates, numbers = Late("babel.dates"), Late("babel.numbers")

NO_BREAK = "\u00a0"
# English puts the day first here, without commas: the order of most of the world's English.
ENGLISH: Mapping[str, str] = {
    "MMMd": "d MMM",
    "MMMMd": "d MMMM",
    "MMMMEEEEd": "EEEE d MMMM",
    "yMMMMd": "d MMMM y",
    "yMMMMEEEEd": "EEEE d MMMM y",
    "yMMMM": "MMMM y",
}

# Other languages have whole days only with their year; without it they would be shortened.
WHOLE: Mapping[str, str] = {
    "MMMMEEEEd": "full",
    "yMMMMEEEEd": "full",
    "MMMMd": "long",
    "yMMMMd": "long",
}


class Tongue(Record):
    """In which language a page speaks, where its reader's clock hangs, and what it shows now."""

    locale: Locale
    translations: NullTranslations
    zone: tzinfo
    now: datetime

    @property
    def tag(self) -> str:
        """The language as HTML wants it, such as "pt-BR"."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """Either "ltr" or "rtl"."""
        return self.locale.text_direction

    def gettext(self, message_id: str) -> str:
        """Translate a text."""
        return self.translations.gettext(message_id)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Translate a text that depends on a number."""
        return self.translations.ngettext(one, many, n)

    def speak(self, words: Words) -> str:
        """Translate what Python said, with its days and moments as this reader writes them."""
        return words.translated(self.gettext, self._written)

    def _written(self, value: Any) -> Any:
        if isinstance(value, DayOf):
            return day(self, value.at)
        if isinstance(value, Sum):
            return money(self, value.amount_minor, value.currency)
        if isinstance(value, datetime):
            return moment(self, value)
        return date_words(self, value, year=None) if isinstance(value, date) else value

    def without_clock(self) -> "Tongue":
        """Return the same language where no time can be told, neither ours nor a reader's."""
        return replace(self, zone=NOWHERE, now=self.now.replace(tzinfo=NOWHERE))

    def here(self, moment: datetime) -> datetime:
        """Return `moment` by the reader's clock."""
        return moment.astimezone(self.zone)


class _Nowhere(tzinfo):
    """No clock: whoever asks what time it is here made a mistake."""

    def utcoffset(self, _moment: datetime | None) -> timedelta:
        """Refuse."""
        raise AssertionError("what is kept for every reader cannot depend on one reader's clock")

    dst = utcoffset

    def tzname(self, _moment: datetime | None) -> str:
        """Refuse."""
        raise AssertionError("there is no clock here")


NOWHERE = _Nowhere()
ENGLISH_TONGUE = Tongue(Locale("en"), NullTranslations(), UTC, datetime(2000, 1, 1, tzinfo=UTC))


def day(tongue: Tongue, value: date, *, year: bool | None = None) -> str:
    """Write a day in full, "Thursday 19 November"; the year if it is another than today's."""
    on = _on(tongue, value)
    return _skeleton(tongue, on, "MMMMEEEEd" if not _with_year(tongue, on, year) else "yMMMMEEEEd")


def date_words(tongue: Tongue, value: date, *, year: bool | None = True) -> str:
    """Write a day without its weekday, "19 November 2026"."""
    on = _on(tongue, value)
    return _skeleton(tongue, on, "yMMMMd" if _with_year(tongue, on, year) else "MMMMd")


def short_day(tongue: Tongue, value: date) -> str:
    """Write a day for a narrow column, "19 Nov"."""
    return _skeleton(tongue, _on(tongue, value), "MMMd")


def month(tongue: Tongue, value: date) -> str:
    """Write a month, "November 2026"."""
    return _skeleton(tongue, _on(tongue, value), "yMMMM")


def short_month(tongue: Tongue, value: date) -> str:
    """Write a month for a narrow column, "Nov"."""
    return dates.format_date(_on(tongue, value), "LLL", locale=tongue.locale)


def clock_time(tongue: Tongue, value: datetime) -> str:
    """Write the time of day, "18:00"."""
    pattern = "HH:mm" if tongue.locale.language == "en" else "short"
    return dates.format_time(tongue.here(value).timetz(), pattern, locale=tongue.locale)


def moment(
    tongue: Tongue, value: datetime, *, zone: bool = False, year: bool | None = None
) -> str:
    """Write a day and a time, "Thursday 19 November, 18:00"; with `zone`, also "CET"."""
    text = f"{day(tongue, value, year=year)}, {clock_time(tongue, value)}"
    return f"{text}{NO_BREAK}{tongue.here(value).tzname()}" if zone else text


def ago(tongue: Tongue, value: datetime) -> str:
    """Write how long ago `value` was: minutes and hours, then the day and the time, then the day.

    What lies ahead is written as a moment.
    """
    gone = tongue.now - value
    if gone < timedelta(0):
        return moment(tongue, value)
    minutes = gone // timedelta(minutes=1)
    if minutes < 1:
        return tongue.gettext("just now")
    if minutes < 60:
        return tongue.ngettext("a minute ago", "{n} minutes ago", minutes).format(n=minutes)
    if (hours := minutes // 60) < 6:
        return tongue.ngettext("an hour ago", "{n} hours ago", hours).format(n=hours)
    return _earlier(tongue, tongue.here(value))


def left(tongue: Tongue, value: datetime | None) -> str:
    """Write how much time is left until `value`; nothing once it has passed."""
    if value is None:
        return tongue.gettext("no end")
    ahead = value - tongue.now
    if ahead <= timedelta(0):
        return ""
    if (days := ahead // timedelta(days=1)) >= 2:
        return tongue.ngettext("a day left", "{n} days left", days).format(n=days)
    if (hours := ahead // timedelta(hours=1)) >= 1:
        return tongue.ngettext("an hour left", "{n} hours left", hours).format(n=hours)
    minutes = -(-ahead // timedelta(minutes=1))
    return tongue.ngettext("a minute left", "{n} minutes left", minutes).format(n=minutes)


def since(tongue: Tongue, value: datetime) -> str:
    """Write a moment after which something is new: "09:10", "yesterday 20:15", "Sunday 18:30"."""
    if tongue.here(value).date() == tongue.here(tongue.now).date():
        return clock_time(tongue, value)
    return _earlier(tongue, tongue.here(value))


def _earlier(tongue: Tongue, value: datetime) -> str:
    days = (tongue.here(tongue.now).date() - value.date()).days
    at = clock_time(tongue, value)
    if days == 0:
        return tongue.gettext("today {time}").format(time=at)
    if days == 1:
        return tongue.gettext("yesterday {time}").format(time=at)
    if days < 7:
        name = dates.format_date(value.date(), "EEEE", locale=tongue.locale)
        return f"{name}{NO_BREAK}{at}"
    return date_words(tongue, value, year=None)


def money(tongue: Tongue, amount_minor: int, currency: str, *, short: bool = False) -> str:
    """Write money, "$2,418.60"; `short` leaves out empty cents: "$1"."""
    places = DECIMALS[currency]
    amount = Decimal(amount_minor).scaleb(-places)
    shown = 0 if short and amount == amount.to_integral_value() else places
    pattern = numbers.parse_pattern(tongue.locale.currency_formats["standard"].pattern)
    pattern.frac_prec = (shown, shown)
    written: str = pattern.apply(amount, tongue.locale, currency=currency, currency_digits=False)
    return written


def number(tongue: Tongue, value: int) -> str:
    """Write a whole number with its groups, "1,204"."""
    return numbers.format_decimal(value, locale=tongue.locale)


def percent(tongue: Tongue, part: int, *, of: int) -> str:
    """Write a share with one place, "73.5 %", rounded half up; a dash if there is no whole."""
    if of == 0:
        return "–"
    tenths = (2000 * part + of) // (2 * of)
    return f"{numbers.format_decimal(Decimal(tenths).scaleb(-1), locale=tongue.locale)}{NO_BREAK}%"


def iso(value: date) -> str:
    """Write a moment as RFC 3339 in UTC, a day as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat()


def _on(tongue: Tongue, value: date) -> date:
    return tongue.here(value).date() if isinstance(value, datetime) else value


def _with_year(tongue: Tongue, on: date, year: bool | None) -> bool:
    return on.year != tongue.here(tongue.now).year if year is None else year


def _skeleton(tongue: Tongue, on: date, skeleton: str) -> str:
    if tongue.locale.language == "en":
        text = dates.format_date(on, ENGLISH[skeleton], locale=tongue.locale)
    elif skeleton in WHOLE:
        text = dates.format_date(on, WHOLE[skeleton], locale=tongue.locale)
    else:
        noon = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
        text = dates.format_skeleton(skeleton, noon, tzinfo=UTC, locale=tongue.locale)
    return _held_together(text)


def _held_together(text: str) -> str:
    """Keep a number on one line with the word beside it."""
    words = text.split(" ")
    joined = words[0]
    for before, word in pairwise(words):
        together = before[-1:].isdigit() or before[-1:] == "." or word[:1].isdigit()
        is_weekday = word[:1].isdigit() and len(words) > 2 and before is words[0]
        joined += (NO_BREAK if together and not is_weekday else " ") + word
    return joined


Formatter = Callable[..., str]
FILTERS: Mapping[str, Formatter] = {
    "ago": ago,
    "clock": clock_time,
    "date": date_words,
    "day": day,
    "left": left,
    "moment": moment,
    "money": money,
    "month": month,
    "number": number,
    "percent": percent,
    "short_day": short_day,
    "short_month": short_month,
    "since": since,
}
