"""What a member lost when a site was refused: whom they followed there, and who followed them."""

from collections.abc import Sequence
from enum import StrEnum

from fastapi import Request
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.sheets import csv_text
from app.core.words import say
from app.http.access import SignedInDep
from app.http.deps import ReaderDep
from app.http.pages import page_router, render
from app.moderation.sites.queries import Severed, severed_of

router = page_router(prefix="/settings/severed")


class Way(StrEnum):
    """Which follows a file is about."""

    FOLLOWING = "following"
    FOLLOWERS = "followers"


@router.get("")
def get_severed(request: Request, session: ReaderDep, actor: SignedInDep) -> Response:
    """Show what was cut, by the decision that cut it."""
    found = severed_of(session, actor.account_id)
    return render(request, "web/settings/severed.html", severed=found)


@router.get("/{change_id:int}/{way}.csv")
def get_file(session: ReaderDep, actor: SignedInDep, change_id: int, way: Way) -> Response:
    """Hand it out in the form that other sites read."""
    one = _one(severed_of(session, actor.account_id), change_id)
    addresses = one.following if way is Way.FOLLOWING else one.followers
    text = csv_text(("Account address",), ((address,) for address in addresses))
    name = {"content-disposition": f'attachment; filename="{way.value}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=name)


def _one(found: Sequence[Severed], change_id: int) -> Severed:
    for one in found:
        if one.change_id == change_id:
            return one
    raise NotFound(say("There is no such list."))
