"""What a visitor sees of the co-op: the front door, who we are, how it works, help."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.core.records import Record
from app.core.words import Words
from app.http.access import ViewerDep
from app.http.deps import ClockDep, KernelDep, ReaderDep
from app.http.faces import avatar_url
from app.http.pages import page_router, render
from app.http.panels import PanelsDep, Tone
from app.http.shell import Shell, shell_of
from app.instance.models import Coop
from app.instance.queries import registration_of
from app.members.offices import office_word
from app.members.queries import Officer, caretaking_until, count_members, officers_at

router = page_router()

HEARD_MAX: Final = 3
RULES_MAX: Final = 3
DECIDED_MAX: Final = 3


class Holder(Record):
    """Somebody in office, with all offices that they hold, and when the first of them ends."""

    name: str
    url: str
    avatar_url: str
    offices: tuple[Words, ...]
    until: datetime


@router.get("/")
def get_landing(
    request: Request,
    session: ReaderDep,
    actor: ViewerDep,
    panels: PanelsDep,
    kernel: KernelDep,
) -> Response:
    """Show visitors what this is and who runs it; members are at home."""
    if actor is not None:
        return RedirectResponse("/home", status_code=303)
    if not shell_of(request).site.is_founded:
        return render(request, "web/unfounded.html")
    now = kernel.clock.now()
    under_way = panels.matters_under_way(session, now)
    return render(
        request,
        "web/landing.html",
        members=count_members(session),
        on_the_board=next((m for m in under_way if m.tone is Tone.OPEN), None),
        heard=panels.heard_lately(session, now, at_most=HEARD_MAX),
        people=people_in_office(session, now=now),
        decided=panels.matters_decided(session, now, at_most=DECIDED_MAX),
        money=panels.money_line(session, now),
        price=panels.price_of(session, now),
        rules=panels.rules_of(session, now)[:RULES_MAX],
        registration=registration_of(session, kernel.settings).value,
    )


@router.get("/about")
def get_about(
    request: Request, session: ReaderDep, _actor: ViewerDep, panels: PanelsDep, clock: ClockDep
) -> Response:
    """Say who we are, who runs this until when, and whom to write to."""
    now = clock.now()
    return render(
        request,
        "web/about.html",
        coop=session.scalar(select(Coop)),
        members=count_members(session),
        people=people_in_office(session, now=now),
        caretaking_until=caretaking_until(session, at=now),
        money=panels.money_line(session, now),
        page_shell=_shell_name(shell_of(request)),
    )


@router.get("/how-it-works")
def get_how_it_works(
    request: Request, session: ReaderDep, _actor: ViewerDep, panels: PanelsDep, clock: ClockDep
) -> Response:
    """Explain the co-op in short sentences and one picture."""
    price = panels.price_of(session, clock.now())
    page_shell = _shell_name(shell_of(request))
    return render(request, "web/how_it_works.html", price=price, page_shell=page_shell)


@router.get("/help")
def get_help(request: Request, _actor: ViewerDep) -> Response:
    """Answer what people ask, on one page with an anchor for each question."""
    return render(request, "web/help.html", page_shell=_shell_name(shell_of(request)))


def people_in_office(session: Session, *, now: datetime) -> list[Holder]:
    """Return who is in office, each person once, with the day on which their power ends."""
    by_person: dict[int, list[Officer]] = {}
    for officer in officers_at(session, at=now):
        by_person.setdefault(officer.account.id, []).append(officer)
    return [_holder(held) for held in by_person.values()]


def _holder(held: Sequence[Officer]) -> Holder:
    account = held[0].account
    return Holder(
        name=account.name,
        url=f"/@{account.username}",
        avatar_url=avatar_url(account.id, account.avatar_key),
        offices=tuple(office_word(officer.office) for officer in held),
        until=min(officer.mandate.ends_at for officer in held),
    )


def _shell_name(shell: Shell) -> str:
    """Members keep their list beside such a page; visitors get the plain one."""
    return "house" if shell.viewer is not None and not shell.is_outside else "plain"
