"""Offices: what each may do, who holds it until when, and the decision that gave it."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.words import say
from app.http.access import Anyone
from app.http.deps import ClockDep, ReaderDep
from app.http.pages import page_router, render
from governance.pages.common import faces
from governance.queries import office_views
from governance.shown.lines import matter_of
from governance.shown.spans import bar, left
from governance.views import OfficeView

router = page_router()


@router.get("/coop/roles", dependencies=[Anyone])
def show_offices(request: Request, session: ReaderDep, clock: ClockDep) -> Response:
    """Show all offices and who holds them."""
    offices = office_views(session, now=clock.now())
    return _show(request, offices, clock, one=None)


@router.get("/coop/roles/{slug}", dependencies=[Anyone])
def show_office(request: Request, session: ReaderDep, clock: ClockDep, slug: str) -> Response:
    """Show one office, with who held it before."""
    offices = [o for o in office_views(session, now=clock.now()) if o.office.value == slug]
    if not offices:
        raise NotFound(say("There is no such office."))
    return _show(request, offices, clock, one=offices[0])


def _show(
    request: Request, offices: Sequence[OfficeView], clock: ClockDep, *, one: OfficeView | None
) -> Response:
    now = clock.now()
    held = [mandate for office in offices for mandate in (*office.holders, *office.earlier)]
    return render(
        request,
        "governance/offices.html",
        offices=offices,
        one=one,
        faces=faces(mandate.person for mandate in held),
        bars={m.id: bar(m.starts_at, m.ends_at, now=now) for m in held if m.is_running},
        left={m.id: left(m.ends_at, now=now) for m in held if m.is_running},
        matters=[matter_of(line) for office in offices for line in office.proposals],
    )
