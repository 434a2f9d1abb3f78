"""Create, Update and Delete of what people of other sites publish. Source: federation.md 6, 7."""

from datetime import timedelta
from typing import Final

from sqlalchemy import exists, select

from app.accounts.models import Account, RemoteActor
from app.core.orm import lock
from app.federation.activitystreams.addressing import Reach, reach_of
from app.federation.activitystreams.policies import Approval, Policies, approval_of
from app.federation.activitystreams.posts import Post
from app.federation.authority import Verified, is_quote_allowed
from app.federation.inbox import people, votes
from app.federation.inbox.desk import HASTY, Desk, Thing
from app.federation.inbox.wording import wording_of
from app.relationships.models import Follow, FollowState
from app.relationships.queries import is_follower
from app.statuses.models import Status
from app.statuses.queries import may_see_from_elsewhere, mentioned_in
from app.statuses.quotes.rules import QuotePolicy
from app.statuses.quotes.service import join_quote
from app.statuses.service.adopt import Origin, adopt_status, change_adopted, keep_silent
from app.statuses.service.boost import take_boost_back
from app.statuses.service.delete import bury
from app.statuses.visibility import OPEN, ReplyAudience, Visibility, may_answer

SOMEBODY: Final = "https://www.w3.org/ns/activitystreams#Actor"  # Nobody's id.
NEW_FOR: Final = timedelta(days=1)  # A change of something that is unknown counts as its coming.


def create(desk: Desk, verified: Verified) -> bool:
    """Keep a new post, if it concerns anybody here; count a vote."""
    post = verified.activity.object.post
    author = desk.person(verified.actor)
    if author is None:
        return False
    if post is None:
        return _fetch_followed(desk, author, verified.activity.object_uri)
    if post.vote is not None:
        return votes.vote(desk, author, post, post.vote)
    return take_in(desk, author, post) is not None


def _fetch_followed(desk: Desk, author: Account, uri: str | None) -> bool:
    """Fetch a post of which only the id came, by somebody who is followed here."""
    if uri is None or not is_followed(desk, author):
        return False
    return desk.post(uri) is not None


def update(desk: Desk, verified: Verified) -> bool:
    """Let a post, or a person, be as their site says now."""
    changed = verified.activity.object
    if changed.person is not None:
        return people.update(desk, verified)
    post = changed.post
    author = None if post is None else desk.person(verified.actor)
    if post is None or author is None:
        return False
    known = desk.known_post(post.id)
    if known is None:
        is_new = post.published_at is None or desk.now - post.published_at < NEW_FOR
        return is_new and take_in(desk, author, post) is not None
    return change(desk, author, known, post)


def change(desk: Desk, author: Account, known: Status, post: Post) -> bool:
    """Let a known post read as its author's site says, unless we know something newer."""
    status = lock(desk.session, Status, known.id)
    if status is None or status.account_id != author.id or status.deleted_at is not None:
        return False
    said_at, known_at = post.updated_at, status.edited_at
    if known_at is not None and (said_at is None or said_at < known_at):
        return False
    wording = wording_of(post, mentioned=_mentioned(desk, post))
    change_adopted(desk.session, status, wording, now=desk.now)
    return True


def delete(desk: Desk, verified: Verified) -> bool:
    """Bury what its author's site says is gone; what has not come yet will not count."""
    uri = verified.activity.object_uri
    if uri is None:
        return False
    if uri == verified.actor:
        return people.farewell(desk, verified)
    author, known = desk.known_person(verified.actor), desk.known_post(uri)
    if known is None:
        desk.foretell(uri, verified.actor)
        return False
    if author is None or known.account_id != author.id:
        return False
    remove(desk, known)
    return True


def remove(desk: Desk, known: Status) -> None:
    """Make a tombstone of a post, or boost, of elsewhere."""
    status = lock(desk.session, Status, known.id)
    if status is None or status.deleted_at is not None:
        return
    if status.reblog_of_id is not None:
        take_boost_back(desk.session, status, now=desk.now)
    else:
        bury(desk.session, status, now=desk.now)


def take_in(desk: Desk, author: Account, post: Post, *, on_purpose: bool = False) -> Status | None:
    """Keep a post, unless it is known; None if it concerns nobody here, or may not be there.

    What was fetched `on_purpose` is kept whomever it concerns. Raises: Wanting.
    """
    here = desk.session.get_one(RemoteActor, author.id)
    known = desk.known_post(post.id)
    reach = reach_of(
        post.audience,
        author=here.uri,
        followers=here.followers,
        mentioned=[m.href for m in post.tags.mentions if m.href is not None],
        delivered_to=[desk.ours.urls.actor(id_) for id_ in desk.recipients],
    )
    silent = _silent(desk, post, reach)
    if known is not None:
        if known.account_id == author.id and known.deleted_at is None:
            keep_silent(desk.session, known.id, silent - mentioned_in(desk.session, known.id))
        return known
    if desk.was_foretold(post.id, here.uri) or author.suspended_at is not None:
        return None
    mentioned = _mentioned(desk, post)
    addressed = silent | _local(desk, mentioned)
    if not (on_purpose or addressed or _concerns(desk, author, post)):
        return None
    answered = _answered(desk, post)
    if answered is not None and not _may_answer(desk, author, answered):
        return None
    origin = Origin(
        uri=post.id,
        url=post.url,
        context=post.conversation,
        published_at=min(post.published_at or desk.now, desk.now),
        visibility=reach.visibility,
        reply_audience=_who_may_answer(post.policies),
        quote_policy=_who_may_quote(post.policies, here.uri, here.followers),
        silent=silent,
        answers=post.in_reply_to,
        answered=answered,
    )
    quoted = quotable(desk, author, post)
    wording = wording_of(post, mentioned=mentioned)
    status = adopt_status(desk.session, author.id, origin, wording, now=desk.now)
    if quoted is not None:
        join_quote(desk.session, status, quoted, now=desk.now)
    return status


