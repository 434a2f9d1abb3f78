"""Signed-in browsers: opened at the door, renewed at each step up, ended by name or at once.

Source: security.md (d) 3: 256-bit secrets, kept as hashes; idle 30 days, absolute 180 days.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.orm import Session

from app.core.crypto import hash_secret, new_secret
from app.core.errors import NotFound
from app.core.events import publish
from app.core.records import Record
from app.core.words import say
from app.members.actor import Actor
from app.members.events import AccessEnded
from app.members.models import Mandate, Member, WebSession
from app.members.queries import ACTOR_COLUMNS, actor_from, with_offices

IDLE_MAX: Final = timedelta(days=30)
AGE_MAX: Final = timedelta(days=180)
SEEN_STEP: Final = timedelta(hours=1)
SESSIONS_MAX: Final = 50


class Opened(Record):
    """A session just opened; `secret` goes into the cookie and is not kept."""

    id: int
    secret: str


def open_session(session: Session, *, member_id: int, label: str, now: datetime) -> Opened:
    """Sign the member in at a browser, with a new secret; it counts as just re-authenticated.

    The oldest of too many sessions end.
    """
    secret = new_secret()
    opened = WebSession(
        member_id=member_id,
        secret_hash=hash_secret(secret),
        label=label,
        created_at=now,
        last_seen_at=now,
        reauthenticated_at=now,
    )
    session.add(opened)
    session.flush()  # To learn its key.
    _end_the_oldest(session, member_id)
    _seen(session, member_id, now)
    return Opened(opened.id, secret)


def reauthenticate(session: Session, *, secret: str, now: datetime) -> Opened:
    """Stamp a session whose member has just given the password, and change its secret.

    Raises: NotFound if the session has ended.
    """
    found = session.scalar(_running(secret, now).with_for_update())
    if found is None:
        raise NotFound(say("You are not signed in any more."))
    fresh = new_secret()
    found.secret_hash = hash_secret(fresh)
    found.reauthenticated_at = now
    return Opened(found.id, fresh)


def session_of(session: Session, secret: str, *, now: datetime) -> WebSession | None:
    """Return the session that the secret opens, unless it has ended."""
    return session.scalar(_running(secret, now))


def actor_of_session(session: Session, secret_hash: str, now: datetime) -> Actor | None:
    """Return who is signed in with the secret of this hash: one statement, for every request."""
    rows = session.execute(
        select(*ACTOR_COLUMNS, WebSession.reauthenticated_at)
        .select_from(WebSession)
        .join(Member, Member.id == WebSession.member_id)
        .outerjoin(Mandate, with_offices(now))
        .where(WebSession.secret_hash == secret_hash, *_alive(now))
    ).all()
    stamp = rows[0].reauthenticated_at if rows else None
    return actor_from([(row[0], row[1], row[2], row[3]) for row in rows], reauthenticated_at=stamp)


def touch(session: Session, secret_hash: str, *, now: datetime) -> None:
    """Note that the session and its member were seen, to the hour."""
    stale = WebSession.last_seen_at <= now - SEEN_STEP
    seen = session.scalar(
        update(WebSession)
        .where(WebSession.secret_hash == secret_hash, stale)
        .values(last_seen_at=now)
        .returning(WebSession.member_id)
    )
    if seen is not None:
        _seen(session, seen, now)


def list_sessions(session: Session, member_id: int, *, now: datetime) -> Sequence[WebSession]:
    """Return where the member is signed in, the newest use first."""
    theirs = select(WebSession).where(WebSession.member_id == member_id, *_alive(now))
    return session.scalars(theirs.order_by(WebSession.last_seen_at.desc(), WebSession.id)).all()


def end_session(session: Session, *, member_id: int, session_id: int) -> None:
    """Sign the member out at one browser. Raises: NotFound if it is not theirs."""
    found = session.get(WebSession, session_id)
    if found is None or found.member_id != member_id:
        raise NotFound(say("There is no such session."))
    session.delete(found)


def end_access(
    session: Session, *, member_id: int, now: datetime, except_id: int | None = None
) -> None:
    """End all ways in of the member but the session `except_id`.

    Sessions end here; tokens and the like by those who listen to AccessEnded.
    """
    theirs = delete(WebSession).where(WebSession.member_id == member_id)
    if except_id is not None:
        theirs = theirs.where(WebSession.id != except_id)
    session.execute(theirs)
    publish(session, AccessEnded(member_id, except_id, now))


def remove_ended(session: Session, *, now: datetime) -> int:
    """Delete the sessions that ran out; return how many."""
    ran_out = (WebSession.last_seen_at <= now - IDLE_MAX) | (
        WebSession.created_at <= now - AGE_MAX
    )
    ended = session.execute(delete(WebSession).where(ran_out).returning(WebSession.id))
    return len(ended.all())


def _alive(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (WebSession.last_seen_at > now - IDLE_MAX, WebSession.created_at > now - AGE_MAX)


def _running(secret: str, now: datetime) -> Select[WebSession]:
    return select(WebSession).where(WebSession.secret_hash == hash_secret(secret), *_alive(now))


def _seen(session: Session, member_id: int, now: datetime) -> None:
    session.execute(update(Member).where(Member.id == member_id).values(last_seen_at=now))


def _end_the_oldest(session: Session, member_id: int) -> None:
    theirs = select(WebSession.id).where(WebSession.member_id == member_id)
    newest_first = theirs.order_by(WebSession.last_seen_at.desc(), WebSession.id.desc())
    too_many = session.scalars(newest_first.offset(SESSIONS_MAX)).all()
    if too_many:
        session.execute(delete(WebSession).where(WebSession.id.in_(too_many)))
