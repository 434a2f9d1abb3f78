"""A person's policy of notices, and the requests of those whose notices are held."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import NotFound
from app.core.news import NewsKind, announce
from app.core.records import Record, asdict
from app.core.upsert import insert_missing
from app.core.words import say
from app.members.actor import Actor
from app.members.offices import Office
from app.members.queries import mandates_of, member_of_account
from app.notifications.kinds import NoticeKind
from app.notifications.models import Notice, NoticePermission, NoticePolicy, NoticeRequest
from app.notifications.policy import JUDGED, Policy, Sender, Stance, judge
from app.relationships.models import FollowState
from app.relationships.queries import find_follow
from app.statuses.queries import has_talked_in, visible_status
from app.statuses.visibility import Visibility

STAFF = frozenset({Office.ADMIN, Office.MODERATOR})


class Request(Record):
    """Somebody whose notices are held, how many they are, and the latest post among them."""

    id: int
    from_account_id: int
    created_at: datetime
    updated_at: datetime
    count: int
    last_status_id: int | None


class Pending(Record):
    """How many wait to be looked at."""

    requests: int
    notices: int


def policy_of(session: Session, account_id: int) -> Policy:
    """Return what an account wants to be told of whom."""
    row = session.get(NoticePolicy, account_id)
    return Policy() if row is None else Policy(**{k: Stance(v) for k, v in row.stances.items()})


def set_policy(session: Session, actor: Actor, policy: Policy) -> None:
    """Keep what the actor wants to be told of whom, from now on."""
    stances = {name: stance.value for name, stance in asdict(policy).items()}
    insert_missing(session, NoticePolicy, account_id=actor.account_id, stances=stances)
    row = session.get_one(NoticePolicy, actor.account_id, populate_existing=True)
    row.stances = stances
    session.flush()


def stance_towards(
    session: Session,
    account_id: int,
    from_account_id: int | None,
    kind: NoticeKind,
    status_id: int | None,
    *,
    now: datetime,
) -> Stance:
    """Return what becomes of a notice to an account by its policy."""
    if kind not in JUDGED or from_account_id is None:
        return Stance.ACCEPT
    policy = policy_of(session, account_id)
    if policy == Policy():  # Nobody is limited yet, hence nothing is held.
        return Stance.ACCEPT
    sender = _sender(session, account_id, from_account_id, status_id, now=now)
    return judge(policy, sender, kind, now=now)


def hold_request(
    session: Session, account_id: int, from_account_id: int, *, now: datetime
) -> None:
    """Record that notices of a sender are held for an account."""
    key = {"account_id": account_id, "from_account_id": from_account_id}
    if not insert_missing(session, NoticeRequest, **key, created_at=now, updated_at=now):
        mine = (NoticeRequest.account_id == account_id, _is_from(from_account_id))
        session.execute(update(NoticeRequest).where(*mine).values(updated_at=now))


def accept_requests(
    session: Session, actor: Actor, request_ids: Collection[int], *, now: datetime
) -> None:
    """Let what some senders caused through, now and from now on. Raises: NotFound."""
    for row in _own(session, actor, request_ids):
        key = {"account_id": actor.account_id, "from_account_id": row.from_account_id}
        insert_missing(session, NoticePermission, **key, created_at=now)
        told = update(Notice).where(*_held_of(actor.account_id, row.from_account_id))
        session.execute(told.values(held=False))
        session.delete(row)
    session.flush()
    announce(session, NewsKind.LET_THROUGH, account_id=actor.account_id)


def dismiss_requests(session: Session, actor: Actor, request_ids: Collection[int]) -> None:
    """Throw what is held of some senders away; more of them is held again. Raises: NotFound."""
    for row in _own(session, actor, request_ids):
        held = _held_of(actor.account_id, row.from_account_id)
        session.execute(delete(Notice).where(*held))
        session.delete(row)
    session.flush()


def forget_requests(session: Session, one_id: int, other_id: int) -> None:
    """Forget what two accounts, of which one blocks the other, wanted to be told."""
    for kind in (NoticeRequest, NoticePermission):
        either = or_(
            (kind.account_id == one_id) & (kind.from_account_id == other_id),
            (kind.account_id == other_id) & (kind.from_account_id == one_id),
        )
        session.execute(delete(kind).where(either))


def requests_of(
    session: Session,
    account_id: int,
    *,
    before: int = 2**63 - 1,
    after: int = 0,
    limit: int = 40,
    from_below: bool = False,
) -> Sequence[Request]:
    """Return a page of those whose notices are held for an account, newest first."""
    count, last = func.count(Notice.id), func.max(Notice.status_id)
    columns = (
        NoticeRequest.id,
        NoticeRequest.from_account_id,
        NoticeRequest.created_at,
        NoticeRequest.updated_at,
    )
    held = (
        (Notice.account_id == NoticeRequest.account_id)
        & (Notice.from_account_id == NoticeRequest.from_account_id)
        & Notice.held
    )
    rows = (
        select(*columns, count, last)
        .join(Account, Account.id == NoticeRequest.from_account_id)
        .outerjoin(Notice, held)
        .where(
            NoticeRequest.account_id == account_id,
            NoticeRequest.id < before,
            NoticeRequest.id > after,
            Account.suspended_at.is_(None),
        )
        .group_by(*columns)
        .order_by(NoticeRequest.id if from_below else NoticeRequest.id.desc())
        .limit(limit)
    )
    found = [Request(*row) for row in session.execute(rows)]
    return found[::-1] if from_below else found


def request_of(session: Session, actor: Actor, request_id: int) -> Request:
    """Return one request for the actor. Raises: NotFound."""
    me = actor.account_id
    found = requests_of(session, me, before=request_id + 1, after=request_id - 1)
    if not found:
        raise NotFound(say("There is no such request."))
    return found[0]


def pending(session: Session, account_id: int) -> Pending:
    """Return how much waits to be looked at by an account."""
    requests = select(func.count()).select_from(NoticeRequest)
    notices = select(func.count()).select_from(Notice)
    mine = notices.where(Notice.account_id == account_id, Notice.held)
    return Pending(
        session.scalars(requests.where(NoticeRequest.account_id == account_id)).one(),
        session.scalars(mine).one(),
    )


def _own(session: Session, actor: Actor, request_ids: Collection[int]) -> Sequence[NoticeRequest]:
    mine = NoticeRequest.account_id == actor.account_id
    found = session.scalars(select(NoticeRequest).where(mine, NoticeRequest.id.in_(request_ids)))
    rows = found.all()
    if len(rows) < len(set(request_ids)) or not rows:
        raise NotFound(say("There is no such request."))
    return rows


def _is_from(from_account_id: int) -> ColumnElement[bool]:
    return NoticeRequest.from_account_id == from_account_id


def _held_of(account_id: int, from_account_id: int) -> tuple[ColumnElement[bool], ...]:
    sender = Notice.from_account_id == from_account_id
    return (Notice.account_id == account_id, sender, Notice.held.is_(True))


def _sender(
    session: Session, account_id: int, from_id: int, status_id: int | None, *, now: datetime
) -> Sender:
    mine, theirs = (
        find_follow(session, account_id, from_id),
        find_follow(session, from_id, account_id),
    )
    is_followed = mine is not None and mine.state is FollowState.ACCEPTED
    follows = theirs is not None and theirs.state is FollowState.ACCEPTED
    status = None if status_id is None else visible_status(session, account_id, status_id)
    is_private = status is not None and status.visibility is Visibility.DIRECT
    answers = (
        status is not None
        and is_private
        and has_talked_in(session, account_id, status.conversation_id)
    )
    return Sender(
        is_followed=is_followed,
        follower_since=theirs.accepted_at if theirs is not None and follows else None,
        created_at=session.get_one(Account, from_id).created_at,
        is_staff=_is_staff(session, from_id, now=now),
        is_accepted=session.get(NoticePermission, (account_id, from_id)) is not None,
        writes_privately=is_private,
        answers_reader=answers,
    )


def _is_staff(session: Session, account_id: int, *, now: datetime) -> bool:
    member = member_of_account(session, account_id)
    mandates = mandates_of(session, member.id) if member is not None else ()
    return any(
        m.office in STAFF and m.starts_at <= now < (m.ended_at or m.ends_at) for m in mandates
    )
