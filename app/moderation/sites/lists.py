"""Lists of sites as co-ops and servers hand them on: read into proposals, written for others.

Reading changes nothing: it gives the rows, what is wrong with the others, and what would change.
Source: Mastodon's export of domain blocks and allows.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.core.records import Record
from app.core.sheets import csv_text, harmless
from app.moderation.sites.rules import COMMENT_MAX, ORDER, Severity, SiteRule
from app.text.hosts import normal_host
from app.text.names import one_line

ROWS_MAX: Final = 20_000
LETTERS_MAX: Final = 4 << 20
CELL_MAX: Final = 10_000
SHOWN_MAX: Final = 100  # Letters of a row that was not read.
HEAD: Final = (
    "#domain",
    "#severity",
    "#reject_media",
    "#reject_reports",
    "#public_comment",
    "#obfuscate",
)
ALLOWED_HEAD: Final = ("#domain",)
_COLUMNS: Final = frozenset({name.removeprefix("#") for name in HEAD} | {"private_comment"})
_SEVERITIES: Final = frozenset(severity.value for severity in Severity)
_YES: Final = frozenset({"true", "t", "yes", "1"})


class RowFault(StrEnum):
    """Why a row was not read."""

    NO_DOMAIN = "no domain"
    HIDDEN = "hidden domain"  # With stars in it: whoever wrote the list did not tell it.
    SEVERITY = "unknown severity"
    TWICE = "twice"


class NotAList(Exception):
    """The text is no list of sites: too long, or no table."""


class BadRow(Record):
    """A row that was not read; `number` counts the lines from 1."""

    number: int
    text: str
    fault: RowFault


class SiteList(Record):
    """What was read of a list."""

    rules: tuple[SiteRule, ...] = ()
    faults: tuple[BadRow, ...] = ()


class ChangeKind(StrEnum):
    """What a row would change."""

    NEW = "new"
    HARDER = "harder"
    MILDER = "milder"
    OTHERWISE = "otherwise"  # Equally hard, and with other files, reports or words.


class Change(Record):
    """What a row of a list would change for one site; `before` is None where nothing held."""

    kind: ChangeKind
    after: SiteRule
    before: SiteRule | None = None


@dataclass(slots=True)
class _Reading:
    rules: dict[str, SiteRule] = field(default_factory=dict)
    faults: list[BadRow] = field(default_factory=list)


def read_list(text: str) -> SiteList:
    """Return the sites of a list: Mastodon's, with or without signs before its columns' names, or
    one domain on each line, which means that they are suspended.

    Raises: NotAList.
    """
    if len(text) > LETTERS_MAX:
        raise NotAList("too long")
    reading = _Reading()
    for number, row in _rows(text.removeprefix("\ufeff")):
        _read_row(reading, number, row)
    return SiteList(tuple(reading.rules.values()), tuple(reading.faults))


def write_list(rules: Iterable[SiteRule]) -> str:
    """Return rules as Mastodon's list. Private comments stay here, and hidden names are whole:
    the list is for those who may see it.
    """
    rows = (
        (
            rule.domain,
            rule.severity.value,
            _word(yes=rule.rejects_media),
            _word(yes=rule.rejects_reports),
            harmless(rule.public_comment),
            _word(yes=rule.is_obfuscated),
        )
        for rule in sorted(rules, key=lambda rule: rule.domain)
    )
    return csv_text(HEAD, rows)


def write_allowed(domains: Iterable[str]) -> str:
    """Return the sites that are spoken with, as Mastodon's list of them."""
    return csv_text(ALLOWED_HEAD, ((domain,) for domain in sorted(domains)))


def changes(now: Mapping[str, SiteRule], wanted: Iterable[SiteRule]) -> Iterator[Change]:
    """Yield what `wanted` would change of what holds `now`; what is the same is left out."""
    for rule in wanted:
        before = now.get(rule.domain)
        if before is None:
            yield Change(ChangeKind.NEW, rule)
            continue
        step = ORDER.index(rule.severity) - ORDER.index(before.severity)
        if step:
            yield Change(ChangeKind.HARDER if step > 0 else ChangeKind.MILDER, rule, before)
        elif rule != before:
            yield Change(ChangeKind.OTHERWISE, rule, before)


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the rows by the names of their columns, with the number of their last line."""
    reader = csv.reader(io.StringIO(text, newline=""))
    columns: Sequence[str] | None = None
    try:
        for cells in reader:
            if reader.line_num > ROWS_MAX:
                raise NotAList("too many rows")
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells)
                if columns is not None:
                    continue
                columns = ("domain",)
            if len(columns) == 1 and cells[0].lstrip().startswith("#"):
                continue  # A remark in a plain list.
            yield reader.line_num, dict(zip(columns, cells, strict=False))
    except csv.Error:
        raise NotAList("no table") from None


def _columns(cells: Sequence[str]) -> Sequence[str] | None:
    """Return the names of the columns if the row holds names."""
    names = [cell.strip().lower().removeprefix("#") for cell in cells]
    return names if "domain" in names and _COLUMNS.intersection(names) else None


def _read_row(reading: _Reading, number: int, row: Mapping[str, str]) -> None:
    text = row.get("domain", "").strip()[:CELL_MAX]
    domain = _domain(text)
    severity = row.get("severity", "").strip().lower() or Severity.SUSPENDED.value
    if domain is None:
        is_hidden = "*" in text.removeprefix("*.")
        fault = RowFault.HIDDEN if is_hidden else RowFault.NO_DOMAIN
    elif severity not in _SEVERITIES:
        fault = RowFault.SEVERITY
    elif domain in reading.rules:
        fault = RowFault.TWICE
    else:
        reading.rules[domain] = _rule(row, domain, Severity(severity))
        return
    reading.faults.append(BadRow(number, one_line(text, limit=SHOWN_MAX), fault))


def _rule(row: Mapping[str, str], domain: str, severity: Severity) -> SiteRule:
    return SiteRule(
        domain=domain,
        severity=severity,
        rejects_media=_is_yes(row, "reject_media"),
        rejects_reports=_is_yes(row, "reject_reports"),
        public_comment=_comment(row, "public_comment"),
        private_comment=_comment(row, "private_comment"),
        is_obfuscated=_is_yes(row, "obfuscate"),
    )


def _domain(text: str) -> str | None:
    """Return the domain in its one spelling; some lists write *.site.example for all below."""
    host = normal_host(text.removeprefix("*."))
    return host if host is not None and "." in host.strip("[]") and ":" not in host else None


def _is_yes(row: Mapping[str, str], name: str) -> bool:
    return row.get(name, "").strip().lower() in _YES


def _comment(row: Mapping[str, str], name: str) -> str:
    """Return a comment without the mark that keeps spreadsheets from running it."""
    return one_line(row.get(name, "")[:CELL_MAX].removeprefix("'"), limit=COMMENT_MAX)


def _word(*, yes: bool) -> str:
    return "true" if yes else "false"
