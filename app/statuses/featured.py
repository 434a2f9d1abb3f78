"""Tags that somebody shows on their own page."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Select, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.accounts.models import Account
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.orm import Base, lock
from app.core.records import Record
from app.core.upsert import insert_missing
from app.core.words import say
from app.members.actor import Actor
from app.statuses.models import Status, StatusTag, Tag
from app.statuses.tags import find_tag, tag_for
from app.statuses.visible import visible_to

FEATURED_MAX = 10
SUGGESTED = 10


class FeaturedTag(Base):
    """A tag on somebody's page."""

    __tablename__ = "featured_tags"
    __table_args__ = (UniqueConstraint("account_id", "tag_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"))
    created_at: Mapped[datetime]


class Featured(Record):
    """A tag on somebody's page; how often they used it for everyone to see, and when last."""

    id: int
    tag_id: int
    name: str
    uses: int
    last_on: date | None


def feature_tag(session: Session, actor: Actor, name: str, *, now: datetime) -> Featured:
    """Show a tag on the actor's page; again, nothing changes.

    Raises: Invalid if it is none, or beyond FEATURED_MAX of them.
    """
    tag = tag_for(session, name, now=now)
    me = actor.account_id
    lock(session, Account, me)  # Two requests at once count one after the other.
    known = [shown for shown in featured_of(session, me) if shown.tag_id == tag.id]
    if known:
        return known[0]
    mine = select(func.count()).select_from(FeaturedTag).where(FeaturedTag.account_id == me)
    if session.scalars(mine).one() >= FEATURED_MAX:
        raise Invalid(say("You have already featured the maximum number of hashtags"))
    insert_missing(session, FeaturedTag, account_id=me, tag_id=tag.id, created_at=now)
    return next(shown for shown in featured_of(session, me) if shown.tag_id == tag.id)


def stop_featuring(session: Session, actor: Actor, featured_id: int) -> None:
    """Show a tag no longer. Raises: NotFound, also for that of somebody else."""
    shown = session.get(FeaturedTag, featured_id)
    if shown is None or shown.account_id != actor.account_id:
        raise NotFound(say("There is no such tag."))
    session.delete(shown)
    session.flush()


def stop_featuring_tag(session: Session, actor: Actor, name: str) -> None:
    """Show a tag no longer, by its name; nothing happens if it was not shown. Raises: Invalid."""
    tag = find_tag(session, name)
    if tag is not None and (shown := _row(session, actor.account_id, tag.id)) is not None:
        session.delete(shown)
        session.flush()


def is_featured(session: Session, account_id: int, tag_id: int) -> bool:
    """Return whether an account shows a tag."""
    return _row(session, account_id, tag_id) is not None


def featured_of(session: Session, account_id: int) -> Sequence[Featured]:
    """Return the tags that an account shows, in the order in which it chose them."""
    uses = _uses(account_id).subquery()
    rows = (
        select(FeaturedTag.id, Tag.id, Tag.name, uses.c.n, uses.c.last_at)
        .join(Tag, Tag.id == FeaturedTag.tag_id)
        .outerjoin(uses, uses.c.tag_id == Tag.id)
        .where(FeaturedTag.account_id == account_id)
        .order_by(FeaturedTag.id)
    )
    return [
        Featured(row[0], row[1], row[2], row.n or 0, row.last_at.date() if row.last_at else None)
        for row in session.execute(rows)
    ]


def shown_tags(session: Session, account_id: int) -> Sequence[str]:
    """Return the names of the tags that an account shows, in its order, without their uses."""
    names = select(Tag.name).join(FeaturedTag, FeaturedTag.tag_id == Tag.id)
    theirs = names.where(FeaturedTag.account_id == account_id).order_by(FeaturedTag.id)
    return session.scalars(theirs).all()


def suggested_tags(session: Session, account_id: int) -> Sequence[Tag]:
    """Return the tags that an account uses most and does not show yet."""
    uses = _uses(account_id).subquery()
    shown = select(FeaturedTag.tag_id).where(FeaturedTag.account_id == account_id)
    most = select(Tag).join(uses, uses.c.tag_id == Tag.id).where(Tag.id.not_in(shown))
    return session.scalars(most.order_by(uses.c.n.desc(), Tag.name).limit(SUGGESTED)).all()


def _row(session: Session, account_id: int, tag_id: int) -> FeaturedTag | None:
    key = (FeaturedTag.account_id == account_id, FeaturedTag.tag_id == tag_id)
    return session.scalar(select(FeaturedTag).where(*key))


def _uses(account_id: int) -> Select[int, int, datetime]:
    """Return the statement of how often an account used its tags where everyone can read it."""
    return (
        select(
            StatusTag.tag_id,
            func.count().label("n"),
            func.max(Status.created_at).label("last_at"),
        )
        .join(Status, Status.id == StatusTag.status_id)
        .where(Status.account_id == account_id, visible_to(None))
        .group_by(StatusTag.tag_id)
    )
