"""Who plays in the scenarios of apps: readers with filters and notices, authors, a talk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.core.kernel import Kernel
from app.filters.kinds import Context
from app.filters.service import FilterForm, KeywordForm, make_filter
from app.members.actor import Actor
from app.members.consent import accept_all, missing
from app.members.models import Member
from app.members.states import MemberState
from app.notifications.grouping import span_of
from app.notifications.kinds import NoticeKind
from app.notifications.models import Notice
from app.oauth.service import give_token
from app.relationships.models import Follow
from app.statuses.models import Status
from bench.sites import add_people, follow_row, insert_rows

SCOPES = ("read", "write", "follow", "push")
TALK = 60  # Answers.
NOTICES = 80  # Of each reader.
FILTERED = ("spoilers", "football", "elections", "bread kettle")
KINDS = (NoticeKind.FAVOURITE, NoticeKind.BOOST, NoticeKind.ANSWER, NoticeKind.FOLLOW)

Headers = Mapping[str, str]


def readers(kernel: Kernel, account_ids: Sequence[int]) -> Sequence[Headers]:
    """Make members of the accounts, each with a filter and notices; return the headers of their
    apps.
    """
    now = kernel.clock.now()
    with kernel.db.write.begin() as session:
        members = [_member(session, account_id, now) for account_id in account_ids]
        session.flush()
        for member in members:
            keywords = tuple(KeywordForm(word) for word in FILTERED)
            form = FilterForm("Not now", frozenset(Context), keywords=keywords)
            make_filter(session, Actor(member.id, member.account_id), form, now=now)
        _notices(session, account_ids, now)
        return [_app_of(session, member, now) for member in members]


def talk(kernel: Kernel) -> int:
    """Make a talk of TALK answers out of the latest posts; return the post it begins with."""
    newest = select(Status).where(Status.reblog_of_id.is_(None)).order_by(Status.id.desc())
    with kernel.db.write.begin() as session:
        first, *answers = session.scalars(newest.limit(TALK + 1)).all()[::-1]
        for answer in answers:
            answer.in_reply_to_id = first.id
            answer.in_reply_to_account_id = first.account_id
            answer.conversation_id = first.id
        return first.id


@dataclass(frozen=True, slots=True)
class Authors:
    """Members whom `followers` accounts follow, by the headers of their apps."""

    followers: int
    apps: Sequence[Headers]


def authors(kernel: Kernel, wanted: Mapping[int, int]) -> Sequence[Authors]:
    """Make authors: for each number of followers, that many."""
    now = kernel.clock.now()
    with kernel.db.write.begin() as session:
        connection = session.connection()
        public = add_people(connection, "follower", max(wanted), now)
        return [
            Authors(followers, _authors(session, connection, public[:followers], count, now))
            for followers, count in wanted.items()
        ]


def speaker(kernel: Kernel, reader_ids: Sequence[int]) -> Headers:
    """Make somebody whom all of the readers follow; return the headers of their app."""
    now = kernel.clock.now()
    with kernel.db.write.begin() as session:
        [app] = _authors(session, session.connection(), reader_ids, 1, now)
        return app


def _authors(
    session: Session, connection: Connection, public: Sequence[int], count: int, now: datetime
) -> Sequence[Headers]:
    ids = add_people(connection, f"author{len(public)}x", count, now)
    rows = [follow_row(reader, author, now) for author in ids for reader in public]
    insert_rows(connection, Follow, rows)
    members = [_member(session, account_id, now) for account_id in ids]
    session.flush()
    for member in members:
        terms = missing(session, member.id, at=now)
        accept_all(session, terms, member_id=member.id, via="bench", now=now)
    return [_app_of(session, member, now) for member in members]


def _member(session: Session, account_id: int, now: datetime) -> Member:
    known = session.scalar(select(Member).where(Member.account_id == account_id))
    if known is not None:
        return known
    member = Member(
        account_id=account_id,
        email=f"{account_id}@mail.example",
        state=MemberState.ACTIVE,
        created_at=now,
        joined_at=now,
    )
    session.add(member)
    return member


def _app_of(session: Session, member: Member, now: datetime) -> Headers:
    token = give_token(session, member_id=member.id, scopes=SCOPES, now=now)
    return {"Authorization": f"Bearer {token}"}


def _notices(session: Session, account_ids: Sequence[int], now: datetime) -> None:
    """Tell each account of what others did with its latest posts."""
    rows = []
    for place, account_id in enumerate(account_ids):
        mine = select(Status.id).where(
            Status.account_id == account_id, Status.reblog_of_id.is_(None)
        )
        posts = session.scalars(mine.order_by(Status.id.desc()).limit(NOTICES)).all()
        for number, status_id in enumerate(posts):
            kind = KINDS[number % len(KINDS)]
            rows.append(
                {
                    "account_id": account_id,
                    "kind": kind,
                    "from_account_id": account_ids[(place + number + 1) % len(account_ids)],
                    "status_id": None if kind is NoticeKind.FOLLOW else status_id,
                    "span": span_of(now),
                    "created_at": now,
                }
            )
    insert_rows(session.connection(), Notice, rows)
