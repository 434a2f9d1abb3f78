"""Founding: the one act that nobody decided, done once, by whoever holds the link."""

import re
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.crypto import hash_secret, new_secret, same_secret
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import publish
from app.core.orm import lock
from app.core.records import Record
from app.core.words import say
from app.instance.account import check_is_no_coop, describe_coop, make_coop_account
from app.instance.events import CoopFounded
from app.instance.models import ONLY, Coop, FoundingLink, SettingChange
from app.instance.presets import Preset
from app.instance.queries import coop_of, setting_of
from app.instance.sitesettings import NAME_MAX, TAGLINE_MAX, SiteSetting
from app.members.audit import note_act
from app.members.consent import accept_all, in_force
from app.members.duties import begin_tidying
from app.members.mandates import CARETAKING_DAYS, grant_caretaker
from app.members.models import Member
from app.members.names import check_username
from app.members.offices import Office
from app.members.register import Newcomer, enter
from app.members.service import add_coverage
from app.members.standing import Source
from app.text.names import one_line

CURRENCY: Final = re.compile(r"[A-Z]{3}")
LINK_HOURS: Final = 24


class Founded(Record):
    """What founding made."""

    coop: Coop
    founder: Member


def found_coop(
    session: Session,
    *,
    name: str,
    founder: Newcomer,
    tagline: str = "",
    currency: str = "USD",
    preset: Preset = Preset.SMALL,
    contact: str = "",
    via: str,
    now: datetime,
) -> Founded:
    """Found the co-op: its founder is caretaker of all offices for 90 days, and covered as long.

    Documents, rules and books are laid by those who listen to CoopFounded. `via` says by which
    door it came, for the audit log.

    Raises: Conflict if there is a co-op already, also if another founding is faster; Invalid.
    """
    if coop_of(session) is not None:
        raise Conflict(say("This co-op is founded already."))
    shown = one_line(name, limit=NAME_MAX)
    if not shown:
        fault = say("Give your co-op a name.")
        raise Invalid(fault, name=fault)
    if not CURRENCY.fullmatch(currency):
        fault = say("A currency is written with three capitals, such as EUR.")
        raise Invalid(fault, currency=fault)
    check_username(session, founder.username, may_be_reserved=True, now=now)
    check_is_no_coop(founder.username)
    coop = Coop(
        name=shown,
        tagline=one_line(tagline, limit=TAGLINE_MAX),
        currency=currency,
        preset=preset,
        contact=contact,
        founded_at=now,
    )
    session.add(coop)
    session.flush()  # The row's key decides between two foundings.
    make_coop_account(session, name=coop.name, tagline=coop.tagline, now=now)
    member = enter(session, founder, at_once=True, accepts=(), via=via, now=now)
    _take_care(session, member, now=now)
    begin_tidying(session, now=now)
    note_act(session, "coop.founded", now=now, name=coop.name, founder=str(member.id), via=via)
    publish(session, CoopFounded(coop.id, member.id, coop.name, coop.preset, now))
    accept_all(session, in_force(session, at=now), member_id=member.id, via=via, now=now)
    session.query(FoundingLink).delete()
    return Founded(coop, member)


def change_setting(
    session: Session,
    setting: SiteSetting,
    value: str | None,
    *,
    decision_id: int,
    now: datetime,
) -> SettingChange:
    """Set what the members decided, and note what stood before.

    Only governance's guard lets anybody come here. The co-op's row is locked.
    """
    coop = lock(session, Coop, ONLY)
    assert coop is not None, "nothing is decided before the founding"
    before = setting_of(coop, setting)
    setattr(coop, setting.value, value)
    describe_coop(session, name=coop.name, tagline=coop.tagline)
    change = SettingChange(
        name=setting, before=before, after=value, decision_id=decision_id, at=now
    )
    session.add(change)
    return change


def restore_setting(
    session: Session, setting: SiteSetting, *, decision_id: int, now: datetime
) -> bool:
    """Set what stood before the decision, unless it was set anew since; return whether it was."""
    newest = session.scalar(
        select(SettingChange)
        .where(SettingChange.name == setting)
        .order_by(SettingChange.id.desc())
        .limit(1)
    )
    if newest is None or newest.decision_id != decision_id:
        return False
    change_setting(session, setting, newest.before, decision_id=decision_id, now=now)
    return True


def make_founding_link(session: Session, *, now: datetime) -> str | None:
    """Return the secret of a new founding link, which takes the older one's place.

    None if there is nothing to found any more.
    """
    if coop_of(session) is not None:
        return None
    secret = new_secret()
    expires_at = now + timedelta(hours=LINK_HOURS)
    link = FoundingLink(id=ONLY, secret_hash=hash_secret(secret), expires_at=expires_at)
    session.merge(link)
    return secret


def check_founding_link(session: Session, secret: str, *, now: datetime) -> None:
    """Raise NotFound unless the secret opens the founding now."""
    link = session.get(FoundingLink, ONLY)
    is_good = link is not None and same_secret(link.secret_hash, hash_secret(secret))
    if link is None or not is_good or now >= link.expires_at or coop_of(session) is not None:
        raise NotFound(say("This link is used or too old. Start the service anew for another."))


def _take_care(session: Session, member: Member, *, now: datetime) -> None:
    for office in Office:
        grant_caretaker(session, member_id=member.id, office=office, now=now)
    add_coverage(
        session,
        member_id=member.id,
        starts_on=now.date(),
        ends_on=now.date() + timedelta(days=CARETAKING_DAYS),
        grace_days=0,
        source=Source.HONORARY,
        now=now,
    )
