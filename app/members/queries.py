"""What others ask the register: standing, the roll, officers, and who acts."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Forbidden
from app.core.records import Record
from app.core.words import say
from app.members.actor import Actor
from app.members.models import Coverage, Mandate, Member, email_key
from app.members.offices import Office
from app.members.standing import GRACE_DAYS_MAX, Span, Standing, standing_of
from app.members.states import MemberState


def member_of_account(session: Session, account_id: int) -> Member | None:
    """Return the person behind an account of this site."""
    return session.scalar(select(Member).where(Member.account_id == account_id))


def member_by_email(session: Session, email: str) -> Member | None:
    """Return the person with the mail address, in any spelling of its case."""
    return session.scalar(select(Member).where(Member.email_key == email_key(email)))


def member_by_username(session: Session, username: str) -> Member | None:
    """Return the person with the name on this site, in any case, with or without its @."""
    ours = select(Member).join(Account, Account.id == Member.account_id)
    return session.scalar(ours.where(Account.key == username.removeprefix("@").lower()))


def standing_at(session: Session, member_id: int, *, at: datetime) -> Standing:
    """Return the member's standing at `at`; only for who had joined by then."""
    member = session.get_one(Member, member_id)
    assert member.joined_at is not None, "an applicant has no standing"
    spans = _spans(session, on=at.date(), member_id=member_id).get(member_id, ())
    return standing_of(
        spans,
        joined_on=member.joined_at.date(),
        provisional_days=member.provisional_days,
        on=at.date(),
    )


def roll_at(session: Session, *, at: datetime) -> Mapping[int, Standing]:
    """Return the standing of everybody who was a member at `at`, by member id in order.

    Suspended members are on it: a moderator cannot take a vote away. Two statements, however
    many members there are.
    """
    was_member = and_(Member.joined_at <= at, or_(Member.left_at.is_(None), Member.left_at > at))
    people = select(Member.id, Member.joined_at, Member.provisional_days).where(was_member)
    on, spans = at.date(), _spans(session, on=at.date())
    return {
        person.id: standing_of(
            spans.get(person.id, ()),
            joined_on=person.joined_at.date(),
            provisional_days=person.provisional_days,
            on=on,
        )
        for person in session.execute(people.order_by(Member.id))
    }


def counts_at(session: Session, *, at: datetime) -> Mapping[Standing, int]:
    """Return how many members had each standing at `at`."""
    counted = Counter(roll_at(session, at=at).values())
    return {standing: counted[standing] for standing in Standing}


def _spans(
    session: Session, *, on: date, member_id: int | None = None
) -> Mapping[int, Sequence[Span]]:
    """Return by member the coverage that can bear on `on`: what ended long before cannot."""
    columns = (Coverage.starts_on, Coverage.ends_on, Coverage.grace_days, Coverage.source)
    relevant = (
        select(Coverage.member_id, *columns)
        .where(Coverage.starts_on <= on)
        .where(Coverage.ends_on >= on - timedelta(days=GRACE_DAYS_MAX))
    )
    if member_id is not None:
        relevant = relevant.where(Coverage.member_id == member_id)
    found: dict[int, list[Span]] = defaultdict(list)
    for of_member, starts_on, ends_on, grace_days, source in session.execute(relevant):
        found[of_member].append(Span(starts_on, ends_on, grace_days, source))
    return found


def is_running(at: datetime) -> ColumnElement[bool]:
    """Return the condition that a mandate runs: begun by `at`, and neither over nor recalled."""
    return and_(
        Mandate.starts_at <= at,
        Mandate.ends_at > at,
        or_(Mandate.ended_at.is_(None), Mandate.ended_at > at),
    )


def offices_of(session: Session, member_id: int, *, at: datetime) -> frozenset[Office]:
    """Return the offices that the member held at `at`."""
    held = select(Mandate.office).where(Mandate.member_id == member_id, is_running(at))
    return frozenset(session.scalars(held))


def mandates_of(session: Session, member_id: int) -> Sequence[Mandate]:
    """Return the member's mandates, past ones too, newest first."""
    theirs = select(Mandate).where(Mandate.member_id == member_id)
    return session.scalars(theirs.order_by(Mandate.starts_at.desc(), Mandate.id)).all()


class Officer(Record):
    """A member in office, with what the public may know of it."""

    member_id: int
    account: Account
    mandate: Mandate

    @property
    def office(self) -> Office:
        """The office that is held."""
        return self.mandate.office


def officers_at(session: Session, *, at: datetime) -> Sequence[Officer]:
    """Return who held which office at `at`, in the order of the offices."""
    in_office = (
        select(Mandate, Account)
        .join(Member, Member.id == Mandate.member_id)
        .join(Account, Account.id == Member.account_id)
        .where(is_running(at))
        .order_by(Mandate.starts_at, Mandate.id)
    )
    found = [Officer(m.member_id, account, m) for m, account in session.execute(in_office)]
    return sorted(found, key=lambda officer: list(Office).index(officer.office))


def caretaking_until(session: Session, *, at: datetime) -> datetime | None:
    """Return when the last caretaker mandate that runs at `at` ends, or None if none runs."""
    running = select(func.max(Mandate.ends_at)).where(Mandate.caretaker, is_running(at))
    until: datetime | None = session.scalar(running)
    return until


def has_elected_officers(session: Session, *, office: Office | None = None) -> bool:
    """Return whether a decision of the members ever gave an office, or this one."""
    elected = select(Mandate.id).where(Mandate.decision_id.is_not(None)).limit(1)
    if office is not None:
        elected = elected.where(Mandate.office == office)
    return session.scalar(elected) is not None


def count_members(session: Session) -> int:
    """Return how many members there are."""
    members = (MemberState.ACTIVE, MemberState.SUSPENDED)
    return session.scalar(select(func.count(Member.id)).where(Member.state.in_(members))) or 0


# What `actor_from` needs of a member, for the two look-ups by cookie and by token.
ACTOR_COLUMNS = (Member.id, Member.account_id, Member.state, Mandate.office)


def with_offices(at: datetime) -> ColumnElement[bool]:
    """Return the condition of an outer join that adds the offices a member holds at `at`."""
    return and_(Mandate.member_id == Member.id, is_running(at))


def acting(session: Session, account_id: int, *, at: datetime) -> Actor:
    """Return the member of an account as they may act at a moment. Raises: Forbidden if none."""
    member = member_of_account(session, account_id)
    if member is None:
        raise Forbidden(say("Nobody can act for this account."))
    offices = offices_of(session, member.id, at=at)
    return Actor(member.id, account_id, offices=offices, state=member.state)


def actor_from(
    rows: Sequence[tuple[int, int, MemberState, Office | None]],
    *,
    scopes: frozenset[str] | None = None,
    reauthenticated_at: datetime | None = None,
) -> Actor | None:
    """Build the actor from rows of ACTOR_COLUMNS, one for each office or one without."""
    if not rows:
        return None
    member_id, account_id, state, _ = rows[0]
    held = frozenset(row[3] for row in rows if row[3] is not None)
    return Actor(
        member_id=member_id,
        account_id=account_id,
        # The power of an office rests while its holder is suspended.
        offices=held if state is MemberState.ACTIVE else frozenset(),
        scopes=scopes,
        reauthenticated_at=reauthenticated_at,
        state=state,
    )
