"""Logs: one line for each event, cut, escaped, and without secrets."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from app.core.logs import TRACE_LENGTH_MAX, Cleaner, configure_logs, secrets_of
from app.core.settings import Settings

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    configure_logs(secrets=["p4ssword/ä"], stream=stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.configure(**before)


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    """Return the logged events; each must be a line of its own, in ASCII."""

    def read() -> list[dict[str, Any]]:
        text = stream.getvalue()
        assert text.isascii()
        assert all(c >= " " or c == "\n" for c in text)
        return [json.loads(line) for line in text.splitlines()]

    return read


def test_an_event_is_one_object(lines: Lines) -> None:
    structlog.get_logger("app.core.runner").warning("the lease was lost", duty=7, late=True)
    [event] = lines()
    assert event.pop("at").endswith("Z")
    assert event == {
        "event": "the lease was lost",
        "duty": 7,
        "late": True,
        "level": "warning",
        "logger": "app.core.runner",
    }


def test_the_libraries_log_the_same_way(lines: Lines) -> None:
    logging.getLogger("uvicorn.error").info("serving %s", "http://x/y?token=abc")
    [event] = lines()
    assert (event["event"], event["logger"]) == ("serving http://x/y?\u2026", "uvicorn.error")


def test_what_is_too_small_to_matter_is_left_out(lines: Lines) -> None:
    structlog.get_logger("x").debug("noise")
    logging.getLogger("x").debug("noise")
    assert lines() == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('x\r\n{"event": "forged"}', id="a forged line"),
        pytest.param("\x1b[2J\x1b[31mred\x07", id="escape codes of a terminal"),
        pytest.param("\u202egnp.exe", id="a turning mark"),
        pytest.param("a\u2028b\x85c\x0bd", id="line breaks of other kinds"),
        pytest.param("\ud800", id="half a character"),
        pytest.param("\0", id="a NUL"),
    ],
)
def test_strange_characters_stay_in_their_line(lines: Lines, text: str) -> None:
    structlog.get_logger("x").info("asked", path=text)
    logging.getLogger("x").info(text)
    first, second = lines()
    assert first["path"] == text
    assert second["event"] == text


def test_a_long_value_is_cut(lines: Lines) -> None:
    structlog.get_logger("x").info("asked", agent="x" * 1_000_000, other=["y" * 5000])
    [event] = lines()
    assert event["agent"] == "x" * 1000 + "\u2026 (999000 more)"
    assert len(event["other"]) < 1100


def test_a_failure_keeps_the_end_of_its_trace(lines: Lines) -> None:
    try:
        raise ValueError("deep " * 5000 + "the end")
    except ValueError:
        structlog.get_logger("x").exception("it failed")
        logging.getLogger("x").exception("it failed")
    for event in lines():
        assert event["exception"].endswith("the end")
        assert len(event["exception"]) == TRACE_LENGTH_MAX


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("with p4ssword/ä!", "with [hidden]!", id="as it is"),
        pytest.param("with p4ssword/%C3%A4!", "with [hidden]!", id="quoted for a path"),
        pytest.param("with p4ssword%2F%C3%A4!", "with [hidden]!", id="quoted for a URL"),
        pytest.param('{"a": "p4ssword/\\u00e4"}', '{"a": "[hidden]"}', id="quoted in JSON"),
        pytest.param("p4ssword/äp4ssword/ä", "[hidden][hidden]", id="twice"),
        pytest.param("GET /reset?token=abc HTTP/1.1", "GET /reset?\u2026 HTTP/1.1", id="a query"),
        pytest.param("https://x/y?a=1&b=2#c", "https://x/y?\u2026", id="a query with a part"),
        pytest.param("'https://x/y?a=1', next", "'https://x/y?\u2026', next", id="a quoted query"),
        pytest.param("Really? Yes.", "Really? Yes.", id="a question"),
        pytest.param(
            "Key (email)=(ada@x.example) already exists.",
            "Key (email)=(\u2026) already exists.",
            id="a value of a row",
        ),
    ],
)
def test_secrets_are_taken_out(lines: Lines, text: str, kept: str) -> None:
    structlog.get_logger("x").info(text, given=text)
    try:
        raise ValueError(text)
    except ValueError as error:
        logging.getLogger("x").error("failed", exc_info=error)
    first, second = lines()
    assert first["event"] == kept
    assert "p4ssword" not in str(first) + str(second)
    assert second["exception"].endswith(f"ValueError: {kept}")


def test_secrets_are_taken_out_of_what_is_inside() -> None:
    event = {"given": {"a": ["with p4ssword/ä!"]}}
    assert Cleaner(["p4ssword/ä"])(None, "info", event) == {"given": "{'a': ['with [hidden]!']}"}


@pytest.mark.parametrize("name", ["password", "Authorization", "token", "cookie", "email"])
def test_a_value_with_a_secret_name_is_hidden(name: str) -> None:
    assert Cleaner()(None, "info", {name: "x"}) == {name: "[hidden]"}


def test_configuring_twice_writes_once(lines: Lines, stream: io.StringIO) -> None:
    configure_logs(stream=stream)
    structlog.get_logger("x").info("asked")
    assert len(lines()) == 1


def test_the_settings_secrets_are_known() -> None:
    settings = Settings.model_validate(
        {
            "smtp_url": "smtps://ada:mail%2Fpass@mail.example",
            "stripe_secret_key": "sk_test_123",
            "database_url": "postgresql://ada:dbpass@db.example/x",
            "media_url": "s3://keyid:bucketpass@bucket",
        }
    )
    assert set(secrets_of(settings)) == {
        "smtps://ada:mail%2Fpass@mail.example",
        "mail%2Fpass",
        "mail/pass",
        "sk_test_123",
        "dbpass",
        "bucketpass",
    }


def test_a_short_secret_does_not_blot_out_words() -> None:
    assert Cleaner(["at", ""]).clean("what is at hand") == "what is at hand"
