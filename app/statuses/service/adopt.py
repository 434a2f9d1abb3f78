"""Keep a post of another site, and what its site says of it later.

Nothing of it is ours: words come cleaned, moments bounded, and who may see it is decided before.
The rules of what follows from a post are those of our own posts: the same events tell of it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.events import publish
from app.core.ids import id_at
from app.core.records import Record
from app.core.upsert import insert_missing
from app.media.remote.attached import Attached, attach_remote, drop_remote, remote_of
from app.statuses.cards.service import keep_card
from app.statuses.content import keep_mentions, keep_tags
from app.statuses.events import StatusEdited, StatusPublished
from app.statuses.models import Mention, RemoteStatus, Status, StatusEdit
from app.statuses.polls.adopt import AskedElsewhere, adopt_poll
from app.statuses.polls.queries import asked_in
from app.statuses.quotes.rules import QuotePolicy
from app.statuses.service.publish import count_answer
from app.statuses.tally import count_in
from app.statuses.visibility import ReplyAudience, Visibility


class Wording(Record, kw_only=True):
    """What a post of another site says: `html` is clean, `text` its words alone."""

    html: str
    text: str
    spoiler: str = ""
    sensitive: bool = False
    language: str | None = None
    tags: tuple[str, ...] = ()
    mentioned: frozenset[int] = frozenset()
    urls: tuple[str, ...] = ()
    attached: Sequence[Attached] = ()
    poll: AskedElsewhere | None = None
    edited_at: datetime | None = None


class Origin(Record, kw_only=True):
    """What names a post at its site, and where it stands here.

    `silent` may see it though they are not named in it. `answers` is the id of the post that it
    answers, also if that is not here; it is joined to it when it comes.
    """

    uri: str
    url: str | None
    context: str | None
    published_at: datetime
    visibility: Visibility
    reply_audience: ReplyAudience = ReplyAudience.EVERYONE
    quote_policy: QuotePolicy = QuotePolicy.NOBODY
    silent: frozenset[int] = frozenset()
    answers: str | None = None
    answered: Status | None = None


def adopt_status(
    session: Session, account_id: int, origin: Origin, wording: Wording, *, now: datetime
) -> Status:
    """Keep a post of somebody of elsewhere, which is not known here yet."""
    answered = origin.answered
    status_id = id_at(origin.published_at)
    status = Status(
        id=status_id,
        account_id=account_id,
        visibility=origin.visibility,
        reply_audience=origin.reply_audience,
        quote_policy=origin.quote_policy,
        in_reply_to_id=None if answered is None else answered.id,
        in_reply_to_account_id=None if answered is None else answered.account_id,
        conversation_id=status_id if answered is None else answered.conversation_id,
        created_at=origin.published_at,
        edited_at=wording.edited_at,
    )
    _say(status, wording)
    session.add(status)
    session.flush()
    names = {"uri": origin.uri, "url": origin.url, "context": origin.context}
    session.add(RemoteStatus(status_id=status_id, answers=origin.answers, fetched_at=now, **names))
    session.flush()
    count_in(session, status)
    keep_mentions(session, status_id, wording.mentioned)
    keep_silent(session, status_id, origin.silent - wording.mentioned)
    _keep_parts(session, status, wording, now=now)
    if answered is not None:
        count_answer(session, answered, status)
    _join_answers(session, status, origin.uri)
    publish(session, StatusPublished(status_id, account_id, now))
    return status


def keep_silent(session: Session, status_id: int, account_ids: frozenset[int]) -> None:
    """Let accounts see a post that does not name them."""
    for account_id in sorted(account_ids):
        key = {"status_id": status_id, "account_id": account_id}
        insert_missing(session, Mention, **key, silent=True)


def change_adopted(session: Session, status: Status, wording: Wording, *, now: datetime) -> None:
    """Let a post of elsewhere read as its site says now; how it read before stays readable.

    The post's row is locked. If nothing but the numbers of its poll is new, no edit is kept.
    """
    remote = session.get_one(RemoteStatus, status.id)
    remote.fetched_at = now
    if _reads_the_same(session, status, wording):
        if wording.poll is not None:
            adopt_poll(session, status, wording.poll, now=now)
        session.flush()
        return
    asked = asked_in(session, status.id)
    session.add(
        StatusEdit(
            status_id=status.id,
            text=status.text,
            content_type=status.content_type,
            content_html=status.content_html,
            spoiler=status.spoiler,
            sensitive=status.sensitive,
            language=status.language,
            media=[],
            poll=None if asked is None else list(asked.options),
            created_at=status.edited_at or status.created_at,
        )
    )
    _say(status, wording)
    status.edited_at = wording.edited_at or now
    status.rev += 1
    session.flush()
    newly = keep_mentions(session, status.id, wording.mentioned)
    _keep_parts(session, status, wording, now=now)
    publish(session, StatusEdited(status.id, status.account_id, newly, now))


def _say(status: Status, wording: Wording) -> None:
    status.text = wording.text
    status.content_html = wording.html
    status.spoiler = wording.spoiler
    status.sensitive = wording.sensitive or bool(wording.spoiler)
    status.language = wording.language


def _keep_parts(session: Session, status: Status, wording: Wording, *, now: datetime) -> None:
    keep_tags(session, status.id, wording.tags, now=now)
    drop_remote(session, status.id)
    attach_remote(session, status.id, wording.attached)
    keep_card(session, status, wording.urls, has_media=bool(wording.attached))
    adopt_poll(session, status, wording.poll, now=now)


def _reads_the_same(session: Session, status: Status, wording: Wording) -> bool:
    asked = asked_in(session, status.id)
    options = None if asked is None else tuple(asked.options)
    has_same_poll = options == (None if wording.poll is None else wording.poll.titles)
    sensitive = wording.sensitive or bool(wording.spoiler)
    said = (status.content_html, status.spoiler, status.sensitive, status.language)
    says = (wording.html, wording.spoiler, sensitive, wording.language)
    has_same_files = remote_of(session, status.id) == tuple(wording.attached)
    return has_same_poll and said == says and has_same_files


def _join_answers(session: Session, status: Status, uri: str) -> None:
    """Join what came before the post that it answers to it, with the talk below."""
    waiting = select(RemoteStatus.status_id).where(RemoteStatus.answers == uri)
    alone = (Status.id.in_(waiting), Status.in_reply_to_id.is_(None))
    for answer in session.scalars(select(Status).where(*alone).order_by(Status.id)).all():
        talk = Status.conversation_id == answer.conversation_id
        answer.in_reply_to_id, answer.in_reply_to_account_id = status.id, status.account_id
        answer.rev += 1
        session.flush()
        joined = {"conversation_id": status.conversation_id, "rev": Status.rev + 1}
        session.execute(update(Status).where(talk).values(joined))
        if answer.deleted_at is None:
            count_answer(session, status, answer)
