"""Faults of input, as Pydantic finds them, in words that a person can act on. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.core.words import Words, say

# Only what Pydantic measured is repeated, never the value itself.
WORDS: Final[Mapping[str, str]] = {
    "bool_parsing": say("Choose yes or no."),
    "bool_type": say("Choose yes or no."),
    "date_from_datetime_parsing": say("This is not a day. Write it like 2026-11-19."),
    "date_parsing": say("This is not a day. Write it like 2026-11-19."),
    "datetime_from_date_parsing": say("This is not a date and time."),
    "datetime_parsing": say("This is not a date and time."),
    "enum": say("Choose one of the answers offered."),
    "extra_forbidden": say("There is no such field."),
    "int_parsing": say("Write a whole number."),
    "int_type": say("Write a whole number."),
    "json_invalid": say("This is not JSON."),
    "literal_error": say("Choose one of the answers offered."),
    "missing": say("Please fill this in."),
    "string_pattern_mismatch": say("This has a form that does not fit here."),
    "string_type": say("Write some text."),
}
MEASURED: Final[Mapping[str, tuple[Words, str]]] = {
    "greater_than": (say("This must be more than {n}.", n="{n}"), "gt"),
    "greater_than_equal": (say("This must be at least {n}.", n="{n}"), "ge"),
    "less_than": (say("This must be less than {n}.", n="{n}"), "lt"),
    "less_than_equal": (say("This must be at most {n}.", n="{n}"), "le"),
    "string_too_long": (say("Write at most {n} characters.", n="{n}"), "max_length"),
    "string_too_short": (say("Write at least {n} characters.", n="{n}"), "min_length"),
    "too_long": (say("Choose at most {n}.", n="{n}"), "max_length"),
    "too_short": (say("Choose at least {n}.", n="{n}"), "min_length"),
}
OTHER: Final = say("This does not fit here.")


def faults_of(errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the first fault of each field, by its name."""
    faults: dict[str, str] = {}
    for error in errors:
        is_whole = error["type"] == "json_invalid"  # Its location is a place in the text.
        faults.setdefault("body" if is_whole else _field(error["loc"]), _words(error))
    return faults


def _field(location: Sequence[int | str]) -> str:
    inner = [str(part) for part in location if part not in ("body", "query", "path", "header")]
    return ".".join(inner) or "body"


def _words(error: Mapping[str, Any]) -> str:
    kind, given = error["type"], error.get("ctx", {})
    if kind == "value_error":  # A rule of ours: the sentence that the validator raised.
        text = given["error"].args[0]
        return text if isinstance(text, Words) else say("{text}", text=text)
    if kind == "string_too_short" and given["min_length"] == 1:
        return WORDS["missing"]
    if kind in MEASURED:
        message, measure = MEASURED[kind]
        return say(message.message_id, n=given[measure])
    return WORDS.get(kind, OTHER)
