"""Lists: some of the people whom one follows, read apart from the others."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, delete, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Invalid, NotFound
from app.core.orm import lock
from app.core.records import Record
from app.core.upsert import insert_missing
from app.core.words import say
from app.members.actor import Actor
from app.relationships.lists import WHO
from app.relationships.models import Follow
from app.text.names import one_line
from app.timelines import feeds, listfeeds
from app.timelines.models import Listed, PeopleList, RepliesPolicy

LISTS_MAX = 50
TITLE_MAX = 256
MEMBERS_AT_ONCE_MAX = 100
EVERYBODY_MAX = 5_000  # Who asks for a list without an end gets no more people than this.


class ListForm(Record):
    """What a list shall be like."""

    title: str
    replies_policy: RepliesPolicy = RepliesPolicy.LIST
    exclusive: bool = False


def make_list(session: Session, actor: Actor, form: ListForm, *, now: datetime) -> PeopleList:
    """Begin a list. Raises: Invalid without a title or beyond LISTS_MAX of them."""
    title = _checked_title(form.title)
    lock(session, Account, actor.account_id)  # Two requests at once count one after the other.
    mine = select(func.count()).select_from(PeopleList)
    count = session.scalars(mine.where(PeopleList.owner_id == actor.account_id)).one()
    if count >= LISTS_MAX:
        raise Invalid(say("You have {count} lists, which is the limit.", count=LISTS_MAX))
    made = PeopleList(
        owner_id=actor.account_id,
        title=title,
        replies_policy=form.replies_policy,
        exclusive=form.exclusive,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def change_list(session: Session, actor: Actor, list_id: int, form: ListForm) -> PeopleList:
    """Change a list of the actor's. Raises: NotFound; Invalid."""
    changed = own_list(session, actor, list_id)
    changed.title = _checked_title(form.title)
    was_exclusive, policy = changed.exclusive, changed.replies_policy
    changed.exclusive, changed.replies_policy = form.exclusive, form.replies_policy
    session.flush()
    if policy is not form.replies_policy:
        listfeeds.rebuild(session, list_id)
    if was_exclusive is not form.exclusive:
        _arrange_home(session, actor.account_id, members_of(session, list_id))
    return changed


def delete_list(session: Session, actor: Actor, list_id: int) -> None:
    """Delete a list of the actor's; its people are followed as before. Raises: NotFound."""
    doomed = own_list(session, actor, list_id)
    was_on = members_of(session, list_id)
    listfeeds.empty(session, [list_id])
    session.execute(delete(Listed).where(Listed.list_id == list_id))
    session.delete(doomed)
    session.flush()
    if doomed.exclusive:
        _arrange_home(session, actor.account_id, was_on)


def add_to_list(
    session: Session, actor: Actor, list_id: int, account_ids: Collection[int], *, now: datetime
) -> None:
    """Put people whom the actor follows, or asked to, on a list of theirs.

    Raises: NotFound, also for whom they do not follow; Invalid if one stands there already.
    """
    changed = own_list(session, actor, list_id)
    wanted = sorted(set(account_ids))
    _check_count(wanted)
    known = select(Follow.followee_id).where(
        Follow.follower_id == actor.account_id, Follow.followee_id.in_(wanted)
    )
    if len(session.scalars(known).all()) < len(wanted):
        raise NotFound(say("Follow them first: a list holds only people whom you follow."))
    for account_id in wanted:
        row = {"list_id": list_id, "account_id": account_id, "created_at": now}
        if not insert_missing(session, Listed, **row):
            raise Invalid(say("They are on this list already."))
        listfeeds.add_posts_of(session, account_id, list_ids=[list_id])
    if changed.exclusive:
        _arrange_home(session, actor.account_id, wanted)


def remove_from_list(
    session: Session, actor: Actor, list_id: int, account_ids: Collection[int]
) -> None:
    """Take people off a list; nothing happens to whoever is not on it. Raises: NotFound."""
    changed = own_list(session, actor, list_id)
    _check_count(account_ids)
    key = (Listed.list_id == list_id, Listed.account_id.in_(account_ids))
    session.execute(delete(Listed).where(*key))
    listfeeds.drop_posts_of(session, account_ids, list_ids=[list_id])
    if changed.exclusive:
        _arrange_home(session, actor.account_id, account_ids)


def end_of_follow(session: Session, owner_id: int, account_id: int) -> None:
    """Take somebody whom the owner does not follow any more off all their lists."""
    mine = list(session.scalars(select(PeopleList.id).where(PeopleList.owner_id == owner_id)))
    key = (Listed.list_id.in_(mine), Listed.account_id == account_id)
    session.execute(delete(Listed).where(*key))
    listfeeds.drop_posts_of(session, [account_id], list_ids=mine)


def begin_of_follow(session: Session, owner_id: int, account_id: int) -> None:
    """Bring the posts of somebody who agreed to be followed into the lists that they are on."""
    listfeeds.add_posts_of(session, account_id, list_ids=lists_with(session, owner_id, account_id))


def own_list(session: Session, actor: Actor, list_id: int) -> PeopleList:
    """Return a list of the actor's. Raises: NotFound, also for the list of somebody else."""
    found = session.get(PeopleList, list_id)
    if found is None or found.owner_id != actor.account_id:
        raise NotFound(say("There is no such list."))
    return found


def lists_of(session: Session, owner_id: int) -> Sequence[PeopleList]:
    """Return an account's lists, by title."""
    mine = select(PeopleList).where(PeopleList.owner_id == owner_id)
    return session.scalars(mine.order_by(PeopleList.title, PeopleList.id)).all()


def lists_with(session: Session, owner_id: int, account_id: int) -> frozenset[int]:
    """Return which of the owner's lists an account stands on."""
    on = select(Listed.list_id).join(PeopleList, PeopleList.id == Listed.list_id)
    mine = (PeopleList.owner_id == owner_id, Listed.account_id == account_id)
    return frozenset(session.scalars(on.where(*mine)))


def on_list() -> Select[Any]:
    """Return the statement of those who stand on the list `who`, to be paged."""
    listed = cast(Table, Listed.__table__)
    return select(listed.c.id, listed.c.account_id).where(listed.c.list_id == WHO)


def members_of(session: Session, list_id: int) -> Sequence[int]:
    """Return who stands on a list."""
    return session.scalars(select(Listed.account_id).where(Listed.list_id == list_id)).all()


def _arrange_home(session: Session, owner_id: int, account_ids: Collection[int]) -> None:
    """Let home show those of the accounts who are on no exclusive list, and only those."""
    for account_id in account_ids:
        feeds.cease_to_read(session, owner_id, account_id)
        feeds.begin_to_read(session, owner_id, account_id)


def _checked_title(title: str) -> str:
    words = one_line(title, limit=TITLE_MAX + 1)
    if not words:
        blank = say("Give the list a name.")
        raise Invalid(blank, title=blank)
    if len(words) > TITLE_MAX:
        long = say("A name has at most {count} characters.", count=TITLE_MAX)
        raise Invalid(long, title=long)
    return words


def _check_count(account_ids: Collection[int]) -> None:
    if not account_ids:
        raise Invalid(say("Say whom."))
    if len(account_ids) > MEMBERS_AT_ONCE_MAX:
        raise Invalid(say("At most {count} people at once.", count=MEMBERS_AT_ONCE_MAX))
