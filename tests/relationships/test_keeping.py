"""Endorsements, private notes and sites that one avoids."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Invalid, NotFound
from app.members.actor import Actor
from app.notifications.models import Notice
from app.relationships import keeping, queries
from app.relationships import service as relationships
from app.relationships.models import Endorsement, Follow, FollowState
from app.statuses.models import Status
from app.timelines import queries as timelines
from tests.factories import NOON, make_account
from tests.social import befriend, make_person, post


def test_only_whom_one_follows_is_endorsed(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    locked = make_person(session, locked=True)
    befriend(session, ada, locked)
    for target in (bo, locked):
        with pytest.raises(Invalid):
            keeping.endorse(session, ada, target_id=target.account_id, now=NOON)
    with pytest.raises(NotFound):
        keeping.endorse(session, ada, target_id=1, now=NOON)
    befriend(session, ada, bo)
    for _ in range(2):
        keeping.endorse(session, ada, target_id=bo.account_id, now=NOON)
    assert session.scalars(select(Endorsement.target_id)).all() == [bo.account_id]
    relationships.unfollow(session, ada, target_id=bo.account_id, now=NOON)
    assert session.scalars(select(Endorsement.target_id)).all() == []
    befriend(session, ada, bo)
    keeping.endorse(session, ada, target_id=bo.account_id, now=NOON)
    keeping.stop_endorsing(session, ada, target_id=bo.account_id)
    assert session.scalars(select(Endorsement.target_id)).all() == []


def test_a_note_is_ones_own(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    about = bo.account_id
    keeping.set_note(session, ada, target_id=about, comment=" From the market. ")
    assert keeping.note_about(session, ada.account_id, about) == "From the market."
    assert keeping.note_about(session, bo.account_id, about) == ""
    keeping.set_note(session, ada, target_id=about, comment="Sings.")
    assert keeping.note_about(session, ada.account_id, about) == "Sings."
    with pytest.raises(Invalid):
        keeping.set_note(session, ada, target_id=about, comment="x" * 2_001)
    with pytest.raises(NotFound):
        keeping.set_note(session, ada, target_id=1, comment="x")
    keeping.set_note(session, ada, target_id=about, comment=" ")
    assert keeping.note_about(session, ada.account_id, about) == ""


def remote_post(session: Session, account: Account) -> int:
    """Add a post of another site, with the id that its moment gives it."""
    made = make_person(session)
    status = post(session, made, "From afar")
    row = session.get_one(Status, status.id)
    row.account_id = account.id
    session.flush()
    return status.id


def test_an_avoided_site_is_not_met(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    far, farther = (
        make_account(session, domain="far.example"),
        make_account(session, domain="farther.example"),
    )
    for follower, followee in ((ada.account_id, far.id), (far.id, ada.account_id)):
        session.add(
            Follow(
                follower_id=follower,
                followee_id=followee,
                state=FollowState.ACCEPTED,
                created_at=NOON,
            )
        )
    session.flush()
    seen, gone = remote_post(session, farther), remote_post(session, far)
    assert public(session, ada) == [gone, seen]
    assert keeping.ties_with(session, ada, "FAR.example ") == keeping.Ties(1, 1)
    assert keeping.ties_with(session, bo, "far.example") == keeping.Ties(0, 0)
    for _ in range(2):
        keeping.avoid_domain(session, ada, "Far.Example", now=NOON)
    assert session.scalars(select(func.count()).select_from(Follow)).one() == 0
    assert public(session, ada) == [seen]
    assert public(session, bo) == [gone, seen]
    among = keeping.avoided_among(session, ada.account_id, [far.id, farther.id, bo.account_id])
    assert among == {far.id}
    relationships_of_far = Actor(0, far.id)
    post(session, ada)
    relationships.follow(session, relationships_of_far, target_id=ada.account_id, now=NOON)
    assert session.scalars(select(func.count()).select_from(Notice)).one() == 0
    keeping.stop_avoiding(session, ada, "far.example")
    assert public(session, ada)[1:] == [gone, seen]


def public(session: Session, viewer: Actor) -> list[int]:
    connection, later = session.connection(), NOON + timedelta(hours=1)
    page = timelines.PUBLIC.page(connection, viewer.account_id, now=later)
    return [row.row_id for row in page.posts]


@pytest.mark.parametrize("domain", ["", "no domain", "a/b", "user@far.example", "-.example"])
def test_what_is_no_site(session: Session, domain: str) -> None:
    with pytest.raises(Invalid):
        keeping.avoid_domain(session, make_person(session), domain, now=NOON)


def test_familiar_followers_are_found_for_all_at_once(session: Session) -> None:
    ada, bo, cy, di = (make_person(session) for _ in range(4))
    for follower, followee in ((ada, bo), (ada, cy), (bo, di), (cy, di), (di, bo)):
        befriend(session, follower, followee)
    ids = [di.account_id, bo.account_id]
    found = keeping.familiar_followers(session, ada.account_id, ids)
    assert found == {di.account_id: [cy.account_id, bo.account_id], bo.account_id: []}
    few = queries.familiar_followers(session, ada.account_id, di.account_id)
    assert [account.id for account in few] == [cy.account_id, bo.account_id]
