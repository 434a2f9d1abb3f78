"""The hub: what needs the reader, what is being decided, what was, who is in office."""

from fastapi import Request
from starlette.responses import Response

from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep
from app.http.pages import page_router, render
from app.http.panels import PanelsDep
from app.members.queries import count_members
from governance.pages.common import faces
from governance.queries import office_views

router = page_router()


@router.get("/coop")
def show_hub(
    request: Request, actor: MemberDep, session: ReaderDep, clock: ClockDep, panels: PanelsDep
) -> Response:
    """Show the co-op at a glance."""
    now = clock.now()
    offices = office_views(session, now=now)
    return render(
        request,
        "governance/hub.html",
        members=count_members(session),
        needs=panels.needs_of(session, actor, now),
        under_way=panels.matters_under_way(session, now, at_most=6),
        decided=panels.matters_decided(session, now),
        money=panels.money_line(session, now),
        offices=offices,
        faces=faces(mandate.person for office in offices for mandate in office.holders),
    )
