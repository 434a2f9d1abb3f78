"""Reports: what can be reported, who sees it, and what the reporter is told."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.chain import ChainEntry
from app.core.db import Database
from app.core.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from app.members.actor import Actor
from app.members.offices import Office
from app.moderation import service
from app.moderation.models import Category, Report
from app.moderation.queries import count_open, open_cases, reported_in
from app.moderation.service import ReportForm
from app.notifications.models import Notice
from app.notifications.wording import restored
from app.statuses.service.delete import delete_status
from app.statuses.visibility import Visibility
from tests.factories import NOON
from tests.queries import counted
from tests.social import make_person, post


def report(session: Session, who: Actor, target: Actor, **given: object) -> Report:
    form = ReportForm(target.account_id, **given)  # type: ignore[arg-type]
    return service.report(session, who, form, now=NOON)


def moderator(session: Session) -> Actor:
    person = make_person(session)
    return Actor(person.member_id, person.account_id, frozenset({Office.MODERATOR}))


def test_what_cannot_be_reported(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bo = make_person(session), make_person(session)
    refused: list[tuple[type[AppError], object]] = [
        (Invalid, lambda: report(session, ada, ada)),
        (Invalid, lambda: report(session, ada, bo, comment="x" * 1_001)),
        (NotFound, lambda: report(session, ada, Actor(0, 1))),
    ]
    for error, act in refused:
        with pytest.raises(error):
            act()  # type: ignore[operator]
    monkeypatch.setattr(service, "REPORTS_A_DAY_MAX", 1)
    report(session, ada, bo)
    with pytest.raises(Conflict):
        report(session, ada, bo)
    report(session, bo, ada)


def test_only_posts_that_the_reporter_may_see_come_along(session: Session) -> None:
    ada, bo, cy = make_person(session, "ada51"), make_person(session), make_person(session)
    letter = post(session, bo, "@ada51 you", visibility=Visibility.DIRECT)
    seen, hidden = post(session, bo), post(session, bo, visibility=Visibility.FOLLOWERS)
    foreign = post(session, cy)
    ids = [status.id for status in (letter, seen, hidden, foreign)]
    made = report(session, ada, bo, status_ids=[*ids, letter.id, 1], comment=" Rude. ")
    assert reported_in(session, made.id) == sorted([letter.id, seen.id])
    delete_status(session, bo, seen.id, now=NOON)
    [case] = open_cases(session)
    assert (case.reporter.id, case.target.id) == (ada.account_id, bo.account_id)
    assert (case.comment, case.category) == ("Rude.", Category.OTHER)
    assert [(p.id, p.is_gone) for p in case.posts] == [(letter.id, False), (seen.id, True)]


def test_named_rules_make_it_a_violation(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    made = report(session, ada, bo, rule_ids=[2, 1], category=Category.SPAM)
    assert (made.category, made.rule_ids) == (Category.VIOLATION, ["2", "1"])


def test_a_moderator_closes_a_report_once_and_the_reporter_is_told(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    made, officer = report(session, ada, bo), moderator(session)
    close = service.close_report
    with pytest.raises(Forbidden):
        close(session, ada, made.id, answer="x", now=NOON)
    for answer in (" ", "x" * 1_001):
        with pytest.raises(Invalid):
            close(session, officer, made.id, answer=answer, now=NOON)
    with pytest.raises(NotFound):
        close(session, officer, 1, answer="x", now=NOON)
    assert count_open(session) == 1
    close(session, officer, made.id, answer="We talked to them.", now=NOON)
    with pytest.raises(Conflict):
        close(session, officer, made.id, answer="x", now=NOON)
    assert (count_open(session), open_cases(session)) == (0, [])
    told = session.scalars(select(Notice).where(Notice.account_id == ada.account_id)).one()
    assert told.words is not None
    assert "We talked to them." in str(restored(told.words))
    noted = session.scalars(select(ChainEntry).where(ChainEntry.kind == "report.closed")).one()
    assert noted.payload == {"report": str(made.id), "by": str(officer.member_id)}


def test_cases_are_read_in_a_fixed_number_of_statements(db: Database) -> None:
    with db.write.begin() as session:
        ada, bo = make_person(session), make_person(session)
        for _ in range(3):
            report(session, ada, bo, status_ids=[post(session, bo).id])
    with db.read.begin() as session, counted(db) as statements:
        assert len(open_cases(session)) == 3
    assert len([s for s in statements if not s.startswith("BEGIN")]) == 3
