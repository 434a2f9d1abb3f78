"""Discussing a proposal: comments, and answers to them."""

import unicodedata
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Forbidden, Invalid, NotFound
from app.core.events import publish
from app.core.words import say
from app.members.actor import Actor, Verb, require
from governance.events import CommentAdded
from governance.lifecycle import Act
from governance.models import Comment, Proposal
from governance.proposals import locked_for

TEXT_MAX: Final = 5000
DEPTH_MAX: Final = 5
COMMENTS_PER_DAY: Final = 100


def comment(
    session: Session,
    proposal_id: int,
    *,
    actor: Actor,
    text: str,
    now: datetime,
    parent_id: int | None = None,
) -> Comment:
    """Say something about a proposal. Every member may, with a vote or without.

    An answer to the deepest level stands beside what it answers.

    Raises: NotFound; Forbidden after too many in a day; Conflict when it is not open; Invalid.
    """
    require(actor, Verb.WRITE)
    proposal = locked_for(session, proposal_id, Act.COMMENT, actor=actor)
    _check_rate(session, actor.member_id, now=now)
    parent = _parent(session, proposal, parent_id)
    above = parent
    if parent is not None and parent.depth == DEPTH_MAX:
        above = session.get_one(Comment, parent.parent_id)
    said = Comment(
        proposal_id=proposal.id,
        parent_id=above.id if above else None,
        depth=above.depth + 1 if above else 0,
        member_id=actor.member_id,
        text=_text(text),
        created_at=now,
    )
    session.add(said)
    session.flush()  # The event refers to its key.
    answered = parent.member_id if parent else None
    publish(
        session,
        CommentAdded(proposal.id, said.id, actor.member_id, proposal.author_id, answered, at=now),
    )
    return said


def _parent(session: Session, proposal: Proposal, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    parent = session.get(Comment, parent_id)
    if parent is None or parent.proposal_id != proposal.id:
        raise NotFound(say("There is no such comment."))
    return parent


def _text(given: str) -> str:
    text = unicodedata.normalize("NFC", given.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text or "\0" in text:
        fault = say("Write something first.")
        raise Invalid(fault, text=fault)
    if len(text) > TEXT_MAX:
        fault = say("A comment has at most {count} characters.", count=TEXT_MAX)
        raise Invalid(fault, text=fault)
    return text


def _check_rate(session: Session, member_id: int, *, now: datetime) -> None:
    today = select(func.count(Comment.id)).where(
        Comment.member_id == member_id, Comment.created_at > now - timedelta(days=1)
    )
    if (session.scalar(today) or 0) >= COMMENTS_PER_DAY:
        raise Forbidden(
            say("A member writes at most {count} comments a day.", count=COMMENTS_PER_DAY)
        )
