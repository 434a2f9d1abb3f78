"""What a member did with announcements, to take along."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.archive import Owner, PackedFile, json_file
from app.core.storage import Storage
from app.instance.announcements import Announcement, AnnouncementReaction, AnnouncementSeen


def pack_announcements(session: Session, _storage: Storage, owner: Owner) -> Iterator[PackedFile]:
    """Yield which announcements the member has seen and answered, and those that they made."""
    values = {
        "seen": _seen(session, owner.account_id),
        "reactions": _reactions(session, owner.account_id),
        "made": _made(session, owner.member_id),
    }
    yield json_file("announcements.json", values)


def _seen(session: Session, account_id: int) -> list[dict[str, Any]]:
    both = select(AnnouncementSeen, Announcement).join(Announcement)
    mine = both.where(AnnouncementSeen.account_id == account_id).order_by(Announcement.id)
    return [
        {"announcement": told.text, "seen_at": seen.at.isoformat()}
        for seen, told in session.execute(mine)
    ]


def _reactions(session: Session, account_id: int) -> list[dict[str, Any]]:
    both = select(AnnouncementReaction, Announcement).join(Announcement)
    mine = both.where(AnnouncementReaction.account_id == account_id)
    return [
        {"announcement": told.text, "emoji": given.name}
        for given, told in session.execute(mine.order_by(AnnouncementReaction.id))
    ]


def _made(session: Session, member_id: int) -> list[dict[str, Any]]:
    mine = select(Announcement).where(Announcement.author_id == member_id)
    return [
        {
            "text": told.text,
            "published_at": told.published_at.isoformat(),
            "ends_at": told.ends_at and told.ends_at.isoformat(),
        }
        for told in session.scalars(mine.order_by(Announcement.id))
    ]
