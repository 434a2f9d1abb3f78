"""The mailbag: what concerns a member is gathered and goes in one letter, thrice a day at most.

Letters leave at eight, at one and at six by the member's own clock, never at night, and only if
there is something in them that still matters.
Source: product research, calm rules (three batches a day).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time, tzinfo
from enum import StrEnum
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.clock import Clock
from app.core.crypto import Keyring
from app.core.duties import Claim, schedule
from app.core.ids import new_id
from app.core.orm import Base
from app.core.records import Record
from app.core.shapes import Shape
from app.members.letters import Letters
from app.members.models import Member
from app.members.states import MEMBERS
from app.notifications.rhythm import THRICE_AT, next_of

SEND: Final = "mailbag.send"
STOP: Final = "mailbag.stop"  # The label under which links that stop letters are signed.
DAY: Final = (time(7), time(22))


class Matter(StrEnum):
    """What a line of a letter is about."""

    SUPPORT = "support"
    VOTE = "vote"
    REMINDER = "reminder"
    RESULT = "result"
    TEXT = "text"
    ACCEPT = "accept"


class Wish(StrEnum):
    """Which letters a member wants."""

    ALL = "all"
    NEEDED = "needed"
    NONE = "none"


# Nobody is bound by a new text without having been told: that goes to everybody.
ALWAYS: Final = frozenset({Matter.TEXT, Matter.ACCEPT})
WANTED: Final = {
    Wish.ALL: frozenset(Matter),
    Wish.NEEDED: ALWAYS | {Matter.VOTE, Matter.REMINDER},
    Wish.NONE: ALWAYS,
}


class MailLine(Base):
    """Something that waits for the next letter to a member; it goes when the letter is owed."""

    __tablename__ = "mail_lines"
    __table_args__ = (UniqueConstraint("member_id", "matter", "about"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    matter: Mapped[Matter]
    about: Mapped[str]  # A proposal's id, or a version as "terms/2".
    title: Mapped[str]
    path: Mapped[str]
    at: Mapped[datetime | None] = mapped_column(default=None)
    until: Mapped[datetime | None] = mapped_column(default=None)
    detail: Mapped[str | None] = mapped_column(default=None)
    created_at: Mapped[datetime]


class Line(Record):
    """What members are told in their next letter. `detail` is an outcome, where there is one."""

    matter: Matter
    about: str
    title: str
    path: str
    at: datetime | None = None
    until: datetime | None = None
    detail: str | None = None


class OfMember(Shape):
    """The payload of "mailbag.send"."""

    member_id: int


IsMoot: TypeAlias = Callable[[Session, MailLine, datetime], bool]


def wish_of(member: Member) -> Wish:
    """Return which letters the member wants."""
    return Wish(member.settings.get("letters", Wish.ALL))


def set_wish(member: Member, wish: Wish) -> None:
    """Keep which letters the member wants."""
    member.settings = {**member.settings, "letters": wish.value}


def next_post(now: datetime, *, zone: tzinfo) -> datetime:
    """Return when the next letter leaves, by the clock of whoever gets it."""
    return next_of(THRICE_AT, now, zone=zone)


def is_day(now: datetime, *, zone: tzinfo) -> bool:
    """Return whether it is a time for letters there: from seven until ten in the evening."""
    return DAY[0] <= now.astimezone(zone).time() < DAY[1]


def put_in(session: Session, member_ids: Iterable[int], line: Line, *, now: datetime) -> None:
    """Add the line to the next letter of each of the members, once."""
    wanted = select(Member).where(Member.id.in_(set(member_ids)), Member.state.in_(MEMBERS))
    members = session.scalars(wanted.order_by(Member.id)).all()
    ids = [member.id for member in members]
    waiting = select(MailLine.member_id, MailLine.matter, MailLine.about)
    found = session.execute(waiting.where(MailLine.member_id.in_(ids))).all()
    told = {row.member_id for row in found if (row.matter, row.about) == (line.matter, line.about)}
    has_post = {row.member_id for row in found}
    for member in members:
        if member.id in told:
            continue
        session.add(_row(member.id, line, now=now))
        if member.id not in has_post:
            due_at = next_post(now, zone=zone_of(member))
            schedule(session, SEND, OfMember(member_id=member.id), due_at=due_at)


def _row(member_id: int, line: Line, *, now: datetime) -> MailLine:
    return MailLine(
        member_id=member_id,
        matter=line.matter,
        about=line.about,
        title=line.title,
        path=line.path,
        at=line.at,
        until=line.until,
        detail=line.detail,
        created_at=now,
    )


def send_mailbag(
    claim: Claim,
    clock: Clock,
    *,
    keyring: Keyring,
    letters: Letters,
    base_url: str,
    is_moot: IsMoot,
) -> None:
    """Write the member's letter of what was gathered and still matters, if anything does."""
    owed = OfMember.model_validate(claim.payload)
    with claim.finishing() as session:
        now = clock.now()
        member = session.get_one(Member, owed.member_id)
        zone = zone_of(member)
        if not is_day(now, zone=zone):  # The worker was away, and now people sleep.
            schedule(session, SEND, owed, due_at=next_post(now, zone=zone))
            return
        lines = [
            line
            for line in _taken(session, member.id)
            if line.matter in WANTED[wish_of(member)] and not is_moot(session, line, now)
        ]
        if not lines or member.state not in MEMBERS:
            return
        stop_url = f"{base_url}/letters/stop/{member.id}/{stop_mark(keyring, member.id)}"
        letters.owe(
            session,
            "mailbag",
            to=member.email,
            locale=member.locale,
            zone=zone,
            lines=lines,
            stop_url=stop_url,
            unsubscribe=stop_url,
            now=now,
        )


def stop_mark(keyring: Keyring, member_id: int) -> str:
    """Return what a link carries that stops a member's letters, and can do nothing else."""
    return keyring.sign(STOP, str(member_id).encode())


def is_stop_mark(keyring: Keyring, member_id: int, mark: str) -> bool:
    """Return whether the mark is of this member's link."""
    return keyring.is_signed(STOP, str(member_id).encode(), mark)


def zone_of(member: Member) -> tzinfo:
    """Return the member's time zone; UTC if it is unknown to this machine."""
    try:
        return ZoneInfo(member.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _taken(session: Session, member_id: int) -> Sequence[MailLine]:
    """Return the lines that wait, in order, and take them out of the bag."""
    mine = MailLine.member_id == member_id
    lines = session.scalars(select(MailLine).where(mine).order_by(MailLine.id)).all()
    for line in lines:
        session.delete(line)
    return lines
