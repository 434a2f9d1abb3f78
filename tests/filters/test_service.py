"""Filters are their maker's alone, bounded, and keep what they hide out of notices."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.errors import AppError, Invalid, NotFound
from app.core.events import Listeners
from app.filters import service
from app.filters.events import FiltersChanged
from app.filters.kinds import Context, FilterAction
from app.filters.models import Filter, FilterKeyword, FilterStatus
from app.filters.queries import filters_of, keywords_of, matcher_of, statuses_of
from app.filters.service import FilterForm, KeywordForm
from app.members.actor import Actor
from app.notifications.models import Notice
from app.statuses.polls.rules import Asking
from app.statuses.visibility import Visibility
from tests.factories import NOON
from tests.queries import counted
from tests.social import befriend, make_person, post

EVERYWHERE = frozenset(Context)


def form(*keywords: str, **given: object) -> FilterForm:
    values: dict[str, object] = {
        "title": "Quiet",
        "contexts": EVERYWHERE,
        "keywords": [KeywordForm(words) for words in keywords],
    }
    return FilterForm(**(values | given))  # type: ignore[arg-type]


def make(session: Session, owner: Actor, *keywords: str, **given: object) -> Filter:
    return service.make_filter(session, owner, form(*keywords, **given), now=NOON)


def matched(session: Session, reader: Actor, text: str, status_id: int = 0) -> list[str]:
    matcher = matcher_of(session.connection(), reader.account_id, now=NOON)
    return [m.rule.title for m in matcher.results(text, status_id, author_id=0)]


def test_the_filter_of_somebody_else_is_not_there(session: Session) -> None:
    ada, eve = make_person(session), make_person(session)
    made = make(session, ada, "cat")
    [keyword] = keywords_of(session, made.id)
    row = service.add_status(session, ada, made.id, post(session, eve).id, now=NOON)
    own = make(session, eve, "dog")
    foreign = form(keywords=[KeywordForm(id=keyword.id, is_gone=True)])
    for act in (
        lambda: service.change_filter(session, eve, made.id, form("x"), now=NOON),
        lambda: service.change_filter(session, eve, own.id, foreign, now=NOON),
        lambda: service.delete_filter(session, eve, made.id, now=NOON),
        lambda: service.add_keyword(session, eve, made.id, KeywordForm("x"), now=NOON),
        lambda: service.change_keyword(session, eve, keyword.id, KeywordForm("x"), now=NOON),
        lambda: service.delete_keyword(session, eve, keyword.id, now=NOON),
        lambda: service.add_status(session, eve, made.id, row.status_id, now=NOON),
        lambda: service.remove_status(session, eve, row.id, now=NOON),
        lambda: service.delete_keyword(session, ada, 1, now=NOON),
        lambda: service.remove_status(session, ada, 1, now=NOON),
    ):
        with pytest.raises(NotFound):
            act()
    assert matched(session, ada, "a cat") == ["Quiet"]
    assert matched(session, eve, "a cat") == []


def test_what_no_filter_can_be(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, eve = make_person(session), make_person(session)
    for limit in ("FILTERS_MAX", "KEYWORDS_MAX", "STATUSES_MAX"):
        monkeypatch.setattr(service, limit, 2)
    made = make(session, ada, "cat", "dog")
    hidden = post(session, eve, visibility=Visibility.FOLLOWERS)
    seen = [post(session, eve).id for _ in range(3)]
    for status_id in seen[:2]:
        service.add_status(session, ada, made.id, status_id, now=NOON)
    add = service.add_keyword
    refused: list[tuple[type[AppError], object]] = [
        (Invalid, lambda: make(session, ada, title=" ")),
        (Invalid, lambda: make(session, ada, title="x" * 257)),
        (Invalid, lambda: make(session, ada, contexts=frozenset())),
        (Invalid, lambda: make(session, ada, " ")),
        (Invalid, lambda: make(session, ada, "x" * 513)),
        (Invalid, lambda: add(session, ada, made.id, KeywordForm("cow"), now=NOON)),
        (NotFound, lambda: service.add_status(session, ada, made.id, hidden.id, now=NOON)),
        (Invalid, lambda: service.add_status(session, ada, made.id, seen[0], now=NOON)),
        (Invalid, lambda: service.add_status(session, ada, made.id, seen[2], now=NOON)),
    ]
    for error, act in refused:
        with session.begin_nested() as part, pytest.raises(error):
            try:
                act()  # type: ignore[operator]
            finally:
                part.rollback()
    make(session, ada)
    with pytest.raises(Invalid):
        make(session, ada)


def test_a_filter_changes_with_its_keywords_and_goes_with_them(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    made = make(session, ada, "cat", "dog")
    first, second = keywords_of(session, made.id)
    changes = [
        KeywordForm("cow", whole_word=False, id=first.id),
        KeywordForm(id=second.id, is_gone=True),
        KeywordForm("hen"),
    ]
    changed = form(title="Farm", keywords=changes, expires_at=NOON + timedelta(days=1))
    service.change_filter(session, ada, made.id, changed, now=NOON)
    kept = [(k.keyword, k.whole_word) for k in keywords_of(session, made.id)]
    assert kept == [("cow", False), ("hen", True)]
    assert matched(session, ada, "scowl") == ["Farm"]
    assert matched(session, ada, "cat dog") == []
    status = post(session, bo)
    row = service.add_status(session, ada, made.id, status.id, now=NOON)
    assert matched(session, ada, "", status.id) == ["Farm"]
    assert [r.id for r in statuses_of(session, made.id)] == [row.id]
    service.remove_status(session, ada, row.id, now=NOON)
    assert matched(session, ada, "", status.id) == []
    service.change_keyword(session, ada, first.id, KeywordForm("pig"), now=NOON)
    assert matched(session, ada, "scowl pig") == ["Farm"]
    service.delete_keyword(session, ada, first.id, now=NOON)
    assert matched(session, ada, "scowl pig") == []
    service.add_status(session, ada, made.id, status.id, now=NOON)
    service.delete_filter(session, ada, made.id, now=NOON)
    assert filters_of(session, ada.account_id) == []
    for kind in (FilterKeyword, FilterStatus):
        assert session.scalars(select(func.count()).select_from(kind)).one() == 0


def test_every_change_is_told(session: Session) -> None:
    told: list[FiltersChanged] = []
    heard: Listeners = {FiltersChanged: [lambda _session, event: told.append(event)]}
    session.info["listeners"] = heard
    ada = make_person(session)
    made = make(session, ada, "cat")
    [keyword] = keywords_of(session, made.id)
    service.change_filter(session, ada, made.id, form(), now=NOON)
    service.change_keyword(session, ada, keyword.id, KeywordForm("dog"), now=NOON)
    service.add_keyword(session, ada, made.id, KeywordForm("cow"), now=NOON)
    service.delete_keyword(session, ada, keyword.id, now=NOON)
    row = service.add_status(session, ada, made.id, post(session, ada).id, now=NOON)
    service.remove_status(session, ada, row.id, now=NOON)
    service.delete_filter(session, ada, made.id, now=NOON)
    assert told == [FiltersChanged(ada.account_id, NOON)] * 8


def test_what_a_filter_hides_is_not_told(session: Session) -> None:
    ada, bo = make_person(session, "ada"), make_person(session)
    hide = FilterAction.HIDE
    make(session, ada, "lottery", action=hide, contexts=frozenset({Context.NOTIFICATIONS}))
    make(session, ada, "weather", action=hide, contexts=frozenset({Context.HOME}))
    make(session, ada, "ferry")
    told = [post(session, bo, f"@ada {word}").id for word in ("weather", "ferry", "news")]
    post(session, bo, "@ada the Lottery!")
    post(session, bo, "@ada look", spoiler="lottery")
    asking = Asking(options=("A lottery", "None"), lasts=timedelta(hours=1))
    post(session, bo, "@ada choose", poll=asking)
    mine = select(Notice.status_id).where(Notice.account_id == ada.account_id)
    assert session.scalars(mine.order_by(Notice.id)).all() == told
    befriend(session, bo, ada)
    assert len(session.scalars(mine).all()) == 4


def test_filters_are_read_in_one_statement(db: Database) -> None:
    with db.write.begin() as session:
        ada = make_person(session)
        for title in ("One", "Two"):
            made = make(session, ada, "cat", "dog", title=title)
            for _ in range(2):
                service.add_status(session, ada, made.id, post(session, ada).id, now=NOON)
    with db.read.begin() as session, counted(db) as statements:
        assert matched(session, ada, "cat") == ["One", "Two"]
    assert len([s for s in statements if not s.startswith("BEGIN")]) == 1
