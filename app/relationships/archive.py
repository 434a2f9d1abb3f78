"""Whom a member follows, blocks and mutes, as tables that other sites read.

Source: federation.md, exports: file names and columns are Mastodon's.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.models import Account
from app.core.archive import Owner, PackedFile, csv_file
from app.core.storage import Storage
from app.relationships.models import (
    AvoidedDomain,
    Block,
    Endorsement,
    Follow,
    FollowState,
    Mute,
    PrivateNote,
)


def pack_people(session: Session, _storage: Storage, owner: Owner) -> Iterator[PackedFile]:
    """Yield the tables of whom the account follows, blocks, mutes, avoids, and its followers."""
    me, here = owner.account_id, urlsplit(owner.base_url).netloc
    accepted = Follow.state == FollowState.ACCEPTED
    following = _people(
        Follow, Follow.followee_id, (Follow.follower_id == me) & accepted
    ).add_columns(Follow.shows_boosts, Follow.notifies)
    yield csv_file(
        "following_accounts.csv",
        ("Account address", "Show boosts", "Notify on new posts", "Languages"),
        (
            (_address(name, domain, here), _word(boosts), _word(notifies), "")
            for name, domain, boosts, notifies in session.execute(following)
        ),
    )
    followers = _people(Follow, Follow.follower_id, (Follow.followee_id == me) & accepted)
    yield csv_file(
        "followers.csv",
        ("Account address",),
        ((_address(*person, here),) for person in session.execute(followers)),
    )
    blocked = _people(Block, Block.target_id, Block.account_id == me)
    yield csv_file(
        "blocked_accounts.csv",
        ("Account address",),
        ((_address(*person, here),) for person in session.execute(blocked)),
    )
    muted = _people(Mute, Mute.target_id, Mute.account_id == me).add_columns(Mute.notifications)
    yield csv_file(
        "muted_accounts.csv",
        ("Account address", "Hide notifications"),
        (
            (_address(name, domain, here), _word(hides))
            for name, domain, hides in session.execute(muted)
        ),
    )

    mine = AvoidedDomain.account_id == me
    domains = session.scalars(select(AvoidedDomain.domain).where(mine).order_by(AvoidedDomain.id))
    yield csv_file("blocked_domains.csv", ("Domain",), ((domain,) for domain in domains))
    noted = select(Account.username, Account.domain, PrivateNote.comment).join(
        PrivateNote, PrivateNote.target_id == Account.id
    )
    notes = noted.where(PrivateNote.account_id == me).order_by(PrivateNote.target_id)
    yield csv_file(
        "private_notes.csv",
        ("Account address", "Note"),
        (
            (_address(name, domain, here), comment)
            for name, domain, comment in session.execute(notes)
        ),
    )
    shown = select(Account.username, Account.domain).join(
        Endorsement, Endorsement.target_id == Account.id
    )
    shown = shown.where(Endorsement.account_id == me).order_by(Endorsement.id)
    yield csv_file(
        "recommended_accounts.csv",
        ("Account address",),
        ((_address(*person, here),) for person in session.execute(shown)),
    )


def _people(
    table: type[Follow | Block | Mute],
    account_id: InstrumentedAttribute[int],
    mine: ColumnElement[bool],
) -> Select[str, str | None]:
    rows = select(Account.username, Account.domain).join(table, account_id == Account.id)
    return rows.where(mine).order_by(table.id)


def _address(username: str, domain: str | None, here: str) -> str:
    return f"{username}@{domain or here}"


def _word(is_so: bool) -> str:
    return "true" if is_so else "false"
