"""What members see of the money, and how many of them stand how."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.words import say
from app.http.access import scope
from app.http.apis import api_router
from app.http.deps import ClockDep, KernelDep, ReaderDep
from app.http.links import link_pages, with_query
from app.members.actor import Actor
from dues.api.entities import BooksEntity, EntryEntity, StandingEntity
from dues.calendar import Month, day_of
from dues.ledger.chart import live_book
from dues.ledger.periods import months_with_entries
from dues.reading.books import read_books
from dues.reading.movements import movements
from dues.reading.roll import told_counts

router = api_router(prefix="/api/coop/v1", tags=["books"])

BooksDep = Annotated[Actor, scope("coop:ledger:read")]
ReadsDep = Annotated[Actor, scope("coop:read")]


@router.get("/books/summary")
def get_summary(_actor: BooksDep, session: ReaderDep, clock: ClockDep) -> BooksEntity:
    """Tell what is held, how long it lasts, and the last twelve months."""
    return BooksEntity.of(read_books(session, now=clock.now()))


@router.get("/books/entries")
def get_entries(
    request: Request,
    response: Response,
    _actor: BooksDep,
    session: ReaderDep,
    kernel: KernelDep,
    clock: ClockDep,
    year: Annotated[int | None, Query(ge=2000, le=2199)] = None,
) -> list[EntryEntity]:
    """List a year's entries without names, newest first; `Link` leads to the year before."""
    book = live_book(session)
    year = year or day_of(clock.now()).year
    first, last = Month(year, 1).first, Month(year, 12).last
    if any(month < Month(year, 1) for month in months_with_entries(session, book.id)):
        further = with_query(request, year=year - 1)
        link_pages(response, kernel.settings.base_url, {"next": further})
    return [EntryEntity.of(row) for row in movements(session, book.id, first=first, last=last)]


@router.get("/standing")
def get_standing(
    _actor: ReadsDep, session: ReaderDep, clock: ClockDep, at: datetime | None = None
) -> StandingEntity:
    """Count the members by standing, now or at a moment of the past."""
    moment = at or clock.now()
    if moment.tzinfo is None or moment > clock.now():
        fault = say("Give a moment of the past with its zone, such as 2026-11-09T12:00:00Z.")
        raise Invalid(fault, at=fault)
    return StandingEntity.of(told_counts(session, at=moment), at=moment)
