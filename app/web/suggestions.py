"""People to follow, on a page of their own, with who recommends them; only if one asks for it."""

from typing import Any, Final

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.words import say
from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.forms import SentDep
from app.http.limits import limit
from app.http.pages import after_post, page_router, render
from app.members.actor import Actor
from app.relationships.suggestions import (
    pass_over,
    suggestions_for,
    want_suggestions,
    wants_suggestions,
)
from app.web.shown import face_of

router = page_router()

PAGE: Final = "/suggestions"


@router.get(PAGE)
def show_suggestions(request: Request, actor: MemberDep, session: ReaderDep) -> Response:
    """Show whom those recommend whom the reader follows."""
    is_wanted = wants_suggestions(session, actor)
    people = _people(session, actor)
    return render(request, "web/suggestions.html", is_wanted=is_wanted, people=people)


@router.post(PAGE)
def switch_suggestions(
    request: Request, sent: SentDep, actor: MemberDep, session: SessionDep
) -> Response:
    """Begin or cease to suggest people."""
    want_suggestions(session, actor, wanted=sent.text("wanted") == "yes")
    return after_post(request, to=PAGE)


@router.post(f"{PAGE}/{{account_id:int}}/pass", dependencies=[limit("write")])
def pass_somebody_over(
    request: Request, account_id: int, actor: MemberDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Suggest somebody no longer."""
    pass_over(session, actor, target_id=account_id, now=clock.now())
    return after_post(request, to=PAGE, said=say("Kept."))


def _people(session: Session, actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "id": found.account.id,
            "face": face_of(found.account),
            "by": [face_of(account) for account in found.by[:3]],
        }
        for found in suggestions_for(session, actor)
    ]
