"""Sending a push: read, seal, send, and believe the push service about devices that are gone."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, TypeAlias

import orjson
from sqlalchemy import delete, literal, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.clock import Clock
from app.core.crypto import Keyring
from app.core.duties import Claim
from app.core.net import Ask, FetchFailed, Follow, Limits, Net, NotAllowed
from app.core.pushkey import push_key
from app.core.records import Record
from app.core.words import Words, say
from app.instance.queries import coop_of
from app.members.queries import member_of_account
from app.notifications.kinds import NoticeKind
from app.notifications.models import Notice
from app.notifications.push.envelopes import KEPT_SECONDS, seal
from app.notifications.push.models import PushSubscription
from app.notifications.push.names import NAMES, PushPolicy, title_of
from app.notifications.push.subscriptions import (
    Opened,
    OwedPush,
    is_letter,
    is_wanted_kind,
    opened,
)
from app.relationships.queries import is_follower
from app.statuses.models import Status
from app.statuses.visible import visible_to
from app.text.names import one_line
from app.text.sanitize import plain_text

TRIES_MAX: Final = 5
GATHERED_MAX: Final = 20  # Looked at for one push.
BODY_MAX: Final = 140
TITLE_MAX: Final = 100
TAKES: Final = Limits(seconds=10, bytes_max=64 * 1024)
SEVERAL: Final = say("Several things happened")
AGAIN_LATER: Final = (408, 429)

Speak: TypeAlias = Callable[[Words, str | None], str]


class Post(Record):
    """What sending needs of the process: the way out, a tongue, and addresses of pictures."""

    net: Net
    keyring: Keyring
    base_url: str
    speak: Speak
    icon_of: Callable[[int, str | None], str]


class Message(Record):
    """What a device is told, and how it is reached."""

    device: Opened
    text: bytes
    contact: str


class ServiceAway(Exception):
    """The push service did not take it now; it may later."""


def send_push(claim: Claim, clock: Clock, *, post: Post) -> None:
    """Tell one device of one notice, unless either is gone or it is old news.

    Raises: ServiceAway, for which it is tried again, five times in all.
    """
    owed = OwedPush.model_validate(claim.payload)
    with claim.sessions.begin() as session:
        message = _message(session, owed, post, clock)
    status = 0 if message is None else _sent(message, post, clock)
    is_away = status in AGAIN_LATER or status >= 500
    if is_away and claim.tries < TRIES_MAX:
        raise ServiceAway(f"the push service answered {status}")
    with claim.finishing() as session:
        if status >= 400 and not is_away:
            gone = PushSubscription.id == owed.subscription_id
            session.execute(delete(PushSubscription).where(gone))


def _sent(message: Message, post: Post, clock: Clock) -> int:
    """Send, and return what was answered; an address that we never ask counts as gone."""
    envelope = seal(
        message.text,
        message.device.receiver,
        key=push_key(post.keyring),
        contact=message.contact,
        now=clock.now(),
    )
    ask = Ask(
        url=message.device.receiver.endpoint,
        method="POST",
        headers={**envelope.headers, "Unsubscribe-URL": f"{post.base_url}/settings/apps"},
        body=envelope.body,
        limits=TAKES,
        follow=Follow.NONE,
    )
    try:
        return post.net.fetch(ask).status
    except NotAllowed:
        return 410
    except FetchFailed:
        return 503


def _message(session: Session, owed: OwedPush, post: Post, clock: Clock) -> Message | None:
    row = session.get(PushSubscription, owed.subscription_id)
    if row is None:
        return None
    news = [found for found in _due(session, row, owed) if _is_news(session, row, found, clock)]
    if not news:
        return None
    device = opened(post.keyring, row)
    text = _told(session, news[0], device, post, has_more=len(news) > 1)
    return Message(device, text, _contact(session, post))


def _due(session: Session, row: PushSubscription, owed: OwedPush) -> Sequence[Notice]:
    """Return the one notice that is owed; or what was gathered, the newest first."""
    if owed.notice_id is not None:
        notice = session.get(Notice, owed.notice_id)
        return () if notice is None else (notice,)
    gathered = (
        Notice.account_id == row.account_id,
        Notice.id >= (row.gathers_from_id or 0),
        Notice.held.is_(False),
    )
    newest = select(Notice).where(*gathered).order_by(Notice.id.desc()).limit(GATHERED_MAX)
    return [
        n for n in session.scalars(newest) if is_wanted_kind(row, n) and not is_letter(session, n)
    ]


def _is_news(session: Session, row: PushSubscription, notice: Notice, clock: Clock) -> bool:
    """Return whether the device wants to be told of it, and its reader may see it still."""
    is_old = clock.now() - notice.created_at >= timedelta(seconds=KEPT_SECONDS)
    is_gone = notice.status_id is not None and _post_of(session, notice) is None
    return not is_old and not is_gone and _is_wanted(session, row, notice)


def _is_wanted(session: Session, row: PushSubscription, notice: Notice) -> bool:
    me, sender = row.account_id, notice.from_account_id
    match row.policy:
        case PushPolicy.FOLLOWED:
            return sender is not None and is_follower(session, me, sender)
        case PushPolicy.FOLLOWER:
            return sender is not None and is_follower(session, sender, me)
        case PushPolicy.NONE:
            return False
        case PushPolicy.ALL:
            return True


def _told(
    session: Session, notice: Notice, device: Opened, post: Post, *, has_more: bool
) -> bytes:
    """Return what the device shows. Only it can read that: post and push service see nothing."""
    words = _words(_post_of(session, notice))
    member = member_of_account(session, notice.account_id)
    sender = session.get_one(Account, notice.from_account_id or notice.account_id)
    name = NAMES[NoticeKind(notice.kind)]
    locale = member.locale if member else None
    title = post.speak(title_of(name, one_line(sender.name, limit=TITLE_MAX)), locale)
    if has_more:
        title, words = post.speak(SEVERAL, locale), title
    return orjson.dumps(
        {
            "access_token": device.token,
            "preferred_locale": locale or "en",
            "notification_id": notice.id,
            "notification_type": name,
            "icon": post.icon_of(sender.id, sender.avatar_key),
            "title": title,
            "body": words,
        }
    )


def _post_of(session: Session, notice: Notice) -> Status | None:
    """Return the post that the notice is about, if its reader may see it now."""
    is_seen = (Status.id == notice.status_id, visible_to(literal(notice.account_id)))
    return session.scalar(select(Status).where(*is_seen))


def _words(status: Status | None) -> str:
    """Return the first words of the post, or the warning that stands before them."""
    if status is None:
        return ""
    return one_line(status.spoiler or plain_text(status.content_html), limit=BODY_MAX)


def _contact(session: Session, post: Post) -> str:
    coop = coop_of(session)
    return f"mailto:{coop.contact}" if coop and coop.contact else post.base_url
