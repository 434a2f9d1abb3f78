"""The one door to the books: posting an entry, and taking one back.

Everything happens in the caller's transaction, which holds the book from here to its end, so
that entries get their numbers in turn and a number never goes missing.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.core import chain
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.core.orm import lock
from app.core.words import say
from dues.calendar import Month, day_of
from dues.ledger import periods, recipes
from dues.ledger.arithmetic import Draft, Line, check_lines, id_as_json, lines_as_json
from dues.ledger.chart import accounts_for
from dues.ledger.models import Book, JournalEntry, LedgerAccount, Posting
from dues.money import Money

NOBODY = "commonhold"  # The actor of what falls due by itself.
EARLIEST = date(2000, 1, 1)


def post_entry(
    session: Session, draft: Draft, *, book_id: int, actor: str, now: datetime
) -> JournalEntry:
    """Post one entry; see `post_entries`."""
    return post_entries(session, [draft], book_id=book_id, actor=actor, now=now)[0]


def post_entries(
    session: Session, drafts: Sequence[Draft], *, book_id: int, actor: str, now: datetime
) -> list[JournalEntry]:
    """Post the drafts in their order, numbered and sealed; return their entries.

    A key that is in the books already gives the first entry if it says the same. An entry for a
    closed month gets today's date and remembers the day that it should have had.

    Raises: NotFound without such a book; Conflict if a key stands for something else;
    Invalid for an unknown account or a day that has not come; Unbalanced for a wrong recipe.
    """
    for draft in drafts:
        check_lines(draft.lines)
        _check_day(draft.on, now=now)
    book = lock(session, Book, book_id)
    if book is None:
        raise NotFound(say("There are no such books."))
    entries = _posted_before(session, book, drafts)
    fresh = list({d.key: d for d in drafts if d.key not in entries}.values())
    for draft in drafts:
        _check_same(draft, entries.get(draft.key))
    written = _write(session, book, fresh, actor=actor, now=now)
    _seal(session, book, fresh, written, now=now)
    entries.update({entry.idem_key: entry for entry in written})
    for draft in drafts:
        _check_same(draft, entries[draft.key])  # Two drafts of one batch may share a key.
    return [entries[draft.key] for draft in drafts]


def reverse_entry(
    session: Session, entry_id: int, *, actor: str, now: datetime, on: date | None = None
) -> JournalEntry:
    """Take an entry back by its opposite; asking again finds the first answer.

    Raises: NotFound; Conflict for an entry that is itself a reversal.
    """
    entry = session.get(JournalEntry, entry_id)
    if entry is None or entry.posted_seq is None:
        raise NotFound(say("There is no such entry in the books."))
    if entry.reverses_id is not None:
        raise Conflict(say("This entry takes another one back; write a new one instead."))
    done = session.scalar(select(JournalEntry).where(JournalEntry.reverses_id == entry_id))
    if done is not None:
        return done
    draft = recipes.taken_back(entry_id, lines_of(session, entry_id), on=on or day_of(now))
    return post_entry(session, draft, book_id=entry.book_id, actor=actor, now=now)


def lines_of(session: Session, entry_id: int) -> list[Line]:
    """Return an entry's lines."""
    rows = session.execute(
        select(LedgerAccount.code, Posting.amount_minor, Posting.currency)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(Posting.entry_id == entry_id)
        .order_by(Posting.id)
    )
    return [Line(code, Money(amount, currency)) for code, amount, currency in rows]


def payload_of(entry: JournalEntry, lines: Sequence[Line]) -> dict[str, Any]:
    """Return what the chain seals of an entry: codes and pseudonyms, never a person."""
    return {
        "entry": str(entry.id),
        "key": entry.idem_key,
        "on": entry.effective_on.isoformat(),
        "original_on": entry.original_on.isoformat() if entry.original_on else None,
        "actor": entry.actor,
        "lines": lines_as_json(lines),
        "source": [entry.source_type, id_as_json(entry.source_id)],
        "reverses": id_as_json(entry.reverses_id),
        "decision": id_as_json(entry.decision_id),
        "memo": entry.memo,
        "body": entry.body_hash,
    }


def _check_day(day: date, *, now: datetime) -> None:
    # East of Greenwich it may be tomorrow already.
    if not EARLIEST <= day <= day_of(now) + timedelta(days=1):
        message = say("The day must not lie ahead, nor before the year 2000.")
        raise Invalid(message, on=message)


def _check_same(draft: Draft, entry: JournalEntry | None) -> None:
    if entry is not None and entry.body_hash != draft.body_hash():
        message = say("The books have another entry under {key} already.", key=draft.key)
        raise Conflict(message)


def _posted_before(
    session: Session, book: Book, drafts: Sequence[Draft]
) -> dict[str, JournalEntry]:
    keys = {draft.key for draft in drafts}
    same = select(JournalEntry).where(
        JournalEntry.book_id == book.id, JournalEntry.idem_key.in_(keys)
    )
    return {entry.idem_key: entry for entry in session.scalars(same)}


def _write(
    session: Session, book: Book, drafts: Sequence[Draft], *, actor: str, now: datetime
) -> list[JournalEntry]:
    """Insert the entries, still open, and their lines."""
    closed = periods.closed_through(session, book.id)
    today = periods.first_open_day(closed, today=day_of(now))
    pairs = [(line.account, line.money.currency) for draft in drafts for line in draft.lines]
    accounts = accounts_for(session, book, pairs, on=today)
    entries = []
    lines: list[dict[str, Any]] = []
    for draft in drafts:
        is_late = closed is not None and Month.of(draft.on) <= closed
        entry = JournalEntry(
            id=new_id(),
            book_id=book.id,
            idem_key=draft.key,
            body_hash=draft.body_hash(),
            kind=draft.kind,
            effective_on=today if is_late else draft.on,
            original_on=draft.on if is_late else None,
            recorded_at=now,
            actor=actor,
            source_type=draft.source_type,
            source_id=draft.source_id,
            reverses_id=draft.reverses_id,
            decision_id=draft.decision_id,
            memo=draft.memo,
        )
        entries.append(entry)
        lines += [
            _line(entry, line, accounts[line.account, line.money.currency]) for line in draft.lines
        ]
    session.add_all(entries)
    session.flush()  # The protocol: entries, then lines, then the posting that checks both.
    if lines:
        session.execute(insert(Posting), lines)
    return entries


def _line(entry: JournalEntry, line: Line, account: LedgerAccount) -> dict[str, Any]:
    return {
        "id": new_id(),
        "entry_id": entry.id,
        "account_id": account.id,
        "amount_minor": line.money.minor,
        "currency": line.money.currency,
        "effective_on": entry.effective_on,
    }


def _seal(
    session: Session,
    book: Book,
    drafts: Sequence[Draft],
    entries: Sequence[JournalEntry],
    *,
    now: datetime,
) -> None:
    """Number and seal the entries; the database checks each one as this is flushed."""
    said = [
        (str(entry.kind), payload_of(entry, draft.lines))
        for draft, entry in zip(drafts, entries, strict=True)
    ]
    links = chain.append_all(session, book.chain, said, now=now)
    for entry, sealed in zip(entries, links, strict=True):
        entry.posted_seq, entry.prev_hash, entry.hash = sealed.seq, sealed.prev_hash, sealed.hash
    session.flush()
