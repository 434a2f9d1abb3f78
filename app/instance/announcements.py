"""Announcements: what officers tell all members, shown until each has seen it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import regex
from sqlalchemy import (
    ForeignKey,
    Integer,
    UniqueConstraint,
    cast,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.news import NewsKind, tell
from app.core.orm import Base, lock
from app.core.records import Record
from app.core.upsert import insert_missing
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.members.audit import note_act
from app.text.count import graphemes
from app.text.markup import render_post

TEXT_MAX = 1_000
SHOWN_MAX = 50
REACTIONS_MAX = 8  # Different ones on one announcement.
LASTS_MAX = timedelta(days=366)

_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]")


class Announcement(Base):
    """What officers tell all members. `author_id` answers for it."""

    __tablename__ = "announcements"

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    text: Mapped[str]
    html: Mapped[str]
    published_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    ends_at: Mapped[datetime | None] = mapped_column(default=None)


class AnnouncementSeen(Base):
    """A member has seen an announcement."""

    __tablename__ = "announcements_seen"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    at: Mapped[datetime]


class AnnouncementReaction(Base):
    """A member answers an announcement with an emoji."""

    __tablename__ = "announcement_reactions"
    __table_args__ = (UniqueConstraint("announcement_id", "account_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str]


tell(Announcement, NewsKind.ANNOUNCEMENT, on="INSERT", about="NEW.id")
tell(Announcement, NewsKind.UNANNOUNCED, on="UPDATE OF ends_at", about="NEW.id")
for _on, _row in (("INSERT", "NEW"), ("DELETE", "OLD")):
    tell(
        AnnouncementReaction,
        NewsKind.REACTION,
        on=_on,
        about=f"{_row}.announcement_id",
        word=f"{_row}.name",
    )


class Reaction(Record):
    """An emoji under an announcement; whether the reader is among those who gave it."""

    name: str
    count: int
    is_mine: bool


class Told(Record):
    """An announcement as one member stands to it."""

    announcement: Announcement
    is_seen: bool
    reactions: Sequence[Reaction]


def announce(
    session: Session, actor: Actor, text: str, *, lasting: timedelta | None, now: datetime
) -> Announcement:
    """Tell all members something, for good or for `lasting`; it is noted in the audit log.

    Raises: Forbidden; Invalid without a text, beyond TEXT_MAX, or for more than a year.
    """
    require(actor, Verb.ANNOUNCE)
    words = text.strip()
    if not words or len(words) > TEXT_MAX:
        fault = say("Write between one and {count} characters.", count=TEXT_MAX)
        raise Invalid(fault, text=fault)
    if lasting is not None and not timedelta(0) < lasting <= LASTS_MAX:
        fault = say("Choose a time of up to one year.")
        raise Invalid(fault, lasting=fault)
    made = Announcement(
        author_id=actor.member_id,
        text=words,
        html=render_post(words).html,
        published_at=now,
        updated_at=now,
        ends_at=None if lasting is None else now + lasting,
    )
    session.add(made)
    session.flush()
    _note(session, actor, "announcement.made", made.id, now=now)
    return made


def end_announcement(
    session: Session, actor: Actor, announcement_id: int, *, now: datetime
) -> None:
    """Show an announcement no longer. Raises: Forbidden; NotFound."""
    require(actor, Verb.ANNOUNCE)
    known = lock(session, Announcement, announcement_id)
    if known is None or not _stands(known, now=now):
        raise NotFound(say("There is no such announcement."))
    known.ends_at = known.updated_at = now
    _note(session, actor, "announcement.ended", announcement_id, now=now)


def mark_seen(session: Session, actor: Actor, announcement_id: int, *, now: datetime) -> None:
    """Record that the actor has seen an announcement. Raises: NotFound."""
    _standing(session, announcement_id, now=now)
    key = {"announcement_id": announcement_id, "account_id": actor.account_id}
    insert_missing(session, AnnouncementSeen, **key, at=now)


def react(
    session: Session,
    actor: Actor,
    announcement_id: int,
    name: str,
    *,
    ours: Collection[str] = (),
    now: datetime,
) -> None:
    """Answer with an emoji, or with the name of one of `ours`; again, nothing changes.

    Raises: NotFound; Invalid if it is none, or beyond REACTIONS_MAX different ones.
    """
    _standing(session, announcement_id, now=now)
    if name not in ours and not _is_emoji(name):
        raise Invalid(say("Name is not a recognized emoji"))
    lock(session, Announcement, announcement_id)
    used = select(AnnouncementReaction.name).distinct()
    names = session.scalars(
        used.where(AnnouncementReaction.announcement_id == announcement_id)
    ).all()
    if name not in names and len(names) >= REACTIONS_MAX:
        raise Invalid(say("Limit of different reactions reached"))
    key = {"announcement_id": announcement_id, "account_id": actor.account_id, "name": name}
    insert_missing(session, AnnouncementReaction, **key)


def rename_reactions(session: Session, before: str, after: str) -> None:
    """Let reactions with an emoji of our own go on under its new name."""
    named = update(AnnouncementReaction).where(AnnouncementReaction.name == before)
    session.execute(named.values(name=after))


def drop_reactions(session: Session, name: str) -> None:
    """Delete all reactions with an emoji of our own that is no more."""
    session.execute(delete(AnnouncementReaction).where(AnnouncementReaction.name == name))


def _is_emoji(name: str) -> bool:
    return len(name) <= 64 and graphemes(name) == 1 and _EMOJI.search(name) is not None


def take_reaction_back(session: Session, actor: Actor, announcement_id: int, name: str) -> None:
    """Take an emoji back; nothing happens if it was not given."""
    key = (
        AnnouncementReaction.announcement_id == announcement_id,
        AnnouncementReaction.account_id == actor.account_id,
        AnnouncementReaction.name == name,
    )
    session.execute(delete(AnnouncementReaction).where(*key))


def announcements_for(
    session: Session, account_id: int, *, now: datetime, with_seen: bool = True
) -> Sequence[Told]:
    """Return what members are told at `now`, the latest first, in three statements."""
    lasts = or_(Announcement.ends_at.is_(None), Announcement.ends_at > now)
    newest = select(Announcement).where(lasts).order_by(Announcement.id.desc()).limit(SHOWN_MAX)
    found = session.scalars(newest).all()
    ids = [announcement.id for announcement in found]
    mine = AnnouncementSeen.account_id == account_id
    seen = set(
        session.scalars(
            select(AnnouncementSeen.announcement_id).where(
                mine, AnnouncementSeen.announcement_id.in_(ids)
            )
        )
    )
    reactions = _reactions(session, ids, account_id)
    return [
        Told(row, row.id in seen, reactions.get(row.id, ()))
        for row in found
        if with_seen or row.id not in seen
    ]


def standing_announcement(
    session: Session, announcement_id: int, *, now: datetime
) -> Announcement | None:
    """Return an announcement that is shown at `now`; None if there is no such."""
    known = session.get(Announcement, announcement_id)
    return known if known is not None and _stands(known, now=now) else None


def count_reaction(session: Session, announcement_id: int, name: str) -> int:
    """Return how many members answer an announcement with the emoji."""
    key = (
        AnnouncementReaction.announcement_id == announcement_id,
        AnnouncementReaction.name == name,
    )
    return session.scalars(
        select(func.count()).select_from(AnnouncementReaction).where(*key)
    ).one()


def newest_unseen(session: Session, account_id: int, *, now: datetime) -> Announcement | None:
    """Return the latest that an account is told and has not seen, in one statement."""
    lasts = or_(Announcement.ends_at.is_(None), Announcement.ends_at > now)
    seen = select(AnnouncementSeen.announcement_id).where(
        AnnouncementSeen.account_id == account_id
    )
    unseen = select(Announcement).where(lasts, Announcement.id.not_in(seen))
    return session.scalar(unseen.order_by(Announcement.id.desc()).limit(1))


def _reactions(
    session: Session, ids: Collection[int], account_id: int
) -> Mapping[int, Sequence[Reaction]]:
    of, name = AnnouncementReaction.announcement_id, AnnouncementReaction.name
    mine = func.sum(cast(AnnouncementReaction.account_id == account_id, Integer))
    first = func.min(AnnouncementReaction.id)
    rows = select(of, name, func.count(), mine).where(of.in_(ids)).group_by(of, name)
    found: dict[int, list[Reaction]] = {}
    for announcement_id, emoji, count, own in session.execute(rows.order_by(of, first)):
        found.setdefault(announcement_id, []).append(Reaction(emoji, count, bool(own)))
    return found


def _standing(session: Session, announcement_id: int, *, now: datetime) -> Announcement:
    known = standing_announcement(session, announcement_id, now=now)
    if known is None:
        raise NotFound(say("There is no such announcement."))
    return known


def _stands(row: Announcement, *, now: datetime) -> bool:
    return row.ends_at is None or row.ends_at > now


def _note(
    session: Session, actor: Actor, kind: str, announcement_id: int, *, now: datetime
) -> None:
    who = str(actor.member_id)
    note_act(session, kind, now=now, announcement=str(announcement_id), by=who)
