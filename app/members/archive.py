"""A member's place in the register, for them to take along."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.archive import Owner, PackedFile, json_file
from app.core.storage import Storage
from app.members.models import Acceptance, Mandate, Member, WebSession


def pack_membership(session: Session, _storage: Storage, owner: Owner) -> Iterator[PackedFile]:
    """Yield what the register knows of the member, their agreements, offices and browsers."""
    member = session.get_one(Member, owner.member_id)
    yield json_file("membership/register.json", _register(member))
    yield json_file("membership/agreements.json", _agreements(session, owner.member_id))
    yield json_file("membership/offices.json", _offices(session, owner.member_id))
    yield json_file("membership/browsers.json", _browsers(session, owner.member_id))


def _register(member: Member) -> dict[str, Any]:
    return {
        "email": member.email,
        "state": member.state.value,
        "words_on_joining": member.words,
        "answer": member.answer,
        "asked_at": member.created_at.isoformat(),
        "joined_at": member.joined_at and member.joined_at.isoformat(),
        "left_at": member.left_at and member.left_at.isoformat(),
        "last_seen_at": member.last_seen_at and member.last_seen_at.isoformat(),
        "provisional_days": member.provisional_days,
        "language": member.locale,
        "time_zone": member.time_zone,
        "settings": member.settings,
    }


def _agreements(session: Session, member_id: int) -> list[dict[str, Any]]:
    mine = select(Acceptance).where(Acceptance.member_id == member_id)
    return [
        {
            "document": one.slug,
            "version": one.version,
            "accepted_at": one.accepted_at.isoformat(),
            "via": one.via,
        }
        for one in session.scalars(mine.order_by(Acceptance.accepted_at, Acceptance.slug))
    ]


def _offices(session: Session, member_id: int) -> list[dict[str, Any]]:
    mine = select(Mandate).where(Mandate.member_id == member_id)
    return [
        {
            "office": one.office.value,
            "starts_at": one.starts_at.isoformat(),
            "ends_at": (one.ended_at or one.ends_at).isoformat(),
            "as_caretaker": one.caretaker,
            "decision": one.decision_id and str(one.decision_id),
        }
        for one in session.scalars(mine.order_by(Mandate.starts_at, Mandate.id))
    ]


def _browsers(session: Session, member_id: int) -> list[dict[str, Any]]:
    mine = select(WebSession).where(WebSession.member_id == member_id)
    return [
        {
            "browser": one.label,
            "signed_in_at": one.created_at.isoformat(),
            "last_seen_at": one.last_seen_at.isoformat(),
        }
        for one in session.scalars(mine.order_by(WebSession.created_at))
    ]
