"""Refusing a site and lifting that: what a decision writes, and what follows from it.

Only governance's guard lets anybody come here. Accounts of a refused site are hidden at once, as
suspended ones are; follows end in pieces, and each is kept for its member. What is lifted shows
the same accounts again; follows do not come back by themselves.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, not_, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.duties import schedule
from app.core.events import publish
from app.core.records import asdict
from app.core.upsert import upsert
from app.moderation.events import FollowsSevered
from app.moderation.sites.models import SeveredFollow, SiteChange, StoredRule
from app.moderation.sites.owed import SEVER, Sever
from app.moderation.sites.queries import rule_in
from app.moderation.sites.rules import Severity, SiteRule
from app.relationships.models import Follow
from app.relationships.service import end_follow

SEVERED_AT_ONCE: Final = 200


def rule_of(session: Session, domain: str) -> SiteRule | None:
    """Return what was decided about just this domain."""
    row = session.get(StoredRule, domain, populate_existing=True)
    return None if row is None else rule_in(row)


def decide_site(
    session: Session, domain: str, after: SiteRule | None, *, decision_id: int, now: datetime
) -> SiteChange:
    """Let `after` hold for a site from now on, or nothing if None, and note what held before."""
    before = rule_of(session, domain)
    if after is None:
        session.execute(delete(StoredRule).where(StoredRule.domain == domain))
    else:
        upsert(session, StoredRule, **asdict(after), decision_id=decision_id, created_at=now)
    change = SiteChange(
        domain=domain, before=told(before), after=told(after), decision_id=decision_id, at=now
    )
    session.add(change)
    session.flush()
    if _refuses(after) and not _refuses(before):
        _hide(session, domain, since=now)
        schedule(session, SEVER, Sever(change_id=change.id), due_at=now)
    elif _refuses(before) and not _refuses(after):
        _show_again(session, domain)
    return change


def restore_site(session: Session, domain: str, *, decision_id: int, now: datetime) -> bool:
    """Let hold what held before a decision, unless it was decided anew since; say whether."""
    newest = _newest(session, SiteChange.domain == domain)
    if newest is None or newest.decision_id != decision_id:
        return False
    before = None if newest.before is None else _load(newest.before)
    decide_site(session, domain, before, decision_id=decision_id, now=now)
    return True


def sever_some(session: Session, change_id: int, *, now: datetime) -> bool:
    """End up to SEVERED_AT_ONCE follows with a refused site; return whether there may be more.

    Nothing is done if the site is not refused any more.
    """
    change = session.get_one(SiteChange, change_id)
    if not _refuses(rule_of(session, change.domain)):
        return False
    follows = follows_with(session, change.domain, limit=SEVERED_AT_ONCE)
    told = set(
        session.scalars(
            select(SeveredFollow.account_id).where(SeveredFollow.change_id == change_id).distinct()
        )
    )
    for follower_id, followee_id, is_following in follows:
        mine, theirs = (follower_id, followee_id) if is_following else (followee_id, follower_id)
        session.add(
            SeveredFollow(
                change_id=change_id, account_id=mine, target_id=theirs, is_following=is_following
            )
        )
        end_follow(session, follower_id, followee_id, by_follower=is_following, now=now)
        if mine not in told:
            told.add(mine)
            publish(session, FollowsSevered(mine, change.domain, now))
    return len(follows) == SEVERED_AT_ONCE


def follows_with(
    session: Session, domain: str, *, limit: int | None = None
) -> Sequence[tuple[int, int, bool]]:
    """Return follows between here and a site: who, whom, and whether a member follows."""
    far = under(session, domain)
    outward = select(Follow.follower_id, Follow.followee_id, Account.id == Follow.followee_id)
    rows = (
        outward.join(
            Account, or_(Account.id == Follow.followee_id, Account.id == Follow.follower_id)
        )
        .where(far)
        .order_by(Follow.id)
        .limit(limit)
    )
    return [(who, whom, bool(out)) for who, whom, out in session.execute(rows)]


def under(session: Session, domain: str) -> ColumnElement[bool]:
    """Return the condition that an account is of a site, or of one below it with no own rule."""
    below = StoredRule.domain.endswith(f".{domain}", autoescape=True)
    apart = session.scalars(select(StoredRule.domain).where(below)).all()
    return and_(_within(domain), *(not_(_within(name)) for name in apart))


def _within(domain: str) -> ColumnElement[bool]:
    beneath = Account.domain.endswith(f".{domain}", autoescape=True)
    return Account.domain.is_not(None) & or_(Account.domain == domain, beneath)


def _hide(session: Session, domain: str, *, since: datetime) -> None:
    theirs = (under(session, domain), Account.suspended_at.is_(None))
    hidden = {"suspended_at": since, "rev": Account.rev + 1}
    session.execute(update(Account).where(*theirs).values(hidden))


def _show_again(session: Session, domain: str) -> None:
    """Show the accounts that the refusal of the site hid, and none that is hidden for itself."""
    since = select(SiteChange.at).where(SiteChange.domain == domain)
    theirs = (under(session, domain), Account.suspended_at.in_(since))
    shown = {"suspended_at": None, "rev": Account.rev + 1}
    session.execute(update(Account).where(*theirs).values(shown))


def _newest(session: Session, *conditions: ColumnElement[bool]) -> SiteChange | None:
    changes = select(SiteChange).where(*conditions).order_by(SiteChange.id.desc())
    return session.scalar(changes.limit(1))


def _refuses(rule: SiteRule | None) -> bool:
    return rule is not None and rule.severity is Severity.SUSPENDED


def told(rule: SiteRule | None) -> dict[str, Any] | None:
    """Return a rule as changes tell it, in JSON; None if there is none."""
    return None if rule is None else asdict(rule)


def _load(data: Mapping[str, Any]) -> SiteRule:
    return SiteRule(**{**data, "severity": Severity(data["severity"])})
