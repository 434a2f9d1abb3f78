"""Announcements: who makes them, how long they stand, and who has seen them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.errors import AppError, Forbidden, Invalid, NotFound
from app.instance import announcements
from app.instance.announcements import Told
from app.members.actor import Actor
from app.members.offices import Office
from tests.factories import NOON
from tests.social import make_person

DAY = timedelta(days=1)


def officer(session: Session, office: Office = Office.ADMIN) -> Actor:
    person = make_person(session)
    return Actor(person.member_id, person.account_id, frozenset({office}))


def told(session: Session, reader: Actor, **given: object) -> list[Told]:
    asked: dict[str, object] = {"now": NOON} | given
    return list(
        announcements.announcements_for(session, reader.account_id, **asked)  # type: ignore[arg-type]
    )


def test_only_some_officers_announce(session: Session) -> None:
    ada, treasurer = make_person(session), officer(session, Office.TREASURER)
    for who in (ada, treasurer):
        with pytest.raises(Forbidden):
            announcements.announce(session, who, "Hello", lasting=None, now=NOON)
    made = announcements.announce(session, officer(session), "Hello", lasting=None, now=NOON)
    with pytest.raises(Forbidden):
        announcements.end_announcement(session, ada, made.id, now=NOON)
    facilitator = officer(session, Office.FACILITATOR)
    announcements.end_announcement(session, facilitator, made.id, now=NOON)
    with pytest.raises(NotFound):
        announcements.end_announcement(session, facilitator, made.id, now=NOON)
    for announcement_id in (made.id, 1):
        with pytest.raises(NotFound):
            announcements.mark_seen(session, ada, announcement_id, now=NOON)
        with pytest.raises(NotFound):
            announcements.react(session, ada, announcement_id, "🎉", now=NOON)


@pytest.mark.parametrize(
    ("text", "lasting"),
    [(" ", None), ("x" * 1_001, None), ("Hello", timedelta(0)), ("Hello", timedelta(days=367))],
    ids=["no text", "too long", "no time", "too long a time"],
)
def test_what_no_announcement_can_be(
    session: Session, text: str, lasting: timedelta | None
) -> None:
    with pytest.raises(Invalid):
        announcements.announce(session, officer(session), text, lasting=lasting, now=NOON)


def test_members_see_an_announcement_until_it_ends_or_they_have_seen_it(session: Session) -> None:
    ada, bo, admin = make_person(session), make_person(session), officer(session)
    say = announcements.announce
    first = say(session, admin, "The *ferry* stops", lasting=DAY, now=NOON)
    second = say(session, admin, "Welcome", lasting=None, now=NOON)
    assert [t.announcement.id for t in told(session, ada)] == [second.id, first.id]
    assert first.html == "<p>The *ferry* stops</p>"
    for expected in (second, first):
        newest = announcements.newest_unseen(session, ada.account_id, now=NOON)
        assert newest is expected
        for _ in range(2):
            announcements.mark_seen(session, ada, second.id, now=NOON)
    assert [t.is_seen for t in told(session, ada)] == [True, False]
    assert [t.announcement.id for t in told(session, ada, with_seen=False)] == [first.id]
    assert len(told(session, bo, with_seen=False)) == 2
    assert [t.announcement.id for t in told(session, bo, now=NOON + DAY)] == [second.id]


def test_reactions_are_counted_in_the_order_in_which_they_came(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcements, "REACTIONS_MAX", 2)
    ada, bo, admin = make_person(session), make_person(session), officer(session)
    made = announcements.announce(session, admin, "Welcome", lasting=None, now=NOON)

    def react(who: Actor, name: str) -> None:
        announcements.react(session, who, made.id, name, now=NOON)

    refused: list[type[AppError]] = [Invalid] * 6
    for name, error in zip(("", "x", "🎉🎉", ":party:", "<b>", "1"), refused, strict=True):
        with pytest.raises(error):
            react(ada, name)
    for who, name in ((ada, "🎉"), (ada, "🎉"), (bo, "👩🏽‍🌾"), (bo, "🎉")):
        react(who, name)
    with pytest.raises(Invalid):
        react(ada, "🇵🇹")
    [shown] = told(session, ada)
    assert [(r.name, r.count, r.is_mine) for r in shown.reactions] == [
        ("🎉", 2, True),
        ("👩🏽‍🌾", 1, False),
    ]
    announcements.take_reaction_back(session, ada, made.id, "🎉")
    announcements.take_reaction_back(session, ada, made.id, "👩🏽‍🌾")
    [shown] = told(session, ada)
    assert [(r.count, r.is_mine) for r in shown.reactions] == [(1, False), (1, False)]
