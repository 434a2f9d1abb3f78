"""Logs: one JSON object on one line of standard error for each event, without secrets.

What strangers send (paths, agents, names) ends up in logs: control characters are escaped, long
values cut, query strings dropped, and the secrets that this process holds never shown.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO
from urllib.parse import quote, unquote, urlsplit

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor

from app.core.settings import Settings

VALUE_LENGTH_MAX = 1000
TRACE_LENGTH_MAX = 6000
SECRET_LENGTH_MIN = 6
HIDDEN = "[hidden]"
SECRET_KEYS = frozenset(
    {"authorization", "code", "cookie", "email", "key", "password", "secret", "token"}
)
QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']+")
ROW_VALUES = re.compile(r"\)=\(.*\)")  # "Key (email)=(ada@x.example) already exists."


class Handler(logging.StreamHandler[TextIO]):
    """Ours among the handlers of the root logger, so that configuring twice replaces it."""


def configure_logs(
    *, secrets: Iterable[str] = (), stream: TextIO | None = None, level: int = logging.INFO
) -> None:
    """Write this process's logs, ours and those of the libraries, to `stream`."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = Handler(stream or sys.stderr)
    handler.setFormatter(_formatter(shared, Cleaner(secrets)))
    root = logging.getLogger()
    root.handlers = [other for other in root.handlers if not isinstance(other, Handler)]
    root.addHandler(handler)
    root.setLevel(level)
    # SQLAlchemy tells a pool's comings and goings under the name of the module of its class.
    logging.getLogger("app.core.turns").setLevel(logging.WARNING)
    logging.getLogger("authlib").setLevel(logging.WARNING)  # It tells tokens when it debugs.


def _formatter(shared: Sequence[Processor], cleaner: "Cleaner") -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            cleaner,
            structlog.processors.JSONRenderer(serializer=_dump),
        ],
    )


def _dump(event: Mapping[str, Any], **_: Any) -> str:
    # ASCII only: neither a terminal's escape codes nor turning marks reach who reads the log.
    return json.dumps(event, ensure_ascii=True, separators=(",", ":"))


class Cleaner:
    """Cuts and cleans the values of an event."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spelled = {form for secret in secrets for form in _spellings(secret)}
        longest_first = sorted(spelled, key=len, reverse=True)
        # Without secrets, a pattern that matches nowhere.
        self._secrets = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, _logger: Any, _method: str, event: EventDict) -> EventDict:
        """Return the event with every value made safe to keep."""
        return {str(name)[:100]: self._value(str(name), value) for name, value in event.items()}

    def _value(self, name: str, value: Any) -> Any:
        if value is None or isinstance(value, bool | int):
            return value
        if name.lower() in SECRET_KEYS:
            return HIDDEN
        if name in ("exception", "stack"):
            return self.clean(str(value))[-TRACE_LENGTH_MAX:]  # The end tells most.
        return _cut(self.clean(value if isinstance(value, str) else repr(value)))

    def clean(self, text: str) -> str:
        """Return the text without secrets, query strings and values of rows."""
        text = self._secrets.sub(HIDDEN, text)
        return ROW_VALUES.sub(")=(…)", QUERY.sub(r"\1?…", text))


def _cut(text: str) -> str:
    more = len(text) - VALUE_LENGTH_MAX
    return text if more <= 0 else f"{text[:VALUE_LENGTH_MAX]}… ({more} more)"


def _spellings(secret: str) -> set[str]:
    """Return how a secret may be spelled; short ones would blot out ordinary words."""
    if len(secret) < SECRET_LENGTH_MIN:
        return set()
    return {secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1]}


def secrets_of(settings: Settings) -> Iterator[str]:
    """Yield the secrets that the settings hold, and the passwords inside their URLs."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if isinstance(value, SecretStr):
            yield text
        if isinstance(text, str) and "://" in text and (password := urlsplit(text).password):
            yield from {password, unquote(password)}
