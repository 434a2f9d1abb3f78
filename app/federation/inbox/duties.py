"""Working through what came: many at once without asking anybody; what must ask, one by one.

So a site that does not answer holds up nobody but those whose activities need it.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, RemoteActor
from app.core.clock import Clock
from app.core.duties import Claim, schedule
from app.core.orm import lock
from app.core.runner import LEASE, backoff
from app.federation.inbox.desk import PATIENT, Brought, Desk, Thing, Wanting
from app.federation.inbox.elsewhere import Away, Budget, Elsewhere
from app.federation.inbox.models import Foretold, Outcome, Received, ReceivedFor
from app.federation.inbox.owed import (
    FETCH,
    FORGET,
    PROCESS,
    FetchFor,
    ForgetReceived,
    ProcessReceived,
    RefreshPerson,
)
from app.federation.inbox.people import forget_person
from app.federation.inbox.receiving import owe_work
from app.federation.inbox.work import Here, finish, work_through
from app.instance.events import CoopFounded

log = structlog.get_logger(__name__)

KNOWN_FOR: Final = timedelta(days=30)  # A repeat is known.
FORETOLD_FOR: Final = timedelta(hours=6)
HELD_UP_FOR: Final = timedelta(hours=2)  # Longer than anybody is asked in vain.
FORGET_EVERY: Final = timedelta(hours=1)
FORGET_AT_ONCE: Final = 2_000
ASKED_MAX: Final = 1_000


def process_received(claim: Claim, clock: Clock, *, here: Here) -> None:
    """Work activities through in their order, in one transaction.

    One that needs something of another site is set aside. If one fails for a fault of ours, each
    gets a duty of its own, so that the one which fails is given up alone, for a person to see.
    """
    ids = ProcessReceived.model_validate(claim.payload).received
    if claim.tries > 1 and len(ids) > 1:
        _share_out(claim, clock, ids)
        return
    try:
        with claim.finishing() as session:
            for id_ in ids:
                _work(session, id_, here=here, clock=clock)
    except Exception:
        if len(ids) == 1:
            raise
        log.exception("a group of activities failed", received=ids)
        _share_out(claim, clock, ids)


def _work(session: Session, received_id: int, *, here: Here, clock: Clock) -> None:
    now = clock.now()
    row = lock(session, Received, received_id)
    if row is None or row.outcome is Outcome.ASIDE:
        return
    if _is_behind(session, row, now=now):
        row.outcome = Outcome.BEHIND
        return
    try:
        work_through(session, row, here=here, now=now)
    except Wanting as want:
        schedule(session, FETCH, FetchFor(received_id=received_id), due_at=now)
        if want.uri == row.signer:
            row.outcome = Outcome.ASIDE
            session.flush()


def _is_behind(session: Session, row: Received, *, now: datetime) -> bool:
    """Return whether an earlier activity of the sender waits until it is known who they are."""
    earlier = (Received.signer == row.signer, Received.id < row.id)
    aside = (Received.outcome == Outcome.ASIDE, Received.came_at > now - HELD_UP_FOR)
    return session.scalar(select(Received.id).where(*earlier, *aside).limit(1)) is not None


def _share_out(claim: Claim, clock: Clock, ids: list[int]) -> None:
    with claim.finishing() as session:
        for id_ in ids:
            schedule(session, PROCESS, ProcessReceived(received=[id_]), due_at=clock.now())


def fetch_for(claim: Claim, clock: Clock, *, here: Here, elsewhere: Elsewhere) -> None:
    """Fetch what an activity needs, one thing after the other, and work it through."""
    received_id = FetchFor.model_validate(claim.payload).received_id
    brought, budget = Brought(), Budget()
    for _ in range(ASKED_MAX):
        try:
            with claim.finishing() as session:
                row = lock(session, Received, received_id)
                if row is not None:
                    work_through(session, row, here=here, now=clock.now(), brought=brought)
                    _let_follow(session, Received.signer == row.signer, now=clock.now())
            return
        except Wanting as want:
            wanted = want
        claim.hold_on(until=clock.now() + LEASE)
        try:
            found = elsewhere.bring(wanted, budget, tries=claim.tries)
        except Away as why:
            now, wait = clock.now(), backoff(claim.tries)
            claim.postpone(why, due_at=now + wait if wait else None, now=now)
            return
        brought = brought.with_answer(wanted, found)
    with claim.finishing() as session:
        row = lock(session, Received, received_id)
        if row is not None:
            finish(session, row, Outcome.DROPPED)
            _let_follow(session, Received.signer == row.signer, now=clock.now())


def _let_follow(session: Session, whose: ColumnElement[bool], *, now: datetime) -> None:
    """Owe the work on what waited behind another activity."""
    behind = select(Received).where(whose, Received.outcome == Outcome.BEHIND)
    rows = session.scalars(behind.order_by(Received.id).limit(FORGET_AT_ONCE)).all()
    for row in rows:
        row.outcome = Outcome.WAITING
    session.flush()
    owe_work(session, [row.id for row in rows], now=now)


def refresh_person(claim: Claim, clock: Clock, *, here: Here, elsewhere: Elsewhere) -> None:
    """Write down anew what somebody's site says of them; who is gone there is gone here."""
    account_id = RefreshPerson.model_validate(claim.payload).account_id
    with claim.sessions.begin() as session:
        there = session.get(RemoteActor, account_id)
    want = Wanting(Thing.PERSON_ANEW, "" if there is None else there.uri, attempts=PATIENT)
    try:
        is_gone = there is not None and elsewhere.bring(want, Budget(), tries=claim.tries).is_gone
    except Away as why:
        now, wait = clock.now(), backoff(claim.tries)
        claim.postpone(why, due_at=now + wait if wait else None, now=now)
        return
    with claim.finishing() as session:
        known = session.get(Account, account_id)
        if is_gone and known is not None:
            forget_person(Desk(session=session, now=clock.now(), ours=here.ours), known)


def begin_to_forget_received(session: Session, event: CoopFounded) -> None:
    """Owe the first forgetting; each owes the next."""
    schedule(session, FORGET, ForgetReceived(), due_at=event.at + FORGET_EVERY)


def forget_received(claim: Claim, clock: Clock) -> None:
    """Forget what came a month ago, and what was taken back hours ago and never came."""
    with claim.finishing() as session:
        now = clock.now()
        old = select(Received.id).where(Received.came_at < now - KNOWN_FOR)
        done = old.where(Received.body.is_(None)).limit(FORGET_AT_ONCE)
        ids = session.scalars(done).all()
        session.execute(delete(ReceivedFor).where(ReceivedFor.received_id.in_(ids)))
        session.execute(delete(Received).where(Received.id.in_(ids)))
        session.execute(delete(Foretold).where(Foretold.at < now - FORETOLD_FOR))
        _let_follow(session, Received.came_at < now - HELD_UP_FOR, now=now)
        schedule(session, FORGET, ForgetReceived(), due_at=now + FORGET_EVERY)
