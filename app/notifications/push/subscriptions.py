"""Devices subscribe, change their wishes, and go; and notices owe them a push."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import orjson
from sqlalchemy import delete, literal, select
from sqlalchemy.orm import Session

from app.core.crypto import Keyring
from app.core.duties import schedule
from app.core.errors import Invalid, NotFound
from app.core.orm import lock
from app.core.records import Record
from app.core.shapes import Shape
from app.core.words import say
from app.members.queries import member_of_account
from app.notifications.kinds import NoticeKind
from app.notifications.mailbag import zone_of
from app.notifications.models import Notice
from app.notifications.push.envelopes import Receiver, read_auth, read_point
from app.notifications.push.models import PushSubscription
from app.notifications.push.names import ALERTS, NAMES, PushPolicy
from app.notifications.push.rhythms import rhythm_of
from app.notifications.rhythm import told_at
from app.statuses.models import Status
from app.statuses.visibility import Visibility
from app.statuses.visible import visible_to

SEND: Final = "push.send"
LABEL: Final = "push"
ENDPOINT_MAX: Final = 2048


class OwedPush(Shape):
    """The payload of "push.send"."""

    subscription_id: int
    notice_id: int | None = None  # None: of all that was gathered.


class Device(Record):
    """What a program says about a device, as it says it."""

    endpoint: str
    point: str
    auth: str
    is_standard: bool = False


class Owner(Record):
    """Whose device it is: a token, here once more in clear, and the account it acts for."""

    token_id: int
    token: str
    account_id: int


class Wishes(Record):
    """Of which kinds and of whom a device is told; None leaves things as they are."""

    alerts: Mapping[str, bool] | None = None
    policy: PushPolicy | None = None


def subscribe(
    session: Session,
    keyring: Keyring,
    owner: Owner,
    device: Device,
    *,
    wishes: Wishes,
    may_be_plain: bool = False,
    now: datetime,
) -> PushSubscription:
    """Register a device in place of the token's old one; `may_be_plain` is for tests.

    Raises: Invalid.
    """
    _check_endpoint(device.endpoint, may_be_plain=may_be_plain)
    point, auth = read_point(device.point), read_auth(device.auth)
    if point is None or auth is None:
        raise Invalid(say("The keys of the device are not readable"))
    session.execute(delete(PushSubscription).where(PushSubscription.token_id == owner.token_id))
    secret = {"token": owner.token, "point": point.hex(), "auth": auth.hex()}
    made = PushSubscription(
        token_id=owner.token_id,
        account_id=owner.account_id,
        endpoint=device.endpoint,
        sealed=keyring.seal(LABEL, orjson.dumps(secret)),
        standard=device.is_standard,
        alerts=_alerts(wishes, known={}),
        policy=wishes.policy or PushPolicy.ALL,
        created_at=now,
    )
    session.add(made)
    session.flush()  # To learn its key.
    return made


def subscription_of(session: Session, token_id: int) -> PushSubscription:
    """Return the token's device. Raises: NotFound."""
    found = session.scalar(select(PushSubscription).where(PushSubscription.token_id == token_id))
    if found is None:
        raise NotFound
    return found


def change_wishes(session: Session, token_id: int, wishes: Wishes) -> PushSubscription:
    """Keep what the token's device wants from now on. Raises: NotFound."""
    found = subscription_of(session, token_id)
    found.alerts = _alerts(wishes, known=found.alerts)
    found.policy = wishes.policy or found.policy
    return found


def unsubscribe(session: Session, token_id: int) -> None:
    """Forget the token's device, if it has one."""
    session.execute(delete(PushSubscription).where(PushSubscription.token_id == token_id))


def owe_pushes(session: Session, notice: Notice, *, now: datetime) -> None:
    """Owe the notice to each device of its reader that wants its kind."""
    if NoticeKind(notice.kind) not in NAMES or notice.held:
        return
    theirs = PushSubscription.account_id == notice.account_id
    devices = session.scalars(select(PushSubscription).where(theirs)).all()
    wanting = [row for row in devices if is_wanted_kind(row, notice)]
    if not wanting:
        return
    session.flush()  # To learn the notice's key.
    comes_alone = is_letter(session, notice)
    due_at = _told_at(session, notice.account_id, now, is_letter=comes_alone)
    for row in wanting:
        if due_at == now or comes_alone:
            owed = OwedPush(subscription_id=row.id, notice_id=notice.id)
            schedule(session, SEND, owed, due_at=due_at)
        else:
            _gather(session, row.id, notice.id, due_at=due_at, now=now)


def is_wanted_kind(row: PushSubscription, notice: Notice) -> bool:
    """Return whether the device is told of notices of this kind at all."""
    name = NAMES.get(NoticeKind(notice.kind))
    return bool(row.alerts.get(name or "")) and row.policy is not PushPolicy.NONE


def _told_at(session: Session, account_id: int, now: datetime, *, is_letter: bool) -> datetime:
    member = member_of_account(session, account_id)
    if member is None:
        return now
    return told_at(rhythm_of(member), now, zone=zone_of(member), is_letter=is_letter)


def is_letter(session: Session, notice: Notice) -> bool:
    """Return whether the notice is of a letter, which is told alone."""
    is_direct = (Status.id == notice.status_id, Status.visibility == Visibility.DIRECT)
    seen = visible_to(literal(notice.account_id))
    return session.scalar(select(Status.id).where(*is_direct, seen)) is not None


def _gather(
    session: Session, subscription_id: int, notice_id: int, *, due_at: datetime, now: datetime
) -> None:
    """Let the notice wait for the next time at which the device is told."""
    row = lock(session, PushSubscription, subscription_id)
    if row is None or (row.gathers_until is not None and row.gathers_until > now):
        return  # It is gone; or the notice goes along with those that wait already.
    row.gathers_until, row.gathers_from_id = due_at, notice_id
    schedule(session, SEND, OwedPush(subscription_id=subscription_id), due_at=due_at)


class Opened(Record):
    """A device, with what was sealed."""

    receiver: Receiver
    token: str


def opened(keyring: Keyring, row: PushSubscription) -> Opened:
    """Return the device as it can be written to."""
    secret = orjson.loads(keyring.unseal(LABEL, row.sealed))
    point, auth = bytes.fromhex(secret["point"]), bytes.fromhex(secret["auth"])
    return Opened(Receiver(row.endpoint, point, auth, row.standard), secret["token"])


def _alerts(wishes: Wishes, *, known: Mapping[str, bool]) -> dict[str, bool]:
    wanted = known if wishes.alerts is None else wishes.alerts
    return {name: bool(wanted.get(name, False)) for name in ALERTS}


def _check_endpoint(endpoint: str, *, may_be_plain: bool) -> None:
    try:
        parts = urlsplit(endpoint)
        is_web = parts.scheme == "https" or (may_be_plain and parts.scheme == "http")
        is_fit = is_web and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        is_fit = False
    if not is_fit or not endpoint.isprintable() or len(endpoint) > ENDPOINT_MAX:
        raise Invalid(say("Endpoint must be an https address"))
