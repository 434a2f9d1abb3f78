"""The caller: how they stand, whether they have a vote, what they hold, what they must accept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.http.apis import api_router
from app.http.deps import ClockDep, ReaderDep
from app.members.consent import missing
from app.members.models import Mandate, Member, RequiredVersion
from app.members.offices import Office
from app.members.queries import mandates_of, standing_at
from app.members.standing import Standing
from app.members.states import MemberState
from governance.api.common import ReadsDep
from governance.eligibility import Why, judge

router = api_router(prefix="/api/coop/v1/me", tags=["me"])


class MemberEntity(BaseModel):
    """A member as others see them."""

    id: str
    url: str
    username: str
    display_name: str


class MembershipEntity(BaseModel):
    """Since when somebody is a member. (What they pay stands at /dues/me.)"""

    state: MemberState
    joined_at: datetime


class MandateEntity(BaseModel):
    """An office that the caller holds now, or will."""

    id: str
    url: str
    office: Office
    starts_at: datetime
    ends_at: datetime
    caretaker: bool
    decision_id: str | None

    @classmethod
    def of(cls, mandate: Mandate) -> Self:
        """Build the entity from its row."""
        return cls(
            id=str(mandate.id),
            url=f"/coop/roles/{mandate.office.value}",
            office=mandate.office,
            starts_at=mandate.starts_at,
            ends_at=mandate.ended_at or mandate.ends_at,
            caretaker=mandate.caretaker,
            decision_id=str(mandate.decision_id) if mandate.decision_id else None,
        )


class ToAcceptEntity(BaseModel):
    """A version that the caller has not accepted; after `must_accept_by` they cannot post."""

    slug: str
    version: int
    title: str
    hash: str
    effective_at: datetime
    must_accept_by: datetime
    url: str

    @classmethod
    def of(cls, version: RequiredVersion) -> Self:
        """Build the entity from its row."""
        return cls(
            slug=version.slug,
            version=version.version,
            title=version.title,
            hash=version.hash,
            effective_at=version.effective_at,
            must_accept_by=version.accept_by,
            url=f"/coop/documents/{version.slug}/accept",
        )


class MeEntity(BaseModel):
    """The caller. `why` says why they have a vote, or have none."""

    id: str
    url: str
    member: MemberEntity
    membership: MembershipEntity
    standing: Standing
    may_vote: bool
    why: Why
    mandates: list[MandateEntity]
    terms_to_accept: list[ToAcceptEntity]
    scopes: list[str]


@router.get("")
def get_me(session: ReaderDep, actor: ReadsDep, clock: ClockDep) -> MeEntity:
    """Tell the caller how they stand with the co-op."""
    now, member = clock.now(), session.get_one(Member, actor.member_id)
    account = session.get_one(Account, actor.account_id)
    assert member.joined_at is not None, "the gate lets only members in"
    standing = standing_at(session, member.id, at=now)
    why = judge(state=member.state, standing=standing)
    return MeEntity(
        id=str(member.id),
        url=f"/@{account.username}",
        member=MemberEntity(
            id=str(member.id),
            url=f"/@{account.username}",
            username=account.username,
            display_name=account.name,
        ),
        membership=MembershipEntity(state=member.state, joined_at=member.joined_at),
        standing=standing,
        may_vote=why is Why.IN_STANDING,
        why=why,
        mandates=[MandateEntity.of(one) for one in _held(session, member.id, now=now)],
        terms_to_accept=[ToAcceptEntity.of(one) for one in missing(session, member.id, at=now)],
        scopes=sorted(actor.scopes or ()),
    )


def _held(session: Session, member_id: int, *, now: datetime) -> Sequence[Mandate]:
    """Return the mandates that are not over, those that end first in front."""
    theirs = mandates_of(session, member_id)
    held = [one for one in theirs if (one.ended_at or one.ends_at) > now]
    return sorted(held, key=lambda one: (one.ended_at or one.ends_at, one.office))
