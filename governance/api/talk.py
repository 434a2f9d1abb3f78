"""The discussion of a proposal, for programs."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.http.apis import api_router
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.limits import limit
from app.http.paging import OldestFirst
from app.members.actor import Actor
from governance import service
from governance.api.common import Form, Number, ProposalId, ReadsDep, VotesDep
from governance.queries.plain import comments_after
from governance.views import CommentView

router = api_router(prefix="/api/coop/v1/proposals/{proposal_id}/comments", tags=["proposals"])


class CommentForm(Form):
    """What a member says, and perhaps which comment they answer."""

    text: str
    parent_id: Number | None = None


class CommentEntity(BaseModel):
    """A comment; `parent_id` is the one that it answers."""

    id: str
    url: str
    proposal_id: str
    parent_id: str | None
    author: str
    text: str
    created_at: datetime

    @classmethod
    def of(cls, view: CommentView, *, proposal_id: int) -> Self:
        """Build the entity from its view."""
        return cls(
            id=str(view.id),
            url=f"/coop/proposals/{proposal_id}#comment-{view.id}",
            proposal_id=str(proposal_id),
            parent_id=str(view.parent_id) if view.parent_id else None,
            author=view.person.username,
            text=view.text,
            created_at=view.created_at,
        )


@router.get("")
def get_comments(
    proposal_id: ProposalId, session: ReaderDep, actor: ReadsDep, page: OldestFirst
) -> list[CommentEntity]:
    """List what was said, oldest first."""
    rows = comments_after(
        session, proposal_id, viewer=actor, after=page.edge or 0, limit=page.fetch
    )
    shown = page.cut(rows, lambda row: row.id)
    return [CommentEntity.of(one, proposal_id=proposal_id) for one in shown]


@router.post("", status_code=201, dependencies=[limit("comment")])
def post_comment(
    proposal_id: ProposalId,
    form: CommentForm,
    session: SessionDep,
    actor: VotesDep,
    clock: ClockDep,
) -> CommentEntity:
    """Say something, or answer a comment. Every member may, with a vote or without."""
    parent_id = int(form.parent_id) if form.parent_id else None
    made = service.comment(
        session, proposal_id, actor=actor, text=form.text, parent_id=parent_id, now=clock.now()
    )
    return _entity(session, proposal_id, made.id, actor)


def _entity(session: Session, proposal_id: int, comment_id: int, actor: Actor) -> CommentEntity:
    [made] = comments_after(session, proposal_id, viewer=actor, after=comment_id - 1, limit=1)
    return CommentEntity.of(made, proposal_id=proposal_id)