def quotable(desk: Desk, author: Account, post: Post) -> Status | None:
    """Return the post that a post may show: by the same author, or with their stamp.

    What quotes a post of ours has asked for it. Raises: Wanting.
    """
    quote = post.quote
    if quote is None or desk.ours.is_here(quote.uri):
        return None
    quoted = desk.post(quote.uri, attempts=HASTY)
    if quoted is None or quoted.deleted_at is not None or quoted.visibility not in OPEN:
        return None
    if quoted.account_id == author.id:
        return quoted
    if quote.authorization is None:
        return None
    desk.want(Thing.STAMP, quote.authorization, attempts=HASTY)
    stamp = desk.brought.stamp(quote.authorization)
    by = desk.session.get(RemoteActor, quoted.account_id)
    names = {"quoting": post.id, "quoted": quote.uri}
    if stamp is None or by is None:
        return None
    return quoted if is_quote_allowed(stamp, author=by.uri, **names) else None


def _silent(desk: Desk, post: Post, reach: Reach) -> frozenset[int]:
    """Return whom of ours it was sent to without naming them, where not everybody may see it.

    A post for followers comes into the own inboxes of followers too: that alone names nobody.
    """
    if reach.visibility is Visibility.DIRECT:
        uris = reach.silent
    elif reach.visibility is Visibility.FOLLOWERS:
        uris = tuple(uri for uri in reach.silent if uri in post.audience.named)
    else:
        return frozenset()
    found = (desk.local_person(uri) for uri in uris)
    return frozenset(person.id for person in found if person is not None)


def _mentioned(desk: Desk, post: Post) -> frozenset[int]:
    """Return the accounts that a post names, of here and elsewhere, as far as they are known."""
    hrefs = {m.href for m in post.tags.mentions if m.href is not None}
    found = (desk.known_person(href) for href in sorted(hrefs))
    return frozenset(
        person.id for person in found if person is not None and person.suspended_at is None
    )


def _local(desk: Desk, account_ids: frozenset[int]) -> frozenset[int]:
    if not account_ids:
        return frozenset()
    ours = select(Account.id).where(Account.id.in_(account_ids), Account.domain.is_(None))
    return frozenset(desk.session.scalars(ours))


def _concerns(desk: Desk, author: Account, post: Post) -> bool:
    """Return whether somebody here follows the author, or the talk. Source: federation.md 6.4."""
    if is_followed(desk, author):
        return True
    if post.in_reply_to is None:
        return False
    answered = desk.known_post(post.in_reply_to)
    if answered is None or answered.deleted_at is not None:
        return False
    to = desk.session.get_one(Account, answered.account_id)
    return to.domain is None or is_followed(desk, to)


def is_followed(desk: Desk, account: Account) -> bool:
    """Return whether anybody here follows the account."""
    reader = select(Account.id).where(Account.id == Follow.follower_id, Account.domain.is_(None))
    theirs = (Follow.followee_id == account.id, Follow.state == FollowState.ACCEPTED)
    found = select(Follow.id).where(*theirs, exists(reader)).limit(1)
    return desk.session.scalar(found) is not None


def _answered(desk: Desk, post: Post) -> Status | None:
    """Return the post that is answered; None if there is none, or it cannot be had."""
    if post.in_reply_to is None:
        return None
    return desk.post(post.in_reply_to, attempts=HASTY)


def _may_answer(desk: Desk, author: Account, answered: Status) -> bool:
    """Return whether somebody may answer a post of ours; those of others are theirs to guard."""
    owner = desk.session.get_one(Account, answered.account_id)
    if owner.domain is not None:
        return True
    session = desk.session
    if not may_see_from_elsewhere(session, author.id, answered.id):
        return answered.deleted_at is not None
    return may_answer(
        answered.reply_audience,
        is_author=False,
        is_mentioned=author.id in mentioned_in(session, answered.id),
        is_follower=is_follower(session, author.id, answered.account_id),
    )


def _who_may_answer(policies: Policies) -> ReplyAudience:
    """Return who may answer, in our words: everyone, unless nobody in particular may."""
    approval = approval_of(policies.reply, actor=SOMEBODY, author="")
    is_open = approval is not Approval.DENIED
    return ReplyAudience.EVERYONE if is_open else ReplyAudience.MENTIONED


def _who_may_quote(policies: Policies, author: str, followers: str | None) -> QuotePolicy:
    """Return who may quote, in our words. Who says nothing of it knows of no consent."""
    if policies.quote is None:
        return QuotePolicy.NOBODY
    if approval_of(policies.quote, actor=SOMEBODY, author=author) is not Approval.DENIED:
        return QuotePolicy.PUBLIC
    own = [followers] if followers is not None else []
    of_followers = approval_of(policies.quote, actor=SOMEBODY, author=author, collections=own)
    is_denied = of_followers is Approval.DENIED
    return QuotePolicy.NOBODY if is_denied else QuotePolicy.FOLLOWERS
