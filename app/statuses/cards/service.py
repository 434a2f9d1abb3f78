"""Giving posts their cards, and filling cards with what pages say."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.core.crypto import hash_secret
from app.core.duties import schedule
from app.core.orm import lock
from app.core.records import Record
from app.core.upsert import insert_missing
from app.media.remote.queries import StoredRemote
from app.statuses.cards.models import Card, StatusCard
from app.statuses.cards.owed import FETCH, FetchCard
from app.statuses.cards.rules import JITTER_SECONDS, KEPT_FOR, is_due, link_of
from app.statuses.models import Status
from app.text.preview import Preview

FORGET_BATCH = 200


def keep_card(session: Session, status: Status, urls: Sequence[str], *, has_media: bool) -> None:
    """Give the post, which was just written or changed, the card of its first link, or none.

    The page is asked a moment later, spread over a minute: never all sites at once.
    """
    now = status.edited_at or status.created_at
    url = link_of(urls, status.visibility, has_media=has_media)
    linked = session.get(StatusCard, status.id) if status.edited_at else None
    if url is None:
        if linked is not None:
            session.delete(linked)
        return
    card = _card_of(session, url, now=now)
    if linked is None:
        session.add(StatusCard(status_id=status.id, card_id=card.id))
    else:
        linked.card_id = card.id


def _card_of(session: Session, url: str, *, now: datetime) -> Card:
    """Return the card of a page, locked; owe asking the page if it is time."""
    url_hash = hash_secret(url)
    is_new = insert_missing(
        session,
        Card,
        url_hash=url_hash,
        url=url,
        asked_at=now,
        host="",
        title="",
        description="",
        site_name="",
        author_name="",
        author_url="",
        image_description="",
    )
    found = select(Card).where(Card.url_hash == url_hash).with_for_update()
    card = session.scalars(found.execution_options(populate_existing=True)).one()
    if is_new or is_due(card.asked_at, card.failed_at, now=now):
        card.asked_at = now
        jitter = timedelta(seconds=secrets.randbelow(JITTER_SECONDS))
        schedule(session, FETCH, FetchCard(card_id=card.id), due_at=now + jitter)
    return card


def drop_card(session: Session, status_id: int) -> None:
    """Take the card off a post that is deleted."""
    session.execute(delete(StatusCard).where(StatusCard.status_id == status_id))


class Found(Record):
    """What was found at the address of a card: the host that answered, the page, its picture."""

    host: str
    page: Preview
    image: StoredRemote | None = None


def fill_card(session: Session, card_id: int, found: Found | None, *, now: datetime) -> None:
    """Note what the page says; None: it could not be had, and what was known stays."""
    _hold_posts(session, card_id)
    card = lock(session, Card, card_id)
    if card is None:
        return
    if found is None:
        card.failed_at = now
        return
    card.failed_at = None
    if _fill(card, found):
        _show_anew(session, card_id)


def _fill(card: Card, found: Found) -> bool:
    """Write the values; return whether any is another one."""
    page, image = found.page, found.image
    values = {
        "host": found.host,
        "title": page.title,
        "description": page.description,
        "language": page.language,
        "site_name": page.site_name,
        "author_name": page.author_name,
        "author_url": page.author_url,
        "published_at": page.published_at,
        "image_url": page.image_url if image else None,
        "image_description": page.image_description if image else "",
        "image_width": image.size[0] if image else None,
        "image_height": image.size[1] if image else None,
        "blurhash": image.blurhash if image else None,
    }
    changed = {name: value for name, value in values.items() if getattr(card, name) != value}
    for name, value in changed.items():
        setattr(card, name, value)
    return bool(changed)


def _hold_posts(session: Session, card_id: int) -> None:
    """Lock the posts with the card before it: whoever changes a post locks them in this order."""
    linking = select(StatusCard.status_id).where(StatusCard.card_id == card_id)
    posts = select(Status.id).where(Status.id.in_(linking)).order_by(Status.id)
    session.scalars(posts.with_for_update()).all()


def _show_anew(session: Session, card_id: int) -> None:
    """Give the posts with the card a new version, so that none is shown as it was."""
    linking = select(StatusCard.status_id).where(StatusCard.card_id == card_id)
    session.execute(
        update(Status).where(Status.id.in_(linking)).values({Status.rev: Status.rev + 1})
    )


def forget_cards(session: Session, *, now: datetime) -> int:
    """Forget cards that are old, and those that no post has any more; return how many went."""
    in_use = select(StatusCard.card_id).where(StatusCard.card_id == Card.id).exists()
    old = Card.asked_at < now - KEPT_FOR
    unused = ~in_use & (Card.asked_at < now - timedelta(days=1))
    gone = session.scalars(
        select(Card.id).where(old | unused).order_by(Card.asked_at).limit(FORGET_BATCH)
    ).all()
    for card_id in gone:
        _hold_posts(session, card_id)
        _show_anew(session, card_id)
        session.execute(delete(StatusCard).where(StatusCard.card_id == card_id))
        session.execute(delete(Card).where(Card.id == card_id))
    return len(gone)
