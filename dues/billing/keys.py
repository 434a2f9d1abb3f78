"""Pseudonyms: under which key a member stands in the books. Members who owe nothing have none."""

import secrets
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.orm import lock
from app.core.words import say
from app.members.models import Member
from dues.billing.models import MemberKey
from dues.ledger.chart import live_book
from dues.ledger.models import Book
from dues.references import ALPHABET

KEY_SIGNS = 8


def hold(session: Session, member_id: int) -> Book:
    """Lock the member's row and then the books, in this order everywhere, and return the books.

    Raises: NotFound.
    """
    if lock(session, Member, member_id) is None:
        raise NotFound(say("There is no such member."))
    return hold_book(session)


def hold_book(session: Session) -> Book:
    """Lock the books and return them. Raises: NotFound before the co-op is founded."""
    book = lock(session, Book, live_book(session).id)
    assert book is not None
    return book


def key_of(session: Session, member_id: int) -> str:
    """Return the member's key, made now if there is none; the caller holds the books."""
    key = session.scalar(select(MemberKey.key).where(MemberKey.member_id == member_id))
    if key is None:
        key = "M" + "".join(secrets.choice(ALPHABET) for _ in range(KEY_SIGNS))
        session.add(MemberKey(key=key, member_id=member_id))
    return key


def known_key_of(session: Session, member_id: int) -> str | None:
    """Return the member's key if they were ever in the books."""
    return session.scalar(select(MemberKey.key).where(MemberKey.member_id == member_id))


def members_by_key(session: Session, keys: Collection[str]) -> Mapping[str, int]:
    """Return whose keys these are, for the dues office; erased people are missing."""
    rows = session.execute(
        select(MemberKey.key, MemberKey.member_id).where(MemberKey.key.in_(keys))
    )
    return {row.key: row.member_id for row in rows}
