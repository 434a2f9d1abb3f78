"""The books as text that other accounting programs read: beancount, ledger, CSV. Pure.

Members appear under their pseudonyms. Rules learnt by hand: every account is opened, balances
are asserted on the day after, an assertion holds at a day's beginning.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from app.core.currencies import DECIMALS
from app.core.records import Record
from app.core.sheets import csv_text, harmless
from dues.ledger.arithmetic import Line
from dues.money import decimal_text

EARLIER = "Equity:Earlier-Years"  # What income and expenses before the extract came to.
CSV_HEAD = (
    "seq",
    "entry",
    "date",
    "original_date",
    "recorded_at",
    "kind",
    "account",
    "amount",
    "currency",
    "memo",
    "decision",
    "reverses",
    "hash",
)


class Format(StrEnum):
    """The formats of an export."""

    BEANCOUNT = "beancount"
    LEDGER = "ledger"
    CSV = "csv"


class ExportedEntry(Record):
    """An entry as it is exported."""

    seq: int
    id: int
    on: date
    original_on: date | None
    recorded_at: datetime
    kind: str
    memo: str
    decision_id: int | None
    reverses_id: int | None
    hash: str
    lines: Sequence[Line]


class Extract(Record):
    """A stretch of the books: what stood before it, what happened, and what stands after."""

    title: str
    currency: str
    starts_on: date
    ends_on: date  # The last day.
    opening: Sequence[Line]
    entries: Sequence[ExportedEntry]
    closing: Sequence[Line]

    def accounts(self) -> Sequence[tuple[str, str]]:
        """Return the pairs of code and currency that occur, in order."""
        lines = [*self.opening, *self.closing]
        lines += [line for entry in self.entries for line in entry.lines]
        return sorted({(line.account, line.money.currency) for line in lines})


def render(extract: Extract, form: Format) -> str:
    """Return the extract as text in the given format."""
    return RENDERERS[form](extract)


def as_beancount(extract: Extract) -> str:
    """Return the extract for beancount and Fava."""
    lines = [
        f'option "title" "{_quoted(extract.title)}"',
        f'option "operating_currency" "{extract.currency}"',
        "",
    ]
    by_account: dict[str, list[str]] = {}
    for code, currency in extract.accounts():
        by_account.setdefault(code, []).append(currency)
    lines += [f"{extract.starts_on} open {c} {','.join(by)}" for c, by in by_account.items()]
    if extract.opening:
        lines += ["", f'{extract.starts_on} * "opening balances"']
        lines += [f"  {_amount(line)}" for line in extract.opening]
    for entry in extract.entries:
        lines += ["", *_beancount_entry(entry)]
    after = extract.ends_on + timedelta(days=1)
    lines += ["", *(f"{after} balance {_amount(line)}" for line in extract.closing)]
    return "\n".join(lines) + "\n"


def as_ledger(extract: Extract) -> str:
    """Return the extract for ledger and hledger."""
    currencies = sorted({currency for _, currency in extract.accounts()} | {extract.currency})
    lines = [f"; {_one_line(extract.title)}"]
    for currency in currencies:
        lines += [f"commodity {currency}", f"    format {_sample(currency)} {currency}"]
    lines += [f"account {code}" for code in sorted({code for code, _ in extract.accounts()})]
    if extract.opening:
        lines += ["", f"{extract.starts_on} * opening balances"]
        lines += [f"    {_amount(line)}" for line in extract.opening]
    for entry in extract.entries:
        title = _one_line(entry.memo) or entry.kind
        lines += ["", f"{entry.on} * ({entry.seq}) {title}"]
        lines += [f"    ; entry: {entry.id}", f"    ; hash: {entry.hash}"]
        lines += [f"    {_amount(line)}" for line in entry.lines]
    return "\n".join(lines) + "\n"


def as_csv(extract: Extract) -> str:
    """Return the extract as one row for each line; opening balances are rows without number."""
    return csv_text(CSV_HEAD, _csv_rows(extract))


def _csv_rows(extract: Extract) -> Iterator[Sequence[str]]:
    start = extract.starts_on.isoformat()
    for line in extract.opening:
        amount = decimal_text(line.money)
        yield (
            "",
            "",
            start,
            "",
            "",
            "opening",
            line.account,
            amount,
            line.money.currency,
            "",
            "",
            "",
            "",
        )
    for entry in extract.entries:
        for line in entry.lines:
            yield (
                str(entry.seq),
                str(entry.id),
                entry.on.isoformat(),
                entry.original_on.isoformat() if entry.original_on else "",
                entry.recorded_at.isoformat(),
                entry.kind,
                line.account,
                decimal_text(line.money),
                line.money.currency,
                harmless(_one_line(entry.memo)),
                str(entry.decision_id or ""),
                str(entry.reverses_id or ""),
                entry.hash,
            )


def _beancount_entry(entry: ExportedEntry) -> Iterator[str]:
    yield f'{entry.on} * "{_quoted(entry.memo or entry.kind)}" ^entry-{entry.seq}'
    yield f'  entry: "{entry.id}"'
    yield f'  kind: "{entry.kind}"'
    yield f'  hash: "{entry.hash}"'
    if entry.original_on:
        yield f"  original-on: {entry.original_on}"
    if entry.decision_id:
        yield f'  decision: "{entry.decision_id}"'
    if entry.reverses_id:
        yield f'  reverses: "{entry.reverses_id}"'
    for line in entry.lines:
        yield f"  {_amount(line)}"


def _amount(line: Line) -> str:
    return f"{line.account}  {decimal_text(line.money)} {line.money.currency}"


def _sample(currency: str) -> str:
    decimals = DECIMALS[currency]
    return "1000." + "0" * decimals


def _one_line(text: str) -> str:
    return " ".join(text.replace(";", ",").split())


def _quoted(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')


Renderer: TypeAlias = Callable[[Extract], str]
RENDERERS: Mapping[Format, Renderer] = {
    Format.BEANCOUNT: as_beancount,
    Format.LEDGER: as_ledger,
    Format.CSV: as_csv,
}
