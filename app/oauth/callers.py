"""Who calls with a token: a program by itself, or a program for a member. One statement."""

from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, Select, Table, Text, bindparam, or_, select

from app.core.orm import UtcDateTime
from app.core.prepared import Prepared
from app.core.records import Record
from app.members.actor import Actor
from app.members.models import Member
from app.members.states import MemberState
from app.oauth.models import AccessToken
from app.oauth.scopes import with_implied

tokens = cast(Table, AccessToken.__table__)
members = cast(Table, Member.__table__)


class Caller(Record):
    """A good token: `scopes` with all that they imply; `actor` is None for a program alone.

    With a `sign_up_id` it is for somebody who has not confirmed their mail address yet.

    The actor carries no offices: no scope of Mastodon's needs one.
    """

    token_id: int
    application_id: int | None
    scopes: frozenset[str]
    actor: Actor | None
    sign_up_id: int | None = None
    expires_at: datetime | None = None


def caller_of_token(connection: Connection, token_hash: str, *, now: datetime) -> Caller | None:
    """Return who calls with the token of this hash; None if it is not good (any more)."""
    rows = CALLER.rows(connection, {"hash": token_hash, "now": now})
    if not rows:
        return None
    token_id, application_id, granted, member_id, sign_up_id, expires_at, account_id, state = rows[
        0
    ]
    scopes = with_implied(granted.split())
    actor = None
    if member_id is not None:
        actor = Actor(member_id, account_id, scopes=scopes, state=MemberState(state))
    return Caller(token_id, application_id, scopes, actor, sign_up_id, expires_at)


def _caller() -> Select[Any]:
    now = bindparam("now", type_=UtcDateTime())
    lasts = or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > now)
    of_token = (tokens.c.id, tokens.c.application_id, tokens.c.scopes)
    columns = (*of_token, tokens.c.member_id, tokens.c.sign_up_id, tokens.c.expires_at)
    return (
        select(*columns, members.c.account_id, members.c.state)
        .outerjoin_from(tokens, members, members.c.id == tokens.c.member_id)
        .where(tokens.c.hash == bindparam("hash", type_=Text), lasts)
    )


CALLER: Final = Prepared(_caller())
