"""Publish a post."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Forbidden
from app.core.events import publish
from app.core.ids import first_id_at, id_at
from app.core.orm import BigInt
from app.core.prepared import Prepared
from app.core.words import say
from app.media.service import attach
from app.members.actor import Actor
from app.relationships.queries import is_follower
from app.statuses.cards.service import keep_card
from app.statuses.content import Content, compose, keep_mentions, keep_tags
from app.statuses.events import StatusPublished
from app.statuses.models import Status
from app.statuses.polls.service import ask
from app.statuses.queries import mentioned_in, original_of
from app.statuses.quotes.rules import policy_for
from app.statuses.quotes.service import check_quotable, keep_quote
from app.statuses.service.repeats import claim_key
from app.statuses.service.rights import check_may_speak
from app.statuses.tally import count_in
from app.statuses.visibility import is_counted, may_answer
from app.statuses.writing import Writing, check_writing

PACE = timedelta(hours=3)
POSTS_PER_PACE_MAX = 300


def publish_status(
    session: Session,
    actor: Actor,
    writing: Writing,
    *,
    now: datetime,
    here: str | None = None,
    key: str | None = None,
    application_id: int | None = None,
) -> Status:
    """Publish a post of the actor, written in the browser or by the application.

    `here` is our own domain, by which full addresses of neighbours are known. With a `key`, a
    repeat within an hour returns the post that the first call made.

    Raises: Forbidden if the actor may not post now, or may not answer or quote that post; Invalid
    beyond the limits of a post; NotFound if a post or a picture is not there for them;
    Conflict beyond the limit of posts in some hours, or if the key was used to schedule one.
    """
    check_may_speak(session, actor, now=now)
    check_writing(writing)
    status_id = id_at(now)
    if key is not None:
        earlier_id = claim_key(session, actor.account_id, key, made_id=status_id, now=now)
        if earlier_id is not None:
            return _posted(session, earlier_id)
    _check_pace(session, actor.account_id, now=now)
    answered, quoted = _answered(session, actor, writing), _quoted(session, actor, writing)
    content = compose(session, writing, here=here)
    status = _status(actor, writing, content, answered, status_id=status_id, now=now)
    status.quoted_id = None if quoted is None else quoted.id
    status.application_id = application_id
    session.add(status)
    session.flush()
    count_in(session, status)
    keep_mentions(session, status_id, content.mentioned)
    keep_tags(session, status_id, content.tags, now=now)
    if writing.media_ids:
        attach(
            session,
            media_ids=writing.media_ids,
            account_id=actor.account_id,
            status_id=status_id,
            now=now,
        )
    keep_card(session, status, content.urls, has_media=bool(writing.media_ids))
    if quoted is not None:
        keep_quote(session, status, quoted, now=now)
    if writing.poll is not None:
        status.poll_id = ask(session, status_id, writing.poll, now=now).id
    if answered is not None:
        count_answer(session, answered, status)
    publish(session, StatusPublished(status_id, actor.account_id, now))
    return status


def _posted(session: Session, status_id: int) -> Status:
    status = session.get(Status, status_id)
    if status is None:
        raise Conflict(say("This was sent before, to be posted later."))
    return status


_RECENT = Prepared(
    select(func.count())
    .select_from(Status)
    .where(
        Status.account_id == bindparam("author_id", type_=BigInt),
        Status.id >= bindparam("first_id", type_=BigInt),
    )
)


def _check_pace(session: Session, account_id: int, *, now: datetime) -> None:
    since = {"author_id": account_id, "first_id": first_id_at(now - PACE)}
    ((count,),) = _RECENT.within(session, since)
    if count >= POSTS_PER_PACE_MAX:
        raise Conflict(say("That were many posts in a short time. Go on in some hours."))


def _answered(session: Session, actor: Actor, writing: Writing) -> Status | None:
    if writing.in_reply_to_id is None:
        return None
    answered = original_of(session, actor.account_id, writing.in_reply_to_id)
    allowed = may_answer(
        answered.reply_audience,
        is_author=answered.account_id == actor.account_id,
        is_mentioned=actor.account_id in mentioned_in(session, answered.id),
        is_follower=is_follower(session, actor.account_id, answered.account_id),
    )
    if not allowed:
        raise Forbidden(say("The author of this post wants answers only from some people."))
    return answered


def _quoted(session: Session, actor: Actor, writing: Writing) -> Status | None:
    if writing.quoted_id is None:
        return None
    return check_quotable(session, actor, writing.quoted_id)


def _status(
    actor: Actor,
    writing: Writing,
    content: Content,
    answered: Status | None,
    *,
    status_id: int,
    now: datetime,
) -> Status:
    return Status(
        id=status_id,
        account_id=actor.account_id,
        text=writing.text,
        content_type=writing.content_type,
        content_html=content.html,
        spoiler=writing.spoiler,
        sensitive=writing.sensitive or bool(writing.spoiler),
        language=writing.language,
        visibility=writing.visibility,
        reply_audience=writing.reply_audience,
        quote_policy=policy_for(writing.visibility, writing.quote_policy),
        in_reply_to_id=None if answered is None else answered.id,
        in_reply_to_account_id=None if answered is None else answered.account_id,
        conversation_id=status_id if answered is None else answered.conversation_id,
        created_at=now,
    )


def count_answer(session: Session, answered: Status, answer: Status) -> None:
    """Count an answer with what it answers, if that may be told."""
    if is_counted(answer=answer.visibility, answered=answered.visibility):
        more = {Status.replies_count: Status.replies_count + 1}
        session.execute(update(Status).where(Status.id == answered.id).values(more))
