"""Publish what the co-op itself says."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.events import publish
from app.core.ids import id_at
from app.core.records import Record
from app.statuses.content import keep_tags
from app.statuses.events import StatusPublished
from app.statuses.models import Status
from app.statuses.tally import count_in
from app.statuses.visibility import Visibility
from app.text.markup import render_post


class Proclamation(Record):
    """What is said, in which language, and to whom."""

    text: str
    language: str
    visibility: Visibility = Visibility.PUBLIC


def proclaim(session: Session, account_id: int, said: Proclamation, *, now: datetime) -> Status:
    """Publish a post of the co-op's account, which nobody writes by hand.

    It names nobody, whatever stands in it: a title with an @ in it tells no one that they were
    named. Length is not asked: titles are short by themselves.
    """
    post = render_post(said.text)
    status_id = id_at(now)
    status = Status(
        id=status_id,
        account_id=account_id,
        text=said.text,
        content_html=post.html,
        language=said.language,
        visibility=said.visibility,
        conversation_id=status_id,
        created_at=now,
    )
    session.add(status)
    session.flush()
    count_in(session, status)
    keep_tags(session, status_id, post.tags, now=now)
    publish(session, StatusPublished(status_id, account_id, now))
    return status
