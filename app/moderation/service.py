"""Report, and close a report: the use cases that write."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import publish
from app.core.orm import BigInt, lock
from app.core.records import Record
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.members.audit import note_act
from app.moderation.events import ReportClosed, ReportMade
from app.moderation.models import Category, Report, ReportedStatus
from app.moderation.queries import reported_in
from app.statuses.models import Status
from app.statuses.visible import visible_to

COMMENT_MAX = 1_000
STATUSES_MAX = 50
REPORTS_A_DAY_MAX = 400
ANSWER_MAX = 1_000


class ReportForm(Record):
    """What somebody reports. Rules that are named make it a violation of them."""

    target_id: int
    status_ids: Sequence[int] = ()
    comment: str = ""
    category: Category = Category.OTHER
    rule_ids: Sequence[int] = ()
    forward: bool = False


def report(session: Session, actor: Actor, form: ReportForm, *, now: datetime) -> Report:
    """Ask the moderators to look at somebody. Nobody is blocked or told by that.

    Posts that are not the account's, or not for the actor to see, are left out.

    Raises: NotFound; Invalid if it is oneself, or beyond the limits; Conflict beyond
    REPORTS_A_DAY_MAX of them.
    """
    target = session.get(Account, form.target_id)
    if target is None or target.waiting:
        raise NotFound(say("There is no such person."))
    if form.target_id == actor.account_id:
        raise Invalid(say("That is you."))
    if len(form.comment) > COMMENT_MAX:
        long = say("Say it in at most {count} characters.", count=COMMENT_MAX)
        raise Invalid(long, comment=long)
    made = file_report(session, actor.account_id, form, is_local=True, now=now)
    theirs, forward, comment = tuple(reported_in(session, made.id)), made.forward, made.comment
    publish(session, ReportMade(made.id, form.target_id, theirs, comment, forward, now))
    return made


def file_report(
    session: Session, reporter_id: int, form: ReportForm, *, is_local: bool, now: datetime
) -> Report:
    """Lay a report before the moderators, whoever of here or elsewhere made it.

    Raises: Conflict beyond REPORTS_A_DAY_MAX of them.
    """
    _check_pace(session, reporter_id, now=now)
    made = Report(
        account_id=reporter_id,
        target_id=form.target_id,
        comment=form.comment.strip(),
        category=Category.VIOLATION if form.rule_ids else form.category,
        rule_ids=[str(number) for number in form.rule_ids],
        forward=form.forward,
        created_at=now,
    )
    session.add(made)
    session.flush()
    for status_id in _theirs(session, reporter_id, form, is_local=is_local):
        session.add(ReportedStatus(report_id=made.id, status_id=status_id))
    session.flush()
    return made


def close_report(
    session: Session, actor: Actor, report_id: int, *, answer: str, now: datetime
) -> Report:
    """Close a report; whoever made it is told, in the moderator's words.

    The row stays locked. It is noted in the audit log, without any name but the moderator's.

    Raises: Forbidden; NotFound; Conflict if it is closed already; Invalid without an answer.
    """
    require(actor, Verb.MODERATE)
    found = lock(session, Report, report_id)
    if found is None:
        raise NotFound(say("There is no such report."))
    if found.closed_at is not None:
        raise Conflict(say("Somebody has closed this report already."))
    words = answer.strip()
    if not words or len(words) > ANSWER_MAX:
        fault = say("Tell the person who reported what you found.")
        raise Invalid(fault, answer=fault)
    found.closed_at, found.closed_by, found.answer = now, actor.member_id, words
    note_act(session, "report.closed", now=now, report=str(report_id), by=str(actor.member_id))
    publish(session, ReportClosed(report_id, found.account_id, words, now))
    return found


def _check_pace(session: Session, account_id: int, *, now: datetime) -> None:
    today = (Report.account_id == account_id, Report.created_at > now - timedelta(days=1))
    count = session.scalars(select(func.count()).select_from(Report).where(*today)).one()
    if count >= REPORTS_A_DAY_MAX:
        raise Conflict(say("That were many reports in one day. Go on tomorrow."))


def _theirs(
    session: Session, reporter_id: int, form: ReportForm, *, is_local: bool
) -> Sequence[int]:
    """Return those of the named posts that are the account's and that the reporter may see."""
    ids = list(dict.fromkeys(form.status_ids))[:STATUSES_MAX]
    seen = (
        Status.id.in_(ids),
        Status.account_id == form.target_id,
        visible_to(literal(reporter_id, BigInt), is_local=is_local),
    )
    return session.scalars(select(Status.id).where(*seen).order_by(Status.id)).all()
