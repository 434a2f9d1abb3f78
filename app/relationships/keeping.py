"""What an account keeps about others: whom it endorses, private notes, sites that it avoids."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Invalid, NotFound
from app.core.records import Record
from app.core.upsert import insert_missing
from app.core.words import say
from app.members.actor import Actor
from app.relationships.models import AvoidedDomain, Endorsement, Follow, FollowState, PrivateNote
from app.relationships.queries import is_follower
from app.relationships.service import end_follow
from app.text.handles import normal_domain

NOTE_MAX = 2_000
AVOIDED_MAX = 500


class Ties(Record):
    """How many follow whom between an account and another site."""

    following: int
    followers: int


def endorse(session: Session, actor: Actor, *, target_id: int, now: datetime) -> None:
    """Show an account on the actor's page. Raises: NotFound; Invalid unless they follow it."""
    _known(session, target_id)
    if not is_follower(session, actor.account_id, target_id):
        raise Invalid(say("You must be already following the person you want to endorse"))
    key = {"account_id": actor.account_id, "target_id": target_id}
    insert_missing(session, Endorsement, **key, created_at=now)


def stop_endorsing(session: Session, actor: Actor, *, target_id: int) -> None:
    """Show an account no longer; nothing happens if it was not shown. Raises: NotFound."""
    _known(session, target_id)
    key = (Endorsement.account_id == actor.account_id, Endorsement.target_id == target_id)
    session.execute(delete(Endorsement).where(*key))


def is_endorsed(session: Session, account_id: int, target_id: int) -> bool:
    """Return whether an account shows another one on its page."""
    key = (Endorsement.account_id == account_id, Endorsement.target_id == target_id)
    return session.scalar(select(Endorsement.id).where(*key)) is not None


def set_note(session: Session, actor: Actor, *, target_id: int, comment: str) -> None:
    """Write something down about an account; an empty comment clears it.

    Raises: NotFound; Invalid beyond NOTE_MAX characters.
    """
    _known(session, target_id)
    words = comment.strip()
    if len(words) > NOTE_MAX:
        raise Invalid(say("A note has at most {count} characters.", count=NOTE_MAX))
    key = (PrivateNote.account_id == actor.account_id, PrivateNote.target_id == target_id)
    session.execute(delete(PrivateNote).where(*key))
    if words:
        session.add(PrivateNote(account_id=actor.account_id, target_id=target_id, comment=words))
        session.flush()


def note_about(session: Session, account_id: int, target_id: int) -> str:
    """Return what an account wrote down about another; "" if nothing."""
    note = session.get(PrivateNote, (account_id, target_id))
    return "" if note is None else note.comment


def avoid_domain(session: Session, actor: Actor, domain: str, *, now: datetime) -> None:
    """Avoid everybody of another site: follows both ways end. Again, nothing changes.

    Raises: Invalid if it is no domain, or beyond AVOIDED_MAX of them.
    """
    normal = checked_domain(domain)
    me = actor.account_id
    mine = select(func.count()).select_from(AvoidedDomain)
    if session.scalars(mine.where(AvoidedDomain.account_id == me)).one() >= AVOIDED_MAX:
        raise Invalid(say("You avoid {count} sites, which is the limit.", count=AVOIDED_MAX))
    if not insert_missing(session, AvoidedDomain, account_id=me, domain=normal, created_at=now):
        return
    for follower_id, followee_id in _ties(session, me, normal):
        by_me = follower_id == me
        end_follow(session, follower_id, followee_id, by_follower=by_me, now=now)


def stop_avoiding(session: Session, actor: Actor, domain: str) -> None:
    """Avoid a site no longer; follows that it ended do not come back. Raises: Invalid."""
    key = (
        AvoidedDomain.account_id == actor.account_id,
        AvoidedDomain.domain == checked_domain(domain),
    )
    session.execute(delete(AvoidedDomain).where(*key))


def ties_with(session: Session, actor: Actor, domain: str) -> Ties:
    """Return how many follows avoiding a site would end. Raises: Invalid."""
    ties = _ties(session, actor.account_id, checked_domain(domain))
    following = sum(1 for follower_id, _ in ties if follower_id == actor.account_id)
    return Ties(following, len(ties) - following)


def checked_domain(text: str) -> str:
    """Return a domain in its one spelling. Raises: Invalid."""
    normal = normal_domain(text.strip().lower())
    if normal is None:
        raise Invalid(say("Domain is not a valid domain name"), domain=say("Write its address."))
    return normal


def avoided_domains(
    session: Session,
    account_id: int,
    *,
    before: int = 2**63 - 1,
    after: int = 0,
    limit: int = AVOIDED_MAX,
    from_below: bool = False,
) -> Sequence[AvoidedDomain]:
    """Return a page of the sites that an account avoids, the latest first."""
    key = AvoidedDomain.id
    mine = (AvoidedDomain.account_id == account_id, key < before, key > after)
    rows = select(AvoidedDomain).where(*mine).order_by(key if from_below else key.desc())
    found = session.scalars(rows.limit(limit)).all()
    return found[::-1] if from_below else found


def key_of(row: AvoidedDomain) -> int:
    """Return by what avoided sites are paged."""
    return row.id


def is_avoided(session: Session, account_id: int, target_id: int) -> bool:
    """Return whether the account avoids the site of another."""
    return bool(avoided_among(session, account_id, [target_id]))


def avoided_among(
    session: Session, account_id: int, target_ids: Collection[int]
) -> frozenset[int]:
    """Return which of some accounts are of sites that the account avoids."""
    theirs = (
        select(Account.id)
        .join(AvoidedDomain, AvoidedDomain.domain == Account.domain)
        .where(AvoidedDomain.account_id == account_id, Account.id.in_(target_ids))
    )
    return frozenset(session.scalars(theirs))


def familiar_followers(
    session: Session, viewer_id: int, target_ids: Collection[int], *, limit: int = 2_000
) -> Mapping[int, Sequence[int]]:
    """Return, for each of some accounts, who of those that the viewer follows follows them too."""
    mine = select(Follow.followee_id).where(
        Follow.follower_id == viewer_id, Follow.state == FollowState.ACCEPTED
    )
    rows = (
        select(Follow.followee_id, Follow.follower_id)
        .join(Account, Account.id == Follow.follower_id)
        .where(
            Follow.followee_id.in_(target_ids),
            Follow.state == FollowState.ACCEPTED,
            Follow.follower_id.in_(mine),
            Account.suspended_at.is_(None),
        )
        .order_by(Follow.id.desc())
        .limit(limit)
    )
    found: dict[int, list[int]] = {target_id: [] for target_id in target_ids}
    for target_id, account_id in session.execute(rows):
        found[target_id].append(account_id)
    return found


def _ties(session: Session, me: int, domain: str) -> list[tuple[int, int]]:
    """Return the follows, and requests, between an account and another site."""
    there = select(Account.id).where(Account.domain == domain)
    mine = (Follow.follower_id == me) & Follow.followee_id.in_(there)
    theirs = (Follow.followee_id == me) & Follow.follower_id.in_(there)
    rows = session.execute(select(Follow.follower_id, Follow.followee_id).where(mine | theirs))
    return [(follower_id, followee_id) for follower_id, followee_id in rows]


def _known(session: Session, target_id: int) -> None:
    target = session.get(Account, target_id)
    if target is None or target.waiting or target.suspended_at is not None:
        raise NotFound(say("There is no such person."))
