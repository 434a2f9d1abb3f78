"""Who acts by a bearer token, and which tokens a member has given out."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.records import Record
from app.members.actor import Actor
from app.members.models import Mandate, Member
from app.members.queries import ACTOR_COLUMNS, actor_from, with_offices
from app.oauth.models import AccessToken, Application
from app.oauth.scopes import with_implied


def actor_of_token(session: Session, token_hash: str, now: datetime) -> Actor | None:
    """Return whose access token has this hash, if it is good: one statement, for every call."""
    rows = session.execute(
        select(*ACTOR_COLUMNS, AccessToken.scopes)
        .select_from(AccessToken)
        .join(Member, Member.id == AccessToken.member_id)
        .outerjoin(Mandate, with_offices(now))
        .where(AccessToken.hash == token_hash)
        .where(or_(AccessToken.expires_at.is_(None), AccessToken.expires_at > now))
    ).all()
    scopes = with_implied(rows[0].scopes.split()) if rows else None
    return actor_from([(row[0], row[1], row[2], row[3]) for row in rows], scopes=scopes)


class GivenToken(Record):
    """A token as its member sees it; `application` is None for one made at the shell."""

    id: int
    application: str | None
    website: str | None
    scopes: Sequence[str]
    created_at: datetime
    last_used_on: date | None


def tokens_of(session: Session, member_id: int) -> Sequence[GivenToken]:
    """Return the tokens that act for the member, newest first."""
    theirs = (
        select(AccessToken, Application)
        .outerjoin(Application, Application.id == AccessToken.application_id)
        .where(AccessToken.member_id == member_id)
        .order_by(AccessToken.created_at.desc(), AccessToken.id.desc())
    )
    return [
        GivenToken(
            id=token.id,
            application=app.name if app else None,
            website=app.website if app else None,
            scopes=token.scopes.split(),
            created_at=token.created_at,
            last_used_on=token.last_used_on,
        )
        for token, app in session.execute(theirs)
    ]
