"""Makers of rows for tests: `make_x(session, **given)` adds one with sensible defaults."""

import itertools
from datetime import UTC, datetime

NOON = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)
SERIAL = itertools.count(1)
