"""Posts that wait for their moment: limits, changes, and what happens when it comes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from app.core.orm import Base
from app.core.runner import Runner
from app.media.models import MediaFile
from app.media.service import sweep
from app.members.models import Member
from app.members.states import MemberState
from app.notifications.models import Notice
from app.statuses.models import Draft, Scheduled, Status
from app.statuses.polls.rules import Asking
from app.statuses.queries import own_scheduled, scheduled_of
from app.statuses.service import schedule as scheduling
from app.statuses.service.delete import delete_status
from app.statuses.service.drafts import writing_of
from app.statuses.service.publish import publish_status
from app.statuses.service.schedule import (
    cancel_scheduled,
    reschedule,
    return_to_drafts,
    schedule_status,
)
from app.statuses.visibility import ReplyAudience, Visibility
from app.statuses.writing import ContentType, Writing
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.social import make_person, post
from tests.statuses.test_pictures import make_picture

DAY = timedelta(days=1)
WORDS = Writing(text="Good morning #ferry")


def count(session: Session, kind: type[Base]) -> int:
    return session.scalars(select(func.count()).select_from(kind)).one()


def test_a_writing_survives_being_kept() -> None:
    whole = Writing(
        text="Words",
        content_type=ContentType.MARKDOWN,
        spoiler="Birds",
        sensitive=True,
        language="en",
        visibility=Visibility.LOCAL,
        reply_audience=ReplyAudience.FOLLOWERS,
        in_reply_to_id=2**62,
        media_ids=(2**62, 3),
        poll=Asking(("a", "b"), DAY, multiple=True),
    )
    kept = Writing.load(whole.dump())
    assert kept == whole
    assert isinstance(kept.visibility, Visibility)


def test_what_cannot_be_scheduled(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bo = make_person(session), make_person(session)
    letter = post(session, bo, "Psst", visibility=Visibility.DIRECT)
    monkeypatch.setattr(scheduling, "WAITING_OF_A_DAY_MAX", 1)
    monkeypatch.setattr(scheduling, "WAITING_MAX", 2)
    at = datetime(2026, 11, 10, 23, 59, tzinfo=UTC)
    schedule_status(session, ada, WORDS, at=at, now=NOON)
    refused: list[tuple[type[AppError], Writing, datetime]] = [
        (Invalid, WORDS, NOON + timedelta(minutes=5) - timedelta(seconds=1)),
        (Invalid, WORDS, NOON - DAY),
        (Invalid, WORDS, NOON + 3000 * DAY),
        (Invalid, Writing(text=""), NOON + 9 * DAY),
        (Invalid, Writing(text="x", media_ids=(12345,)), NOON + 9 * DAY),
        (NotFound, Writing(text="x", in_reply_to_id=letter.id), NOON + 9 * DAY),
        (Invalid, WORDS, at.replace(hour=0, minute=0)),  # A second one on that day.
    ]
    for error, writing, moment in refused:
        with pytest.raises(error), session.begin_nested():
            schedule_status(session, ada, writing, at=moment, now=NOON)
    schedule_status(session, ada, WORDS, at=at + timedelta(minutes=1), now=NOON)
    with pytest.raises(Invalid, match="limit of 2"):
        schedule_status(session, ada, WORDS, at=NOON + 9 * DAY, now=NOON)
    schedule_status(session, bo, WORDS, at=at, now=NOON)
    assert (count(session, Scheduled), count(session, Status)) == (3, 1)


def test_it_is_its_authors_alone(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    waiting = schedule_status(session, ada, WORDS, at=NOON + DAY, now=NOON)
    for scheduled_id in (waiting.id, 12345):
        with pytest.raises(NotFound, match="no such post"):
            own_scheduled(session, bo.account_id, scheduled_id)
        with pytest.raises(NotFound):
            reschedule(session, bo, scheduled_id, at=NOON + 2 * DAY, now=NOON)
        with pytest.raises(NotFound):
            cancel_scheduled(session, bo, scheduled_id, now=NOON)
        with pytest.raises(NotFound):
            return_to_drafts(session, bo, scheduled_id, now=NOON)
    assert scheduled_of(session, bo.account_id) == []
    assert scheduled_of(session, ada.account_id) == [waiting]


def test_a_repeat_schedules_nothing_twice(session: Session) -> None:
    ada = make_person(session)
    at = NOON + DAY
    first = schedule_status(session, ada, WORDS, at=at, now=NOON, key="k")
    assert schedule_status(session, ada, WORDS, at=at, now=NOON, key="k").id == first.id
    with pytest.raises(Conflict):
        publish_status(session, ada, WORDS, now=NOON, key="k")
    posted = publish_status(session, ada, WORDS, now=NOON, key="other")
    with pytest.raises(Conflict):
        schedule_status(session, ada, WORDS, at=at, now=NOON, key="other")
    assert (count(session, Scheduled), count(session, Status)) == (1, 1)
    assert posted.id != first.id


def test_it_goes_out_once_at_its_last_given_moment(
    db: Database, clock: FixedClock, runner: Runner
) -> None:
    with db.write.begin() as session:
        ada = make_person(session)
        picture = make_picture(session, ada, "A ferry")
        whole = Writing(text="Good morning", spoiler="Early", media_ids=(picture,))
        waiting = schedule_status(session, ada, whole, at=NOON + DAY, now=NOON)
        gone = schedule_status(session, ada, WORDS, at=NOON + DAY, now=NOON)
        reschedule(session, ada, waiting.id, at=NOON + 2 * DAY, now=NOON)
        cancel_scheduled(session, ada, gone.id, now=NOON)
        sweep(session, picture, now=NOON + DAY)
    clock.advance(days=1)
    while runner.run_due():
        pass
    with db.read.begin() as session:
        assert (count(session, Status), count(session, Scheduled)) == (0, 1)
    clock.advance(days=1)
    while runner.run_due():
        pass
    with db.read.begin() as session:
        [status] = session.scalars(select(Status)).all()
        assert (status.text, status.spoiler) == ("Good morning", "Early")
        assert status.created_at == NOON + 2 * DAY
        assert session.get_one(MediaFile, picture).status_id == status.id
        assert count(session, Scheduled) == 0


def test_what_cannot_go_out_becomes_a_draft_and_the_author_is_told(
    db: Database, clock: FixedClock, runner: Runner
) -> None:
    with db.write.begin() as session:
        ada, bo = make_person(session), make_person(session)
        first = post(session, bo, "The ferry?")
        poll = Asking(("Tea", "Milk"), DAY)
        answer = Writing(text="At six", in_reply_to_id=first.id, poll=poll)
        schedule_status(session, ada, answer, at=NOON + DAY, now=NOON)
        delete_status(session, bo, first.id, now=NOON)
        schedule_status(session, bo, WORDS, at=NOON + DAY, now=NOON)
        session.get_one(Member, bo.member_id).state = MemberState.SUSPENDED
    clock.advance(days=1)
    runner.run_due()
    with db.read.begin() as session:
        assert count(session, Scheduled) == 0
        drafts = {d.account_id: writing_of(d) for d in session.scalars(select(Draft))}
        assert drafts == {ada.account_id: answer, bo.account_id: WORDS}
        told = session.scalars(select(Notice).where(Notice.account_id == ada.account_id)).all()
        assert ["no such post" in str(notice.words) for notice in told] == [True]
        assert str(told[0].url).startswith("/compose?draft=")


def test_a_suspended_member_schedules_nothing(session: Session) -> None:
    ada = make_person(session)
    suspended = type(ada)(ada.member_id, ada.account_id, state=MemberState.SUSPENDED)
    with pytest.raises(Forbidden):
        schedule_status(session, suspended, WORDS, at=NOON + DAY, now=NOON)


def test_it_can_come_back_as_a_draft(session: Session) -> None:
    ada = make_person(session)
    picture = make_picture(session, ada)
    whole = Writing(text="Look", media_ids=(picture,))
    waiting = schedule_status(session, ada, whole, at=NOON + DAY, now=NOON)
    draft = return_to_drafts(session, ada, waiting.id, now=NOON)
    assert writing_of(draft) == whole
    assert count(session, Scheduled) == 0
    assert session.get(MediaFile, picture) is not None
