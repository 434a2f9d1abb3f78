"""One's own post, as it was written."""

from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.words import say
from app.media.service import attached
from app.members.actor import Actor
from app.statuses.polls.queries import asked_in
from app.statuses.queries import visible_status
from app.statuses.writing import Writing


def written_in(session: Session, actor: Actor, status_id: int) -> Writing:
    """Return the actor's post as they wrote it, to be changed.

    Raises: NotFound, also for the post of somebody else.
    """
    status = visible_status(session, actor.account_id, status_id)
    if status.account_id != actor.account_id or status.reblog_of_id is not None:
        raise NotFound(say("There is no such post."))
    return Writing(
        text=status.text,
        content_type=status.content_type,
        spoiler=status.spoiler,
        sensitive=status.sensitive,
        language=status.language,
        visibility=status.visibility,
        in_reply_to_id=status.in_reply_to_id,
        quoted_id=status.quoted_id,
        quote_policy=status.quote_policy,
        media_ids=tuple(picture.id for picture in attached(session, status_id)),
        poll=asked_in(session, status_id),
    )
