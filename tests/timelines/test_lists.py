"""Lists: who stands on them, what they show, and whom an exclusive one keeps out of home."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.errors import AppError, Invalid, NotFound
from app.members.actor import Actor
from app.relationships import service as relationships
from app.statuses.models import Status
from app.statuses.service.boost import boost_status
from app.statuses.visibility import Visibility
from app.timelines import feeds, listfeeds, lists, queries
from app.timelines.lists import ListForm
from app.timelines.models import Listed, ListFeed, PeopleList, RepliesPolicy
from tests.factories import NOON
from tests.queries import counted
from tests.social import befriend, make_person, post

LATER = NOON + timedelta(hours=1)


def make_list(session: Session, owner: Actor, *people: Actor, **given: object) -> PeopleList:
    form = ListForm(**({"title": "Boats"} | given))  # type: ignore[arg-type]
    made = lists.make_list(session, owner, form, now=NOON)
    if people:
        put_on(session, owner, made, *people)
    return made


def put_on(session: Session, owner: Actor, made: PeopleList, *people: Actor) -> None:
    ids = [person.account_id for person in people]
    lists.add_to_list(session, owner, made.id, ids, now=NOON)


def shown(session: Session, reader: Actor, made: PeopleList) -> list[int]:
    session.flush()
    connection = session.connection()
    page = queries.LIST.page(connection, reader.account_id, now=LATER, list_id=made.id)
    return [row.row_id for row in page.posts]


def home(session: Session, reader: Actor) -> list[int]:
    session.flush()
    page = queries.HOME.page(session.connection(), reader.account_id, now=LATER)
    return [row.row_id for row in page.posts]


def test_the_list_of_somebody_else_is_not_there(session: Session) -> None:
    ada, eve = make_person(session), make_person(session)
    befriend(session, ada, eve)
    befriend(session, eve, ada)
    made = make_list(session, ada, eve)
    post(session, eve)
    them = [eve.account_id]
    for act in (
        lambda: lists.own_list(session, eve, made.id),
        lambda: lists.change_list(session, eve, made.id, ListForm("Mine")),
        lambda: lists.delete_list(session, eve, made.id),
        lambda: lists.add_to_list(session, eve, made.id, [ada.account_id], now=NOON),
        lambda: lists.remove_from_list(session, eve, made.id, them),
        lambda: lists.own_list(session, ada, 1),
    ):
        with pytest.raises(NotFound):
            act()
    assert shown(session, eve, made) == []
    assert len(shown(session, ada, made)) == 1


def test_what_no_list_can_be(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bo, stranger = (make_person(session) for _ in range(3))
    befriend(session, ada, bo)
    made = make_list(session, ada, bo)
    refused: list[tuple[type[AppError], object]] = [
        (Invalid, lambda: make_list(session, ada, title=" \u200b ")),
        (Invalid, lambda: make_list(session, ada, title="x" * 257)),
        (Invalid, lambda: put_on(session, ada, made, bo)),
        (Invalid, lambda: put_on(session, ada, made)),
        (NotFound, lambda: put_on(session, ada, made, stranger)),
    ]
    for error, act in refused:
        with pytest.raises(error):
            act()  # type: ignore[operator]
    assert make_list(session, ada, title="x" * 256).title == "x" * 256
    monkeypatch.setattr(lists, "LISTS_MAX", 2)
    with pytest.raises(Invalid):
        make_list(session, ada)
    assert make_list(session, bo).owner_id == bo.account_id


def test_a_list_shows_its_people_from_the_moment_they_are_on_it(session: Session) -> None:
    ada, bo, cy = (make_person(session) for _ in range(3))
    for followed in (bo, cy):
        befriend(session, ada, followed)
    before = post(session, bo)
    made = make_list(session, ada, bo)
    assert shown(session, ada, made) == [before.id]
    after = post(session, bo, visibility=Visibility.FOLLOWERS)
    post(session, bo, visibility=Visibility.DIRECT)
    post(session, cy)
    boost = boost_status(session, bo, post(session, cy).id, now=NOON)
    assert shown(session, ada, made) == [boost.id, after.id, before.id]
    put_on(session, ada, made, cy)
    assert len(shown(session, ada, made)) == 5
    lists.remove_from_list(session, ada, made.id, [bo.account_id, 1])
    assert len(shown(session, ada, made)) == 2
    assert len(home(session, ada)) == 5
    assert lists.lists_with(session, ada.account_id, cy.account_id) == {made.id}
    assert lists.lists_with(session, cy.account_id, cy.account_id) == frozenset()


def test_boosts_that_one_does_not_want_are_on_no_list(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    befriend(session, ada, bo, shows_boosts=False)
    made = make_list(session, ada, bo)
    boost_status(session, bo, post(session, make_person(session)).id, now=NOON)
    assert shown(session, ada, made) == []


def test_who_is_unfollowed_muted_or_blocked_is_not_read_on_a_list(session: Session) -> None:
    ada, bo, cy, di = (make_person(session) for _ in range(4))
    for followed in (bo, cy, di):
        befriend(session, ada, followed)
    made = make_list(session, ada, bo, cy, di)
    kept = {who.account_id: post(session, who).id for who in (bo, cy, di)}
    relationships.mute(session, ada, target_id=cy.account_id, now=NOON)
    assert shown(session, ada, made) == [kept[di.account_id], kept[bo.account_id]]
    relationships.unfollow(session, ada, target_id=bo.account_id, now=NOON)
    relationships.block(session, di, target_id=ada.account_id, now=NOON)
    assert shown(session, ada, made) == []
    assert session.scalars(select(Listed.account_id)).all() == [cy.account_id]
    befriend(session, ada, bo)
    assert lists.lists_with(session, ada.account_id, bo.account_id) == frozenset()


def test_who_has_not_agreed_yet_may_be_put_on_a_list_and_appears_when_they_do(
    session: Session,
) -> None:
    ada, locked = make_person(session), make_person(session, locked=True)
    befriend(session, ada, locked)
    status = post(session, locked)
    made = make_list(session, ada, locked)
    assert shown(session, ada, made) == []
    relationships.accept_follower(session, locked, follower_id=ada.account_id, now=NOON)
    assert shown(session, ada, made) == [status.id]


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        (RepliesPolicy.NONE, {"own", "to herself", "to me"}),
        (RepliesPolicy.LIST, {"own", "to herself", "to me", "to a member"}),
        (
            RepliesPolicy.FOLLOWED,
            {"own", "to herself", "to me", "to a member", "to a followed one"},
        ),
    ],
)
def test_which_answers_a_list_shows(
    session: Session, policy: RepliesPolicy, wanted: set[str]
) -> None:
    ada, bo, member, followed, stranger = (make_person(session) for _ in range(5))
    for who in (bo, member, followed):
        befriend(session, ada, who)
    made = make_list(session, ada, bo, member, replies_policy=policy)
    answered = {
        "to me": post(session, ada),
        "to a member": post(session, member),
        "to a followed one": post(session, followed),
        "to a stranger": post(session, stranger),
        "to herself": post(session, bo),
    }
    said: dict[str, Status] = {"own": answered["to herself"]}
    for name, status in answered.items():
        said[name] = post(session, bo, in_reply_to_id=status.id)
    by_bo = {status.id: name for name, status in said.items()}

    def names() -> set[str]:
        return {by_bo[id_] for id_ in shown(session, ada, made) if id_ in by_bo}

    assert names() == wanted
    for other in RepliesPolicy:  # A change rebuilds the list by the same rule.
        lists.change_list(session, ada, made.id, ListForm("Boats", replies_policy=other))
    lists.change_list(session, ada, made.id, ListForm("Boats", replies_policy=policy))
    assert names() == wanted


def test_an_exclusive_list_keeps_its_people_out_of_home(session: Session) -> None:
    ada, bo, cy = (make_person(session) for _ in range(3))
    for followed in (bo, cy):
        befriend(session, ada, followed)
    made = make_list(session, ada, bo, exclusive=True)
    hers, his = post(session, bo), post(session, cy)
    assert home(session, ada) == [his.id]
    assert shown(session, ada, made) == [hers.id]
    put_on(session, ada, made, cy)
    assert home(session, ada) == []
    lists.remove_from_list(session, ada, made.id, [cy.account_id])
    assert home(session, ada) == [his.id]
    feeds.put_to_sleep(session, ada.account_id, now=NOON)
    assert session.scalars(select(func.count()).select_from(ListFeed)).one() == 0
    later = post(session, bo)
    feeds.wake(session, ada.account_id)
    assert home(session, ada) == [his.id]
    assert shown(session, ada, made) == [later.id, hers.id]
    lists.change_list(session, ada, made.id, ListForm("Boats"))
    assert home(session, ada) == [later.id, his.id, hers.id]
    lists.change_list(session, ada, made.id, ListForm("Boats", exclusive=True))
    assert home(session, ada) == [his.id]
    lists.delete_list(session, ada, made.id)
    assert home(session, ada) == [later.id, his.id, hers.id]
    for kind in (PeopleList, Listed, ListFeed):
        assert session.scalars(select(func.count()).select_from(kind)).one() == 0


def test_lists_are_cut_to_their_length(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listfeeds, "LIST_LENGTH", 2)
    ada, bo = make_person(session), make_person(session)
    befriend(session, ada, bo)
    made = make_list(session, ada, bo)
    posts = [post(session, bo).id for _ in range(4)]
    feeds.trim(session, after=0, limit=10)
    assert shown(session, ada, made) == [posts[3], posts[2]]


def test_publishing_and_reading_cost_a_fixed_number_of_statements(db: Database) -> None:
    with db.write.begin() as session:
        ada, bo = make_person(session), make_person(session)
        befriend(session, ada, bo)
        first = make_list(session, ada, bo)
    with db.write.begin() as session, counted(db) as few:
        post(session, bo)
    with db.write.begin() as session:
        for _ in range(4):
            make_list(session, ada, bo)
    with db.write.begin() as session, counted(db) as many:
        post(session, bo)
    assert len(few) == len(many)
    with db.read.begin() as session, counted(db) as reads:
        assert len(shown(session, ada, first)) == 2
    assert len([s for s in reads if not s.startswith("BEGIN")]) == 2
