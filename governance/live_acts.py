"""Comparing what was done without a decision, and the site's settings, with the log."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.words import Words, say
from app.instance.models import SettingChange
from app.instance.queries import coop_of, setting_of
from app.instance.sitesettings import SiteSetting
from app.members.models import Mandate
from governance import sitesettings
from governance.lifecycle import State
from governance.models import (
    EmergencyAction,
    EmergencyState,
    EnactmentOrder,
    OrderState,
    Proposal,
    Undone,
)
from governance.proposals import revision_of
from governance.seals import Kind, measure

Entry: TypeAlias = Callable[[Kind, int], Mapping[str, Any]]
STANDS_WHILE = frozenset(
    {
        State.DELIBERATION,
        State.NOTICE,
        State.VOTING,
        State.CLOSED,
        State.PASSED,
        State.CHALLENGEABLE,
    }
)


def differences(session: Session, entry: Entry) -> Iterator[Words]:
    """Yield what differs; `entry` returns the log's newest entry of a kind about a proposal."""
    for act in session.scalars(select(EmergencyAction).order_by(EmergencyAction.id)).all():
        if fault := _act_fault(session, act, entry):
            yield say("act {id}: {fault}", id=act.id, fault=fault)
    yield from _ended_mandates(session)
    yield from _settings(session)


def _act_fault(session: Session, act: EmergencyAction, entry: Entry) -> Words | None:
    proposal = session.get_one(Proposal, act.proposal_id)
    asked = digest(measure(revision_of(session, proposal).effects))
    logged = entry(Kind.ACTED, act.proposal_id)
    if not asked == act.payload_hash == digest(act.measure) == logged.get("payload_hash"):
        return say("what was done is not what members were asked about")
    if (str(act.by_id), act.expires_at.isoformat()) != (logged["by"], logged["expires_at"]):
        return say("who did it, or until when, is not what the log says")
    confirmed = bool(entry(Kind.CONFIRMED, act.proposal_id))
    because = entry(Kind.UNDONE, act.proposal_id).get("because")
    said = (act.state is EmergencyState.CONFIRMED, act.ended_because)
    if said != (confirmed, Undone(because) if because else None):
        return say("how it ended is not what the log says")
    if act.state is EmergencyState.STANDING and proposal.state not in STANDS_WHILE:
        return say("it stands, although the members did not agree to it")
    if act.state is EmergencyState.CONFIRMED and proposal.state is not State.RATIFIED:
        return say("it was confirmed, although the members did not agree to it")
    return None


def _ended_mandates(session: Session) -> Iterator[Words]:
    ended = select(Mandate).where(Mandate.ended_by_id.is_not(None)).order_by(Mandate.id)
    for mandate in session.scalars(ended).all():
        assert mandate.ended_by_id is not None
        if not done_by(session, mandate.ended_by_id):
            yield say(
                "mandate {id}, {office}: no decision ended it",
                id=mandate.id,
                office=mandate.office.value,
            )


def _settings(session: Session) -> Iterator[Words]:
    coop = coop_of(session)
    rows = session.scalars(select(SettingChange).order_by(SettingChange.id)).all()
    newest: dict[SiteSetting, str | None] = {SiteSetting.REGISTRATION: None}
    for row in rows:
        newest[row.name] = row.after
        if not _decided(session, row):
            yield say("setting {name}: no decision changed it", name=row.name.value)
    for setting, value in newest.items():
        if coop is not None and setting_of(coop, setting) != value:
            yield say("setting {name}: it is not what was decided", name=setting.value)


def _decided(session: Session, row: SettingChange) -> bool:
    """Return whether a decision set this value, or an act that was undone gave it back."""
    return any(
        done["kind"] == sitesettings.KIND
        and done["payload"]["name"] == row.name.value
        and row.after in (done["payload"]["value"], _before(session, row))
        for done in done_by(session, row.decision_id)
    )


def _before(session: Session, row: SettingChange) -> str | None:
    """Return what stood before the first change that the same decision made."""
    first = (
        select(SettingChange)
        .where(SettingChange.name == row.name, SettingChange.decision_id == row.decision_id)
        .order_by(SettingChange.id)
    )
    return session.scalars(first.limit(1)).one().before


def done_by(session: Session, proposal_id: int) -> list[Mapping[str, Any]]:
    """Return what was carried out of a decision, or done at once and asked about after."""
    order = session.scalar(
        select(EnactmentOrder).where(
            EnactmentOrder.proposal_id == proposal_id,
            EnactmentOrder.state == OrderState.ENACTED,
        )
    )
    if order is not None:
        return list(order.measure)
    act = session.scalar(select(EmergencyAction).where(EmergencyAction.proposal_id == proposal_id))
    return list(act.measure) if act else []
