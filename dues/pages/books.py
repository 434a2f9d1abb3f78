"""The books, open to everybody: sums and kinds, no names."""

from fastapi import Request
from starlette.responses import Response

from app.http.access import Anyone
from app.http.deps import ClockDep, ReaderDep
from app.http.pages import page_router, render
from dues.calendar import Month, day_of
from dues.ledger.chart import live_book
from dues.pages.common import KINDS, account_words
from dues.reading.books import read_books
from dues.reading.movements import as_csv, movements

router = page_router(prefix="/coop/money")


@router.get("", dependencies=[Anyone])
def show(request: Request, session: ReaderDep, clock: ClockDep) -> Response:
    """Show what the co-op holds, what came in and what went out."""
    books = read_books(session, now=clock.now())
    return render(
        request, "dues/books.html", books=books, kinds=KINDS, account_words=account_words
    )


@router.get("/entries.csv", dependencies=[Anyone])
def download(session: ReaderDep, clock: ClockDep) -> Response:
    """Serve all movements as a file for spreadsheets."""
    book = live_book(session)
    first = Month.of(day_of(book.opened_at)).plus(-12).first
    rows = movements(session, book.id, first=first, last=Month.of(day_of(clock.now())).last)
    name = {"content-disposition": 'attachment; filename="entries.csv"'}
    return Response(as_csv(rows), media_type="text/csv; charset=utf-8", headers=name)
