"""Outages: a vote whose last day fell into one closes later, by its length.

The site leaves a pulse every ten minutes. When it starts and finds the last one more than an hour
old, it was away. Source: governance research 7.7.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.duties import schedule
from app.core.orm import lock
from governance import log
from governance.lifecycle import State, after_outage
from governance.models import Outage, Proposal, Pulse
from governance.owed import FREEZE, OPEN, PULSE, Nothing, OfProposal
from governance.proposals import locked
from governance.seals import Because, Kind
from governance.service.closing import prolong

PULSE_EVERY: Final = timedelta(minutes=10)
AWAY: Final = timedelta(hours=1)


def begin_pulse(session: Session, *, now: datetime) -> None:
    """Leave the first pulse, at the founding."""
    session.add(Pulse(at=now))
    schedule(session, PULSE, Nothing(), due_at=now + PULSE_EVERY)


def leave_pulse(session: Session, *, now: datetime) -> None:
    """Leave a pulse, and owe the next one."""
    pulse = lock(session, Pulse, 1)
    assert pulse is not None
    pulse.at = max(pulse.at, now)
    schedule(session, PULSE, Nothing(), due_at=now + PULSE_EVERY)


def note_start(session: Session, *, now: datetime) -> Outage | None:
    """Note that the site starts; if it was away for more than an hour, move what that hit.

    Called once for each start, before any duty is done. Returns the outage, if there was one.
    """
    pulse = lock(session, Pulse, 1)
    if pulse is None:
        return None
    began, pulse.at = pulse.at, max(pulse.at, now)
    if now - began <= AWAY:
        return None
    outage = Outage(began_at=began, ended_at=now)
    session.add(outage)
    log.record(session, Kind.OUTAGE, now=now, began=began.isoformat(), ended=now.isoformat())
    waiting = (State.DELIBERATION, State.NOTICE, State.VOTING)
    affected = select(Proposal.id).where(Proposal.state.in_(waiting)).order_by(Proposal.id)
    for proposal_id in session.scalars(affected).all():
        _move(session, locked(session, proposal_id), began=began, now=now)
    return outage


def _move(session: Session, proposal: Proposal, *, began: datetime, now: datetime) -> None:
    dates = proposal.dates
    if proposal.state is State.VOTING:
        until = after_outage(dates.closes_at, began=began, ended=now)
        if until > dates.closes_at:
            prolong(session, proposal, until, because=Because.OUTAGE, now=now)
    elif began < dates.opens_at <= now:
        _postpone(session, proposal, by=now - began)


def _postpone(session: Session, proposal: Proposal, *, by: timedelta) -> None:
    """Open a vote later that should have opened while the site was away."""
    dates, duty = proposal.dates, OfProposal(proposal_id=proposal.id)
    proposal.opens_at, proposal.closes_at = dates.opens_at + by, dates.closes_at + by
    if proposal.state is State.DELIBERATION:
        proposal.freezes_at = dates.freezes_at + by
        schedule(session, FREEZE, duty, due_at=proposal.freezes_at)
    else:
        schedule(session, OPEN, duty, due_at=proposal.opens_at)
