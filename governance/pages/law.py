"""How we decide, who holds which office, and the log by which everybody can check it."""

from typing import Annotated, Final

from fastapi import Query, Request
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.words import say
from app.http.access import Anyone, ViewerDep
from app.http.deps import ClockDep, KernelDep, ReaderDep
from app.http.pages import page_router, render
from app.members.offices import Office
from governance.queries import constitution_view, log_head, log_lines, office_views
from governance.shown.entries import log_rows
from governance.shown.lines import matter_of
from governance.shown.spans import bar, served
from governance.shown.words import type_word
from governance.wording import doubt_sentence

router = page_router()

LOG_PAGE: Final = 50


@router.get("/coop/constitution", dependencies=[Anyone])
def get_constitution(request: Request, session: ReaderDep, clock: ClockDep) -> Response:
    """Show the rule of each type of decision in sentences."""
    return render(
        request,
        "governance/constitution.html",
        rules=constitution_view(session, now=clock.now()),
        type_word=type_word,
        doubt_sentence=doubt_sentence,
    )


@router.get("/coop/roles")
def get_roles(request: Request, session: ReaderDep, actor: ViewerDep, clock: ClockDep) -> Response:
    """Show who holds which office until when."""
    found = office_views(session, now=clock.now())
    return render(
        request,
        "governance/roles.html",
        offices=found,
        bar=bar,
        served=served,
        now=clock.now(),
        is_member=actor is not None and actor.is_member,
    )


@router.get("/coop/roles/{slug}")
def get_role(
    request: Request, slug: str, session: ReaderDep, actor: ViewerDep, clock: ClockDep
) -> Response:
    """Show one office, those who held it before, and what is being decided about it."""
    if slug not in set(Office):
        raise NotFound(say("There is no such office."))
    found = office_views(session, now=clock.now())
    office = next(one for one in found if one.office.value == slug)
    is_member = actor is not None and actor.is_member
    return render(
        request,
        "governance/role.html",
        office=office,
        matters=[matter_of(one) for one in office.proposals] if is_member else [],
        bar=bar,
        served=served,
        now=clock.now(),
        is_member=is_member,
    )


@router.get("/coop/log")
def get_log(
    request: Request,
    session: ReaderDep,
    actor: ViewerDep,
    kernel: KernelDep,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> Response:
    """Show the public log, newest first."""
    head = log_head(session, kernel.keyring)
    last = min(before - 1 if before else head.seq, head.seq)
    after = max(last - LOG_PAGE, 0)
    lines = log_lines(session, after=after, limit=max(last - after, 1))
    is_member = actor is not None and actor.is_member
    return render(
        request,
        "governance/log.html",
        lines=log_rows(session, [one for one in lines if one.seq <= last], to_member=is_member),
        is_member=is_member,
        head=head,
        older=after + 1 if after else None,
    )


@router.get("/coop/verify", dependencies=[Anyone])
def get_verify(request: Request, session: ReaderDep, kernel: KernelDep) -> Response:
    """Explain in plain words how anybody can check what we decided."""
    head = log_head(session, kernel.keyring)
    return render(request, "governance/verify.html", head=head)
