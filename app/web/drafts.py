"""What is kept for later: drafts, and posts that wait for their moment."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.records import Record
from app.core.words import say
from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.pages import after_post, page_router, render
from app.statuses.models import Scheduled
from app.statuses.queries import drafts_of, scheduled_of
from app.statuses.service.drafts import discard_draft
from app.statuses.service.schedule import return_to_drafts

router = page_router()


class Waiting(Record):
    """A post that waits, as the page lists it."""

    id: int
    due_at: datetime
    words: str


def read_when(text: str, zone: tzinfo) -> datetime | None:
    """Return the moment of a field of day and time, by the reader's clock; None if it is empty.

    Raises: Invalid.
    """
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        wrong = say("This is no day and time.")
        raise Invalid(wrong, scheduled_at=wrong) from None


@router.get("/drafts")
def show_drafts(request: Request, actor: MemberDep, session: ReaderDep) -> Response:
    """Show what the reader has kept for later."""
    waiting = _waiting(scheduled_of(session, actor.account_id))
    drafts = drafts_of(session, actor.account_id)
    return render(request, "web/drafts.html", drafts=drafts, waiting=waiting)


def _waiting(scheduled: Sequence[Scheduled]) -> Sequence[Waiting]:
    def words(writing: dict[str, Any]) -> str:
        return str(writing["spoiler"] or writing["text"])

    return [Waiting(s.id, s.due_at, words(s.writing)) for s in scheduled]


@router.post("/drafts/{draft_id}/discard")
def discard(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, draft_id: int
) -> Response:
    """Throw a draft away."""
    discard_draft(session, actor, draft_id, now=clock.now())
    return after_post(request, to="/drafts", said=say("The draft is gone."))


@router.post("/scheduled/{scheduled_id}/return")
def take_back(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, scheduled_id: int
) -> Response:
    """Make a draft of a post that waits."""
    draft = return_to_drafts(session, actor, scheduled_id, now=clock.now())
    to = f"/compose?draft={draft.id}"
    return after_post(request, to=to, said=say("It does not go out. Here it is as a draft."))
