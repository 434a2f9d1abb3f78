"""Tables as text that people open in a spreadsheet. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

# A spreadsheet would take it for a formula, and run it. Source: security.md (c) 78.
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_text(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV (RFC 4180)."""
    return csv_line(head) + "".join(csv_line(row) for row in rows)


def csv_line(cells: Sequence[str]) -> str:
    """Return one row of CSV with its end."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: a mark stands before it."""
    return f"'{text}" if text.startswith(_RISKY) else text
