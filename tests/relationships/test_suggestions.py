"""Whom a member could follow: whom their people recommend, only if they ask for it."""

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.members.actor import Actor
from app.relationships import service as relating
from app.relationships.keeping import endorse
from app.relationships.suggestions import pass_over, suggestions_for, want_suggestions
from tests.factories import NOON
from tests.social import befriend, make_person


def recommend(session: Session, by: Actor, whom: Actor) -> None:
    befriend(session, by, whom)
    endorse(session, by, target_id=whom.account_id, now=NOON)


def shown(session: Session, reader: Actor) -> list[tuple[int, list[int]]]:
    session.flush()
    return [
        (found.account.id, [account.id for account in found.by])
        for found in suggestions_for(session, reader)
    ]


def test_only_who_asks_is_told_whom_their_people_recommend(session: Session) -> None:
    ada, bo, cy, dee, eve = (make_person(session) for _ in range(5))
    befriend(session, ada, bo)
    befriend(session, ada, cy)
    recommend(session, bo, dee)
    recommend(session, cy, eve)
    recommend(session, cy, dee)
    recommend(session, dee, cy)  # Whom ada does not follow.
    recommend(session, cy, bo)  # Whom ada follows.
    recommend(session, bo, ada)
    assert shown(session, ada) == []
    want_suggestions(session, ada, wanted=True)
    both = [cy.account_id, bo.account_id]
    assert shown(session, ada) == [(dee.account_id, both), (eve.account_id, [cy.account_id])]
    assert [found.account.id for found in suggestions_for(session, ada, limit=1)] == [
        dee.account_id
    ]
    pass_over(session, ada, target_id=dee.account_id, now=NOON)
    pass_over(session, ada, target_id=dee.account_id, now=NOON)
    assert shown(session, ada) == [(eve.account_id, [cy.account_id])]
    relating.mute(session, ada, target_id=eve.account_id, now=NOON)
    assert shown(session, ada) == []
    want_suggestions(session, ada, wanted=False)
    assert shown(session, ada) == []


def test_who_does_not_want_to_be_found_or_met_is_not_suggested(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    befriend(session, ada, bo)
    want_suggestions(session, ada, wanted=True)
    shy = make_person(session, discoverable=False)
    gone = make_person(session)
    asked = make_person(session)
    foe, blocked = make_person(session), make_person(session)
    for whom in (shy, gone, asked, foe, blocked):
        recommend(session, bo, whom)
    session.get_one(Account, gone.account_id).suspended_at = NOON
    session.get_one(Account, asked.account_id).locked = True
    befriend(session, ada, asked)  # Who has not answered yet.
    relating.block(session, foe, target_id=ada.account_id, now=NOON)
    relating.block(session, ada, target_id=blocked.account_id, now=NOON)
    assert shown(session, ada) == []
