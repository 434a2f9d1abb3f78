"""Quote a post, take one's post out of a quote, and say who may quote it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.errors import Forbidden, NotFound
from app.core.events import publish
from app.core.orm import lock
from app.core.upsert import insert_missing
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.relationships.queries import is_follower
from app.statuses.events import StatusQuoted
from app.statuses.models import Status
from app.statuses.queries import (
    may_see_from_elsewhere,
    original_of,
    own_status,
    visible_status,
)
from app.statuses.quotes.models import Quote
from app.statuses.quotes.rules import QuotePolicy, QuoteState, may_quote, policy_for
from app.statuses.visibility import ReplyAudience


def check_quotable(session: Session, actor: Actor, status_id: int) -> Status:
    """Return the post that the actor wants to quote.

    Raises: NotFound if it is not there for them; Forbidden if its author does not let them.
    """
    quoted = original_of(session, actor.account_id, status_id)
    allowed = may_quote(
        quoted.quote_policy,
        quoted.visibility,
        is_author=quoted.account_id == actor.account_id,
        is_follower=is_follower(session, actor.account_id, quoted.account_id),
    )
    if not allowed:
        raise Forbidden(say("The author of this post does not want it to be quoted."))
    return quoted


def keep_quote(session: Session, status: Status, quoted: Status, *, now: datetime) -> None:
    """Let a new post show another one, which `check_quotable` gave."""
    session.add(Quote(status_id=status.id, quoted_id=quoted.id, created_at=now))


def lets_quote(session: Session, account_id: int, quoted: Status) -> bool:
    """Return whether somebody of another site may quote a post of ours."""
    if not may_see_from_elsewhere(session, account_id, quoted.id):
        return False
    follows = is_follower(session, account_id, quoted.account_id)
    policy, visibility = quoted.quote_policy, quoted.visibility
    return may_quote(policy, visibility, is_author=False, is_follower=follows)


def join_quote(session: Session, status: Status, quoted: Status, *, now: datetime) -> None:
    """Let a post that is here already show another one; a second time, nothing changes."""
    if not insert_missing(
        session, Quote, status_id=status.id, quoted_id=quoted.id, created_at=now
    ):
        return
    status.quoted_id = quoted.id
    status.rev += 1
    session.flush()
    event = StatusQuoted(status.id, status.account_id, quoted.id, quoted.account_id, now)
    publish(session, event)


def revoke_quote(session: Session, actor: Actor, status_id: int, quoting_id: int) -> Status:
    """Take the actor's post `status_id` out of the post `quoting_id`; return the latter.

    Raises: NotFound if there is no such quote for them; Forbidden if the quoted post is not
    theirs.
    """
    require(actor, Verb.WRITE)
    quoted = visible_status(session, actor.account_id, status_id)
    if quoted.account_id != actor.account_id:
        raise Forbidden(say("This action is not allowed"))
    quote = lock(session, Quote, quoting_id)
    if quote is None or quote.quoted_id != status_id:
        raise NotFound(say("There is no such post."))
    quoting = visible_status(session, actor.account_id, quoting_id)
    if quote.state is not QuoteState.REVOKED:
        quote.state = QuoteState.REVOKED
        newer = {Status.rev: Status.rev + 1}
        session.execute(update(Status).where(Status.id == quoting_id).values(newer))
    return quoting


def set_policies(
    session: Session,
    actor: Actor,
    status_id: int,
    *,
    quotes: QuotePolicy | None = None,
    answers: ReplyAudience | None = None,
) -> Status:
    """Say who may quote and who may answer a post of the actor's from now on; None stays.

    What is for a few stays closed to quotes; quotes that there are already stay.

    Raises: NotFound, also for the post of somebody else; Forbidden if suspended.
    """
    require(actor, Verb.WRITE)
    status = own_status(session, actor.account_id, status_id)
    policy = policy_for(status.visibility, quotes or status.quote_policy)
    audience = answers or status.reply_audience
    if (policy, audience) != (status.quote_policy, status.reply_audience):
        status.quote_policy, status.reply_audience = policy, audience
        status.rev += 1
    return status
