"""The first days: four small things to try, each of which can be skipped."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import Request
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.accounts.models import Account
from app.core.records import Record
from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.faces import avatar_url
from app.http.forms import SentDep
from app.http.pages import after_post, page_router, render
from app.http.panels import FirstStep, Need, PanelsDep
from app.members.actor import Actor
from app.members.models import Coverage, Mandate, Member
from app.members.offices import Office, office_word
from app.members.queries import is_running
from app.members.states import MemberState
from app.relationships.models import Block, Follow
from app.relationships.queries import count_following
from app.statuses.queries import has_posted
from app.web.signing import AT_HOME

router = page_router()

WELCOMED_FOR: Final = timedelta(days=14)
NEIGHBOURS_MAX: Final = 3
SKIPPED: Final = "welcome_skipped"


class SkipForm(Shape):
    """Which step shall go."""

    step: str = Field(max_length=32, pattern=r"^[a-z]+$")


class Neighbour(Record):
    """Somebody to follow, and why them."""

    username: str
    name: str
    avatar_url: str
    reason: Words


@router.get("/welcome")
def get_welcome(
    request: Request, session: ReaderDep, actor: MemberDep, panels: PanelsDep, clock: ClockDep
) -> Response:
    """Show what is left to try; when nothing is left, or after 14 days, home is enough."""
    now, member = clock.now(), session.get_one(Member, actor.member_id)
    steps = open_steps(panels.first_steps_of(session, actor, now), member)
    if not is_new(member, now=now) or all(step.is_done for step in steps):
        return RedirectResponse(AT_HOME, status_code=303)
    account = session.get_one(Account, actor.account_id)
    return render(
        request,
        "web/welcome.html",
        account=account,
        steps=steps,
        until=_until(member),
        neighbours=neighbours(session, actor, member=member, now=now),
    )


@router.post("/welcome/skip")
def post_skip(request: Request, sent: SentDep, session: SessionDep, actor: MemberDep) -> Response:
    """Take one step off the list."""
    step = sent.read(SkipForm).step
    member = session.get_one(Member, actor.member_id)
    member.settings = {**member.settings, SKIPPED: sorted({*skipped_by(member), step})[:20]}
    return after_post(request, to="/welcome")


def is_new(member: Member, *, now: datetime) -> bool:
    """Return whether the member joined within the last 14 days."""
    return member.joined_at is not None and now < _until(member)


def skipped_by(member: Member) -> Sequence[str]:
    """Return the keys of the steps that the member took off the list."""
    skipped: Sequence[str] = member.settings.get(SKIPPED, ())
    return skipped


def open_steps(steps: Sequence[FirstStep], member: Member) -> list[FirstStep]:
    """Return the steps that the member has not taken off the list."""
    return [step for step in steps if step.key not in skipped_by(member)]


def follow_step(session: Session, actor: Actor, _now: datetime) -> FirstStep:
    """Offer to follow somebody."""
    return FirstStep(
        key="follow",
        title=say("Follow somebody"),
        text=say("Three neighbours below, or paste an address from any site"),
        url="#near",
        action=say("See them"),
        icon="followers",
        is_done=count_following(session, actor.account_id) > 0,
    )


def post_step(session: Session, actor: Actor, _now: datetime) -> FirstStep:
    """Offer to say hello."""
    return FirstStep(
        key="post",
        title=say("Say hello"),
        text=say("“Hello, I am … and I like …” is enough"),
        url="/compose",
        action=say("Write"),
        icon="write",
        is_done=has_posted(session, actor.account_id),
    )


def dues_step(session: Session, actor: Actor, _now: datetime) -> FirstStep:
    """Offer to choose what to pay, which nothing is, too."""
    member = session.get_one(Member, actor.member_id)
    assert member.joined_at is not None
    free_until = member.joined_at.date() + timedelta(days=member.provisional_days)
    covered = select(Coverage.id).where(Coverage.member_id == member.id).limit(1)
    return FirstStep(
        key="dues",
        title=say("Dues"),
        text=say("Free until {day}. Choose then, or now", day=free_until),
        url="/settings/membership",
        action=say("Choose"),
        icon="coin",
        is_done=session.scalar(covered) is not None,
    )


def needs(session: Session, actor: Actor, now: datetime) -> Sequence[Need]:
    """Lead new members to their list while the first things on it are open."""
    member = session.get_one(Member, actor.member_id)
    if actor.state is not MemberState.ACTIVE or not is_new(member, now=now):
        return []
    offered = [follow_step(session, actor, now), post_step(session, actor, now)]
    if all(step.is_done for step in open_steps(offered, member)):
        return []
    text = say("A few small things to try, in any order. The list leaves by itself.")
    return [Need(say("Your first days"), text, "/welcome", say("See them"), icon="door")]


def neighbours(
    session: Session, actor: Actor, *, member: Member, now: datetime
) -> list[Neighbour]:
    """Return some to follow: who invited the member, who is in office, who came lately."""
    account, related = actor.account_id, _related(actor.account_id)
    people = (
        select(Account, Member.id, Member.joined_at, Mandate.office)
        .join(Member, Member.account_id == Account.id)
        .outerjoin(Mandate, (Mandate.member_id == Member.id) & is_running(now))
        .where(Member.state == MemberState.ACTIVE, Account.discoverable, Account.id != account)
        .where(Account.id.not_in(related))
        .order_by(
            (Member.id == (member.invited_by_id or 0)).desc(),
            Mandate.office.is_(None),
            Member.joined_at.desc(),
            Account.id,
        )
        .limit(NEIGHBOURS_MAX * len(Office))  # Somebody may hold several offices.
    )
    found: dict[int, Neighbour] = {}
    for person, id_, joined_at, held in session.execute(people):
        is_inviter = id_ == member.invited_by_id
        reason = _reason(is_inviter=is_inviter, office=held, joined_at=joined_at)
        face = avatar_url(person.id, person.avatar_key)
        found.setdefault(id_, Neighbour(person.username, person.name, face, reason))
    return list(found.values())[:NEIGHBOURS_MAX]


def _reason(*, is_inviter: bool, office: Office | None, joined_at: datetime | None) -> Words:
    if is_inviter:
        return say("Invited you")
    if office is not None:
        return say("Serves as {office}", office=office_word(office))
    assert joined_at is not None
    return say("Came here on {day}", day=joined_at.date())


def _related(account_id: int) -> Any:
    """Return whom the account follows already, or is parted from by a block, as a subquery."""
    followed = select(Follow.followee_id).where(Follow.follower_id == account_id)
    one_way = select(Block.target_id).where(Block.account_id == account_id)
    other_way = select(Block.account_id).where(Block.target_id == account_id)
    return followed.union(one_way, other_way)


def _until(member: Member) -> datetime:
    assert member.joined_at is not None
    return member.joined_at + WELCOMED_FOR
