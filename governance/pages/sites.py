"""The public list of sites that the members decided to refuse."""

from fastapi import Request
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.words import say
from app.http.access import KnownDep, MemberDep
from app.http.deps import ReaderDep
from app.http.pages import page_router, render
from app.moderation.sites.lists import write_list
from app.moderation.sites.queries import decided_sites
from app.moderation.sites.rules import shown_in_public

router = page_router(prefix="/coop/sites")


@router.get("")
def get_sites(request: Request, session: ReaderDep, viewer: KnownDep) -> Response:
    """Show each site with the reason and the decision; visitors see some names with stars."""
    rows = [
        (one.rule.domain if viewer else shown_in_public(one.rule), one)
        for one in decided_sites(session)
    ]
    return render(request, "governance/sites.html", rows=rows, is_member=viewer is not None)


@router.get("/list.csv")
def get_list(session: ReaderDep, _actor: MemberDep) -> Response:
    """Hand the list on in the form that other co-ops and servers read."""
    found = decided_sites(session)
    if not found:
        raise NotFound(say("There is no such list yet."))
    name = {"content-disposition": 'attachment; filename="sites.csv"'}
    text = write_list(one.rule for one in found)
    return Response(text, media_type="text/csv; charset=utf-8", headers=name)
