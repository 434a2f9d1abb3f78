"""Make and change filters: the use cases that write."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Invalid
from app.core.events import publish
from app.core.orm import lock
from app.core.records import Record
from app.core.upsert import insert_missing
from app.core.words import say
from app.filters.events import FiltersChanged
from app.filters.kinds import Context, FilterAction, joined
from app.filters.models import Filter, FilterKeyword, FilterStatus
from app.filters.queries import keywords_of, own_filter, own_filter_status, own_keyword
from app.members.actor import Actor
from app.statuses.queries import visible_status
from app.text.names import one_line

FILTERS_MAX = 100
TITLE_MAX = 256
KEYWORDS_MAX = 100  # In one filter.
KEYWORD_MAX = 512
STATUSES_MAX = 400  # In one filter.


class KeywordForm(Record):
    """A keyword as it shall be: new without an `id`, changed with one, or gone."""

    keyword: str = ""
    whole_word: bool = True
    id: int | None = None
    is_gone: bool = False


class FilterForm(Record):
    """What a filter shall be like. In a change, keywords that are not named stay."""

    title: str
    contexts: frozenset[Context]
    action: FilterAction = FilterAction.WARN
    expires_at: datetime | None = None
    keywords: Sequence[KeywordForm] = ()


def make_filter(session: Session, actor: Actor, form: FilterForm, *, now: datetime) -> Filter:
    """Add a filter. Raises: Invalid beyond its limits, or beyond FILTERS_MAX of them."""
    lock(session, Account, actor.account_id)  # Two requests at once count one after the other.
    mine = select(func.count()).select_from(Filter)
    if session.scalars(mine.where(Filter.account_id == actor.account_id)).one() >= FILTERS_MAX:
        raise Invalid(say("You have {count} filters, which is the limit.", count=FILTERS_MAX))
    made = Filter(account_id=actor.account_id, created_at=now)
    _fill(made, form)
    session.add(made)
    session.flush()
    _keep_keywords(session, actor, made.id, form.keywords)
    _told(session, actor, now=now)
    return made


def change_filter(
    session: Session, actor: Actor, filter_id: int, form: FilterForm, *, now: datetime
) -> Filter:
    """Change a filter of the actor's. Raises: NotFound; Invalid."""
    changed = own_filter(session, actor.account_id, filter_id)
    _fill(changed, form)
    _keep_keywords(session, actor, filter_id, form.keywords)
    session.flush()
    _told(session, actor, now=now)
    return changed


def delete_filter(session: Session, actor: Actor, filter_id: int, *, now: datetime) -> None:
    """Delete a filter of the actor's. Raises: NotFound."""
    doomed = own_filter(session, actor.account_id, filter_id)
    for kind in (FilterKeyword, FilterStatus):
        session.execute(delete(kind).where(kind.filter_id == filter_id))
    session.delete(doomed)
    session.flush()
    _told(session, actor, now=now)


def add_keyword(
    session: Session, actor: Actor, filter_id: int, form: KeywordForm, *, now: datetime
) -> FilterKeyword:
    """Add a keyword to a filter of the actor's. Raises: NotFound; Invalid."""
    own_filter(session, actor.account_id, filter_id)
    _keep_keywords(session, actor, filter_id, [form])
    _told(session, actor, now=now)
    return keywords_of(session, filter_id)[-1]


def change_keyword(
    session: Session, actor: Actor, keyword_id: int, form: KeywordForm, *, now: datetime
) -> FilterKeyword:
    """Change a keyword of a filter of the actor's. Raises: NotFound; Invalid."""
    changed = own_keyword(session, actor.account_id, keyword_id)
    changed.keyword, changed.whole_word = _checked_keyword(form.keyword), form.whole_word
    _told(session, actor, now=now)
    return changed


def delete_keyword(session: Session, actor: Actor, keyword_id: int, *, now: datetime) -> None:
    """Take a keyword out of its filter. Raises: NotFound."""
    session.delete(own_keyword(session, actor.account_id, keyword_id))
    session.flush()
    _told(session, actor, now=now)


def add_status(
    session: Session, actor: Actor, filter_id: int, status_id: int, *, now: datetime
) -> FilterStatus:
    """Let a filter match one post that the actor can see.

    Raises: NotFound; Invalid if it does already, or beyond STATUSES_MAX posts.
    """
    own_filter(session, actor.account_id, filter_id)
    visible_status(session, actor.account_id, status_id)
    held = select(func.count()).select_from(FilterStatus)
    if session.scalars(held.where(FilterStatus.filter_id == filter_id)).one() >= STATUSES_MAX:
        raise Invalid(say("A filter holds at most {count} posts.", count=STATUSES_MAX))
    if not insert_missing(session, FilterStatus, filter_id=filter_id, status_id=status_id):
        raise Invalid(say("This post is in the filter already."))
    _told(session, actor, now=now)
    key = (FilterStatus.filter_id == filter_id, FilterStatus.status_id == status_id)
    return session.scalars(select(FilterStatus).where(*key)).one()


def remove_status(session: Session, actor: Actor, row_id: int, *, now: datetime) -> FilterStatus:
    """Take a post out of its filter, and return what stood there. Raises: NotFound."""
    removed = own_filter_status(session, actor.account_id, row_id)
    session.delete(removed)
    session.flush()
    _told(session, actor, now=now)
    return removed


def _told(session: Session, actor: Actor, *, now: datetime) -> None:
    """Let what was made ready of the actor's filters be made anew, and tell that they changed."""
    more = {Account.filters_rev: Account.filters_rev + 1}
    session.execute(update(Account).where(Account.id == actor.account_id).values(more))
    publish(session, FiltersChanged(actor.account_id, now))


def _fill(row: Filter, form: FilterForm) -> None:
    title = one_line(form.title, limit=TITLE_MAX + 1)
    if not title:
        raise Invalid(say("Title can't be blank"), title=say("Give the filter a name."))
    if len(title) > TITLE_MAX:
        long = say("A name has at most {count} characters.", count=TITLE_MAX)
        raise Invalid(long, title=long)
    if not form.contexts:
        raise Invalid(say("Context can't be blank"), context=say("Say where it shall apply."))
    row.title, row.contexts = title, joined(form.contexts)
    row.action, row.expires_at = form.action, form.expires_at


def _keep_keywords(
    session: Session, actor: Actor, filter_id: int, forms: Sequence[KeywordForm]
) -> None:
    for form in forms:
        if form.id is not None:
            known = own_keyword(session, actor.account_id, form.id)
            if form.is_gone:
                session.delete(known)
            else:
                known.keyword = _checked_keyword(form.keyword or known.keyword)
                known.whole_word = form.whole_word
        elif not form.is_gone:
            words = _checked_keyword(form.keyword)
            row = FilterKeyword(filter_id=filter_id, keyword=words, whole_word=form.whole_word)
            session.add(row)
    session.flush()
    if len(keywords_of(session, filter_id)) > KEYWORDS_MAX:
        raise Invalid(say("A filter has at most {count} keywords.", count=KEYWORDS_MAX))


def _checked_keyword(words: str) -> str:
    keyword = one_line(words, limit=KEYWORD_MAX + 1)
    if not keyword:
        raise Invalid(say("Keyword can't be blank"), keyword=say("Write a word or a phrase."))
    if len(keyword) > KEYWORD_MAX:
        long = say("A keyword has at most {count} characters.", count=KEYWORD_MAX)
        raise Invalid(long, keyword=long)
    return keyword
