"""Whom a post would reach: the sentence under the composer, and lists of who did what with it."""

from collections.abc import Sequence

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, AccountKind
from app.accounts.queries import accounts_by_handle
from app.core.errors import NotFound
from app.core.records import Record
from app.core.words import say
from app.relationships.queries import count_followers
from app.statuses.models import Favourite, Status
from app.statuses.queries import visible_status
from app.statuses.visibility import OPEN, Visibility
from app.statuses.visible import accounts, unblocked, visible_to
from app.text.entities import Mention as Named
from app.text.entities import find_entities

PEOPLE_MAX = 40


class Reach(Record):
    """How many people get a post in front of them, and whom it names."""

    people: int
    named: tuple[Account, ...]
    stands_open: bool  # Also for whoever visits the author's page.


def reach_of(
    session: Session,
    author_id: int,
    *,
    visibility: Visibility,
    text: str = "",
    here: str | None = None,
) -> Reach:
    """Return whom a post of the author would reach."""
    handles = {e.handle for e in find_entities(text) if isinstance(e, Named)}
    found = accounts_by_handle(session, handles, here=here)
    named = {account.id: account for account in found.values() if account.id != author_id}
    if visibility is Visibility.DIRECT:
        people = len(named)
    elif visibility is Visibility.LOCAL:
        people = _count_neighbours(session) - 1
    else:
        people = count_followers(session, author_id)
    ordered = sorted(named.values(), key=lambda account: account.username)
    return Reach(people, tuple(ordered), stands_open=visibility in OPEN)


def boosters_of(session: Session, viewer_id: int | None, status_id: int) -> Sequence[Account]:
    """Return who boosted a post, as far as the viewer may see, newest first. Raises: NotFound."""
    status = visible_status(session, viewer_id, status_id)
    me = None if viewer_id is None else literal(viewer_id)
    boosts = (Status.reblog_of_id == status.id, visible_to(me))
    rows = select(Account).join(Status, Status.account_id == Account.id).where(*boosts)
    return session.scalars(rows.order_by(Status.id.desc()).limit(PEOPLE_MAX)).all()


def favouriters_of(session: Session, author_id: int, status_id: int) -> Sequence[Account]:
    """Return who likes the author's own post, newest first: nobody else is shown that.

    Raises: NotFound, also for the post of somebody else.
    """
    status = visible_status(session, author_id, status_id)
    if status.account_id != author_id:
        raise NotFound(say("There is no such post."))
    rows = select(Account).join(Favourite, Favourite.account_id == Account.id)
    welcome = unblocked(literal(author_id), accounts.c.id)
    rows = rows.where(Favourite.status_id == status.id, accounts.c.suspended_at.is_(None), welcome)
    return session.scalars(rows.order_by(Favourite.id.desc()).limit(PEOPLE_MAX)).all()


def _count_neighbours(session: Session) -> int:
    here = (Account.domain.is_(None), Account.kind == AccountKind.PERSON)
    stands = (Account.waiting.is_(False), Account.suspended_at.is_(None))
    return session.scalars(select(func.count()).select_from(Account).where(*here, *stands)).one()
